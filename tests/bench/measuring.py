"""Measuring without fooling ourselves: processor time, interleaved, medians."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median


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
    """Median ms of each, all taken in turn, so that a busy moment hits every one of them."""
    for work in works.values():
        work()
    taken = {name: [] for name in works}
    for _round in range(rounds):
        for name, work in works.items():
            taken[name].append(processor_ms(work))
    return {name: median(times) for name, times in taken.items()}


def as_table(rows: list[Row]) -> str:
    lines = [f"{'':28}{'value':>10} {'':8}{'ratio':>7}  against"]
    lines += [
        f"{row.name:28}{row.value:>10.2f} {row.unit:8}{row.ratio:>7.2f}  {row.against}"
        for row in rows
    ]
    return "\n".join(lines)
