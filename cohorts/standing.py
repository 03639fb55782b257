"""Where an application stands, in the city's words. Reads only what the city has been told."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts import eoi, path
from cohorts.models import Application, Meeting
from cohorts.models.application import State
from sprint_portal.times import day_words, moment_words


@dataclass(frozen=True)
class Next:
    """What comes next: by when, or when it begins (or that in words), a sentence, where to go."""

    title: str
    by: datetime | None = None
    note: str = ""
    actions: list[dict[str, str]] = field(default_factory=list)
    when: str = ""
    begins: datetime | None = None

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


def stops(application: Application) -> list[dict[str, str]]:
    """The line of an application: five stops, up to where the city has been told."""
    place = _PLACES[State(application.announced_state)]
    labels = [
        (_("Begun"), ""),
        (_("Handed in"), ""),
        (_("Under review"), ""),
        (_("Decision"), _decision(application)),
        (_("Place confirmed"), ""),
    ]
    ended = application.announced_state in (State.DECLINED, State.NOT_YET, State.WITHDRAWN)
    states = ["done"] * place + ["done" if ended else "now"] + ["ahead"] * len(labels)
    return [
        {"label": label, "note": note, "state": state}
        for (label, note), state in zip(labels, states, strict=False)
    ]


def next_for(application: Application) -> Next:
    """What the city can do next, and by when."""
    return _NEXT[State(application.announced_state)](application)


def first_open_step(application: Application) -> eoi.Step | None:
    """The first step that is not complete; None when all are."""
    wrong = eoi.all_problems(application.answers)
    return next((step for step in eoi.STEPS if step.key in wrong), None)


def step_url(application: Application, key: str) -> str:
    return reverse("cohorts:step", kwargs={"uid": application.uid, "key": key})


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
_PLACES = {
    State.DRAFT: 0,
    State.SUBMITTED: 2,
    State.ELIGIBLE: 2,
    State.NOT_YET: 3,
    State.SELECTED: 4,
    State.WAITLISTED: 3,
    State.DECLINED: 3,
    State.CONFIRMED: 5,
    State.WITHDRAWN: 0,
}


def _decision(application):
    told = (State.NOT_YET, State.SELECTED, State.WAITLISTED, State.DECLINED)
    return str(application.public_label) if application.announced_state in told else ""


# --- next ------------------------------------------------------------------------------
def _next_of_draft(application):
    if not application.is_window_open:
        ask = reverse("cohorts:ask_extension", kwargs={"uid": application.uid})
        return Next(
            _("ask for more time"),
            note=_("The deadline has passed. Everything you wrote is kept."),
            actions=[{"href": ask, "text": _("Ask for more time")}],
        )
    step = first_open_step(application)
    if step is None:
        there = {"href": f"{application.get_absolute_url()}#hand-in", "text": _("Hand in")}
        return Next(_("hand in"), application.closes_at, actions=[there])
    there = {"href": step_url(application, step.key), "text": _("Go on writing")}
    number = eoi.STEPS.index(step) + 1
    return Next(
        _("step %(number)s, %(title)s") % {"number": number, "title": step.title},
        application.closes_at,
        _("All six steps must be handed in by then."),
        [there],
    )


def _next_of_submitted(application):
    if has_changes(application) and application.is_window_open:
        there = f"{application.get_absolute_url()}#hand-in"
        return Next(
            _("hand in your changes"),
            application.closes_at,
            _("You wrote something since you handed in. We read what was handed in."),
            [{"href": there, "text": _("Hand in again")}],
        )
    return Next(
        _("our decision"),
        note=_("We read everything, then write to all cities on the same day."),
        when=_decided_when(application.offering),
    )


def _decided_when(offering) -> str:
    """Between which days the decision comes; "" when nothing certain can be said."""
    now = timezone.now()
    if offering.closes_at > now:
        return _("After the deadline, %(when)s") % {"when": moment_words(offering.closes_at)}
    if offering.confirm_by and offering.confirm_by > now:
        return _("Before %(when)s, when selected cities confirm") % {
            "when": moment_words(offering.confirm_by)
        }
    return ""


def _is_taken_back(application) -> bool:
    """Told that it is selected, and since then staff look at that decision again."""
    return application.state not in (State.SELECTED, State.CONFIRMED)


def _next_of_selected(application):
    if _is_taken_back(application):
        note = _("We look at this decision again, and write to you as soon as it is settled.")
        return Next(_("nothing to do"), note=note)
    there = f"{application.get_absolute_url()}#confirm"
    return Next(
        _("confirm your place"),
        application.confirm_by,
        _("Your seat is kept for you until then."),
        [{"href": there, "text": _("Confirm our place")}],
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


_NEXT = {
    State.DRAFT: _next_of_draft,
    State.SUBMITTED: _next_of_submitted,
    State.ELIGIBLE: _next_of_submitted,
    State.NOT_YET: _next_of_not_yet,
    State.SELECTED: _next_of_selected,
    State.WAITLISTED: _next_of_waitlisted,
    State.DECLINED: _next_of_declined,
    State.CONFIRMED: _next_of_confirmed,
    State.WITHDRAWN: lambda row: Next(
        _("nothing to do"), note=_("While the offering is open, you can begin anew.")
    ),
}
