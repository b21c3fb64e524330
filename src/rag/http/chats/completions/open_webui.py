"""A source as Open WebUI stores it beside a message: with the words quoted, and the page they stand on.

Without such events it knows of a citation only the address and the title.
"""

from __future__ import annotations

from rag.http.chats.transcript import Source


def source_event(source: Source) -> dict[str, object]:
    """Return the event; Open WebUI numbers sources as they come, which is the order of their markers.

    `external` and `source_url` keep the title as the name shown, and keep its page from asking elsewhere for an icon.
    """
    citation = source.citation
    metadata: dict[str, object] = {
        "source": source.link,
        "source_url": source.link,
        "name": source.title,
        "external": True,
        "start": citation.span.start,
        "end": citation.span.end,
    }
    if citation.page is not None:
        metadata["page"] = citation.page - 1  # it counts from 0, and shows one more
    shown = {"id": source.link, "name": source.title, "url": source.link}
    return {"type": "source", "data": {"source": shown, "document": [citation.quote], "metadata": [metadata]}}
