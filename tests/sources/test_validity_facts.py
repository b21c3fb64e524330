"""When a document is in force comes from its facts, and from its text if nobody gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document

_STATED = "This order enters into force on 1 January 2030. It replaces the Ferry Fares Order 2021.\n"
_AKN = (
    '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act name="act"><meta>'
    '<identification source="#x"><FRBRWork><FRBRdate date="2020-03-04" name="enactment"/></FRBRWork></identification>'
    '<lifecycle source="#x"><eventRef eId="e1" date="2021-01-01" type="generation"/>'
    '<eventRef eId="e2" date="2024-07-01" type="{type}"/></lifecycle>{times}</meta>'
    "<body><article><num>1</num><p>The levy is four florins.</p></article></body></act></akomaNtoso>"
)
_TIMES = '<temporalData><temporalGroup><timeInterval start="#e1" end="#e2"/></temporalGroup></temporalData>'
_CLML = (
    '<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation" RestrictStartDate="2021-01-01" '
    'RestrictEndDate="2024-07-01"><Metadata/><Primary><Body><P1><Pnumber>1</Pnumber><P1para><Text>The levy is four '
    "florins.</Text></P1para></P1></Body></Primary></Legislation>"
)


def test_front_matter_gives_the_four_facts(tmp_path: Path) -> None:
    facts = "valid_from: 1 March 2021\nvalid_to: 2024-06-30\nversion_of: fares\nsupersedes: [fares-2019, fares-2020]"
    found = document(tmp_path / "a.md", f"---\n{facts}\n---\nThe fare is four florins.\n")
    assert dict(found.metadata) == {
        "valid_from": "2021-03-01",
        "valid_to": "2024-06-30",
        "version_of": "fares",
        "supersedes": ("fares-2019", "fares-2020"),
        "format": "markdown",
    }
    assert found.inferred == ()


def test_facts_that_the_text_states_are_marked_with_its_words(tmp_path: Path) -> None:
    found = document(tmp_path / "a.md", _STATED)
    assert found.metadata["valid_from"] == "2030-01-01"
    assert {one.field: one.span.of(found.text) for one in found.inferred} == {
        "valid_from": "This order enters into force on 1 January 2030.",
        "supersedes": "It replaces the Ferry Fares Order 2021.",
    }


def test_given_facts_correct_those_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.md.meta.yaml").write_text("valid_from: 2031-05-01\n")
    found = document(tmp_path / "a.md", _STATED)
    assert found.metadata["valid_from"] == "2031-05-01"
    assert [one.field for one in found.inferred] == ["supersedes"]


@pytest.mark.parametrize(
    "xml", [_AKN.format(type="repeal", times=""), _AKN.format(type="amendment", times=_TIMES), _CLML]
)
def test_the_xml_of_a_law_gives_its_last_day(tmp_path: Path, xml: str) -> None:
    assert document(tmp_path / "a.xml", xml).metadata["valid_to"] == "2024-06-30"


def test_the_xml_of_a_law_gives_its_first_day(tmp_path: Path) -> None:
    for xml in (_AKN.format(type="amendment", times=_TIMES), _CLML):
        assert document(tmp_path / "a.xml", xml).metadata["valid_from"] == "2021-01-01"
