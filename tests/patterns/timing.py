"""Time a pattern on its worst inputs, in processor time.

Machines differ in speed, so times are compared with that of a simple pattern, measured just before.

`python -m tests.patterns.timing PATTERN` ends each match by a timer, and prints the readings of a slow pattern, or 0.
It needs a process of its own: a signal of the timer that arrives late may end a process, with all its other tests.
"""

from __future__ import annotations

import re
import signal
import sys
import time
from contextlib import suppress
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

_LEAST_TIMER = 0.1
"""Seconds. The timer only has to end a match that would never end. With less, it would interrupt thousands of short
ones a little too late, because the system counts processor time in steps of milliseconds."""

_SHORTER = (3_000, 12_000, 40_000)
"""Characters of the first tries. A pattern that is fast on them is fast enough on the whole text, even in quadratic
time."""


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
    lengths = sorted({min(length, used.longest) for length in (*_SHORTER, used.longest)})
    inputs = {length: list(_inputs(used, length)) for length in lengths[:1]}
    for number in range(len(inputs[lengths[0]])):
        for method in sorted(used.methods):
            for length in lengths:
                if length not in inputs:
                    inputs[length] = list(_inputs(used, length))
                text = inputs[length][number]
                limit = MOST_READS * _first_reading() * (length / used.longest) ** 2
                if _seconds(used, method, text, 3 * limit) < limit:
                    break
            else:
                reads = min(_reads(used, method, text) for _ in range(3))
                if reads > MOST_READS:
                    return Slow(used.place, method, reads, text[:40])
    return None


def _reads(used: Used, method: str, text: str) -> float:
    reading = _reading()
    return _seconds(used, method, text, 3 * MOST_READS * reading) / reading


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


def _seconds(used: Used, method: str, text: str, most: float) -> float:
    """Return the processor time of one call. In a process with a timer, it ends after `most` seconds."""
    start = time.process_time()
    if _has_timer():
        with suppress(_LateError):  # also from the timer that ends while it is being stopped
            try:
                _timing.append(True)
                signal.setitimer(signal.ITIMER_VIRTUAL, max(most, _LEAST_TIMER))
                _match(used, method, text)
            finally:
                _timing.clear()
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    else:
        _match(used, method, text)
    return time.process_time() - start


def _match(used: Used, method: str, text: str) -> None:
    found = getattr(used.pattern, method)(text)
    if method == "finditer":
        for _ in found:
            pass


_timing: list[bool] = []
"""Not empty while a pattern reads a text."""


def _has_timer() -> bool:
    return signal.getsignal(signal.SIGVTALRM) is _end


def _end(_signal: int, _frame: FrameType | None) -> None:
    if _timing:
        raise _LateError


if __name__ == "__main__":
    signal.signal(signal.SIGVTALRM, _end)  # `re` checks for signals
    found = slowest(Used("here", re.compile(sys.argv[1]), frozenset(("search",)), DOCUMENT))
    sys.stdout.write(str(found.reads if found else 0.0))
