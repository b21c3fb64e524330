"""Says where questions and passages go, for `rag settings`."""

from __future__ import annotations

from rag.errors import ConfigurationError
from rag.settings import Settings

_HERE = "Questions and passages stay on this machine."


def destination(settings: Settings) -> str:
    """Return one sentence."""
    from rag.wiring import EXTRACTIVE, language_model  # slow to import

    if settings.generator == EXTRACTIVE:
        return _HERE
    try:
        model = language_model(settings)
    except ConfigurationError as error:
        return f"The generator cannot be loaded: {error}"
    host = model.host if model else None
    return f"Questions and passages are sent to another host, {host}." if host else _HERE
