"""A gate with places and a bounded queue that is fair between clients.

Each client has a queue of its own. A free place goes to the client with the fewest requests at work, and of those to
the one that has waited longest for its turn. If the queue is full, the client with the longest queue loses its newest
request, so a client that sends many requests refuses only its own. This is fair queueing (Nagle 1987, RFC 970).

The queue is also full if one more request would wait longer than a request may. To refuse it at once is cheaper than to
refuse it after the wait, and its client can go elsewhere earlier.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_WEIGHT = 0.05
"""The weight of the newest value in an average."""


class Full(StrEnum):
    """The reason why a request cannot have a place."""

    QUEUE_FULL = "queue_full"
    QUEUE_TIME = "queue_time"
    BODIES = "bodies"


class Busy(Exception):
    """There is no place, and none will be free in time. `seconds` is the time after which to try again."""

    def __init__(self, seconds: int, reason: Full) -> None:
        super().__init__(f"no place is free: try again in {seconds} s")
        self.seconds = seconds
        self.reason = reason


@dataclass(slots=True, eq=False)
class _Waiting:
    """A request in the queue. The result of `turn` says whether it has a place."""

    client: str
    turn: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Gate:
    """Gives places to requests. All calls come from one event loop."""

    def __init__(
        self,
        places: int,
        queue: int,
        seconds: float,
        elsewhere: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`places` requests work at once, `queue` requests wait, and none waits longer than `seconds`.

        `elsewhere` returns how many of those at work only wait for another server. They take no place.
        """
        self.places = places
        self._queue = queue
        self._seconds = seconds
        self._elsewhere = elsewhere
        self._clock = clock
        self._queues: OrderedDict[str, deque[_Waiting]] = OrderedDict()
        self._working: Counter[str] = Counter()
        self._work_seconds = 0.05  # of one request, averaged
        self._turn_seconds = 0.0  # from one turn to the next while requests wait, averaged
        self._last_turn = 0.0

    def adjust(self, limits: Gate) -> None:
        """Take over the limits of another gate."""
        self.places, self._queue, self._seconds = limits.places, limits._queue, limits._seconds
        self.give_places()

    @property
    def limit(self) -> int:
        """The most requests that are at work now, with those that wait for another server."""
        return self.places + self._elsewhere()

    @property
    def working(self) -> int:
        """The number of requests at work."""
        return self._working.total()

    @property
    def waiting(self) -> int:
        """The number of requests in the queue."""
        return sum(map(len, self._queues.values()))

    def check(self, client: str) -> None:
        """Raise Busy if a request of this client would be refused now."""
        if (reason := self._full()) and self._longest(client) is None:
            raise self._busy(reason)

    async def enter(self, client: str, left: asyncio.Event | None = None) -> bool:
        """Wait for a place. Return whether there is one: False if `left` was set before. Raises Busy."""
        if self.working < self.limit and not self._queues:
            self._working[client] += 1
            return True
        if reason := self._full():
            self._refuse_one(client, reason)
        if not self._queues:
            self._last_turn = self._clock()
        waiting = _Waiting(client)
        self._queues.setdefault(client, deque()).append(waiting)
        return await self._wait(waiting, left)

    def leave(self, client: str, seconds: float | None = None) -> None:
        """Free the place of a request, which has worked for `seconds`."""
        self._working[client] -= 1
        if not self._working[client]:
            del self._working[client]
        if seconds is not None:
            self._work_seconds += _WEIGHT * (min(seconds, 10.0) - self._work_seconds)
        self.give_places()

    async def _wait(self, waiting: _Waiting, left: asyncio.Event | None) -> bool:
        departure = asyncio.ensure_future(left.wait()) if left is not None else None
        try:
            events: list[asyncio.Future[Any]] = [waiting.turn, departure] if departure else [waiting.turn]
            await asyncio.wait(events, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.turn.done():
                if left is not None and left.is_set():
                    return False
                raise self._busy(Full.QUEUE_TIME)
            if not waiting.turn.result():
                raise self._busy()
            return True
        except asyncio.CancelledError:
            if waiting.turn.done() and waiting.turn.result():
                self.leave(waiting.client)
            raise
        finally:
            if departure is not None:
                departure.cancel()
            self._forget(waiting)

    def give_places(self) -> None:
        """Give the free places to requests that wait. Call it when a request begins to wait for another server."""
        while self._queues and self.working < self.limit:
            client = min(self._queues, key=lambda one: self._working[one])  # the first of several, in order of turns
            waiting = self._queues[client].popleft()
            self._working[client] += 1
            waiting.turn.set_result(True)
            self._note_turn()
            if self._queues[client]:
                self._queues.move_to_end(client)
            else:
                del self._queues[client]

    def _note_turn(self) -> None:
        now = self._clock()
        self._turn_seconds += _WEIGHT * (now - self._last_turn - self._turn_seconds)
        self._last_turn = now

    def _forget(self, waiting: _Waiting) -> None:
        queue = self._queues.get(waiting.client)
        if queue is not None and waiting in queue:
            queue.remove(waiting)
            if not queue:
                del self._queues[waiting.client]

    def _full(self) -> Full | None:
        """Return why one more request cannot wait; None if it can. As many as there are places always may."""
        if self.working < self.limit:
            return None
        waiting = self.waiting
        if waiting >= self._queue:
            return Full.QUEUE_FULL
        is_slow = waiting >= self.places and (waiting + 1) * self._turn_seconds > self._seconds
        return Full.QUEUE_TIME if is_slow else None

    def _longest(self, client: str) -> deque[_Waiting] | None:
        """Return the longest queue if it is longer than that of `client` with one more request."""
        longest = max(self._queues.values(), key=len, default=deque[_Waiting]())
        return longest if len(longest) > len(self._queues.get(client, ())) + 1 else None

    def _refuse_one(self, client: str, reason: Full) -> None:
        longest = self._longest(client)
        if longest is None:
            raise self._busy(reason)
        newest = longest.pop()
        if not newest.turn.done():
            newest.turn.set_result(False)

    def _busy(self, reason: Full = Full.QUEUE_FULL) -> Busy:
        return Busy(max(1, round(self.waiting * self._work_seconds / self.places)), reason)
