"""Start the answer to a chat client's request, and stop it when the response ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Annotated
from uuid import uuid4

from fastapi import Depends

from rag.answer.conversation import MAX_TURN_LENGTH, MAX_TURNS
from rag.http import schemas
from rag.http.chats import frontend_tasks, model_names
from rag.http.chats.limits import OutputLimit
from rag.http.chats.messages import BaseChatRequest, Message, ask_of
from rag.http.chats.model_names import ModelName
from rag.http.chats.transcript import Output, Transcript, final_events, fixed_text, transcribe
from rag.http.dependencies import LinksDep, ServiceDep, ViewDep
from rag.http.links import Links
from rag.service import View
from rag.types import Ask


@dataclass(frozen=True, slots=True)
class AnswerInProgress:
    """An answer that is being generated. `created` is its start in seconds since 1970."""

    output: Output
    model: ModelName
    ask: Ask
    id: str
    created: int
    count_tokens: Callable[[str], int]

    def usage(self, transcript: Transcript) -> tuple[int, int]:
        """Return the tokens of requests and replies as the language model's server counts them.

        Without such a count, return those of the answer and of the part of the conversation that is read, as the
        encoder counts them.
        """
        if transcript.answer and (used := transcript.answer.usage):
            return used.input_tokens, used.output_tokens
        read = (turn.content[:MAX_TURN_LENGTH] for turn in self.ask.history[-MAX_TURNS:])
        texts = [*read, self.ask.question]
        return sum(map(self.count_tokens, texts)), self.count_tokens(transcript.text)


@dataclass(frozen=True, slots=True)
class ChatAnswerer:
    """Answers chat requests from one view. `links` makes the links of the citations."""

    view: View
    links: Links
    count_tokens: Callable[[str], int]

    @contextmanager
    def start(
        self, request: BaseChatRequest, messages: Sequence[Message], limit: OutputLimit | None = None
    ) -> Iterator[AnswerInProgress]:
        """Yield an answer in progress; stop generating when the response ends or the client disconnects.

        `limit` is that of the client on the text. Raises UnknownModel, NoSnapshot, IncompatibleSnapshot, InvalidFilter
        before it yields.
        """
        model = model_names.find(request.model)
        as_of = schemas.period(request.as_of)
        ask = ask_of(messages, schemas.filters(request.filters), request.limit, as_of)
        assert ask is not None, "validation refuses a request without a question"
        with self._output(ask, model, limit, stream=request.stream) as output:
            yield AnswerInProgress(output, model, ask, uuid4().hex, int(time.time()), self.count_tokens)

    @contextmanager
    def _output(self, ask: Ask, model: ModelName, limit: OutputLimit | None, *, stream: bool) -> Iterator[Output]:
        if frontend_tasks.is_task(ask.question):
            yield fixed_text(frontend_tasks.reply(ask.question))
            return
        with closing(self.view.stream(ask)) as events:
            all_events = chain([next(events)], events)  # `next` raises errors before the response starts
            used_events = all_events if stream else final_events(all_events)
            yield transcribe(used_events, self.links, references=model.references, limit=limit)


async def chat_answerer_of(service: ServiceDep, view: ViewDep, links: LinksDep) -> ChatAnswerer:
    """Return the answerer of chat requests."""
    return ChatAnswerer(view, links, service.count_tokens)


ChatAnswererDep = Annotated[ChatAnswerer, Depends(chat_answerer_of)]
