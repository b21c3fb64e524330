"""Shared by tests of answering: a few articles, a service over them, and a language model with scripted replies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from rag.adapters.hashing import HashingEncoder
from rag.answer import confidence, prompts
from rag.answer.generation import LanguageModel, Limits
from rag.answer.pipeline import Answerer
from rag.answer.retrieval import Retriever
from rag.errors import BackendError
from rag.protocols import Finish, GeneratorEvent, GeneratorRequest, Text
from rag.service import Service
from rag.settings import Settings
from rag.types import Answer
from rag.wiring import assemble

LEVY = """---
title: The sugar levy
author: Ada Obi
published: 2018-04-06
url: https://example.org/levy
topic: [tax, health]
year: 2018
---

The levy 🥤 took effect on 6 April 2018. Drinks with 8 grams of sugar per 100 millilitres pay 24 pence per litre.

## Exemptions

Fruit juices are exempt from the levy. Small producers of under 1 million litres a year pay nothing.
"""
CHARGE = """---
title: The congestion charge
published: 2003-02
topic: transport
---

The congestion charge is 15 pounds a day. It applies between 07:00 and 18:00 on weekdays.

Residents of the zone had a discount of 90 per cent until it closed to newcomers.
"""
REFERENDUM = """---
title: The referendum in Kazakhstan
topic: constitution
---

The referendum of 5 June 2022 changed 33 articles of the constitution. Turnout was 68 per cent.
"""
ARTICLES = {"levy.md": LEVY, "charge.md": CHARGE, "referendum.md": REFERENDUM}

LEVY_QUESTION = "How many pence per litre do drinks with 8 grams of sugar pay?"


def write(folder: Path, articles: dict[str, str] | None = None) -> Path:
    """Write articles, named by their files, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (ARTICLES if articles is None else articles).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def service(index: Path, *, least_confidence: float = 0.0, generator: Answerer | None = None) -> Service:
    """Return a service over `index` that never abstains by default. `generator` replaces its answerer."""
    settings = Settings(
        _env_file=None,
        index_dir=index,
        encoder="hashing",
        least_confidence=least_confidence,
        queue_seconds=30,  # a slow machine must not refuse requests in tests of other things
    )
    return assemble(settings, answerer=generator)


def ingest(into: Service, *paths: Path, prune: bool = False) -> str:
    """Ingest the articles at `paths` and return the id of the snapshot."""
    report = into.ingest(paths, lambda done, total: None, prune=prune)
    assert not report.failed
    assert report.snapshot is not None
    return report.snapshot


@dataclass
class Scripted:
    """A language model that yields the pieces of a script. An error in the script is raised in its place.

    At None the model hangs until its caller leaves.

    `asked` records the instructions and prompts. `ended` counts the replies that ended, complete or not.
    """

    script: Sequence[str | BackendError | None]
    name: str = "scripted"
    asked: list[tuple[str, str]] = field(default_factory=list)
    ended: int = 0

    address = None
    cites = False
    optional: ClassVar[Mapping[str, Sequence[str]]] = {}
    finish: Literal["stop", "length", "filtered"] = "stop"

    async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        self.asked.append((request.instructions, request.prompt))
        try:
            for piece in self.script:
                if isinstance(piece, BackendError):
                    raise piece
                if piece is None:
                    await asyncio.Event().wait()
                else:
                    yield Text(piece)
            yield Finish(self.finish)
        finally:
            self.ended += 1


def answerer(
    generator: Scripted | None,
    least_confidence: float = 0.0,
    gate: float = 0.0,
    limits: Limits | None = None,
    *,
    translations: bool = False,
) -> Answerer:
    """Return the pipeline with a scripted model, or without one."""
    model = LanguageModel(generator, limits or Limits()) if generator else None
    return Answerer(
        Retriever(HashingEncoder()),
        model,
        prompts.load(),
        confidence.load(),
        least_confidence,
        gate=gate,
        translations=translations,
    )


def check_citations(answer: Answer, texts: dict[str, str]) -> None:
    """Check that every statement cites, that markers count from 1, and that every quote equals the text at its span."""
    assert all(statement.citations for statement in answer.statements)
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in (one for one in answer.citations if not one.record):
        assert citation.span.of(texts[citation.reference.id]) == citation.quote
        assert citation.quote
