"""What the machine itself must bring, asked before anything is installed.

Standard library only. Run it as `python3 -I sprint_portal/machine.py`: isolated, so that this
folder's `queue.py` and `celery.py` do not stand in for the libraries of those names.
"""

import ctypes
import ctypes.util
import importlib.util
import sys

OLDEST_PYTHON = (3, 11)
# What WeasyPrint opens to set type, and the Debian package that brings it.
LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}


def opens(library: str) -> bool:
    """Whether the dynamic loader really opens `library` (a Linux file name), or its like here."""
    short = library.removeprefix("lib").split(".so")[0]
    for name in (library, ctypes.util.find_library(short)):
        try:
            if name and ctypes.CDLL(name):
                return True
        except OSError:
            continue
    return False


def missing_packages() -> list[str]:
    """Debian packages to install before the portal can run; [] when all is there."""
    packages = [] if importlib.util.find_spec("ensurepip") else ["python3-venv"]
    return packages + [package for name, package in LIBRARIES.items() if not opens(name)]


def complaint() -> str:
    """One line that says what to do; "" when the machine has everything."""
    if sys.version_info < OLDEST_PYTHON:
        return "Sprint Portal needs Python 3.11 or newer: PYTHON=python3.11 make run"
    packages = missing_packages()
    return f"First install: apt-get install {' '.join(packages)}" if packages else ""


if __name__ == "__main__":
    sys.exit(complaint() or 0)
