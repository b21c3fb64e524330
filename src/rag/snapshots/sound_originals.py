"""Checks the table `original` in the database of a backup. This is done before all other checks of the database."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from rag.snapshots.hostile import Unsound, connect
from rag.snapshots.tables import SCHEMA

_MAX_DETAILS = 1 << 20
"""Bytes of a cell with the details of an original. Names and the facts of a page have a few hundred."""

_MAX_NAME = 255
"""Bytes of a file name."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DETAILS = {"name", "given", "line", "sidecar", "page"}
_PAGE = {"url", "title", "published", "author"}

_ROWS = f"SELECT document, sha256, sidecar_sha256, substr(details, 1, {_MAX_DETAILS + 1}) FROM original"  # noqa: S608 - a number
_NO_DOCUMENT = "SELECT document FROM original WHERE document NOT IN (SELECT number FROM document) LIMIT 1"
_TABLE = "SELECT type, sql FROM sqlite_schema WHERE name = 'original' COLLATE NOCASE"


def references(path: Path) -> frozenset[str]:
    """Return the digests of all originals to which a database refers. Raises Unsound if the table is not sound.

    The other tables are not checked. Databases of older formats have no table `original`.
    """
    try:
        with closing(connect(path)) as connection:
            found = connection.execute(_TABLE).fetchall()
            if not found:
                return frozenset()
            if found != _expected():
                raise Unsound("its table original has another schema")
            return frozenset(digest for digests in _digests(connection) for digest in digests)
    except (sqlite3.Error, OSError, UnicodeError) as error:
        raise Unsound("its database cannot be read") from error


def check_originals(connection: sqlite3.Connection) -> None:
    """Check that each original belongs to a document, and that its cells are valid. Raises Unsound."""
    if connection.execute(_TABLE).fetchone() is None:
        return
    for _ in _digests(connection):
        pass
    if connection.execute(_NO_DOCUMENT).fetchone() is not None:
        raise Unsound("an original belongs to a document that does not exist")


@cache
def _expected() -> list[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        return connection.execute(_TABLE).fetchall()


def _digests(connection: sqlite3.Connection) -> Iterator[list[str]]:
    """Yield the digests of each original. Raises Unsound at the first one that is not valid."""
    for number, sha256, sidecar, details in connection.execute(_ROWS):
        digests = [sha256] if sidecar is None else [sha256, sidecar]
        if not all(map(is_digest, digests)):
            raise Unsound(f"the original of document {number} has a digest that is not valid")
        if not are_details(details, has_sidecar=sidecar is not None):
            raise Unsound(f"the original of document {number} has details that are not valid")
        yield digests


def is_digest(value: object) -> bool:
    """Return whether a value has the form of a sha256."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def are_details(cell: object, *, has_sidecar: bool) -> bool:
    """Return whether a cell has the details that `tables.original_row` writes."""
    if not isinstance(cell, str) or len(cell.encode()) > _MAX_DETAILS:
        return False
    try:
        known = json.loads(cell)
    except (ValueError, RecursionError):
        return False
    if not isinstance(known, dict) or known.keys() != _DETAILS:
        return False
    line, suffix, page = known["line"], known["sidecar"], known["page"]
    return (
        _is_name(known["name"])
        and isinstance(known["given"], str | None)
        and (line is None or (type(line) is int and line >= 1))
        and (_is_name(suffix) if has_sidecar else suffix is None)
        and (page is None or _is_page(page))
    )


def _is_name(value: object) -> bool:
    """Return whether a value is a file name without a folder. It may have bytes that are not UTF-8."""
    if not isinstance(value, str) or "/" in value or "\0" in value or value in ("", ".", ".."):
        return False
    try:
        return len(value.encode(errors="surrogateescape")) <= _MAX_NAME
    except UnicodeError:
        return False


def _is_page(value: Any) -> bool:  # noqa: ANN401 - JSON can be of any type
    return (
        isinstance(value, dict)
        and value.keys() == _PAGE
        and isinstance(value["url"], str)
        and all(isinstance(one, str | None) for one in value.values())
    )
