"""Staff and deciders at one offering's applications: find, narrow, take one step for many."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cohorts import bulk, exports, filters, portraits, rounds
from cohorts import pipeline as listing
from cohorts.models import Application, Offering
from cohorts.models.application import PUBLIC_LABELS, State
from cohorts.review_forms import BulkForm
from sprint_portal import audit
from sprint_portal.access import allow
from sprint_portal.ids import is_uid

PAGE = 50


class CountedPages(Paginator):
    """Pages over rows whose number is known already, when it is."""

    def __init__(self, rows, per_page, *, known: int | None):
        super().__init__(rows, per_page)
        self.known = known

    @cached_property
    def count(self):
        return super().count if self.known is None else self.known


@allow("cohorts.see_pipeline", of=Offering, by="slug")
def pipeline(request, offering):
    """The list, narrowed as asked, with what waits for a person beside it."""
    wanted = rounds.round_of(offering).per_application
    counts = listing.counts(offering, request.user)
    narrowed, rows = listing.listed(offering, request.user, request.GET, wanted=wanted)
    state = request.GET.get("state", "")
    known = None if listing.is_narrowed(narrowed) else _known(counts, state)
    page = CountedPages(rows, PAGE, known=known).get_page(request.GET.get("page"))
    drawn = portraits.portraits(page.object_list, request.user, wanted=wanted)
    return render(
        request,
        "cohorts/pipeline.html",
        {
            "offering": offering,
            "page_obj": page,
            "drawn": drawn,
            "lines": listing.lines(drawn),
            "filter": narrowed,
            "orders": [(key, label) for key, (label, _order) in filters.ORDERS.items()],
            "order": request.GET.get("order", ""),
            "state": state,
            "tabs": _tabs(counts, request.GET),
            "bulk_form": _bulk_form(drawn, request.user),
            "query": _query(request.GET),
            "is_narrowed": listing.is_narrowed(narrowed),
            **_waiting(offering, counts),
        },
    )


@allow("cohorts.see_pipeline", of=Offering, by="slug")
def bulk_step(request, offering):
    """Take one step for all that are ticked, and say row by row what became of it."""
    if request.method != "POST":
        return redirect("cohorts:pipeline", slug=offering.slug)
    ticked = _uids(request.POST.getlist("rows"))[:PAGE]
    seen = Application.objects.judged_by(request.user).filter(offering=offering)
    rows = {str(row.uid): row for row in seen.filter(uid__in=ticked).select_related("city")}
    form = BulkForm(request.POST, by=request.user)
    chosen = [rows[uid] for uid in ticked if uid in rows]
    context = {"offering": offering, "form": form, "chosen": chosen, "results": None}
    if not (form.is_valid() and chosen):
        return render(request, "cohorts/pipeline_step.html", context, status=422)
    given = form.cleaned_data
    context["results"] = bulk.take(
        name=given["step"], applications=chosen, by=request.user, reason=given["reason"]
    )
    context["label"] = dict(bulk.steps(request.user))[given["step"]]
    return render(request, "cohorts/pipeline_step.html", context)


@allow("cohorts.export_applications", of=Offering, by="slug")
def export(request, offering, kind):
    """Exactly the list as narrowed, as a file; who took it is on record."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    wanted = rounds.round_of(offering).per_application
    _narrowed, rows = listing.listed(offering, request.user, request.GET, wanted=wanted)
    lines = listing.as_rows(rows, request.user, wanted=wanted)
    audit.record(
        request.user,
        "export_applications",
        offering,
        kind=kind,
        rows=len(lines),
        query=_query(request.GET)[:500],
    )
    if kind == "csv":
        body, type_ = exports.to_csv(listing.headings(), lines), exports.CSV
    else:
        body, type_ = exports.to_xlsx(offering.term, listing.headings(), lines), exports.XLSX
    name = f"applications-{offering.slug}-{timezone.localdate():%Y-%m-%d}.{kind}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=type_, headers=disposition)


def _bulk_form(drawn, user) -> BulkForm | None:
    """None where no city of the page is in a state from which this person could take a step."""
    states = {one.application.state for one in drawn}
    return BulkForm(by=user) if bulk.is_any_open(states, user) else None


def _waiting(offering, counts) -> dict:
    """What waits for a person, and how many seats are left."""
    free = max(offering.capacity - counts.seated, 0)
    waitlisted = counts.by_state.get(State.WAITLISTED, 0)
    return {
        "counts": counts,
        "to_check": counts.by_state.get(State.SUBMITTED, 0),
        "to_decide": counts.by_state.get(State.ELIGIBLE, 0),
        "seats_free": free,
        "next_in_line": listing.first_in_line(offering) if free and waitlisted else None,
        "overdue": counts.late,
        "unannounced": counts.unannounced,
        "is_closed": offering.closes_at <= timezone.now(),
    }


def _known(counts, state) -> int:
    return counts.by_state.get(state, 0) if state in State.values else counts.handed_in


def _tabs(counts, asked) -> list[dict]:
    """A link for each state that has any, keeping what the list is narrowed by."""

    def tab(text, state, n):
        query = asked.copy()
        query.pop("page", None)
        query["state"] = state
        if not state:
            del query["state"]
        current = asked.get("state", "") == state
        return {"text": text, "href": f"?{query.urlencode()}", "count": n, "current": current}

    states = [state for state in State if counts.by_state.get(state) and PUBLIC_LABELS[state]]
    return [
        tab(_("All"), "", counts.handed_in),
        *(tab(state.label, str(state), counts.by_state[state]) for state in states),
    ]


def _query(asked) -> str:
    """What the list is narrowed by, as part of an address, without the page."""
    query = asked.copy()
    query.pop("page", None)
    return query.urlencode()


def _uids(texts) -> list[str]:
    """The well-formed ones, each once, in their order."""
    return list(dict.fromkeys(text for text in texts if is_uid(text)))
