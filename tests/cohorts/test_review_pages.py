"""The pages of reviewers and of staff with reviews: who gets in, what is shown, what is kept."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cohorts import reviewing
from cohorts.models import Application, DiscussionNote, Recusal, Review, ReviewRound
from sprint_portal.refusals import NotPermitted
from tests.cohorts.review_factories import (
    EligibleFactory,
    HandedInFactory,
    RecusalFactory,
    ReviewFactory,
)
from tests.factories import CityFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db
CANARIES = ("Puerto Álamo", "Costa Brava", "Marín", "Vega", "Roldán", "portalder", "Port Alder")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def review(client):
    """A review of a city with names to give away; its reviewer is signed in."""
    city = CityFactory(name="Puerto Álamo", region="Costa Brava", population=320_000)
    made = ReviewFactory(application=EligibleFactory(city=city))
    client.force_login(made.reviewer)
    return made


def set_blind(review, blind=True):
    review.application.offering.review_round.blind = blind
    review.application.offering.review_round.save()


def address(name, row):
    return reverse(f"cohorts:{name}", kwargs={"uid": row.uid})


def typed(review, **other):
    filled = {f"score_{one['key']}": "4" for one in review.rubric.criteria}
    filled |= {"note": "A word", "advice": "take", "rev": "0", "page": "p1", "do": "save"}
    return filled | other


def test_the_list_says_when_and_leads_to_the_first_to_do(client, review):
    settings = review.application.offering.review_round
    settings.due_at = timezone.now() + timedelta(days=14)
    settings.save()
    later = ReviewFactory(reviewer=review.reviewer)
    page = client.get(reverse("cohorts:reviews")).content.decode()
    card = page.partition('class="next"')[2].partition("</section>")[0]

    assert f'href="{review.get_absolute_url()}"' in card
    assert "By " in card
    assert later.get_absolute_url() not in card
    assert page.count(f"{settings.due_at:%Y-%m-%d}") >= 2  # in the card, and in the row
    assert page.count("14 days left") == 2


# --- blind -----------------------------------------------------------------------------------
def pages_of_a_reviewer(client, review):
    """Every page a reviewer can come to, as one text."""
    addresses = [
        reverse("cohorts:reviews"),
        reverse("cohorts:reviews") + "?q=Puerto",
        address("review", review),
        address("review_aside", review),
        reverse("home"),
    ]
    posts = [
        client.post(address("review", review), {"do": "submit", "rev": "x"}),
        client.post(address("review_talk", review), {"body": ""}),
        client.post(address("review_aside", review), {"reason": ""}),
    ]
    return "\n".join(
        answer.content.decode() for answer in [*(client.get(one) for one in addresses), *posts]
    )


def test_blind_pages_give_nothing_away(client, review):
    set_blind(review)
    staff = UserFactory(is_staff=True)
    other = HandedInFactory(
        application=review.application, note="Puerto Álamo again; ask Lucía Marín."
    )
    reviewing.say_something(application=review.application, body="Is Puerto Alamo ready?", by=staff)
    before = pages_of_a_reviewer(client, review)
    Review.objects.filter(pk=review.pk).update(
        state="submitted",
        total=3,
        advice="take",
        submitted_at=other.submitted_at,
        scores=other.scores,
    )

    text = before + pages_of_a_reviewer(client, review)

    for canary in (*CANARIES, "Puerto Alamo"):
        assert canary not in text, canary
    assert review.application.reference in text
    assert "[hidden] again" in text
    assert "250,000 to 500,000 people" in text


def test_open_pages_name_the_city_but_no_contacts(client, review):
    text = pages_of_a_reviewer(client, review)

    assert "Puerto Álamo" in text
    assert "lucia.marin@portalder.example" not in text


def test_blind_reviews_are_not_found_by_the_citys_name(client, review):
    set_blind(review)
    for _ in range(6):
        ReviewFactory(reviewer=review.reviewer)
    page = client.get(reverse("cohorts:reviews"), {"q": "puerto"})
    by_reference = client.get(reverse("cohorts:reviews"), {"q": review.application.reference})

    assert page.context["rows"] == []
    assert [row["review"] for row in by_reference.context["rows"]] == [review]


@pytest.mark.parametrize(
    "name", ["application", "assess", "review_compare", "submit", "withdraw", "confirm"]
)
def test_reviewers_come_to_no_page_of_the_application_itself(client, review, name):
    for answer in (
        client.get(address(name, review.application)),
        client.post(address(name, review.application)),
    ):
        assert answer.status_code in (403, 404, 405)
        assert "Puerto" not in answer.content.decode()


# --- who gets in -------------------------------------------------------------------------------
def test_a_review_is_not_there_for_others(client, review):
    client.force_login(UserFactory(is_reviewer=True))

    for name in ("review", "review_aside", "review_talk"):
        assert client.post(address(name, review)).status_code == 404


@pytest.mark.parametrize("role", ["is_staff", "is_decider"])
def test_a_draft_review_is_its_writers_own(client, review, role):
    Review.objects.filter(pk=review.pk).update(note="A half thought")
    client.force_login(UserFactory(**{role: True}))

    assert client.get(address("review", review)).status_code == 403
    page = client.get(address("review_compare", review.application))
    assert page.status_code == 200
    assert "A half thought" not in page.content.decode()


@pytest.mark.parametrize("name", ["reviews"])
def test_the_list_is_for_reviewers_and_those_who_judge(client, name):
    client.force_login(UserFactory())

    assert client.get(reverse(f"cohorts:{name}")).status_code == 403


@pytest.mark.parametrize(
    "close",
    [
        lambda review: RecusalFactory(reviewer=review.reviewer, city=review.application.city),
        lambda review: TeamMemberFactory(user=review.reviewer, city=review.application.city),
        lambda review: Application.objects.update(state="withdrawn"),
        lambda review: review.application.offering.review_round.delete(),
        lambda review: type(review.reviewer).objects.update(is_reviewer=False),
    ],
)
def test_a_review_closes_with_its_reason(client, review, close):
    assert client.get(address("review", review)).status_code == 200

    close(review)

    for name in ("review", "review_aside"):
        assert client.get(address(name, review)).status_code == 404
    listed = client.get(reverse("cohorts:reviews"))
    assert listed.status_code == 403 or listed.context["total"] == 0


# --- writing -------------------------------------------------------------------------------------
def test_saving_keeps_the_draft_and_shows_it_again(client, review):
    client.post(address("review", review), typed(review, note="Half <i>way", advice=""))

    page = client.get(address("review", review))
    assert "Half &lt;i&gt;way" in page.content.decode()
    assert page.content.decode().count(" checked") == 5


def test_saving_in_the_background_answers_with_a_line(client, review):
    answer = client.post(address("review", review), typed(review), headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "Saved" in answer.content.decode()
    again = client.post(
        address("review", review), typed(review, note="More"), headers={"HX-Request": "true"}
    )
    assert again.status_code == 200
    review.refresh_from_db()
    assert review.note == "More"


def test_a_stale_tab_gets_both_texts(client, review):
    client.post(address("review", review), typed(review, note="Stored text"))

    page = client.post(address("review", review), typed(review, note="Typed text", page="p2"))
    kept = client.post(
        address("review", review), typed(review, note="Typed text", page="p2", rev="1")
    )

    text = page.content.decode()
    assert page.status_code == 409
    assert "Stored text" in text
    assert "Typed text" in text
    assert 'name="rev" value="1"' in text
    assert kept.status_code == 302
    review.refresh_from_db()
    assert review.note == "Typed text"


def test_handing_in_twice_is_one_hand_in(client, review):
    for _ in range(2):
        client.post(address("review", review), typed(review, do="submit"))

    review.refresh_from_db()
    assert (review.state, review.total) == ("submitted", 4.0)
    page = client.get(address("review", review))
    assert "Your score: 4.0 of 5." in page.content.decode()


def test_a_stale_tab_after_the_hand_in_keeps_the_typed_text_on_screen(client, review):
    client.post(address("review", review), typed(review, do="submit"))

    page = client.post(address("review", review), typed(review, note="Too late a thought"))

    assert page.status_code == 409
    assert "Too late a thought" in page.content.decode()
    review.refresh_from_db()
    assert review.note == "A word"


def test_an_unfinished_hand_in_says_what_is_missing_and_is_saved(client, review):
    sent = typed(review, do="submit", advice="")
    del sent["score_peers"]

    page = client.post(address("review", review), sent)

    text = page.content.decode()
    assert page.status_code == 422
    assert "Choose a score." in text
    assert "Say what you advise." in text
    review.refresh_from_db()
    assert review.note == "A word"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("score_need", "6"),
        ("score_need", "-1"),
        ("score_need", "four"),
        ("advice", "bribe"),
        ("rev", "x"),
        ("rev", "99999999999999"),
        ("note", "a\x00b\x07c"),
        ("comment_need", "x" * 30_000),
    ],
)
def test_odd_input_breaks_nothing(client, review, field, value):
    answer = client.post(address("review", review), typed(review, **{field: value}))

    assert answer.status_code in (302, 409)
    review.refresh_from_db()
    assert set(review.scores.values()) <= {1, 2, 3, 4, 5}
    assert "\x00" not in review.note


# --- stepping aside and talking -----------------------------------------------------------
def test_stepping_aside_needs_a_reason_and_then_closes(client, review):
    assert client.post(address("review_aside", review), {"reason": ""}).status_code == 422
    assert not Recusal.objects.exists()

    answer = client.post(address("review_aside", review), {"reason": "My sister works there."})

    assert answer.status_code == 302
    assert client.get(address("review", review)).status_code == 404
    assert Recusal.objects.get().reason == "My sister works there."


def test_talking_comes_after_the_hand_in(client, review):
    early = client.post(address("review_talk", review), {"body": "May I?"})
    assert early.status_code == 422
    assert "May I?" in early.content.decode()

    client.post(address("review", review), typed(review, do="submit"))
    client.post(address("review_talk", review), {"body": "Now I may."})

    assert DiscussionNote.objects.get().body == "Now I may."
    assert "Now I may." in client.get(address("review", review)).content.decode()


# --- staff ---------------------------------------------------------------------------------------
@pytest.fixture
def staff(client):
    person = UserFactory(is_staff=True)
    client.force_login(person)
    return person


def test_staff_ask_and_take_back(client, staff):
    row, person = EligibleFactory(), UserFactory(is_reviewer=True)

    client.post(address("review_ask", row), {"reviewer": str(person.uid)})
    made = Review.objects.get()
    again = client.post(address("review_ask", row), {"reviewer": str(person.uid)})
    client.post(address("review_take_back", made))

    assert again.status_code == 422
    assert not Review.objects.exists()


def test_staff_reopen_with_a_reason(client, staff):
    done = HandedInFactory()

    assert client.post(address("review_reopen", done), {"reason": ""}).status_code == 422
    assert client.post(address("review_reopen", done), {"reason": "New facts."}).status_code == 302

    done.refresh_from_db()
    assert done.state == "open"


def test_staff_set_someone_aside(client, staff):
    done = HandedInFactory()
    sent = {"reviewer": str(done.reviewer.uid), "aside-reason": "A cousin."}

    client.post(address("review_set_aside", done.application), sent)

    assert Recusal.objects.get().by == staff
    page = client.get(address("review_compare", done.application))
    assert "stepped aside, does not count" in page.content.decode()
    assert page.context["one"].standing.count == 0


@pytest.mark.parametrize("role", ["is_staff", "is_decider"])
def test_who_judges_without_reviewing_declares_their_own_conflict(client, role):
    row, person = EligibleFactory(), UserFactory(**{role: True})
    client.force_login(person)
    assert str(person.uid) in client.get(address("review_compare", row)).content.decode()

    sent = {"reviewer": str(person.uid), "aside-reason": "I worked there."}
    answer = client.post(address("review_set_aside", row), sent, follow=True)

    assert answer.status_code == 200
    assert "Noted. You see no more of this city." in answer.content.decode()
    assert (Recusal.objects.get().reviewer, Recusal.objects.get().by) == (person, person)
    assert client.get(address("review_compare", row)).status_code == 404


@pytest.mark.parametrize("role", ["is_staff", "is_decider"])
def test_staff_record_the_conflict_of_anyone_who_judges(client, staff, role):
    row, person = EligibleFactory(), UserFactory(**{role: True})
    assert str(person.uid) in client.get(address("review_compare", row)).content.decode()

    sent = {"reviewer": str(person.uid), "aside-reason": "A cousin."}
    assert client.post(address("review_set_aside", row), sent).status_code == 302

    assert (Recusal.objects.get().reviewer, Recusal.objects.get().by) == (person, staff)


def test_a_decider_does_not_step_aside_for_others(client):
    row, other = EligibleFactory(), UserFactory(is_decider=True)
    client.force_login(UserFactory(is_decider=True))

    sent = {"reviewer": str(other.uid), "aside-reason": "A cousin."}

    assert client.post(address("review_set_aside", row), sent).status_code == 422
    assert not Recusal.objects.exists()


@pytest.mark.parametrize("who", ["", "nonsense", "a\x00b"])
def test_nobody_is_set_aside_unless_chosen(client, staff, who):
    row = EligibleFactory()

    sent = {"reviewer": who, "aside-reason": "A cousin."}
    answer = client.post(address("review_set_aside", row), sent)

    assert answer.status_code == 422
    assert answer.context["aside_person"].errors
    assert "A cousin." in answer.content.decode()
    assert not Recusal.objects.exists()


def test_staff_set_the_round_on_the_offerings_clock(client, staff):
    offering = EligibleFactory(offering__zone="America/New_York").offering
    url = reverse("cohorts:review_round", kwargs={"slug": offering.slug})

    client.post(
        url, {"is_open": "on", "blind": "on", "per_application": "3", "due_at": "2056-07-26T17:00"}
    )

    offering.review_round.refresh_from_db()
    assert offering.review_round.due_at.isoformat() == "2056-07-26T21:00:00+00:00"
    assert (offering.review_round.is_open, offering.review_round.blind) == (True, True)
    assert 'value="2056-07-26T17:00"' in client.get(url).content.decode()
    assert client.post(url, {"per_application": "0"}).status_code == 422


def test_staff_share_out_what_they_saw(client, staff):
    row = EligibleFactory()
    UserFactory.create_batch(2, is_reviewer=True)
    url = reverse("cohorts:review_share_out", kwargs={"slug": row.offering.slug})

    shown = client.get(url, {"seed": "7"}).context["sharing"]
    client.post(url, {"seed": "7", "seen": "something else"})
    assert not Review.objects.exists()
    client.post(url, {"seed": "7", "seen": shown.fingerprint})

    assert Review.objects.count() == 2


def test_staff_change_the_weights(client, staff):
    offering = EligibleFactory().offering
    url = reverse("cohorts:review_weights", kwargs={"slug": offering.slug})
    weights = {"need": 30, "benefit": 25, "capacity": 15, "readiness": 15, "peers": 15}
    sent = {f"weight_{key}": str(weight) for key, weight in weights.items()}

    client.post(url, sent)

    assert offering.rubrics.get(version=2).criteria[0]["weight"] == 30
    assert client.post(url, sent).status_code == 422  # the same again
    assert client.post(url, sent | {"weight_need": "0"}).status_code == 422


def test_split_reviews_are_pointed_out(client, staff):
    row = EligibleFactory()
    HandedInFactory(application=row, score=1)
    HandedInFactory(application=row, score=5)

    text = client.get(address("review_compare", row)).content.decode()

    assert "4.0 points apart: let them talk" in text


# --- the front page ---------------------------------------------------------------------------
def test_front_page_of_a_reviewer_says_what_is_left(client, review):
    text = client.get(reverse("home")).content.decode()

    assert "One application is yours to review" in text
    client.post(address("review", review), typed(review, do="submit"))
    assert "Nothing is yours to review now" in client.get(reverse("home")).content.decode()


def test_counts_by_offering_and_on_the_front_page_keep_to_what_one_may_judge(client, staff):
    row = EligibleFactory()
    staff.is_decider = True
    staff.save()
    everywhere = (reverse("home"), reverse("cohorts:applications"))
    assert "Decide on 1 eligible city" in client.get(everywhere[0]).content.decode()
    assert "1 handed in" in client.get(everywhere[1]).content.decode()

    RecusalFactory(reviewer=staff, city=row.city)

    assert "Decide on" not in client.get(everywhere[0]).content.decode()
    assert "0 handed in" in client.get(everywhere[1]).content.decode()


# --- one's own review comes first, whatever else one is ----------------------------------------
@pytest.mark.parametrize("role", ["is_staff", "is_decider"])
def test_scores_are_kept_back_from_a_judge_who_still_has_to_review(client, role):
    judge = UserFactory(**{"is_reviewer": True, role: True})
    mine = ReviewFactory(reviewer=judge, application__city__name="Port Alder")
    theirs = HandedInFactory(application=mine.application, total=3.77, note="Theirs: clear.")
    slug, uid = mine.application.offering.slug, mine.application.uid
    client.force_login(judge)
    pages = [
        reverse("cohorts:review_compare", kwargs={"uid": uid}),
        reverse("cohorts:pack", kwargs={"slug": slug}),
        reverse("cohorts:composition", kwargs={"slug": slug}),
        f"{reverse('cohorts:pipeline', kwargs={'slug': slug})}?order=score",
        reverse("cohorts:pipeline_export", kwargs={"slug": slug, "kind": "csv"}),
    ]

    for address in pages:
        text = client.get(address).content.decode()
        assert "Port Alder" in text, address
        assert "Theirs: clear." not in text, address
        assert "3.77" not in text, address
    with pytest.raises(NotPermitted):
        reviewing.say_something(application=mine.application, body="Hm.", by=judge)

    done = {"state": "submitted", "total": 3, "submitted_at": mine.assigned_at}
    Review.objects.filter(pk=mine.pk).update(**done)
    text = client.get(pages[0]).content.decode()
    assert theirs.note in text
    assert "3.77" in text


def test_scores_are_shown_again_once_the_round_is_closed(client):
    judge = UserFactory(is_reviewer=True, is_decider=True)
    mine = ReviewFactory(reviewer=judge)
    HandedInFactory(application=mine.application, note="Theirs: clear.")
    ReviewRound.objects.update(is_open=False)
    client.force_login(judge)

    page = client.get(reverse("cohorts:review_compare", kwargs={"uid": mine.application.uid}))

    assert "Theirs: clear." in page.content.decode()
