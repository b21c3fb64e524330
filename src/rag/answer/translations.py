"""Shows the reply of a language model in another language than its sources as a translation that nobody verified."""

from __future__ import annotations

from rag.types import Notice, NoticeKind


def translation(reply: str) -> tuple[Notice, ...]:
    """Return the notice with the reply; none if the reply is empty."""
    if not reply:
        return ()
    return (Notice(NoticeKind.TRANSLATION, f"Unverified translation by the language model: {reply}"),)
