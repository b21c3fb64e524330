"""How a question is held: as its text, or as a keyed hash (HMAC) that shows only whether two questions are the same."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

_PREFIX = "hmac-sha256:"


@dataclass(frozen=True, slots=True)
class Questions:
    """Converts questions to the form in which the log holds them. `key` is that of the hash, None for text."""

    key: str | None = None

    def held(self, question: str) -> str:
        """Return the form that is held."""
        if self.key is None:
            return question
        text = question.encode("utf-8", "surrogatepass")
        return _PREFIX + hmac.digest(self.key.encode(), text, "sha256").hex()


AS_TEXT = Questions()
