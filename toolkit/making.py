"""The making of one file, so that a killed worker loses nothing and no file is made twice at once.

The `Render` row is the truth. A worker takes a lease by one conditional UPDATE, says how far it
is, and finishes only if the lease is still its own. Leases that ran out are found by `sweep`.
"""

import hashlib
import json
import uuid
from datetime import UTC, timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sprint_portal.refusals import Refusal
from toolkit import checks, editorial, rendering
from toolkit.models import Edition, Render
from toolkit.models.render import State

log = structlog.get_logger(__name__)

SOFT_LIMIT, HARD_LIMIT = 45, 60  # seconds of one try; a document of 80 pages takes about ten
LEASE = timedelta(seconds=75)  # longer than the hard limit: a living worker never loses it
MOST_TRIES = 3
RESEND = timedelta(seconds=60)  # a render that waits this long may never have reached the queue
MOST_RESENT = 50


def issue(edition: Edition) -> rendering.Issue:
    """What the printed edition says of itself."""
    day = edition.made_at.astimezone(UTC).date().isoformat()
    if not edition.is_published:
        return rendering.Issue(edition.number, day, is_draft=True)
    address = settings.SITE_URL + edition.best_practice.get_absolute_url()
    return rendering.Issue(edition.number, day, address)


def print_digest(edition: Edition) -> str:
    """Names everything that goes into the file: the same digest means the same bytes."""
    said = issue(edition)
    pieces = [rendering.DESIGN, edition.digest, said.number, said.day, said.address, said.is_draft]
    return hashlib.sha256(json.dumps(pieces).encode()).hexdigest()


def finished(edition: Edition) -> Render | None:
    """A file of the edition as it now reads, or None."""
    done = Render.objects.filter(edition=edition, state=State.DONE, digest=print_digest(edition))
    return done.first()


def make(render_id: int, *, holder: str) -> None:
    """Make the file of one render, unless it is done or another worker has it.

    holder: name of the task. A queue hands the same task out once more only when the worker that
    had it died (its hard limit is shorter than any visibility timeout), so a lease of the same
    holder counts for nothing. Safe to run twice: only the last that took the lease can finish.
    """
    render = _take(render_id, holder)
    if render is None:
        return
    try:
        _make(render)
    except SoftTimeLimitExceeded:
        _fail(render, _("Making the file took longer than %d seconds.") % SOFT_LIMIT)
    except Refusal as why:
        _fail(render, str(why))
    except OSError as fault:  # storage or disk: may pass by itself
        log.warning("render_postponed", render=render.pk, fault=type(fault).__name__)
        _let_go(render)
    except Exception as fault:
        log.exception("render_failed", render=render.pk)
        _fail(render, _("The file could not be laid out (%s).") % type(fault).__name__)


def _take(render_id: int, holder: str) -> Render | None:
    """Get the lease, by one UPDATE that only one worker can win; None for all others."""
    free = Q(state=State.QUEUED)
    if holder:
        free |= Q(state=State.RUNNING, holder=holder)
    taken = Render.objects.filter(free, pk=render_id).update(
        state=State.RUNNING,
        step="content",
        attempts=F("attempts") + 1,
        holder=holder,
        leased_until=timezone.now() + LEASE,
    )
    if not taken:
        return None
    render = Render.objects.select_related("edition__best_practice").get(pk=render_id)
    if render.attempts > MOST_TRIES:
        _fail(render, _dead())
        return None
    return render


def _make(render: Render) -> None:
    """Content, layout, checks, storage: each step is said before it begins."""
    edition = render.edition
    # Read once: it may be published while its draft is laid out.
    said, digest = issue(edition), print_digest(edition)
    if twin := _twin(digest):
        _finish(
            render,
            digest,
            is_draft=said.is_draft,
            name=twin.file.name,
            pages=twin.pages,
            size=twin.size,
        )
        return
    content = editorial.validated(edition.content)
    html = rendering.page_html(content, said)
    _step(render, "layout")
    data = rendering.tagged(rendering.layout(html))
    _step(render, "checks")
    report = checks.report(data)
    if report.problems:
        raise Refusal(" ".join(report.problems[:3]))
    _step(render, "storage")
    name = default_storage.save(f"renders/{uuid.uuid4().hex}.pdf", ContentFile(data))
    if not _finish(
        render, digest, is_draft=said.is_draft, name=name, pages=report.pages, size=len(data)
    ):
        default_storage.delete(name)  # another worker was given the render meanwhile


def _twin(digest: str) -> Render | None:
    """A finished render with the very same file, if the file is still there."""
    twin = Render.objects.filter(state=State.DONE, digest=digest).exclude(file="").first()
    return twin if twin and default_storage.exists(twin.file.name) else None


def _mine(render: Render):
    """The row, as long as this try has its lease."""
    return Render.objects.filter(pk=render.pk, state=State.RUNNING, attempts=render.attempts)


def _step(render: Render, step: str) -> None:
    """Say what comes next. Raises Refusal when another worker was given the render."""
    if not _mine(render).update(step=step, leased_until=timezone.now() + LEASE):
        raise Refusal(_("Another worker took over."))


def _finish(
    render: Render, digest: str, *, is_draft: bool, name: str, pages: int, size: int
) -> bool:
    return bool(
        _mine(render).update(
            state=State.DONE,
            step="",
            reason="",
            digest=digest,
            is_draft=is_draft,
            file=name,
            pages=pages,
            size=size,
            leased_until=None,
            done_at=timezone.now(),
        )
    )


def _fail(render: Render, reason: str) -> None:
    _mine(render).update(state=State.FAILED, reason=reason[:300], leased_until=None)


def _let_go(render: Render) -> None:
    """Back to the queue for another try, or failed when there were enough."""
    if render.attempts >= MOST_TRIES:
        _fail(render, _("The file could not be stored."))
    else:
        _mine(render).update(state=State.QUEUED, step="", leased_until=None)


def _dead() -> str:
    return _("The worker stopped %d times while making this file.") % MOST_TRIES


def sweep() -> list[int]:
    """Give up on what died too often, free what lost its worker; return what is to be sent again.

    Renders that wait are sent again as well: their message may have met a broker that was down.
    A message too many does no harm, since only one worker gets the lease.
    """
    now = timezone.now()
    lost = Render.objects.filter(state=State.RUNNING, leased_until__lt=now)
    lost.filter(attempts__gte=MOST_TRIES).update(
        state=State.FAILED, reason=_dead(), leased_until=None
    )
    freed = list(lost.values_list("pk", flat=True))
    lost.update(state=State.QUEUED, step="", leased_until=None, sent_at=now)
    waiting = Render.objects.filter(state=State.QUEUED, sent_at__lt=now - RESEND).order_by("pk")
    resent = list(waiting.values_list("pk", flat=True)[:MOST_RESENT])
    Render.objects.filter(pk__in=resent).update(sent_at=now)
    return freed + resent
