"""What reviewers, staff and deciders fill in while cities are chosen."""

import unicodedata
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cohorts import bulk, reviewing, rounds
from cohorts.forms import MomentField
from cohorts.models import Review, ReviewRound
from cohorts.scores import SCALE, Criterion, read_criteria
from sprint_portal.accounts.models import User
from sprint_portal.cleaning import LongText, TextLine

KEPT_MOST = 200_000  # characters of one text that a draft keeps; the request itself is bounded


class ReviewForm(forms.Form):
    """A rubric as a form. What is right, `reviewing.problems` says; a draft may be anything."""

    use_required_attribute = False

    def __init__(self, review: Review, *, check: bool = False):
        """check: show what is missing or wrong."""
        self.review, self.criteria = review, read_criteria(review.rubric.criteria)
        stored = {"note": review.note, "advice": review.advice}
        stored |= {f"score_{key}": str(score) for key, score in review.scores.items()}
        stored |= {f"comment_{key}": text for key, text in review.comments.items()}
        super().__init__(stored if check else None, initial=stored, label_suffix="")
        for criterion in self.criteria:
            self.fields[f"score_{criterion.key}"] = _score_field(criterion)
            self.fields[f"comment_{criterion.key}"] = _text(_("Why"), required=False)
        self.fields["note"] = _text(
            _("What the others should know"),
            help=_("The other reviewers and staff read it once they may. The city never does."),
            required=False,
        )
        self.fields["advice"] = forms.ChoiceField(
            label=_("What do you advise?"), choices=Review.Advice.choices, widget=forms.RadioSelect
        )

    def _clean_fields(self):
        for name, sentence in reviewing.problems(self.review).items():
            self.add_error(name, sentence)

    def rows(self):
        """(criterion, its score, its comment) in reading order."""
        return [
            (one, self[f"score_{one.key}"], self[f"comment_{one.key}"]) for one in self.criteria
        ]


def _score_field(criterion: Criterion):
    choices = [(str(score), f"{score} · {criterion.anchors[score]}") for score in SCALE]
    return forms.ChoiceField(
        label=criterion.name,
        help_text=criterion.question,
        choices=choices,
        widget=forms.RadioSelect,
    )


def _text(label, *, help="", required=True):
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=help, required=required, widget=widget)


def draft_from(data, criteria: list[Criterion]) -> reviewing.Draft:
    """What was typed, kept whole but for characters that no database takes. data: a QueryDict."""
    scores = {one.key: data.get(f"score_{one.key}", "") for one in criteria}
    known = {str(score) for score in SCALE}
    comments = {one.key: _kept(data.get(f"comment_{one.key}", "")) for one in criteria}
    advice = data.get("advice", "")
    return reviewing.Draft(
        scores={key: int(score) for key, score in scores.items() if score in known},
        comments={key: text for key, text in comments.items() if text},
        note=_kept(data.get("note", "")),
        advice=advice if advice in Review.Advice.values else "",
    )


def _kept(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in text if sign in "\n\t" or not _is_control(sign))
    return "".join(kept).strip()[:KEPT_MOST]


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs")


class RoundForm(forms.ModelForm):
    """How an offering is reviewed. The due time is on the offering's clock."""

    due_at = MomentField(label=_("Reviews are due"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ReviewRound
        fields = ["is_open", "blind", "per_application", "due_at"]
        help_texts = {
            "blind": _("Names, contacts, the city and its region are hidden from reviewers."),
        }

    def clean_seen(self):
        return self.cleaned_data["seen"] or None

    def clean_due_at(self):
        due = self.cleaned_data["due_at"]
        if due and due != self.initial.get("due_at") and due <= timezone.now():
            raise forms.ValidationError(_("Choose a moment that lies ahead."))
        return due

    def __init__(self, *args, zone: str, **options):
        super().__init__(*args, **options)
        self.fields["due_at"].zone = ZoneInfo(zone)
        self.fields["seen"].initial = rounds.version_of(self.instance)
        self.fields["per_application"] = forms.IntegerField(
            label=self.fields["per_application"].label, min_value=1, max_value=9
        )


class WeightsForm(forms.Form):
    """The weights of a rubric's criteria. version: of the rubric that the person sees."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, criteria: list[Criterion], data=None, *, version: int):
        super().__init__(data, label_suffix="", initial={"version": version})
        for one in criteria:
            self.fields[f"weight_{one.key}"] = forms.IntegerField(
                label=one.name, min_value=1, max_value=100, initial=one.weight
            )

    def weights(self) -> dict[str, int]:
        """{criterion key: weight}, once valid."""
        found = self.cleaned_data.items()
        return {name.removeprefix("weight_"): one for name, one in found if name != "version"}


class ReviewerForm(forms.Form):
    """Whom to ask."""

    reviewer = forms.ModelChoiceField(
        label=_("Reviewer"), queryset=User.objects.none(), to_field_name="uid", empty_label=None
    )

    def __init__(self, data=None):
        super().__init__(data, label_suffix="")
        self.fields["reviewer"].queryset = rounds.reviewers()


class AsidePersonForm(forms.Form):
    """Who steps aside: oneself; for those who record it for others, anyone who judges."""

    reviewer = forms.ModelChoiceField(
        label=_("Who"),
        queryset=User.objects.none(),
        to_field_name="uid",
        error_messages={"required": _("Choose who steps aside.")},
    )

    def __init__(self, data=None, *, by: User, for_others: bool):
        super().__init__(data, auto_id="aside-who-%s", label_suffix="")
        people = rounds.judges()
        self.by, self.for_others = by, for_others
        self.fields["reviewer"].queryset = people if for_others else people.filter(pk=by.pk)


class AsideForm(forms.Form):
    """Why somebody does not judge a city."""

    reason = LongText(
        label=_("Why?"),
        max_length=1_000,
        help_text=_("One sentence is enough: you worked there, you advise it, you know someone."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NoteForm(forms.Form):
    """A word in the conversation about one application."""

    body = LongText(label=_("Your word"), widget=forms.Textarea(attrs={"rows": 3}))


class BulkForm(forms.Form):
    """One step for all that are ticked."""

    step = forms.ChoiceField(
        label=_("Step"),
        error_messages={"required": _("Choose a step for the cities that are ticked.")},
    )
    reason = LongText(
        label=_("Reason"),
        max_length=1_000,
        required=False,
        help_text=_("Needed to select, to decline, and to look at the stages again."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data=None, *, by: User):
        super().__init__(data)
        self.fields["step"].choices = [("", _("Choose a step")), *bulk.steps(by)]


class ScenarioForm(forms.Form):
    """A set of cities under a name."""

    name = TextLine(label=_("Name of the set"), max_length=80)
    note = LongText(
        label=_("What speaks for it"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChoiceOfSetForm(forms.Form):
    """Why this set."""

    rationale = LongText(
        label=_("Why this set?"),
        help_text=_("It is printed in the decision pack, above the lines for signatures."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    instead_of = forms.UUIDField(required=False, widget=forms.HiddenInput)
