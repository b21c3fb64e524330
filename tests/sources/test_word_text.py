"""The text of a Word document is what a reader sees in Word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document, outline, reason
from tests.sources.word_parts import (
    box,
    cell,
    definition,
    field,
    level,
    numbers,
    p,
    row,
    run,
    strict_word,
    style,
    table,
    word,
)

_NOTE = '<w:r><w:{}Reference w:id="{}"/></w:r>'
_NUMBERING = definition(1, level(0, "decimal", "%1.")) + numbers(1, of=1)


def _text(path: Path, body: str, **parts: str) -> str:
    return document(path / "a.docx", word(body, **parts)).text


def _footnote(key: int, *content: str) -> str:
    return f'<w:footnote w:id="{key}">{"".join(content)}</w:footnote>'


def test_footnotes_follow_their_paragraph_list_or_table(tmp_path: Path) -> None:
    notes = "".join(_footnote(key, p("<w:r><w:footnoteRef/></w:r>", f" Note {key}.")) for key in (1, 2, 3, 4))
    notes += '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>' + _footnote(5, p("Nobody refers to it."))
    body = (
        p("Scope", _NOTE.format("footnote", 4), properties='<w:outlineLvl w:val="0"/>')
        + p("Leave", _NOTE.format("footnote", 1), " is a right.")
        + p("first", _NOTE.format("footnote", 2), number=(1, 0))
        + p("second", number=(1, 0))
        + table(row("Port", "Boats"), row(cell(p("Aldmoor", _NOTE.format("footnote", 3))), "4"))
        + p("The end.")
    )
    assert _text(tmp_path, body, footnotes=notes, numbering=_NUMBERING).split("\n\n") == [
        "Scope", "Leave is a right.", "Note 4.", "Note 1.", "1. first\n2. second", "Note 2.",
        "Port: Aldmoor; Boats: 4.", "Note 3.", "The end.",
    ]  # fmt: skip


def test_endnotes_follow_the_whole_text_and_a_mark_of_ones_own_is_left_out(tmp_path: Path) -> None:
    own = '<w:r><w:endnoteReference w:customMarkFollows="1" w:id="1"/><w:t>*</w:t></w:r>'
    notes = f'<w:endnote w:id="1">{p("* Since May.")}{p("And June.")}</w:endnote>'
    found = _text(tmp_path, p("Leave", own, " is a right.") + p("The end."), endnotes=notes)
    assert found == "Leave is a right.\n\nThe end.\n\nSince May.\n\nAnd June."


@pytest.mark.parametrize(
    ("look", "shown"),
    [
        ("<w:vanish/>", False), ('<w:vanish w:val="0"/>', True), ("<w:strike/>", False), ("<w:dstrike/>", False),
        ('<w:color w:val="FFFFFF"/>', False), ('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>', True),
        ('<w:sz w:val="2"/>', False), ('<w:rStyle w:val="Hidden"/>', False), ("<w:b/>", True), ("<w:webHidden/>", True),
        ('<w:rStyle w:val="Hidden"/><w:vanish w:val="false"/>', True), ('<w:rStyle w:val="Below"/>', False),
    ],
)  # fmt: skip
def test_hidden_and_struck_out_runs_are_no_text(tmp_path: Path, look: str, shown: bool) -> None:
    styles = style("Hidden", "Hidden", look="<w:vanish/>", kind="character")
    styles += style("Below", "Below", base="Hidden", kind="character")
    found = _text(tmp_path, p("Leave is ", run("no ", look), "right."), styles=styles)
    assert found == f"Leave is {'no ' if shown else ''}right."


def test_a_hidden_paragraph_style_is_no_text(tmp_path: Path) -> None:
    styles = style("Secret", "Secret", look="<w:vanish/>") + style("More", "More", base="Secret")
    assert _text(tmp_path, p("Seen.") + p("Unseen.", style="More"), styles=styles) == "Seen."


def test_a_deleted_end_of_a_paragraph_joins_it_to_the_next(tmp_path: Path) -> None:
    removed = '<w:rPr><w:del w:id="1"/></w:rPr>'
    body = p("Leave is ", "<w:del><w:r><w:delText>no</w:delText></w:r></w:del>", properties=removed) + p("a right.")
    assert _text(tmp_path, body + p("Last", properties=removed)) == "Leave is a right.\n\nLast"


def test_moved_text_stands_where_it_was_moved_to(tmp_path: Path) -> None:
    body = p(f"<w:moveFrom>{run('Moved.')}</w:moveFrom>", "First.") + p(f"<w:moveTo>{run('Moved.')}</w:moveTo>")
    assert _text(tmp_path, body) == "First.\n\nMoved."


def test_deleted_rows_and_cells_are_no_text(tmp_path: Path) -> None:
    rows = row("Port", "Boats"), row("Aldmoor", "4", properties="<w:del/>"), row("Brackley", "3")
    gone = row("Corran", cell("7", properties="<w:cellDel/>"), "8")
    assert _text(tmp_path, table(*rows, gone)) == "Port: Brackley; Boats: 3.\nPort: Corran; Boats: 8."


def test_fields_show_their_result(tmp_path: Path) -> None:
    nested = field(f" IF {field(' PAGE ', run('7'))} = 7 ", run("Seven"))
    simple = f'<w:fldSimple w:instr=" REF x ">{run("Annex B")}</w:fldSimple>'
    broken = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    body = p("See ", field(' HYPERLINK "https://example.org" ', run("the rules")), ", ", simple, ", ", nested, ".")
    assert _text(tmp_path, body + p(broken, "Still seen.")) == "See the rules, Annex B, Seven.\n\nStill seen."


def test_form_fields_show_their_state(tmp_path: Path) -> None:
    start = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{}</w:ffData></w:fldChar></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    ticked = start.format('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>') + end
    chosen = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="no"/><w:listEntry w:val="yes"/></w:ddList>'
    assert _text(tmp_path, p(ticked, " Fit: ", start.format(chosen), end)) == "☒ Fit: yes"


def test_tables_of_contents_are_no_text(tmp_path: Path) -> None:
    first, last = field(r' TOC \o "1-3" ', f"{run('Scope')}</w:p><w:p>{run('Fees')}").split("</w:p><w:p>")
    styles = style("TOC1", "toc 1") + style("TOCHeading", "TOC Heading", '<w:outlineLvl w:val="9"/>')
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    control = f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{p('Scope 3')}</w:sdtContent></w:sdt>"
    body = p("Contents") + f"<w:p>{first}</w:p><w:p>{last}</w:p>" + p("Fees 7", style="TOC1") + control
    body += p("In this text", style="TOCHeading") + p("Leave is a right.")
    assert _text(tmp_path, body, styles=styles) == "Leave is a right."


def test_placeholders_of_content_controls_are_no_text(tmp_path: Path) -> None:
    control = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    empty = control.format("<w:showingPlcHdr/>", run("Click to enter text."))
    assert _text(tmp_path, p("Name: ", empty, control.format("", run("Ada")))) == "Name: Ada"


def test_text_boxes_appear_once_also_in_cells(tmp_path: Path) -> None:
    body = p("Around.", box(p("Boxed.", box(p("Inner."))))) + table(
        row("Port", "Boats"), row(cell(p("Aldmoor", box(p("(new)")))), "4")
    )
    assert _text(tmp_path, body) == "Around.\n\nBoxed.\n\nInner.\n\nPort: Aldmoor (new); Boats: 4."


def test_marks_symbols_and_formulas(tmp_path: Path) -> None:
    marks = "<w:r><w:t>co</w:t><w:softHyphen/><w:t>op</w:t><w:tab/><w:t>re</w:t><w:noBreakHyphen/><w:t>use</w:t></w:r>"
    symbols = '<w:r><w:sym w:font="Symbol" w:char="F0A3"/><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    private = run("\uf061", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>')
    part = "<m:r><m:t>{}</m:t></m:r>"
    half = f"<m:f><m:num>{part.format('a+b')}</m:num><m:den>{part.format('2')}</m:den></m:f>"
    power = f"<m:sSup><m:e>{part.format('r')}</m:e><m:sup>{part.format('2')}</m:sup></m:sSup>"
    body = p(marks) + p(symbols, private) + p("A = ", f"<m:oMath>{half}{part.format(' + ')}{power}</m:oMath>")
    assert _text(tmp_path, body) == "coop\tre-use\n\n≤☑α\n\nA = (a+b)/2 + r^2"


def test_raised_figures_do_not_join_others(tmp_path: Path) -> None:
    up, down = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
    body = p("10", run("6", up), " m", run("2", up), " of CO", run("2", down), " by the 1", run("s", up), run("t", up))
    styles = style("Mark", "Mark", look=up, kind="character")
    body += p("Fees rise.", run("4", '<w:rStyle w:val="Mark"/>'))
    assert _text(tmp_path, body, styles=styles) == "10^6 m² of CO2 by the 1st\n\nFees rise."


def test_a_drop_cap_joins_its_paragraph(tmp_path: Path) -> None:
    assert (
        _text(tmp_path, p("L", properties='<w:framePr w:dropCap="drop"/>') + p("eave is a right."))
        == "Leave is a right."
    )


def test_headings_are_found_by_style_outline_and_localised_names(tmp_path: Path) -> None:
    styles = (
        style("Heading2", "heading 2", '<w:outlineLvl w:val="1"/>')
        + style("Own", "Section title", base="Heading2")
        + style("Body", "Body of it", '<w:outlineLvl w:val="9"/>', base="Heading2")
        + style("Titre3", "Titre 3")
        + style("Rule", "Rule", base="Titre3")
        + style("Title", "Title")
    )
    names = ("Title", "Heading2", "Own", "Titre3", "Rule", "Body")
    body = "".join(p(f"By {name}", style=name) for name in names)
    body += p("By itself", properties='<w:outlineLvl w:val="3"/>') + p("Text.")
    prose = "The supplier shall, within ten days of the order, deliver the nets and the ropes to the harbour office."
    found = document(tmp_path / "a.docx", word(body + p(prose, style="Own"), styles=styles))
    assert outline(found) == [
        (1, "By Title"), (2, "By Heading2"), (2, "By Own"), (3, "By Titre3"), (3, "By Rule"), (4, "By itself"),
    ]  # fmt: skip
    assert found.text.endswith(prose)


def test_without_styles_the_look_shows_the_headings(tmp_path: Path) -> None:
    body = p(run("Harbour rules", '<w:sz w:val="40"/>'))
    for name in ("Scope", "Fees"):
        body += p(run(name, "<w:b/>")) + "".join(p(f"A sentence about it, number {n}.") for n in range(3))
    found = document(tmp_path / "a.docx", word(body + p(run("Pay.", "<w:b/>"), " Or leave.")))
    assert outline(found) == [(1, "Harbour rules"), (2, "Scope"), (2, "Fees")]
    assert found.reference.title == "Harbour rules"


@pytest.mark.parametrize("suffix", [".docx", ".docm", ".dotx", ".dotm", ".DOCX"])
def test_documents_with_macros_and_templates_and_the_strict_form_are_read(tmp_path: Path, suffix: str) -> None:
    content = strict_word(p("first", number=(1, 0)), numbering=_NUMBERING)
    assert document(tmp_path / f"a{suffix}", content).text == "1. first"


def test_damaged_parts_give_one_sentence(tmp_path: Path) -> None:
    assert "its part word/document.xml is not XML" in reason(tmp_path / "a.docx", word("<w:p>"))
    assert "is encrypted" in reason(tmp_path / "b.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    whole = word(p("Leave is a right.") * 1000)
    assert "is not a Word document" in reason(tmp_path / "c.docx", whole[: len(whole) // 2])


def test_styles_that_are_based_on_each_other_end(tmp_path: Path) -> None:
    styles = style("A", "A", base="B") + style("B", "B", base="A")
    assert _text(tmp_path, p("Leave.", style="A"), styles=styles) == "Leave."
