"""Time a pattern on its worst inputs, in processor time and with a limit that ends a match.

Machines differ in speed, so times are compared with that of a simple pattern, measured just before.
"""

from __future__ import annotations

import re
import signal
import time
from functools import cache
from statistics import median
from types import FrameType
from typing import NamedTuple

from rag.types import Ask
from tests.patterns.collecting import DOCUMENT, Used
from tests.patterns.worst_inputs import worst_inputs

MOST_READS = 100
"""The most processor time on a text of `Used.longest` characters, in readings of `DOCUMENT` by a simple pattern.

A pattern with quadratic time takes thousands of readings.
"""

_SIMPLE, _WORDS = re.compile(r"\w+"), "word " * (DOCUMENT // 5)
_READINGS = 10  # one alone is too short for the clocks of some machines

_SCREENED = 8_000
"""Characters of the first try. If a pattern is fast on them, quadratic time is fast enough on the whole text too."""


class Slow(NamedTuple):
    """A pattern that takes longer than `MOST_READS` readings. `reads` is its time."""

    place: str
    method: str
    reads: float
    text: str


class _LateError(Exception):
    """The timer ended a match."""


def slowest(used: Used) -> Slow | None:
    """Return the first input on which a pattern is too slow in each of four tries; None without one."""
    short = min(_SCREENED, used.longest)
    share = (short / used.longest) ** 2
    whole: list[str] = []
    limit = MOST_READS * _first_reading()
    for number, text in enumerate(_inputs(used, short)):
        for method in sorted(used.methods):
            if _seconds(used, method, text, limit) < limit * share:
                continue
            whole = whole or list(_inputs(used, used.longest))
            if _seconds(used, method, whole[number], limit) < limit / 2:
                continue
            reads = min(_reads(used, method, whole[number]) for _ in range(3))
            if reads > MOST_READS:
                return Slow(used.place, method, reads, text[:40])
    return None


def _reads(used: Used, method: str, text: str) -> float:
    reading = _reading()
    return _seconds(used, method, text, MOST_READS * reading) / reading


@cache
def _first_reading() -> float:
    """Return one reading for the first tries of all patterns, which need no exact limit."""
    return _reading()


def _reading() -> float:
    """Return the processor time in which a simple pattern reads `DOCUMENT` characters."""
    return median(_seconds_of_readings() for _ in range(3)) / _READINGS


def _seconds_of_readings() -> float:
    start = time.process_time()
    for _ in range(_READINGS):
        for _ in _SIMPLE.finditer(_WORDS):
            pass
    return time.process_time() - start


def _inputs(used: Used, length: int) -> list[str]:
    texts = worst_inputs(used.pattern, length)
    # `Ask` makes one space of a long run of white space in a question.
    return list(texts) if used.longest == DOCUMENT else [Ask(question=text).question for text in texts]


def _seconds(used: Used, method: str, text: str, limit: float) -> float:
    """Return the processor time of one call; `re` checks for signals, so that a slow match ends at three limits."""
    earlier = signal.signal(signal.SIGVTALRM, _end)
    start = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, 3 * limit)
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
