"""One real render, looked at from every side: layout is slow, so it is made once."""

import io
import subprocess
import sys
from html.parser import HTMLParser

import pikepdf
import pytest

from tests.factories import best_practice_content
from toolkit import checks, editorial, rendering, structure, tagging
from toolkit.rendering import Issue

ISSUE = Issue(2, "2026-03-31", "https://portal.example/best-practices/aporto/")


@pytest.fixture(scope="module")
def content():
    return editorial.validated(best_practice_content())


@pytest.fixture(scope="module")
def data(content):
    return rendering.pdf(content, ISSUE)


@pytest.fixture(scope="module")
def read(data):
    found = structure.Structure(data)
    yield found
    found.pdf.close()


def all_text(read):
    return "".join(read.text(element) for element in read.elements[:1])


def test_the_file_passes_its_checks(data):
    assert checks.report(data).problems == ()


def test_the_same_content_gives_the_same_bytes(content, data):
    assert rendering.pdf(content, ISSUE) == data


def test_another_process_gives_the_same_bytes(content, data, tmp_path):
    program = (
        "import django, sys; django.setup()\n"
        "from tests.factories import best_practice_content\n"
        "from toolkit import editorial, rendering\n"
        f"issue = rendering.Issue{(ISSUE.number, ISSUE.day, ISSUE.address)!r}\n"
        "made = rendering.pdf(editorial.validated(best_practice_content()), issue)\n"
        "open(sys.argv[1], 'wb').write(made)\n"
    )
    out = tmp_path / "other.pdf"
    subprocess.run([sys.executable, "-c", program, str(out)], check=True, env=_environment())

    assert out.read_bytes() == data


def _environment():
    import os  # noqa: PLC0415

    return os.environ | {"DJANGO_SETTINGS_MODULE": "sprint_portal.settings"}


def test_it_names_its_language_and_title(read):
    assert str(read.pdf.Root.Lang) == "en"
    with read.pdf.open_metadata(set_pikepdf_as_editor=False) as known:
        assert known["dc:title"] == "Asking first: how Áporto did it – Áporto (demo)"
        assert known["pdfuaid:part"] == "1"
        assert (known["pdfaid:part"], known["pdfaid:conformance"]) == ("3", "A")


def test_headings_go_down_without_a_gap(read):
    heads = read.of("H1", "H2", "H3")

    assert [read.text(head) for head in heads][:3] == ["Asking first", "Contents", "At a glance"]
    assert [head.kind for head in heads].count("H1") == 1


def test_bookmarks_name_each_chapter(read):
    with read.pdf.open_outline() as outline:
        titles = [entry.title for entry in outline.root]

    assert titles[0] == "Contents"
    assert any("How it went" in title for title in titles)
    assert titles[-1] == "About this document"


def test_contents_print_the_pages_they_lead_to(read):
    printed = []
    for _page, link in read.links():
        owner = read.elements[read.owners[link.objgen]]
        found = checks.LEADER.search(read.painted(owner))
        if found and read.elements[owner.parent].kind != "Link":
            printed.append((int(found[1]), read.target(link) + 1))

    assert len(printed) == 9  # glance, three chapters, four of the annex, about
    assert all(said == real for said, real in printed)


def test_tables_say_what_each_header_heads(read):
    scopes = {str(cell.attribute("/Scope")) for cell in read.of("TH")}

    assert scopes == {"/Column", "/Row"}


def test_pictures_speak(read):
    words = [str(figure.raw["/Alt"]) for figure in read.of("Figure")]

    assert any(word.startswith("A line with 3 stops") for word in words)
    assert any("1 decision falls into this time" in word for word in words)


def test_fonts_are_ours_and_in_the_file(read):
    names = {str(font["/BaseFont"]) for font in read.fonts}

    assert all("Atkinson" in name for name in names)


def test_running_heads_are_artifacts_and_not_read(read):
    assert all_text(read).count("About this document") == 2  # contents and heading, no page head


def test_the_colophon_says_edition_address_and_licence(read):
    text = all_text(read)

    assert "Edition 2, 31 March 2026" in text
    assert "portal.example" in text
    assert "CC BY 4.0" in text


def test_cover_words_count_what_is_drawn(content):
    html = rendering.page_html(content, ISSUE)

    assert "3 stops, one for each section of the plan; 2 branches" in html


EVIL = '"><script>alert(1)</script><img src="file:///etc/passwd" style="x">'


def every_string(value):
    """The content with a hostile text in every place that takes free text."""
    keep = ("type", "schema", "key", "language", "country", "accent", "kind", "level", "url")
    if isinstance(value, dict):
        return {
            k: v if k in (*keep, "start", "end") and isinstance(v, str | int) else every_string(v)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [every_string(item) for item in value]
    return EVIL if isinstance(value, str) else value


def test_html_in_every_string_stays_text():
    content = best_practice_content()
    hostile = every_string(content)
    hostile["schema"], hostile["language"] = content["schema"], "en"

    html = rendering.page_html(editorial.validated(hostile), ISSUE)

    assert not {"script", "img"} & {tag for tag, _names in opened(html)}
    assert all("style" not in names for _tag, names in opened(html))


def opened(html):
    """(tag, names of its attributes) of every tag that a reader of the HTML sees."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, {name for name, _v in attrs}))
    parser.feed(html)
    return found


def test_deep_and_wide_texts_are_laid_out():
    content = best_practice_content()
    text = "\n".join(["> " * 300 + "deep", "- " * 300 + "deeper", "<div>" * 300, "x" * 3_000])
    content["blocks"][0]["parts"][1]["text"] = text

    data = rendering.pdf(editorial.validated(content), ISSUE)

    assert checks.report(data).problems == ()


def test_finish_twice_is_finish_once(data):
    assert tagging.finish(tagging.finish(data)) == tagging.finish(data)


def test_letters_that_no_font_has_are_named():
    content = best_practice_content(summary="A letter of a script of its own: \U00012000")
    report = checks.report(rendering.pdf(editorial.validated(content), ISSUE))

    assert any("No font has" in problem for problem in report.problems)


def test_long_titles_fit_the_cover():
    content = best_practice_content(title="W" * 60 + " " + "many words " * 12)
    data = rendering.pdf(editorial.validated(content), ISSUE)

    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "Contents" in structure.Structure(data).text(structure.Structure(data).of("H2")[0])
        assert len(pdf.pages) >= 6


def test_notes_stand_in_the_column_wherever_they_are(content):
    html = rendering.page_html(content, ISSUE)

    assert '<div class="note">' in html
    assert "float" not in rendering.own_file(rendering.STYLES).decode()


def test_a_title_of_two_lines_is_one_title_in_the_running_foot():
    content = best_practice_content(title="Forty neighbours, twelve rules: a charter")
    data = rendering.pdf(editorial.validated(content), ISSUE)
    found = structure.Structure(data)

    assert " ".join(found.text(found.of("H1")[0]).split()) == "Forty neighbours, twelve rules"
    found.pdf.close()


def test_a_draft_says_so_and_names_no_address(content):
    said = rendering.page_html(content, Issue(1, "2026-06-01", is_draft=True))

    assert said.count("Draft, not published") >= 2  # on the cover and in the colophon
    assert "draft" in said[said.index("<body") : said.index(">", said.index("<body"))]
    assert "https://portal.example" not in said


def test_a_published_edition_does_not_call_itself_a_draft(content):
    assert "Draft" not in rendering.page_html(content, Issue(1, "2026-06-01"))


def test_dates_in_cells_stay_on_one_line(content):
    content["blocks"][0]["parts"] = [
        {
            "type": "table",
            "title": "",
            "caption": "x",
            "columns": ["a", "b"],
            "rows": [["When", "From 14 December 2026 on, if it does not rain."]],
        }
    ]
    said = rendering.page_html(content, Issue(1, "2026-06-01"))

    assert "14\N{NO-BREAK SPACE}December\N{NO-BREAK SPACE}2026 on, if" in said
