"""What a writer publishes to the storage: a list of snapshots, the current one, and the files beside them.

<storage>/publications/<number>.json   one publication each; the highest number counts
<storage>/sha256/<two digits>/<sha256>  manifests, lists of originals, originals, and files beside the snapshots
<storage>/blake3/<two digits>/<blake3>  the files of snapshots

All content has its digest as its name. So equal files are stored and moved once, and a replica checks every byte.
A publication is created last, in one step, and never changed.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from rag.errors import ReplicationError
from rag.snapshots.backup import is_file_name
from rag.snapshots.ids import is_snapshot_id
from rag.snapshots.manifest import Manifest, parse_manifest, servable
from rag.snapshots.replicas.storage import Storage

FOLDER = "publications"
CONTENT = ("blake3", "sha256")

_NAME = re.compile(rf"{FOLDER}/(\d{{12}})\.json")
SHA256 = r"^[0-9a-f]{64}$"
_SIZES = TypeAdapter(dict[Annotated[str, Field(pattern=SHA256)], Annotated[int, Field(ge=0)]])


class PublishedSnapshot(BaseModel):
    """The sha256 of the manifest of a snapshot, and of the list of its originals; None if it has none."""

    model_config = ConfigDict(frozen=True)

    manifest: str = Field(pattern=SHA256)
    originals: str | None = Field(None, pattern=SHA256)


class State(BaseModel):
    """All that replicas take from a publication.

    `current` is the id of the current snapshot, which is in `snapshots`. `files` are the digests of the files beside
    the snapshots, by name. `past` is the digest of the list of past texts; None if there are none.
    """

    model_config = ConfigDict(frozen=True)

    current: str
    snapshots: dict[str, PublishedSnapshot]
    files: dict[str, Annotated[str, Field(pattern=SHA256)]]
    past: str | None = Field(None, pattern=SHA256)


class Publication(BaseModel):
    """One publication. `index` is the random id of the index that published it, on the machine `host`.

    `time` is in seconds since 1970.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    number: int
    index: str
    host: str
    time: float
    state: State

    @property
    def name(self) -> str:
        """Its name in the storage."""
        return name_of(self.number)


def name_of(number: int) -> str:
    """Return the name of a publication in the storage."""
    return f"{FOLDER}/{number:012d}.json"


def content_name(kind: str, digest: str) -> str:
    """Return the name of content in the storage. `kind` is the kind of its digest."""
    return f"{kind}/{digest[:2]}/{digest}"


def numbers(storage: Storage) -> list[int]:
    """Return the numbers of the publications, oldest first. Raises ReplicationError."""
    return sorted(int(found[1]) for name in storage.sizes(FOLDER) if (found := _NAME.fullmatch(name)))


def read_publication(storage: Storage, number: int) -> Publication:
    """Read one publication. Raises ReplicationError."""
    try:
        return Publication.model_validate_json(storage.read(name_of(number)))
    except ValidationError as error:
        raise ReplicationError(
            f"{name_of(number)} in the storage {storage.address} cannot be read: it is damaged, or a newer version of "
            "rag wrote it"
        ) from error


def read_checked(storage: Storage, digest: str) -> bytes:
    """Return small content by its sha256. Raises ReplicationError if it is missing or damaged."""
    content = storage.read(content_name("sha256", digest))
    if sha256(content).hexdigest() != digest:
        raise damaged(storage, content_name("sha256", digest))
    return content


def read_published_manifest(storage: Storage, snapshot_id: str, digest: str) -> tuple[bytes, Manifest]:
    """Return the manifest of a published snapshot, as bytes and parsed.

    Raises ReplicationError, CorruptSnapshot, IncompatibleSnapshot.
    """
    content = read_checked(storage, digest)
    if not is_snapshot_id(snapshot_id) or not digest.startswith(snapshot_id.partition("-")[2]):
        raise damaged(storage, f"the manifest of {snapshot_id}")
    manifest = servable(parse_manifest(content, Path(snapshot_id)), Path(snapshot_id))
    if wrong := [name for name in manifest.files if not is_file_name(name)]:
        raise ReplicationError(
            f"the manifest of {snapshot_id} in {storage.address} lists {wrong[0]!r}, which is no file name"
        )
    return content, manifest


def read_originals(storage: Storage, published: PublishedSnapshot) -> dict[str, int]:
    """Return the sizes of the originals of a published snapshot, by digest. Raises ReplicationError."""
    if published.originals is None:
        return {}
    try:
        return _SIZES.validate_json(read_checked(storage, published.originals))
    except ValidationError as error:
        raise damaged(storage, content_name("sha256", published.originals)) from error


def damaged(storage: Storage, name: str) -> ReplicationError:
    """Return the error for content that differs from its digest."""
    return ReplicationError(f"{name} in the storage {storage.address} is damaged, so it is not taken")
