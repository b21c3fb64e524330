"""Words of a web page: what is hidden or struck out is left out, and exponents and marks stay apart from figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document

_RIGHT = "<p>The due is 45 crowns.</p>"


def text(folder: Path, body: str, head: str = "") -> str:
    return document(folder / "page.html", f"<html><head>{head}</head><body>{body}</body></html>").text


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>99</p>",
        "<p style='display: none'>99</p>",
        "<p style='visibility:hidden'>99</p>",
        "<p style='opacity: 0'>99</p>",
        "<p style='font-size:0'>99</p>",
        "<p style='font-size: 1px'>99</p>",
        "<p style='position:absolute; left:-9999px'>99</p>",
        "<p style='text-indent:-5000px'>99</p>",
        "<p style='color:#FFF'>99</p>",
        "<p style='color: rgb(255, 255, 255)'>99</p>",
        "<p style='color: transparent'>99</p>",
        "<div style='background:#000'><p style='color:black'>99</p></div>",
        "<p style='color:white;background-color:white'>99</p>",
        "<p style='clip: rect(0,0,0,0)'>99</p>",
        "<p style='height:0;overflow:hidden'>99</p>",
        "<template><p>99</p></template>",
        "<noscript><p>99</p></noscript>",
        "<dialog><p>99</p></dialog>",
        "<p aria-hidden='true'>99</p>",
        "<span class='visually-hidden'>99</span>",
        "<p><del>99</del></p>",
        "<p><s>99</s></p>",
        "<p style='text-decoration: line-through red'>99</p>",
        "<!-- 99 -->",
        "<p class='secret'>99</p>",
        "<p class='screen'>99</p>",
        "<p style='opacity:0.01'>99</p>",
        "<p style='color:#fefefe'>99</p>",
        "<p style='color: hsl(0, 0%, 100%)'>99</p>",
        "<div style='background: navy'><p style='color:navy'>99</p></div>",
        "<font color=white>99</font>",
        "<p style='transform: translateX(-9999px)'>99</p>",
        "<p style='transform:scale(0)'>99</p>",
        "<p style='position:fixed;left:20000px'>99</p>",
        "<p style='max-height:0;overflow-y:hidden'>99</p>",
        "<p style='content-visibility:hidden'>99</p>",
        "<p style='clip-path: circle(0)'>99</p>",
        "<div id='draft'><p>99</p></div>",
    ],
)
def test_text_that_a_reader_does_not_see_is_left_out(tmp_path: Path, hidden: str) -> None:
    styles = "<style>a:hover {color: red} .secret, #draft {display: none}"
    styles += "@media screen {.screen {font-size: 0}}</style>"
    assert text(tmp_path, _RIGHT + hidden, styles) == "The due is 45 crowns."


@pytest.mark.parametrize(
    "shown",
    [
        "<div style='background:navy'><p style='color:white'>99</p></div>",
        "<div style='background-color:#003'><p style='color:#fff'>99</p></div>",
        "<p style='color:#333'>99</p>",
        "<p style='opacity:0.9; font-size: 12px; left: -2px'>99</p>",
        "<dialog open><p>99</p></dialog>",
        "<details><p>99</p></details>",
        "<p><ins>99</ins></p>",
        "<p class='lead'>99</p>",
        "<p class='paper'>99</p>",
        "<p style='color:#eee'>99</p>",
        "<p style='color:inherit;background:none'>99</p>",
        "<p style='transform:scale(0.9) translateX(10px)'>99</p>",
        "<p style='color:navy'>99</p>",
    ],
)
def test_text_that_a_reader_sees_is_kept(tmp_path: Path, shown: str) -> None:
    assert text(
        tmp_path, _RIGHT + shown, "<style>.lead:hover {display: none} @media print {.paper {display: none}}</style>"
    ).endswith("99")


def test_the_text_after_a_hidden_element_stays(tmp_path: Path) -> None:
    assert text(tmp_path, "<p>The due is <del>30</del> 45 <s>pence</s> crowns.</p>") == "The due is 45 crowns."


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("10<sup>6</sup> tonnes", "10^6 tonnes"),
        ("12 m<sup>2</sup>", "12 m²"),
        ("H<sub>2</sub>O", "H2O"),
        ("the 1<sup>st</sup> day", "the 1st day"),
        ("per day<sup><a href='#n1'>1</a></sup>.", "per day."),
        ("per day<sup>1</sup>.", "per day."),
        ("per day.<sup class='footnote-ref'>[12]</sup>", "per day."),
        ("per day<a href='#n1' role='doc-noteref'><sup>1</sup></a>.", "per day."),
        ("x10<sup>-3</sup>", "x10^-3"),
        ("10<span style='vertical-align: super'>6</span> tonnes", "10^6 tonnes"),
        ("2<sup>1</sup>/<sub>2</sub> percent", "2 1/2 percent"),
        ("<sup>3</sup>&frasl;<sub>4</sub> inch", "3⁄4 inch"),
        ("<sup>1</sup> Die Fähre ist frei.", "1 Die Fähre ist frei."),
        ("Art. 5<sup>bis</sup>", "Art. 5bis"),
        ("ports<sup>2,3</sup> and costs<sup>*</sup> of 2020<sup>a</sup>", "ports and costs of 2020"),
    ],
)
def test_raised_and_lowered_words_stay_apart_from_figures(tmp_path: Path, page: str, expected: str) -> None:
    assert text(tmp_path, f"<p>{page}</p>") == expected


def test_numbers_that_the_style_sets_apart_have_a_space(tmp_path: Path) -> None:
    numbers = "<span class='LegP1No'>1</span><span class='LegP2No'>(1)</span>"
    assert text(tmp_path, f"<p>{numbers}<span class='LegP2Text'>A ferry pays.</span></p>") == "1 (1) A ferry pays."


def test_marks_of_amendments_are_left_out(tmp_path: Path) -> None:
    mark = "<span class='LegChangeDelimiter'>[</span><sup><a class='LegCommentaryLink' href='#c1'>F1</a></sup>"
    assert text(tmp_path, f"<p>a chain ferry or {mark}a raft.</p>") == "a chain ferry or a raft."


@pytest.mark.parametrize(
    ("words", "encoding", "label"),
    [
        ("Le péage coûte 5 € à Nîmes.", "cp1252", ""),
        ("Le péage coûte 5 € à Nîmes.", "cp1252", "<meta charset=latin1>"),
        ("Poplatek činí pět korun za člun.", "cp1250", "<meta charset='windows-1250'>"),
        ("Сбор составляет пять рублей за лодку.", "cp1251", ""),
        ("Le péage coûte cinq à Nîmes.", "cp1252", "<meta charset=utf-8>"),
        ("Το τέλος είναι πέντε ευρώ.", "utf-8", ""),
        ("Der Köhler zahlt 5 € für die Fähre.", "utf-8", "<meta charset=iso-8859-1>"),
    ],
)
def test_a_page_is_decoded_as_browsers_do(tmp_path: Path, words: str, encoding: str, label: str) -> None:
    page = f"<html><head>{label}</head><body><p>{words}</p></body></html>"
    assert document(tmp_path / "a.html", page.encode(encoding)).text == words


def test_an_unlabelled_page_is_decoded_by_its_language(tmp_path: Path) -> None:
    words = "Przystań żeglarska świadczy usługi łodzią."
    page = f"<html lang=pl><body><p>{words}</p></body></html>"
    assert document(tmp_path / "a.html", page.encode("cp1250")).text == words


def test_words_beside_a_form_for_screen_readers_are_seen(tmp_path: Path) -> None:
    label = "<span aria-hidden=true>§ 1.</span><span class=sr-only>Paragraph one</span>"
    assert text(tmp_path, f"<p>{label} A ferry pays.</p>") == "§ 1. A ferry pays."
