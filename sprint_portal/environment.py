"""Reading the environment: safe defaults when embedded, no guesses in production."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def required(env, name: str, *, production: bool, default: str) -> str:
    """The value of `name`; in production an empty one stops the start with one clear line."""
    value = env.str(name, default="")
    if value:
        return value
    if production:
        raise ImproperlyConfigured(f"{name} must be set when SPRINT_MODE=production.")
    return default


def whole_number(env, name: str, *, default: int, least: int, most: int) -> int:
    """The number `name`; anything else stops the start with one clear line."""
    value = env.str(name, default=str(default)).strip()
    if not value.isdecimal() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} is a number from {least} to {most}, not {value!r}.")
    return int(value)


def kept_secret(path: Path) -> str:
    """The secret stored at `path`, made on first use and readable by its owner only.

    Two processes that start together agree: the loser of the race reads the winner's.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
