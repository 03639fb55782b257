"""Letters of support: what may be uploaded, by its content and its name, and keeping it."""

import zipfile
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.models import Application, SupportLetter
from sprint_portal import audit
from sprint_portal.refusals import NotPermitted, Refusal

MOST_BYTES = 10_000_000
MOST_LETTERS = 3  # per application
LONGEST_NAME = 120
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Extension: (how the content begins, its media type).
KINDS = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".docx": (b"PK\x03\x04", DOCX),
}


class LetterRefused(Refusal):
    """This file is not kept."""


def kind_of(upload: UploadedFile) -> str:
    """The media type that both the name and the content say. Raises LetterRefused."""
    start, kind = KINDS.get(PurePath(upload.name or "").suffix.lower(), (b"", ""))
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    if not kind or not head.startswith(start) or (kind == DOCX and not _is_word(upload)):
        raise LetterRefused(_("Choose a PDF, a Word document (.docx), or a picture (PNG, JPG)."))
    return kind


def _is_word(upload: UploadedFile) -> bool:
    """Whether the archive holds a Word text. Reads its list of names and unpacks nothing."""
    try:
        with zipfile.ZipFile(upload.file) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    finally:
        upload.seek(0)


def plain_name(name: str) -> str:
    """A file's name for display and download: no folders, no control characters, not too long."""
    last = PurePath(name.replace("\\", "/")).name
    clean = "".join(sign for sign in last if sign.isprintable()).strip(". ") or "letter"
    stem, suffix = PurePath(clean).stem, PurePath(clean).suffix
    return f"{stem[: LONGEST_NAME - len(suffix)]}{suffix}"


@transaction.atomic
def attach(*, application: Application, upload: UploadedFile, by) -> SupportLetter:
    """Keep a letter with the application. Raises LetterRefused, NotPermitted."""
    stored = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not by.has_perm("cohorts.add_letter", stored):
        raise NotPermitted(_("You may read this, not add to it."))
    if not upload.size or upload.size > MOST_BYTES:
        raise LetterRefused(_("The file is empty, or larger than 10 MB."))
    if stored.letters.count() >= MOST_LETTERS:
        raise LetterRefused(_("Three letters are enough. Remove one first."))
    kind = kind_of(upload)
    letter = SupportLetter(
        application=stored,
        name=plain_name(upload.name or ""),
        kind=kind,
        size=upload.size,
        uploaded_by=by,
    )
    letter.file.save("letter", upload, save=False)
    letter.save()
    audit.record(by, "add_letter", stored)
    return letter


@transaction.atomic
def remove(*, letter: SupportLetter, by) -> None:
    """Take a letter away; its file goes once the row is gone."""
    if not by.has_perm("cohorts.remove_letter", letter):
        raise NotPermitted(_("You may read this, not change it."))
    name, storage = letter.file.name, letter.file.storage
    audit.record(by, "remove_letter", letter.application)
    letter.delete()
    transaction.on_commit(lambda: storage.delete(name))
