"""Puts what a chat client asked to the service, and lends what it is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Annotated
from uuid import uuid4

from fastapi import Depends

from rag.http import schemas
from rag.http.chats import models, tasks
from rag.http.chats.messages import Asked, Message, ask_of
from rag.http.chats.models import Model
from rag.http.chats.transcript import Told, Whole, remark, settled, tell
from rag.http.links import Links
from rag.http.parts import LinksDep, ServiceDep
from rag.service import Service
from rag.types import Ask


@dataclass(frozen=True, slots=True)
class Telling:
    """One answer on its way: what is told, as which model, and the time in seconds since 1970 at which that began."""

    told: Told
    model: Model
    ask: Ask
    id: str
    created: int
    count: Callable[[str], int]

    def usage(self, whole: Whole) -> tuple[int, int]:
        """Return how many tokens, as the encoder counts them, the conversation and the answer have."""
        texts = [*(turn.content for turn in self.ask.history), self.ask.question]
        return sum(map(self.count, texts)), self.count(whole.text)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request needs to be answered."""

    service: Service
    links: Links

    @contextmanager
    def telling(self, asked: Asked, messages: Sequence[Message]) -> Iterator[Telling]:
        """Lend an answer, and end the work on it when the response is done or the client has gone.

        What is wrong with the request or the index is raised here, before anything is told.
        Raises UnknownModel, NoSnapshot, IncompatibleSnapshot, InvalidFilter.
        """
        model = models.named(asked.model)
        ask = ask_of(messages, schemas.filters(asked.filters), asked.limit)
        assert ask is not None, "a request without a question is not valid"
        with self._told(ask, model, stream=asked.stream) as told:
            yield Telling(told, model, ask, uuid4().hex, int(time.time()), self.service.count_tokens)

    @contextmanager
    def _told(self, ask: Ask, model: Model, *, stream: bool) -> Iterator[Told]:
        if tasks.is_task(ask.question):
            yield remark(tasks.reply(ask.question))
            return
        with closing(self.service.stream(ask)) as events:
            events_from_first = chain([next(events)], events)
            told = events_from_first if stream else settled(events_from_first)
            yield tell(told, self.links, references=model.references)


async def asking_with(service: ServiceDep, links: LinksDep) -> Asking:
    """Return what a request needs."""
    return Asking(service, links)


AskingDep = Annotated[Asking, Depends(asking_with)]
