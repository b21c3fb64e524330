"""Titles, authors and dates of web pages are those that a librarian would write down."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.types import Reference
from tests.sources.parsing import document

_BODY = (
    "<p>The harbour office keeps a register of all ships that enter the port.</p><p>On 7 June 2019 the council met.</p>"
)


def _reference(tmp_path: Path, head: str, body: str = f"<h1>Fees</h1>{_BODY}") -> Reference:
    page = f"<!doctype html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    return document(tmp_path / "page-1.html", page).reference


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Fees of harbours | Port of Aldmoor</title>", f"<h1>Fees of harbours</h1>{_BODY}", "Fees of harbours"),
        ("<title>Port of Aldmoor - Fees of harbours</title>", f"<h1>Fees of harbours</h1>{_BODY}", "Fees of harbours"),
        ("<title>Fees of harbours | Port of Aldmoor</title>", _BODY, "Fees of harbours"),
        ("<title>Home</title>", f"<h1>Fees of harbours</h1>{_BODY}", "Fees of harbours"),
        ("<title>Microsoft Word - fees_draft.docx</title>", f"<h1>Fees of harbours</h1>{_BODY}", "Fees of harbours"),
        (
            "<title>Fees of harbours - Port of Aldmoor</title>",
            f"<h1>Port of Aldmoor</h1><h2>Fees of harbours</h2>{_BODY}",
            "Fees of harbours",
        ),
        (
            "<title>Port of Aldmoor</title><meta property=og:site_name content='Port of Aldmoor'>",
            f"<h1>Fees of harbours</h1>{_BODY}",
            "Fees of harbours",
        ),
        ("<title>Act 7 of 2031: Harbours</title>", f"{_BODY}<h1>Annex</h1>{_BODY}", "Act 7 of 2031: Harbours"),
        ("<title>x.html</title><meta name='DC.title' content='Order on harbours'>", _BODY, "Order on harbours"),
        (
            "<title>Harbours: fees and dues</title>",
            f"<h1>Harbours: fees and dues</h1>{_BODY}",
            "Harbours: fees and dues",
        ),
        ("", f"<h2>Fees of harbours</h2>{_BODY}", "Fees of harbours"),
        ("", _BODY, "Page 1"),
    ],
)
def test_the_title_is_that_of_the_page_without_the_site(tmp_path: Path, head: str, body: str, title: str) -> None:
    assert _reference(tmp_path, head, body).title == title


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("<meta name=author content='Obi, Ada'>", "Obi, Ada"),
        ("<meta name=author content='Ministry of Ports, Fees and Dues'>", "Ministry of Ports, Fees and Dues"),
        ("<meta name=author content='Council of Aldmoor/Planning'>", "Council of Aldmoor/Planning"),
        ("<meta name=author content='Ada Obi'><meta name=author content='Ben Cole'>", "Ada Obi; Ben Cole"),
        ("<meta name=citation_author content='Obi, Ada'><meta name=author content='WordPress'>", "Obi, Ada"),
        ("<meta name=author content='LibreOffice'>", None),
        ("<meta name=author content='https://example.org/ada'>", None),
        (
            "<script type='application/ld+json'>"
            '{"@graph": [{"headline": "Fees", "author": [{"name": "Ada Obi"}, {"name": "Ben Cole"}]}]}</script>',
            "Ada Obi; Ben Cole",
        ),
        ("<script type='application/ld+json'>{broken</script>", None),
    ],
)
def test_authors_stand_as_they_are_written(tmp_path: Path, head: str, author: str | None) -> None:
    assert _reference(tmp_path, head).author == author


def test_a_byline_names_the_author(tmp_path: Path) -> None:
    body = f"<h1>Fees</h1><p>By <a rel=author href=/ada>Ada Obi</a></p>{_BODY}"
    assert _reference(tmp_path, "", body).author == "Ada Obi"


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ("<meta property=article:published_time content='2024-03-05T10:00:00+01:00'>", "", "2024-03-05"),
        ("<meta name='dcterms.modified' content='2025-01-01'><meta name='dcterms.issued' content='2024'>", "", "2024"),
        ("<meta name=date content='25/04/2024'>", "", "2024-04-25"),
        ("<meta name=date content='05/04/2024'>", "", None),
        ('<script type=\'application/ld+json\'>{"datePublished": "2024-03-05"}</script>', "", "2024-03-05"),
        ("", "<p>Published <time datetime='2024-03-05'>5 March</time></p>", "2024-03-05"),
        ("", "<p>The fair is on <time datetime='2026-09-09'>9 September</time>.</p>", None),
        ("<meta name='last-modified' content='2025-01-01'>", "", "2025-01-01"),
    ],
)
def test_a_stated_date_wins_over_dates_in_the_text(tmp_path: Path, head: str, body: str, date: str | None) -> None:
    assert _reference(tmp_path, head, f"<h1>Fees</h1>{body}{_BODY}").published == date
