"""Best practices as everyone reads them: a page, and a file."""

import re

from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils import translation

from sprint_portal.access import allow, public
from toolkit import drawing, library, making, prose, showing
from toolkit.models import BestPractice

NUMBER = re.compile(r"[0-9]{1,6}")


@public
def listing(request):
    """All published best practices, the newest first."""
    found = library.best_practices(library.Wish(), user=request.user, most=None)
    page = Paginator(found, 24).get_page(request.GET.get("page"))
    return render(request, "toolkit/best_practices.html", {"page_obj": page})


@allow("toolkit.view_best_practice", of=BestPractice, by="slug", open_to_all=True)
def best_practice(request, row):
    """The web version of an edition: the current one, or ?edition=2."""
    edition = _edition(request, row, request.GET.get("edition"))
    with translation.override(edition.content["language"]):
        shown = showing.document(edition.content, drawing.SCREEN)
    facts = [(fact["label"], prose.lines(fact["value"])) for fact in edition.content["facts"]]
    file = _file(edition)
    published = [one for one in reversed(row.editions.all()) if one.is_published]
    return render(
        request,
        "toolkit/best_practice.html",
        {
            "best_practice": row,
            "edition": edition,
            "shown": shown,
            "facts": facts,
            "editions": published,
            "file": file,
            "is_coming": file is None and edition.is_published and edition.is_being_made,
        },
    )


@allow("toolkit.view_best_practice", of=BestPractice, by="slug", open_to_all=True)
def pdf(request, row, number):
    """The file of one edition. Published: for everyone; before that, for staff."""
    made = _file(_edition(request, row, str(number)))
    if made is None:
        raise Http404
    return FileResponse(
        made.file.open("rb"), content_type="application/pdf", filename=f"{row.slug}-{number}.pdf"
    )


def _edition(request, row, number):
    """The edition asked for, if this reader may see it; without a number, the newest such."""
    seen = row.editions.all()
    if not request.user.has_perm("toolkit.see_drafts"):
        seen = seen.filter(published_at__isnull=False)
    if number:
        seen = seen.filter(number=int(number)) if NUMBER.fullmatch(number) else seen.none()
    elif row.published_at:
        seen = seen.filter(published_at__isnull=False)
    edition = seen.select_related("best_practice").order_by("-number").first()
    if edition is None:
        raise Http404
    return edition


def _file(edition):
    """The finished render of an edition: of a draft, only when it matches the text as it is."""
    if not edition.is_published:
        return making.finished(edition)
    return edition.renders.filter(state="done", is_draft=False).first()
