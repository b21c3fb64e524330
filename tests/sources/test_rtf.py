"""Rich Text is read with the numbers of its lists, its headings, tables and footnotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document, outline, reason

_HEAD = (
    r"{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}"
    r"{\f2\fcharset2 Symbol;}}{\colortbl;\red0\green0\blue0;}"
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 \'dcberschrift 2;}{\s3 Title;}{\s4 toc 1;}}"
)


def _rtf(body: str, info: str = "") -> bytes:
    return (f"{_HEAD}{{\\info{info}}}{body}}}").encode("ascii")


def _text(path: Path, body: str) -> str:
    return document(path / "a.rtf", _rtf(body)).text


def _row(*cells: str, head: str = "", merge: str = "") -> str:
    places = "".join(f"{merge if n == 0 else ''}\\cellx{n + 1}000" for n in range(len(cells)))
    return f"\\trowd{head}{places}\\pard\\intbl " + "".join(f"{cell}\\cell " for cell in cells) + "\\row\\pard "


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"Leave\par is", "Leave\n\nis"),
        (r"caf\'e9 \u8364?5 \u-10179?\u-8704? \{a\}\~b\\", "café €5 😀 {a} b\\"),
        (r"\f1 \'c3\'e0\'e2\'e0\'ed\'fc", "Гавань"),
        (r"{\f2 \'a3}5 {\f2 \u-4000?}", "≤5 `"),
        (r"\ldblquote So\rdblquote\tab\emdash\line next\-ly", "“So”\t—\nnextly"),
        (r"{\v hidden}{\strike struck }{\deleted gone }seen{\b\i  bold}\plain.", "seen bold."),
        (r"10{\super 6} of CO{\sub 2}", "10^6 of CO2"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt the rules}}", "the rules"),
        (r"{\field{\*\fldinst TOC x}{\fldrslt Scope 3}}Text", "Text"),
        (r"{\header Top}{\footer Below}{\*\unknown no}{\pict 0102}{\*\bkmkstart a}Text{\annotation Really?}", "Text"),
        (r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt Boxed.\par}}}Around.\par", "Around.\n\nBoxed."),
        ("Leave {\\*\\x\\bin4 }}}}}is\r\n a", "Leave is a"),
        (r"{\pard\s4 Scope 3\par}\pard Text", "Text"),
    ],
)
def test_text_is_as_a_reader_sees_it(tmp_path: Path, written: str, read: str) -> None:
    assert _text(tmp_path, written) == read


def test_lists_have_the_stored_numbers(tmp_path: Path) -> None:
    body = (
        r"{\listtext\pard\plain 1.\tab}The office keeps a register.\par"
        r"{\listtext (a)\tab}the name\par{\pntext\f2\'b7\tab}a bullet\par\pard (b)\tab typed\par"
    )
    assert _text(tmp_path, body).splitlines() == [
        "1. The office keeps a register.", "(a) the name", "- a bullet", "(b) typed",
    ]  # fmt: skip


def test_headings_and_facts(tmp_path: Path) -> None:
    body = r"\pard\s3 Harbour rules\par\pard\s1 Scope\par\pard\s2 Ports\par\pard\outlinelevel2 Boats\par\pard Text.\par"
    info = r"{\title Document1}{\author Ada \u214?bi}{\operator Ben}{\creatim\yr2021\mo5\dy4\hr1}"
    found = document(tmp_path / "a.rtf", _rtf(body, info))
    assert outline(found) == [(1, "Harbour rules"), (1, "Scope"), (2, "Ports"), (3, "Boats")]
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == ("Harbour rules", "Ada Öbi", "2021-05-04")
    assert "Ben" not in found.text


def test_footnotes_follow_their_paragraph(tmp_path: Path) -> None:
    body = r"Leave{\super\chftn}{\footnote\pard {\super\chftn} Since May.} is a right.\par The end.\par"
    assert _text(tmp_path, body) == "Leave is a right.\n\nSince May.\n\nThe end."


def test_tables_keep_their_cells_in_place(tmp_path: Path) -> None:
    body = (
        r"Before.\par "
        + _row("Port", "Season", "Boats", head=r"\trhdr")
        + _row("Aldmoor", "spring", "4", merge=r"\clvmgf")
        + _row("", "summer", "", merge=r"\clvmrg")
        + r"After.\par"
    )
    assert _text(tmp_path, body).splitlines() == [
        "Before.",
        "",
        "Port: Aldmoor; Season: spring; Boats: 4.",
        "Port: Aldmoor; Season: summer.",
        "",
        "After.",
    ]


def test_rich_text_may_have_the_suffix_of_word(tmp_path: Path) -> None:
    assert document(tmp_path / "a.doc", _rtf("Leave is a right.")).text == "Leave is a right."


def test_hostile_and_damaged_files_give_one_sentence(tmp_path: Path) -> None:
    assert "is not Rich Text" in reason(tmp_path / "a.rtf", b"Leave is a right.")
    assert "is nested too deeply" in reason(tmp_path / "b.rtf", b"{\\rtf1 " + b"{" * 100_000)
    assert document(tmp_path / "c.rtf", b"{\\rtf1 Leave\\u99999999?\\bin999999999 x").text.startswith("Leave")
    assert "holds no text" in reason(tmp_path / "d.rtf", b"{\\rtf1}}}}}" + b"\\par" * 1000)
