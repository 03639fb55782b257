"""Who reads which application: shared out evenly. Pure, and the same for the same seed.

First each application gets its reviewers, always the least busy who may read it. Then work is
passed on along chains (from A to B, something else from B to C) as long as that evens the loads
out; when no such chain is left, no fairer distribution exists with these conflicts.
"""

import random
from collections import deque
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Id = Hashable
Pair = tuple[Id, Id]  # (application, reviewer)
Turns = dict[Id, float]  # by reviewer: who comes first among the equally busy


@dataclass(frozen=True)
class Proposal:
    """pairs: new (application, reviewer). short: {application: reviewers it still lacks}."""

    pairs: list[Pair]
    short: dict[Id, int]
    loads: dict[Id, int]  # by reviewer, with what each had before


class _Table:
    """Who reads what, while it is being shared out."""

    def __init__(
        self, reviewers: Sequence[Id], taken: Collection[Pair], barred: Collection[Pair]
    ) -> None:
        self.before: dict[Id, set[Id]] = {reviewer: set() for reviewer in reviewers}
        for application, reviewer in taken:
            if reviewer in self.before:
                self.before[reviewer].add(application)
        self.new: dict[Id, set[Id]] = {reviewer: set() for reviewer in reviewers}
        self.barred: dict[Id, set[Id]] = {reviewer: set() for reviewer in reviewers}
        for application, reviewer in barred:
            if reviewer in self.barred:
                self.barred[reviewer].add(application)

    def load(self, reviewer: Id) -> int:
        return len(self.before[reviewer]) + len(self.new[reviewer])

    def may(self, reviewer: Id, application: Id) -> bool:
        has = application in self.before[reviewer] or application in self.new[reviewer]
        return not has and application not in self.barred[reviewer]

    def movable(self, giver: Id, taker: Id) -> Id | None:
        """Something new of the giver's that the taker may read; None when there is nothing."""
        return next((one for one in sorted(self.new[giver], key=str) if self.may(taker, one)), None)


def share_out(
    applications: Iterable[Id],
    reviewers: Sequence[Id],
    *,
    each: int,
    taken: Collection[Pair] = (),
    barred: Collection[Pair] = (),
    seed: int = 0,
) -> Proposal:
    """Bring every application to `each` reviewers, with loads as even as they can be.

    taken: pairs that exist already and stay. barred: pairs with a conflict of interest.
    Without conflicts and earlier pairs the loads differ by one at most.
    """
    dice = random.Random(seed)  # noqa: S311  fairness, not secrecy
    order = sorted(applications, key=str)
    dice.shuffle(order)
    turns = {reviewer: dice.random() for reviewer in sorted(reviewers, key=str)}
    table = _Table(reviewers, taken, barred)
    had: dict[Id, int] = {}
    for application, _reviewer in taken:
        had[application] = had.get(application, 0) + 1
    short = _first_round(table, order, turns, each, had)
    _even_out(table, turns)
    pairs = [(one, reviewer) for reviewer in turns for one in sorted(table.new[reviewer], key=str)]
    return Proposal(pairs, short, {reviewer: table.load(reviewer) for reviewer in reviewers})


def _first_round(
    table: _Table, order: list[Id], turns: Turns, each: int, had: dict[Id, int]
) -> dict[Id, int]:
    short = {}
    for application in order:
        lacks = max(0, each - had.get(application, 0))
        free = [reviewer for reviewer in turns if table.may(reviewer, application)]
        free.sort(key=lambda reviewer: (table.load(reviewer), turns[reviewer]))
        for reviewer in free[:lacks]:
            table.new[reviewer].add(application)
        if lacks > len(free):
            short[application] = lacks - len(free)
    return short


def _even_out(table: _Table, turns: Turns) -> None:
    """Pass work on along chains until no chain makes the loads more even."""
    while chain := _chain(table, turns):
        for giver, taker in pairwise(chain):
            moved = table.movable(giver, taker)
            table.new[giver].remove(moved)
            table.new[taker].add(moved)


def _chain(table: _Table, turns: Turns) -> list[Id] | None:
    """Reviewers along whom one application each can be passed on, from a busy to a free one.

    The first has at least two more than the last. The shortest such chain, so that each hop
    moves a different application; None when there is none.
    """
    for busy in sorted(turns, key=lambda one: (-table.load(one), turns[one])):
        came_from: dict[Id, Id | None] = {busy: None}
        queue = deque([busy])
        while queue:
            giver = queue.popleft()
            if table.load(giver) <= table.load(busy) - 2:
                return _walk_back(came_from, giver)
            for taker in turns:
                if taker not in came_from and table.movable(giver, taker) is not None:
                    came_from[taker] = giver
                    queue.append(taker)
    return None


def _walk_back(came_from: dict[Id, Id | None], last: Id) -> list[Id]:
    chain = [last]
    while came_from[chain[-1]] is not None:
        chain.append(came_from[chain[-1]])
    return chain[::-1]
