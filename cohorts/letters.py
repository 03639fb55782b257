"""Letters of support: what may be uploaded, by its content and its name, and keeping it."""

import warnings
import zipfile
import zlib
from pathlib import PurePath

import pikepdf
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image

from cohorts.models import Application, SupportLetter
from cohorts.models.application import State
from sprint_portal import audit
from sprint_portal.refusals import NotPermitted, Refusal

MOST_BYTES = 10_000_000
MOST_LETTERS = 3  # per application
LONGEST_NAME = 120
MOST_CONTENT_TYPES = 100_000  # bytes of the list of what a Word document holds
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
    """This file is not kept, or no letter can be added or removed now."""


def closed(application: Application) -> str:
    """Why letters stay as they are; "" while they may change. Their window is the answers' own."""
    if not application.is_with_the_city:
        return _("Letters can no longer be changed: they stay as they were read.")
    if application.announced_state != State.DRAFT and not application.is_window_open:
        return _("The deadline has passed: letters stay as they were when you handed in.")
    return ""


def kind_of(upload: UploadedFile) -> str:
    """The media type that both the name and the content say. Raises LetterRefused."""
    name = upload.name or ""
    start, kind = KINDS.get(PurePath(name).suffix.lower(), (b"", ""))
    if not kind:
        words = _("“%(name)s” is no PDF, Word document (.docx) or picture (PNG, JPG).")
        raise LetterRefused(words % {"name": plain_name(name)})
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    try:
        opens = head.startswith(start) and OPENS[kind](upload)
    finally:
        upload.seek(0)
    if not opens:
        words = _(
            "“%(name)s” does not open as what its name says. Save it anew, without a password, "
            "and choose it again."
        )
        raise LetterRefused(words % {"name": plain_name(name)})
    return kind


def _is_pdf(upload: UploadedFile) -> bool:
    """Whether it opens, without a password, and has a page."""
    try:
        with pikepdf.open(upload.file) as pdf:
            return len(pdf.pages) > 0
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError):
        return False


def _is_picture(upload: UploadedFile) -> bool:
    """Whether it is whole, and no larger once it is unpacked than a screen can show."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload.file, formats=("PNG", "JPEG")) as picture:
                picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        return False
    return True


def _is_word(upload: UploadedFile) -> bool:
    """Whether the archive says that it holds a Word text without macros. Unpacks only its list."""
    try:
        with zipfile.ZipFile(upload.file) as archive:
            with archive.open("[Content_Types].xml") as listed:
                kinds = listed.read(MOST_CONTENT_TYPES)
            return (
                "word/document.xml" in archive.namelist() and f"{DOCX}.main+xml".encode() in kinds
            )
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        return False


OPENS = {
    "application/pdf": _is_pdf,
    "image/png": _is_picture,
    "image/jpeg": _is_picture,
    DOCX: _is_word,
}


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
    if why := closed(stored) or _wrong_size(upload):
        raise LetterRefused(why)
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
    """Take a letter away; its file goes once the row is gone. Raises as `attach`."""
    if not by.has_perm("cohorts.remove_letter", letter):
        raise NotPermitted(_("You may read this, not change it."))
    if why := closed(letter.application):
        raise LetterRefused(why)
    name, storage = letter.file.name, letter.file.storage
    audit.record(by, "remove_letter", letter.application)
    letter.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _wrong_size(upload) -> str:
    name = plain_name(upload.name or "")
    if not upload.size:
        return _("“%(name)s” is empty.") % {"name": name}
    if upload.size > MOST_BYTES:
        words = _("“%(name)s” is larger than 10 MB: it has %(size)s.")
        return words % {"name": name, "size": filesizeformat(upload.size)}
    return ""
