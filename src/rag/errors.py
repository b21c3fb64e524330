"""Every error a user can meet, each one sentence: what is wrong, the value, what to do.

RagError
├ ConfigurationError      a setting, prompt or plugin name is wrong
├ UnreadableSource        a source file cannot become a document
├ UnknownDocument
├ UnknownJob
├ UnknownModel            a chat client asked for a model that is not offered
├ InvalidFilter
├ SnapshotError ─ NoSnapshot, UnknownSnapshot, IncompatibleSnapshot, CorruptSnapshot, WriterBusy,
│                         StorageError
└ BackendError  ─ BackendTimeout, BackendUnavailable
"""


class RagError(Exception):
    """The root: its message is fit to be shown to the user as it stands."""


class ConfigurationError(RagError):
    """A setting, a prompt or a plugin's name is wrong."""


class UnreadableSource(RagError):
    """A source file cannot become a document."""


class UnknownDocument(RagError):
    """No document of that id stands in the snapshot."""


class UnknownJob(RagError):
    """No job of that id is waiting, running, or among the last that ended."""


class UnknownModel(RagError):
    """A chat client asked for a model that is not offered."""


class InvalidFilter(RagError):
    """A filter names an unknown field, or a value that the field cannot be compared with."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class SnapshotError(RagError):
    """A snapshot cannot be read or written."""


class NoSnapshot(SnapshotError):
    """The index directory holds no snapshot yet."""


class UnknownSnapshot(SnapshotError):
    """No snapshot of that name stands in the index directory."""


class IncompatibleSnapshot(SnapshotError):
    """The snapshot was built with another model or format than the one configured."""


class CorruptSnapshot(SnapshotError):
    """A file of the snapshot differs from what its manifest says."""


class WriterBusy(SnapshotError):
    """Another process is writing to the index directory."""


class StorageError(SnapshotError):
    """The disk refused to take or to change a file of the index."""


class BackendError(RagError):
    """A configured backend (an LLM server, say) failed."""


class BackendTimeout(BackendError):
    """The backend gave no answer in time."""


class BackendUnavailable(BackendError):
    """The backend could not be reached, refused, or answered with something unusable."""
