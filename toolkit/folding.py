"""Words as they are searched: without accents and case, so that "publica" finds "Pública"."""

import re
import unicodedata

WORD = re.compile(r"\w+")
MOST_WORDS = 12  # of one search; nobody types more on purpose


def fold(text: str) -> str:
    """Lower case, no accents, words parted by single spaces, with a space at either end."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return f" {' '.join(WORD.findall(bare))} "


def words(text: str) -> list[str]:
    """The different words of a search, folded, at most MOST_WORDS."""
    return list(dict.fromkeys(fold(text).split()))[:MOST_WORDS]
