"""From interest to a handed-in expression of interest: start, save, hand in, withdraw."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cohorts import eoi, mail, opened, same_city
from cohorts.cities import Place
from cohorts.models import Application, City, Offering, Revision, TeamMember
from cohorts.models.application import State
from cohorts.scheduling import sessions
from cohorts.workflow import APPLICATION, complete, window_open
from sprint_portal import arrival, audit
from sprint_portal.ids import spoken_code
from sprint_portal.refusals import MoveRefused, NotPermitted, Refusal


class NotOpen(Refusal):
    """The offering does not take applications now."""


class CityTaken(Refusal):
    """Other people already act for this city; they can let the person in."""

    def __init__(self, city: City):
        super().__init__(_("%(city)s already has a team here.") % {"city": city})
        self.city = city


class LikeOthers(Refusal):
    """The city that was typed may be one of those that are known. Holds them."""

    def __init__(self, found: Sequence[same_city.Known]):
        super().__init__(_("Say first whether your city is one of these."))
        self.found = found
        self.may_be_new = not any(one.is_same for one in found)


class StaleText(Refusal):
    """Someone else changed the same answers since the step was opened.

    Holds what is stored now, and the keys of those answers; the others are saved.
    """

    def __init__(self, stored: Application, clashing: Sequence[str]):
        super().__init__(_("Someone saved this step after you opened it."))
        self.stored = stored
        self.clashing = clashing


# --- the city ------------------------------------------------------------------------
def city_of_place(place: Place) -> City:
    """The city's row, made from the table of cities when it is new."""
    city, _is_new = City.objects.get_or_create(
        geonameid=place.id,
        defaults={
            "name": place.name,
            "region": place.region,
            "country": place.country,
            "zone": place.zone,
            "population": place.population,
        },
    )
    return city


def city_by_hand(*, name: str, region: str, country: str, zone: str, chosen: str = "") -> City:
    """The row of a city that somebody types in; one that is known already is found again.

    chosen: which of those that are like it was meant (`same_city.Known.value`), or `NONE` of them.
    Raises LikeOthers as long as nobody has said so.
    """
    found = same_city.alike(name=name, region=region, country=country)
    same = [one for one in found if one.is_same]
    meant = same if len(same) == 1 else [one for one in found if one.value == chosen]
    if meant:
        return meant[0].city or city_of_place(meant[0].place)
    if found and (same or chosen != same_city.NONE):
        raise LikeOthers(found)
    city, _is_new = City.objects.get_or_create(
        name=name, region=region, country=country, geonameid=None, defaults={"zone": zone}
    )
    return city


# --- the application -----------------------------------------------------------------
def start(
    *,
    offering: Offering,
    city: City,
    by,
    checked: Mapping[str, str] | None = None,
    earlier: Application | None = None,
) -> Application:
    """The city's live application for `offering`, begun now if there is none.

    checked: answers of the stage check, {stage: claim}, to begin with. earlier: what to begin
    with; else what the city last wrote for the same sprint.
    Raises CityTaken when others act for the city, NotOpen outside the window.
    """
    try:
        with transaction.atomic():
            return _start(offering, city, by, checked or {}, earlier)
    except IntegrityError:
        # Someone began in the same moment; the database kept one. Ask again what holds now.
        with transaction.atomic():
            return _start(offering, city, by, checked or {}, earlier)


def _start(offering, city, by, checked, earlier):
    City.objects.select_for_update().get(pk=city.pk)
    members = set(city.team.values_list("user_id", flat=True))
    if members and by.pk not in members:
        raise CityTaken(city)
    if live := Application.objects.live().filter(offering=offering, city=city).first():
        return live
    if not offering.is_open:
        raise NotOpen(_("This offering does not take applications now."))
    if not members:
        TeamMember.objects.create(city=city, user=by, role=TeamMember.Role.OWNER)
    elif not by.has_perm("cohorts.edit_application", Application(city=city)):
        raise NotPermitted(_("You may read for this city, not write. Ask an owner."))
    earlier = earlier or _earlier(offering, city)
    application = Application.objects.create(
        offering=offering,
        city=city,
        reference=free_reference(offering),
        answers=_first_answers(by, checked, earlier),
        form_version=eoi.VERSION,
        carried_from=earlier,
        started_by=by,
    )
    audit.record(by, "start", application, to=State.DRAFT)
    return application


def _earlier(offering, city):
    """What the city last wrote for the same sprint: taken back from this offering, or handed in
    to another one that has closed."""
    rows = Application.objects.filter(city=city, offering__sprint=offering.sprint_id)
    closed = Q(offering__closes_at__lt=timezone.now(), revision__gt=0) & ~Q(offering=offering)
    taken_back = Q(offering=offering, state=State.WITHDRAWN)
    return rows.filter(closed | taken_back).order_by("-id").first()


def _first_answers(by, checked, earlier) -> dict:
    """Carried over but for the stages and the consent, which are asked anew each time."""
    asked_anew = {field.key for key in ("stages", "consent") for field in eoi.BY_KEY[key].fields}
    carried = earlier.answers if earlier else {}
    answers = {key: value for key, value in carried.items() if key not in asked_anew}
    answers.setdefault("lead_name", by.name)
    answers.setdefault("lead_email", by.email)
    return answers | eoi.from_stage_check(checked)


def free_reference(offering: Offering) -> str:
    """A reference that can be said on the telephone and that nobody has: BCT-2026-7K3Q."""
    while True:
        reference = f"{offering.reference_prefix}-{spoken_code()}"
        if not Application.objects.filter(reference=reference).exists():
            return reference


def save_step(
    *,
    application: Application,
    step: eoi.Step,
    typed: Mapping,
    rev: int,
    by,
    was: opened.Marks | None = None,
) -> Application:
    """Keep what was typed in one step, complete or not, before or after the deadline.

    typed: {field key: str or list}. was: the marks of what the person had before them
    (`opened.marks`): an answer that they left alone stays as a colleague has written it since.
    rev: the step's version that they had, which counts where there is no mark.
    Raises StaleText when someone changed the same answers; what does not clash is saved all the
    same. Raises NotPermitted for readers.
    """
    stored, clashing = _save(application, step, typed, rev, by, was or {})
    if clashing:
        raise StaleText(stored, clashing)
    return stored


@transaction.atomic
def _save(application, step, typed, rev, by, was):
    stored = _locked(application)
    if not by.has_perm("cohorts.edit_application", stored):
        raise NotPermitted(_("You may read this, not write it."))
    given = {field.key: typed.get(field.key, "") for field in step.fields}
    is_current = stored.step_revs.get(step.key, 0) == rev
    found = opened.sort_out(stored.answers, given, was, is_current=is_current)
    if found.mine:
        stored.answers = {**given, **stored.answers, **found.mine}
        stored.rev += 1
        stored.step_revs[step.key] = stored.rev
        stored.save(update_fields=["answers", "rev", "step_revs", "updated_at"])
    return stored, found.clashing


@transaction.atomic
def hand_in(*, application: Application, by) -> Revision:
    """Hand in, or hand in anew what changed since; the receipt goes to the city's writers.

    Asked twice, it answers with the same revision and sends nothing again.
    Raises MoveRefused with every reason, NotPermitted.
    """
    stored = _locked(application)
    if stored.state == State.DRAFT:
        APPLICATION.perform(
            "submit",
            stored,
            by=by,
            announced_state=State.SUBMITTED,
            submitted_at=arrival.moment(),
        )
        return _freeze(stored, by)
    last = stored.revisions.last()
    if last and last.answers == stored.answers:
        return last
    _may_hand_in_again(stored, by)
    revision = _freeze(stored, by)
    audit.record(by, "hand_in_again", stored, was=stored.state, to=stored.state)
    return revision


def _may_hand_in_again(stored, by):
    if not by.has_perm("cohorts.submit_application", stored):
        raise NotPermitted(_("You may read this, not hand it in."))
    if not stored.is_with_the_city:
        raise MoveRefused(_("The decision is announced; changes can no longer be handed in."))
    if why := [why for guard in (window_open, complete) if (why := guard(stored, by))]:
        raise MoveRefused(" ".join(why))


def _freeze(application, by) -> Revision:
    revision = Revision.objects.create(
        application=application,
        number=application.revision + 1,
        answers=application.answers,
        form_version=eoi.VERSION,
        author=by,
    )
    application.revision = revision.number
    application.save(update_fields=["revision", "updated_at"])
    mail.application_received(application, revision)
    return revision


@transaction.atomic
def withdraw(*, application: Application, by, reason: str = ""):
    """Take the application back; a seat that it held is free again."""
    APPLICATION.perform(
        "withdraw", application, by=by, reason=reason, announced_state=State.WITHDRAWN
    )
    mail.application_withdrawn(application)
    sessions.farewell(application, by=by)


def _locked(application) -> Application:
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("offering", "city")
        .get(pk=application.pk)
    )
