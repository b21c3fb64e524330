"""The record of the exchange with the storage, in the folder of the index.

index/PUBLISHED   the random id of the index, and the number of its last publication
index/PULLED      the number of the last publication that this replica has taken
"""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import ReplicationError
from rag.snapshots.durable import atomic_write

PUBLISHED = "PUBLISHED"
PULLED = "PULLED"


class Record(BaseModel):
    """The id of an index, and the number of a publication; 0 before the first one."""

    model_config = ConfigDict(frozen=True)

    index: str = Field(default_factory=lambda: uuid4().hex)
    number: int = 0


def read_record(path: Path) -> Record:
    """Return a record; a new one if there is none. Raises ReplicationError if it is damaged."""
    try:
        return Record.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Record()
    except (OSError, ValidationError) as error:
        raise ReplicationError(
            f"{path} cannot be read: delete it, and at the writer also run 'rag snapshots publish --take-over'"
        ) from error


def write_record(path: Path, record: Record) -> None:
    """Write a record durably. Raises StorageError."""
    with atomic_write(path) as file:
        file.write(record.model_dump_json().encode())
