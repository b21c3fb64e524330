"""The storage that a writer and its replicas share: a folder, or the objects of a bucket through fsspec.

A name in the storage is a relative path. Content appears under its name whole or not at all, and is never changed.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from rag.errors import ConfigurationError, ReplicationError, StorageError
from rag.snapshots.durable import atomic_write, make_folder, new_file, sync_folder

TRANSFERS = 8
"""Files that are moved at the same time."""

_BLOCK = 8 << 20
"""Bytes that one request reads."""

_S3 = ("s3", "s3a")
_S3_OPTIONS = {"connect_timeout": 5, "read_timeout": 30, "retries": {"max_attempts": 2}}
"""Without these limits, botocore waits for minutes until it reports that a bucket cannot be reached."""


class Storage(Protocol):
    """Holds content by name. Its methods raise ReplicationError."""

    address: str

    def sizes(self, folder: str) -> dict[str, int]:
        """Return the size of each content below a folder, by name. A folder that does not exist is empty."""
        ...

    def blocks(self, name: str, size: int) -> Iterator[bytes]:
        """Yield content in blocks. `size` is its expected size in bytes."""
        ...

    def read(self, name: str) -> bytes:
        """Return small content."""
        ...

    def put(self, name: str, content: Path | bytes) -> None:
        """Store content, or store it again if it is there already."""
        ...

    def create(self, name: str, content: bytes) -> bool:
        """Store small content unless the name is taken. Return whether it was stored."""
        ...

    def delete(self, names: Collection[str]) -> None:
        """Delete content. A name that does not exist is ignored."""
        ...


def open_storage(address: str) -> Storage:
    """Return the storage at an address such as `file:///mnt/share` or `s3://bucket/prefix`. Contacts no server.

    Raises ConfigurationError if the address is wrong, or if a package for it is not installed.
    """
    parts = urlsplit(address)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return FolderStorage(Path(unquote(parts.path)), address)
    if parts.scheme in ("", "file"):
        raise ConfigurationError(
            f"RAG_SNAPSHOTS is {address!r}: give an address such as file:///mnt/share/rag, s3://bucket/prefix or "
            "postgresql://host/database"
        )
    return ObjectStorage(address)


class FolderStorage:
    """A folder on a share. Files are forced to its disk before they get their names."""

    def __init__(self, folder: Path, address: str) -> None:
        self.address = address
        self._folder = folder

    def sizes(self, folder: str) -> dict[str, int]:  # noqa: D102
        with self._errors():
            self._check_mounted()
            found = [path for path in (self._folder / folder).rglob("*") if not path.name.startswith(".")]
            return {str(path.relative_to(self._folder)): path.stat().st_size for path in found if path.is_file()}

    def blocks(self, name: str, size: int) -> Iterator[bytes]:  # noqa: D102
        with self._errors():
            file = (self._folder / name).open("rb")
        with file:
            while True:
                with self._errors():
                    block = file.read(_BLOCK)
                if not block:
                    return
                yield block

    def read(self, name: str) -> bytes:  # noqa: D102
        with self._errors():
            return (self._folder / name).read_bytes()

    def put(self, name: str, content: Path | bytes) -> None:  # noqa: D102
        path = self._folder / name
        with self._errors():
            self._check_mounted()
            make_folder(path.parent)
            with atomic_write(path) as file:
                for block in _blocks_of(content):
                    file.write(block)

    def create(self, name: str, content: bytes) -> bool:  # noqa: D102
        path = self._folder / name
        temporary = path.with_name(f".{uuid4().hex}")
        with self._errors():
            self._check_mounted()
            make_folder(path.parent)
            try:
                with new_file(temporary) as file:
                    file.write(content)
                    file.sync()
                _name_if_free(temporary, path)
            except FileExistsError:
                return False
            finally:
                with suppress(OSError):
                    temporary.unlink()
            sync_folder(path.parent)
            return True

    def delete(self, names: Collection[str]) -> None:  # noqa: D102
        with self._errors():
            for name in names:
                (self._folder / name).unlink(missing_ok=True)

    def _check_mounted(self) -> None:
        """Raise an error if the folder does not exist. A new one would be on the disk below the mount point."""
        if not self._folder.is_dir():
            raise ReplicationError(f"the storage {self.address} does not exist: mount the share, or create the folder")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            raise _unusable(self.address, error) from error
        except OSError as error:
            raise _unusable(self.address, f"{error.filename}: {error.strerror}") from error


class ObjectStorage:
    """A bucket, or any other storage that fsspec knows."""

    def __init__(self, address: str) -> None:
        """Raises ConfigurationError."""
        self.address = address
        self._files, self._root = _file_system(address)

    def sizes(self, folder: str) -> dict[str, int]:  # noqa: D102
        with self._errors():
            found = self._files.find(f"{self._root}/{folder}", detail=True)
        start = len(f"{self._root}/")
        return {path[start:]: int(one["size"]) for path, one in found.items()}

    def blocks(self, name: str, size: int) -> Iterator[bytes]:  # noqa: D102
        for start in range(0, size, _BLOCK):
            with self._errors():
                block = self._files.cat_file(f"{self._root}/{name}", start=start, end=min(start + _BLOCK, size))
            yield block

    def read(self, name: str) -> bytes:  # noqa: D102
        with self._errors():
            content: bytes = self._files.cat_file(f"{self._root}/{name}")
            return content

    def put(self, name: str, content: Path | bytes) -> None:  # noqa: D102
        with self._errors():
            if isinstance(content, Path):
                self._files.put_file(str(content), f"{self._root}/{name}")
            else:
                self._files.pipe_file(f"{self._root}/{name}", content)

    def create(self, name: str, content: bytes) -> bool:  # noqa: D102
        with self._errors():
            try:
                self._files.pipe_file(f"{self._root}/{name}", content, mode="create")
            except FileExistsError:
                return False
            return True

    def delete(self, names: Collection[str]) -> None:  # noqa: D102
        with self._errors(), suppress(FileNotFoundError):
            if names:
                self._files.rm([f"{self._root}/{name}" for name in names])

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise _unusable(self.address, error) from error


def _file_system(address: str) -> tuple[Any, str]:
    """Return the file system of fsspec for an address, and the path in it. Raises ConfigurationError."""
    scheme = urlsplit(address).scheme
    options: dict[str, Any] = {"config_kwargs": _S3_OPTIONS} if scheme in _S3 else {}
    try:
        from fsspec.core import url_to_fs

        # A cached listing would hide what other machines have published.
        files, root = url_to_fs(address, use_listings_cache=False, skip_instance_cache=True, **options)
    except ImportError as error:
        extra = "s3" if scheme in _S3 else scheme
        raise ConfigurationError(
            f"RAG_SNAPSHOTS is {address!r}, and a package for it is not installed: {error}: "
            f"pip install 'rag-policy[s3]' for s3, or the package of fsspec for {extra}"
        ) from error
    except (ValueError, TypeError) as error:
        raise ConfigurationError(
            f"RAG_SNAPSHOTS is {address!r}, which is no address of a storage: {error}: give one such as "
            "file:///mnt/share/rag or s3://bucket/prefix"
        ) from error
    return files, str(root).rstrip("/")


def _name_if_free(temporary: Path, path: Path) -> None:
    """Give a file its name in one step. Raises FileExistsError if the name is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # some shares have no hard links
        with path.open("xb") as file:
            file.write(temporary.read_bytes())


def _blocks_of(content: Path | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _unusable(address: str, error: object) -> ReplicationError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return ReplicationError(f"the storage {address} cannot be used: {reason}")
