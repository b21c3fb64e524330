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
from rag.http.chats.messages import Asked, Message, Talk, talk_of
from rag.http.chats.models import Model
from rag.http.chats.transcript import Told, Whole, remark, settled, tell
from rag.http.links import Links
from rag.http.parts import LinksDep, ServiceDep
from rag.wiring import Service


@dataclass(frozen=True, slots=True)
class Telling:
    """One answer on its way: what is told, as which model, and the time in seconds since 1970 at which that began."""

    told: Told
    model: Model
    talk: Talk
    id: str
    created: int
    count: Callable[[str], int]

    def usage(self, whole: Whole) -> tuple[int, int]:
        """Return how many tokens, as the encoder counts them, the conversation and the answer have."""
        asked = [*(turn.content for turn in self.talk.history), self.talk.question]
        return sum(map(self.count, asked)), self.count(whole.text)


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
        talk = talk_of(messages)
        assert talk is not None, "a request without a question is not valid"
        with self._told(asked, talk, model) as told:
            yield Telling(told, model, talk, uuid4().hex, int(time.time()), self.service.encoder.count_tokens)

    @contextmanager
    def _told(self, asked: Asked, talk: Talk, model: Model) -> Iterator[Told]:
        if tasks.is_task(talk.question):
            yield remark(tasks.reply(talk.question))
            return
        events = self.service.stream(talk.question, schemas.filters(asked.filters), asked.limit, talk.history)
        with closing(events):
            events_from_first = chain([next(events)], events)
            told = events_from_first if asked.stream else settled(events_from_first)
            yield tell(told, self.links, references=model.references)


async def asking_with(service: ServiceDep, links: LinksDep) -> Asking:
    """Return what a request needs."""
    return Asking(service, links)


AskingDep = Annotated[Asking, Depends(asking_with)]
