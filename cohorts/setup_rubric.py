"""The rubric as a form, and the form of each section by its name."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cohorts import preparing
from cohorts.scores import SCALE
from cohorts.setup_forms import (
    DatesForm,
    FormForm,
    KeepingForm,
    LoadForm,
    NameForm,
    PeopleForm,
    SectionForm,
)
from sprint_portal.cleaning import LongText, TextLine

MOST_CRITERIA = 9


class RubricForm(SectionForm):
    """Criteria as blocks of fields, and one empty block to add another."""

    section = "rubric"

    def __init__(self, data, offering, locked=None):
        _version, self.stored = preparing.criteria_of(offering)
        self.blocks = min(self._count(data), MOST_CRITERIA)
        super().__init__(data, offering, locked)
        for n in range(self.blocks):
            self.fields |= _criterion_fields(n)

    def _count(self, data) -> int:
        """Blocks to show: as many as were sent, else those stored and an empty one."""
        sent = (data or {}).get("blocks", "")
        if sent.isascii() and sent.isdigit():
            return max(int(sent[:2]), 1)
        return len(self.stored) + 1

    def first(self, offering):
        facts = {}
        for n, one in enumerate(self.stored):
            facts |= {f"c{n}_{name}": one[name] for name in ("key", "name", "question", "weight")}
            facts |= {f"c{n}_a{score}": one["anchors"][str(score)] for score in SCALE}
        return facts

    def clean(self):
        data = super().clean()
        for n in range(self.blocks):
            if self._is_used(n, data):
                self._demand_whole(n, data)
        if not self.errors and not self.criteria():
            raise forms.ValidationError(_("A rubric needs at least one criterion."))
        return data

    def _is_used(self, n, data) -> bool:
        if data.get(f"c{n}_gone"):
            return False
        names = [name for name in self.fields if name.startswith(f"c{n}_") and name[-4:] != "_key"]
        return any(data.get(name) or name in self.errors for name in names)

    def _demand_whole(self, n, data):
        for name in self.fields:
            is_asked = name.startswith(f"c{n}_") and not name.endswith(("_key", "_gone"))
            if is_asked and name not in self.errors and not data.get(name):
                self.add_error(name, _("Fill this in, or take the whole criterion out."))

    def criteria(self) -> list[dict]:
        """The criteria as `cohorts.scores` stores them, once valid."""
        data = self.cleaned_data
        return [
            {
                **{name: data.get(f"c{n}_{name}") for name in ("key", "name", "question")},
                "weight": data[f"c{n}_weight"],
                "anchors": {str(score): data[f"c{n}_a{score}"] for score in SCALE},
            }
            for n in range(self.blocks)
            if self._is_used(n, data) and data.get(f"c{n}_weight")
        ]

    def rows(self):
        """[(key, name, question, weight, [anchors], take it out)] as bound fields."""
        return [
            {
                "key": self[f"c{n}_key"],
                "plain": [self[f"c{n}_{name}"] for name in ("name", "question", "weight")],
                "anchors": [self[f"c{n}_a{score}"] for score in SCALE],
                "gone": self[f"c{n}_gone"],
                "title": self[f"c{n}_name"].value(),
                "is_wrong": any(name.startswith(f"c{n}_") for name in self.errors),
            }
            for n in range(self.blocks)
        ]

    def place_of(self, field):
        return None


def _criterion_fields(n: int) -> dict:
    """The fields of one criterion; a new one gets its key at saving."""
    line = {"required": False}
    fields = {
        f"c{n}_key": forms.RegexField(
            r"^[a-z0-9_]*$", max_length=40, widget=forms.HiddenInput, required=False
        ),
        f"c{n}_name": TextLine(label=_("Name"), max_length=80, **line),
        f"c{n}_question": LongText(
            label=_("What is asked"),
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
            **line,
        ),
        f"c{n}_weight": forms.IntegerField(
            label=_("Weight"), min_value=1, max_value=100, required=False
        ),
    }
    for score in SCALE:
        fields[f"c{n}_a{score}"] = LongText(
            label=gettext("What a %(score)s looks like") % {"score": score},
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
            **line,
        )
    fields[f"c{n}_gone"] = forms.BooleanField(label=_("Take this criterion out"), **line)
    return fields


FORMS = {
    form.section: form
    for form in (NameForm, DatesForm, LoadForm, FormForm, RubricForm, PeopleForm, KeepingForm)
}
