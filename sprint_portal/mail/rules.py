"""Who may look into the outbox, and settle what went wrong."""

import rules

is_staff = rules.predicate(
    lambda user, message=None: user.is_authenticated and user.is_staff, name="is_staff"
)

rules.add_perm("mail.see_outbox", is_staff)
rules.add_perm("mail.see_message", is_staff)
rules.add_perm("mail.settle_message", is_staff)
