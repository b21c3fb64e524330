"""Quotable units are computed once, stored with the passage, and returned with the lead-ins that they need."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rag.snapshots import Snapshot
from rag.snapshots.tables import as_cell, from_cell
from rag.types import Hit, Quotable, Span
from tests.articles import Articles, Index

LIST = """# Leave

You may take paid leave:

- for five days if you move to another town;
- for three days if a child of yours is ill at home;
- for one day if you give blood at a public hospital.

## Notice

Tell your office a week before.
"""

_SPANS = st.builds(Span, st.integers(0, 10**9), st.integers(0, 10**9))
_SEVERAL = st.lists(_SPANS, max_size=3).map(tuple)
QUOTABLE = st.builds(
    Quotable,
    *(st.integers(0, 500), _SPANS, _SEVERAL, _SEVERAL, st.booleans(), st.booleans(), st.booleans(), _SEVERAL),
    st.lists(st.integers(0, 500), max_size=3).map(tuple),
)


def _evidence(snapshot: Snapshot) -> list[Hit]:
    rows = list(range(len(snapshot)))
    return snapshot.evidence(snapshot.hits(rows, [1.0] * len(rows)))


@given(st.lists(QUOTABLE, max_size=4))
def test_quotable_units_do_not_change_when_they_are_stored_and_read(found: list[Quotable]) -> None:
    assert from_cell(as_cell(found)) == tuple(found)


def test_a_cell_of_an_earlier_version_is_still_read() -> None:
    assert from_cell("[[1,5,9,[[0,4]],[],true,true,false]]") == (Quotable(1, Span(5, 9), (Span(0, 4),), marked=True),)


def test_a_list_item_has_its_lead_in_from_an_earlier_passage(articles: Articles, tmp_path: Path) -> None:
    articles.write("leave.md", LIST)
    index = Index(tmp_path / "index", chunk_tokens=16)
    index.ingest(articles)
    snapshot = index.store.current()
    [text] = index.texts().values()
    evidence = _evidence(snapshot)
    assert len(evidence) > 3
    [blood] = [hit for hit in evidence if "blood" in hit.text]
    [item] = blood.quotable
    assert [blood.quote(lead) for lead in item.leads] == ["You may take paid leave:"]
    assert item.leads[0].end <= blood.span.start, "the lead-in is in the passage itself"
    for hit in evidence:
        assert hit.known.of(text) == hit.before + hit.text + hit.after
        for one in hit.quotable:
            assert [hit.quote(span) for span in (*one.leads, one.span)] == [
                span.of(text) for span in (*one.leads, one.span)
            ]
    [notice] = [hit for hit in evidence if "Tell" in hit.text]
    assert (notice.before, notice.after) == ("", ""), "text was read that no unit needs"


def test_a_passage_keeps_its_quotable_units_in_the_next_snapshot(articles: Articles, tmp_path: Path) -> None:
    articles.write("leave.md", LIST)
    index = Index(tmp_path / "index", chunk_tokens=16)
    index.ingest(articles)
    before = {hit.span: (hit.before, hit.quotable) for hit in _evidence(index.store.current())}
    articles.write("a-new-one.md", "# Pay\n\nPay is due on the last day of the month.")
    index.ingest(articles)
    after = {hit.span: hit for hit in _evidence(index.store.current()) if hit.reference.title == "Leave"}
    assert {span: (hit.before, hit.quotable) for span, hit in after.items()} == before
