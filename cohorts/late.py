"""What a city reads once its deadline has passed, by what became of its question for more time."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as say

from cohorts.models import Application, ExtensionRequest

Words = str | Promise


@dataclass(frozen=True)
class Late:
    """title: what comes next. draft, changes, step: the sentence of the overview for what was
    never handed in, and for what changed since; and beside a step. link: to the question.
    """

    title: Words
    draft: Words
    changes: Words
    step: Words
    link: Words

    def action(self, application: Application) -> dict[str, str]:
        ask = reverse("cohorts:ask_extension", kwargs={"uid": application.uid})
        return {"href": ask, "text": str(self.link)}


UNASKED = Late(
    say("ask for more time"),
    say("Everything you wrote is kept."),
    say("What you changed since you handed in is kept, and is not handed in."),
    say(
        "The deadline has passed. What you write is still kept; it can be handed in once you "
        "have more time."
    ),
    say("Ask for more time"),
)
ASKED = Late(
    say("our answer about more time"),
    say("You asked for more time, and we answer by mail. Go on writing: all of it is kept."),
    say("You asked for more time, and we answer by mail. What you changed is kept until then."),
    say(
        "The deadline has passed. You asked for more time, and we answer by mail; what you write "
        "is kept until then."
    ),
    say("See your question"),
)
REFUSED = Late(
    say("nothing to do"),
    say("We could not give you more time. Everything you wrote is kept."),
    say("We could not give you more time. What you changed is kept, and is not handed in."),
    say("We could not give you more time. What you write is still kept, and is not handed in."),
    say("Read our answer"),
)


def late(application: Application) -> Late:
    """The words that hold now (questions prefetched or not)."""
    asked = question(application)
    if asked and not asked.answered_at:
        return ASKED
    return REFUSED if asked and not asked.granted_until else UNASKED


def question(application: Application) -> ExtensionRequest | None:
    """The last one."""
    return max(application.extension_requests.all(), key=lambda one: one.pk, default=None)
