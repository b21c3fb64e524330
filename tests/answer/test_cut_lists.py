"""Tests of lists that stand in another passage than their lead-in, or in several passages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rag.answer.cut_lists import with_items
from rag.service import Service
from rag.snapshots import Snapshot
from rag.types import Ask, Hit
from tests import samples

DUTIES = [
    "write down the name and the owner of every ship that comes in",
    "count barrels, sacks and crates before a crane lifts them",
    "light both lamps at dusk and put them out at dawn",
    "measure how deep the water is after each storm",
    "send a pilot to a captain who does not know these rocks",
    "collect the toll and hand it to the treasurer on Fridays",
    "keep ropes, hooks and lifebelts dry in the white shed",
    "ring the bell three times if fog hides the southern quay",
    "forbid swimming between the ferry steps and the slipway",
    "repair broken planks within four working days",
    "report thefts to the police in the same hour",
    "teach two apprentices how to read a chart each winter",
]


def service(folder: Path, *articles: str) -> Service:
    found = samples.service(folder / "index")
    samples.ingest(found, samples.write(folder / "articles", {f"{n}.md": text for n, text in enumerate(articles)}))
    return found


def passages(snapshot: Snapshot) -> list[Hit]:
    return snapshot.hits(range(len(snapshot)), [1.0] * len(snapshot))


def law() -> str:
    before = "The harbour is open to all ships of the country and of its friends on every day of the year. " * 8
    items = "\n".join(f"- {duty}, unless the mayor tells him otherwise in a letter;" for duty in DUTIES)
    return f"# The harbour\n\n{before}\n\nThe harbour master has the following duties:\n\n{items}\n"


def test_a_passage_that_ends_with_a_lead_in_is_followed_by_the_passage_with_the_items(tmp_path: Path) -> None:
    # The chunker keeps a lead-in with its list if both fit. An index of an earlier version has other passages.
    snapshot = service(tmp_path, law()).snapshot()
    first, second, *_ = passages(snapshot)
    lead = replace(first, text="The harbour master has the following duties:\n\n")
    assert with_items(snapshot, [lead], 8)[0] == lead
    assert [hit.row for hit in with_items(snapshot, [lead], 8)] == [first.row, second.row]
    assert with_items(snapshot, [lead, second], 8) == [lead, second]
    assert with_items(snapshot, [lead], 1) == [lead]
    assert with_items(snapshot, [first], 8) == [first]


def test_the_first_passage_of_another_document_is_not_added(tmp_path: Path) -> None:
    snapshot = service(tmp_path, "# One\n\nThese are the rules:", "# Two\n\nBoats pay nothing here.").snapshot()
    [first] = [hit for hit in passages(snapshot) if "rules" in hit.text]
    assert with_items(snapshot, [first], 8) == [first]


def test_a_list_over_several_passages_is_shown_from_its_first_item(tmp_path: Path) -> None:
    found = service(tmp_path, law())
    assert len(found.snapshot()) > 2
    answer = found.view(None).answer(Ask("List all duties of the harbour master.", limit=2))
    samples.check_citations(answer, {"0": found.snapshot().document("0").text})
    assert all(duty in answer.text for duty in DUTIES[:8])
    assert [notice.kind for notice in answer.notices] == ["shown"]
