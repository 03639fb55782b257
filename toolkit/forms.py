"""What people type in the toolkit: a search, an edit, a reason."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sprint_portal.cleaning import LongText, TextLine
from toolkit.library import Wish

ANY = ("", _("Any"))
KINDS = [
    ("method", _("Method")),
    ("template", _("Template")),
    ("training", _("Training")),
    ("policy", _("Policy")),
]
EFFORTS = [
    ("low", pgettext_lazy("effort", "Low")),
    ("medium", pgettext_lazy("effort", "Medium")),
    ("high", pgettext_lazy("effort", "High")),
]
STAGES = [
    ("staffing", _("Naming staff to lead AI work")),
    ("governance", _("Writing or revising AI governance rules")),
    ("designing", _("Developing or designing a specific AI use")),
    ("deploying", _("Deploying, or about to deploy, a specific AI use")),
]
LEVELS = [
    ("inform", pgettext_lazy("level", "Inform")),
    ("consult", pgettext_lazy("level", "Consult")),
    ("involve", pgettext_lazy("level", "Involve")),
    ("collaborate", pgettext_lazy("level", "Collaborate")),
    ("empower", pgettext_lazy("level", "Empower")),
]
SECTIONS = [
    ("focus", _("Focus and decision")),
    ("goals", _("Goals and promise")),
    ("people", _("People and communities")),
    ("access", _("Access, language and safety")),
    ("partners", _("Partners and team")),
    ("methods", _("Engagement activities")),
    ("learning", _("Training and upskilling")),
    ("rights", _("Transparency, rights and risk")),
    ("delivery", _("Timeline and resources")),
    ("feedback", _("Feedback, measurement and accountability")),
]


class LibraryForm(forms.Form):
    """A GET form: every answer is in the address, so a search can be passed on."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": None}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[ANY, *KINDS], required=False)
    effort = forms.ChoiceField(label=_("Effort"), choices=[ANY, *EFFORTS], required=False)
    level = forms.ChoiceField(
        label=_("Level of participation"), choices=[ANY, *LEVELS], required=False
    )
    stage = forms.ChoiceField(
        label=_("Where you are with AI"), choices=[ANY, *STAGES], required=False
    )
    section = forms.ChoiceField(
        label=_("Section of the plan"), choices=[ANY, *SECTIONS], required=False
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: [ANY, *settings.LANGUAGES], required=False
    )

    @property
    def wish(self) -> Wish:
        """What is looked for; a question with an answer that is not on the list stays open."""
        self.is_valid()
        return Wish(**self.cleaned_data)


class TextForm(forms.Form):
    """The words of an edition: title, summary, how to cite, and each prose part by its block.

    content: of the edition. Fields of prose parts are named "block.place".
    """

    title = TextLine(label=_("Title"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    summary = LongText(label=_("Summary"), max_length=1_200)
    cite = LongText(label=_("How to cite"), max_length=600, required=False)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, content: dict, titles: dict, **options):
        super().__init__(*args, **options)
        self.prose: dict[str, tuple[str, int]] = {}
        for block in content["blocks"]:
            for place, part in enumerate(block["parts"]):
                if part["type"] == "prose":
                    self._add(block["key"], place, part, titles[block["key"]])

    def _add(self, key, place, part, chapter):
        name = f"{key}.{place}"
        self.prose[name] = (key, place)
        label = f"{chapter}: {part['title']}" if part["title"] else chapter
        self.fields[name] = LongText(
            label=label,
            max_length=20_000,
            required=False,
            initial=part["text"],
            help_text=_("Leave it empty to drop this part."),
        )

    @property
    def changes(self) -> dict:
        """As `publishing.edit` takes them."""
        kept = {name: self.cleaned_data[name] for name in ("title", "summary", "cite")}
        return kept | {spot: self.cleaned_data[name] for name, spot in self.prose.items()}


class WithdrawForm(forms.Form):
    """Why a best practice is taken back; kept in the record."""

    reason = LongText(label=_("Why is it taken back?"), max_length=500)
