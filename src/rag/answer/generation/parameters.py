"""Remembers the optional parameters that a server refused, so that each is refused only once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock

from rag.errors import BackendUnavailable

SCHEMA = "schema"
"""The name of the parameter with the JSON Schema."""

_INVALID = (400, 422)


class Parameters:
    """The parameters that a server may refuse, and those that it has refused. Safe to use from several threads."""

    def __init__(self, optional: Mapping[str, Sequence[str]]) -> None:
        self._optional = optional
        self._lock = Lock()
        self.refused: frozenset[str] = frozenset()

    def learn(self, error: BackendUnavailable) -> bool:
        """Remember the parameters that an error names. Return whether the request can be sent again without them."""
        if error.status not in _INVALID:
            return False
        message = str(error).lower()
        named = {name for name, words in self._optional.items() if any(word.lower() in message for word in words)}
        with self._lock:
            new = named - self.refused
            self.refused |= new
        return bool(new)

    def refuse(self, name: str) -> None:
        """Remember that the server ignores a parameter."""
        with self._lock:
            self.refused |= {name}
