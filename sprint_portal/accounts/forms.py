"""Forms about the person."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sprint_portal.accounts.models import User
from sprint_portal.accounts.zones import zone_choices, zone_of
from sprint_portal.cleaning import TextLine

NAME_LENGTH = 120


def name_field():
    return TextLine(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class SignupForm(forms.Form):
    """What sign-up asks on top of email and password."""

    name = name_field()
    field_order = ["name", "email", "password1"]

    def signup(self, request, user):
        """Called by allauth once the account exists. Zone and language come from the browser."""
        zone = request.COOKIES.get("tz", "")
        language = get_language()
        user.name = self.cleaned_data["name"]
        user.time_zone = zone if zone_of(zone) else ""
        user.language = language if language in dict(settings.LANGUAGES) else "en"
        user.save(update_fields=["name", "time_zone", "language"])


class ZoneForm(forms.Form):
    """In which zone times are shown."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Choose the city with the same clock as yours. All times are shown in it."),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        also = str(self.initial.get("time_zone", ""))
        self.fields["time_zone"].choices = [("", _("Not chosen yet")), *zone_choices(also)]


class ProfileForm(forms.ModelForm):
    """Who you are to the others, and how we speak to you."""

    name = name_field()

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
        labels = {"language": _("Language of pages and mails")}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        choose = ZoneForm(initial={"time_zone": self.instance.time_zone}).fields["time_zone"]
        self.fields["time_zone"] = choose
