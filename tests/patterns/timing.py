"""Time a pattern on its worst inputs, in processor time and with a limit that ends a match."""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import NamedTuple

from rag.types import Ask
from tests.patterns.collecting import DOCUMENT, Used
from tests.patterns.worst_inputs import worst_inputs

LIMIT = 0.1
"""Seconds of processor time for a text of `Used.longest` characters."""

_SCREENED = 8_000
"""Characters of the first try. If a pattern is fast on them, quadratic time is fast enough on the whole text too."""


class Slow(NamedTuple):
    """A pattern that takes longer than `LIMIT`."""

    place: str
    method: str
    seconds: float
    text: str


class _LateError(Exception):
    """The timer ended a match."""


def slowest(used: Used) -> Slow | None:
    """Return the first input on which a pattern takes longer than `LIMIT` in each of three tries; None without one."""
    short = min(_SCREENED, used.longest)
    share = (short / used.longest) ** 2
    whole: list[str] = []
    for number, text in enumerate(_inputs(used, short)):
        for method in sorted(used.methods):
            if _seconds(used, method, text) < LIMIT * share:
                continue
            whole = whole or list(_inputs(used, used.longest))
            taken = min(_seconds(used, method, whole[number]) for _ in range(3))
            if taken > LIMIT:
                return Slow(used.place, method, taken, text[:40])
    return None


def _inputs(used: Used, length: int) -> list[str]:
    texts = worst_inputs(used.pattern, length)
    # `Ask` makes one space of a long run of white space in a question.
    return list(texts) if used.longest == DOCUMENT else [Ask(question=text).question for text in texts]


def _seconds(used: Used, method: str, text: str) -> float:
    """Return the processor time of one call; `re` checks for signals, so that a slow match ends at three limits."""
    earlier = signal.signal(signal.SIGVTALRM, _end)
    start = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, 3 * LIMIT)
        found = getattr(used.pattern, method)(text)
        if method == "finditer":
            for _ in found:
                pass
    except _LateError:
        pass
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, earlier)
    return time.process_time() - start


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise _LateError
