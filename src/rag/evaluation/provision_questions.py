"""Makes questions about the numbered provisions of documents, with and without an answer.

Few benchmarks ask `What does Article 5 say?`. Whether a document has an Article 5, its headings tell. So the confidence
in a lookup can be fitted without labels.
"""

from __future__ import annotations

from collections.abc import Iterator

from rag.evaluation.labelled_index import IndexedBenchmark
from rag.text.provision_names import provision_names
from rag.types import Document

LEAST = 10
"""The fewest provisions of a benchmark that are worth asking for."""

_MOST = 100
_BEYOND = 800  # added to the number of a provision, so that no document has it


def provision_questions(indexed: IndexedBenchmark) -> list[tuple[str, bool]]:
    """Return questions for the content of provisions, each with whether a document has it; none if there are few."""
    snapshot = indexed.snapshot
    documents = [snapshot.document(one.reference.id) for one in snapshot.documents()]
    names = list(dict.fromkeys((name, one.reference.title) for one in documents for name in _provisions(one)))
    if len(names) < LEAST:
        return []
    chosen = [names[place * len(names) // _MOST] for place in range(_MOST)] if len(names) > _MOST else names
    return [
        (f"What does {kind} {label} of {title} say?", exists)
        for place, ((kind, number), title) in enumerate(chosen)
        for label, exists in ((number, True), (str(_BEYOND + place), False))
    ]


def _provisions(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the kind and the number of each heading that begins with them, such as `Section 12`."""
    for heading in document.headings:
        for name in provision_names(heading.title)[:1]:
            kind, label = name.steps[0]
            if kind and not name.span.start and len(name.steps) == 1:
                yield kind.title(), label
