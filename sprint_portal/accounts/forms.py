"""Forms about the person."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignupForm(forms.Form):
    """What sign-up asks on top of email and password."""

    name = forms.CharField(label=_("Your name"), max_length=120)

    def signup(self, request, user):
        """Called by allauth once the account exists."""
        user.name = self.cleaned_data["name"]
        user.time_zone = request.COOKIES.get("tz", "")[:64]
        user.save(update_fields=["name", "time_zone"])
