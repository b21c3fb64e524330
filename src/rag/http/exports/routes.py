"""The route that turns answers of this service into a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Response
from pydantic import Field

from rag.http.dependencies import LinksDep, ViewDep
from rag.http.exports import bibtex, csl, markdown, plain, ris, word
from rag.http.exports.content import Content, content
from rag.http.keeping.sealing import GivenAnswer, SealingDep
from rag.http.openapi import ANY_PROBLEM, problems
from rag.http.schemas import MAX_TURNS, Request

router = APIRouter(responses=ANY_PROBLEM)


class Format(StrEnum):
    """The format of an export."""

    WORD = "word"
    MARKDOWN = "markdown"
    TEXT = "text"
    BIBTEX = "bibtex"
    CSL = "csl"
    RIS = "ris"


class _Writer(NamedTuple):
    write: Callable[[Content], bytes]
    media_type: str
    file: str


_WRITERS: Mapping[Format, _Writer] = {
    Format.WORD: _Writer(
        word.write, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "answers.docx"
    ),
    Format.MARKDOWN: _Writer(markdown.write, "text/markdown; charset=utf-8", "answers.md"),
    Format.TEXT: _Writer(plain.write, "text/plain; charset=utf-8", "answers.txt"),
    Format.BIBTEX: _Writer(bibtex.write, "application/x-bibtex; charset=utf-8", "sources.bib"),
    Format.CSL: _Writer(csl.write, "application/vnd.citationstyles.csl+json", "sources.json"),
    Format.RIS: _Writer(ris.write, "application/x-research-info-systems; charset=utf-8", "sources.ris"),
}


class ExportRequest(Request):
    """Answers to write into a file."""

    answers: Annotated[list[GivenAnswer], Field(min_length=1, max_length=MAX_TURNS)]
    format: Format
    accessed: date | None = Field(None, description="The day of the answers. Without it, today (UTC).")


_FILE = {"type": "string", "format": "binary"}


@router.post(
    "/v1/exports",
    tags=["kept answers"],
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {writer.media_type.partition(";")[0]: {"schema": _FILE} for writer in _WRITERS.values()},
        },
        **problems(422, 503),
    },
)
def export(body: ExportRequest, view: ViewDep, sealing: SealingDep, links: LinksDep) -> Response:
    """Write answers of this service into a file: a text with footnotes, or a bibliography of the cited documents.

    Nothing is stored. A note says so if its words have moved, changed or gone from the index since.
    """
    answers = [sealing.opened(given) for given in body.answers]
    checked = [(answer, view.check(answer)) for answer in answers]
    documents = {stored.reference.id: stored for stored in view.cited(answers)}
    accessed = body.accessed or datetime.now(UTC).date()
    writer = _WRITERS[body.format]
    headers = {"Content-Disposition": f'attachment; filename="{writer.file}"'}
    written = writer.write(content(checked, documents, links, accessed))
    return Response(written, media_type=writer.media_type, headers=headers)
