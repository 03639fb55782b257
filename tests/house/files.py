"""The project's own files, as the tests of the structure read them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("sprint_portal", "toolkit", "cohorts", "engagement_plans")


def tracked() -> list[Path]:
    """Every file that belongs to the project; where there is no git, every file that is there."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        hidden = {".venv", "var", "build", ".git", "__pycache__"}
        return [p for p in ROOT.rglob("*") if p.is_file() and not hidden & set(p.parts)]
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def code() -> list[Path]:
    """Python of the four rooms, migrations left out."""
    return [
        path
        for path in tracked()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in ROOMS
        and "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    return [path for path in tracked() if path.is_relative_to(ROOT / "templates")]
