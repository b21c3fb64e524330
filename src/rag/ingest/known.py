"""The sources that the index already has, with digests to detect changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.ingest.found import Found, key_of, key_of_parsed, origin_of
from rag.snapshots import Original, StoredDocument
from rag.types import Document


@dataclass(frozen=True, slots=True)
class KnownSources:
    """The indexed documents and their sources.

    `digests` maps each source to the digest of its file, `fingerprints` each primary source to the fingerprint of its
    document, and `copies` each copy to its document.
    """

    documents: Sequence[StoredDocument]
    digests: Mapping[str, str]
    fingerprints: Mapping[str, str]
    copies: Mapping[str, StoredDocument]

    def compare(
        self, source: str, file: str, file_digest: str, document: Document, original: Original | None = None
    ) -> Found:
        """Return a parsed document as a found source. It is unchanged if the index has the same fingerprint for it.

        An unchanged document keeps the original that it has.
        """
        origin = origin_of(source, file_digest, document, original)
        unchanged = self.fingerprints.get(source) == origin.fingerprint
        return Found(source, file, None if unchanged else (document, origin))

    def copies_to_read(self, found: Iterable[Found]) -> Collection[str]:
        """Return the copies to read even if they are unchanged: `found` has another text or label of their document."""
        keys = {one.source: key_of_parsed(one.content) for one in found if isinstance(one.content, tuple)}
        return {
            copy
            for copy, stored in self.copies.items()
            if keys.get(stored.origin.source, key_of(stored)) != key_of(stored)
        }


def known_sources(documents: Sequence[StoredDocument]) -> KnownSources:
    """Index documents by their sources."""
    return KnownSources(
        documents,
        digests={source.name: source.sha256 for stored in documents for source in stored.origin.sources},
        fingerprints={stored.origin.source: stored.origin.fingerprint for stored in documents},
        copies={copy.name: stored for stored in documents for copy in stored.origin.copies},
    )
