"""What staff fill in about places and later offerings."""

from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.forms import MomentField
from cohorts.models import Offering, StageFinding
from sprint_portal.cleaning import LongText

LATER = "later"


class InviteOnForm(forms.Form):
    """Where to: an offering, or the next one once it is scheduled (None)."""

    offering = forms.ChoiceField(label=_("Invite to"))

    def __init__(self, *args, offerings, **options):
        super().__init__(*args, label_suffix="", **options)
        self.offerings = {one.slug: one for one in offerings}
        self.fields["offering"].choices = [
            *((slug, str(one)) for slug, one in self.offerings.items()),
            (LATER, _("The next one, when it is scheduled")),
        ]

    def clean_offering(self) -> Offering | None:
        return self.offerings.get(self.cleaned_data["offering"])


class ExtendForm(forms.Form):
    """A later day to confirm by, on the offering's clock."""

    until = MomentField(label=_("Confirms by"))

    def __init__(self, *args, zone: str, **options):
        super().__init__(*args, label_suffix="", **options)
        self.fields["until"].zone = ZoneInfo(zone)


class OfferOnForm(forms.Form):
    """Why an unconfirmed place is taken back, and what becomes of the city."""

    then = forms.ChoiceField(
        label=_("What becomes of the city?"),
        choices=[
            ("waitlist", _("Last place on the waitlist")),
            ("decline", _("Not selected this time")),
        ],
        initial="waitlist",
        widget=forms.RadioSelect,
    )
    reason = LongText(
        label=_("Why?"),
        help_text=_("For the record; the city does not read it."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)


class OfferForm(forms.Form):
    """Until when the next city confirms, on the offering's clock, and why it is offered a place."""

    confirm_by = MomentField(label=_("It confirms by"))
    reason = LongText(
        label=_("Why?"),
        help_text=_("For the record; the city does not read it."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = LongText(
        label=_("A note of your own"),
        help_text=_("Goes with the mail below. The note that came with the waitlist does not."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, zone: str, **options):
        super().__init__(*args, label_suffix="", **options)
        self.fields["confirm_by"].zone = ZoneInfo(zone)


class QuickFindingForm(forms.Form):
    """One stage in the walk through many; a stage left without a finding is left for later."""

    use_required_attribute = False
    optional_unmarked = True

    finding = forms.ChoiceField(
        label=_("Finding"),
        choices=[pair for pair in StageFinding.Finding.choices if pair[0]],
        required=False,
        widget=forms.RadioSelect,
    )
    evidence = LongText(
        label=_("On what evidence"),
        help_text=_("Empty: as the city wrote."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    next_step = LongText(
        label=_("Next step for the city"),
        help_text=_("It reads this with the decision."),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)

    def clean(self):
        given = self.cleaned_data
        if (given.get("evidence") or given.get("next_step")) and not given.get("finding"):
            self.add_error("finding", _("Choose a finding to go with what you wrote."))
        return given


class QuickFindings:
    """The four forms of one application; speaks to the error summary as a formset does."""

    def __init__(self, forms_by_stage: dict[str, QuickFindingForm]):
        self.by_stage = forms_by_stage
        self.forms = list(forms_by_stage.values())
        self.is_bound = any(form.is_bound for form in self.forms)

    def non_form_errors(self) -> list:
        return []

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms)

    @property
    def cleaned(self) -> dict[str, dict]:
        """{stage: what was found}, once valid."""
        return {stage: form.cleaned_data for stage, form in self.by_stage.items()}
