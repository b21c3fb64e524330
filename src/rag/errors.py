"""All errors that a user can see. Each message is one sentence with the fault, the value and the remedy.

RagError
├ ConfigurationError      a setting, prompt or plugin name is wrong
├ UnreadableSource        a source file cannot become a document
│ └ UnsupportedSource     a source is of a kind that is not read, so it is skipped and does not count as a failure
├ UnknownDocument
├ UnknownProvision        no version of a document has the provision that a client asks for
├ UnknownJob
├ UnknownModel            a chat client asked for a model that is not offered
├ InvalidFilter
├ UnknownAnswer           no shared answer or feedback has this id, or the client may not see it
├ AnswerRefused           an answer was not given by this service, so it is not kept or exported
├ KeptFull                no more answers can be kept, or this one is too large
├ UnknownQuestion         no saved question has this id, or the client may not see it
├ AuditRefused            the audit log cannot be written, so the service answers nothing
├ SnapshotError ─ NoSnapshot, UnknownSnapshot, IncompatibleSnapshot, CorruptSnapshot, WriterBusy,
│                         IndexUnavailable, WriteRefused, ChangeHeld, StorageError, ReplicationError
├ ServiceStopping         the service ends a request because it stops
└ BackendError  ─ BackendTimeout, BackendUnavailable, BackendSkipped
"""


class RagError(Exception):
    """The base class. Its message can be shown to users without change."""


class ConfigurationError(RagError):
    """A setting, a prompt or a plugin's name is wrong."""


class UnreadableSource(RagError):
    """A source file cannot become a document."""


class UnsupportedSource(UnreadableSource):
    """A source is of a kind that is not read. It is skipped and does not count as a failure."""


class UnknownDocument(RagError):
    """The snapshot has no document with this id.

    `gone_since` is the time (ISO 8601) when it left the index, if that is known and the client may know it.
    """

    def __init__(self, message: str, gone_since: str | None = None) -> None:
        super().__init__(message)
        self.gone_since = gone_since


class UnknownProvision(RagError):
    """No version of a document has a provision with this number or heading."""


class UnknownJob(RagError):
    """No job with this id is waiting, running, or among the last that ended."""


class UnknownModel(RagError):
    """A chat client asked for a model that is not offered."""


class InvalidFilter(RagError):
    """A filter names an unknown field, or a value that the field cannot be compared with."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class UnknownAnswer(RagError):
    """No shared answer or feedback has this id, or its answer cites documents that the client may not see."""


class UnknownQuestion(RagError):
    """No saved question has this id, or the client may not see it."""


class AnswerRefused(RagError):
    """An answer does not have the seal of this service, so it is not kept or exported."""


class KeptFull(RagError):
    """The service keeps as many answers as it may, or this one is too large."""


class AuditRefused(RagError):
    """The audit log cannot be written or read. An audited service answers nothing then."""


class SnapshotError(RagError):
    """A snapshot cannot be read or written."""


class NoSnapshot(SnapshotError):
    """The index directory has no snapshot yet."""


class UnknownSnapshot(SnapshotError):
    """The index directory has no snapshot with this id."""


class IncompatibleSnapshot(SnapshotError):
    """The snapshot was built with a model or a format that differs from the configured one."""


class CorruptSnapshot(SnapshotError):
    """A file of the snapshot is damaged: it does not match the manifest, or it cannot be read."""


class WriterBusy(SnapshotError):
    """Another process is writing to the index directory."""


class WriteRefused(SnapshotError):
    """The index is a replica; or it is damaged or too new, and a change would lose documents. Nothing was changed."""


class ChangeHeld(WriteRefused):
    """A change is held back until a maintainer decides, and no other change is made before. Nothing was changed."""


class IndexUnavailable(SnapshotError):
    """The index that this process uses is gone, replaced, emptied or read-only, or its database does not answer."""


class StorageError(SnapshotError):
    """The disk refused to write or to change a file of the index."""


class ReplicationError(SnapshotError):
    """The storage of RAG_SNAPSHOTS cannot be used, or its content is not what a writer or a replica expects."""


class ServiceStopping(RagError):
    """The service stops, and the request did not end in time."""


class BackendError(RagError):
    """A configured backend failed, for example an LLM server."""


class BackendTimeout(BackendError):
    """The backend did not answer in time."""


class BackendUnavailable(BackendError):
    """The backend could not be reached, refused the request, or sent an unusable answer.

    `status` is the HTTP status of its response, and `retry_after` the value of its Retry-After header. The message may
    hold text from the backend, so it is for the log only.
    """

    def __init__(self, message: str, *, status: int | None = None, retry_after: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class BackendSkipped(BackendError):
    """The service did not ask the backend, or stopped asking it. The message says why and may be shown to anyone."""
