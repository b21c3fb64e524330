"""Format an answer as text for an assistant: the sentences, caveats, and each citation with its quote and link."""

from __future__ import annotations

from rag.http.mcp.schemas import Answer
from rag.http.schemas import Citation, verified
from rag.text.commands import is_misplaced
from rag.text.pages import page_words
from rag.types import NoticeKind, Outcome


def answer_text(answer: Answer, question: str) -> str:
    """Return the answer as paragraphs of text.

    Titles and authors that give orders are left out, because the assistant may follow what it reads.
    """
    paragraphs = [answer.text]
    if answer.outcome == Outcome.PARTIAL:
        paragraphs.append("This may be only part of the answer.")
    if answer.outcome == Outcome.CONFLICTING:
        paragraphs.append("Documents in force contradict each other. Show both sides.")
    paragraphs += [notice.text for notice in answer.notices if notice.kind != NoticeKind.GREETING]
    if (checked := verified(answer.verification)) and not answer.degraded:
        paragraphs.append(checked)
    if answer.degraded and answer.citations:
        paragraphs.append(f"These are sentences of the documents, because {answer.degraded}.")
    if answer.citations:
        paragraphs.append("\n".join(["Sources:", *(_source_line(one, question) for one in answer.citations)]))
    return "\n\n".join(paragraphs)


def _source_line(citation: Citation, question: str) -> str:
    about = (words for words in (citation.title, citation.author) if words and not is_misplaced(words, question))
    origin = ", ".join(filter(None, (*about, citation.published, citation.pinpoint, page_words(citation))))
    return f"[{citation.marker}] “{' '.join(citation.quote.split())}” ({origin}) {citation.link}"
