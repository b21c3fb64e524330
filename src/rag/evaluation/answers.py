"""Measures what an answer says against reference texts, and what it cites against the words known to answer."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from rag.evaluation.labelled_index import GoldSpan, Indexed, Labels
from rag.evaluation.predictions import Asked
from rag.evaluation.ranking import Values
from rag.text import one_line
from rag.types import Answer, Citation, Span

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


def measured(indexed: Indexed, asked: Sequence[Asked]) -> dict[str, Values]:
    """Return each measure of answers for each question, NaN where the question has no label for it.

    A citation is right if its quote overlaps gold evidence or, in a set without gold spans, stands in a relevant
    document. Citation precision is the share of an answer's citations that are right, recall the share of the gold
    spans, or relevant documents, that some citation meets.
    """
    by_span = any(labels.spans for labels in indexed.labels)
    rows = [
        {
            **_said(one.answer, question.references),
            **_cited(one.answer, labels, by_span),
            **_held(one.ranking, labels, indexed.texts),
        }
        for one, question, labels in zip(asked, indexed.benchmark.questions, indexed.labels, strict=True)
    ]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}


def token_f1(text: str, reference: str) -> float:
    """Return the F1 of the words two texts share, in [0, 1], as SQuAD's evaluation counts them.

    Lower case, without punctuation and articles (Rajpurkar et al. 2016, "SQuAD").
    """
    words, wanted = _words(text), _words(reference)
    if not words or not wanted:
        return float(words == wanted)
    shared = sum((Counter(words) & Counter(wanted)).values())
    return 2 * shared / (len(words) + len(wanted))


def span_validity(asked: Sequence[Asked]) -> float:
    """Return the share of passages and citations whose words stand at their span of their document's text."""
    spans = sum(one.spans for one in asked)
    return sum(one.valid_spans for one in asked) / spans if spans else 1.0


def _words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_WITHOUT_PUNCTUATION)).split()


def _said(answer: Answer, references: Sequence[str]) -> Mapping[str, float]:
    if not references:
        return {}
    statements = [statement.text for statement in answer.statements]
    parts = {"first_statement_f1": statements[:1], "two_sentence_f1": statements[:2], "answer_f1": statements}
    return {name: max(token_f1(" ".join(said), reference) for reference in references) for name, said in parts.items()}


def _cited(answer: Answer, labels: Labels, by_span: bool) -> Mapping[str, float]:
    gold = labels.spans if by_span else sorted(labels.documents)
    if not gold:
        return {}
    right = [any(_meets(citation, one) for one in gold) for citation in answer.citations]
    met = [any(_meets(citation, one) for citation in answer.citations) for one in gold]
    measured = {"citation_recall": sum(met) / len(met)}
    if right:
        measured["citation_precision"] = sum(right) / len(right)
    if by_span:
        measured["first_quote_overlap"] = float(bool(right) and right[0])
    return measured


def _held(ranking: Sequence[str], labels: Labels, texts: Mapping[str, str]) -> Mapping[str, float]:
    """Documents may share whole passages; this asks whether the first has the words, whichever of them was labelled."""
    if not labels.spans:
        return {}
    first = one_line(texts[ranking[0]]) if ranking else ""
    held = [one_line(gold.span.of(texts[gold.document])) in first for gold in labels.spans]
    return {"evidence_recall@1": sum(held) / len(held)}


def _meets(citation: Citation, gold: GoldSpan | str) -> bool:
    if isinstance(gold, str):
        return citation.reference.id == gold
    return citation.reference.id == gold.document and _overlap(citation.span, gold.span)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
