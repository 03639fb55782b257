"""A second word to a question that is still open: one text, and nothing in it twice. Pure."""

from django.utils.translation import gettext as _

from sprint_portal.refusals import Refusal

LONGEST = 5_000  # characters of a question with all that was added to it
APART = "\n\n"


def with_more(asked: str, more: str, *, most: int = LONGEST) -> str:
    """`asked` with `more` below it; as it was when it holds just these paragraphs already.

    Raises Refusal when both together are longer than `most` characters.
    """
    if not more or f"{APART}{more}{APART}" in f"{APART}{asked}{APART}":
        return asked
    if len(asked) + len(more) > most:
        raise Refusal(_("You have written enough about this. Wait for the answer."))
    return f"{asked}{APART}{more}" if asked else more
