"""From an offering to a city's own draft: sign in, pick the city, begin; or ask to be let in."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cohorts import cities, intake, team
from cohorts.eligibility import soft_checks
from cohorts.forms import CityByHandForm, NoteForm, posted
from cohorts.models import Application, City, Offering, TeamMember
from cohorts.rules import WRITERS
from cohorts.views.offerings import checked
from sprint_portal import limits
from sprint_portal.access import allow, signed_in
from sprint_portal.ids import is_uid
from sprint_portal.refusals import Refusal

SHOWN = 12  # matches at once
ASKED_AN_HOUR = 5  # cities that one person may ask: each is a mail to strangers


@allow("cohorts.view_offering", of=Offering, by="slug", open_to_all=True)
def apply(request, offering):
    """Sign in or up first; then find the city; then see it before beginning."""
    if not request.user.is_authenticated:
        return render(request, "cohorts/join.html", {"offering": offering})
    words = request.GET.get("q", "").strip()[: cities.LONGEST_SEARCH]
    place = _place(request.GET.get("place", ""))
    found, more = _found(words)
    return render(
        request,
        "cohorts/apply.html",
        {
            "offering": offering,
            "asked": request.user.access_requests.filter(answered_at=None).select_related("city"),
            "mine": Application.objects.of_team(request.user).live().filter(offering=offering),
            "own": _own_cities(request.user, offering),
            "words": words,
            "found": found,
            "more": more,
            "place": place,
            "advice": soft_checks(country=place.country, population=place.population)
            if place
            else [],
            "unknown": bool(request.GET.get("place")) and place is None,
            "credit": cities.CREDIT,
        },
    )


@require_POST
@allow("cohorts.view_offering", of=Offering, by="slug")
def begin(request, offering):
    """Begin for a city of the table, or for the one that the person acts for already."""
    uid = request.POST.get("city", "")
    if is_uid(uid) and (own := _own_cities(request.user, offering).filter(uid=uid).first()):
        return _started(request, offering, own)
    place = _place(request.POST.get("place", ""))
    if place is None:
        messages.error(request, _("Pick your city from the list first."))
        return redirect("cohorts:apply", slug=offering.slug)
    return _started(request, offering, intake.city_of_place(place))


@allow("cohorts.view_offering", of=Offering, by="slug")
def by_hand(request, offering):
    """Begin for a city that is not in the table; first say that it is none of those like it."""
    form, like = CityByHandForm(posted(request)), None
    if form.is_valid():
        chosen = request.POST.get("same", "")
        try:
            city = intake.city_by_hand(**form.cleaned_data, chosen=chosen)
        except intake.LikeOthers as refusal:
            like = refusal
        else:
            return _started(request, offering, city)
    status = 422 if form.is_bound else 200
    context = {"offering": offering, "form": form, "like": like}
    return render(request, "cohorts/city_by_hand.html", context, status=status)


@signed_in
def ask_access(request, uid):
    """Ask a city's owners to be let into their team. Tells nothing of what they do there."""
    city = get_object_or_404(City, uid=uid)
    form = NoteForm(posted(request))
    if form.is_valid() and _asked(request, city, form):
        return redirect("home")
    context = {
        "city": city,
        "form": form,
        "asked": city.access_requests.filter(user=request.user, answered_at=None).first(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "cohorts/ask_access.html", context, status=status)


@require_GET
@signed_in
def search(request):
    """Cities that a text begins to name, for the typeahead, and whether there are more."""
    found, more = _found(request.GET.get("q", ""))
    listed = [{"id": one.id, "label": one.label} for one in found]
    return JsonResponse({"cities": listed, "more": more})


def _found(words) -> tuple[list[cities.Place], bool]:
    """The first matches, and whether there are more than are shown."""
    found = cities.search(words, limit=SHOWN + 1) if words else []
    return found[:SHOWN], len(found) > SHOWN


def _asked(request, city, form) -> bool:
    if not limits.take("ask-access", str(request.user.pk), ASKED_AN_HOUR, 3600):
        form.add_error(None, _("You have asked several cities. Go on in an hour."))
        return False
    try:
        team.ask_access(city=city, by=request.user, note=form.cleaned_data["note"])
    except team.InTeam as refusal:
        messages.info(request, str(refusal))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    else:
        messages.success(request, _("We have passed your question on. You hear by mail."))
    return True


def _started(request, offering, city):
    """Go to the city's application, begun now if need be, or to asking for access."""
    try:
        application = intake.start(
            offering=offering, city=city, by=request.user, checked=checked(request)
        )
    except intake.CityTaken:
        return redirect("cohorts:ask_access", uid=city.uid)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(offering)
    if application.carried_from and not application.rev:
        words = _(
            "Begun with what you wrote in %(reference)s. The stages and your consent are open."
        )
        messages.info(request, words % {"reference": application.carried_from.reference})
    return redirect(application)


def _own_cities(user, offering):
    """Cities that the person writes for and that have not begun here: none is asked twice."""
    begun = Application.objects.live().filter(offering=offering).values("city")
    writes = TeamMember.objects.filter(user=user, role__in=WRITERS).values("city")
    return City.objects.filter(pk__in=writes).exclude(pk__in=begun)


def _place(number: str):
    """The place with this id; None when there is none."""
    if not (number.isascii() and number.isdigit() and len(number) < 12):
        return None
    try:
        return cities.by_id(int(number))
    except cities.UnknownPlace:
        return None
