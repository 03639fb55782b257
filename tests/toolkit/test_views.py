"""Every page as every kind of person."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory
from toolkit import content as reference
from toolkit import making, publishing
from toolkit.models import BestPractice, Render, Resource


@pytest.fixture
def loaded(db):
    reference.load()


@pytest.fixture
def as_staff(client, staff, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(staff)
    return client


def url(name, row, **more):
    return reverse(f"toolkit:{name}", kwargs={"uid": row.uid} | more)


def body(response):
    return response.content.decode()


# --- library -----------------------------------------------------------------------
def test_library_is_open_to_everyone(client, loaded):
    page = body(client.get("/toolkit/"))

    assert "30 resources" in page
    assert "Citizens&#x27; jury" in page


def test_library_searches_and_keeps_the_question(client, loaded):
    page = body(client.get("/toolkit/", {"q": "montréal", "effort": "medium"}))

    assert "1 resource for your search" in page
    assert 'value="montréal"' in page


def test_library_says_what_to_do_when_nothing_fits(client, loaded):
    assert "Nothing fits all of this" in body(client.get("/toolkit/?q=zebra"))


@pytest.mark.parametrize("query", ["kind=toy", "effort=%27", "level=__all__", "q=" + "x" * 1_000])
def test_library_leaves_a_question_open_when_its_answer_is_odd(client, loaded, query):
    assert client.get(f"/toolkit/?{query}").status_code == 200


def test_library_shows_a_change_at_once(client, loaded):
    client.get("/toolkit/")
    row = Resource.objects.first()
    row.title = "A new name for it"
    row.save()

    assert "A new name for it" in client.get("/toolkit/").content.decode()


def test_library_keeps_a_question_apart_from_the_open_list(client, loaded):
    client.get("/toolkit/")
    asked = client.get("/toolkit/", {"q": "jury"}).content.decode()

    assert 'value="jury"' in asked
    assert 'value="jury"' not in client.get("/toolkit/").content.decode()


def test_library_takes_few_queries(client, loaded, published, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.get("/toolkit/")


def test_resource_page_has_all_of_it(client, loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        page = body(client.get("/toolkit/citizens-jury-ai/"))

    assert "Run learning, questioning and deliberation" in page
    assert "No written reply from the city" in page
    assert "25 to 45 staff days" in page
    assert "https://participedia.net/case/5820?lang=en" in page
    assert "Creative Commons" in page


def test_every_resource_has_a_page(client, loaded):
    for resource in reference.read():
        assert client.get(f"/toolkit/{resource['slug']}/").status_code == 200


def test_a_resource_that_is_not_there(client, loaded):
    assert client.get("/toolkit/zebra/").status_code == 404


# --- best practices ----------------------------------------------------------------
def test_best_practice_page_reads_like_the_document(client, published):
    page = body(client.get(published.get_absolute_url()))

    for words in ("How it went", "Table 1.", "Figure 1.", "Download the PDF", "CC BY 4.0"):
        assert words in page
    assert " style=" not in page
    assert "3 pages" in page


def test_best_practice_page_takes_few_queries(client, published, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        client.get(published.get_absolute_url())


def test_drafts_are_hidden_from_the_public_and_shown_to_staff(client, draft, as_staff):
    assert client.get(draft.get_absolute_url()).status_code == 200
    client.logout()

    assert client.get(draft.get_absolute_url()).status_code == 404


def test_the_public_reads_the_published_edition_only(client, published, staff, unsent):
    publishing.edit(
        published, changes={"summary": "Secret."}, digest=published.latest.digest, by=staff
    )

    assert "Secret." not in body(client.get(published.get_absolute_url()))
    assert client.get(published.get_absolute_url() + "?edition=2").status_code == 404
    assert client.get(published.get_absolute_url() + "?edition=1").status_code == 200


@pytest.mark.parametrize("edition", ["0", "9", "x", "-1", "٣", "1e9", "9" * 30])
def test_odd_editions_are_not_found(client, published, edition):
    address = f"{published.get_absolute_url()}?edition={edition}"

    assert client.get(address).status_code == 404


def test_list_of_best_practices(client, published):
    assert "Asking first" in body(client.get("/best-practices/"))


@pytest.mark.django_db
def test_list_of_best_practices_when_there_are_none(client):
    assert "come with the first sprint" in body(client.get("/best-practices/"))


# --- the file ----------------------------------------------------------------------
def pdf_of(row, number=1):
    return reverse("toolkit:pdf", kwargs={"slug": row.slug, "number": number})


def test_the_file_of_a_published_edition_is_for_everyone(client, published):
    response = client.get(pdf_of(published))

    assert response.getvalue() == b"%PDF-quick"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="aporto-demo-asking-first-1.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("roles", [None, {}, {"is_facilitator": True}, {"is_reviewer": True}])
def test_the_file_of_a_draft_is_not(client, printed, roles, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    if roles is not None:
        client.force_login(UserFactory(**roles))

    assert client.get(pdf_of(printed)).status_code == 404


def test_the_file_of_the_draft_is_not_given_out_as_the_published_one(client, printed, staff):
    publishing.publish(printed, by=staff)

    assert client.get(pdf_of(printed)).status_code == 404
    assert "Download the PDF" not in body(client.get(printed.get_absolute_url()))
    assert "is being made" in body(client.get(printed.get_absolute_url()))


def test_the_file_of_a_draft_is_for_staff(as_staff, printed):
    assert as_staff.get(pdf_of(printed)).getvalue() == b"%PDF-quick"


def test_the_file_of_what_was_withdrawn_is_gone(client, published, staff):
    publishing.withdraw(published, reason="x", by=staff)

    assert client.get(pdf_of(published)).status_code == 404


def test_a_file_that_was_never_made(as_staff, draft):
    assert as_staff.get(pdf_of(draft)).status_code == 404


def test_the_file_of_an_edition_that_cannot_be(client, published):
    assert client.get(pdf_of(published, 10**30)).status_code == 404


def test_the_file_of_a_newer_draft_is_not_public(client, published, staff):
    publishing.edit(published, changes={"cite": "x"}, digest=published.latest.digest, by=staff)
    render = publishing.queue_render(published.latest, staff)
    making.make(render.pk, holder="b")

    assert client.get(pdf_of(published, 2)).status_code == 404
    client.force_login(UserFactory())
    assert client.get(pdf_of(published, 2)).status_code == 404


# --- staff -------------------------------------------------------------------------
STAFF_PAGES = ["edit", "edit_text", "edit_progress"]
STAFF_STEPS = ["edit_file", "edit_publish", "edit_withdraw"]


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_staff_pages_open_for_staff(as_staff, draft, name):
    assert as_staff.get(url(name, draft)).status_code == 200


@pytest.mark.parametrize("name", STAFF_PAGES + STAFF_STEPS)
@pytest.mark.parametrize("roles", [{}, {"is_facilitator": True}, {"is_reviewer": True}])
def test_staff_pages_do_not_exist_for_others(client, draft, name, roles, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(UserFactory(**roles))

    assert client.post(url(name, draft)).status_code == 404


@pytest.mark.parametrize("name", STAFF_PAGES + STAFF_STEPS)
def test_visitors_sign_in_first(client, draft, name):
    response = client.post(url(name, draft))

    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize("name", STAFF_STEPS)
def test_steps_are_taken_by_post_only(as_staff, draft, name):
    assert as_staff.get(url(name, draft)).status_code == 405


def test_list_for_staff(as_staff, published, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        page = body(as_staff.get("/staff/best-practices/"))

    assert "Asking first" in page
    assert '<p class="eyebrow"><a href="/toolkit/">Toolkit</a></p>' in page


def test_list_for_staff_when_empty(as_staff):
    assert "No draft yet" in body(as_staff.get("/staff/best-practices/"))


def test_list_is_not_for_others(client, reader):
    client.force_login(reader)

    assert client.get("/staff/best-practices/").status_code == 403


def test_page_asks_again_while_the_file_is_made(as_staff, draft, unsent, staff):
    publishing.queue_render(draft.latest, staff)
    page = body(as_staff.get(url("edit", draft)))

    assert 'hx-trigger="every 2s"' in page
    assert "Waiting for a free worker" in page
    assert "Reload" in page


def test_progress_names_the_step(as_staff, draft, unsent, staff):
    publishing.queue_render(draft.latest, staff)
    Render.objects.update(state="running", step="layout")
    page = body(as_staff.get(url("edit_progress", draft)))

    assert 'aria-current="step"' in page
    assert "<html" not in page


def test_page_stops_asking_when_it_is_done(as_staff, printed):
    page = body(as_staff.get(url("edit", printed)))

    assert "hx-trigger" not in page
    assert "Ready: 3 pages" in page
    assert "Download the draft PDF" in page
    assert "Publish edition 1" in page


def test_page_says_why_it_failed_and_offers_another_try(as_staff, draft, unsent, staff):
    publishing.queue_render(draft.latest, staff)
    Render.objects.update(state="failed", reason="Making the file took longer than 45 seconds.")
    page = body(as_staff.get(url("edit", draft)))

    assert "took longer than 45 seconds" in page
    assert "Try again" in page

    as_staff.post(url("edit_file", draft))
    assert draft.latest.renders.first().state == "queued"


def test_page_of_what_is_published_leads_to_its_text(as_staff, published):
    page = body(as_staff.get(url("edit", published)))
    edit = url("edit_text", published)

    assert f'<a class="button" href="{edit}">Edit the text</a>' in page
    assert '<ol class="line' not in page  # the file is made: one sentence says so
    assert "Ready: 3 pages" in page
    assert '<details class="take-back"><summary>Take it back' in page


def test_page_of_a_draft_leads_to_publishing(as_staff, printed):
    page = body(as_staff.get(url("edit", printed)))

    assert f'<a class="button button--quiet" href="{url("edit_text", printed)}">' in page
    assert page.count("button--primary") == 1


def test_publish_button_shows_what_is_in_the_way(as_staff, draft):
    page = body(as_staff.get(url("edit", draft)))

    assert "Have the PDF of this edition made first." in page


def test_publish_refused_says_why(as_staff, draft):
    page = body(as_staff.post(url("edit_publish", draft), follow=True))

    assert "Have the PDF of this edition made first." in page


def test_publish_and_withdraw(as_staff, printed):
    as_staff.post(url("edit_publish", printed))
    assert BestPractice.objects.get().state == "published"

    refused = as_staff.post(url("edit_withdraw", printed), {"reason": ""})
    assert refused.status_code == 422
    assert '<details class="take-back" open>' in body(refused)
    assert BestPractice.objects.get().state == "published"

    as_staff.post(url("edit_withdraw", printed), {"reason": "A partner asked."})
    assert BestPractice.objects.get().state == "withdrawn"


def form_of(row, **changes):
    """What the browser sends of the text form."""
    latest = row.latest
    sent = {"digest": latest.digest}
    sent |= {name: latest.content[name] for name in ("title", "summary", "cite")}
    for block in latest.content["blocks"]:
        for place, part in enumerate(block["parts"]):
            if part["type"] == "prose":
                sent[f"{block['key']}.{place}"] = part["text"]
    return sent | changes


def test_edit_text_saves(as_staff, draft):
    as_staff.post(url("edit_text", draft), form_of(draft, title="Asked first"))

    assert draft.latest.content["title"] == "Asked first"


def test_edit_text_keeps_what_was_typed_when_refused(as_staff, draft):
    typed = form_of(draft, title="", summary="Typed words.")
    page = body(as_staff.post(url("edit_text", draft), typed))

    assert "Typed words." in page
    assert draft.latest.content["summary"] != "Typed words."


def test_edit_text_that_someone_changed_meanwhile_keeps_both(as_staff, draft, staff):
    typed = form_of(draft, summary="Mine.")
    publishing.edit(draft, changes={"summary": "Theirs."}, digest=draft.latest.digest, by=staff)
    response = as_staff.post(url("edit_text", draft), typed)
    page = body(response)

    assert response.status_code == 409
    assert "Someone changed this since" in page
    assert [(one["typed"], one["theirs"]) for one in response.context["differing"]] == [
        ("Mine.", "Theirs.")
    ]
    assert "Mine." in page
    assert "Theirs." in page
    assert draft.latest.content["summary"] == "Theirs."


def test_edit_text_saved_again_after_a_clash_stands(as_staff, draft, staff):
    typed = form_of(draft, summary="Mine.")
    publishing.edit(draft, changes={"summary": "Theirs."}, digest=draft.latest.digest, by=staff)
    form = as_staff.post(url("edit_text", draft), typed).context["form"]

    again = as_staff.post(url("edit_text", draft), {one.html_name: one.value() for one in form})

    assert again.status_code == 302
    assert draft.latest.content["summary"] == "Mine."


def test_edit_text_that_says_what_someone_saved_already_is_saved(as_staff, draft, staff):
    typed = form_of(draft, summary="The same.")
    publishing.edit(draft, changes={"summary": "The same."}, digest=draft.latest.digest, by=staff)

    assert as_staff.post(url("edit_text", draft), typed).status_code == 302
    assert draft.latest.content["summary"] == "The same."


def test_edit_text_of_a_part_that_someone_dropped_is_shown_to_be_copied(as_staff, draft, staff):
    typed = form_of(draft, **{"effort.1": "Mine of a part that went."})
    publishing.edit(draft, changes={("effort", 1): ""}, digest=draft.latest.digest, by=staff)
    response = as_staff.post(url("edit_text", draft), typed)

    assert response.status_code == 409
    assert response.context["homeless"] == ["Mine of a part that went."]
    assert "Mine of a part that went." in body(response)


def test_edit_text_after_a_clash_keeps_parts_that_came_since(as_staff, draft):
    typed = form_of(draft, title="Mine") | {"digest": "old"}
    added = typed.pop("effort.1")
    form = as_staff.post(url("edit_text", draft), typed).context["form"]

    assert form["effort.1"].value() == added


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "x" * 30_000, "**" * 4_000])
def test_edit_text_stands_odd_text(as_staff, draft, text):
    response = as_staff.post(url("edit_text", draft), form_of(draft, **{"effort.1": text}))

    assert response.status_code in (200, 302)
    assert "<script>alert" not in body(as_staff.get(draft.get_absolute_url()))


# --- front page --------------------------------------------------------------------
def test_front_page_shows_the_newest_to_visitors(client, loaded, published):
    page = body(client.get("/"))

    assert "Asking first" in page
    assert "The whole toolkit" in page


def test_front_page_is_short_for_those_signed_in(client, loaded, published, reader):
    client.force_login(reader)
    page = body(client.get("/"))

    assert "Asking first" in page
    assert 'todo__note">Tell people' not in page
