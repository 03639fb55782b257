"""The card of the front page that says where a city stands, or what waits for staff."""

from django import template
from django.db.models import Count, Min, Q, prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import own, path, standing
from cohorts.models import AccessRequest, Application, ExtensionRequest, Offering, Review
from cohorts.models.application import DECIDED, State
from cohorts.models.review import ReviewState, conflict
from cohorts.workflow import SEATED
from sprint_portal.times import countdown_words

register = template.Library()
SHOWN = 6  # applications
ENDED = (State.WITHDRAWN, State.DECLINED, State.NOT_YET)


@register.simple_tag(takes_context=True)
def cohorts_home(context):
    """What is next and by when, for whoever asks: visitor, applicant, member of a city, staff."""
    user = context["user"]
    if not user.is_authenticated:
        return _drawn("visitor", context, offerings=_open_offerings())
    if user.is_staff or user.is_decider:
        return _drawn("staff", context, items=_extensions(user) + _waiting(user))
    applications = own.applications(user)[:SHOWN]
    if user.is_reviewer and not user.is_facilitator and not applications:
        return _drawn("reviewer", context, **_reviews(user))
    if not applications:
        return _drawn("newcomer", context, offerings=_open_offerings()) if _plain(user) else ""
    # Those whose sprint has its sessions belong to the cohort's own card.
    elsewhere, requests = own.in_session(user), list(_requests(user))
    shown = [row for row in applications if row.pk not in elsewhere]
    if not shown and not requests:
        return ""
    leads = len(shown) == len(applications)  # nothing else brings the page's headline
    return _drawn("applicant", context, cards=_cards(shown), requests=requests, leads=leads)


def _drawn(kind, context, **what):
    request = context.get("request")
    return render_to_string(
        f"cohorts/_home_{kind}.html", {"user": context["user"], **what}, request
    )


def _plain(user) -> bool:
    """Somebody without a role: comes to apply."""
    return not (user.is_facilitator or user.is_reviewer)


def _reviews(user) -> dict:
    """How many applications are theirs to review, and when the first is due."""
    mine = Review.objects.visible_to(user).under_way(user)
    due = Min("application__offering__review_round__due_at")
    return mine.filter(state=ReviewState.OPEN).aggregate(left=Count("pk"), due_at=due)


def _open_offerings():
    return Offering.objects.open_now().select_related("sprint").order_by("closes_at")


def _cards(applications):
    """The live ones first; each with its line, its sentence, and what is next."""
    prefetch_related_objects([row for row in applications if row.revision], "revisions")
    led_on = [row for row in applications if row.announced_state in path.ON_PATH]
    prefetch_related_objects(led_on, "findings", path.INVITED)
    ordered = sorted(applications, key=lambda row: row.announced_state in ENDED)
    return [
        {
            "application": row,
            "headline": standing.headline(row),
            "stops": standing.stops(row),
            "next": standing.next_for(row),
        }
        for row in ordered
    ]


def _requests(user):
    """People who wait to be let into a team that this person owns."""
    mine = Q(city__team__user=user, city__team__role="owner")
    return AccessRequest.objects.filter(mine, answered_at=None).select_related("city", "user")


def _waiting(user):
    """What waits for staff, as items of a list of things to do: oldest deadline first."""
    state = "applications__state"
    decided = Q(**{f"{state}__in": DECIDED})
    now = timezone.now()
    told = Q(applications__announced_state__in=[State.DRAFT, State.SUBMITTED, State.ELIGIBLE])
    rows = Offering.objects.visible_to(user).select_related("sprint").order_by("closes_at")
    mine = ~conflict(user, "applications__city")  # nobody is sent to what they may not judge
    rows = rows.annotate(
        to_check=Count("applications", filter=Q(**{state: State.SUBMITTED}) & mine),
        to_decide=Count("applications", filter=Q(**{state: State.ELIGIBLE}) & mine),
        to_release=Count("applications", filter=decided & told),
        overdue=Count("applications", filter=_offered() & Q(applications__confirm_by__lt=now)),
        seated=Count("applications", filter=Q(**{f"{state}__in": SEATED})),
        in_line=Count(
            "applications",
            filter=Q(**{state: "waitlisted", "applications__announced_state": "waitlisted"}),
        ),
    )
    return [item for row in rows for item in _items_of(row)]


def _offered():
    """Told that they are selected, and not confirmed."""
    return Q(applications__state="selected", applications__announced_state="selected")


def _free(offering) -> int:
    """Seats to be offered on before the sprint ends, when somebody is in line for them."""
    ended = offering.runs_until < timezone.localdate()
    return 0 if ended or not offering.in_line else max(offering.capacity - offering.seated, 0)


def _items_of(offering):
    places = reverse("cohorts:places", kwargs={"slug": offering.slug})
    pipeline = reverse("cohorts:pipeline", kwargs={"slug": offering.slug})
    release = reverse("cohorts:release", kwargs={"slug": offering.slug})
    found = (
        (offering.to_check, _check_words(offering.to_check), f"{pipeline}?state=submitted"),
        (offering.to_decide, _decide_words(offering.to_decide), f"{pipeline}?state=eligible"),
        (offering.to_release, _release_words(offering.to_release), release),
        (offering.overdue, _overdue_words(offering.overdue), f"{places}#awaited"),
        (_free(offering), _free_words(_free(offering)), places),
    )
    return [
        {"title": words, "href": href, "note": str(offering)}
        for count, words, href in found
        if count
    ]


def _check_words(count):
    words = ngettext("Check the stages of %d city", "Check the stages of %d cities", count)
    return words % count


def _decide_words(count):
    return ngettext("Decide on %d eligible city", "Decide on %d eligible cities", count) % count


def _release_words(count):
    return ngettext("Release %d decision", "Release %d decisions", count) % count


def _overdue_words(count):
    words = ngettext(
        "%d city has not confirmed in time", "%d cities have not confirmed in time", count
    )
    return words % count


def _free_words(count):
    return ngettext("Offer %d free place on", "Offer %d free places on", count) % count


def _extensions(user):
    """Cities that ask for more time, as items."""
    seen = Application.objects.visible_to(user)
    asked = ExtensionRequest.objects.filter(answered_at=None, application__in=seen)
    return [
        {
            "title": _("%(city)s asks for more time") % {"city": one.application.city},
            "href": reverse("cohorts:assess", kwargs={"uid": one.application.uid}),
            "note": str(one.application.offering),
            "due_text": countdown_words(one.asked_at),
        }
        for one in asked.select_related("application__city", "application__offering__sprint")
    ]
