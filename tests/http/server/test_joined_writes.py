"""The head and the body of a response are sent together, in order, and nothing is held for long."""

from __future__ import annotations

import asyncio
from typing import Any

from rag.http.server.joined_writes import JoinedWrites


class Recorded(asyncio.Transport):
    """Records calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Any] = []

    def write(self, data: Any) -> None:
        self.calls.append(bytes(data))

    def close(self) -> None:
        self.calls.append("close")

    def abort(self) -> None:
        self.calls.append("abort")


def calls_of(*steps: str | bytes | None) -> list[Any]:
    """Write bytes, call methods by name, or wait for the event loop with None. Return the calls that arrive."""

    async def main() -> list[Any]:
        recorded = Recorded()
        joined = JoinedWrites(recorded, asyncio.get_running_loop())
        for step in steps:
            if isinstance(step, bytes):
                joined.write(step)
            elif step is None:
                await asyncio.sleep(0)
            else:
                getattr(joined, step)()
        return recorded.calls

    return asyncio.run(main())


def test_two_writes_arrive_as_one() -> None:
    assert calls_of(b"head", b"body") == [b"headbody"]


def test_no_write_waits_longer_than_until_the_event_loop_is_free() -> None:
    assert calls_of(b"head", None) == [b"head"]


def test_of_many_writes_only_the_last_one_is_held() -> None:
    assert calls_of(b"1", b"2", b"3", b"4", b"5", None, b"6", None) == [b"12", b"34", b"5", b"6"]


def test_what_is_held_is_sent_before_the_connection_is_closed() -> None:
    assert calls_of(b"head", "close", None) == [b"head", "close"]


def test_an_abort_sends_nothing_more() -> None:
    assert calls_of(b"head", "abort", None) == ["abort"]


def test_nothing_is_not_written() -> None:
    assert calls_of(b"", None) == []
