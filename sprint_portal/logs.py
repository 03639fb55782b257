"""Structured logs: one event a line, UTC, with the request's id and actor, never with secrets.

What may stand in an address opens doors: calendar feeds, reset links, invitations. Every line is
scrubbed of such things on its way out, whoever wrote it.
"""

import re

import structlog

HIDDEN = "…"
# Keys and query parameters whose values are never written.
SECRET_KEYS = re.compile(
    r"passw|passcode|secret|token|cookie|authorization|^(code|otp|email)$", re.IGNORECASE
)
_QUERY = re.compile(r"(?<=[?&])([^=&#\s]*)=([^&#\s]*)")
_PLACES = re.compile(r"(/cal/|/reset/key/|/confirm-email/)[^/\s?\"']+")
# A path segment that nobody chose as a word: 16 or more signs with both a capital and a digit.
_TOKEN = re.compile(r"(?<=/)(?=[^/?#\s]*\d)(?=[^/?#\s]*[A-Z])[\w:.=~-]{16,}")


def scrub_text(text: str) -> str:
    """`text` without door-opening parts of addresses, and on one line."""
    text = _PLACES.sub(rf"\1{HIDDEN}", text)
    text = _TOKEN.sub(HIDDEN, text)
    text = _QUERY.sub(
        lambda part: f"{part[1]}={HIDDEN}" if SECRET_KEYS.search(part[1]) else part[0], text
    )
    return text.replace("\r", "\\r").replace("\n", "\\n")


def scrub(_logger, _method, event: dict) -> dict:
    """structlog processor: scrub every value; a traceback keeps its lines."""
    for key, value in event.items():
        if SECRET_KEYS.search(key) and not isinstance(value, int):  # a status code is no secret
            event[key] = HIDDEN
        elif key == "exception" and isinstance(value, str):
            event[key] = "\n".join(scrub_text(line) for line in value.splitlines())
        elif isinstance(value, str):
            event[key] = scrub_text(value)
        elif isinstance(value, dict):
            event[key] = scrub(_logger, _method, dict(value))
    return event


def _processors():
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def logging_config(*, level: str, as_json: bool) -> dict:
    """Django's LOGGING. `as_json` for machines, else lines for people."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    writer = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    scrub,
                    writer,
                ],
                "foreign_pre_chain": _processors(),
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            # The request log has told it already, with the request's id.
            "django.request": {"level": "CRITICAL"},
            "fontTools": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # "No hostname was supplied": true of a broker made of files, and no news.
            "kombu.connection": {"level": "ERROR"},
        },
    }
