"""allauth's forms about passwords and passkeys, in the portal's own words."""

from allauth.account import forms
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _

LABELS = {
    "oldpassword": _("Your present password"),
    "password1": _("Your new password"),
    "password2": _("The same once more"),
}


class OwnWords:
    """Labels of ours, and an error of ours where the two new passwords differ."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in LABELS.keys() & self.fields.keys():
            self.fields[name].label = LABELS[name]

    def clean(self):
        given = super().clean()
        if given.get("password1") and "password2" in self.errors and self.data.get("password2"):
            self.errors["password2"] = self.error_class(
                [_("The two are not the same. Type both once more.")]
            )
        return given


class ChangePasswordForm(OwnWords, forms.ChangePasswordForm):
    """A new password for whoever knows the present one."""


class SetPasswordForm(OwnWords, forms.SetPasswordForm):
    """A first password."""


class ResetPasswordKeyForm(OwnWords, forms.ResetPasswordKeyForm):
    """A new password for whoever got the mail."""


class AddPasskeyForm(AddWebAuthnForm):
    """A key, and whether it signs in without the password."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name")
        self.fields["passwordless"].label = _("Sign in with it alone")
        self.fields["passwordless"].help_text = _(
            "Without your password. The device then asks for your fingerprint, face or PIN."
        )
