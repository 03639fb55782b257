"""What people fill in around an application."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cohorts import cities, eoi, roles
from cohorts.assessment import version_of
from cohorts.eligibility import CLAIMS, QUESTIONS
from cohorts.models import StageFinding, TeamMember
from cohorts.scheduling import clock
from sprint_portal.accounts.zones import zone_choices
from sprint_portal.cleaning import LongText, TextLine, is_printable, straight
from sprint_portal.refusals import Refusal


def posted(request):
    """What a form is bound to: the posted data, even when empty; None on a visit."""
    return request.POST if request.method == "POST" else None


# --- the expression of interest --------------------------------------------------------
def typed_in(step: eoi.Step, data) -> tuple[dict[str, Any], bool]:
    """What was typed in one step, kept whole, and whether characters had to be left out.

    data: a QueryDict. Line ends become `\\n`; control characters, which the database does not
    take, are left out; choices that are not on the list are not a person's words and are dropped.
    """
    kept: dict[str, Any] = {}
    odd = False
    for field in step.fields:
        if field.type == "choices":
            known = {value for value, _label in field.choices}
            kept[field.key] = [one for one in data.getlist(field.key) if one in known]
            continue
        text = straight(data.get(field.key, "")).replace("\r\n", "\n").replace("\r", "\n")
        clean = "".join(sign for sign in text if sign in "\n\t" or is_printable(sign)).strip()
        odd = odd or len(clean) != len(text.strip())
        if field.choices and clean not in dict(field.choices):
            clean = ""
        kept[field.key] = clean
    return kept, odd


class StepForm(forms.Form):
    """One step drawn from its data; what is right is `eoi.problems`' to say, not the fields'."""

    use_required_attribute = False  # an incomplete step is saved too

    def __init__(self, step: eoi.Step, answers, *, check: bool, read_only: bool = False):
        """check: show what is wrong, and what is still open; without it only the answers.

        still_open: labels of what is merely empty, by the id of their control.
        """
        super().__init__(answers if check else None, initial=answers)
        self.step = step
        self.fields = {one.key: _control(one) for one in step.fields}
        for one in step.fields:
            self.fields[one.key].disabled = read_only
            self.fields[one.key].named = one.named  # its label in a summary
        self.still_open = self._mark_open() if check else {}

    def _mark_open(self) -> dict[str, str]:
        """Say of a field that it is still open: nothing is wrong with what nobody wrote yet."""
        found = {}
        for key in eoi.problems(self.step, self.data):
            if not self.data.get(key):
                self.fields[key].is_still_open = True
                bound = self[key]
                found[bound.id_for_label or f"{bound.auto_id}_0"] = bound.field.named
        return found

    def _clean_fields(self):
        for key, sentence in eoi.problems(self.step, self.data).items():
            if self.data.get(key):
                self.add_error(key, sentence)


def _control(field: eoi.Field) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        # Only drawn: what is not required is marked as optional.
        "required": field.required or bool(field.needed_when),
    }
    if field.type == "choice":
        return forms.ChoiceField(choices=field.choices, widget=forms.RadioSelect, **common)
    if field.type == "choices":
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=field.choices, widget=widget, **common)
    if field.type == "yes":
        return forms.BooleanField(widget=forms.CheckboxInput(attrs={"value": "yes"}), **common)
    return forms.CharField(widget=_text_widget(field), **common)


def _text_widget(field: eoi.Field) -> forms.Widget:
    if field.type == "text":
        return forms.Textarea(attrs={"rows": 3, "data-most": field.max})
    if field.type == "email":
        return forms.EmailInput(attrs={"autocomplete": "off"})
    if field.type == "number":
        return forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.TextInput()


# --- before it -------------------------------------------------------------------------
class StageCheckForm(forms.Form):
    """The four questions; any of them may be left out, because the check only advises."""

    use_required_attribute = False
    optional_unmarked = True

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for question in QUESTIONS:
            self.fields[str(question.stage)] = forms.ChoiceField(
                label=question.text,
                help_text=question.example,
                choices=CLAIMS,
                widget=forms.RadioSelect,
                required=False,
            )

    def clean(self):
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error(str(QUESTIONS[0].stage), _("Answer at least one question."))


class CityByHandForm(forms.Form):
    """A city that the table does not hold."""

    name = TextLine(label=_("City"), max_length=120)
    region = TextLine(label=_("Region, state or province"), max_length=120, required=False)
    country = forms.ChoiceField(label=_("Country"))
    zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("The one named after the nearest large city with the same clock."),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        named = [(code, cities.country_name(code)) for code in cities.country_codes()]
        blank = [("", _("Choose"))]
        self.fields["country"].choices = blank + sorted(named, key=lambda pair: pair[1])
        self.fields["zone"].choices = blank + zone_choices()


class NoteForm(forms.Form):
    """A few words to somebody."""

    note = LongText(
        label=_("A few words about you"),
        help_text=_("Your job in the city, and who asked you to help."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    """Why a step is taken."""

    reason = LongText(label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, required: bool = True, **options):
        super().__init__(*args, **options)
        self.fields["reason"].required = required
        if not required:
            self.fields["reason"].help_text = _("Only if you want to give one.")


class CloseForm(forms.Form):
    """Why an offering closes before its deadline."""

    reason = LongText(
        label=_("Why it closes early"),
        help_text=_("Cities that still had something to hand in read it, word for word."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LetterForm(forms.Form):
    """An optional letter of support."""

    letter = forms.FileField(
        label=_("A letter of support"),
        help_text=_("PDF, Word (.docx), PNG or JPG, up to 10 MB. Up to three."),
        allow_empty_file=True,  # `letters.attach` says which one is empty
        error_messages={"required": _("Choose a file first.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.png,.jpg,.jpeg"}),
    )


class InviteForm(forms.Form):
    """A colleague by mail."""

    email = forms.EmailField(label=_("Work email of your colleague"), max_length=254)
    role = forms.ChoiceField(
        label=_("Their part"),
        choices=list(roles.WORDS.items()),
        initial=TeamMember.Role.EDITOR,
        widget=forms.RadioSelect,
    )


class RoleForm(forms.Form):
    """What a member may do."""

    role = forms.ChoiceField(label=_("Their part"), choices=list(roles.WORDS.items()))


# --- staff -----------------------------------------------------------------------------
class FindingForm(forms.ModelForm):
    """What staff found about one stage."""

    class Meta:
        model = StageFinding
        fields = ["finding", "evidence", "next_step"]

    finding = forms.ChoiceField(
        label=_("Finding"),
        choices=[pair for pair in StageFinding.Finding.choices if pair[0]],
        widget=forms.RadioSelect,
    )
    evidence = LongText(
        label=_("On what evidence"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    next_step = LongText(
        label=_("Next step for the city"),
        help_text=_("The city reads it with the decision, unless it is selected."),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["seen"].initial = version_of(self.instance)


class CityNoteForm(forms.Form):
    """Personal words that go with a decision. seen: the note that the person had before them."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    note = LongText(
        label=_("A personal note to the city"),
        help_text=_("Goes out with the decision, word for word."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MomentField(forms.DateTimeField):
    """A date and time on the clock of a named zone, in a year that clocks can be asked about."""

    def __init__(self, **options):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)
        self.zone = ZoneInfo("UTC")

    def prepare_value(self, value):
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(self.zone).replace(tzinfo=None)
        return value

    def to_python(self, value):
        with timezone.override(self.zone):
            moment = super().to_python(value)
        if moment is not None:
            try:
                clock.demand_near(moment)
            except Refusal as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return moment


class ExtensionForm(forms.Form):
    """The answer to a city that asks for more time, on the offering's clock."""

    until = MomentField(label=_("Until"), required=False)
    words = LongText(
        label=_("A sentence to the city"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, zone: str, **options):
        super().__init__(*args, **options)
        self.fields["until"].zone = ZoneInfo(zone)

    def clean(self):
        if "grant" in self.data and not self.errors and not self.cleaned_data.get("until"):
            self.add_error("until", _("Choose until when."))
        return self.cleaned_data


class ReleaseForm(forms.Form):
    """Until when selected cities confirm, on the offering's clock."""

    confirm_by = MomentField(label=_("Selected cities confirm by"))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, *args, zone: str, **options):
        super().__init__(*args, **options)
        self.fields["confirm_by"].zone = ZoneInfo(zone)
