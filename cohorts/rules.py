"""Who may do what with applications, teams and offerings. One table at the foot."""

import rules

from cohorts import part
from cohorts.models.application import Application, State
from cohorts.models.city import City, TeamMember
from cohorts.models.invitation import Invitation
from cohorts.models.letter import SupportLetter
from cohorts.models.offering import Offering
from cohorts.models.review import conflict

WRITERS = (TeamMember.Role.OWNER, TeamMember.Role.EDITOR)


def city_of(row):
    """The id of the city that a row belongs to: itself, an application, a letter, …"""
    if isinstance(row, City):
        return row.pk
    if isinstance(row, SupportLetter | Invitation):
        return row.application.city_id
    return row.city_id


def _has_role(user, row, roles) -> bool:
    if not user.is_authenticated:
        return False
    if (team := _fetched_team(row)) is not None:
        return any(one.user_id == user.pk and one.role in roles for one in team)
    return TeamMember.objects.filter(city=city_of(row), user=user, role__in=roles).exists()


def _fetched_team(row):
    """The city's team if it came along with the row; None when the database has to be asked."""
    city = row if isinstance(row, City) else row._state.fields_cache.get("city")
    return getattr(city, "_prefetched_objects_cache", {}).get("team")


@rules.predicate
def is_member(user, row):
    return _has_role(user, row, TeamMember.Role.values)


@rules.predicate
def is_writer(user, row):
    return _has_role(user, row, WRITERS)


@rules.predicate
def is_owner(user, row):
    return _has_role(user, row, [TeamMember.Role.OWNER])


@rules.predicate
def is_staff(user):
    return user.is_authenticated and user.is_staff


@rules.predicate
def is_decider(user):
    return user.is_authenticated and user.is_decider


@rules.predicate
def is_handed_in(user, application):
    return application.state != State.DRAFT


@rules.predicate
def is_of_handed_in(user, row):
    """Belongs to an application that is no longer the city's draft."""
    return is_handed_in(user, row.application)


@rules.predicate
def is_kept(user, row):
    """Its words have not been erased: nothing new is written into what is past its day."""
    return getattr(row, "erased_at", None) is None


@rules.predicate
def is_told_selected(user, application):
    """Selected, or confirmed since: whoever confirms a second time meets no closed door."""
    return application.announced_state in (State.SELECTED, State.CONFIRMED)


@rules.predicate
def is_told_no_end(user, application):
    """Nothing announced ends it. Asks only what the city knows, so a button betrays nothing."""
    ends = (State.DECLINED, State.NOT_YET, State.WITHDRAWN)
    return application.announced_state not in ends


@rules.predicate
def is_reviewer(user):
    return user.is_authenticated and user.is_reviewer


@rules.predicate
def is_own_review(user, review):
    return review.reviewer_id == user.pk


@rules.predicate
def has_conflict(user, row):
    """Recused from the city, or in its team: such a person judges nothing about it.

    Asked once for each row in hand: a page asks for every button of it.
    """
    known = row.__dict__.setdefault("_conflicts", {})
    if user.pk not in known:
        known[user.pk] = City.objects.filter(conflict(user, "pk"), pk=city_of(row)).exists()
    return known[user.pk]


@rules.predicate
def has_read_it(user, application):
    """Whether this person handed in a review of it, and so may hear what others think."""
    return application.reviews.under_way(user).filter(state="submitted").exists()


@rules.predicate
def owes_review(user, application):
    """Asked to review it, and not done: others' scores come after one's own, whatever the role."""
    return application.reviews.under_way(user).filter(state="open").exists()


@rules.predicate
def is_not_withdrawn(user, application):
    """What a city took back is read, and no longer written."""
    return application.state != State.WITHDRAWN


# --- offerings -------------------------------------------------------------------------
rules.add_perm("cohorts.view_offering", rules.always_true)
rules.add_perm("cohorts.see_pipeline", is_staff | is_decider)
rules.add_perm("cohorts.release_decisions", is_staff)

# --- applications ----------------------------------------------------------------------
rules.add_perm("cohorts.view_application", is_member)
rules.add_perm("cohorts.edit_application", is_writer & is_kept & is_not_withdrawn)
rules.add_perm("cohorts.submit_application", is_writer & is_kept)
rules.add_perm("cohorts.confirm_application", is_told_selected & (is_writer | is_staff))
rules.add_perm("cohorts.withdraw_application", is_told_no_end & (is_writer | is_staff))
rules.add_perm("cohorts.ask_extension", is_writer & is_kept)
rules.add_perm("cohorts.see_assessment", (is_staff | (is_decider & is_handed_in)) & ~has_conflict)
rules.add_perm("cohorts.assess_application", is_staff & ~has_conflict)
rules.add_perm("cohorts.decide_application", is_decider & ~has_conflict)
rules.add_perm("cohorts.add_letter", is_writer & is_kept)
rules.add_perm(
    "cohorts.view_letter",
    is_member | ((is_staff | is_decider) & is_of_handed_in & ~has_conflict),
)
rules.add_perm("cohorts.remove_letter", is_writer)


# --- a person's own part: what the navigation asks --------------------------------------
@rules.predicate
def has_seat(user):
    return part.of(user).has_seat


@rules.predicate
def has_applied(user):
    return part.of(user).latest is not None


rules.add_perm("cohorts.take_part", has_seat)
rules.add_perm("cohorts.follow_application", has_applied & ~has_seat)

# --- to a later offering, and places ---------------------------------------------------
rules.add_perm("cohorts.see_path", is_staff)
rules.add_perm("cohorts.invite_on", is_staff & ~has_conflict)
rules.add_perm("cohorts.view_invitation", is_member | (is_staff & ~has_conflict))
rules.add_perm("cohorts.accept_invitation", is_writer)
rules.add_perm("cohorts.see_places", is_staff | is_decider)
rules.add_perm("cohorts.chase_application", (is_staff | is_decider) & ~has_conflict)
rules.add_perm("cohorts.check_stages", is_staff)

# --- teams -----------------------------------------------------------------------------
rules.add_perm("cohorts.view_team", is_member | (is_staff & ~has_conflict))
rules.add_perm("cohorts.manage_team", is_owner | (is_staff & ~has_conflict))


# --- meetings --------------------------------------------------------------------------
def _facilitates(user, offering_id) -> bool:
    """Whether this person runs the sprint of that offering."""
    return (
        user.is_authenticated
        and user.is_facilitator
        and Offering.facilitators.through.objects.filter(
            user=user, offering_id=offering_id
        ).exists()
    )


@rules.predicate
def is_facilitator_of(user, offering):
    return _facilitates(user, offering.pk)


@rules.predicate
def facilitates_meeting(user, meeting):
    return _facilitates(user, meeting.offering_id)


@rules.predicate
def is_invited(user, meeting):
    """The team of a TA's own city; for all other meetings the teams of the confirmed cities."""
    if not user.is_authenticated or meeting.status == "draft":
        return False
    teams = TeamMember.objects.filter(user=user)
    if meeting.kind == "ta":
        return teams.filter(city=meeting.city_id).exists()
    seats = Application.objects.confirmed().filter(offering=meeting.offering_id)
    return teams.filter(city__in=seats.values("city")).exists()


rules.add_perm("cohorts.lay_out_sessions", is_staff | is_facilitator_of)
rules.add_perm("cohorts.book_appointments", is_staff | is_facilitator_of)
rules.add_perm("cohorts.view_meeting", is_staff | facilitates_meeting | is_invited)
rules.add_perm("cohorts.run_meeting", is_staff | facilitates_meeting)

# --- review and composition --------------------------------------------------------------
judges = is_staff | is_decider
rules.add_perm("cohorts.see_reviews", is_reviewer | judges)
rules.add_perm("cohorts.review_application", is_own_review & ~has_conflict)
rules.add_perm("cohorts.assign_reviews", is_staff)
rules.add_perm("cohorts.assign_review", is_staff & ~has_conflict)
may_hear = (judges | has_read_it) & ~has_conflict & ~owes_review
rules.add_perm("cohorts.discuss_application", may_hear)
rules.add_perm("cohorts.compare_reviews", judges & ~has_conflict)
rules.add_perm("cohorts.see_composition", judges)
rules.add_perm("cohorts.compose", is_decider)
rules.add_perm("cohorts.see_numbers", judges)
rules.add_perm("cohorts.export_applications", judges)

# --- setting offerings up ------------------------------------------------------------------
rules.add_perm("cohorts.prepare_offerings", is_staff)
rules.add_perm("cohorts.prepare_offering", is_staff)
