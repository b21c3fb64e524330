"""A filter selects exactly the documents that match it, whatever characters it contains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import InvalidFilter
from rag.index.filters import parse
from rag.snapshots.database import Reader
from rag.snapshots.records import Origin, Passage
from rag.snapshots.writer import Writer
from rag.types import Chunk, Document, Filters, Metadata, Reference, Span, Value

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def _reader_of(path: Path, *documents: Document) -> Reader:
    """Write documents of one chunk each, so that row n is document n, and open them."""
    database = Path(mkdtemp(dir=path), "documents.sqlite")
    writer = Writer(database)
    for number, document in enumerate(documents):
        origin = Origin(f"source-{number}", "", "", "")
        writer.add(document, origin, [Passage(Chunk(Span(0, len(document.text))), document.text, b"", "[]")])
    writer.close()
    return Reader(database)


def _document(number: int, metadata: Metadata, published: str | None = None) -> Document:
    return Document(Reference(f"d{number}", f"Title {number}", published=published), "Words.", metadata=metadata)


def _passing(path: Path, filters: Filters, *metadata: Metadata) -> list[int]:
    reader = _reader_of(path, *(_document(number, facts) for number, facts in enumerate(metadata)))
    try:
        return [int(row) for row in reader.rows_passing(parse(filters))]
    finally:
        reader.close()


def test_equality_selects_documents_with_the_value(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"area": "tax"}, {"area": "tax"}, {"area": "Tax"}, {"area": "taxes"}, {}) == [0]


def test_a_list_selects_documents_with_any_of_its_values(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"n": ["a", 2]}, {"n": "a"}, {"n": 2}, {"n": 2.0}, {"n": 3}, {"n": "b"}) == [0, 1, 2]


def test_every_field_must_match(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"a": 1, "b": "x"}, {"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "x"}) == [0]


def test_a_field_with_several_values_matches_if_one_of_them_does(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"area": "tax"}, {"area": ("law", "tax")}, {"area": ("law",)}) == [0]


def test_one_value_must_lie_within_both_bounds_of_a_range(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"n": {"gte": 5, "lt": 10}}, {"n": (1, 20)}, {"n": (1, 7, 20)}) == [1]


@pytest.mark.parametrize(
    ("bounds", "passing"),
    [
        ({"gte": "2022"}, [1, 2, 3]),
        ({"gte": "2022-06"}, [2, 3]),
        ({"gt": "2022-06-05"}, [3]),
        ({"gte": "2022-01-01", "lt": "2023"}, [2]),
        ({"lte": "2022-06-05"}, [0, 1, 2]),
    ],
)
def test_dates_of_different_precision_are_compared(
    tmp_path: Path, bounds: dict[str, Value], passing: list[int]
) -> None:
    dates = ("2021-12-31", "2022", "2022-06-05", "2023-01-01", None)
    reader = _reader_of(tmp_path, *(_document(number, {}, date) for number, date in enumerate(dates)))
    assert reader.rows_passing(parse({"published": bounds})).tolist() == passing
    reader.close()


def test_numbers_are_compared_as_numbers(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"n": {"gt": 9}}, {"n": 10}, {"n": 9}, {"n": 9.5}, {"n": -10}, {"n": "10"}) == [0, 2]


def test_a_boolean_matches_itself_and_its_word(tmp_path: Path) -> None:
    facts: tuple[Metadata, ...] = ({"binding": True}, {"binding": False}, {})
    assert _passing(tmp_path, {"binding": True}, *facts) == [0]
    assert _passing(tmp_path, {"binding": "false"}, *facts) == [1]


def test_a_number_matches_its_decimal_text(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"n": "3"}, {"n": 3}, {"n": 4}) == [0]


@pytest.mark.parametrize("unwanted", ["law", ["law", "health"]])
def test_not_selects_documents_without_the_values_or_without_the_field(tmp_path: Path, unwanted: object) -> None:
    facts: tuple[Metadata, ...] = ({"area": "law"}, {"area": "tax"}, {"area": ("tax", "law")}, {})
    assert _passing(tmp_path, {"area": {"not": unwanted}}, *facts) == [1, 3]  # type: ignore[dict-item]


def test_not_and_a_range_must_both_match(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"n": {"gte": 2, "not": 3}}, {"n": 1}, {"n": 2}, {"n": 3}, {"n": (2, 3)}) == [1]


def test_documents_can_be_excluded_by_their_ids(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"id": {"not": ["d0", "d2", "unheard of"]}}, {}, {}, {}) == [1]


def test_the_fields_of_a_reference_can_be_filtered_on(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"id": "d1"}, {}, {}) == [1]
    assert _passing(tmp_path, {"title": "Title 0"}, {"title": "Title 1"}, {}) == [0]


def test_the_error_for_an_unknown_field_lists_the_known_fields(tmp_path: Path) -> None:
    with pytest.raises(InvalidFilter, match=r"no document has the field 'era': filter on area, id, title") as raised:
        _passing(tmp_path, {"era": "now"}, {"area": "tax"})
    assert raised.value.field == "era"


def test_an_empty_index_accepts_any_field(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"era": "now"}) == []


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "tax'; DROP TABLE chunk; --", '"', "%", "?", "tax' --", '["tax"]', "\\", "\n", "{}"]
)
def test_text_that_looks_like_sql_is_only_a_value(tmp_path: Path, text: str) -> None:
    assert _passing(tmp_path, {"area": text}, {"area": "tax"}, {"area": text}) == [1]
    with pytest.raises(InvalidFilter):
        _passing(tmp_path, {text: "tax"}, {"area": "tax"})


def test_a_list_may_have_more_values_than_sqlite_binds(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"n": list(range(300_000))}, {"n": 299_999}, {"n": -1}) == [0]


@pytest.mark.parametrize(
    "wanted",
    [
        *(
            [],
            {},
            None,
            object(),
            [None],
            [["a"]],
            float("nan"),
            float("inf"),
            10**400,
            "\ud800",
            "a\0",
            ["a", "\udfff"],
        ),
        *(10**400, {"near": 5}, {"gte": None}, {"gte": True}, {"gte": [1]}, {"lt": "\ud800"}, {"gte": 1, "near": 2}),
        *({"not": []}, {"not": None}, {"not": {"gte": 1}}, {"not": "a", "near": 1}),
    ],
)
def test_a_wrong_filter_is_one_sentence_that_names_the_field(wanted: object) -> None:
    with pytest.raises(InvalidFilter, match="the filter on 'area'") as raised:
        parse({"area": wanted})  # type: ignore[dict-item]
    assert raised.value.field == "area"
    assert "\n" not in str(raised.value)


SCALARS = st.sampled_from(["a", "b", "10", "é", "'"]) | st.integers(-3, 3) | st.floats(-3, 3) | st.booleans()
METADATA = st.dictionaries(
    st.sampled_from(["x", "y"]), SCALARS | st.lists(SCALARS, min_size=1, max_size=3).map(tuple), max_size=2
)
WANTED = SCALARS | st.lists(SCALARS, min_size=1, max_size=3)
RANGES = st.dictionaries(st.sampled_from(list(OPERATORS)), st.floats(-3, 3), min_size=1, max_size=3)
EXCLUDED = st.fixed_dictionaries({"not": WANTED})


def _meets(value: Value, wanted: object) -> bool:
    """Return whether one value of a field matches, computed in Python without SQL."""
    if isinstance(wanted, Mapping):
        return not isinstance(value, str) and all(OPERATORS[name](value, bound) for name, bound in wanted.items())
    return any(
        _as_text(value) == _as_text(one) if isinstance(one, str | bool) else not isinstance(value, str) and value == one
        for one in (wanted if isinstance(wanted, list) else [wanted])
    )


def _holds(values: tuple[Value, ...], wanted: object) -> bool:
    """Return whether the values of a field match."""
    if isinstance(wanted, Mapping) and "not" in wanted:
        return not any(_meets(value, wanted["not"]) for value in values)
    return any(_meets(value, wanted) for value in values)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@given(
    facts=st.lists(METADATA, max_size=4),
    filters=st.dictionaries(st.sampled_from(["x", "y"]), WANTED | RANGES | EXCLUDED),
)
def test_exactly_the_rows_that_match_the_filter_pass(
    facts: list[dict[str, Value | tuple[Value, ...]]],
    filters: Filters,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    # A field that no document has is an error, so one more document has all fields.
    facts = [*facts, {"x": "other", "y": "other"}]
    expected = []
    for row, metadata in enumerate(facts):
        values = {name: value if isinstance(value, tuple) else (value,) for name, value in metadata.items()}
        if all(_holds(values.get(name, ()), wanted) for name, wanted in filters.items()):
            expected.append(row)
    assert _passing(tmp_path_factory.mktemp("filters"), filters, *facts) == expected
