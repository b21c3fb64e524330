"""Paragraphs of a Word document have the numbers that Word shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document, outline
from tests.sources.word_parts import box, definition, level, numbers, p, style, word

_CLAUSES = definition(1, level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)"), level(2, "lowerRoman", "(%3)"))


def _lines(path: Path, body: str, **parts: str) -> list[str]:
    return document(path / "a.docx", word(body, **parts)).text.splitlines()


def test_levels_have_their_own_numbers_and_start_again(tmp_path: Path) -> None:
    depths = [0, 1, 1, 2, 2, 1, 0, 1]
    body = "".join(p("Text", number=(7, depth)) for depth in depths)
    lines = _lines(tmp_path, body, numbering=_CLAUSES + numbers(7, of=1))
    assert lines == [f"{one} Text" for one in ("1.", "(a)", "(b)", "(i)", "(ii)", "(c)", "2.", "(a)")]


def test_a_label_names_the_levels_above_it(tmp_path: Path) -> None:
    levels = definition(
        1,
        level(0, "upperRoman", "Part %1"),
        level(1, "decimal", "%1.%2", extra="<w:isLgl/>"),
        level(2, "lowerLetter", "%2%3)"),
    )
    body = "".join(p("x", number=(1, depth)) for depth in (0, 0, 1, 2, 2, 1))
    lines = _lines(tmp_path, body, numbering=levels + numbers(1, of=1))
    assert lines == ["Part I x", "Part II x", "2.1 x", "1a) x", "1b) x", "2.2 x"]


def test_lists_of_one_definition_count_on_unless_a_list_starts_anew(tmp_path: Path) -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    body = "".join(p("x", number=(key, 0)) for key in (1, 1, 2, 3, 3, 1))
    lists = numbers(1, of=1) + numbers(2, of=1) + numbers(3, of=1, overrides=anew)
    assert _lines(tmp_path, body, numbering=_CLAUSES + lists) == ["1. x", "2. x", "3. x", "5. x", "6. x", "7. x"]


def test_a_list_may_replace_a_level_of_its_definition(tmp_path: Path) -> None:
    changed = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "Annex %1:", start=2)}</w:lvlOverride>'
    body = p("x", number=(1, 0)) + p("y", number=(1, 0))
    lines = _lines(tmp_path, body, numbering=_CLAUSES + numbers(1, of=1, overrides=changed))
    assert lines == ["Annex B: x", "Annex C: y"]


def test_a_level_may_never_start_again(tmp_path: Path) -> None:
    levels = definition(
        1, level(0, "decimal", "Chapter %1"), level(1, "decimal", "Article %2", extra='<w:lvlRestart w:val="0"/>')
    )
    body = "".join(p("x", number=(1, depth)) for depth in (0, 1, 1, 0, 1))
    lines = _lines(tmp_path, body, numbering=levels + numbers(1, of=1))
    assert lines == ["Chapter 1 x", "Article 1 x", "Article 2 x", "Chapter 2 x", "Article 3 x"]


@pytest.mark.parametrize(
    ("form", "start", "labels"),
    [
        ("decimal", 9, "9 10"),
        ("decimalZero", 9, "09 10"),
        ("lowerLetter", 26, "z aa bb"),
        ("upperLetter", 2, "B C"),
        ("upperRoman", 3, "III IV"),
        ("lowerRoman", 9, "ix x"),
        ("ordinal", 1, "1st 2nd 3rd 4th"),
        ("ordinal", 11, "11th 12th"),
        ("cardinalText", 20, "Twenty Twenty-one"),
        ("ordinalText", 1, "First Second Third"),
        ("ordinalText", 19, "Nineteenth Twentieth Twenty-first"),
        ("russianLower", 1, "а б в"),
        ("chineseCounting", 9, "九 十 十一"),
        ("decimalEnclosedCircle", 1, "① ②"),
        ("chicago", 1, "* † ‡"),
        ("001, 002, 003, ...", 7, "007 008"),
        ("aNewForm", 2, "2 3"),
    ],
)
def test_numbers_have_the_form_of_their_level(tmp_path: Path, form: str, start: int, labels: str) -> None:
    body = "".join(p("x", number=(1, 0)) for _ in labels.split())
    lines = _lines(tmp_path, body, numbering=definition(1, level(0, form, "%1", start)) + numbers(1, of=1))
    assert lines == [f"{label} x" for label in labels.split()]


def test_a_style_numbers_its_paragraphs_at_the_level_that_names_it(tmp_path: Path) -> None:
    own = '<w:numPr><w:numId w:val="4"/></w:numPr>'
    styles = (
        style("H1", "heading 1", f"{own}<w:outlineLvl w:val='0'/>")
        + style("H2", "heading 2", f"{own}<w:outlineLvl w:val='1'/>")
        + style("Mine", "My heading", base="H2")
        + style("Plain", "Plain", '<w:numPr><w:numId w:val="0"/></w:numPr>', base="H2")
    )
    levels = definition(
        9,
        level(0, "upperRoman", "Article %1", extra='<w:pStyle w:val="H1"/>'),
        level(1, "decimal", "Section %1.%2", extra='<w:pStyle w:val="H2"/><w:isLgl/>'),
    )
    names = ("H1", "H2", "Mine", "H1", "Mine", "Plain")
    body = "".join(p("Title", style=name) for name in names)
    found = document(tmp_path / "a.docx", word(body, styles=styles, numbering=levels + numbers(4, of=9)))
    assert outline(found) == [
        (1, "Article I Title"),
        (2, "Section 1.1 Title"),
        (2, "Section 1.2 Title"),
        (1, "Article II Title"),
        (2, "Section 2.1 Title"),
        (2, "Title"),
    ]


def test_a_list_may_take_its_levels_from_a_list_style(tmp_path: Path) -> None:
    styles = style("Rules", "Rules", '<w:numPr><w:numId w:val="2"/></w:numPr>', kind="numbering")
    linked = definition(1, extra='<w:numStyleLink w:val="Rules"/>')
    source = definition(2, level(0, "decimal", "Rule %1"), extra='<w:styleLink w:val="Rules"/>')
    lists = linked + source + numbers(1, of=1) + numbers(2, of=2)
    body = p("x", number=(1, 0)) + p("y", number=(2, 0))
    assert _lines(tmp_path, body, styles=styles, numbering=lists) == ["Rule 1 x", "Rule 2 y"]


def test_paragraphs_that_a_reader_does_not_see_take_no_number(tmp_path: Path) -> None:
    removed = '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr>'
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    body = (
        p("one", number=(1, 0))
        + p("<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>", number=(1, 0), properties=removed)
        + p("<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>", number=(1, 0), properties=hidden)
        + p("two", number=(1, 0))
        + p("three", number=(1, 0), properties="<w:pPrChange><w:pPr/></w:pPrChange>")
    )
    assert _lines(tmp_path, body, numbering=_CLAUSES + numbers(1, of=1)) == ["1. one", "2. two", "3. three"]


def test_bullets_and_levels_without_a_label(tmp_path: Path) -> None:
    levels = definition(1, level(0, "bullet", "\uf0b7"), level(1, "none", ""), level(2, "bullet", "☐"))
    body = "".join(p("x", number=(1, depth)) for depth in (0, 1, 2))
    assert _lines(tmp_path, body, numbering=levels + numbers(1, of=1)) == ["- x", "", "x", "", "- ☐ x"]


def test_a_number_without_a_definition_is_no_list(tmp_path: Path) -> None:
    assert _lines(tmp_path, p("x", number=(3, 0)), numbering=_CLAUSES) == ["x"]
    assert _lines(tmp_path, p("x", number=(3, 0))) == ["x"]


def test_a_text_box_and_a_footnote_count_for_themselves(tmp_path: Path) -> None:
    body = p("one", number=(1, 0)) + p("two", box(p("boxed", number=(1, 0))), number=(1, 0)) + p("three", number=(1, 0))
    lines = _lines(tmp_path, body, numbering=_CLAUSES + numbers(1, of=1))
    assert lines == ["1. one", "2. two", "1. boxed", "3. three"]


@pytest.mark.parametrize(
    ("written", "read"),
    [("•\tNets.", "- Nets."), ("(a)\tNets.", "(a) Nets."), ("2.1\tNets.", "2.1 Nets."), ("12\t30\t40", "12\t30\t40")],
)
def test_a_typed_label_makes_an_item(tmp_path: Path, written: str, read: str) -> None:
    assert _lines(tmp_path, p(written)) == [read]
