"""The admin, for superusers only: people and their roles. Everything else is done in the portal."""

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from sprint_portal.accounts import people
from sprint_portal.accounts.models import ROLES, User
from sprint_portal.refusals import Refusal

# Roles are fields here, and the libraries' own tables would be doors past the audit.
for model in (Group, EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


def superusers_only(request) -> bool:
    """Programme staff have the portal's own pages; the admin is for superusers."""
    return request.user.is_active and request.user.is_superuser


admin.site.has_permission = superusers_only
admin.site.site_header = admin.site.site_title = say("Sprint Portal: people")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People: added, given roles, closed. Nobody is deleted here: the audit refers to them."""

    fields = ["email", "name", "time_zone", "language", *ROLES, "is_active"]
    list_display = ["email", "name", *ROLES, "is_active"]
    list_filter = [*ROLES, "is_active"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    actions = ["drop_second_factors", "sign_out"]

    def get_readonly_fields(self, request, obj=None):
        # Somebody's address is changed by themselves, with a code that proves it is theirs.
        return ["email"] if obj else ["is_active"]

    def has_delete_permission(self, request, obj=None):
        return False

    @method_decorator(reauthentication_required)
    def changeform_view(self, request, *args, **kwargs):
        return super().changeform_view(request, *args, **kwargs)

    @method_decorator(reauthentication_required)
    def changelist_view(self, request, *args, **kwargs):
        return super().changelist_view(request, *args, **kwargs)

    def save_model(self, request, person, form, change):
        """Through the verbs, so that all of it is noted."""
        given = form.cleaned_data
        roles = {role: given[role] for role in ROLES}
        facts = {name: given[name] for name in ("name", "time_zone", "language")}
        try:
            if change:
                self._change(person.pk, given, facts, by=request.user)
            else:
                added = people.add(
                    email=given["email"], by=request.user, welcome=True, **facts, **roles
                )
                person.pk = added.pk
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)

    def _change(self, pk, given, facts, *, by):
        User.objects.filter(pk=pk).update(**facts)
        stored = User.objects.get(pk=pk)
        people.give_roles(stored, [role for role in ROLES if given[role]], by=by)
        open_or_close = people.reactivate if given["is_active"] else people.deactivate
        open_or_close(stored, by=by)

    @admin.action(description=say("Remove the second factor (lost device)"))
    def drop_second_factors(self, request, chosen):
        self._each(request, chosen, people.drop_second_factors)

    @admin.action(description=say("Sign out everywhere"))
    def sign_out(self, request, chosen):
        self._each(request, chosen, people.sign_out)

    def _each(self, request, chosen, verb):
        for person in chosen:
            try:
                verb(person, by=request.user)
            except Refusal as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
        self.message_user(request, _("Done."))
