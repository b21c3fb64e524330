"""Web pages give their main text with its structure, without menus and footers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document, outline, reason

_PROSE = (
    "Employees accrue twenty days of leave in each calendar year, and <b>unused</b> days <a href='x'>lapse</a> "
    "in March. "
)
_PAGE = f"""<html lang="en-GB"><head><title>Leave policy - Acme</title>
<meta name="jurisdiction" content="Kenya"><meta name="author" content="Jane Doe"><meta name="date" content="2022-06-05">
<meta name="viewport" content="width=1"></head>
<body><nav><a href="/">Home</a> <a href="/about">About</a></nav><main><h1>Leave policy</h1><p>{_PROSE * 3}</p>
<h2>Sick leave</h2><ul><li>Tell your manager.<ul><li>At once.</li></ul></li><li>See a <i>doctor</i>.</li></ul>
<p>Share on Facebook</p><ol><li>First</li><li>Second</li></ol>
<table><tr><th>Grade</th><th>Days</th></tr><tr><td>A</td><td>20</td></tr><tr><td>B</td><td>25</td></tr></table>
<p>{_PROSE}</p></main><footer>Copyright Acme</footer></body></html>"""


def test_the_main_text_keeps_its_structure(tmp_path: Path) -> None:
    found = document(tmp_path / "a.html", _PAGE)
    assert outline(found) == [(1, "Leave policy"), (2, "Sick leave")]
    assert "unused days lapse in March." in found.text
    assert "- Tell your manager.\n- At once.\n- See a doctor." in found.text
    assert "1. First\n2. Second\n\nGrade: A; Days: 20.\nGrade: B; Days: 25." in found.text


def test_menus_and_footers_are_left_out(tmp_path: Path) -> None:
    text = document(tmp_path / "a.html", _PAGE).text
    assert not any(words in text for words in ("Home", "Facebook", "Copyright"))


def test_the_meta_tags_give_the_facts(tmp_path: Path) -> None:
    found = document(tmp_path / "a.html", _PAGE)
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == ("Leave policy", "Jane Doe", "2022-06-05")
    assert found.language == "en"
    assert found.metadata == {"jurisdiction": "Kenya", "format": "html"}


def test_a_short_page_keeps_its_structure(tmp_path: Path) -> None:
    inside = "<nav>Home</nav><h1>Fees</h1><div>Pay <b>now</b>:<ul><li>cash<li>card</ul>or later.</div>"
    found = document(tmp_path / "a.htm", f"<html><body>{inside}</body></html>")
    assert found.text == "Fees\n\nPay now:\n\n- cash\n- card\n\nor later."


def test_a_page_without_words_is_refused(tmp_path: Path) -> None:
    assert "holds no text" in reason(tmp_path / "a.html", "<html><body><img src='a.png'></body></html>")


def test_a_page_is_decoded_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    page = "<html><head><meta charset='iso-8859-1'></head><body><p>Règlement général.</p></body></html>"
    assert document(tmp_path / "a.html", page.encode("latin-1")).text == "Règlement général."


@pytest.mark.parametrize("body", ["<div>" * 300 + "Deep." + "</div>" * 300, "<p>" + "Leave. " * 2_000_000 + "</p>"])
def test_a_page_that_lxml_would_cut_off_is_refused(tmp_path: Path, body: str) -> None:
    page = f"<html><body><p>Leave is a right.</p>{body}<p>After.</p></body></html>"
    assert "parsed completely" in reason(tmp_path / "a.html", page)
