"""Made by hand for tests of the calls to a language model: hits, and generators with scripted events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.errors import BackendError
from rag.protocols import Finish, GeneratorEvent, GeneratorRequest
from rag.types import Hit, Reference, Span

END = Finish("stop")

Step = GeneratorEvent | BackendError | None
"""An event to yield, an error to raise, or None to hang until the caller leaves."""


@dataclass
class Steps:
    """A generator that follows one script a call, the last one again and again. It records the requests."""

    scripts: Sequence[Sequence[Step]]
    name: str = "steps"
    address: str | None = None
    cites: bool = False
    optional: Mapping[str, Sequence[str]] = field(default_factory=dict)
    requests: list[GeneratorRequest] = field(default_factory=list)
    ended: int = 0

    async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        self.requests.append(request)
        try:
            for step in self.scripts[min(len(self.requests), len(self.scripts)) - 1]:
                if isinstance(step, BackendError):
                    raise step
                if step is None:
                    await asyncio.Event().wait()
                else:
                    yield step
        finally:
            self.ended += 1


def hit(text: str, start: int = 0) -> Hit:
    return Hit(0, Reference("levy", "The levy"), Span(start, start + len(text)), text, (), (), 1.0)
