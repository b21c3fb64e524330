"""Turns the defences off, so that the cases show that they can be followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from rag.answer.claim_quotes import quotes_of
from rag.answer.commands import without_commands
from rag.answer.verification import Verdict, Verifier
from rag.sources.documents import parse
from rag.sources.html.hidden_parts import HiddenParts
from rag.sources.parser_process import ParserProcess
from rag.text import one_line
from rag.types import Draft

_READING: dict[str, Callable[..., object]] = {
    "rag.sources.html.remove_invisible": lambda tree: None,
    "rag.sources.pdf.lines._visible": lambda characters, line, run: True,
    "rag.sources.pdf.lines._legible": lambda characters, run: run,
    "rag.sources.word.inline._is_hidden": lambda *_: False,
    "rag.text.normalisation.without_invisible": lambda text: text,
}
_ANSWERING: dict[str, Callable[..., object]] = {
    "rag.answer.commands.is_misplaced": lambda *_: False,
    "rag.answer.verification.is_misplaced": lambda *_: False,
    "rag.answer.verification.has_foreign_link": lambda *_: False,
    "rag.http.mcp.answer_text.is_misplaced": lambda *_: False,
    "rag.http.chats.transcript.escape": lambda text: text,
    "rag.http.schemas.web_address": lambda url: url,
    "rag.answer.replies.plain_markers": lambda text: text,
}


@contextmanager
def without_defences() -> Iterator[None]:
    """Read hidden text, take orders for evidence, show each sentence of a model, and escape nothing, in the block."""
    with ExitStack() as stack:
        for name, made in {**_READING, **_ANSWERING}.items():
            stack.enter_context(patch(name, made))
        # The parser has a process of its own, in which the defences would stay on.
        stack.enter_context(patch.object(ParserProcess, "parse", lambda _, path: parse(path)))
        stack.enter_context(patch.object(HiddenParts, "__bool__", lambda _: False))
        stack.enter_context(patch.object(Verifier, "_decide", _kept))
        yield


def _kept(verifier: Verifier, draft: Draft) -> Verdict:
    """Show a sentence in the words of the model, with a quote of the first passage."""
    [hit] = without_commands(verifier.evidence[:1], verifier.question)
    quote = next(one for one in quotes_of(hit, 0))
    return verifier._kept(one_line(draft.text), [quote])
