"""Limits the tokens that a language model may use in one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Lock

from rag.errors import BackendSkipped
from rag.protocols import Usage


def _today() -> date:
    return datetime.now(UTC).date()


USED_UP = "the daily token budget of the language model is used up"


class Budget:
    """Counts the tokens of this process since midnight UTC. `most` is None if there is no limit.

    A call that began within the budget may exceed it by its own tokens. Safe to use from several threads.
    """

    def __init__(self, most: int | None, today: Callable[[], date] = _today) -> None:
        self._most = most
        self._today = today
        self._lock = Lock()
        self._day, self._spent = today(), 0

    @property
    def is_used_up(self) -> bool:
        """Whether the budget of the day is used up."""
        with self._lock:
            self._begin_day()
            return self._most is not None and self._spent >= self._most

    def check(self) -> None:
        """Raise BackendSkipped if the budget of the day is used up."""
        if self.is_used_up:
            raise BackendSkipped(USED_UP)

    def spend(self, usage: Usage) -> None:
        """Add the tokens of a call."""
        with self._lock:
            self._begin_day()
            self._spent += usage.input_tokens + usage.output_tokens

    def _begin_day(self) -> None:
        if (today := self._today()) != self._day:
            self._day, self._spent = today, 0
