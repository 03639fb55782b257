"""The expression of interest as data: short steps, their fields, and what an answer must be.

Pure: answers are {field key: str, or list of str for `choices`}; what was typed is always kept,
and `problems` says what is still missing or wrong. Raise VERSION when a change of fields would
make old answers read differently; every hand-in is stored with its version.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say
from django.utils.translation import ngettext

from cohorts.eligibility import CLAIMS, QUESTIONS, YES
from cohorts.models.stage_check import Stage

VERSION = 1
LINE, SENTENCE, TEXT = 200, 500, 2_000  # characters
NUMBER_MOST = 500

Words = str | Promise
Answers = Mapping[str, Any]

TYPES = ("line", "text", "email", "number", "choice", "choices", "yes")


@dataclass(frozen=True)
class Field:
    """One question. type: see TYPES. choices: (value, label) pairs.

    needed_when: (other field, value) that makes an optional field required. alone: its label
    where it is read without the questions around it; "" where `label` says enough.
    """

    key: str
    type: str
    label: Words
    help: Words = ""
    required: bool = True
    max: int = LINE
    choices: tuple[tuple[str, Words], ...] = ()
    needed_when: tuple[str, str] | None = None
    alone: Words = ""

    @property
    def named(self) -> Words:
        """Its label where it stands alone: in a summary, a receipt, a list of what is missing."""
        return self.alone or self.label

    def is_needed(self, answers: Answers) -> bool:
        if self.needed_when:
            other, value = self.needed_when
            given = answers.get(other)
            return value in given if isinstance(given, list) else given == value
        return self.required


@dataclass(frozen=True)
class Step:
    """One short page of questions. short: its name on the line of steps."""

    key: str
    title: Words
    short: Words
    intro: Words
    fields: tuple[Field, ...]


def stage_key(stage: str) -> str:
    return f"stage_{stage}"


def evidence_key(stage: str) -> str:
    return f"evidence_{stage}"


def _stage_fields() -> Iterator[Field]:
    for question in QUESTIONS:
        yield Field(
            stage_key(question.stage), "choice", question.text, question.example, choices=CLAIMS
        )
        yield Field(
            evidence_key(question.stage),
            "text",
            say("One sentence that shows it"),
            say("What exists, since when, and where we could see it. Only needed with a yes."),
            max=SENTENCE,
            needed_when=(stage_key(question.stage), YES),
            alone=format_lazy(
                say("{stage}: one sentence that shows it"), stage=Stage(question.stage).label
            ),
        )


WINDOWS = (
    ("early", say("8:00 to 10:00")),
    ("late_morning", say("10:00 to 12:00")),
    ("noon", say("12:00 to 14:00")),
    ("afternoon", say("14:00 to 16:00")),
    ("late", say("16:00 to 18:00")),
)
LANGUAGES = (
    ("en", say("English")),
    ("es", say("Spanish")),
    ("pt", say("Portuguese")),
    ("fr", say("French")),
    ("other", say("Another one")),
)
AREAS = (
    ("governance", say("A governance framework, for all uses")),
    ("services", say("City services and permits")),
    ("housing", say("Housing")),
    ("education", say("Education")),
    ("health", say("Health and social care")),
    ("mobility", say("Streets and transport")),
    ("safety", say("Public safety")),
    ("environment", say("Environment and climate")),
    ("other", say("Something else")),
)
YES_NO_UNSURE = (("yes", say("Yes")), ("no", say("No")), ("unsure", say("Not sure")))

STEPS = (
    Step(
        "contact",
        say("Who we write to"),
        say("Contacts"),
        say("One person leads, and one more knows: people go on leave, cities stay."),
        (
            Field("department", "line", say("Department or office")),
            Field("lead_name", "line", say("Lead contact: name")),
            Field("lead_role", "line", say("Lead contact: job title")),
            Field("lead_email", "email", say("Lead contact: work email")),
            Field("lead_phone", "line", say("Lead contact: telephone"), required=False, max=40),
            Field("alternate_name", "line", say("Alternate contact: name")),
            Field("alternate_email", "email", say("Alternate contact: work email")),
        ),
    ),
    Step(
        "stages",
        say("Where you are with AI"),
        say("Stages"),
        say(
            "One yes is enough to be eligible. Answer as it is today: a no does not count "
            "against you, and cities that are not there yet are invited to a later offering."
        ),
        (
            *_stage_fields(),
            Field(
                "expected",
                "text",
                say("If nothing is a yes yet: which stage do you expect to reach, and when?"),
                say("It helps us to invite you to the right offering."),
                required=False,
                max=SENTENCE,
            ),
        ),
    ),
    Step(
        "topic",
        say("What you would work on"),
        say("Topic"),
        say("A first idea is enough. The sprint itself begins by sharpening it."),
        (
            Field(
                "topic",
                "text",
                say("Your AI topic, as you see it today"),
                say("One AI effort: a framework, or a use that residents will meet."),
                max=TEXT,
            ),
            Field("area", "choice", say("Which area does it touch most?"), choices=AREAS),
            Field(
                "audiences",
                "text",
                say("Who should be heard, and whom do you worry about?"),
                say("Groups that the AI affects, and those that are seldom in the room."),
                max=TEXT,
            ),
            Field(
                "partners",
                "text",
                say("Agencies and community organisations you already work with"),
                required=False,
                max=TEXT,
            ),
        ),
    ),
    Step(
        "team",
        say("Your team and your time"),
        say("Team"),
        say("The sprint asks for a sponsor who can say yes, and for hours that are really free."),
        (
            Field("sponsor", "line", say("Executive sponsor: name and job title")),
            Field(
                "sponsor_agreed",
                "choice",
                say("Has the sponsor agreed?"),
                choices=(
                    ("yes", say("Yes")),
                    ("asked", say("Asked, not answered yet")),
                    ("no", say("Not asked yet")),
                ),
            ),
            Field("team_size", "number", say("How many people will take part?"), max=NUMBER_MOST),
            Field(
                "hours",
                "choice",
                say("How many hours a week can each of them give?"),
                choices=(
                    ("under", say("Less than 3")),
                    ("enough", say("3 to 4")),
                    ("over", say("More than 4")),
                    ("unsure", say("Not sure yet")),
                ),
            ),
            Field(
                "windows",
                "choices",
                say("When could you meet each week?"),
                say(
                    "In your city’s own time. The weekly session is settled later, with all cities."
                ),
                choices=WINDOWS,
            ),
            Field(
                "windows_note",
                "line",
                say("Days or hours that never work"),
                required=False,
            ),
            Field("languages", "choices", say("Languages you can work in"), choices=LANGUAGES),
            Field(
                "languages_other",
                "line",
                say("Which other language?"),
                say("Only if you work in another one."),
                required=False,
                needed_when=("languages", "other"),
            ),
        ),
    ),
    Step(
        "needs",
        say("What would help you"),
        say("Needs"),
        say("Nothing here counts for or against you."),
        (
            Field(
                "access_needs",
                "text",
                say("What do people in your team need to take part fully?"),
                say("Captions, sign language, slides ahead of time, breaks: whatever it is."),
                required=False,
                max=TEXT,
            ),
            Field(
                "assessment",
                "choice",
                say("Has your city completed the What Works Cities Assessment?"),
                choices=YES_NO_UNSURE,
            ),
            Field(
                "publish",
                "text",
                say("What do you hope to publish at the end?"),
                say("The sprint ends with a page that presents your plan as a best practice."),
                max=TEXT,
            ),
        ),
    ),
    Step(
        "consent",
        say("Your consent"),
        say("Consent"),
        say(
            "We keep what you wrote to run this offering and show it to programme staff and to "
            "those who decide. Names of cities that apply are not published."
        ),
        (
            Field("consent_store", "yes", say("You may store what we wrote for this offering")),
            Field("consent_contact", "yes", say("You may write to the contacts named here")),
        ),
    ),
)
BY_KEY = {step.key: step for step in STEPS}
FIELDS = {field.key: field for step in STEPS for field in step.fields}


def problem(field: Field, answers: Answers) -> str:
    """What is wrong with one answer, as a sentence; "" when all is well."""
    value = answers.get(field.key) or ""
    if not value:
        return _needed(field) if field.is_needed(answers) else ""
    if field.type in ("choice", "choices"):
        return _("Choose from the list.") if _outside(field, value) else ""
    if field.type == "number":
        return _number_problem(field, value)
    return _text_problem(field, value)


def problems(step: Step, answers: Answers) -> dict[str, str]:
    """{field key: sentence} for everything in one step that is missing or wrong."""
    found = ((field.key, problem(field, answers)) for field in step.fields)
    return {key: sentence for key, sentence in found if sentence}


def all_problems(answers: Answers) -> dict[str, dict[str, str]]:
    """{step key: {field key: sentence}} for the steps that are not complete."""
    found = ((step.key, problems(step, answers)) for step in STEPS)
    return {key: wrong for key, wrong in found if wrong}


def is_complete(answers: Answers) -> bool:
    """Whether it could be handed in as it is."""
    return not all_problems(answers)


def is_begun(step: Step, answers: Answers) -> bool:
    """Whether anything at all is answered in a step."""
    return any(answers.get(field.key) for field in step.fields)


def claims(answers: Answers) -> dict[str, str]:
    """{stage: "yes" | "soon" | "no" | ""}, as `eligibility.check` takes them."""
    return {stage: str(answers.get(stage_key(stage), "")) for stage in Stage.values}


def from_stage_check(checked: Mapping[str, str]) -> dict[str, str]:
    """Answers of the public stage check as answers of the form."""
    return {stage_key(stage): checked[stage] for stage in Stage.values if checked.get(stage)}


def shown(field: Field, value: Any) -> str:
    """An answer in words, as a person reads it."""
    if field.type == "yes":
        return _("Yes") if value else ""
    labels = dict(field.choices)
    if field.type == "choices":
        return ", ".join(str(labels.get(one, one)) for one in value or [])
    return str(labels.get(value, value or ""))


def read_out(answers: Answers) -> list[tuple[Step, list[tuple[Field, str]]]]:
    """Everything as it is read: steps with their questions and answers in words."""
    return [
        (step, [(field, shown(field, answers.get(field.key))) for field in step.fields])
        for step in STEPS
    ]


def next_step(key: str) -> Step | None:
    """The step after `key`; None after the last."""
    keys = list(BY_KEY)
    place = keys.index(key) + 1
    return STEPS[place] if place < len(STEPS) else None


def _needed(field: Field) -> str:
    if field.type == "yes":
        return _("We need your consent to go on.")
    if field.type in ("choice", "choices"):
        return _("Choose an answer.")
    return _("This is still empty.")


def _outside(field: Field, value: Any) -> bool:
    given = value if isinstance(value, list) else [value]
    return not set(given) <= {known for known, _label in field.choices}


def _number_problem(field: Field, value: str) -> str:
    if value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= field.max:
        return ""
    return _("Write a number from 1 to %(most)s.") % {"most": field.max}


def _text_problem(field: Field, value: str) -> str:
    if over := max(0, len(value) - field.max):
        return ngettext(
            "This is %(over)s character too long; %(max)s fit. Your text is kept.",
            "This is %(over)s characters too long; %(max)s fit. Your text is kept.",
            over,
        ) % {"over": over, "max": field.max}
    if field.type == "email":
        try:
            validate_email(value)
        except ValidationError:
            return _("This does not look like an email address.")
    return ""
