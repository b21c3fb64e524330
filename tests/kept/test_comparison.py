"""Two answers to one question are compared by their words and by the words that they cite."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.kept import CitationPair, Effect, State, compare
from rag.snapshots import Snapshot
from rag.types import Abstention, Answer, Ask, Citation, Outcome, Statement
from tests import samples


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("compared")
    service = samples.service(folder / "index")
    samples.ingest(service, samples.write(folder / "articles"))
    return service.snapshot()


@pytest.fixture(scope="module")
def answer(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    folder = tmp_path_factory.mktemp("asked")
    service = samples.service(folder / "index")
    samples.ingest(service, samples.write(folder / "articles"))
    return service.view(None).answer(Ask(samples.LEVY_QUESTION))


def refusal(answer: Answer) -> Answer:
    return replace(answer, outcome=Outcome.NO_EVIDENCE, statements=(), abstention=Abstention.WEAK_EVIDENCE)


def citing(answer: Answer, *citations: Citation) -> Answer:
    """Return an answer with the same words and other citations."""
    return replace(answer, statements=(Statement(answer.statements[0].text, citations),))


def of_another_document(citation: Citation, marker: int = 2) -> Citation:
    return replace(citation, marker=marker, reference=replace(citation.reference, id="charge"), quote="15 pounds a day")


def moved(citation: Citation) -> Citation:
    return replace(citation, span=citation.span.shift(7))


def test_a_citation_that_only_moved_is_no_change(answer: Answer, snapshot: Snapshot) -> None:
    [citation] = answer.citations
    after = replace(citing(answer, moved(citation)), confidence=0.1, snapshot="000009-00000000")
    assert compare(answer, after, snapshot) is None


def test_other_words_and_refusals_are_told_apart(answer: Answer, snapshot: Snapshot) -> None:
    other = replace(answer, statements=(replace(answer.statements[0], text="Another sentence."),))
    for before, after, effect in (
        (answer, other, Effect.CHANGED),
        (answer, replace(answer, outcome=Outcome.PARTIAL), Effect.CHANGED),
        (answer, refusal(answer), Effect.REFUSED),
        (refusal(answer), answer, Effect.ANSWERED),
    ):
        found = compare(before, after, snapshot)
        assert found is not None
        assert found.effect is effect
    assert compare(refusal(answer), replace(refusal(answer), abstention=Abstention.UNSUPPORTED), snapshot) is None


def test_a_lost_and_a_gained_citation_are_a_change_of_their_own(answer: Answer, snapshot: Snapshot) -> None:
    [citation] = answer.citations
    two = citing(answer, citation, of_another_document(citation))
    gained, lost = compare(answer, two, snapshot), compare(two, answer, snapshot)
    assert gained is not None
    assert lost is not None
    assert (gained.effect, lost.effect) == (Effect.CITATIONS, Effect.CITATIONS)
    assert [one.reference.id for one in gained.gained] == ["charge"]
    assert ([one.reference.id for one in lost.lost], lost.gained) == (["charge"], ())


def test_old_and_new_citations_of_one_document_stand_side_by_side(answer: Answer, snapshot: Snapshot) -> None:
    [levy] = answer.citations
    gone = replace(levy, marker=2, reference=replace(levy.reference, id="gone"), quote="nowhere")
    charge = of_another_document(levy, 1)
    changed = replace(levy, marker=2, quote="24 pence per gallon")
    found = compare(citing(answer, levy, gone), citing(answer, charge, changed), snapshot)
    assert found is not None
    assert found.pairs == (CitationPair(levy, changed, State.VALID), CitationPair(gone, charge, State.GONE))
