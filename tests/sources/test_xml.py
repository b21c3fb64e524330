"""The XML of a law becomes headings and provisions with their numbers as a reader sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UnsupportedSource
from rag.sources.documents import parse
from tests import hostile
from tests.sources.parsing import document, outline, reason

_AKN = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act name="act"><meta>
<identification source="#x"><FRBRWork><FRBRdate date="2020-03-04" name="enactment"/><FRBRauthor href="#diet"/>
</FRBRWork>
<FRBRExpression><FRBRdate date="2021-01-01" name="entryIntoForce"/><FRBRlanguage language="eng"/></FRBRExpression>
</identification><references source="#x"><TLCOrganization eId="diet" href="/o" showAs="The Diet"/></references></meta>
<preface><longTitle><p>An Act on <docTitle>Ferries</docTitle></p></longTitle></preface>
<body><part eId="p1"><num>Part I</num><heading>Fares</heading><article><num>Article 1</num><heading>Levy</heading>
<paragraph><num>1.</num><content><p>The levy is four<authorialNote marker="1"><p>A note.</p>
</authorialNote> florins.</p>
</content></paragraph><paragraph><num>2.</num><list><intro><p>It does not apply to</p></intro><point>
<num>(a)</num><content>
<p>children<del>, dogs</del>;</p></content></point><point><num>(b)</num><content><p>crews.</p></content>
</point></list>
</paragraph></article></part></body></act></akomaNtoso>"""

_USLM = """<lawDoc xmlns="http://xml.house.gov/schemas/uslm/1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><meta>
<dc:title>Ferry Code</dc:title><dc:date>2020-03-04</dc:date></meta><main><title><num value="1">TITLE 1—</num>
<heading>FERRIES</heading><section><num value="101">§ 101.</num><heading> Levy</heading><subsection><num>(a)</num>
<heading> In general.—</heading><chapeau>The levy applies to—</chapeau><paragraph><num>(1)</num>
<content>adults; and</content>
</paragraph><paragraph><num>(2)</num><content>cars.</content></paragraph>
<continuation>It is four florins.</continuation>
</subsection></section></title></main></lawDoc>"""

_FORMEX = """<ACT><BIB.INSTANCE><DATE ISO="20200304">20200304</DATE><LG.DOC>EN</LG.DOC><AUTHOR>CS</AUTHOR>
</BIB.INSTANCE>
<TITLE><TI><P>Regulation on <HT TYPE="BOLD">ferries</HT></P></TI></TITLE><PREAMBLE><GR.CONSID><CONSID><NP>
<NO.P>(1)</NO.P>
<TXT>Ferries matter.</TXT></NP></CONSID></GR.CONSID></PREAMBLE><ENACTING.TERMS><DIVISION><TITLE><TI>
<P>CHAPTER I</P></TI>
<STI><P>FARES</P></STI></TITLE><ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><STI.ART><P>Levy</P></STI.ART>
<PARAG IDENTIFIER="001.001"><NO.PARAG>1.</NO.PARAG><ALINEA>The <QUOT.START CODE="2018"/>levy<QUOT.END CODE="2019"/> is
10<HT TYPE="SUP">6</HT> florins<NOTE NOTE.ID="E1"><P>A note.</P></NOTE>.</ALINEA></PARAG><PARAG><NO.PARAG>2.</NO.PARAG>
<ALINEA><P>Free are:</P><LIST TYPE="alpha"><ITEM><NP><NO.P>(a)</NO.P><TXT>children;</TXT></NP></ITEM><ITEM><NP>
<NO.P>(b)</NO.P><TXT>crews.</TXT></NP></ITEM></LIST></ALINEA></PARAG><ALINEA><TBL COLS="2"><CORPUS>
<ROW TYPE="HEADER"><CELL COL="1">Zone</CELL><CELL COL="2">Fare</CELL></ROW>
<ROW><CELL COL="1">A</CELL><CELL COL="2">4</CELL></ROW></CORPUS></TBL></ALINEA></ARTICLE></DIVISION>
</ENACTING.TERMS></ACT>"""

_CLML = """<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation"
DocumentURI="http://www.legislation.gov.uk/ukpga/2020/99"><ukm:Metadata xmlns:ukm="http://x/ukm"
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Ferries Act 2020</dc:title><dc:language>en</dc:language>
<ukm:EnactmentDate Date="2020-03-04"/><ukm:ComingIntoForce><ukm:DateTime Date="2021-01-01"/></ukm:ComingIntoForce>
</ukm:Metadata><Contents><ContentsTitle>Contents</ContentsTitle></Contents><Primary><Body><Part>
<Number>Part 1</Number>
<Title>Fares</Title><P1group><Title>Levy</Title><P1><Pnumber>1</Pnumber><P1para><P2><Pnumber>1</Pnumber><P2para>
<Text>The levy is <Addition>four</Addition><Repeal>three</Repeal> florins.</Text></P2para></P2><P2>
<Pnumber>2</Pnumber>
<P2para><Text>Free are—</Text><P3><Pnumber>a</Pnumber><P3para><Text>children,<CommentaryRef Ref="c1"/></Text>
</P3para></P3>
<P3><Pnumber>b</Pnumber><P3para><Text>crews.</Text></P3para></P3></P2para></P2></P1para></P1></P1group></Part></Body>
<Schedules><Schedule><Number>SCHEDULE 1</Number><TitleBlock><Title>Zones</Title></TitleBlock><ScheduleBody><P1>
<Pnumber>1</Pnumber><P1para><Text>Zone A.</Text></P1para></P1></ScheduleBody></Schedule></Schedules></Primary>
</Legislation>"""


def test_akoma_ntoso(tmp_path: Path) -> None:
    found = document(tmp_path / "a.xml", _AKN)
    assert outline(found) == [(1, "Part I Fares"), (2, "Article 1 Levy")]
    assert found.text == (
        "An Act on Ferries\n\nPart I Fares\n\nArticle 1 Levy\n\n1. The levy is four florins.\n\nA note.\n\n"
        "2. It does not apply to\n(a) children;\n(b) crews."
    )
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == ("Ferries", "The Diet", "2020-03-04")
    assert (found.language, found.metadata["valid_from"]) == ("en", "2021-01-01")


def test_uslm(tmp_path: Path) -> None:
    found = document(tmp_path / "a.xml", _USLM)
    assert outline(found) == [(1, "TITLE 1— FERRIES"), (2, "§ 101. Levy")]
    assert found.text.endswith(
        "(a) In general.— The levy applies to—\n(1) adults; and\n(2) cars.\n\nIt is four florins."
    )
    assert (found.reference.title, found.reference.published) == ("Ferry Code", "2020-03-04")


def test_formex(tmp_path: Path) -> None:
    found = document(tmp_path / "a.xml", _FORMEX)
    assert outline(found) == [(1, "CHAPTER I FARES"), (2, "Article 1 Levy")]
    assert found.text.startswith("Regulation on ferries\n\n(1) Ferries matter.\n\nCHAPTER I FARES")
    assert found.text.endswith(
        "1. The ‘levy’ is 10^6 florins.\n\nA note.\n\n2. Free are:\n(a) children;\n(b) crews.\n\nZone: A; Fare: 4."
    )
    assert (found.reference.title, found.reference.published) == ("Regulation on ferries", "2020-03-04")
    assert found.language == "en"


def test_legislation_gov_uk(tmp_path: Path) -> None:
    found = document(tmp_path / "a.xml", _CLML)
    assert outline(found) == [(1, "Part 1 Fares"), (2, "1 Levy"), (1, "SCHEDULE 1 Zones")]
    assert found.text == (
        "Part 1 Fares\n\n1 Levy\n\n(1) The levy is four florins.\n(2) Free are—\n(a) children,\n(b) crews.\n\n"
        "SCHEDULE 1 Zones\n\n1 Zone A."
    )
    reference = found.reference
    assert (reference.title, reference.published) == ("Ferries Act 2020", "2020-03-04")
    assert (reference.url, found.metadata["valid_from"]) == (
        "http://www.legislation.gov.uk/ukpga/2020/99",
        "2021-01-01",
    )


@pytest.mark.parametrize("raw", ["<rss><channel/></rss>", "<beans xmlns='http://example.org'/>"])
def test_other_xml_is_skipped_with_the_reason(tmp_path: Path, raw: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(raw)
    (record,) = parse(path)
    assert isinstance(record.content, UnsupportedSource)
    assert "is XML of a kind that is not read" in str(record.content)


@pytest.mark.parametrize("raw", ["no", "<a><b></a>", "<a>" * 100_000])
def test_damaged_and_deep_xml_is_refused(tmp_path: Path, raw: str) -> None:
    assert "is not XML that can be parsed" in reason(tmp_path / "a.xml", raw)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    law = _AKN.replace("children", "&a; &x; children")
    text = document(tmp_path / "a.xml", hostile.DOCTYPE.format("").replace("html", "akomaNtoso") + law).text
    assert "children" in text
    assert "root:" not in text
    bomb = hostile.LAUGHS.replace("html", "akomaNtoso") + _AKN.replace("children", "&i;")
    assert "amplification" in reason(tmp_path / "b.xml", bomb)
