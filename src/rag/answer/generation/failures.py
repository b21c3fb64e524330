"""Says why an answer is extractive, in words for readers: without a server's text, its address or its key."""

from __future__ import annotations

from rag.errors import BackendError, BackendSkipped, BackendTimeout

UNSUPPORTED = "no sentence of the language model's reply was supported by a passage it cites"


def reason(error: BackendError) -> str:
    """Return the reason as a clause that may follow "because"."""
    if isinstance(error, BackendSkipped):
        return str(error)
    if isinstance(error, BackendTimeout):
        return "the language model did not answer in time"
    return "the language model failed"
