"""The files in `data/`, read once. Pure: content of the portal, never of a city."""

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def shipped(name: str) -> dict[str, Any]:
    """One of the files, as parsed JSON. Not to be changed by whoever reads it."""
    read: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return read
