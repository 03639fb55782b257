"""Words that must not be in the project: unfinished work, one machine's folders, registries."""

import re

from tests.house import files

# Put together here, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
MACHINES = re.compile(
    "|".join(
        ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]", r"\.\./sha" + "red", "/tm" + "p/[a-z]"]
    )
)
REGISTRIES = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.", "deb" + r"\.debian"])
)
READ = {".py", ".md", ".html", ".txt", ".toml", ".yml", ".css", ".js", ".json", ".po", ""}


def found(pattern):
    places = []
    for path in files.tracked():
        relative = path.relative_to(files.ROOT)
        if path.suffix not in READ or "vendor" in relative.parts:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        places += [
            f"{relative}:{text.count(chr(10), 0, hit.start()) + 1}: {hit[0]}"
            for hit in pattern.finditer(text)
        ]
    return places


def test_nothing_is_marked_as_unfinished():
    assert found(UNFINISHED) == []


def test_no_folder_of_one_machine_is_named():
    assert found(MACHINES) == []


def test_no_registry_is_named():
    assert found(REGISTRIES) == []
