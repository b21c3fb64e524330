"""Limits the tokens that a language model may use in one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Lock

from rag.errors import BackendSkipped
from rag.protocols import Usage


def _today() -> date:
    return datetime.now(UTC).date()


class Budget:
    """Counts the tokens of this process since midnight UTC. `most` is None if there is no limit.

    A call that began within the budget may exceed it by its own tokens. Safe to use from several threads.
    """

    def __init__(self, most: int | None, today: Callable[[], date] = _today) -> None:
        self._most = most
        self._today = today
        self._lock = Lock()
        self._day, self._spent = today(), 0

    def check(self) -> None:
        """Raise BackendSkipped if the budget of the day is used up."""
        with self._lock:
            self._begin_day()
            if self._most is not None and self._spent >= self._most:
                raise BackendSkipped("the daily token budget of the language model is used up")

    def spend(self, usage: Usage) -> None:
        """Add the tokens of a call."""
        with self._lock:
            self._begin_day()
            self._spent += usage.input_tokens + usage.output_tokens

    def _begin_day(self) -> None:
        if (today := self._today()) != self._day:
            self._day, self._spent = today, 0
