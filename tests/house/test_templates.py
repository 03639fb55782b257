"""Every template compiles, holds neither style nor script of its own, and says what it expects."""

import re

import pytest
from django.template.loader import get_template

from tests.house import files

INLINE = re.compile(
    r"<style\b|<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
PAGES = [path for path in files.templates() if path.suffix == ".html"]
NAMES = [str(path.relative_to(files.ROOT / "templates")) for path in files.templates()]
# The print's own page is read by WeasyPrint from a string; its style stands in files too.
ELSEWHERE = re.compile(r"(src|href)=[\"'](https?:)?//", re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name):
    get_template(name)


def faults(pattern):
    return [
        f"{path.relative_to(files.ROOT)}: {hit[0].strip()}"
        for path in PAGES
        for hit in pattern.finditer(path.read_text(encoding="utf-8"))
    ]


def test_no_template_holds_style_or_script():
    assert faults(INLINE) == []


def test_no_template_loads_from_elsewhere():
    assert faults(ELSEWHERE) == []


def test_every_part_says_what_it_expects():
    silent = [
        str(path.relative_to(files.ROOT))
        for path in PAGES
        if path.name.startswith("_") and "{#" not in path.read_text().split("\n", 1)[0]
    ]

    assert silent == []
