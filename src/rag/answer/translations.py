"""Shows the reply of a language model in another language than its sources as a translation that nobody verified."""

from __future__ import annotations

from rag.answer.claim_links import without_links
from rag.text import normalise, sentences
from rag.text.commands import is_misplaced
from rag.types import Notice, NoticeKind


def translation(reply: str, question: str = "") -> tuple[Notice, ...]:
    """Return the notice with the reply; none if the reply is empty.

    Links and HTML are left out, and so are orders that the question does not ask about, because nothing verifies them.
    """
    text = normalise(reply)
    said = (span.of(text) for span in sentences(text))
    reply = without_links(" ".join(one for one in said if not is_misplaced(one, question)))
    if not reply:
        return ()
    return (Notice(NoticeKind.TRANSLATION, f"Unverified translation by the language model: {reply}"),)
