"""What staff fill in to set an offering up: one form a section, each with `values()`."""

from datetime import datetime, time

from django import forms
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from cohorts import eoi, preparing
from cohorts.models import Offering
from cohorts.scheduling import clock
from cohorts.scheduling.forms import MinutesField, date_field
from sprint_portal.accounts.models import User
from sprint_portal.accounts.zones import zone_choices
from sprint_portal.cleaning import LongText, TextLine
from sprint_portal.refusals import Refusal

LANGUAGES = ("en", "es", "pt")
PREFIX = r"^[A-Z0-9]+(-[A-Z0-9]+)*$"
MOST_CALLS = 6
MOST_YEARS = 10  # that words are kept after the last week
END_OF_DAY = time(23, 59, 59)
# Prefix of the fields of an instant, its label, whether it must be given.
MOMENTS = (
    ("opens_at", _("Opens"), True),
    ("closes_at", _("Deadline"), True),
    ("confirm_by", _("Selected cities confirm by"), False),
)


def _prefix_field():
    return forms.RegexField(
        PREFIX,
        label=_("Reference prefix"),
        max_length=12,
        help_text=_("References begin with it: BCT-2027 gives BCT-2027-7K3Q."),
        error_messages={"invalid": _("Use capitals, digits and hyphens, such as BCT-2027.")},
    )


def _slug_field():
    return forms.SlugField(
        label=_("Address"),
        max_length=50,
        help_text=_("The last part of its link: small letters, digits and hyphens."),
    )


class SectionForm(forms.Form):
    """A section of the set-up. Fields that cities rely on are shown, but no longer change."""

    section = ""

    def __init__(self, data, offering: Offering, locked: dict[str, str] | None = None):
        self.offering = offering
        super().__init__(data, initial=self.first(offering), label_suffix="")
        for name, why in (locked or {}).items():
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = why

    def first(self, offering) -> dict:
        return {name: getattr(offering, name) for name in preparing.SECTIONS[self.section]}

    def values(self) -> dict:
        """The offering's columns, once valid."""
        return self.cleaned_data

    def place_of(self, field: str) -> str | None:
        """The control that shows a column, for its errors; None for the whole form."""
        return field if field in self.fields else None


class NameForm(SectionForm):
    section = "name"

    term = TextLine(label=_("Term"), max_length=80, help_text=_("Such as Autumn 2027."))
    slug = _slug_field()
    reference_prefix = _prefix_field()
    language = forms.ChoiceField(label=_("Language of the sprint"))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        names = [(code, get_language_info(code)["name_translated"]) for code in LANGUAGES]
        self.fields["language"].choices = names


class LoadForm(SectionForm):
    section = "load"

    capacity = forms.IntegerField(label=_("Seats for cities"), min_value=1, max_value=60)
    weeks = forms.IntegerField(label=_("Weekly sessions"), min_value=1, max_value=52)
    session_minutes = MinutesField(label=_("Minutes of a session"))
    hours_a_week_from = forms.IntegerField(label=_("Hours a week, from"), min_value=1, max_value=40)
    hours_a_week_to = forms.IntegerField(label=_("Hours a week, to"), min_value=1, max_value=40)

    def clean(self):
        data = super().clean()
        if not self.errors and data["hours_a_week_to"] < data["hours_a_week_from"]:
            self.add_error("hours_a_week_to", _("This is less than the hours it starts from."))
        return data


class FormForm(SectionForm):
    section = "form"

    form_version = forms.TypedChoiceField(label=_("Version"), coerce=int)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        kept = {self.offering.form_version, eoi.VERSION}
        self.fields["form_version"].choices = [
            (one, self._named(one)) for one in sorted(kept, reverse=True)
        ]

    def _named(self, version) -> str:
        words = (
            gettext("Version %(n)s, as it is now")
            if version == eoi.VERSION
            else gettext("Version %(n)s, no longer asked")
        )
        return words % {"n": version}


class KeepingForm(SectionForm):
    section = "keeping"

    retain_until = date_field(
        _("Keep applications until"),
        required=False,
        help_text=_("In the night after this day their words are erased."),
    )

    def clean_retain_until(self):
        day, last = self.cleaned_data["retain_until"], self.offering.runs_until
        # Compared part by part: a 29 February has no twin ten years on.
        if day and (day.year - MOST_YEARS, day.month, day.day) > (last.year, last.month, last.day):
            raise forms.ValidationError(
                gettext("Ten years after the last week is the longest we keep them.")
            )
        return day


# --- dates -----------------------------------------------------------------------------
class DatesForm(SectionForm):
    """Wall times on the offering's clock; when it shows one twice, the form asks which."""

    section = "dates"

    zone = forms.ChoiceField(label=_("Time zone of the offering"))
    runs_from = date_field(_("First week begins on"))
    runs_until = date_field(_("Last week ends on"))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["zone"].choices = zone_choices(also=self.offering.zone)
        for name, label, needed in MOMENTS:
            self.fields[f"{name}_day"] = date_field(label, required=needed)
            self.fields[f"{name}_time"] = _clock_field(label)
            self.fields[f"{name}_fold"] = _fold_field()
        for n in range(MOST_CALLS):
            label = gettext("Call %(n)s before it starts") % {"n": n + 1}
            self.fields[f"call_{n}"] = date_field(label, required=False)

    def first(self, offering) -> dict:
        facts = {name: getattr(offering, name) for name in ("zone", "runs_from", "runs_until")}
        for name, _label, _needed in MOMENTS:
            if moment := getattr(offering, name):
                facts |= _wall_parts(name, moment, offering.zone)
        days = enumerate(offering.pre_course_days[:MOST_CALLS])
        return facts | {f"call_{n}": day for n, day in days}

    def clean(self):
        data = super().clean()
        for name, _label, _needed in MOMENTS:
            data[name] = None
            if not self.errors.keys() & {"zone", f"{name}_day", f"{name}_time"}:
                self._work_out(name, data)
        if not self.errors:
            self._demand_order(data)
        return data

    def _work_out(self, name, data):
        day, at = data.get(f"{name}_day"), data.get(f"{name}_time") or END_OF_DAY
        if not day:
            return
        try:
            wall = datetime.combine(day, at)
            data[name] = clock.to_utc(wall, data["zone"], fold=data.get(f"{name}_fold"))
        except clock.AmbiguousTime as question:
            self._ask(f"{name}_fold", question)
        except Refusal as refusal:
            self.add_error(f"{name}_day", str(refusal))

    def _ask(self, name, question):
        earlier, later = question.offsets
        field = self.fields[name]
        field.widget = forms.RadioSelect()
        field.choices = [
            ("0", gettext("The first time, %(offset)s") % {"offset": earlier}),
            ("1", gettext("The second time, %(offset)s") % {"offset": later}),
        ]
        self.add_error(name, str(question))

    def _demand_order(self, data):
        if data["closes_at"] <= data["opens_at"]:
            self.add_error("closes_at_day", _("The deadline comes after the opening."))
        elif data["confirm_by"] and data["confirm_by"] <= data["closes_at"]:
            self.add_error("confirm_by_day", _("Cities confirm after the deadline."))
        if data["runs_until"] < data["runs_from"]:
            self.add_error("runs_until", _("The last week ends after the first begins."))

    def values(self) -> dict:
        data = self.cleaned_data
        days = {data[f"call_{n}"] for n in range(MOST_CALLS)} - {None}
        return {
            **{name: data[name] for name in preparing.SECTIONS["dates"] if name in data},
            "pre_course_dates": [day.isoformat() for day in sorted(days)],
        }

    def place_of(self, field):
        return f"{field}_day" if f"{field}_day" in self.fields else super().place_of(field)

    def moments(self):
        """(day, time, which of two) of each instant, for the page."""
        return [
            (self[f"{name}_day"], self[f"{name}_time"], self[f"{name}_fold"])
            for name, _label, _needed in MOMENTS
        ]

    def calls(self):
        return [self[f"call_{n}"] for n in range(MOST_CALLS)]


def _clock_field(label):
    return forms.TimeField(
        label=gettext("%(what)s: time") % {"what": label},
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "step": "1"}, format="%H:%M:%S"),
        help_text=_("Empty: the last second of the day."),
        error_messages={"invalid": _("Enter a time, such as 17:00.")},
    )


def _fold_field():
    return forms.TypedChoiceField(
        label=_("Which of the two?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("0", ""), ("1", "")],
        widget=forms.HiddenInput,
    )


def _wall_parts(name, moment, zone) -> dict:
    """Day, time and, where the clock shows it twice, which of the two."""
    wall = clock.to_wall(moment, zone)
    parts = {f"{name}_day": wall.date(), f"{name}_time": wall.time()}
    try:
        clock.to_utc(wall, zone)
    except clock.AmbiguousTime:
        second = clock.to_utc(wall, zone, fold=1) == moment
        parts[f"{name}_fold"] = "1" if second else "0"
    return parts


# --- people ----------------------------------------------------------------------------
class PeopleForm(SectionForm):
    section = "people"

    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Who facilitates"),
        required=False,
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They see the cohort, run its sessions and read its plans."),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        able = User.objects.filter(is_facilitator=True, is_active=True)
        chosen = User.objects.filter(facilitated_offerings=self.offering)
        self.fields["people"].queryset = (able | chosen).distinct().order_by("name", "email")

    def first(self, offering):
        return {"people": list(offering.facilitators.values_list("uid", flat=True))}

    def place_of(self, field):
        return "people"


# --- a new one, and mails --------------------------------------------------------------
class CopyForm(forms.Form):
    """The next offering, like an earlier one."""

    term = TextLine(label=_("Term"), max_length=80, help_text=_("Such as Autumn 2027."))
    starts = date_field(
        _("First week begins about"),
        help_text=_("All dates move by whole weeks to the one nearest to it; weekdays stay."),
    )
    slug = _slug_field()
    reference_prefix = _prefix_field()

    def clean_starts(self):
        day = self.cleaned_data["starts"]
        try:
            clock.demand_near(datetime.combine(day, time()))
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return day


class MailTextForm(forms.Form):
    """Subject and text of one mail."""

    subject = TextLine(label=_("Subject"))
    body = LongText(label=_("Text"), widget=forms.Textarea(attrs={"rows": 14}))
