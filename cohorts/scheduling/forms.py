"""What facilitators fill in about meetings: wall times in the zone that the form names."""

from datetime import date, datetime, time

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cohorts.models import City
from cohorts.scheduling import clock, layout, sessions
from cohorts.scheduling.appointments import MINUTES
from cohorts.scheduling.cells import cohort_of, seats
from sprint_portal.accounts.models import User
from sprint_portal.cleaning import LongText, TextLine
from sprint_portal.refusals import Refusal
from sprint_portal.times import zone_words

CALL_MINUTES = 60
NOON = time(12, 0)
YEARS = 10  # further ahead a date is a slip of the keyboard


def near_enough(day):
    """ValidationError for a day in a year that nobody plans for."""
    this = timezone.localdate().year
    if not this - YEARS <= day.year <= this + YEARS:
        raise ValidationError(_("Check the year."))


def date_field(label, **options):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    wrong = {"invalid": _("Enter a date, such as 2026-09-15.")}
    return forms.DateField(
        label=label,
        widget=widget,
        input_formats=["%Y-%m-%d"],
        error_messages=wrong,
        validators=[near_enough],
        **options,
    )


def time_field(label, **options):
    widget = forms.TimeInput(attrs={"type": "time", "step": "900"}, format="%H:%M")
    wrong = {"invalid": _("Enter a time, such as 12:00.")}
    return forms.TimeField(label=label, widget=widget, error_messages=wrong, **options)


class MinutesField(forms.IntegerField):
    """How long a meeting lasts, in quarters of an hour."""

    def __init__(self, **options):
        super().__init__(min_value=sessions.SHORTEST, max_value=sessions.LONGEST, **options)
        # Not Field.step_size: its validator breaks on numbers too large for a float.
        self.widget.attrs["step"] = "15"

    def validate(self, value):
        super().validate(value)
        try:
            sessions.demand_length(value)
        except sessions.OddLength as refusal:
            raise ValidationError(str(refusal)) from refusal


class LinkField(forms.URLField):
    """A link that opens over https and does nothing else."""

    default_validators = [URLValidator(schemes=["https"], message=_("Begin with https://."))]

    def __init__(self, **options):
        super().__init__(max_length=500, assume_scheme="https", required=False, **options)


class WallTimeForm(forms.Form):
    """A form with wall times. When the clocks show one twice, it asks which is meant."""

    fold = forms.TypedChoiceField(
        label=_("Which of the two?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("0", ""), ("1", "")],
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean(self):
        """Work the times out once all fields are right, and put a refusal beside its field."""
        data = super().clean()
        if self.errors:
            return data
        try:
            self.work_out(data)
        except clock.AmbiguousTime as question:
            self._ask(question)
        except Refusal as refusal:
            self.add_error(self.time_name, str(refusal))
        return data

    def _ask(self, question):
        earlier, later = question.offsets
        self.fields["fold"].widget = forms.RadioSelect()
        self.fields["fold"].required = True
        self.fields["fold"].choices = [
            ("0", gettext("The first time, %(offset)s") % {"offset": earlier}),
            ("1", gettext("The second time, %(offset)s") % {"offset": later}),
        ]
        self.add_error("fold", str(question))


def wall_of(day: date | None, at: time | None) -> datetime | None:
    """The wall time of two fields; None when the day is empty."""
    return datetime.combine(day, at or NOON) if day else None


class LayOutForm(WallTimeForm):
    """A whole sprint: the first session and the calls around it."""

    time_name = "start_time"

    start_date = date_field(_("First session"), help_text=_("Its weekday is kept every week."))
    start_time = time_field(_("Time of the sessions"), initial=NOON)
    minutes = MinutesField(label=_("Minutes of a session"))
    pre_sprint_date = date_field(
        _("Pre-sprint call"),
        required=False,
        help_text=_("Empty: a week before the first session, at the same time."),
    )
    pre_sprint_time = time_field(_("Time of the pre-sprint call"), required=False)
    post_sprint_date = date_field(
        _("Post-sprint call"),
        required=False,
        help_text=_("Empty: a week after the last session, at the same time."),
    )
    post_sprint_time = time_field(_("Time of the post-sprint call"), required=False)
    call_minutes = MinutesField(label=_("Minutes of a call"), initial=CALL_MINUTES)
    facilitator = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who leads"),
        empty_label=_("Choose"),
        help_text=_("They are taken at these times."),
    )
    join_link = LinkField(
        label=_("Join link"),
        help_text=_("Begins with https://. Only the people of this sprint see it."),
    )

    def __init__(self, *args, offering, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.offering = offering
        self.slots: list[layout.Slot] = []
        self._offer_people(by)
        self.calls = self._add_calls()
        self.initial.setdefault("minutes", offering.session_minutes)
        if offering.runs_from > timezone.localdate():
            self.initial.setdefault("start_date", offering.runs_from)
        self.helper.layout = self._in_groups()

    def _offer_people(self, by):
        people = self.offering.facilitators.filter(is_active=True)
        self.fields["facilitator"].queryset = people
        self.initial["facilitator"] = by if by in people else people.first()

    def _add_calls(self):
        """A date and a time for each pre-course call of the offering; those past are left out."""
        today = timezone.localdate()
        names = []
        for number, text in enumerate(self.offering.pre_course_dates, start=1):
            name = f"pre_course_{number}"
            label = gettext("Pre-course call %(n)d") % {"n": number}
            self.fields[name] = date_field(
                label, required=False, help_text=_("Empty: this call is left out.")
            )
            self.fields[f"{name}_time"] = time_field(
                gettext("Time of pre-course call %(n)d") % {"n": number}, required=False
            )
            if date.fromisoformat(text) > today:
                self.initial.setdefault(name, text)
                self.initial.setdefault(f"{name}_time", NOON)
            names.append(name)
        return names

    def _in_groups(self):
        calls = [Field(part) for name in self.calls for part in (name, f"{name}_time")]
        groups = [
            Fieldset(str(_("Weekly sessions")), "start_date", "start_time", "fold", "minutes"),
            Fieldset(
                str(_("Before and after")),
                "pre_sprint_date",
                "pre_sprint_time",
                "post_sprint_date",
                "post_sprint_time",
                "call_minutes",
            ),
            Fieldset(str(_("Who and where")), "facilitator", "join_link"),
        ]
        if calls:
            groups.insert(1, Fieldset(str(_("Pre-course calls")), *calls))
        return Layout(*groups)

    def work_out(self, data):
        at = data["start_time"]
        self.slots = layout.slots(
            layout.Wish(
                zone=self.offering.zone,
                first=wall_of(data["start_date"], at),
                weeks=self.offering.weeks,
                minutes=data["minutes"],
                call_minutes=data["call_minutes"],
                pre_course=[
                    wall_of(data[name], data[f"{name}_time"] or at)
                    for name in self.calls
                    if data[name]
                ],
                pre_sprint=wall_of(data["pre_sprint_date"], data["pre_sprint_time"] or at),
                post_sprint=wall_of(data["post_sprint_date"], data["post_sprint_time"] or at),
                fold=data["fold"],
            )
        )
        sessions.demand_future(self.slots[0].starts_at)

    def columns(self):
        """What each confirmed city's clock will show; [] while the form is not right."""
        if not self.slots:
            return []
        return layout.columns(self.slots, self.offering.zone, cohort_of(self.offering))


class MoveForm(WallTimeForm):
    """Another time for one meeting, in the meeting's own zone."""

    time_name = "at"

    day = date_field(_("New date"))
    at = time_field(_("New time"))
    minutes = MinutesField(label=_("Minutes"))
    sequence = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        self.wall = None
        was = clock.to_wall(meeting.starts_at, meeting.zone)
        for name, value in (
            ("day", was.date()),
            ("at", was.time()),
            ("minutes", meeting.minutes),
            ("sequence", meeting.sequence),
        ):
            self.initial.setdefault(name, value)
        self.fields["at"].label = gettext("New time, %(zone)s") % {"zone": zone_words(meeting.zone)}
        self.helper.layout = Layout("day", "at", "fold", "minutes", "sequence")

    def work_out(self, data):
        self.wall = wall_of(data["day"], data["at"])
        clock.demand_quarter(self.wall)
        clock.to_utc(self.wall, self.meeting.zone, fold=data["fold"])


class CancelForm(forms.Form):
    """Why a meeting is called off: everyone reads it."""

    reason = LongText(
        label=_("Why"),
        max_length=600,
        help_text=_("A sentence or two. It goes to everyone who takes part."),
    )


class DescribeForm(forms.Form):
    """What a meeting is about, and how it is joined. meeting: an appointment needs no title."""

    title = TextLine(label=_("Title"), max_length=160)
    agenda = LongText(
        label=_("Agenda"),
        required=False,
        help_text=_("Lines that begin with - become a list; **two stars** make bold."),
    )
    join_link = LinkField(
        label=_("Join link"),
        help_text=_("Begins with https://. When it changes, everyone gets a mail."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        if meeting.city_id:
            self.fields["title"].required = False
            self.fields["title"].help_text = gettext(
                "Empty: each side reads who is across from them."
            )


class BookForm(WallTimeForm):
    """A TA appointment with one city of the cohort, in that city's zone."""

    time_name = "at"

    city = forms.ModelChoiceField(
        City.objects.none(), to_field_name="uid", label=_("City"), empty_label=_("Choose")
    )
    facilitator = forms.ModelChoiceField(
        User.objects.none(), label=_("With"), empty_label=_("Choose")
    )
    day = date_field(_("Date"))
    at = time_field(
        _("Time, by the city's own clock"), help_text=_("Its zone stands with its name.")
    )
    minutes = MinutesField(label=_("Minutes"), initial=MINUTES)
    agenda = LongText(label=_("Agenda"), help_text=_("What you want to settle together."))
    join_link = LinkField(label=_("Join link"), help_text=_("Begins with https://."))

    def __init__(self, *args, offering, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.wall = None
        people = offering.facilitators.filter(is_active=True)
        self.fields["city"].queryset = seats(offering)
        self.fields["city"].label_from_instance = lambda city: f"{city} · {zone_words(city.zone)}"
        self.fields["facilitator"].queryset = people
        self.initial.setdefault("facilitator", by if by in people else people.first())
        self.helper.layout = Layout(
            "city", "facilitator", "day", "at", "fold", "minutes", "agenda", "join_link"
        )

    def work_out(self, data):
        self.wall = wall_of(data["day"], data["at"])
        clock.demand_quarter(self.wall)
        start = clock.to_utc(self.wall, data["city"].zone, fold=data["fold"])
        sessions.demand_future(start)
