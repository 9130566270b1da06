"""Log lines as JSON, one object a line, with the level names that Yandex Cloud knows.

Three rules keep personal data out: a message is a constant sentence, other facts travel as allow-listed ``extra``
fields, and every text value is masked before JSON is made. An exception gives its types, codes and places, never its
message, for drivers quote rows there.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType

from shared.errors import FlyPotatoError

ALLOWED_FIELDS = frozenset(
    {
        "announcements", "attempts", "bucket", "code", "count", "days", "duration_ms", "error_type", "event_id",
        "event_type", "files", "flights_new", "flights_outside", "flights_unchanged", "flights_updated", "job",
        "load_id", "method", "outcome", "request_id", "revision", "route", "rows_empty", "rows_in",
        "rows_rejected", "rows_repeated", "rules", "seconds_deliver", "seconds_fetch", "seconds_merge", "seconds_read",
        "status",
    }
)  # fmt: skip
"""The ``extra`` fields a line may carry; the names of others are listed under ``dropped``."""

_LEVELS = {"WARNING": "WARN", "CRITICAL": "FATAL"}
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|\Z)", re.DOTALL), "<key>"),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"), "<token>"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 <token>"),
    (re.compile(r"\bt1\.[A-Z0-9a-z_-]{10,}[=]{0,2}(?:\.[\w=-]+)?"), "<token>"),
    (re.compile(r"\b(?:AKIA|ASIA|AQVN|YCAJ|YCP|YCM)[A-Za-z0-9_-]{12,}"), "<key>"),
    (
        re.compile(
            r"""
            \b(x-amz-(?:signature|credential|security-token)|password|passwd|secret|api[_-]?key|access_token|token)
            (\s*[=:]\s*)                         # password=, token:
            ("[^"]*"|'[^']*'|[^\s&,;]+)          # "in quotes", 'in quotes', up to a blank, comma, semicolon or &
            """,
            re.VERBOSE | re.IGNORECASE,
        ),
        r"\1\2<key>",
    ),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s/@]+@"), r"\1:<key>@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "<email>"),
    (
        re.compile(
            r"""
            (?<![\w.:+-])(?:\+?7|8)                # +7, 7 or 8, no part of a longer number
            [\s(\-\u00a0]{0,3}\d{3}                # (000
            [\s)\-\u00a0]{0,3}\d{3}                # ) 000
            [\s\-\u00a0]?\d{2}[\s\-\u00a0]?\d{2}   # -00-00
            (?![\w:-])
            """,
            re.VERBOSE,
        ),
        "<phone>",
    ),
)  # fmt: skip

_bound: ContextVar[Mapping[str, object]] = ContextVar("log_fields", default=MappingProxyType({}))


def mask(text: str) -> str:
    """Replace phones, e-mails, tokens and keys in a text; times and other numbers stay."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


@contextmanager
def bound(**fields: object) -> Iterator[None]:
    """Add fields to every line logged inside the block, in this task and those it starts."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


class JsonLines(logging.Formatter):
    """Make one JSON object of a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, without the line break."""
        line: dict[str, object] = {
            "level": _LEVELS.get(record.levelname, record.levelname),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "logger": record.name,
            "message": mask(record.getMessage()),
        }
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        # The cloud's runtime sets request_id on the record itself; ours, bound to the call, says the same.
        fields = {**extra, **_bound.get()}
        line |= {name: _clean(value) for name, value in sorted(fields.items()) if name in ALLOWED_FIELDS}
        dropped = sorted(set(fields) - ALLOWED_FIELDS)
        if dropped:
            line["dropped"] = dropped
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = list(_chain(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)


def configure(level: str = "INFO") -> None:
    """Make the root logger write JSON lines.

    The cloud's runtime puts a handler of its own there, which is kept and given the formatter; elsewhere lines go to
    standard output.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler(sys.stdout))
    root.handlers[0].setFormatter(JsonLines())
    root.setLevel(getattr(logging, {"WARN": "WARNING", "FATAL": "CRITICAL"}.get(level, level)))
    for talkative in ("boto3", "botocore", "s3transfer", "urllib3", "mangum", "asyncio"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


def _clean(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item) for item in value]
    return mask(str(value))


def _chain(error: BaseException) -> Iterator[dict[str, object]]:
    visited: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in visited:
        visited.add(id(current))
        link: dict[str, object] = {"type": f"{type(current).__module__}.{type(current).__qualname__}"}
        if isinstance(current, FlyPotatoError):
            link["code"] = current.code
        link["at"] = list(_places(current.__traceback__))
        yield link
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"{code.co_filename}:{trace.tb_lineno} {code.co_qualname}"
        trace = trace.tb_next
