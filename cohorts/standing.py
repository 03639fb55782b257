"""Where an application stands, in the city's words. Reads only what the city has been told."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import eoi, path
from cohorts.late import late
from cohorts.models import Application, Meeting
from cohorts.models.application import State
from sprint_portal.times import day_words, full_words


@dataclass(frozen=True)
class Next:
    """What comes next: by when, or when it begins (or that in words), a sentence, where to go."""

    title: str
    by: datetime | None = None
    note: str = ""
    actions: list[dict[str, str]] = field(default_factory=list)
    when: str = ""
    begins: datetime | None = None
    choice: str = ""  # the step that the application's own page takes with a button

    @property
    def elsewhere(self) -> list[dict[str, str]]:
        """The actions that lead away from the application's own page, where the others stand."""
        return [one for one in self.actions if "#" not in one["href"]]


def headline(application: Application) -> str:
    """One sentence on the city's own thing."""
    city = str(application.city)
    return _SENTENCES[State(application.announced_state)](application) % {"city": city}


def is_ready(application: Application) -> bool:
    """Whether a draft only waits to be handed in."""
    return eoi.is_complete(application.answers)


def has_changes(application: Application) -> bool:
    """Whether something was written since the last hand-in (revisions prefetched or not)."""
    handed_in = list(application.revisions.all()) if application.revision else []
    return bool(handed_in) and handed_in[-1].answers != application.answers


def next_for(application: Application) -> Next:
    """What the city can do next, and by when."""
    return _NEXT[State(application.announced_state)](application)


def first_open_step(application: Application) -> eoi.Step | None:
    """The first step that is not complete; None when all are."""
    wrong = eoi.all_problems(application.answers)
    return next((step for step in eoi.STEPS if step.key in wrong), None)


def step_url(application: Application, key: str) -> str:
    return reverse("cohorts:step", kwargs={"uid": application.uid, "key": key})


def step_note(application: Application) -> Next | None:
    """What becomes of words written in a step now; None while they can be handed in."""
    if application.erased_at:
        return Next(_("What your city wrote was erased."))
    if application.announced_state == State.WITHDRAWN:
        return Next(_("This expression of interest is withdrawn. You can read what you wrote."))
    if not application.is_with_the_city:
        return Next(_after_decision(application))
    if application.is_window_open:
        return None
    words = late(application)
    return Next(str(words.step), actions=[words.action(application)])


def _after_decision(application) -> str:
    if application.announced_state in path.ON_PATH:
        return _("The decision is made. What you change is kept: a later offering begins with it.")
    return _("The decision is made. What you change is kept, and is not handed in.")


# --- sentences -------------------------------------------------------------------------
def _draft_sentence(application):
    left = len(eoi.all_problems(application.answers))
    if not application.is_window_open:
        return _("%(city)s’s expression of interest was not handed in")
    if not left:
        return _("%(city)s’s expression of interest is ready to hand in")
    words = ngettext(
        "%(city)s’s expression of interest has {left} step to go",
        "%(city)s’s expression of interest has {left} steps to go",
        left,
    )
    return words.replace("{left}", str(left))


_SENTENCES = {
    State.DRAFT: _draft_sentence,
    State.SUBMITTED: lambda row: _("%(city)s’s expression of interest is with us"),
    State.ELIGIBLE: lambda row: _("%(city)s’s expression of interest is with us"),
    State.NOT_YET: lambda row: _("%(city)s is on its way to a later offering"),
    State.SELECTED: lambda row: (
        _("%(city)s’s place is looked at again")
        if _is_taken_back(row)
        else _("%(city)s is selected")
    ),
    State.WAITLISTED: lambda row: _("%(city)s is on the waitlist"),
    State.DECLINED: lambda row: _("%(city)s was not selected this time"),
    State.CONFIRMED: lambda row: _("%(city)s takes part"),
    State.WITHDRAWN: lambda row: _("%(city)s’s expression of interest is withdrawn"),
}


# --- next ------------------------------------------------------------------------------
def _next_of_draft(application):
    if not application.is_window_open:
        words = late(application)
        closed_at = full_words(application.closes_at, application.offering.zone)
        was = _("The deadline was %(when)s.") % {"when": closed_at}
        actions = [words.action(application)]
        return Next(str(words.title), note=f"{was} {words.draft}", actions=actions)
    step, extended = first_open_step(application), _extended(application)
    if step is None:
        return Next(
            _("hand in"),
            application.closes_at,
            f"{extended}{_('You can change what you wrote and hand in again until then.')}",
            [{"href": f"{application.get_absolute_url()}#hand-in", "text": _("Hand in")}],
            choice="submit",
        )
    there = {"href": step_url(application, step.key), "text": _("Go on writing")}
    number = eoi.STEPS.index(step) + 1
    return Next(
        _("step %(number)s, %(title)s") % {"number": number, "title": step.title},
        application.closes_at,
        f"{extended}{_('All six steps must be handed in by then.')}",
        [there],
    )


def _extended(application) -> str:
    """That the deadline is the city's own, as the beginning of a note; "" for all others."""
    if application.closes_at == application.offering.closes_at:
        return ""
    return f"{_('The deadline was extended for your city.')} "


def _next_of_submitted(application):
    changed = has_changes(application)
    if changed and application.is_window_open:
        there = f"{application.get_absolute_url()}#hand-in"
        note = _("You wrote something since you handed in. We read what was handed in.")
        return Next(
            _("hand in your changes"),
            application.closes_at,
            f"{_extended(application)}{note}",
            [{"href": there, "text": _("Hand in again")}],
            choice="hand_in_again",
        )
    note, when = _("We read everything, then write to all cities on the same day."), _decided_when
    if not changed:
        return Next(_("our decision"), note=note, when=when(application))
    words = late(application)
    actions = [words.action(application)]
    return Next(
        _("our decision"), note=f"{note} {words.changes}", when=when(application), actions=actions
    )


def _decided_when(application) -> str:
    """Between which days the decision comes; "" when nothing certain can be said."""
    now, offering = timezone.now(), application.offering
    if application.closes_at > now:
        when = full_words(application.closes_at, offering.zone)
        if _extended(application):
            return _("After your city’s own deadline, %(when)s") % {"when": when}
        return _("After the deadline, %(when)s") % {"when": when}
    if offering.confirm_by and offering.confirm_by > now:
        when = full_words(offering.confirm_by, offering.zone)
        return _("Before %(when)s, when selected cities confirm") % {"when": when}
    return ""


def _is_taken_back(application) -> bool:
    """Told that it is selected, and since then staff look at that decision again."""
    return application.state not in (State.SELECTED, State.CONFIRMED)


def _next_of_selected(application):
    if _is_taken_back(application):
        note = _("We look at this decision again, and write to you as soon as it is settled.")
        return Next(_("nothing to do"), note=note)
    seat = _("By confirming, your city takes its seat: the sessions every week, and your plan.")
    return Next(
        _("confirm your place"),
        application.confirm_by,
        f"{_kept_until(application.confirm_by)} {seat}",
        [{"href": f"{application.get_absolute_url()}#confirm", "text": _("Confirm our place")}],
        choice="confirm",
    )


def _kept_until(day) -> str:
    """For how long a seat that is offered is kept."""
    if not day:
        return _("Your seat is kept for you.")
    if day > timezone.now():
        return _("Your seat is kept for you until then.")
    return _(
        "That day has passed. You can still confirm, until we offer the place to another city."
    )


def _next_of_not_yet(application):
    if (invited := path.step_for(application)) and invited.invitation.offering:
        return _next_of_invited(invited)
    return Next(_("one step towards a later offering"), note=path.first_step(application))


def _next_of_invited(step):
    offering = step.invitation.offering
    if step.draft:
        there = {"href": step.draft.get_absolute_url(), "text": _("Go on there")}
        return Next(_("your new expression of interest"), note=str(offering), actions=[there])
    if step.blockers:
        return Next(str(offering), note=" ".join(step.blockers))
    there = {"href": step.invitation.get_absolute_url(), "text": _("Begin with what you wrote")}
    return Next(
        _("your invitation, %(term)s") % {"term": offering.term},
        offering.closes_at,
        _("You are invited. It must be handed in by then."),
        [there],
    )


def _next_of_waitlisted(application):
    if (invited := path.step_for(application)) and invited.invitation.offering:
        return _next_of_invited(invited)
    return Next(_("nothing to do"), note=_("If a seat is free, we write to you at once."))


def _next_of_declined(application):
    if (invited := path.step_for(application)) and invited.invitation.offering:
        return _next_of_invited(invited)
    return Next(
        _("a later offering"),
        note=_("Your file is kept, so next time you begin with what you wrote."),
    )


def _next_of_confirmed(application):
    offering = application.offering
    meetings = Meeting.objects.of_city(application.city).standing().filter(offering=offering)
    ahead = meetings.filter(ends_at__gt=timezone.now()).select_related("city", "facilitator")
    ahead = ahead.first()
    if ahead:
        there = {"href": reverse("cohorts:sessions"), "text": _("See the sessions")}
        return Next(ahead.title_for_city, begins=ahead.starts_at, actions=[there])
    today = timezone.localdate()
    there = {"href": offering.get_absolute_url(), "text": _("See all dates of the sprint")}
    note = _("We write to you once the hours of the sessions are settled.")
    call = next((day for day in offering.pre_course_days if day >= today), None)
    if call:
        when = day_words(call, today=today, start=True)
        return Next(_("the call before it starts"), note=note, when=when, actions=[there])
    if offering.runs_from > today:
        when = day_words(offering.runs_from, today=today, start=True)
        return Next(_("the first week of the sprint"), note=note, when=when, actions=[there])
    there = {"href": reverse("cohorts:sessions"), "text": _("See the sessions")}
    return Next(_("the sprint"), note=_("Sessions stand in your own time."), actions=[there])


def _next_of_withdrawn(application):
    offering = application.offering
    if not offering.is_open:
        return Next(
            _("nothing to do"), note=_("The offering is closed. What you wrote stays in your file.")
        )
    there = reverse("cohorts:apply", kwargs={"slug": offering.slug})
    return Next(
        _("nothing to do"),
        note=_("While the offering is open you can begin anew, with what you wrote."),
        actions=[{"href": there, "text": _("Begin anew"), "kind": "quiet"}],
    )


_NEXT = {
    State.DRAFT: _next_of_draft,
    State.SUBMITTED: _next_of_submitted,
    State.ELIGIBLE: _next_of_submitted,
    State.NOT_YET: _next_of_not_yet,
    State.SELECTED: _next_of_selected,
    State.WAITLISTED: _next_of_waitlisted,
    State.DECLINED: _next_of_declined,
    State.CONFIRMED: _next_of_confirmed,
    State.WITHDRAWN: _next_of_withdrawn,
}
