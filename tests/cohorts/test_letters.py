"""Letters of support: judged by content and name, named anew, served to the right people only."""

import io
import re
import struct
import zipfile
import zlib
from datetime import timedelta

import pikepdf
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cohorts import letters
from cohorts.models import SupportLetter
from sprint_portal.refusals import NotPermitted
from tests.cohorts.intake_factories import draft, handed_in, kept_letter
from tests.factories import TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db

WORD = f'<Override ContentType="{letters.DOCX}.main+xml"/>'


def pdf(pages=1, **how):
    made = io.BytesIO()
    with pikepdf.new() as empty:
        for _page in range(pages):
            empty.add_blank_page()
        empty.save(made, **how)
    return made.getvalue()


PDF = pdf()


def word(inside="word/document.xml", kinds=WORD):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(inside, "<w/>")
        archive.writestr("[Content_Types].xml", kinds)
    return made.getvalue()


def picture(kind):
    made = io.BytesIO()
    Image.new("RGB", (3, 2)).save(made, kind)
    return made.getvalue()


def huge_picture():
    """A few bytes that claim to be a picture of ten billion points."""
    whole = picture("PNG")
    head = struct.pack(">II", 100_000, 100_000) + whole[24:29]
    return whole[:16] + head + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + whole[33:]


def upload(name="letter.pdf", content=PDF, kind="application/pdf"):
    return SimpleUploadedFile(name, content, content_type=kind)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.pdf", PDF),
        ("LETTER.PDF", PDF),
        ("letter.png", picture("PNG")),
        ("letter.jpeg", picture("JPEG")),
        ("letter.docx", word()),
    ],
)
def test_known_kinds_are_kept(name, content, django_capture_on_commit_callbacks):
    application, owner = draft()

    letter = letters.attach(
        application=application, upload=upload(name, content, "text/html"), by=owner
    )

    assert re.fullmatch(r"letters/[0-9a-f-]{36}", letter.file.name)
    assert letter.kind == letters.KINDS["." + name.lower().rsplit(".", 1)[1]][1]
    with django_capture_on_commit_callbacks(execute=True):
        letters.remove(letter=letter, by=owner)
    assert not default_storage.exists(letter.file.name)


@pytest.mark.parametrize("role", ["is_staff", "is_decider"])
def test_a_letter_of_a_draft_is_the_citys_own(client, settings, role):
    settings.SECOND_FACTOR_REQUIRED = False
    reader = UserFactory(**{role: True})
    client.force_login(reader)
    found = []
    for make in (draft, handed_in):
        application, owner = make()
        letter = letters.attach(application=application, upload=upload(), by=owner)
        answer = client.get(reverse("cohorts:letter", kwargs={"uid": letter.uid}))
        b"".join(answer)  # read to its end, a file is closed
        found.append(answer.status_code)
        found.append(SupportLetter.objects.visible_to(reader).filter(pk=letter.pk).exists())

    assert found == [404, False, 200, True]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.html", b"<html>"),
        ("letter.pdf", b"<html><script>alert(1)</script>"),
        ("letter.svg", b"<svg onload='alert(1)'/>"),
        ("letter.pdf.exe", b"MZ"),
        ("letter", PDF),
        ("letter.pdf", b" %PDF-1.7"),
        ("letter.docx", b"PK\x03\x04 not an archive"),
        ("letter.docx", word("xl/workbook.xml")),
        ("letter.zip", word()),
        ("letter.png", PDF),
        ("letter.pdf", b"%PDF-1.4\n<html><script>alert(1)</script>"),
        ("letter.pdf", pdf(pages=0)),
        ("letter.pdf", pdf(encryption=pikepdf.Encryption(owner="o", user="u"))),
        ("letter.png", b"\x89PNG\r\n\x1a\nrest"),
        ("letter.png", huge_picture()),
        ("letter.jpg", b"\xff\xd8\xff\xe0rest"),
        ("letter.docx", word(kinds="")),
        ("letter.docx", word(kinds=WORD.replace("wordprocessingml", "macroEnabled"))),
    ],
)
def test_anything_else_is_refused(name, content):
    application, owner = draft()

    with pytest.raises(letters.LetterRefused):
        letters.attach(application=application, upload=upload(name, content), by=owner)
    assert not SupportLetter.objects.exists()


@pytest.mark.parametrize(("size", "is_kept"), [(10_000_000, True), (10_000_001, False), (0, False)])
def test_size_to_the_byte(size, is_kept):
    application, owner = draft()
    file = upload(content=(PDF + b" " * size)[:size])

    if is_kept:
        assert letters.attach(application=application, upload=file, by=owner).size == size
    else:
        with pytest.raises(letters.LetterRefused, match=r"letter.pdf” is (larger|empty)"):
            letters.attach(application=application, upload=file, by=owner)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\letters\\our city.pdf", "our city.pdf"),
        ("bad\r\nname\x00.pdf", "badname.pdf"),
        ("", "letter"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_plain_name_has_no_folders_and_no_tricks(name, shown):
    assert letters.plain_name(name) == shown


def test_three_are_enough():
    application, owner = draft()
    for _ in range(3):
        letters.attach(application=application, upload=upload(), by=owner)

    with pytest.raises(letters.LetterRefused, match="Three"):
        letters.attach(application=application, upload=upload(), by=owner)


def test_viewers_add_and_remove_nothing():
    application, owner = draft()
    letter = letters.attach(application=application, upload=upload(), by=owner)
    viewer = TeamMemberFactory(city=application.city, role="viewer").user

    with pytest.raises(NotPermitted):
        letters.attach(application=application, upload=upload(), by=viewer)
    with pytest.raises(NotPermitted):
        letters.remove(letter=letter, by=viewer)


def test_served_as_a_download_to_those_who_may(client):
    application, owner = handed_in()
    client.force_login(owner)
    client.post(
        reverse("cohorts:add_letter", kwargs={"uid": application.uid}),
        {"letter": upload('Mayor "A".pdf')},
    )
    letter = SupportLetter.objects.get()
    there = reverse("cohorts:letter", kwargs={"uid": letter.uid})

    for person in (owner, UserFactory(is_staff=True), UserFactory(is_decider=True)):
        client.force_login(person)
        answer = client.get(there)
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
    for person in (UserFactory(), UserFactory(is_facilitator=True), draft()[1]):
        client.force_login(person)
        assert client.get(there).status_code == 404
    assert client.get(f"/media/{letter.file.name}").status_code == 404


def test_wrong_file_is_said_on_the_page(client):
    application, owner = draft()
    client.force_login(owner)
    there = reverse("cohorts:add_letter", kwargs={"uid": application.uid})

    for posted, why in (
        ({"letter": upload("a.html", b"<html>")}, "“a.html” is no PDF"),
        ({"letter": upload("b.pdf", b"")}, "“b.pdf” is empty."),
        ({"letter": upload("c.pdf", b"x" * 10_000_001)}, "“c.pdf” is larger than 10 MB"),
        ({}, "Choose a file first."),
        ({"letter": "no file"}, "Choose a file first."),
    ):
        page = client.post(there, posted)
        assert page.status_code == 422
        assert page.content.decode().count(why) == 2  # on top, and at the field
    assert not SupportLetter.objects.exists()


# --- until when ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("make", "late", "may"),
    [
        ({}, False, True),
        ({"state": "submitted"}, False, True),
        ({"state": "submitted"}, True, False),
        ({"state": "declined", "announced_state": "declined"}, False, False),
        ({"state": "confirmed", "announced_state": "confirmed"}, False, False),
    ],
)
def test_letters_change_as_long_as_answers_do(client, make, late, may):
    application, owner = handed_in(**make) if make else draft()
    letter = kept_letter(application)
    there = reverse("cohorts:file", kwargs={"uid": application.uid})
    remove = reverse("cohorts:remove_letter", kwargs={"uid": letter.uid})
    now = application.closes_at + timedelta(hours=1 if late else -1)
    with time_machine.travel(now):
        client.force_login(owner)
        page = client.get(there).content.decode()
        added = client.post(
            reverse("cohorts:add_letter", kwargs={"uid": application.uid}), {"letter": upload()}
        )
        client.post(remove)

    assert (remove in page) is may
    assert ("Add the letter" in page) is may
    assert (added.status_code == 302) is may
    assert SupportLetter.objects.filter(pk=letter.pk).exists() is not may


def test_a_draft_keeps_its_letters_open_after_the_deadline():
    application, owner = draft()

    with time_machine.travel(application.closes_at + timedelta(days=1)):
        assert letters.attach(application=application, upload=upload(), by=owner)


def test_removing_asks_once_more(client):
    application, owner = draft()
    letter = letters.attach(application=application, upload=upload(), by=owner)
    client.force_login(owner)

    page = client.get(reverse("cohorts:file", kwargs={"uid": application.uid})).content.decode()

    form = page.index(reverse("cohorts:remove_letter", kwargs={"uid": letter.uid}))
    assert page.rindex("<details", 0, form) > page.rindex("</details>", 0, form)
