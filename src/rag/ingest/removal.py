"""Removes documents and roots from an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.errors import UnknownDocument
from rag.ingest.known import KnownSources, known_sources
from rag.ingest.ledger import Entry, without_root
from rag.ingest.plan import Item, make_plan
from rag.ingest.publication import Publisher, Report, documents_of, loader
from rag.ingest.roots import RootRemoval, Roots, plan_root_removal, root_name
from rag.snapshots import Changes, Previous
from rag.snapshots.recovery import check_losses


def remove_documents(publisher: Publisher, document_ids: Sequence[str]) -> Report:
    """Remove documents. Call only with the writer's lock. Raises UnknownDocument before it removes any."""
    previous = publisher.previous() or publisher.store.refresh()
    known = {stored.reference.id: stored for stored in previous.documents()}
    for document_id in document_ids:
        if document_id not in known:
            raise UnknownDocument(
                f"no document has the id {document_id!r}, so nothing was removed: 'rag documents' lists the ids"
            )
    items = [Item(source.name, "removed", name) for name in document_ids for source in known[name].origin.sources]
    changes = Changes(removed=frozenset(document_ids))
    check_losses(previous, changes)
    publisher.write_ledger(publisher.ledger.read(), known.values(), changes, items)
    return publisher.publish(previous, changes, items)


def remove_root(publisher: Publisher, roots: Roots, given: str) -> Report:
    """Forget a root, and remove the documents that only this root has. Call only with the writer's lock.

    Raises UnknownDocument if the index has neither the root nor a source there.
    """
    previous = publisher.previous()
    documents = documents_of(previous)
    root = root_name(given)
    sources = [source.name for stored in documents for source in stored.origin.sources]
    entries = publisher.ledger.read()
    removal = plan_root_removal(root, roots, [*dict.fromkeys([*sources, *entries])])
    report = _remove_sources(publisher, previous, removal, without_root(entries, removal.own))
    roots.forget([root])
    return report


def _remove_sources(
    publisher: Publisher, previous: Previous | None, removal: RootRemoval, entries: Mapping[str, Entry]
) -> Report:
    documents = documents_of(previous)
    known = known_sources(documents)
    gone = [source for source in removal.own if source in known.digests]
    plan = make_plan(documents, (), gone, loader(previous))
    check_losses(previous, plan.changes)
    publisher.write_ledger(entries, documents, plan.changes, plan.items)
    return publisher.publish(previous, plan.changes, (*plan.items, *_kept_items(removal, known)))


def _kept_items(removal: RootRemoval, known: KnownSources) -> list[Item]:
    """Return an unchanged item for each indexed source that another root keeps."""
    kept = ((source, other) for source, other in removal.shared.items() if source in known.digests)
    return [Item(source, "unchanged", None, f"it stays, because the root {other} has it too") for source, other in kept]
