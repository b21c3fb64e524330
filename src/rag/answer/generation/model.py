"""A language model with the limits that hold for every generator."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from dataclasses import dataclass

from rag.answer.generation.breaker import Breaker
from rag.answer.generation.budget import USED_UP, Budget, Spent
from rag.answer.generation.cut_off import cut_off
from rag.answer.generation.deadline import Deadline
from rag.answer.generation.destination import other_host
from rag.answer.generation.event_loop import iterate
from rag.answer.generation.fitting import estimate_tokens
from rag.answer.generation.parameters import SCHEMA, Parameters
from rag.answer.generation.places import Places, Waiting
from rag.answer.generation.recorded_calls import recorded_call
from rag.answer.generation.retries import retried
from rag.errors import BackendUnavailable
from rag.protocols import Generator as LanguageGenerator
from rag.protocols import GeneratorEvent, GeneratorRequest, Text, Usage


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of all calls to a language model.

    `timeout`: seconds for all calls of one question. `waiting`: the most questions that wait at the same time.
    `context`: tokens of a request and its reply. `reply`: tokens of a reply. `daily`: tokens in a day; None: no limit.
    """

    timeout: float = 30.0
    waiting: int = 8
    context: int = 4_096
    reply: int = 1_000
    daily: int | None = None


class LanguageModel:
    """Calls a generator within its limits, and remembers how the server behaves. Safe to use from several threads."""

    def __init__(self, generator: LanguageGenerator, limits: Limits = Limits(), spent: Spent | None = None) -> None:
        """`spent` counts the tokens of the day. Several language models, also of several processes, may share it."""
        self.limits = limits
        self._generator = generator
        self._parameters = Parameters(generator.optional)
        self._places = Places(limits.waiting)
        self._breaker = Breaker()
        self._waiting = Waiting()
        self._budget = Budget(limits.daily, spent or Spent())

    @property
    def name(self) -> str:
        """The specification of the generator."""
        return self._generator.name

    @property
    def host(self) -> str | None:
        """The other host that gets questions and passages; None if they stay on this machine."""
        return other_host(self._generator.address)

    @property
    def cites(self) -> bool:
        """Whether the server cites the passages itself."""
        return self._generator.cites

    @property
    def structured(self) -> bool:
        """Whether the server follows a JSON Schema, as far as is known."""
        optional, refused = self._generator.optional, self._parameters.refused
        return not self.cites and SCHEMA in optional and SCHEMA not in refused

    @property
    def degraded(self) -> str | None:
        """The reason why answers are extractive for now; None if the language model is asked."""
        if self._breaker.is_open:
            return "the language model failed several times, so answers are extractive"
        return f"{USED_UP}, so answers are extractive" if self._budget.is_used_up else None

    @property
    def waiting(self) -> int:
        """The number of questions that wait for the server now."""
        return self._waiting.number

    def on_waiting(self, function: Callable[[], object]) -> None:
        """Call a function, in place of an earlier one, whenever a question begins to wait, in the question's thread."""
        self._waiting.began = function

    @property
    def is_failing(self) -> bool:
        """Whether the breaker is open: the server failed several times, and no later call has succeeded."""
        return self._breaker.is_open

    def forget_schema(self) -> None:
        """Remember that the server ignores the JSON Schema."""
        self._parameters.refuse(SCHEMA)

    def events(
        self, build: Callable[[], GeneratorRequest], deadline: Deadline
    ) -> Generator[GeneratorEvent, None, None]:
        """Yield the events of a call. `build` makes the request, again after the server has refused a parameter.

        Raises BackendSkipped without a call if there is no place, the budget is used up, or the server fails. Raises
        BackendTimeout at the deadline, and BackendUnavailable.
        """
        with recorded_call() as call:
            self._budget.check()
            with self._places.place(), self._breaker.watching(), self._waiting.counted():
                used: Usage | None = None
                words = ""
                with closing(iterate(self._attempts(build, deadline), deadline)) as events:
                    try:
                        for event in events:
                            used = event if isinstance(event, Usage) else used
                            words += event.text if isinstance(event, Text) else ""
                            yield event
                    finally:
                        if used or words:
                            call.usage = used or Usage(estimate_tokens(build().prompt), estimate_tokens(words))
                            self._budget.spend(call.usage)

    async def _attempts(
        self, build: Callable[[], GeneratorRequest], deadline: Deadline
    ) -> AsyncGenerator[GeneratorEvent, None]:
        """Call the generator, and again without each parameter that the server refuses."""
        while True:
            request = build()

            def call(request: GeneratorRequest = request) -> AsyncGenerator[GeneratorEvent, None]:
                return self._generator.generate(request)

            try:
                async with aclosing(cut_off(retried(call, deadline))) as events:
                    async for event in events:
                        yield event
                return
            except BackendUnavailable as error:
                if not self._parameters.learn(error):
                    raise

    @property
    def refused(self) -> frozenset[str]:
        """The optional parameters that the server refused."""
        return self._parameters.refused
