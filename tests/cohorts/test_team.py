"""A city's team: let in, invited, handed over; there is always an owner."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cohorts import team
from cohorts.models import AccessRequest, TeamInvitation, TeamMember
from sprint_portal.mail.models import Message
from sprint_portal.refusals import NotPermitted
from tests.cohorts.intake_factories import draft
from tests.factories import CityFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return TeamMemberFactory()


def invite(owner, email="new@example.org", role="editor"):
    return team.invite(city=owner.city, email=email, role=role, by=owner.user)


def test_invited_colleague_joins_with_that_address_only(owner):
    invitation = invite(owner, email=" New@Example.org ")
    assert Message.objects.get().to == "new@example.org"

    with pytest.raises(team.TeamRefused, match="another address"):
        team.take_invitation(invitation=invitation, by=UserFactory())
    member = team.take_invitation(invitation=invitation, by=UserFactory(email="new@example.org"))

    assert (member.city, member.role) == (owner.city, "editor")
    with pytest.raises(team.InTeam):
        team.take_invitation(invitation=invitation, by=member.user)
    team.remove(member=member, by=member.user)
    with pytest.raises(team.TeamRefused, match="no longer open"):
        team.take_invitation(invitation=invitation, by=member.user)


def test_invitation_runs_out(owner):
    invitation = invite(owner)

    late = timezone.now() + team.INVITATION_LASTS + timedelta(seconds=1)
    with time_machine.travel(late), pytest.raises(team.TeamRefused):
        team.take_invitation(invitation=invitation, by=UserFactory(email="new@example.org"))


def test_inviting_again_replaces_and_taking_back_closes(owner):
    first, second = invite(owner), invite(owner, role="viewer")
    first.refresh_from_db()
    assert not first.is_open

    team.cancel_invitation(invitation=second, by=owner.user)

    second.refresh_from_db()
    assert not second.is_open


def test_inviting_somebody_inside_is_refused(owner):
    with pytest.raises(team.TeamRefused, match="already"):
        invite(owner, email=owner.user.email)


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_only_owners_manage(owner, role):
    member = TeamMemberFactory(city=owner.city, role=role)

    with pytest.raises(NotPermitted):
        team.invite(city=owner.city, email="x@example.org", role="owner", by=member.user)
    with pytest.raises(NotPermitted):
        team.change_role(member=member, role="owner", by=member.user)
    with pytest.raises(NotPermitted):
        team.remove(member=owner, by=member.user)
    with pytest.raises(NotPermitted):
        team.hand_over(city=owner.city, to=member, by=member.user)


def test_hand_over_changes_both_at_once(owner):
    colleague = TeamMemberFactory(city=owner.city, role="viewer")

    team.hand_over(city=owner.city, to=colleague, by=owner.user)

    roles = dict(TeamMember.objects.values_list("user", "role"))
    assert roles == {owner.user_id: "editor", colleague.user_id: "owner"}
    assert Message.objects.get().to == colleague.user.email


def test_hand_over_stays_in_the_city(owner):
    with pytest.raises(NotPermitted):
        team.hand_over(city=owner.city, to=TeamMemberFactory(), by=owner.user)


def test_last_owner_cannot_leave_or_step_down(owner):
    with pytest.raises(team.TeamRefused, match="needs an owner"):
        team.remove(member=owner, by=owner.user)
    with pytest.raises(team.TeamRefused, match="needs an owner"):
        team.change_role(member=owner, role="viewer", by=owner.user)


def test_anybody_may_leave(owner):
    member = TeamMemberFactory(city=owner.city, role="viewer")

    team.remove(member=member, by=member.user)

    assert owner.city.team.count() == 1


def test_owner_lets_somebody_in_or_not(owner):
    for grant in (True, False):
        person = UserFactory()
        asked = team.ask_access(city=owner.city, by=person, note="Me")
        team.answer_access(request=asked, grant=grant, role="editor", by=owner.user)
        assert owner.city.team.filter(user=person, role="editor").exists() is grant
        with pytest.raises(team.TeamRefused, match="answered"):
            team.answer_access(request=asked, grant=not grant, role="owner", by=owner.user)


def test_a_refused_person_may_ask_again(owner):
    person = UserFactory()
    asked = team.ask_access(city=owner.city, by=person, note="Me")
    team.answer_access(request=asked, grant=False, role="viewer", by=owner.user)

    team.ask_access(city=owner.city, by=person, note="Me again")

    assert AccessRequest.objects.filter(user=person).count() == 2


def test_without_owner_staff_are_asked():
    staff = UserFactory(is_staff=True)
    city = CityFactory()
    TeamMemberFactory(city=city, role="viewer")

    team.ask_access(city=city, by=UserFactory(), note="Nobody answers")

    assert Message.objects.get().to == staff.email


# --- over the pages --------------------------------------------------------------------
def url(name, **kwargs):
    return reverse(f"cohorts:{name}", kwargs=kwargs)


def test_team_page_invites_and_shows(client, owner):
    client.force_login(owner.user)
    there = url("team", uid=owner.city.uid)

    body = client.post(there, {"email": "b@example.org", "role": "viewer"}, follow=True)

    assert b"b@example.org" in body.content
    assert client.post(there, {"email": "nonsense", "role": "king"}).status_code == 422
    assert TeamInvitation.objects.count() == 1


def test_team_is_closed_to_others(client, owner):
    other = TeamMemberFactory()
    client.force_login(other.user)
    there = [
        url("team", uid=owner.city.uid),
        url("team_change", uid=owner.city.uid, member=owner.user.uid),
    ]

    assert [client.post(one, {"do": "remove"}).status_code for one in there] == [404, 404]


def test_viewer_sees_the_team_and_changes_nothing(client, owner):
    viewer = TeamMemberFactory(city=owner.city, role="viewer")
    client.force_login(viewer.user)

    assert client.get(url("team", uid=owner.city.uid)).status_code == 200
    client.post(url("team", uid=owner.city.uid), {"email": "c@example.org", "role": "owner"})
    client.post(url("team_change", uid=owner.city.uid, member=viewer.user.uid), {"role": "owner"})

    viewer.refresh_from_db()
    assert viewer.role == "viewer"
    assert not TeamInvitation.objects.exists()


def test_request_is_answered_on_the_team_page(client, owner):
    person = UserFactory()
    asked = team.ask_access(city=owner.city, by=person, note="<b>Me</b>")
    client.force_login(owner.user)

    assert b"&lt;b&gt;Me" in client.get(url("team", uid=owner.city.uid)).content
    client.post(
        url("team_answer", uid=owner.city.uid, asked=asked.uid), {"grant": "1", "role": "viewer"}
    )

    assert owner.city.team.get(user=person).role == "viewer"


def test_invitation_link_opens_nothing_for_others(client, owner):
    invitation = invite(owner)
    client.force_login(UserFactory())

    body = client.post(url("invitation", uid=invitation.uid)).content.decode()

    assert "for another address" in body
    assert owner.city.team.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_who_joined_before_is_led_to_what_the_city_writes(client, method):
    application, owner = draft()
    person = UserFactory(email="new@example.org")
    invitation = team.invite(city=application.city, email=person.email, role="viewer", by=owner)
    team.take_invitation(invitation=invitation, by=person)
    client.force_login(person)

    answer = getattr(client, method)(url("invitation", uid=invitation.uid), follow=True)

    assert answer.redirect_chain == [(application.get_absolute_url(), 302)]
    assert "You are in the team of" in answer.content.decode()


@pytest.mark.parametrize("name", ["account_login", "account_signup"])
def test_invited_person_reads_who_invites_before_signing_in(client, owner, name):
    invitation = invite(owner)
    there = f"{reverse(name)}?next={url('invitation', uid=invitation.uid)}"

    page = client.get(there).content.decode()
    assert f"{owner.user} invites you to the team of {owner.city}" in page
    assert 'value="new@example.org"' in page

    team.cancel_invitation(invitation=invitation, by=owner.user)
    assert "new@example.org" not in client.get(there).content.decode()


@pytest.mark.parametrize("odd", ["", "//x", "/invitations/x/", "/team/"])
def test_other_ways_to_the_door_say_nothing(client, odd):
    assert client.get(reverse("account_login"), {"next": odd}).status_code == 200


def test_mails_name_the_part_and_what_it_is_about():
    application, owner = draft()
    team.invite(city=application.city, email="new@example.org", role="viewer", by=owner)
    asked = team.ask_access(city=application.city, by=UserFactory(), note="Me")
    team.answer_access(request=asked, grant=True, role="editor", by=owner)

    invited = Message.objects.get(kind="cohorts/colleague_invited").body
    assert "Your part: Viewer (reads)." in invited
    assert application.offering.sprint.summary in invited
    answered = Message.objects.get(kind="cohorts/access_answered").body
    assert "Your part: Editor (reads and writes)." in answered


@pytest.mark.parametrize(
    ("posted", "says"),
    [
        ({"role": "editor"}, "Editor (reads and writes)"),
        ({"do": "hand_over"}, "owns the file of"),
        ({"do": "remove"}, "is no longer in the team"),
        ({"role": "king"}, "Choose their part from the list."),
    ],
)
def test_every_change_of_the_team_is_said(client, owner, posted, says):
    colleague = TeamMemberFactory(city=owner.city, role="viewer")
    client.force_login(owner.user)
    there = url("team_change", uid=owner.city.uid, member=colleague.user.uid)

    body = client.post(there, posted, follow=True).content.decode()

    assert says in body.partition('<ul class="rows">')[0]


def test_handing_over_and_taking_out_ask_once_more(client, owner):
    TeamMemberFactory(city=owner.city, role="viewer")
    client.force_login(owner.user)

    page = client.get(url("team", uid=owner.city.uid)).content.decode()

    for button in ('value="hand_over"', 'value="remove"'):
        place = page.index(button)
        assert page.rfind("<details", 0, place) > page.rfind("</details>", 0, place)


def test_viewer_is_not_offered_what_owners_do(client):
    application, _owner = draft()
    client.force_login(TeamMemberFactory(city=application.city, role="viewer").user)

    for name in ("application", "file"):
        page = client.get(url(name, uid=application.uid)).content.decode()
        assert "invite a colleague" not in page
        assert "Change the team" not in page


def test_member_of_another_city_cannot_be_changed_through_ours(client, owner):
    other = TeamMemberFactory()
    client.force_login(owner.user)

    answer = client.post(
        url("team_change", uid=owner.city.uid, member=other.user.uid), {"do": "remove"}
    )

    assert answer.status_code == 404
    assert other.city.team.exists()
