"""A filter selects exactly the documents that match it, whatever characters it contains."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.errors import InvalidFilter
from rag.index.filters import parse
from rag.snapshots.database import Reader
from rag.snapshots.records import Origin, Passage
from rag.snapshots.writer import Writer
from rag.types import Chunk, Document, Filters, Metadata, Reference, Span, Value


def _reader_of(path: Path, *documents: Document) -> Reader:
    """Write documents of one chunk each, so that row n is document n, and open them."""
    database = Path(mkdtemp(dir=path), "documents.sqlite")
    writer = Writer(database, "2026-01-01T00:00:00+00:00")
    for number, document in enumerate(documents):
        origin = Origin(f"source-{number}", "", "", "")
        writer.add(document, origin, [Passage(Chunk(Span(0, len(document.text))), document.text, b"", "[]")])
    writer.close()
    return Reader.of(database)


def _document(number: int, metadata: Metadata, published: str | None = None) -> Document:
    return Document(Reference(f"d{number}", f"Title {number}", published=published), "Words.", metadata=metadata)


def _passing(path: Path, filters: Filters, *metadata: Metadata) -> list[int]:
    reader = _reader_of(path, *(_document(number, facts) for number, facts in enumerate(metadata)))
    try:
        return [int(row) for row in reader.rows_passing(parse(filters))]
    finally:
        reader.close()


def test_equality_selects_documents_with_the_value(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"area": "tax"}, {"area": "tax"}, {"area": "Tax"}, {"area": "taxes"}, {}) == [0, 1]


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
        ({"gte": "2022-01-01", "lt": "2023"}, [1, 2]),
        ({"gt": "2022"}, [3]),
        ({"lte": "2022"}, [0, 1, 2]),
        ({"gte": 2022, "lte": 2022}, [1, 2]),
        ({"lte": "05.06.2022"}, [0, 1, 2]),
        ({"gte": "2022-06-05T09:00:00Z"}, [2, 3]),
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
    assert _passing(tmp_path, {"n": {"gt": 9}}, {"n": 10}, {"n": 9}, {"n": 9.5}, {"n": -10}, {"n": "10"}) == [0, 2, 4]


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


TEXTS = [
    "law",
    "Law",
    "LÉVY",
    "le\u0301vy",
    "10",
    "10.0",
    "007",
    "2018",
    "2018-04",
    "2018-04-06",
    "2018-04-06T10:00:00",
]
SCALARS = st.sampled_from(TEXTS) | st.integers(-3, 3) | st.floats(-3, 3) | st.booleans()
METADATA = st.dictionaries(
    st.sampled_from(["x", "y"]), SCALARS | st.lists(SCALARS, min_size=1, max_size=3).map(tuple), max_size=2
)


def _spellings(value: Value) -> list[Value]:
    """Return other spellings of a value. None of them means another value."""
    if isinstance(value, bool):
        return [value, str(value), str(value).upper(), "yes" if value else "no", int(value)]
    if isinstance(value, int | float):
        return [value, float(value), repr(value), f" {value!r} ", *([f"{value}.00"] if isinstance(value, int) else [])]
    same = [value, value.upper(), value.lower(), *(normalize(form, value) for form in ("NFC", "NFD", "NFKC"))]
    return [*same, f" {value}\t"]


@given(facts=st.lists(METADATA, min_size=1, max_size=4), data=st.data())
def test_a_filter_finds_a_document_by_any_spelling_of_its_values(
    facts: list[dict[str, Value | tuple[Value, ...]]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    owned = [
        (row, name, one) for row, fact in enumerate(facts) for name, values in fact.items() for one in _each(values)
    ]
    assume(owned)
    row, name, value = data.draw(st.sampled_from(owned))
    spelt = data.draw(st.sampled_from(_spellings(value)))
    folder = tmp_path_factory.mktemp("filters")
    found = _passing(folder, {name: spelt}, *facts)
    assert row in found
    assert _passing(folder, {name: [spelt]}, *facts) == found
    excluded = _passing(folder, {name: {"not": spelt}}, *facts)
    assert sorted([*found, *excluded]) == list(range(len(facts)))


def _each(values: Value | tuple[Value, ...]) -> tuple[Value, ...]:
    return values if isinstance(values, tuple) else (values,)


DATES = st.dates(date(1000, 1, 1), date(9999, 12, 31))
PRECISIONS = st.sampled_from([4, 7, 10])


@given(days=st.lists(st.tuples(DATES, PRECISIONS), min_size=1, max_size=5), bound=DATES, precision=PRECISIONS)
def test_ranges_of_dates_compare_days_and_whole_months_and_years(
    days: list[tuple[date, int]], bound: date, precision: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dates = [day.isoformat()[:length] for day, length in days]
    starts = [date.fromisoformat(f"{text}-01-01"[:10]) for text in dates]
    wanted = bound.isoformat()[:precision]
    first = date.fromisoformat(f"{wanted}-01-01"[:10])
    reader = _reader_of(
        tmp_path_factory.mktemp("dates"), *(_document(number, {}, text) for number, text in enumerate(dates))
    )

    def passing(operator: str) -> list[int]:
        return [int(row) for row in reader.rows_passing(parse({"published": {operator: wanted}}))]

    # A period contains a day if both have the same prefix.
    inside = [start.isoformat()[:precision] == wanted for start in starts]
    assert passing("gte") == [n for n, start in enumerate(starts) if start >= first]
    assert passing("lt") == [n for n, start in enumerate(starts) if start < first]
    assert passing("lte") == [n for n, start in enumerate(starts) if start < first or inside[n]]
    assert passing("gt") == [n for n, start in enumerate(starts) if start > first and not inside[n]]
    reader.close()


@pytest.mark.parametrize(
    "wanted",
    [
        *("2018-04-06", "2018-04", "2018", 2018, 2018.0, "2018-04-06T00:00:00Z", "2018-04-06T23:30:00+06:00"),
        *("6 April 2018", "06.04.2018", "2018/04/06", "20180406"),
    ],
)
def test_a_date_matches_in_any_notation_and_by_its_month_and_year(tmp_path: Path, wanted: Value) -> None:
    dates = ("2018-04-06", "2019-01-01", "2017", None)
    reader = _reader_of(tmp_path, *(_document(number, {}, date) for number, date in enumerate(dates)))
    assert reader.rows_passing(parse({"published": wanted})).tolist() == [0]
    reader.close()


def test_times_are_compared_as_instants(tmp_path: Path) -> None:
    facts: tuple[Metadata, ...] = (
        {"at": "2018-04-06T10:00:00"},
        {"at": "2018-04-06T12:00:00+02:00"},
        {"at": "2018-04-07"},
    )
    assert _passing(tmp_path, {"at": "2018-04-06T10:00:00Z"}, *facts) == [0, 1]
    assert _passing(tmp_path, {"at": "2018-04-06"}, *facts) == [0, 1]
    assert _passing(tmp_path, {"at": {"gt": "2018-04-06T10:00:00Z"}}, *facts) == [2]


def test_a_number_is_a_year_if_all_values_of_the_field_are_years(tmp_path: Path) -> None:
    facts: tuple[Metadata, ...] = ({"year": 2016}, {"year": "2018"})
    assert _passing(tmp_path, {"year": {"gte": "2017-05"}}, *facts) == [1]
    assert _passing(tmp_path, {"year": {"lte": 2016}}, *facts) == [0]


def test_long_numbers_are_compared_exactly(tmp_path: Path) -> None:
    facts: tuple[Metadata, ...] = ({"n": "9007199254740993"}, {"n": "9007199254740992"})
    assert _passing(tmp_path, {"n": 9007199254740993}, *facts) == [0]


def test_a_code_with_leading_zeros_is_not_a_number(tmp_path: Path) -> None:
    assert _passing(tmp_path, {"code": "007"}, {"code": "007"}, {"code": "7"}) == [0]


def test_the_exact_spelling_of_an_id_comes_first(tmp_path: Path) -> None:
    documents = [Document(Reference(name, "A"), "Words.") for name in ("Levy", "levy", "CHARGE")]
    reader = _reader_of(tmp_path, *documents)
    assert reader.rows_passing(parse({"id": "levy"})).tolist() == [1]
    assert reader.rows_passing(parse({"id": ["LEVY", "charge"]})).tolist() == [0, 1, 2]
    reader.close()


KNOWN: tuple[Metadata, ...] = (
    {"place": "Kazakhstan", "plan": 1, "from": "2018-04-06", "binding": True},
    {"place": "Estonia", "plan": 12, "from": "2019-01-01", "binding": False},
)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"place": "Kasakhstan"}, "the filter on 'place' is 'Kasakhstan', .* did you mean 'Kazakhstan'"),
        ({"place": "Peru"}, "the field has the values 'Estonia', 'Kazakhstan'"),
        ({"place": ["Peru", "Chad"]}, "the filter on 'place' is 'Peru'"),
        ({"place": ["Estonia", "Kasakhstan"]}, "did you mean 'Kazakhstan'"),
        ({"place": {"not": "Kasakhstan"}}, "did you mean 'Kazakhstan'"),
        ({"place": {"gte": "Estonia"}}, "the filter on 'place' is 'Estonia'"),
        ({"place": {"gte": 5}}, "the filter on 'place' is 5"),
        ({"plan": "x"}, "the filter on 'plan' is 'x', .* the values '1', '12'"),
        ({"plan": 3}, "the values '1', '12'"),
        ({"plan": {"gte": "2018-04-06"}}, "the filter on 'plan' is '2018-04-06'"),
        ({"from": 5}, "the filter on 'from' is 5, .* dates .* from 2018-04-06 to 2019-01-01"),
        ({"from": "soon"}, "the filter on 'from' is 'soon'"),
        ({"from": {"lt": 5}}, "the filter on 'from' is 5"),
        ({"from": {"not": "soon"}}, "the filter on 'from' is 'soon'"),
        ({"binding": "maybe"}, "the filter on 'binding' is 'maybe', .* 'false', 'true'"),
        ({"binding": {"gt": 0}}, "the filter on 'binding' is 0"),
    ],
)
def test_a_filter_that_can_never_match_is_refused_with_the_values_of_the_field(
    tmp_path: Path, filters: Filters, words: str
) -> None:
    with pytest.raises(InvalidFilter, match=words) as raised:
        _passing(tmp_path, filters, *KNOWN)
    assert raised.value.field == next(iter(filters))


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        ({"from": "2017"}, []),
        ({"from": {"gt": "2100"}}, []),
        ({"plan": {"gt": 100}}, []),
        ({"place": ["Peru", "estonia"]}, [1]),
        ({"place": {"not": "Peru"}}, [0, 1]),
        ({"id": "unheard of"}, []),
    ],
)
def test_a_filter_that_could_match_is_not_refused(tmp_path: Path, filters: Filters, passing: list[int]) -> None:
    assert _passing(tmp_path, filters, *KNOWN) == passing


def test_an_unknown_value_of_a_field_with_many_values_matches_nothing(tmp_path: Path) -> None:
    facts: list[Metadata] = [{"owner": f"Person {number}"} for number in range(101)]
    assert _passing(tmp_path, {"owner": "Person 500"}, *facts) == []
    with pytest.raises(InvalidFilter, match="the filter on 'owner' is 'Person 500'"):
        _passing(tmp_path, {"owner": "Person 500"}, *facts[:100])
