"""A snapshot, read: what of it may be shown, as values and as words.

Only answers that are public by the template and not kept internal by the city leave the plan,
and columns that may hold people's names never do. What the city writes later is not in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engagement_plans import guide
from engagement_plans.guide import Column, Prompt
from engagement_plans.wording import answer_words, cell_words, short_label
from toolkit.models import Resource

A_FEW_LINES = 220  # characters of an opening
SENTENCE = re.compile(r".+?(?:[.!?…](?= |$)|$) ?")


@dataclass
class Frozen:
    """A snapshot, read. only_public: what is not public reads as if it had never been answered."""

    content: dict[str, Any]
    only_public: bool = True

    @cached_property
    def guide(self) -> guide.Guide:
        return guide.read(self.content["document"])

    def shows(self, prompt: Prompt) -> bool:
        """Whether a prompt applies and may be read here."""
        public = prompt.publish_default and prompt.key not in self.content["kept_internal"]
        return prompt.applies(self.content["values"]) and (public or not self.only_public)

    def prompt(self, key: str) -> Prompt | None:
        """The prompt when it may be read here."""
        found = self.guide.prompts.get(key)
        return found if found and self.shows(found) else None

    def value(self, key: str) -> Any:
        """The answer when it may be read here; None otherwise."""
        return self.content["values"].get(key) if self.prompt(key) else None

    def words(self, key: str) -> str:
        """The answer as text; "" when it may not be read here."""
        prompt = self.prompt(key)
        return answer_words(prompt, self.value(key), but_personal=True) if prompt else ""

    def label(self, key: str) -> str:
        """The chosen answer without its explanation."""
        return short_label(self.words(key))

    def rows(self, key: str) -> list[dict]:
        """Rows of a table that have a name."""
        prompt = self.prompt(key)
        if not prompt:
            return []
        return [row for row in self.value(key) or [] if row.get(prompt.columns[0].key)]

    def cell(self, column: Column, row: Mapping[str, Any]) -> str:
        """One cell as text."""
        names_method = column.type == "toolkit_ref"
        return cell_words(column, row.get(column.key), self._titles if names_method else None)

    @cached_property
    def _titles(self) -> dict[str, str]:
        """Titles of the toolkit's resources: a snapshot knows them by their slugs only."""
        return dict(Resource.objects.values_list("slug", "title"))


def opening(text: str) -> str:
    """The first sentences of a text, as many as fit a few lines; at least one, cut if need be."""
    words = " ".join(text.split())
    taken = ""
    for sentence in SENTENCE.findall(words):
        if taken and len(taken) + len(sentence) > A_FEW_LINES:
            break
        taken += sentence
    return cut(taken.strip(), 2 * A_FEW_LINES)


def line(text: str, most: int) -> str:
    return cut(" ".join(str(text).split()), most)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
