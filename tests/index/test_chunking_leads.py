"""Passages keep the lead of a list together with the beginning of its list."""

from __future__ import annotations

import pytest

from rag.adapters.hashing import HashingEncoder
from rag.index.chunking import Chunker
from rag.types import Document, Heading, Reference, Span

WORDS = Chunker(HashingEncoder().count_tokens, max_tokens=256, size=16)

FILLER = "The harbour master keeps a book of all boats that enter.\n\n"


def _passages(text: str, *titles: str) -> list[str]:
    starts = [text.index(title) for title in titles]
    headings = (Heading(Span(start, start + len(title)), 1, title) for start, title in zip(starts, titles, strict=True))
    document = Document(Reference("rules", "Rules"), text, headings=tuple(headings))
    return [chunk.span.of(text) for chunk in WORDS.chunks(document)]


@pytest.mark.parametrize(
    "lead",
    ["Each boat must carry:", "Each boat must carry —", "The following things are carried on board.", "A boat shall"],
    ids=["colon", "dash", "announcement", "unfinished"],
)
@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["paragraph", "line"])
def test_a_passage_begins_with_the_lead_whose_list_would_not_fit(lead: str, gap: str) -> None:
    passages = _passages(f"{FILLER}{lead}{gap}(a) carry a lamp and a horn;{gap}(b) carry a rope and two anchors.")
    assert passages[0] == FILLER
    assert passages[1].startswith(f"{lead}{gap}(a) carry a lamp")


def test_a_sentence_that_announces_a_list_may_end_a_passage_if_no_item_follows() -> None:
    text = f"The following things are carried on board by each boat.\n\n{FILLER}"
    assert len(_passages(text)) == 2


def test_a_lead_before_a_heading_ends_its_passage() -> None:
    passages = _passages(f"{FILLER}Boats must have:\n\nLamps\n\nA white lamp.\n\nRopes\n\nTwo ropes.", "Lamps", "Ropes")
    assert passages == [f"{FILLER}Boats must have:\n\n", "Lamps\n\nA white lamp.\n\n", "Ropes\n\nTwo ropes."]


def test_a_lead_at_the_end_of_the_text_stays_there() -> None:
    assert _passages(f"{FILLER}Boats must have:") == [f"{FILLER}Boats must have:"]


def test_the_leads_of_nested_lists_stay_with_the_first_item_of_the_inner_list() -> None:
    passages = _passages(f"{FILLER}A boat shall have:\n\n(a) if it is long:\n\n(i) two lamps;\n\n(ii) two horns.")
    assert passages[1].startswith("A boat shall have:\n\n(a) if it is long:\n\n(i) two lamps;")


def test_a_lead_and_an_item_that_are_too_long_together_are_cut_between_them() -> None:
    item = "(a) a lamp that is seen from each side for two miles;"
    passages = _passages(f"Each boat that enters the harbour at night must carry:\n\n{item}\n\n(b) a horn.")
    assert passages[0] == "Each boat that enters the harbour at night must carry:\n\n"
    assert passages[1].startswith(item)


def test_a_line_after_a_lead_keeps_its_line_break_in_the_text() -> None:
    text = f"{FILLER}Boats carry:\na lamp that burns;\na horn that sounds;\na rope that holds them to the quay."
    assert "".join(_passages(text)) == text
