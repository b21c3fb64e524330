"""Cuts off replies that are too long, and checks that a reply has an end."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from rag.errors import BackendUnavailable
from rag.protocols import Finish, GeneratorEvent, Text

MAX_CHARACTERS = 20_000
"""The most characters of a reply, because some servers ignore the limit on tokens."""


async def cut_off(events: AsyncGenerator[GeneratorEvent, None]) -> AsyncGenerator[GeneratorEvent, None]:
    """Yield the events until the reply ends or is too long. Raises BackendUnavailable if it breaks off."""
    room = MAX_CHARACTERS
    finished = False
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Text):
                if text := _valid(event.text[:room]):
                    yield Text(text)
                room -= len(event.text)
                if room < 0:
                    yield Finish("length")
                    return
                continue
            finished = finished or isinstance(event, Finish)
            yield event
    if not finished:
        raise BackendUnavailable("the reply broke off before its end")


def _valid(text: str) -> str:
    """Replace half surrogate pairs, which JSON may contain and an answer must not."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
