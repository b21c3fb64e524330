"""Convert a source to the event that Open WebUI stores with a message. It has the quote and its page.

Without such events Open WebUI stores only the address and the title of a citation.
"""

from __future__ import annotations

from rag.http.chats.transcript import Source


def source_event(source: Source) -> dict[str, object]:
    """Return the event. Send events in the order of the markers, because Open WebUI numbers sources by arrival.

    `external` and `source_url` make Open WebUI show the title and not load an icon from another site.
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
        metadata["page"] = citation.page - 1  # Open WebUI counts pages from 0 and adds 1 for display
    known = {
        "page_label": citation.page_label,
        "ocr_confidence": citation.ocr_confidence,
        "pinpoint": citation.pinpoint,
    }
    metadata.update((name, value) for name, value in known.items() if value is not None)
    described = {"id": source.link, "name": source.title, "url": source.link}
    return {"type": "source", "data": {"source": described, "document": [citation.quote], "metadata": [metadata]}}
