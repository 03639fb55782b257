"""Two people changed one text: what was typed beside what is kept now."""

from dataclasses import dataclass

from toolkit.forms import TextForm


@dataclass(frozen=True)
class Clash:
    """data: for the form that is shown, as the browser would send it. differing: [{field name,
    label, what was typed, theirs}]. homeless: typed texts of parts that are there no longer.
    """

    data: dict[str, str]
    differing: list[dict]
    homeless: list[str]


def clash(stored: TextForm, posted) -> Clash:
    """stored: the form of the newest text, not bound. posted: what was sent from an older one.

    A field that was not sent keeps what is stored. Where parts of a block came or went, places
    mean something else now: that block stays as it is stored, and what was typed for it is
    given back to be copied.
    """
    theirs = {name: _plain(stored.get_initial_for_field(f, name)) for name, f in _texts(stored)}
    typed = {name: _plain(posted[name]) for name in posted if name in theirs or "." in name}
    moved = {name for name in typed.keys() | theirs.keys() if _moved(name, typed, theirs)}
    kept = {name: text for name, text in typed.items() if name not in moved}
    differing = [
        {"name": name, "label": field.label, "typed": kept[name], "theirs": theirs[name]}
        for name, field in _texts(stored)
        if kept.get(name, theirs[name]) != theirs[name]
    ]
    known = set(theirs.values())
    homeless = [typed[name] for name in typed if name in moved and typed[name] not in known]
    return Clash(
        data=theirs | kept | {"digest": stored.initial["digest"]},
        differing=differing,
        homeless=[text for text in homeless if text],
    )


def _texts(form):
    return [(name, field) for name, field in form.fields.items() if name != "digest"]


def _moved(name, typed, theirs) -> bool:
    """Whether the block of a prose part has other parts than when it was opened."""
    block, dot, _place = name.partition(".")
    return bool(dot) and _places(block, typed) != _places(block, theirs)


def _places(block, names) -> set[str]:
    return {name for name in names if name.startswith(f"{block}.")}


def _plain(text) -> str:
    return str(text or "").replace("\r\n", "\n").strip()
