"""Format log lines as text or as JSON. A line has the time in UTC, the level, and the id of the request if it has one.

All lines go to standard error through one handler, with those of the server.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rag.answer.trace import current_trace
from rag.types import LogFormat, LogLevel

FIELDS = "rag_fields"
"""The attribute of a log record that has further fields of its line."""

_PLAIN = re.compile(r"[^\s\"'=\\\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class TextFormatter(logging.Formatter):
    """Formats `time LEVEL message name=value ...`. A line break in a message or a value is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, and a traceback below it if there is one."""
        fields = dict(_fields(record))
        message = _CONTROL.sub(lambda found: repr(found[0])[1:-1], record.getMessage())
        values = (f"{name}={_text(value)}" for name, value in fields.items())
        line = " ".join([_time(record), record.levelname, message, *values])
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """Formats a JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, with the traceback as a field if there is one."""
        name = record.name.removesuffix(".error")  # uvicorn's logger for all that is not a request
        fields = {"time": _time(record), "level": record.levelname.lower(), "logger": name}
        fields |= {"message": record.getMessage(), **dict(_fields(record))}
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def configure(form: LogFormat, level: LogLevel) -> None:
    """Send the log lines of the whole process to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form is LogFormat.JSON else TextFormatter())
    logging.basicConfig(level=max(logging.WARNING, _number(level)), handlers=[handler], force=True)
    for ours in ("rag", "uvicorn"):  # the libraries log each of their steps at `info`
        logging.getLogger(ours).setLevel(_number(level))
    logging.captureWarnings(capture=True)
    # No line has these facts, so none is looked up.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _number(level: LogLevel) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _fields(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    if trace := current_trace.get():
        yield "request", trace.id
    further: Mapping[str, Any] = getattr(record, FIELDS, {})
    yield from further.items()


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{part}" for name, part in value.items()) or '""'
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
