"""Erases documents from all files in an index folder, and reports the places that may still hold them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CorruptSnapshot, UnknownDocument, WriterBusy
from rag.ingest.erasure import Erased
from rag.ingest.found import is_path
from rag.ingest.ingestion import Ingestion
from rag.ingest.scan import file_exists
from rag.snapshots.backup_register import recorded_backups
from rag.snapshots.holders import ids_in_backup
from rag.upkeep.changes import source_name
from rag.upkeep.spool import Spool

_JOB_SECONDS = 60.0
"""Seconds to wait until a running service has ended a job that is about the document."""

_RETRY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Erasure:
    """The result of an erasure.

    `snapshot` is the current snapshot, `deleted` the older snapshots that held a document. `read` are snapshots that
    still hold one, because a process reads them. `files` are sources from which the next ingest would add a document
    again. `backups` hold a document. `unknown_backups` are gone or cannot be read, so a copy of them may hold one.
    `shared_answers` and `feedback` are the deleted ones, which cited a document. `questions` are saved questions whose
    answers were deleted for that reason.
    """

    document_ids: tuple[str, ...]
    snapshot: str | None
    deleted: tuple[str, ...]
    read: tuple[str, ...]
    files: tuple[str, ...]
    backups: tuple[str, ...]
    unknown_backups: tuple[str, ...]
    shared_answers: tuple[str, ...] = ()
    feedback: tuple[int, ...] = ()
    questions: tuple[str, ...] = ()


def erase(
    directory: Path, ingestion: Callable[[], Ingestion], document_ids: Sequence[str], cited: Collection[str] = ()
) -> Erasure:
    """Erase documents. A running service may use the index meanwhile. Kept answers cite the documents in `cited`.

    Raises UnknownDocument before anything is erased, WriterBusy, SnapshotError, StorageError.
    """
    backups = {str(file): _held_by(file, document_ids) for file in recorded_backups(directory)}
    ingest, spool = ingestion(), Spool(directory / ".jobs")
    _check_known([one for one in document_ids if one not in cited], ingest, spool, backups.values())
    _settle_jobs(spool, document_ids)
    spool.erase(document_ids)
    erased = ingest.erase(document_ids, [source_name(one) for one in document_ids])
    return Erasure(
        document_ids=tuple(document_ids),
        snapshot=erased.snapshot,
        deleted=erased.deleted,
        read=erased.read,
        files=_remaining(erased),
        backups=tuple(file for file, held in backups.items() if held),
        unknown_backups=tuple(file for file, held in backups.items() if held is None),
    )


def _check_known(
    document_ids: Sequence[str], ingestion: Ingestion, spool: Spool, backups: Iterable[frozenset[str] | None]
) -> None:
    """Raise UnknownDocument if no snapshot, no backup, no job and no state has one of the documents."""
    saved = frozenset[str]().union(*filter(None, backups))
    for document_id in document_ids:
        known = document_id in saved or spool.about([document_id])
        if not known and not ingestion.holds(document_id, source_name(document_id)):
            raise UnknownDocument(
                f"no snapshot has a document with the id {document_id!r}, so nothing was erased: "
                "'rag documents' lists the ids"
            )


def _settle_jobs(spool: Spool, document_ids: Collection[str]) -> None:
    """Withdraw waiting requests about the documents, or wait until the service that runs the jobs has ended them."""
    if spool.folder.exists():
        with suppress(WriterBusy), spool.locked():  # deletes what a killed service was about to accept
            pass
    deadline = time.monotonic() + _JOB_SECONDS
    while waiting := spool.waiting_for(document_ids):
        try:
            with spool.locked():
                spool.withdraw(document_ids)
        except WriterBusy as busy:
            if time.monotonic() >= deadline:
                raise WriterBusy(
                    f"the service has not ended the job {waiting[0]}, which is about the document: wait for it, "
                    "then erase again"
                ) from busy
            time.sleep(_RETRY_SECONDS)


def _remaining(erased: Erased) -> tuple[str, ...]:
    """Return the sources that exist outside the index: files, and pages, which a feed may list again."""
    return tuple(
        source
        for source in sorted(erased.sources)
        if source.startswith(("http://", "https://")) or (is_path(source) and file_exists(source))
    )


def _held_by(file: Path, document_ids: Collection[str]) -> frozenset[str] | None:
    """Return the documents that a backup holds; None if it is gone or cannot be read."""
    try:
        return ids_in_backup(file, document_ids)
    except CorruptSnapshot:
        return None
