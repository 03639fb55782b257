"""A browser in words, from what it says of itself."""

from django.utils.translation import gettext as _

# What it says is in this order: nearly all of them also claim to be the ones further down.
BROWSERS = [
    (("Edg/", "EdgA/", "EdgiOS/"), "Edge"),
    (("OPR/", "Opera"), "Opera"),
    (("SamsungBrowser/",), "Samsung Internet"),
    (("Firefox/", "FxiOS/"), "Firefox"),
    (("Chrome/", "CriOS/", "Chromium/"), "Chrome"),
    (("Version/",), "Safari"),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]


def browser_name(user_agent: str) -> str:
    """ "Chrome on Linux", or as much of it as `user_agent` tells; else "A browser"."""
    browser = next(
        (name for marks, name in BROWSERS if any(mark in user_agent for mark in marks)),
        _("A browser"),
    )
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if not system:
        return browser
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
