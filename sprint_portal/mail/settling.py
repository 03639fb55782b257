"""What staff do about a mail that failed, or of which nobody knows whether it went."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from sprint_portal.mail import erasing, tasks
from sprint_portal.mail.models import Message, State
from sprint_portal.queue import enqueue
from sprint_portal.transitions import Action, Workflow

UNSETTLED = frozenset({State.FAILED, State.UNKNOWN})


def still_useful(message, user) -> str:
    """Guard: a code or link that has lost its power is not sent again, nor what was erased."""
    if message.to == erasing.NOBODY:
        return _("What it said and to whom is erased.")
    if message.is_secret and message.secret_until <= timezone.now():
        return _("Its code or link no longer works. The person can ask for a new one.")
    return ""


MESSAGE = Workflow(
    [
        Action(
            "send_again",
            say("Send again"),
            UNSETTLED,
            State.QUEUED,
            "mail.settle_message",
            (still_useful,),
        ),
        Action(
            "mark_sent",
            say("It did arrive: mark as sent"),
            UNSETTLED,
            State.SENT,
            "mail.settle_message",
        ),
    ]
)


@transaction.atomic
def send_again(message: Message, *, by) -> None:
    """Queue `message` anew, with all its attempts. Raises NotPermitted or MoveRefused."""
    MESSAGE.perform("send_again", message, by=by, attempts=0, next_try_at=None, error="")
    enqueue(tasks.send, message.pk)


def mark_sent(message: Message, *, by) -> None:
    """Believe that `message` arrived. Raises NotPermitted or MoveRefused."""
    body = "" if message.is_secret else message.body
    MESSAGE.perform("mark_sent", message, by=by, sent_at=timezone.now(), error="", body=body)


VERBS = {"send_again": send_again, "mark_sent": mark_sent}
