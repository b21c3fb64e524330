"""Reads a benchmark: a folder with documents, questions, and labels of the right answers.

    corpus.jsonl   {"_id", "title", "text", "metadata"}
    queries.jsonl  {"_id", "text", "history"?, "answerable"?, "answers"?, "evidence"?, "gold_sentences"?}
    qrels.tsv      query-id  corpus-id  score, below a header line

This is the layout of BEIR (Thakur et al. 2021) with optional fields. `history` holds the turns before the question,
`evidence` spans of raw document texts that answer it, and `gold_sentences` the sentences that each annotator chose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import UnreadableSource
from rag.text import normalise
from rag.types import Turn

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    id: str = Field(alias="_id", min_length=1)
    text: str


class RawDocument(_Line):
    """The id and the raw text of a document in the corpus. Ingestion reads the rest of the line."""


class Evidence(BaseModel):
    """Words that answer a question: `text[start:end] == quote` in the raw text of the document with that `_id`."""

    model_config = ConfigDict(frozen=True, strict=True)

    document: str
    start: int
    end: int
    quote: str


class Question(_Line):
    """A question and the labels of its right answer. `answerable` is None if nobody judged it."""

    history: tuple[Turn, ...] = ()
    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    gold_sentences: tuple[tuple[str, ...], ...] = ()

    @property
    def references(self) -> tuple[str, ...]:
        """The texts to compare an answer with: the joined sentences of each annotator, else the answers."""
        joined = tuple(" ".join(sentences) for sentences in self.gold_sentences if sentences)
        return joined or self.answers


Relevance: TypeAlias = Mapping[str, Mapping[str, int]]
"""The relevance of each judged document, by question."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark, named after its folder."""

    name: str
    corpus: Path
    documents: tuple[RawDocument, ...]
    questions: tuple[Question, ...]
    relevance: Relevance

    def sampled(self, count: int | None) -> Benchmark:
        """Return the benchmark with at most `count` of its questions, evenly spaced."""
        total = len(self.questions)
        if count is None or count >= total:
            return self
        return replace(self, questions=tuple(self.questions[number * total // count] for number in range(count)))


def read(folders: Sequence[Path], most_questions: int | None = None) -> list[Benchmark]:
    """Read benchmarks. Raises UnreadableSource, which names the file and the line of the first error."""
    names = [folder.resolve().name for folder in folders]
    if repeated := [name for name in names if names.count(name) > 1]:
        raise UnreadableSource(f"two benchmarks are named {repeated[0]!r}: their folders must have different names")
    return [_read(folder).sampled(most_questions) for folder in folders]


def _read(folder: Path) -> Benchmark:
    documents = _lines(folder / CORPUS, RawDocument)
    questions = _lines(folder / QUERIES, Question)
    if not questions:
        raise UnreadableSource(f"{folder / QUERIES} has no questions: write one on each line")
    texts = {document.id: document.text for document in documents.values()}
    for number, question in questions.items():
        for evidence in question.evidence:
            _check(evidence, texts, f"line {number} of {folder / QUERIES}")
    ids = {question.id for question in questions.values()}
    relevance = _qrels(folder / QRELS, ids, texts)
    return Benchmark(
        folder.resolve().name, folder / CORPUS, tuple(documents.values()), tuple(questions.values()), relevance
    )


_L = TypeVar("_L", bound=_Line)


def _lines(path: Path, kind: type[_L]) -> dict[int, _L]:
    """Read a JSONL file. Return each object by its line number."""
    found: dict[int, _L] = {}
    seen: dict[str, int] = {}
    for number, line in _numbered(path):
        try:
            read = found[number] = kind.model_validate_json(line)
        except ValidationError as error:
            raise UnreadableSource(f"line {number} of {path} has a wrong format: {_fault(error)}") from error
        if read.id in seen:
            raise UnreadableSource(f"line {number} of {path} repeats the _id {read.id!r} of line {seen[read.id]}")
        seen[read.id] = number
    return found


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise UnreadableSource(
            f"{path} cannot be read: {reason}; a benchmark is a folder with {CORPUS}, {QUERIES} and {QRELS}"
        ) from error
    # Do not use splitlines(): a JSON string may contain U+2028, and splitlines() would break the line there.
    yield from ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _fault(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"][:1].lower() + first["msg"][1:]
    return f"{place}: {message}, not {str(first['input'])[:60]!r}" if place else message


def _check(evidence: Evidence, texts: Mapping[str, str], place: str) -> None:
    if evidence.document not in texts:
        raise UnreadableSource(f"{place} has evidence in {evidence.document!r}, which is not in {CORPUS}")
    if not normalise(evidence.quote) or texts[evidence.document][evidence.start : evidence.end] != evidence.quote:
        raise UnreadableSource(
            f"{place} quotes {evidence.quote[:60]!r}, which is not at {evidence.start}-{evidence.end} of "
            f"{evidence.document!r}"
        )


def _qrels(path: Path, questions: set[str], documents: Mapping[str, str]) -> Relevance:
    (_, header), *rows = list(_numbered(path)) or [(1, "")]
    if header.split("\t")[:2] != ["query-id", "corpus-id"]:
        raise UnreadableSource(f"{path} begins with {header[:60]!r}: its first line must be query-id, corpus-id, score")
    relevance: dict[str, dict[str, int]] = {}
    for number, row in rows:
        question, document, score = _judgement(row.rstrip("\r").split("\t"), f"line {number} of {path}")
        if question not in questions:
            raise UnreadableSource(
                f"line {number} of {path} names the question {question!r}, which is not in {QUERIES}"
            )
        if document not in documents:
            raise UnreadableSource(f"line {number} of {path} names the document {document!r}, which is not in {CORPUS}")
        relevance.setdefault(question, {})[document] = score
    return relevance


def _judgement(cells: Sequence[str], place: str) -> tuple[str, str, int]:
    try:
        question, document, score = cells
        return question, document, int(score)
    except ValueError as error:
        raise UnreadableSource(
            f"{place} has {cells!r}: it must be a question, a document and a whole number, separated by tabs"
        ) from error
