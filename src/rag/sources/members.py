"""The files within a file, such as those of an archive or the attachments of an e-mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from rag.sources.blocks import Facts

_UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")
_LONGEST = 1_000  # characters of a name


@dataclass(frozen=True, slots=True)
class Member:
    """A file within a file.

    `name` is its path there, which never climbs out. `load` returns its bytes and raises UnreadableSource. `facts` are
    added to its metadata.
    """

    name: str
    load: Callable[[], bytes]
    facts: Facts = field(default_factory=dict)


class MemberParser(Protocol):
    """Finds the files within a file."""

    def __call__(self, raw: bytes) -> Iterator[Member]:
        """Yield the files. Raises UnreadableSource if the bytes are not of the format."""
        ...


def safe_name(name: str) -> str:
    """Return a path without a root, without steps upwards and without control characters; "" if nothing is left."""
    parts = re.split(r"[/\\]+", _UNSAFE.sub(" ", name))
    return "/".join(part.strip() for part in parts if part.strip() not in ("", ".", ".."))[:_LONGEST]


def unique(name: str, seen: set[str]) -> str:
    """Return the name, with a number before its suffix if it is in `seen`, and add the result to `seen`."""
    stem, dot, suffix = name.rpartition(".") if "." in name.rpartition("/")[2] else (name, "", "")
    found, number = name, 1
    while found in seen:
        number += 1
        found = f"{stem} ({number}){dot}{suffix}"
    seen.add(found)
    return found
