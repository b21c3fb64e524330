"""Tests late interaction with full token vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.answer.retrieval import Retriever, interact
from rag.evaluation.full_tokens import FullTokens
from rag.index.late_interaction import HEADING_WEIGHT, QuestionTokens
from rag.protocols import Vectors
from rag.service import Service
from rag.snapshots import Snapshot
from tests import samples

TEXTS = {
    "levy": "The sugar levy\nThe levy 🥤 took effect on 6 April 2018. Drinks with 8 grams of sugar per 100 millilitres "
    "pay 24 pence per litre.",
    "levy, exempt": "The sugar levy. Exemptions\nFruit juices are exempt from the levy. Small producers of under 1 "
    "million litres a year pay nothing.",
    "charge": "The congestion charge\nThe congestion charge is 15 pounds a day. It applies between 07:00 and 18:00 on "
    "weekdays.\n\nResidents of the zone had a discount of 90 per cent until it closed to newcomers.",
}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = samples.service(tmp_path / "index")
    samples.ingest(made, samples.write(tmp_path / "articles", {"a.md": samples.LEVY, "b.md": samples.CHARGE}))
    return made


def _question(service: Service, snapshot: Snapshot) -> QuestionTokens:
    return Retriever(service.parts.encoder).query(snapshot, "Which fruit juices pay the sugar levy?").tokens


def _max_sim(service: Service, question: QuestionTokens, text: str) -> float:
    """Compute the MaxSim of one text token by token."""
    [encoding] = service.parts.encoder.encode_passages([text])
    above: Vectors = encoding.tokens[encoding.starts < text.index("\n")]
    best = [max(encoding.tokens @ token) + HEADING_WEIGHT * max(0.0, *(above @ token)) for token in question.vectors]
    return float(np.array(best) @ question.weights)


def test_each_score_is_the_max_sim_of_the_full_tokens_of_the_encoded_text(service: Service) -> None:
    snapshot = service.snapshot()
    question = _question(service, snapshot)
    scores = FullTokens(service.parts.encoder, service.settings.chunk_tokens)(snapshot, question, [2, 0, 1])
    expected = [_max_sim(service, question, TEXTS[name]) for name in ("charge", "levy", "levy, exempt")]
    assert scores == pytest.approx(expected, abs=1e-3)


def test_a_cached_passage_has_the_same_score(service: Service) -> None:
    snapshot, full = service.snapshot(), FullTokens(service.parts.encoder, service.settings.chunk_tokens)
    question = _question(service, snapshot)
    first = full(snapshot, question, [1])
    assert full(snapshot, question, [0, 1])[1] == first[0]
    assert full(snapshot, question, []).shape == (0,)


def test_full_tokens_rank_like_the_tokens_of_the_index(service: Service) -> None:
    snapshot, full = service.snapshot(), FullTokens(service.parts.encoder, service.settings.chunk_tokens)
    orders = []
    for by in (interact, full):
        retriever = Retriever(service.parts.encoder, late_interaction=by)
        hits = retriever.search(snapshot, retriever.query(snapshot, "What do small producers pay?"), {}, 3)
        orders.append([hit.row for hit in hits])
    assert orders[0] == orders[1]
    assert orders[0][0] == 1
