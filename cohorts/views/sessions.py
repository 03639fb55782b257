"""What takes place and when: for those who take part."""

from functools import partial

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.models import FeedToken, Meeting
from cohorts.scheduling import feeds, ical, mail, peers, showing
from sprint_portal.access import allow, public, signed_in

PAST = 30  # meetings behind us on one page


@require_GET
@signed_in
def sessions(request):
    """Everything ahead, the next first; behind it what has taken place."""
    seen = Meeting.objects.visible_to(request.user)
    seen = seen.select_related("offering__sprint", "city", "facilitator")
    now = timezone.now()
    ahead = list(seen.filter(ends_at__gt=now))
    behind = Paginator(seen.filter(ends_at__lte=now).order_by("-starts_at", "-pk"), PAST)
    first = showing.next_of(ahead, now)
    context = {
        "rows": showing.rows(ahead),
        "standing": sum(not meeting.is_off for meeting in ahead),
        "page_obj": behind.get_page(request.GET.get("page")),
        "next": first,
        "moves": showing.next_shift(first, ahead),
        "assists": any(meeting.city_id for meeting in ahead),
        "many": len({meeting.offering_id for meeting in ahead}) > 1,
        "runs": peers.cohorts_of(request.user) if _runs(request.user) else [],
    }
    return render(request, "cohorts/sessions.html", context)


@require_GET
@allow("cohorts.view_meeting", of=Meeting)
def session(request, meeting):
    may_run = request.user.has_perm("cohorts.run_meeting", meeting)
    return render(request, "cohorts/session.html", {"meeting": meeting, "may_run": may_run})


@require_GET
@allow("cohorts.view_meeting", of=Meeting)
def session_file(request, meeting):
    titled = partial(Meeting.title_for, user=request.user)
    text = mail.calendar_of([meeting], method=ical.PUBLISH, titled=titled)
    return _download(text, "session.ics")


@require_GET
@signed_in
def calendar(request):
    """Everything in one's own calendar, as one file."""
    return _download(_calendar_of(request.user), "sprint.ics")


@require_http_methods(["GET", "POST"])
@signed_in
def session_feed(request):
    """One's own calendar address: it is shown once, when it is made."""
    address = ""
    if request.POST.get("act") == "renew":
        token = feeds.renew(request.user)
        address = settings.SITE_URL + reverse("cohorts:feed", kwargs={"token": token})
    elif request.POST.get("act") == "revoke":
        feeds.revoke(request.user)
    live = FeedToken.objects.live().filter(user=request.user).first()
    return render(request, "cohorts/session_feed.html", {"address": address, "live": live})


@require_GET
@public
def feed(request, token):
    """What a calendar program fetches. The address is the key; it opens nothing else."""
    row = get_object_or_404(FeedToken.objects.opened_by(token).select_related("user"))
    text = _calendar_of(row.user, open_to_others=True)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@signed_in
def cohort(request):
    """The cities beside each other, on the map and in the table that says the same."""
    offerings = list(peers.cohorts_of(request.user))
    wanted = request.GET.get("sprint")
    if wanted is None:
        chosen = peers.present(offerings)
    else:
        chosen = next((one for one in offerings if one.slug == wanted), None)
        if not chosen:
            raise Http404
    context = {"offerings": offerings, "offering": chosen}
    if chosen:
        seats, shared = peers.seats(chosen, reader=request.user), peers.meetings(chosen)
        context |= {"seats": seats, "lines": peers.lines(seats, shared)}
        context |= {"reading": peers.reading(chosen, shared), "ahead": peers.ahead(shared)}
    return render(request, "cohorts/cohort.html", context)


def _runs(user):
    return user.is_staff or user.is_facilitator


def _calendar_of(user, *, open_to_others=False):
    """The iCalendar text of all that a person takes part in; no address stands in it.

    open_to_others: as in `Meeting.title_for`.
    """
    rows = Meeting.objects.attended_by(user)
    meetings = rows.select_related("offering__sprint", "city", "facilitator")
    titled = partial(Meeting.title_for, user=user, open_to_others=open_to_others)
    return mail.calendar_of(meetings, method=ical.PUBLISH, titled=titled, name="Sprint Portal")


def _download(text, name):
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
