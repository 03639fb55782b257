"""Forms made from prompts. What is typed is tidied by `answers.clean`; the form only shows it."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from engagement_plans import impact, register
from engagement_plans.answers import clean
from engagement_plans.guide import Column, Prompt
from sprint_portal.cleaning import LongText

MOST_REV = 2**31 - 1  # as far as the database counts revisions
NONE_OF_THESE = "-"  # the box that says that no other one applies


class AnswerForm(forms.Form):
    """One answer, one row, the register entry or the assessment, with what a save needs to know.

    prompt: what is asked. value: the kept answer. rev: its revision, 0 for none.
    data: what was sent. methods: (slug, title) of toolkit methods, for columns that name one.
    """

    optional_unmarked = True  # nothing is needed to save; what is needed to hand in is said apart
    base_rev = forms.IntegerField(
        min_value=0, max_value=MOST_REV, required=False, widget=forms.HiddenInput
    )
    save_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        prompt: Prompt,
        data: Mapping | None = None,
        *,
        value: Any = None,
        rev: int = 0,
        methods: Iterable[tuple[str, str]] = (),
        prefix: str | None = None,
    ):
        self.prompt = prompt
        start = {"base_rev": rev, "save_id": uuid.uuid4(), **_initial(prompt, value)}
        # Ids are those of the prompt, so that the forms of one page do not share any.
        super().__init__(data, initial=start, auto_id=f"id_{prefix or prompt.key}_%s")
        self.fields.update(_fields(prompt, list(methods)))

    def clean(self):
        """Adds `answer`, the tidied value, and what is wrong with it, field by field."""
        cleaned = super().clean()
        result = clean(self.prompt, self.raw)
        for name, sentence in result.errors.items():
            self.add_error(name if name in self.fields else None, sentence)
        cleaned["answer"] = result.value
        return cleaned

    @property
    def raw(self) -> Any:
        """What was sent, in the shape that `answers.clean` takes."""
        sent = {
            name: field.widget.value_from_datadict(self.data, {}, name)
            for name, field in self.fields.items()
        }
        if self.prompt.type == "aia_lite":
            return _sent_assessment(sent)
        if self.prompt.is_table or self.prompt.type == "register_entry":
            return sent
        return sent["value"]

    @property
    def shown_fields(self) -> list:
        """The fields people fill in, in order."""
        return [bound for bound in self if not bound.is_hidden]


def _field(label, widget, **options):
    """A field that takes whatever is sent: `answers.clean` decides."""
    return forms.Field(label=label, widget=widget, required=False, **options)


def _fields(prompt: Prompt, methods) -> dict[str, forms.Field]:
    if prompt.is_table:
        return {column.key: _cell(column, methods) for column in prompt.columns}
    if prompt.type == "register_entry":
        return {one.key: _register_field(one) for one in register.fields()}
    if prompt.type == "aia_lite":
        return _assessment_fields()
    return {"value": _field(prompt.question, _simple_widget(prompt))}


def _simple_widget(prompt):
    offered = [(option.code, option.label) for option in prompt.choices]
    if prompt.type == "choice":
        return forms.RadioSelect(choices=offered)
    if prompt.type == "multichoice":
        return forms.CheckboxSelectMultiple(choices=offered)
    return forms.Textarea(attrs={"rows": 3 if prompt.type == "text" else 6})


def _cell(column: Column, methods):
    match column.type:
        case "choice":
            offered = [("", "—")] + [(option.code, option.label) for option in column.choices]
            widget = forms.Select(choices=offered)
        case "toolkit_ref":
            widget = forms.Select(choices=[("", "—"), *methods])
        case "boolean":
            widget = forms.CheckboxInput()
        case "date":
            widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        case "number":
            widget = forms.TextInput(attrs={"inputmode": "decimal"})
        case _:
            widget = forms.Textarea(attrs={"rows": 1, "class": "short"})
    return _field(column.label, widget)


def _register_field(one):
    label = one.label if one.required else _("%(label)s (optional)") % {"label": one.label}
    if one.choices:
        offered = [("", "—")] + [(option.code, option.label) for option in one.choices]
        return _field(label, forms.Select(choices=offered))
    return _field(label, forms.Textarea(attrs={"rows": 2, "class": "short"}))


def _assessment_fields():
    found = {}
    for item in impact.items():
        offered = [(option.code, option.label) for option in item.options]
        if item.several:
            offered.append((NONE_OF_THESE, _("None of these")))
            widget = forms.CheckboxSelectMultiple(choices=offered)
        else:
            widget = forms.RadioSelect(choices=offered)
        found[item.key] = _field(item.question, widget)
        found[f"note-{item.key}"] = _field(
            _("Note: what makes you say so"), forms.Textarea(attrs={"rows": 1, "class": "short"})
        )
    return found


def _initial(prompt, value) -> dict[str, Any]:
    if prompt.type == "aia_lite":
        value = value or {}
        notes = {f"note-{key}": note for key, note in (value.get("notes") or {}).items()}
        return {**_shown_choices(value.get("answers") or {}), **notes}
    if prompt.is_table or prompt.type == "register_entry":
        return dict(value or {})
    return {"value": value}


def _shown_choices(answers):
    """Answers as boxes show them: the empty list is the box "None of these"."""
    return {key: [NONE_OF_THESE] if chosen == [] else chosen for key, chosen in answers.items()}


def _sent_assessment(sent):
    answers: dict[str, Any] = {}
    for item in impact.items():
        given = sent.get(item.key)
        if item.several:
            given = None if not given else [code for code in given if code != NONE_OF_THESE]
        answers[item.key] = given
    return {
        "answers": answers,
        "notes": {item.key: sent.get(f"note-{item.key}") for item in impact.items()},
    }


class CommentForm(forms.Form):
    """Something said about a prompt. uid: makes a second click the same comment."""

    body = LongText(label=_("Your comment"), widget=forms.Textarea(attrs={"rows": 3}))
    asks_for_change = forms.BooleanField(
        label=_("This asks for a change before the plan is approved"), required=False
    )
    uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, key="", may_ask=False):
        super().__init__(data, initial={"uid": uuid.uuid4()}, auto_id=f"id_comment_{key}_%s")
        if not may_ask:
            del self.fields["asks_for_change"]


class HandInForm(forms.Form):
    """The agreement that comes with handing in."""

    agrees = forms.BooleanField(
        label=_(
            "Answers marked public may be published as a best practice once the plan is approved"
        ),
        error_messages={"required": _("Tick this to hand in: your name and the time are kept.")},
    )


class VerdictForm(forms.Form):
    """What a facilitator says about a plan that was handed in."""

    note = LongText(
        label=_("Note to the city"),
        help_text=_("Sent with the verdict, together with every conversation that is still open."),
        required=False,
    )
    verdict = forms.ChoiceField(
        choices=[("approve", _("Approve")), ("request_changes", _("Ask for changes"))],
        widget=forms.HiddenInput,
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("verdict") == "request_changes" and not cleaned.get("note"):
            self.add_error("note", _("Say what should change, in a sentence or two."))
        return cleaned
