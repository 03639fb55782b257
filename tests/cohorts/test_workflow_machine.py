"""Anybody does anything in any order, with fresh and with stale pages: what always holds.

Never more cities than seats; one live application per city; what a city reads changes only by a
release, an offer or the city itself; every move stands in the record exactly once; a refusal
changes nothing; a button and what it does agree.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cohorts import assessment, backfill, carrying, confirming, intake, selection
from cohorts.models import Application, Invitation, Recusal
from cohorts.models.application import State
from cohorts.workflow import APPLICATION, SEATED
from sprint_portal.audit import AuditEvent
from sprint_portal.mail.models import Message
from sprint_portal.refusals import Refusal
from tests.cohorts.carry_factories import WEEK, later
from tests.cohorts.intake_factories import answers, findings
from tests.factories import (
    ApplicationFactory,
    CityFactory,
    OfferingFactory,
    TeamMemberFactory,
    UserFactory,
)

CITIES, SEATS = 4, 2
WHO = ["owner", "editor", "viewer", "other city", "reviewer", "staff", "decider", "conflicted"]
TABLE = APPLICATION.moves()
MOVES = set(APPLICATION.actions)
THEIRS = {"submit", "confirm", "withdraw"}
# Anybody, and about half of the time the one who may.
OFTEN = {one: st.just(one) | st.sampled_from(WHO) for one in WHO}
# What may change that which a city reads. Reviewers, staff and deciders have only the last three.
TELLING = {"submit", "confirm", "withdraw", "release", "offer", "offer_on"}
STEPS = {
    "submit": lambda row, by: intake.hand_in(application=row, by=by),
    "withdraw": lambda row, by: intake.withdraw(application=row, by=by, reason="They rang."),
    "confirm": lambda row, by: selection.confirm(application=row, by=by, reason="They rang."),
    "waitlist": lambda row, by: selection.waitlist(application=row, by=by),
    "move_up": lambda row, by: selection.move_up(application=row, by=by),
    "note": lambda row, by: selection.write_note(application=row, note="Words.", by=by),
    "offer": lambda row, by: backfill.offer(
        application=row, by=by, confirm_by=timezone.now() + WEEK, reason="Free."
    ),
    "offer_on": lambda row, by: confirming.offer_on(application=row, by=by, reason="Silent."),
    "remind": lambda row, by: confirming.remind_now(application=row, by=by),
    "extend": lambda row, by: confirming.extend(
        application=row, by=by, until=timezone.now() + 2 * WEEK
    ),
    **{
        name: lambda row, by, name=name: assessment.assess(
            name=name, application=row, by=by, reason="Seen."
        )
        for name in ("find_eligible", "find_not_yet", "reassess")
    },
    **{
        name: lambda row, by, name=name: selection.decide(
            name=name, application=row, by=by, reason="Weighed."
        )
        for name in ("select", "decline", "undo")
    },
}


class Everybody(RuleBasedStateMachine):
    @initialize(told=st.booleans())
    def begin(self, told):
        """told: the walk begins on the morning after a release, not with empty forms."""
        now = timezone.now()
        self.offering = OfferingFactory(
            capacity=SEATS, opens_at=now - 4 * WEEK, closes_at=now + timedelta(hours=1)
        )
        self.next = later(closes_at=now + 8 * WEEK)
        self.shared = {
            "other city": TeamMemberFactory().user,
            "reviewer": UserFactory(is_reviewer=True),
            "staff": UserFactory(is_staff=True),
            "decider": UserFactory(is_decider=True, is_staff=True),
            "conflicted": UserFactory(is_decider=True, is_staff=True),
        }
        self.teams, self.pages, self.cities = [], [], []
        for place in range(CITIES):
            self.cities.append(city := CityFactory())
            self.teams.append(
                {
                    role: TeamMemberFactory(city=city, role=role).user
                    for role in ("owner", "editor", "viewer")
                }
            )
            row = ApplicationFactory(offering=self.offering, city=city, answers=answers())
            findings(row, **({"staffing": "met"} if place else {}))
            self.pages.append(row)
        barred = self.shared["conflicted"]
        for city in self.cities[:2]:
            Recusal.objects.create(reviewer=barred, city=city, reason="Kin.", by=barred)

        if told:
            self.by_those_who_may(["submit"] * CITIES, range(CITIES))
            self.decide_all_and_release()
            assert set(self.read()) == {"not_yet", "selected", "waitlisted"}

    # --- what people do ----------------------------------------------------------------
    @rule(
        place=st.integers(0, CITIES - 1),
        name=st.sampled_from(sorted(STEPS)),
        who=st.sampled_from(WHO),
        stale=st.booleans(),
    )
    def step(self, place, name, who, stale):
        row = self.pages[place] if stale else self.latest(place)
        self.act(name, lambda: STEPS[name](row, self.person(place, who)))

    @rule(
        names=st.lists(st.sampled_from(sorted(STEPS)), min_size=6, max_size=12),
        places=st.lists(st.integers(0, CITIES - 1), min_size=12, max_size=12),
    )
    def by_those_who_may(self, names, places):
        """Keeps the walk from idling at refusals: the right person takes each step."""
        for name, place in zip(names, places, strict=False):
            by = self.person(place, "owner" if name in THEIRS else "decider")
            self.act(name, lambda name=name, by=by, at=place: STEPS[name](self.latest(at), by))

    @rule(who=st.sampled_from(WHO), old=st.booleans())
    def release(self, who, old):
        seen = "old" if old else selection.fingerprint(self.offering)
        self.act(
            "release",
            lambda: selection.release(
                offering=self.offering,
                by=self.person(0, who),
                confirm_by=timezone.now() + WEEK,
                seen=seen,
            ),
        )

    @rule()
    def decide_all_and_release(self):
        """What staff do in the end: close, decide on whatever is left, tell everybody."""
        self.window(is_open=False)
        decider = self.shared["decider"]
        for place in range(CITIES):
            for name in ("find_eligible", "find_not_yet", "select", "waitlist"):
                self.act(name, lambda do=STEPS[name], at=place: do(self.latest(at), decider))
        self.release("decider", old=False)

    @rule(place=st.integers(0, CITIES - 1), who=OFTEN["owner"])
    def start_anew(self, place, who):
        by, city = self.person(place, who), self.cities[place]
        self.act("start", lambda: intake.start(offering=self.offering, city=city, by=by))

    @rule(place=st.integers(0, CITIES - 1), who=OFTEN["staff"], now=st.booleans())
    def invite(self, place, who, now):
        row, by = self.latest(place), self.person(place, who)
        to = self.next if now else None
        self.act("invite", lambda: carrying.invite(application=row, offering=to, by=by))

    @rule(place=st.integers(0, CITIES - 1), who=OFTEN["owner"])
    def begin_later(self, place, who):
        by = self.person(place, who)
        for invitation in Invitation.objects.filter(application__city=self.cities[place]):
            self.act("begin", lambda one=invitation: carrying.begin(invitation=one, by=by))

    @rule(place=st.integers(0, CITIES - 1), leaves=st.booleans())
    def a_place_comes_free_and_is_offered(self, place, leaves):
        """A city withdraws or stays silent; then everybody on the waitlist is tried."""
        by, decider = self.person(place, "owner"), self.shared["decider"]
        if leaves:
            self.act("withdraw", lambda: STEPS["withdraw"](self.latest(place), by))
        else:
            self.days_to_confirm_pass()
            self.act("offer_on", lambda: STEPS["offer_on"](self.latest(place), decider))
        for other in range(CITIES):
            self.act("offer", lambda at=other: STEPS["offer"](self.latest(at), decider))

    @rule(place=st.integers(0, CITIES - 1))
    def a_city_takes_its_place(self, place):
        by = self.person(place, "owner")
        self.act("confirm", lambda: STEPS["confirm"](self.latest(place), by))

    @rule(place=st.integers(0, CITIES - 1))
    def a_city_is_carried_over(self, place):
        self.invite(place, "staff", now=True)
        self.begin_later(place, "owner")

    # --- what time does ------------------------------------------------------------------
    @rule(is_open=st.booleans())
    def window(self, is_open):
        self.offering.closes_at = timezone.now() + timedelta(hours=1 if is_open else -1)
        self.offering.save(update_fields=["closes_at"])

    @rule()
    def days_to_confirm_pass(self):
        Application.objects.filter(confirm_by__isnull=False).update(
            confirm_by=timezone.now() - timedelta(hours=1)
        )

    @rule(place=st.integers(0, CITIES - 1))
    def open_a_page(self, place):
        self.pages[place] = self.latest(place)

    # --- what holds ----------------------------------------------------------------------
    @rule(place=st.integers(0, CITIES - 1), who=st.sampled_from(WHO))
    def buttons_do_what_they_say(self, place, who):
        by = self.person(place, who)
        offered = {
            one.action.name: one.is_open for one in APPLICATION.choices(self.latest(place), by)
        }
        for name in APPLICATION.actions:
            also = {"submitted_at": timezone.now()} if name == "submit" else {}
            try:
                with transaction.atomic():
                    APPLICATION.perform(name, self.latest(place), by=by, reason="Why.", **also)
                    raise _TakenBack
            except Refusal:
                assert not offered.get(name, False), name
            except _TakenBack:
                assert offered.get(name), name

    @invariant()
    def seats_are_enough(self):
        if hasattr(self, "offering"):
            rows = Application.objects.filter(offering=self.offering)
            assert rows.filter(state__in=SEATED).count() <= SEATS
            told = rows.filter(announced_state__in=SEATED, state__in=SEATED)
            assert told.count() <= SEATS

    @invariant()
    def one_live_application_per_city(self):
        if hasattr(self, "offering"):
            live = Application.objects.live().values_list("offering", "city")
            assert len(live) == len(set(live))

    @invariant()
    def waitlist_has_an_order(self):
        if hasattr(self, "offering"):
            rows = Application.objects.filter(offering=self.offering)
            ranks = list(rows.filter(state="waitlisted").values_list("waitlist_rank", flat=True))
            assert None not in ranks
            assert len(ranks) == len(set(ranks))
            ends = rows.exclude(state__in=["waitlisted", "withdrawn"])
            assert not ends.filter(waitlist_rank__isnull=False).exists()

    def act(self, name, deed):
        """Do it and look at everything that changed."""
        before, events, mails = _states(), AuditEvent.objects.count(), Message.objects.count()
        try:
            deed()
        except Refusal:
            assert (_states(), AuditEvent.objects.count()) == (before, events), name
            assert Message.objects.count() == mails, name
            return
        recorded = AuditEvent.objects.order_by("id")[events:]
        for pk, (state, announced) in _states().items():
            was, read = before.get(pk, (State.DRAFT, State.DRAFT))
            moves = [one for one in recorded if one.subject_id == pk and one.verb in MOVES]
            assert [one.was for one in moves] + [state] == [was] + [one.to for one in moves], name
            assert all(one.to in TABLE[one.was] for one in moves), name
            if announced != read:
                assert name in TELLING, name
                assert announced == state, name
        if name in ("offer", "offer_on", "release"):
            told = [one for one in recorded if one.verb == "announce"]
            assert Message.objects.count() - mails == 3 * len(told), name

    def read(self):
        """What the cities read."""
        return Application.objects.filter(offering=self.offering).values_list(
            "announced_state", flat=True
        )

    def person(self, place, who):
        return self.shared.get(who) or self.teams[place][who]

    def latest(self, place) -> Application:
        rows = Application.objects.filter(offering=self.offering, city=self.cities[place])
        return rows.order_by("-pk").first()


class _TakenBack(Exception):
    """Ends a transaction whose outcome was only asked for."""


def _states() -> dict:
    rows = Application.objects.values_list("pk", "state", "announced_state")
    return {pk: (state, announced) for pk, state, announced in rows}


class TestEverybody(TestCase, Everybody.TestCase):
    settings = settings(
        max_examples=20,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
