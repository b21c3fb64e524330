"""Of a long conversation only the latest part is read, and the kept part rarely changes."""

from __future__ import annotations

import pytest

from rag.answer.conversation import MAX_LENGTH, MAX_TURN_LENGTH, MAX_TURNS, _exchanges
from rag.types import Role, Turn


def history(turns: int, length: int) -> list[Turn]:
    roles = (Role.USER, Role.ASSISTANT)
    return [Turn(roles[number % 2], f"{number:04} ".ljust(length, "x")) for number in range(turns)]


def kept(turns: list[Turn]) -> list[Turn]:
    return [turn for exchange in _exchanges(turns) for turn in exchange]


@pytest.mark.parametrize(("turns", "length"), [(50, 8_000), (12, 2_000), (50, 300), (4, 5_000), (1, 100_000)])
def test_the_part_that_is_read_is_bounded(turns: int, length: int) -> None:
    read = kept(history(turns, length))
    assert read
    assert len(read) <= MAX_TURNS
    assert max(len(turn.content) for turn in read) <= MAX_TURN_LENGTH
    assert sum(len(turn.content) for turn in read) <= MAX_LENGTH
    assert read[-1].content[:4] == f"{turns - 1:04}", "the latest turn is read"


def test_a_short_conversation_is_read_in_full() -> None:
    turns = history(6, 400)
    assert kept(turns) == turns


def test_the_first_turn_that_is_read_rarely_changes() -> None:
    turns = history(24, 500)
    firsts = [kept(turns[:end])[0].content[:4] for end in range(2, 24, 2)]
    assert firsts == sorted(firsts)
    assert len(set(firsts)) <= len(firsts) / 2 + 1, "otherwise the cached topic of the conversation would be useless"
