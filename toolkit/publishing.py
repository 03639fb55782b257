"""From a draft to a published best practice, and back.

Other rooms hand in content with `draft_from`; staff edit it, have the file made, and publish. The
table of steps is `WORKFLOW`; every step leaves an audit row.
"""

from copy import deepcopy

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sprint_portal import audit
from sprint_portal.queue import enqueue
from sprint_portal.refusals import MoveRefused
from sprint_portal.transitions import Action, Workflow
from toolkit import editorial, making, tasks
from toolkit.models import BestPractice, Edition, Render
from toolkit.models.best_practice import State
from toolkit.models.render import State as RenderState

UNDER_WAY = [RenderState.QUEUED, RenderState.RUNNING]


class StaleText(MoveRefused):
    """The text is not the one that the person saw."""


# --- what must hold ----------------------------------------------------------------
def has_something_new(best_practice, user) -> str:
    """A guard: there is an edition that is not published yet, or it was taken back."""
    latest = best_practice.latest
    if latest is None:
        return _("There is no text yet.")
    if best_practice.state == State.PUBLISHED and latest.is_published:
        return _("The newest edition is published already.")
    return ""


def has_file(best_practice, user) -> str:
    """A guard: the PDF of the newest edition is made, from the text as it now reads."""
    latest = best_practice.latest
    if latest is None:
        return ""
    if latest.is_being_made:
        return _("Its PDF is being made: wait until it is ready.")
    if making.finished(latest) is None:
        return _("Have the PDF of this edition made first.")
    return ""


def has_cite_and_licence(best_practice, user) -> str:
    """A guard: readers must know how to cite it and what they may do with it."""
    latest = best_practice.latest
    if latest is not None and not latest.content.get("cite"):
        return _("Say how to cite it.")
    return ""


WORKFLOW = Workflow(
    [
        Action(
            "publish",
            gettext_lazy("Publish"),
            frozenset({State.DRAFT, State.PUBLISHED, State.WITHDRAWN}),
            State.PUBLISHED,
            "toolkit.publish_best_practice",
            guards=(has_something_new, has_file, has_cite_and_licence),
        ),
        Action(
            "withdraw",
            gettext_lazy("Take back"),
            frozenset({State.PUBLISHED}),
            State.WITHDRAWN,
            "toolkit.publish_best_practice",
            needs_reason=True,
        ),
    ]
)


# --- drafting ----------------------------------------------------------------------
@transaction.atomic
def draft_from(*, content: dict, city_name: str, country: str, source: str, by) -> BestPractice:
    """Take content in; the same content from the same source changes nothing.

    content: as in `editorial.py`. country: two letters. source: an opaque name, such as
    "plan:<uid>". by: a user or None. Content that differs from what the source last gave
    becomes a new edition, so edits by staff to an earlier one are kept there.
    Raises WrongShape.
    """
    content = editorial.validated(content)
    best_practice = BestPractice.objects.select_for_update().filter(source=source).first()
    if best_practice is None:
        best_practice = _begin(content, city_name, country, source)
    latest = best_practice.latest
    digest = editorial.digest(content)
    if latest is not None and latest.drafted_digest == digest:
        return best_practice
    number = latest.number + 1 if latest else 1
    edition = best_practice.editions.create(
        number=number, content=content, digest=digest, drafted_digest=digest, made_by=by
    )
    audit.record(by, "draft", best_practice, edition=edition.number)
    return best_practice


def _begin(content, city_name, country, source) -> BestPractice:
    return BestPractice.objects.create(
        slug=_free_slug(f"{city_name} {content['title'].partition(': ')[0]}"),
        city_name=city_name,
        country=country,
        title=content["title"],
        language=content["language"],
        source=source,
        is_demo=content["is_demo"],
    )


def _free_slug(words: str) -> str:
    """An address from words; never one that was given out before."""
    stem = slugify(words)[:90].strip("-") or "best-practice"
    taken = set(BestPractice.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    tail = 1
    while (slug := stem if tail == 1 else f"{stem}-{tail}") in taken:
        tail += 1
    return slug


# --- editing -----------------------------------------------------------------------
@transaction.atomic
def edit(best_practice: BestPractice, *, changes: dict, digest: str, by) -> Edition:
    """Change words of the newest edition; a published one is followed by a new edition.

    changes: {"title", "summary", "cite": text, ("block key", place): text of that prose part}.
    digest: of the content that the person saw. Raises StaleText when it has changed since,
    WrongShape when the result is not well-formed.
    """
    row = BestPractice.objects.select_for_update().get(pk=best_practice.pk)
    latest = row.latest
    if latest is None or latest.digest != digest:
        raise StaleText(_("Someone changed this since you opened the page."))
    content = editorial.validated(_changed(latest.content, changes))
    if editorial.digest(content) == latest.digest:
        return latest
    edition = _editable(row, latest, by)
    edition.content, edition.digest = content, editorial.digest(content)
    edition.save()
    if row.published_at is None:  # what the public reads changes with the edition it reads
        row.title = content["title"]
        row.save(update_fields=["title"])
    audit.record(by, "edit", row, edition=edition.number)
    return edition


def _editable(row: BestPractice, latest: Edition, by) -> Edition:
    if not latest.is_published:
        return latest
    return Edition(
        best_practice=row,
        number=latest.number + 1,
        drafted_digest=latest.drafted_digest,
        made_by=by,
    )


def _changed(content: dict, changes: dict) -> dict:
    """A copy of `content` with `changes` in it; a prose part without text is left out."""
    content = deepcopy(content)
    blocks = {block["key"]: block for block in content["blocks"]}
    for name, value in changes.items():
        if isinstance(name, tuple):
            key, place = name
            blocks[key]["parts"][place]["text"] = value
        else:
            content[name] = value
    for block in content["blocks"]:
        block["parts"] = [
            part for part in block["parts"] if part["type"] != "prose" or part["text"].strip()
        ]
    content["blocks"] = [block for block in content["blocks"] if block["parts"]]
    return content


# --- the file ----------------------------------------------------------------------
@transaction.atomic
def queue_render(edition: Edition, by) -> Render:
    """Have the PDF of an edition made; one that is under way already is not begun twice."""
    under_way = edition.renders.filter(state__in=UNDER_WAY)
    if render := under_way.first():
        return render
    try:
        with transaction.atomic():
            render = edition.renders.create()
    except IntegrityError:  # someone else asked in the same moment
        return under_way.get()
    audit.record(by, "render", edition.best_practice, edition=edition.number)
    enqueue(tasks.render, render.pk)
    return render


# --- publishing --------------------------------------------------------------------
@transaction.atomic
def publish(best_practice: BestPractice, *, by) -> BestPractice:
    """Give the newest edition to everyone and freeze it. Raises NotPermitted or MoveRefused.

    Its PDF is made once more, without the mark of a draft; the draft's showed that it can be.
    """
    now = timezone.now()
    first = best_practice.published_at or now
    latest = best_practice.latest
    named = {"title": latest.content["title"]} if latest else {}
    WORKFLOW.perform("publish", best_practice, by=by, published_at=first, **named)
    Edition.objects.filter(pk=latest.pk, published_at=None).update(published_at=now)
    latest.refresh_from_db()
    if making.finished(latest) is None:
        queue_render(latest, by)
    return best_practice


def withdraw(best_practice: BestPractice, *, reason: str, by) -> BestPractice:
    """Take it back from the public, with a reason; its editions stay. Raises MoveRefused."""
    return WORKFLOW.perform("withdraw", best_practice, by=by, reason=reason)
