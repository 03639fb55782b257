"""Who may look into the outbox."""

import rules

is_staff = rules.predicate(lambda user: user.is_staff, name="is_staff")

rules.add_perm("mail.see_outbox", is_staff)
