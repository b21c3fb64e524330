"""Format an answer as text for an assistant: the sentences, caveats, and each citation with its quote and link."""

from __future__ import annotations

from rag.http.mcp.schemas import Answer
from rag.http.schemas import Citation, verified
from rag.types import NoticeKind, Outcome


def answer_text(answer: Answer) -> str:
    """Return the answer as paragraphs of text."""
    paragraphs = [answer.text]
    if answer.outcome == Outcome.PARTIAL:
        paragraphs.append("This may be only part of the answer.")
    paragraphs += [notice.text for notice in answer.notices if notice.kind != NoticeKind.GREETING]
    if (checked := verified(answer.verification)) and not answer.degraded:
        paragraphs.append(checked)
    if answer.degraded and answer.citations:
        paragraphs.append(f"These are sentences of the documents, because {answer.degraded}.")
    if answer.citations:
        paragraphs.append("\n".join(["Sources:", *map(_source_line, answer.citations)]))
    return "\n\n".join(paragraphs)


def _source_line(citation: Citation) -> str:
    page = f"p. {citation.page}" if citation.page is not None else None
    origin = ", ".join(filter(None, (citation.title, citation.author, citation.published, page)))
    return f"[{citation.marker}] “{' '.join(citation.quote.split())}” ({origin}) {citation.link}"
