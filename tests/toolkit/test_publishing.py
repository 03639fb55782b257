import pytest
from django.db import IntegrityError, transaction

from sprint_portal import audit
from sprint_portal.refusals import MoveRefused, NotPermitted
from tests.factories import StaffFactory, UserFactory, best_practice_content
from toolkit import making, publishing
from toolkit.models import BestPractice, Edition, Render
from toolkit.shapes import WrongShape


def again(content, **changes):
    return publishing.draft_from(
        content=content, city_name="Áporto (demo)", country="PT", source="plan:1", by=None
    )


def choice(row, user, name):
    return next(c for c in publishing.WORKFLOW.choices(row, user) if c.action.name == name)


# --- drafting ----------------------------------------------------------------------
def test_draft_from_makes_a_draft_with_its_first_edition(draft):
    assert draft.state == "draft"
    assert draft.slug == "aporto-demo-asking-first"
    assert draft.is_demo
    assert [edition.number for edition in draft.editions.all()] == [1]


def test_draft_from_the_same_content_changes_nothing(draft, content):
    assert again(content) == draft
    assert draft.editions.count() == 1


def test_draft_from_changed_content_makes_a_new_edition(draft):
    again(best_practice_content(summary="Something new."))

    assert [e.number for e in draft.editions.all()] == [1, 2]
    assert draft.latest.content["summary"] == "Something new."


def test_draft_from_keeps_what_staff_edited(draft, content, staff):
    publishing.edit(draft, changes={"summary": "Ours."}, digest=draft.latest.digest, by=staff)

    again(content)

    assert draft.editions.count() == 1
    assert draft.latest.content["summary"] == "Ours."


def test_draft_from_refuses_what_is_not_well_formed(db):
    with pytest.raises(WrongShape, match="schema"):
        publishing.draft_from(content={}, city_name="A", country="PT", source="p", by=None)

    assert not BestPractice.objects.exists()


def test_two_cities_with_one_title_get_two_addresses(draft, content):
    other = publishing.draft_from(
        content=content, city_name="Áporto (demo)", country="PT", source="plan:2", by=None
    )

    assert other.slug == "aporto-demo-asking-first-2"


def test_a_title_without_latin_letters_gets_an_address_too(db):
    row = publishing.draft_from(
        content=best_practice_content(title="東京都"),
        city_name="東京",
        country="JP",
        source="x",
        by=None,
    )

    assert row.slug == "best-practice"


# --- editing -----------------------------------------------------------------------
def test_edit_changes_the_unpublished_edition_in_place(draft, staff):
    edition = publishing.edit(
        draft,
        changes={"title": "A new title", ("effort", 1): "New words."},
        digest=draft.latest.digest,
        by=staff,
    )

    draft.refresh_from_db()
    assert (edition.number, draft.title) == (1, "A new title")
    assert edition.content["blocks"][0]["parts"][1]["text"] == "New words."
    assert edition.content["blocks"][0]["parts"][0]["text"] == "Short."


def test_edit_of_a_published_edition_makes_the_next(published, staff):
    before = published.latest

    edition = publishing.edit(
        published, changes={"summary": "Later."}, digest=before.digest, by=staff
    )

    before.refresh_from_db()
    assert edition.number == 2
    assert before.content["summary"] != "Later."
    assert published.current == before


def test_a_new_title_is_the_publics_only_once_it_is_published(published, staff, client):
    old = published.title
    digest = published.latest.digest
    publishing.edit(published, changes={"title": "A draft of a title"}, digest=digest, by=staff)

    for address in ("/", "/toolkit/", "/best-practices/", published.get_absolute_url()):
        assert "A draft of a title" not in client.get(address).content.decode(), address
    published.refresh_from_db()
    assert published.title == old

    render = publishing.queue_render(published.latest, staff)
    making.make(render.pk, holder="task-3")
    publishing.publish(published, by=staff)
    assert "A draft of a title" in client.get("/best-practices/").content.decode()


def test_edit_of_a_text_that_changed_meanwhile_is_refused(draft, staff):
    seen = draft.latest.digest
    publishing.edit(draft, changes={"summary": "First."}, digest=seen, by=staff)

    with pytest.raises(publishing.StaleText, match="Someone changed this"):
        publishing.edit(draft, changes={"summary": "Second."}, digest=seen, by=staff)

    assert draft.latest.content["summary"] == "First."


def test_edit_that_empties_a_part_drops_it(draft, staff):
    edition = publishing.edit(
        draft, changes={("effort", 1): "  "}, digest=draft.latest.digest, by=staff
    )

    assert [part["type"] for part in edition.content["blocks"][0]["parts"]] == ["note", "facts"]


def test_a_published_edition_cannot_be_saved_again(published):
    edition = published.latest
    edition.content = edition.content | {"title": "Other"}

    with pytest.raises(MoveRefused, match="not changed"):
        edition.save()


# --- the file ----------------------------------------------------------------------
def test_queue_render_tells_the_worker(draft, unsent, staff):
    render = publishing.queue_render(draft.latest, staff)

    assert render.state == "queued"
    assert unsent == [(render.pk,)]
    assert audit.history(draft).filter(verb="render", by=staff).exists()


def test_queue_render_twice_is_one_render(draft, unsent, staff):
    one, two = (publishing.queue_render(draft.latest, staff) for _ in range(2))

    assert one == two
    assert len(unsent) == 1


def test_the_database_allows_one_render_under_way(draft, unsent, staff):
    publishing.queue_render(draft.latest, staff)

    with pytest.raises(IntegrityError), transaction.atomic():
        Render.objects.create(edition=draft.latest)


def test_queue_render_with_the_broker_down_keeps_it_queued(draft, staff, monkeypatch):
    def down(*args, **options):
        raise OSError

    monkeypatch.setattr("toolkit.tasks.render.apply_async", down)

    render = publishing.queue_render(draft.latest, staff)

    assert render.state == "queued"


# --- publishing --------------------------------------------------------------------
def test_publish_waits_for_the_file(draft, staff):
    assert choice(draft, staff, "publish").blockers == ("Have the PDF of this edition made first.",)
    with pytest.raises(MoveRefused, match="PDF"):
        publishing.publish(draft, by=staff)


def test_publish_gives_it_to_everyone(printed, staff, reader):
    publishing.publish(printed, by=staff)

    assert printed.state == "published"
    assert printed.latest.is_published
    assert printed in BestPractice.objects.visible_to(reader)
    assert audit.history(printed).get(verb="publish").to == "published"


def test_publish_has_the_file_made_without_the_mark_of_a_draft(printed, staff, quick):
    assert "Draft, not published" in quick[-1]

    publishing.publish(printed, by=staff)
    render = printed.latest.renders.first()
    assert render.state == "queued"

    making.make(render.pk, holder="task-2")
    assert "Draft, not published" not in quick[-1]
    assert printed.get_absolute_url() in quick[-1]


def test_publish_asks_for_a_new_file_when_the_text_changed(printed, staff):
    publishing.edit(printed, changes={"cite": "New."}, digest=printed.latest.digest, by=staff)

    with pytest.raises(MoveRefused, match="PDF"):
        publishing.publish(printed, by=staff)


def test_publish_asks_how_to_cite(printed, staff):
    publishing.edit(printed, changes={"cite": ""}, digest=printed.latest.digest, by=staff)

    assert "Say how to cite it." in choice(printed, staff, "publish").blockers


def test_publish_twice_is_refused(published, staff):
    with pytest.raises(MoveRefused, match="published already"):
        publishing.publish(published, by=staff)


def test_publish_again_with_a_new_edition(published, staff):
    publishing.edit(
        published, changes={"summary": "Later."}, digest=published.latest.digest, by=staff
    )
    render = publishing.queue_render(published.latest, staff)
    making.make(render.pk, holder="task-2")

    publishing.publish(published, by=staff)

    assert published.current.number == 2


@pytest.mark.parametrize("person", [UserFactory, lambda: UserFactory(is_facilitator=True)])
def test_publish_is_for_staff(printed, person):
    with pytest.raises(NotPermitted):
        publishing.publish(printed, by=person())

    assert Edition.objects.get().published_at is None


def test_withdraw_needs_a_reason(published, staff):
    with pytest.raises(MoveRefused, match="Say why"):
        publishing.withdraw(published, reason=" ", by=staff)


def test_withdraw_takes_it_from_the_public_and_keeps_the_editions(published, staff, reader):
    publishing.withdraw(published, reason="A partner asked.", by=staff)

    assert published not in BestPractice.objects.visible_to(reader)
    assert published.editions.count() == 1
    assert audit.history(published).get(verb="withdraw").reason == "A partner asked."


def test_what_was_withdrawn_can_be_published_again(published, staff):
    first = published.published_at
    publishing.withdraw(published, reason="Wait.", by=staff)

    publishing.publish(published, by=StaffFactory())

    assert (published.state, published.published_at) == ("published", first)


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_withdraw_starts_from_published_only(draft, staff, state):
    BestPractice.objects.update(state=state)
    draft.refresh_from_db()

    with pytest.raises(MoveRefused, match="does not start from there"):
        publishing.withdraw(draft, reason="x", by=staff)
