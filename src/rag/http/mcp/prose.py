"""An answer as an assistant reads it: the sentences, what they are worth, and each citation with its words and link."""

from __future__ import annotations

from rag.http.mcp.schemas import Answer
from rag.http.schemas import Citation
from rag.types import Outcome


def prose(answer: Answer) -> str:
    """Return the text."""
    paragraphs = [answer.text]
    if answer.outcome == Outcome.PARTIAL:
        paragraphs.append("This may be only part of the answer.")
    if answer.degraded and answer.citations:
        paragraphs.append(f"The sentences are the documents' own: {answer.degraded}.")
    if answer.citations:
        paragraphs.append("\n".join(["Sources:", *map(_source, answer.citations)]))
    return "\n\n".join(paragraphs)


def _source(citation: Citation) -> str:
    page = f"p. {citation.page}" if citation.page is not None else None
    place = ", ".join(filter(None, (citation.title, citation.author, citation.published, page)))
    return f"[{citation.marker}] “{' '.join(citation.quote.split())}” ({place}) {citation.link}"
