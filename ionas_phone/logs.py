"""What the service writes down about itself. Rule: no whole phone number and no secret ever leaves through a log.

Our own lines (structlog) and those of libraries (stdlib logging) take the same way: text for a terminal, JSON for
machines. Whatever a caller could have smuggled into a line (line breaks, terminal codes) is written as an escape.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO

import structlog

_NUMBER = re.compile(r"(?<![\w.])(?:\+|0{1,2}|(?=49))\(?[1-9](?:[ ()/-]{0,3}[0-9]){5,16}")
_DIGITS = re.compile(r"[0-9][0-9 ()/-]{3,}[0-9]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]|[\t\n]")
_NUMBER_KEYS = ("number", "phone", "caller", "dialled")
_SECRET_KEYS = ("password", "secret", "token", "cookie")
_TRACES = ("exception", "stack")
_HIDDEN = "[hidden]"
_SHORTEST_SECRET = 4

_secrets: set[str] = set()


def register_secret(value: str) -> None:
    """Hide ``value`` (a password, a PBX's system name) in every line from now on, wherever it turns up.

    One shorter than four characters is not: anybody guesses it, and every line would be full of holes.
    """
    if len(value) >= _SHORTEST_SECRET:
        _secrets.update((value, json.dumps(value)[1:-1], repr(value)[1:-1]))


def masked(text: str) -> str:
    """Return ``text`` with secrets hidden and phone numbers cut to their first four and last two characters."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return _NUMBER.sub(_shorten, text)


def configure(level: str = "info", form: str = "text", stream: TextIO | None = None) -> None:
    """Write lines of at least ``level`` to ``stream`` (standard error) as ``form``: "text" or "json"."""
    out = sys.stderr if stream is None else stream
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False)
    if form == "text":
        renderer = structlog.dev.ConsoleRenderer(
            colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
        )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.StackInfoRenderer(),
            _mask,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    # Libraries at "debug" write whole SQL statements and frames: customers' data.
    logging.basicConfig(handlers=[_Libraries()], level=max(number, logging.INFO), force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # else every start tells which dialect it met
    logging.captureWarnings(capture=True)


def catch_all() -> None:
    """Write what nobody caught as a line, too, in whatever thread; for the whole process, until its end."""
    log = structlog.get_logger(__name__)

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("nobody caught this", exc_info=(kind, error, trace))

    def in_a_thread(args: threading.ExceptHookArgs) -> None:
        log.critical("nobody caught this in a thread", exc_info=args.exc_value)

    def while_letting_go(args: sys.UnraisableHookArgs) -> None:
        log.error("nobody could be told of this", where=repr(args.object), exc_info=args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_a_thread, while_letting_go


class _Libraries(logging.Handler):
    """Hands the lines of libraries to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write ``record``; one whose arguments don't fit its text is written as it came, not dropped."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            text = f"{record.msg} {record.args!r}"
        structlog.get_logger().log(record.levelno, text, logger=record.name, exc_info=record.exc_info or None)


def _mask(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any) -> Any:
    """Make one value fit to be written: masked, without control characters; what is no JSON becomes text."""
    if value is None or isinstance(value, bool | float):
        return value
    if any(part in key.lower() for part in _SECRET_KEYS):
        return _HIDDEN
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), part) for inner, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(key, part) for part in value]
    numbered = any(part in key.lower() for part in _NUMBER_KEYS)
    if isinstance(value, int) and not numbered:
        return value
    text = value if isinstance(value, str) else repr(value) if not isinstance(value, int) else str(value)
    text = masked(text)
    if numbered:
        text = _DIGITS.sub(_shorten, text)
    keep = "\t\n" if key in _TRACES else ""
    return _CONTROL.sub(lambda found: found[0] if found[0] in keep else _escape(found[0]), text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _shorten(found: re.Match[str]) -> str:
    plain = re.sub(r"[^0-9+]", "", found[0])
    lead = plain[:4] if len(plain) > 9 else ""  # noqa: PLR2004 - of a shorter number four would tell too much
    return f"{lead}…{plain[-2:]}"
