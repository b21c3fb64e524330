"""Which settings change while the service runs, and the lines of the log about it."""

from __future__ import annotations

import logging

from rag.errors import RagError
from rag.settings import Settings

RESTART = frozenset(
    {
        "index_dir",
        "encoder",
        "compiled_models",
        "store",
        "past_days",
        "snapshots",
        "snapshots_seconds",
        "writer",
        "host",
        "port",
        "workers",
        "verify_minutes",
        "shutdown_seconds",
        "log_format",
        "log_level",
        "metrics",
        "audit_dir",
        "audit_questions",
        "audit_key",
        "audit_days",
        "audit_file_size",
    }
)
"""The settings that change only when the service starts."""

_log = logging.getLogger("uvicorn.error")


def log_changes(before: Settings, after: Settings) -> None:
    """Log the names of the settings that have changed, and of those that change at the next start."""
    changed = [name for name in Settings.model_fields if getattr(before, name) != getattr(after, name)]
    now = [name for name in changed if name not in RESTART]
    _log.info("The settings were read again: %s", f"{_names(now)} changed" if now else "nothing changed")
    if later := [name for name in changed if name in RESTART]:
        _log.warning("%s: changes when the service is restarted", _names(later))


def log_refusal(error: RagError) -> None:
    """Log why settings cannot be used."""
    _log.error("The settings stay as they were: %s", "; ".join(str(error).splitlines()))


def _names(fields: list[str]) -> str:
    return ", ".join(f"RAG_{name.upper()}" for name in fields)
