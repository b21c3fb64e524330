"""Helpers: a service with other settings over the same index, and the log lines of requests."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from rag.answer.pipeline import Answerer
from rag.audit import AuditLog
from rag.http.observing.logs import JsonFormatter
from rag.service import Service
from rag.wiring import assemble

ALL_WAYS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("POST", "/v1/answers", {"question": "QUESTION"}),
    ("POST", "/v1/search", {"query": "QUESTION"}),
    ("POST", "/v1/chat/completions", {"model": "rag", "messages": [{"role": "user", "content": "QUESTION"}]}),
    ("POST", "/v1/responses", {"model": "rag", "input": "QUESTION"}),
    ("POST", "/api/chat", {"messages": [{"id": "1", "role": "user", "parts": [{"type": "text", "text": "QUESTION"}]}]}),
    ("GET", "/v1/documents/levy", None),
    ("GET", "/documents/levy", None),
    ("GET", "/v1/documents/levy/original", None),
]


def tool_call(name: str, **arguments: str) -> dict[str, Any]:
    """Return the body of a call to a tool over `/mcp`."""
    params = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


MCP = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}


def with_settings(service: Service, answerer: Answerer | None = None, **changes: object) -> Service:
    """Return a service over the same index."""
    settings = service.settings.model_copy(update=changes)
    return assemble(settings, encoder=service.parts.encoder, answerer=answerer)


def audit_lines(folder: Path) -> list[dict[str, Any]]:
    """Return the entries of an audit log."""
    texts = [file.path.read_text(encoding="utf-8") for file in AuditLog(folder).folder.files()]
    return [json.loads(line) for text in texts for line in text.splitlines()]


class Lines(logging.Handler):
    """Collects log lines as the JSON format writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    def of(self, message: str) -> list[dict[str, Any]]:
        """Return the lines with this message."""
        return [line for line in map(json.loads, self.written) if line["message"] == message]
