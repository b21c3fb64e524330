"""OpenDocument texts are read as LibreOffice shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile import LAUGHS, zipped
from tests.sources.odt_parts import cell, flat, h, items, levels, look, odt, p, row, table
from tests.sources.parsing import document, outline, reason

_RULES = levels(
    "L",
    'style:num-format="1" style:num-suffix="."',
    'style:num-format="a" style:num-prefix="(" style:num-suffix=")"',
    'style:num-format="I" text:display-levels="3" style:num-suffix=":"',
    "",
)
_COVERED = "<table:covered-table-cell/>"


def _text(path: Path, body: str, styles: str = "") -> str:
    return document(path / "a.odt", odt(body, styles)).text


def test_lists_have_the_numbers_of_their_levels(tmp_path: Path) -> None:
    inner = items("name", "length" + "", style="")
    deep = items(p("deep") + items(p("deeper") + items("bullet")))
    body = items("The office keeps a register.", p("An entry states:") + inner, p("Last") + deep, style="L")
    assert _text(tmp_path, body, _RULES).splitlines() == [
        "1. The office keeps a register.",
        "2. An entry states:",
        "(a) name",
        "(b) length",
        "3. Last",
        "(a) deep",
        "3.a.I: deeper",
        "- bullet",
    ]


def test_lists_go_on_and_start_again(tmp_path: Path) -> None:
    goes_on = 'text:continue-list="one"'
    body = (
        items("x", "x", style="L", extra='xml:id="one"')
        + p("Between.")
        + items("x", style="L", extra=goes_on)
        + items("x", style="L", extra='text:continue-numbering="true"')
        + items("x", style="L")
        + '<text:list text:style-name="L"><text:list-header><text:p>Head</text:p></text:list-header>'
        + '<text:list-item text:start-value="7"><text:p>x</text:p><text:p>more</text:p></text:list-item></text:list>'
    )
    lines = [line for line in _text(tmp_path, body, _RULES).splitlines() if line]
    assert lines == ["1. x", "2. x", "Between.", "3. x", "4. x", "1. x", "Head", "7. x", "more"]


def test_headings_are_numbered_by_the_outline(tmp_path: Path) -> None:
    style = (
        '<text:outline-style style:name="Outline">'
        '<text:outline-level-style text:level="1" style:num-format="I" style:num-prefix="Article "/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
    )
    body = h("Scope", 1) + h("Ports", 2) + h("Boats", 2) + h("Fees", 1) + p("Text.")
    found = document(tmp_path / "a.odt", odt(body, outline=style))
    assert outline(found) == [(1, "Article I Scope"), (2, "I.1 Ports"), (2, "I.2 Boats"), (1, "Article II Fees")]


@pytest.mark.parametrize(
    ("properties", "shown"),
    [('text:display="none"', False), ('style:text-line-through-style="solid"', False), ('fo:color="#ffffff"', False),
     ('fo:font-size="1pt"', False), ('fo:font-weight="bold"', True)],
)  # fmt: skip
def test_hidden_and_struck_out_text_is_left_out(tmp_path: Path, properties: str, shown: bool) -> None:
    styles = look("Base", properties) + look("T1", "", base="Base")
    found = _text(tmp_path, p('Leave is <text:span text:style-name="T1">no </text:span>right.'), styles)
    assert found == f"Leave is {'no ' if shown else ''}right."


def test_notes_changes_comments_and_contents(tmp_path: Path) -> None:
    note = (
        '<text:note text:note-class="{}"><text:note-citation>1</text:note-citation>'
        "<text:note-body>{}</text:note-body></text:note>"
    )
    deletion = f"<text:deletion>{p('Gone.')}</text:deletion>"
    changes = f"<text:tracked-changes><text:changed-region>{deletion}</text:changed-region></text:tracked-changes>"
    contents = f"<text:table-of-content><text:index-body>{p('Scope 3')}</text:index-body></text:table-of-content>"
    comment = f"<office:annotation><dc:creator>A</dc:creator>{p('Really?')}</office:annotation>"
    hidden = f'<text:section text:display="none">{p("Unseen.")}</text:section>'
    first = p(
        f"Leave{note.format('footnote', p('Since May.'))} is {comment}a{note.format('endnote', p('The end.'))} right."
    )
    assert _text(tmp_path, changes + contents + hidden + first + p("It lasts a year.")) == (
        "Leave is a right.\n\nSince May.\n\nIt lasts a year.\n\nThe end."
    )


def test_spaces_breaks_boxes_and_raised_figures(tmp_path: Path) -> None:
    styles = look("Up", 'style:text-position="super 58%"') + look("Down", 'style:text-position="-33% 58%"')
    up, down = '<text:span text:style-name="Up">6</text:span>', '<text:span text:style-name="Down">2</text:span>'
    body = p(f"10{up}  of\n CO{down}<text:s text:c='2'/>a<text:tab/>b<text:line-break/>c <text:a>link</text:a>")
    box = f"<draw:frame><draw:text-box>{p('Boxed.')}</draw:text-box><svg:title>A boat</svg:title></draw:frame>"
    assert _text(tmp_path, body + p(f"Around.{box}"), styles) == "10^6 of CO2  a\tb\nc link\n\nAround.\n\nBoxed."


def test_tables_with_two_header_rows_and_merged_cells(tmp_path: Path) -> None:
    wide, down = 'table:number-columns-spanned="2"', 'table:number-rows-spanned="2"'
    head = row(cell("Vessel", down), cell("Fee", wide), _COVERED) + row(_COVERED, "2023", "2024")
    body = table(
        row("Trawler", "40", "44"),
        row(cell("Yacht", down), cell("20", 'table:number-columns-repeated="2"')),
        row(_COVERED, "", "25"),
        head=head,
    )
    assert _text(tmp_path, body).splitlines() == [
        "Vessel: Trawler; Fee 2023: 40; Fee 2024: 44.",
        "Vessel: Yacht; Fee 2023: 20; Fee 2024: 20.",
        "Vessel: Yacht; Fee 2024: 25.",
    ]


def test_properties_and_the_title_page(tmp_path: Path) -> None:
    styles = look("P1", "", family="paragraph", base="Title") + look("Title", "", family="paragraph")
    meta = "<dc:title>Untitled 1</dc:title><dc:creator>Ben Ito</dc:creator>"
    meta += "<meta:initial-creator>Ada Obi</meta:initial-creator>"
    meta += "<meta:creation-date>2021-05-04T10:00:00</meta:creation-date><meta:keyword>ports</meta:keyword>"
    found = document(tmp_path / "a.odt", odt(p("Harbour rules", "P1") + p("They cover ports."), styles, meta))
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == ("Harbour rules", "Ada Obi", "2021-05-04")
    assert found.metadata["keywords"] == "ports"


@pytest.mark.parametrize("name", ["a.odt", "a.ott", "a.fodt"])
def test_a_text_in_one_file_is_read_too(tmp_path: Path, name: str) -> None:
    assert document(tmp_path / name, flat(p("Leave is a right."))).text == "Leave is a right."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 broken", "is not a zip archive"),
        (zipped({"mimetype": b"x"}), "has no content"),
        (zipped({"content.xml": b"<office>"}), "is not an OpenDocument text, or it is damaged"),
        (zipped({"content.xml": f"{LAUGHS}<a>&i;</a>".encode()}), "amplification"),
        (zipped({"content.xml": b"0" * 64_000_000}), "is compressed more than 200 times"),
        (zipped({"content.xml": b"<a/>", "META-INF/manifest.xml": b"<m><encryption-data/></m>"}), "is encrypted"),
        (b"Leave is a right.", "is not an OpenDocument text"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "DOCTYPE"),
    ],
)
def test_hostile_and_damaged_files_give_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in reason(tmp_path / "a.odt", content)


def test_claims_of_millions_are_harmless(tmp_path: Path) -> None:
    many = 'table:number-columns-repeated="99999999"'
    body = p('a<text:s text:c="99999999"/>b') + table(row("Port", "Boats"), row("Aldmoor", "4", cell("", many)))
    assert _text(tmp_path, body).endswith("Port: Aldmoor; Boats: 4.")
