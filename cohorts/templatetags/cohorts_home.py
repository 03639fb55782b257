"""The card of the front page that says where a city stands, or what waits for staff."""

from datetime import UTC, datetime

from django import template
from django.db.models import Count, F, Min, Q, Subquery, prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import line, own, path, standing
from cohorts.models import AccessRequest, Application, ExtensionRequest, Offering, Review
from cohorts.models.application import DECIDED, State
from cohorts.models.review import ReviewState, conflict
from cohorts.workflow import SEATED

register = template.Library()
SHOWN = 6  # applications
LATEST = datetime.max.replace(tzinfo=UTC)  # of what has no date
ENDED = (State.WITHDRAWN, State.DECLINED, State.NOT_YET)


@register.simple_tag(takes_context=True)
def cohorts_home(context):
    """What is next and by when, for whoever asks: visitor, applicant, member of a city, staff."""
    user = context["user"]
    if not user.is_authenticated:
        return _drawn("visitor", context, offerings=_open_offerings())
    if user.is_staff or user.is_decider:
        return _drawn("staff", context, **_for_staff(user))
    applications = own.applications(user)[:SHOWN]
    if user.is_reviewer and not user.is_facilitator and not applications:
        return _drawn("reviewer", context, **_reviews(user))
    if not applications:
        return _drawn("newcomer", context, offerings=_offered_to(user)) if _plain(user) else ""
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


def _offered_to(user):
    """The open offerings, and beside them in the same query the team that the person asked."""
    asked = AccessRequest.objects.filter(user=user, answered_at=None).order_by("-id")
    city = {
        "asked_city": asked.values("city__name")[:1],
        "asked_uid": asked.values("city__uid")[:1],
    }
    return list(_open_offerings().annotate(**{key: Subquery(one) for key, one in city.items()}))


def _cards(applications):
    """The live ones first; each with its line, its sentence, and what is next."""
    prefetch_related_objects([row for row in applications if row.revision], "revisions")
    late = [row for row in applications if row.state == State.DRAFT and not row.is_window_open]
    prefetch_related_objects(late, "extension_requests")
    led_on = [row for row in applications if row.announced_state in path.ON_PATH]
    prefetch_related_objects(led_on, "findings", path.INVITED)
    ordered = sorted(applications, key=lambda row: row.announced_state in ENDED)
    return [
        {
            "application": row,
            "headline": standing.headline(row),
            "stops": line.stops(row),
            "next": standing.next_for(row),
        }
        for row in ordered
    ]


def _requests(user):
    """People who wait to be let into a team that this person owns."""
    mine = Q(city__team__user=user, city__team__role="owner")
    return AccessRequest.objects.filter(mine, answered_at=None).select_related("city", "user")


def _for_staff(user) -> dict:
    """What waits for staff: items, the most urgent first; without any, what happens next."""
    waiting, ahead = _waiting(user)
    items = _extensions(user) + _own_reviews(user) + waiting
    items.sort(key=lambda item: item.get("due") or LATEST)
    return {
        "items": items,
        "waiting": sum(item.get("count", 1) for item in items),
        "ahead": min(ahead, key=lambda one: one["due"], default=None),
    }


def _own_reviews(user) -> list:
    """The reviews of somebody who is staff and reviewer."""
    found = _reviews(user) if user.is_reviewer else {"left": 0}
    if not found["left"]:
        return []
    words = ngettext("Review %d application", "Review %d applications", found["left"])
    reviews = {"title": words % found["left"], "href": reverse("cohorts:reviews")}
    more = {"count": found["left"], "due": found["due_at"], "action": _("Your reviews")}
    return [{**reviews, **more}]


def _waiting(user) -> tuple[list, list]:
    """What waits for staff, as items of a list of things to do; and what will happen by itself."""
    state = "applications__state"
    decided = Q(**{f"{state}__in": DECIDED})
    now = timezone.now()
    told = Q(**{state: F("applications__announced_state")})
    rows = Offering.objects.visible_to(user).select_related("sprint").order_by("closes_at")
    in_time = _offered() & Q(applications__confirm_by__gte=now)
    mine = ~conflict(user, "applications__city")  # nobody is sent to what they may not judge
    rows = rows.annotate(
        to_check=Count("applications", filter=Q(**{state: State.SUBMITTED}) & mine),
        to_decide=Count("applications", filter=Q(**{state: State.ELIGIBLE}) & mine),
        to_release=Count("applications", filter=decided & ~told),
        awaited=Count("applications", filter=in_time),
        awaited_by=Min("applications__confirm_by", filter=in_time),
        answer_by=Min("applications__confirm_by", filter=_offered()),
        overdue=Count("applications", filter=_offered() & Q(applications__confirm_by__lt=now)),
        seated=Count("applications", filter=Q(**{f"{state}__in": SEATED})),
        in_line=Count(
            "applications",
            filter=Q(**{state: "waitlisted", "applications__announced_state": "waitlisted"}),
        ),
    )
    rows = list(rows)
    ahead = [one for row in rows for one in _ahead(row, now)]
    return [item for row in rows for item in _items_of(row, user)], ahead


def _offered():
    """Told that they are selected, and not confirmed."""
    return Q(applications__state="selected", applications__announced_state="selected")


def _free(offering) -> int:
    """Seats to be offered on before the sprint ends, when somebody is in line for them."""
    ended = offering.runs_until < timezone.localdate()
    return 0 if ended or not offering.in_line else max(offering.capacity - offering.seated, 0)


def _items_of(offering, user):
    """What waits in one offering. A day only where one is set for it: cities confirm by theirs;
    checking, deciding and releasing have none."""
    places = reverse("cohorts:places", kwargs={"slug": offering.slug})
    pipeline = reverse("cohorts:pipeline", kwargs={"slug": offering.slug})
    release = reverse("cohorts:release", kwargs={"slug": offering.slug})
    check, check_action = f"{pipeline}?state=submitted", _("See the applications")
    if user.is_staff:
        check = reverse("cohorts:eligibility", kwargs={"slug": offering.slug})
        check_action = _("Check the stages")
    to_release = offering.to_release if user.is_staff else 0
    to_decide = offering.to_decide if user.is_decider else 0
    free = _free(offering) if user.is_decider else 0
    decide = f"{pipeline}?state=eligible"
    found = (
        (offering.to_check, _check_words, check, None, check_action),
        (to_decide, _decide_words, decide, None, _("See the applications")),
        (to_release, _release_words, release, None, _("See the decisions")),
        (offering.overdue, _overdue_words, f"{places}#awaited", offering.answer_by, _("See them")),
        (free, _free_words, places, None, _("See the places")),
    )
    return [
        {
            "title": words(count),
            "count": count,
            "href": href,
            "note": str(offering),
            "due": due,
            "action": action,
        }
        for count, words, href, due, action in found
        if count
    ]


def _ahead(offering, now):
    """The dates of an offering that come by themselves: nothing is to be done before them."""
    kwargs = {"slug": offering.slug}
    note = str(offering)
    if offering.awaited:
        words = ngettext(
            "the answer of %d city is due",
            "the first answer of %d cities is due",
            offering.awaited,
        )
        places = reverse("cohorts:places", kwargs=kwargs)
        yield {
            "title": words % offering.awaited,
            "due": offering.awaited_by,
            "note": note,
            "actions": [{"text": _("See the places"), "href": f"{places}#awaited"}],
        }
    if offering.opens_at <= now < offering.closes_at:
        pipeline = reverse("cohorts:pipeline", kwargs=kwargs)
        yield {
            "title": _("applications close"),
            "due": offering.closes_at,
            "note": note,
            "actions": [{"text": _("See the applications"), "href": pipeline}],
        }


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
            "due": one.application.offering.closes_at,
            "action": _("Answer"),
        }
        for one in asked.select_related("application__city", "application__offering__sprint")
    ]
