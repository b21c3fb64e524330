"""Measures the text of answers against reference answers, and their citations against gold evidence."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from rag.evaluation.labelled_index import GoldSpan, IndexedBenchmark, Labels
from rag.evaluation.predictions import Prediction
from rag.evaluation.ranking import Values
from rag.text import one_line, sentences
from rag.types import Answer, Citation, Hit

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


def measure(indexed: IndexedBenchmark, predictions: Sequence[Prediction]) -> dict[str, Values]:
    """Return each measure of answers for each question; NaN if the question has no label for it.

    A citation is correct if its quote overlaps gold evidence, which are spans or pages. In a benchmark with neither, it
    is correct if it quotes a relevant document. Citation precision is the share of correct citations in an answer.
    Citation recall is the share of the gold spans, pages or relevant documents that a citation overlaps or quotes.
    """
    by_span = any(labels.gold for labels in indexed.labels)
    rows = [
        {
            **_text_overlap(one.answer, question.references),
            **_citation_quality(one.answer, labels, by_span),
            **_evidence_recall(one.ranking, labels, indexed.texts),
        }
        for one, question, labels in zip(predictions, indexed.benchmark.questions, indexed.labels, strict=True)
    ]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}


def token_f1(text: str, reference: str) -> float:
    """Return the F1 of the words that two texts share, in [0, 1], as in the evaluation of SQuAD.

    Ignores case, punctuation and articles (Rajpurkar et al. 2016, "SQuAD").
    """
    words, expected = _words(text), _words(reference)
    if not words or not expected:
        return float(words == expected)
    shared = sum((Counter(words) & Counter(expected)).values())
    return 2 * shared / (len(words) + len(expected))


def best_sentence(evidence: Sequence[Hit], references: Sequence[str]) -> tuple[str, float]:
    """Return the sentence of the evidence that is most like a reference, and its F1."""
    found = [one_line(span.of(hit.text)) for hit in evidence for span in sentences(hit.text, hit.language)]
    scored = [(max(token_f1(text, reference) for reference in references), text) for text in found]
    f1, text = max(scored, default=(0.0, ""), key=lambda one: one[0])
    return text, f1


def span_validity(predictions: Sequence[Prediction]) -> float:
    """Return the share of passages and citations whose words equal the document's text at their span."""
    spans = sum(one.spans for one in predictions)
    return sum(one.valid_spans for one in predictions) / spans if spans else 1.0


def _words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_WITHOUT_PUNCTUATION)).split()


def _text_overlap(answer: Answer, references: Sequence[str]) -> Mapping[str, float]:
    if not references:
        return {}
    statements = [statement.text for statement in answer.statements]
    parts = {"first_statement_f1": statements[:1], "two_sentence_f1": statements[:2], "answer_f1": statements}
    found = {name: max(token_f1(" ".join(part), reference) for reference in references) for name, part in parts.items()}
    return {**found, "best_sentence_f1": best_sentence(answer.evidence, references)[1]}


def _citation_quality(answer: Answer, labels: Labels, by_span: bool) -> Mapping[str, float]:
    gold = labels.gold if by_span else sorted(labels.documents)
    if not gold:
        return {}
    correct = [any(_supports(citation, one) for one in gold) for citation in answer.citations]
    found = [any(_supports(citation, one) for citation in answer.citations) for one in gold]
    values = {"citation_recall": sum(found) / len(found)}
    if correct:
        values["citation_precision"] = sum(correct) / len(correct)
    if by_span:
        values["first_quote_overlap"] = float(bool(correct) and correct[0])
    return values


def _evidence_recall(ranking: Sequence[str], labels: Labels, texts: Mapping[str, str]) -> Mapping[str, float]:
    """Return the share of gold quotes in the first document. It need not be the labelled one: documents share text."""
    if not labels.spans:
        return {}
    first = one_line(texts[ranking[0]]) if ranking else ""
    found = [one_line(gold.span.of(texts[gold.document])) in first for gold in labels.spans]
    return {"evidence_recall@1": sum(found) / len(found)}


def _supports(citation: Citation, gold: GoldSpan | str) -> bool:
    if isinstance(gold, str):
        return citation.reference.id == gold
    if citation.record:
        return False
    return citation.reference.id == gold.document and citation.span.overlaps(gold.span)
