"""Form fields for text by people: bounded, without control characters, counted as browsers do.

A browser sends line ends as CRLF but counts each as one character, so they are normalised
before the length is looked at. Neither field puts `maxlength` on its control: a browser would
cut a long paste off without a word, while the server says what is too long and keeps the text.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LINE = 200  # characters: names, titles, short answers
TEXT = 5_000  # characters: about two printed pages

_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
_SPACES = re.compile(r"\s+")
_SPACES_AT_LINE_END = re.compile(r"[ \t]+$", re.MULTILINE)
# Control characters and lone surrogates: databases, logs and printers choke on them.
_UNPRINTABLE = {"Cc", "Cs"}
# Invisible, and they turn what follows round: a name could read as another, a file as harmless.
# Left out, not refused: they come along when people copy, and nobody could find them to delete.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_TOO_LONG = ngettext_lazy(
    "Shorten this to %(limit_value)d character: it has %(show_value)d now.",
    "Shorten this to %(limit_value)d characters: it has %(show_value)d now.",
    "limit_value",
)


def straight(text: str) -> str:
    """`text` without the invisible signs that turn the direction of writing."""
    return text.translate(_TURNS)


def is_printable(sign: str) -> bool:
    """Whether a character can be stored and shown anywhere; line breaks and tabs cannot."""
    return unicodedata.category(sign) not in _UNPRINTABLE


def printable(text: str, *, but: str = "") -> str:
    """`text` itself; ValidationError for control characters other than those in `but`."""
    if not all(is_printable(sign) or sign in but for sign in text):
        raise ValidationError(
            _("This holds characters that cannot be shown. Paste it as plain text instead."),
            code="unprintable",
        )
    return text


def one_line(text: str) -> str:
    """`text` on one line with single spaces; raises ValidationError for control characters."""
    return printable(unicodedata.normalize("NFC", _SPACES.sub(" ", straight(text)).strip()))


def many_lines(text: str) -> str:
    """`text` with `\\n` as line ends and no spaces before them; raises ValidationError."""
    text = _SPACES_AT_LINE_END.sub("", _LINE_ENDS.sub("\n", straight(text))).strip()
    return printable(unicodedata.normalize("NFC", text), but="\n\t")


class _Bounded(forms.CharField):
    """A text field with our words for what is too long. Subclasses say how to clean."""

    most: int
    tidy: Callable[[str], str]

    def __init__(self, *, max_length: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.max_length = max_length or self.most
        self.validators.append(MaxLengthValidator(self.max_length, _TOO_LONG))
        self.widget.attrs.setdefault("data-most", str(self.max_length))

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self.tidy(text) if text else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class TextLine(_Bounded):
    """One line: line breaks and tabs become spaces. At most 200 characters unless told."""

    most = LINE
    tidy = staticmethod(one_line)


class LongText(_Bounded):
    """Several lines, kept as typed but for spaces at line ends. At most 5,000 unless told."""

    most = TEXT
    tidy = staticmethod(many_lines)
    widget = forms.Textarea
