"""Measuring without fooling ourselves: processor time, interleaved, medians."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median

CHUNK = 160  # frames: rather more than CPython's stack holds in one piece


@dataclass(frozen=True)
class Row:
    """One result. ratio: value by what it is measured against."""

    name: str
    value: float
    unit: str
    against: str
    ratio: float

    def as_data(self) -> dict:
        return asdict(self)


def processor_ms(work: Callable[[], object]) -> float:
    """Milliseconds of processor time that `work` takes in this process."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def medians(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median ms of each, all taken in turn, so that a busy moment hits every one of them.

    Each round begins at another depth of the stack. CPython (3.11 at least) grows its stack in
    chunks of 16 kB, given back as soon as the last call on them returns: a loop that happens to
    stand at the edge of one asks the kernel for memory at every turn. Measured at one depth only,
    a page can seem a third dearer than it is, and which page that is changes with every
    middleware added.
    """
    for work in works.values():
        work()
    taken = {name: [] for name in works}
    for round_ in range(rounds):
        for name, work in works.items():
            deep = partial(_deeper, CHUNK * round_ // rounds, work)
            taken[name].append(processor_ms(deep))
    return {name: median(times) for name, times in taken.items()}


def _deeper(steps: int, work: Callable[[], object]) -> object:
    """`work`, called that many frames further down."""
    return _deeper(steps - 1, work) if steps else work()


def as_table(rows: list[Row]) -> str:
    lines = [f"{'':28}{'value':>10} {'':8}{'ratio':>7}  against"]
    lines += [
        f"{row.name:28}{row.value:>10.2f} {row.unit:8}{row.ratio:>7.2f}  {row.against}"
        for row in rows
    ]
    return "\n".join(lines)
