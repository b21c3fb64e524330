"""Lists every answer beside its known answers, so that a reader can judge it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from rag.evaluation.answers import best_sentence, token_f1
from rag.evaluation.benchmarks import Question
from rag.evaluation.gold_evidence import gold_in_evidence, is_refused
from rag.evaluation.labelled_index import IndexedBenchmark, Labels
from rag.evaluation.predictions import Prediction
from rag.text import one_line
from rag.types import Citation, Hit, Statement

VERDICTS = "right, partly, wrong, rightly refused or wrongly refused"


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement of an answer, with the places that it cites."""

    text: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One answer and the labels of its question.

    `refused` is true if the service would not show the statements. `f1` compares the first statement with the known
    answers. `best` is the sentence of the evidence that is most like a known answer; it has the F1 `best_f1`. Both are
    None without known answers. `gold_in_evidence` is None without other labels. A reader fills in `verdict`.
    """

    benchmark: str
    id: str
    question: str
    history: tuple[str, ...]
    answerable: bool | None
    known: tuple[str, ...]
    labels: tuple[str, ...]
    gold_in_evidence: bool | None
    refused: bool
    confidence: float
    statements: tuple[ShownStatement, ...]
    f1: float | None
    best: str | None
    best_f1: float | None
    evidence: tuple[str, ...]
    verdict: str = ""


def answer_records(indexed: IndexedBenchmark, predictions: Sequence[Prediction], bar: float) -> list[AnswerRecord]:
    """Return a record of each answer. The service refuses a question below the confidence `bar`."""
    questions = zip(predictions, indexed.benchmark.questions, indexed.labels, strict=True)
    return [_record(indexed, one, question, labels, bar) for one, question, labels in questions]


def json_lines(records: Sequence[AnswerRecord]) -> str:
    """Return the records as JSON, one a line."""
    return "".join(f"{json.dumps(asdict(record), ensure_ascii=False)}\n" for record in records)


def markdown(records: Sequence[AnswerRecord]) -> str:
    """Return the records as a Markdown page with a line for each verdict."""
    head = f"# Answers\n\nA verdict is one of: {VERDICTS}.\n"
    return "\n".join([head, *(_section(number, record) for number, record in enumerate(records, 1))])


def _record(indexed: IndexedBenchmark, one: Prediction, question: Question, labels: Labels, bar: float) -> AnswerRecord:
    known, answer = question.references, one.answer
    first = answer.statements[0].text if answer.statements else ""
    best, best_f1 = best_sentence(answer.evidence, known) if known else (None, None)
    labelled = bool(labels.gold or labels.documents)
    return AnswerRecord(
        benchmark=indexed.benchmark.name,
        id=question.id,
        question=question.text,
        history=tuple(f"{turn.role}: {turn.content}" for turn in question.history),
        answerable=question.answerable,
        known=known,
        labels=_labels(indexed, question),
        gold_in_evidence=gold_in_evidence(answer.evidence, labels, indexed.texts) if labelled else None,
        refused=is_refused(answer, bar),
        confidence=round(answer.confidence, 4),
        statements=tuple(map(_shown, answer.statements)),
        f1=round(max(token_f1(first, reference) for reference in known), 4) if known else None,
        best=best,
        best_f1=None if best_f1 is None else round(best_f1, 4),
        evidence=tuple(map(_place, answer.evidence)),
    )


def _labels(indexed: IndexedBenchmark, question: Question) -> tuple[str, ...]:
    """Return the labels as qrels.tsv writes them; for a question with gold spans, the quotes."""
    if question.evidence:
        return tuple(f"{one.document}: {one_line(one.quote)}" for one in question.evidence)
    pages = indexed.benchmark.pages.get(question.id, ())
    documents = (name for name, score in indexed.benchmark.relevance.get(question.id, {}).items() if score > 0)
    return tuple(f"{page.document}#{page.number}" for page in pages) or tuple(documents)


def _shown(statement: Statement) -> ShownStatement:
    return ShownStatement(one_line(statement.text), tuple(map(_place, statement.citations)))


def _place(found: Hit | Citation) -> str:
    page = f", p. {found.page}" if found.page else ""
    return f"{found.reference.title}{page}, characters {found.span.start}-{found.span.end}"


def _section(number: int, record: AnswerRecord) -> str:
    return "\n".join(_section_lines(number, record)) + "\n"


def _section_lines(number: int, record: AnswerRecord) -> Iterator[str]:
    yield f"## {number}. {one_line(record.question)}\n"
    yield f"`{record.id}` of {record.benchmark}\n"
    if record.history:
        yield "\n".join(f"> {one_line(turn)}\n>" for turn in record.history).removesuffix("\n>") + "\n"
    if record.answerable is False:
        yield "- **Unanswerable**"
    yield from (f"- **Known answer:** {one_line(known)}" for known in record.known)
    if record.labels:
        found = (
            "" if record.gold_in_evidence is None else f" (in evidence: {'yes' if record.gold_in_evidence else 'no'})"
        )
        yield f"- **Labels:** {'; '.join(record.labels)}{found}"
    if record.best is not None:
        yield f"- **Best sentence of the evidence,** F1 {record.best_f1:.2f}: {record.best}"
    refused = ", **refused**; without the bar it would say" if record.refused else ""
    f1 = "" if record.f1 is None else f", F1 of the first statement {record.f1:.2f}"
    yield f"\nAnswer, confidence {record.confidence:.2f}{f1}{refused}:\n"
    for place, statement in enumerate(record.statements, 1):
        yield f"{place}. {statement.text} _({'; '.join(statement.places)})_"
    yield "\nVerdict: "
