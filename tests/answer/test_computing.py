"""Requests compute a few at a time, and searches go before questions."""

from __future__ import annotations

from threading import Event, Thread

from rag.answer.computing import Computing
from tests.http.serving import wait_for


def test_searches_go_before_questions_that_arrived_earlier() -> None:
    computing = Computing(1)
    order: list[str] = []
    waiting: list[Thread] = []

    def run(name: str) -> None:
        with computing.turn(first=name.startswith("search")):
            order.append(name)

    with computing.turn():
        for name in ("question 1", "question 2", "search 1", "search 2"):
            waiting.append(Thread(target=run, args=(name,)))
            waiting[-1].start()
            wait_for(lambda: len(computing._first) + len(computing._second) == len(waiting), seconds=5)
        assert order == []
    for thread in waiting:
        thread.join()
    assert order == ["search 1", "search 2", "question 1", "question 2"]


def test_never_more_than_the_limit_compute_at_once_and_every_block_has_its_turn() -> None:
    computing = Computing(3)
    running: list[int] = []
    most: list[int] = []

    def run(number: int) -> None:
        with computing.turn(first=number % 3 == 0):
            running.append(number)
            most.append(len(running))
            Event().wait(0.002)
            running.remove(number)

    threads = [Thread(target=run, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 50
    assert max(most) <= 3


def test_a_block_that_fails_hands_its_turn_over() -> None:
    computing = Computing(1)
    for _ in range(3):
        try:
            with computing.turn():
                raise ValueError
        except ValueError:
            pass
    with computing.turn():
        pass
