"""The calls to the language model for one question: the rewrite of a follow-up, and the answer."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from rag.answer.generation.deadline import Deadline
from rag.answer.generation.departure import departure
from rag.answer.generation.fitting import estimate_tokens, fitting
from rag.answer.generation.model import LanguageModel
from rag.answer.generation.native import read_proposals
from rag.answer.generation.reply import Part, Reply
from rag.answer.generation.structured import SCHEMA, read_parts
from rag.answer.prompts import Form, Prompts, passage_of, tagged
from rag.errors import BackendSkipped
from rag.protocols import Finish, GeneratorRequest, Passage, PassageCitation, Text, Usage
from rag.types import Hit, Turn

_REWRITE_SHARE = 0.4
"""The share of the deadline for the rewrite, so that the answer has time left."""


class Session:
    """Calls the language model for one question, with one deadline for all calls. `usage` adds up their tokens.

    The deadline counts from the arrival of the request, so a wait for a thread counts too.
    """

    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts
        client = departure.get()
        self._deadline = Deadline((client.arrival if client else time.monotonic()) + model.limits.timeout)
        self.usage: Usage | None = None

    def rewrite(self, question: str, context: Sequence[Turn]) -> str:
        """Return the model's rewrite of a follow-up; empty if it is incomplete. Raises BackendError."""
        instructions = self._prompts.condensing
        while context and self._room(instructions, self._prompts.conversation(question, context)) < 0:
            context = context[1:]
        reply = Reply()
        build = partial(self._rewrite_request, instructions, self._prompts.conversation(question, context))
        with closing(self._events(build, self._deadline.part(_REWRITE_SHARE), reply)) as events:
            text = "".join(event.text for event in events if isinstance(event, Text))
        return text if reply.finish == "stop" else ""

    @contextmanager
    def answer(self, question: str, evidence: Sequence[Hit]) -> Iterator[Reply]:
        """Yield the reply to a question. The call ends with the block. Raises BackendError, also from the parts."""
        passages = self._fitting(question, evidence)
        reply = Reply()
        build = partial(self._answer_request, question, passages)
        with closing(self._events(build, self._deadline, reply)) as events:
            reply.parts = self._parts(events, evidence[: len(passages)])
            yield reply

    def _parts(self, events: Generator[Text | PassageCitation, None, None], hits: Sequence[Hit]) -> Iterator[Part]:
        if self._model.cites:
            yield from read_proposals(events, hits)
            return
        expected = self._model.structured
        for part in read_parts((event.text for event in events if isinstance(event, Text)), hits):
            if expected and isinstance(part, str):
                self._model.forget_schema()
            yield part

    def _events(self, build: partial[GeneratorRequest], deadline: Deadline, reply: Reply) -> _Words:
        """Yield the words and citations of a call. Record its usage here, and its finish in `reply`."""
        before = self.usage
        with closing(self._model.events(build, deadline)) as events:
            for event in events:
                if isinstance(event, Usage):
                    self.usage = _sum(before, event)
                elif isinstance(event, Finish):
                    reply.finish = event.reason
                else:
                    yield event

    def _rewrite_request(self, instructions: str, prompt: str) -> GeneratorRequest:
        return GeneratorRequest(instructions, prompt, self._model.limits.reply, without=self._model.refused)

    def _answer_request(self, question: str, passages: Sequence[Passage]) -> GeneratorRequest:
        form = self._form()
        return GeneratorRequest(
            self._prompts.instructions,
            self._prompts.render(question, passages, form),
            self._model.limits.reply,
            tuple(passages) if form is Form.DOCUMENTS else (),
            SCHEMA if form is Form.STRUCTURED else None,
            self._model.refused,
        )

    def _form(self) -> Form:
        if self._model.cites:
            return Form.DOCUMENTS
        return Form.STRUCTURED if self._model.structured else Form.MARKERS

    def _fitting(self, question: str, evidence: Sequence[Hit]) -> tuple[Passage, ...]:
        """Return the passages of the evidence that fit into the context window. Raises BackendSkipped if none does."""
        # The form with the longest prompt, because the server may refuse another one.
        room = self._room(self._prompts.instructions, self._prompts.render(question, (), Form.STRUCTURED))
        passages = fitting([passage_of(hit, question) for hit in evidence], room, partial(tagged, len(evidence)))
        if not passages:
            raise BackendSkipped("the question and a passage do not fit into the context window of the language model")
        return passages

    def _room(self, instructions: str, prompt: str) -> int:
        """Return the tokens that are left in the context window beside instructions, prompt and reply."""
        limits = self._model.limits
        return limits.context - limits.reply - estimate_tokens(instructions) - estimate_tokens(prompt)


_Words = Generator[Text | PassageCitation, None, None]


def _sum(first: Usage | None, second: Usage) -> Usage:
    if first is None:
        return second
    return Usage(first.input_tokens + second.input_tokens, first.output_tokens + second.output_tokens)
