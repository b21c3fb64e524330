"""The limits that a chat client sets for a text: a number of tokens, and sequences at which the text stops.

A text consists of whole sentences with their citations, so a limit leaves out sentences and never cuts one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

FinishReason: TypeAlias = Literal["stop", "length"]
"""Why a text ends: `length` if the limit on its tokens left out sentences, else `stop`."""


@dataclass(slots=True)
class OutputLimit:
    """Admits the parts of a text in their order, until one would reach a limit.

    `most` is the limit on tokens, as `count_tokens` counts them, or None. `stops` are the sequences that the text must
    not contain. `reached` is the limit that was reached, or None.
    """

    count_tokens: Callable[[str], int] = len
    most: int | None = None
    stops: tuple[str, ...] = ()
    text: str = ""
    reached: FinishReason | None = None

    def admits(self, part: str) -> bool:
        """Return whether the text may continue with `part`. After a part that it may not, it has ended."""
        if self.reached is None:
            text = self.text + part
            if any(stop in text for stop in self.stops):
                self.reached = "stop"
            elif self.most is not None and self.count_tokens(text) > self.most:
                self.reached = "length"
            else:
                self.text = text
        return self.reached is None
