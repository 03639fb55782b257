"""The files in `data/`, read once. Pure: content of the portal, never of a city."""

import json
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def shipped(name: str) -> dict:
    """One of the files, as parsed JSON. Not to be changed by whoever reads it."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))
