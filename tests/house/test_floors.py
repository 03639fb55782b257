"""Floors that cannot sag: who may import whom, and that imports stand at the top."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import files


def test_rooms_import_only_downwards_and_never_in_circles():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=files.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def inner_imports(tree) -> list[int]:
    """Lines of imports inside functions."""
    return [
        inner.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def test_no_function_hides_an_import():
    hidden = [
        f"{path.relative_to(files.ROOT)}:{line}"
        for path in files.code()
        for line in inner_imports(ast.parse(path.read_text()))
    ]

    assert hidden == []


def test_no_file_is_named_for_a_pattern_instead_of_its_work():
    names = {"utils", "helpers", "services", "managers", "signals"}

    assert [str(path) for path in files.code() if path.stem in names] == []


@pytest.mark.parametrize("room", files.ROOMS[1:])
def test_ground_names_apps_in_strings_only(room):
    ground = [path for path in files.code() if "sprint_portal" in path.parts]
    named = [
        str(path.relative_to(files.ROOT))
        for path in ground
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == room
    ]

    assert named == []
