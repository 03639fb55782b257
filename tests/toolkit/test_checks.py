"""Each check must be able to fail: a good file is spoiled in one way at a time."""

import io

import pikepdf
import pytest
from pikepdf import Dictionary, Name, String

from tests.factories import best_practice_content
from toolkit import checks, editorial, rendering
from toolkit.rendering import Issue


@pytest.fixture(scope="module")
def good():
    content = editorial.validated(best_practice_content())
    return rendering.pdf(content, Issue(1, "2026-03-31"))


def elements(pdf, kind):
    pending, found = [pdf.Root.StructTreeRoot], []
    while pending:
        element = pending.pop()
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, Dictionary) and kid.get("/Type") == Name.StructElem:
                pending.append(kid)
        if element.get("/S") == Name("/" + kind):
            found.append(element)
    return found


def links(pdf):
    return [a for page in pdf.pages for a in page.obj.get("/Annots", [])]


def no_tags(pdf):
    del pdf.Root.StructTreeRoot


def no_language(pdf):
    del pdf.Root.Lang


def no_title(pdf):
    with pdf.open_metadata(set_pikepdf_as_editor=False) as known:
        del known["dc:title"]


def no_identification(pdf):
    with pdf.open_metadata(set_pikepdf_as_editor=False) as known:
        del known["pdfuaid:part"]


def title_hidden(pdf):
    pdf.Root.ViewerPreferences.DisplayDocTitle = False


def two_first_headings(pdf):
    elements(pdf, "H2")[0].S = Name.H1


def skipped_level(pdf):
    elements(pdf, "H3")[0].S = Name.H5


def silent_picture(pdf):
    del elements(pdf, "Figure")[0]["/Alt"]


def picture_named_like_a_file(pdf):
    elements(pdf, "Figure")[0].Alt = String("cover.svg")


def no_scope(pdf):
    del elements(pdf, "TH")[0].A["/Scope"]


def no_header_cells(pdf):
    for cell in elements(pdf, "TH"):
        cell.S = Name.TD


def wide_cell(pdf):
    body = next(part for part in elements(pdf, "TBody") if len(part.K) > 1)
    cell = next(kid for kid in body.K[0].K if kid.S == Name.TD)
    cell.A.ColSpan = 3


def silent_link(pdf):
    del links(pdf)[0]["/Contents"]


def link_to_a_file(pdf):
    link = next(link for link in links(pdf) if "/A" in link and "/URI" in link.A)
    link.A.URI = String("file:///etc/passwd")


def link_to_nowhere(pdf):
    inner = next(link for link in links(pdf) if "/URI" not in link.get("/A", Dictionary()))
    if "/A" in inner:
        del inner["/A"]
    inner.Dest = String("nowhere")


def no_bookmarks(pdf):
    del pdf.Root.Outlines


def font_left_out(pdf):
    for font in pdf.pages[1].Resources.Font.values():
        del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def script(pdf):
    pdf.Root.Extra = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def opens_something(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.GoTo)


def untagged_paint(pdf):
    pdf.pages[2].contents_add(b"q 0 0 m 9 9 l S Q")


def moved_contents(pdf):
    first = pdf.pages[2]
    pdf.pages.insert(2, pdf.pages[-1])
    assert first is not None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_tags, "not tagged"),
        (no_language, "language"),
        (no_title, "no title"),
        (no_identification, "PDF/UA-1"),
        (title_hidden, "show its title"),
        (two_first_headings, "first-level"),
        (skipped_level, "skips a level"),
        (silent_picture, "no text for those who hear it"),
        (picture_named_like_a_file, "no text for those who hear it"),
        (no_scope, "what it heads"),
        (no_header_cells, "no header cells"),
        (wide_cell, "different width"),
        (silent_link, "where it leads"),
        (link_to_a_file, "may not"),
        (link_to_nowhere, "leads nowhere"),
        (no_bookmarks, "bookmarks"),
        (font_left_out, "not in the file"),
        (script, "script"),
        (opens_something, "when it is opened"),
        (untagged_paint, "outside all tags"),
        (moved_contents, "contents name page"),
    ],
)
def test_report_finds_what_was_spoiled(good, spoil, said):
    with pikepdf.open(io.BytesIO(good)) as pdf:
        spoil(pdf)
        out = io.BytesIO()
        pdf.save(out)

    assert any(said in problem for problem in checks.report(out.getvalue()).problems)


def test_report_counts_pages(good):
    with pikepdf.open(io.BytesIO(good)) as pdf:
        assert checks.report(good).pages == len(pdf.pages)


def test_report_of_something_else():
    with pytest.raises(pikepdf.PdfError):
        checks.report(b"<html>not a PDF</html>")
