"""The gate bounds the work and the queue, and is fair between clients."""

from __future__ import annotations

import asyncio

import pytest

from rag.http.admission.gate import Busy, Full, Gate


async def soon() -> None:
    """Let every other task run as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_requests_beyond_the_places_wait_and_those_beyond_the_queue_are_refused() -> None:
    async def main() -> None:
        gate = Gate(places=2, queue=1, seconds=10)
        assert await gate.enter("a")
        assert await gate.enter("a")
        waiting = asyncio.create_task(gate.enter("a"))
        await soon()
        assert (gate.working, gate.waiting) == (2, 1)
        with pytest.raises(Busy):
            gate.check("a")
        with pytest.raises(Busy):
            await gate.enter("a")
        gate.leave("a")
        assert await waiting
        assert (gate.working, gate.waiting) == (2, 0)
        gate.check("a")

    asyncio.run(main())


def test_nobody_waits_longer_than_the_limit() -> None:
    async def main() -> None:
        gate = Gate(places=1, queue=5, seconds=0.05)
        await gate.enter("a")
        with pytest.raises(Busy):
            await gate.enter("a")
        assert (gate.working, gate.waiting) == (1, 0)

    asyncio.run(main())


def test_a_client_that_leaves_gives_up_its_turn() -> None:
    async def main() -> None:
        gate = Gate(places=1, queue=5, seconds=10)
        await gate.enter("a")
        left = asyncio.Event()
        first = asyncio.create_task(gate.enter("a", left))
        second = asyncio.create_task(gate.enter("a"))
        await soon()
        left.set()
        assert not await first
        gate.leave("a")
        assert await second

    asyncio.run(main())


def test_a_cancelled_request_keeps_no_place() -> None:
    async def main() -> None:
        gate = Gate(places=1, queue=5, seconds=10)
        await gate.enter("a")
        waiting = [asyncio.create_task(gate.enter("a")) for _ in range(3)]
        await soon()
        waiting[0].cancel()
        await soon()
        assert gate.waiting == 2
        gate.leave("a")  # gives the place to the second
        waiting[1].cancel()  # before it runs again
        assert await waiting[2]
        assert (gate.working, gate.waiting) == (1, 0)

    asyncio.run(main())


def test_a_client_with_many_requests_does_not_delay_another_one() -> None:
    async def main() -> None:
        gate = Gate(places=1, queue=50, seconds=10)
        await gate.enter("many")
        order: list[str] = []

        async def ask(client: str) -> None:
            await gate.enter(client)
            order.append(client)
            await asyncio.sleep(0)
            gate.leave(client)

        tasks = [asyncio.create_task(ask(client)) for client in ["many"] * 20 + ["few"] * 2]
        await soon()
        gate.leave("many")
        await asyncio.gather(*tasks)
        assert order.count("many") == 20
        assert max(place for place, client in enumerate(order) if client == "few") <= 4

    asyncio.run(main())


def test_a_free_place_goes_to_the_client_with_the_fewest_requests_at_work() -> None:
    async def main() -> None:
        gate = Gate(places=3, queue=50, seconds=10)
        for client in ("slow", "slow", "quick"):
            await gate.enter(client)
        slow = asyncio.create_task(gate.enter("slow"))
        await soon()
        quick = asyncio.create_task(gate.enter("quick"))
        await soon()
        gate.leave("quick")
        await soon()
        assert (quick.done(), slow.done()) == (True, False)
        slow.cancel()

    asyncio.run(main())


def test_a_full_queue_refuses_the_newest_request_of_the_client_with_the_most() -> None:
    async def main() -> None:
        gate = Gate(places=1, queue=4, seconds=10)
        await gate.enter("many")
        many = [asyncio.create_task(gate.enter("many")) for _ in range(4)]
        await soon()
        with pytest.raises(Busy):
            gate.check("many")
        gate.check("few")
        few = asyncio.create_task(gate.enter("few"))
        await soon()
        with pytest.raises(Busy):
            await many[-1]
        assert (gate.waiting, few.done()) == (4, False)
        gate.leave("many")
        gate.leave("many")
        assert await few
        for task in many[:-1]:
            task.cancel()

    asyncio.run(main())


class Turns:
    """A gate with one place. Each turn takes some seconds of a clock that stands still meanwhile."""

    def __init__(self, queue: int, seconds: float) -> None:
        self.now = 0.0
        self.gate = Gate(places=1, queue=queue, seconds=seconds, clock=lambda: self.now)

    async def take(self, turns: int, seconds: float) -> None:
        await self.gate.enter("a")
        for _ in range(turns):
            waiting = asyncio.create_task(self.gate.enter("a"))
            await soon()
            self.now += seconds
            self.gate.leave("a")
            assert await waiting


def test_a_request_that_would_wait_too_long_is_refused_at_once() -> None:
    async def main() -> None:
        turns = Turns(queue=50, seconds=1.05)
        await turns.take(200, seconds=0.1)
        waiting = [asyncio.create_task(turns.gate.enter("a")) for _ in range(10)]
        await soon()
        assert turns.gate.waiting == 10
        with pytest.raises(Busy) as refused:
            turns.gate.check("a")
        assert refused.value.reason is Full.QUEUE_TIME
        few = asyncio.create_task(turns.gate.enter("few"))
        await soon()
        with pytest.raises(Busy):
            await waiting[-1]
        assert (turns.gate.waiting, few.done()) == (10, False)
        for task in (*waiting, few):
            task.cancel()

    asyncio.run(main())


def test_after_slow_turns_some_requests_wait_so_that_quick_ones_are_noticed() -> None:
    async def main() -> None:
        turns = Turns(queue=50, seconds=1.05)
        await turns.take(200, seconds=30)
        turns.gate.check("a")
        first = asyncio.create_task(turns.gate.enter("a"))
        await soon()
        with pytest.raises(Busy):
            turns.gate.check("a")
        turns.gate.leave("a")
        assert await first
        turns.gate.leave("a")
        await turns.take(200, seconds=0.1)
        waiting = asyncio.create_task(turns.gate.enter("a"))
        await soon()
        turns.gate.check("a")
        waiting.cancel()

    asyncio.run(main())


def test_a_pause_without_requests_is_no_long_turn() -> None:
    async def main() -> None:
        turns = Turns(queue=50, seconds=1.05)
        for _ in range(100):
            await turns.take(1, seconds=0.1)
            turns.gate.leave("a")
            turns.now += 100
        await turns.take(1, seconds=0.1)
        waiting = [asyncio.create_task(turns.gate.enter("a")) for _ in range(9)]
        await soon()
        turns.gate.check("a")
        for task in waiting:
            task.cancel()

    asyncio.run(main())


def test_a_refused_client_is_told_when_to_try_again() -> None:
    async def main() -> None:
        gate = Gate(places=1, queue=20, seconds=1)
        await gate.enter("a")
        for _ in range(200):
            gate.leave("a", seconds=2.0)
            await gate.enter("a")
        tasks = [asyncio.create_task(gate.enter("a")) for _ in range(20)]
        await soon()
        with pytest.raises(Busy) as refused:
            gate.check("a")
        assert 30 <= refused.value.seconds <= 41
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(main())


def test_a_request_that_waits_for_another_server_takes_no_place_until_it_works_again() -> None:
    async def main() -> None:
        waiting = 0
        gate = Gate(places=1, queue=5, seconds=10, elsewhere=lambda: waiting)
        await gate.enter("a")
        second, third = (asyncio.create_task(gate.enter("a")) for _ in range(2))
        await soon()
        assert (gate.limit, gate.working, gate.waiting) == (1, 1, 2)
        waiting = 1
        gate.give_places()
        assert await second
        assert (gate.limit, gate.working, gate.waiting) == (2, 2, 1)
        waiting = 0
        gate.leave("a")
        await soon()
        assert (gate.working, third.done()) == (1, False), "the first one works again"
        gate.leave("a")
        assert await third

    asyncio.run(main())
