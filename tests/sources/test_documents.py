"""Parsing any bytes yields documents or reasons, never an exception."""

from __future__ import annotations

import random
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from rag.errors import UnreadableSource
from rag.formats import suffixes
from rag.sources.documents import parse
from rag.text import normalise
from rag.types import Document
from tests.cases import cases

_HINTS = [
    b"---\n",
    b"# ",
    b"<p>",
    b"<table><tr><td>",
    b"%PDF-1.7",
    b"PK\x03\x04",
    b'{"text": "',
    b"\xff\xfe",
    b"\n\n",
    b"1. ",
]


def _check(path: Path) -> None:
    for record in parse(path):
        assert isinstance(record.content, Document | UnreadableSource)
        if isinstance(record.content, Document):
            assert normalise(record.content.text) == record.content.text
        else:
            assert path.name in str(record.content)


@pytest.mark.parametrize("suffix", suffixes())
@cases(30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=30) | st.sampled_from(_HINTS), max_size=8).map(b"".join))
def test_no_bytes_make_a_parser_raise(tmp_path: Path, suffix: str, raw: bytes) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(raw)
    _check(path)


@pytest.mark.parametrize("suffix", [".pdf", ".docx"])
def test_no_damage_makes_a_parser_raise(tmp_path: Path, suffix: str) -> None:
    whole = tmp_path / f"whole{suffix}"
    if suffix == ".pdf":
        canvas = Canvas(str(whole), pageCompression=0)
        canvas.drawString(72, 700, "Leave is a right.")
        canvas.save()
    else:
        word = docx.Document()
        word.add_paragraph("Leave is a right.", style="List Bullet")
        word.save(str(whole))
    raw, chance = whole.read_bytes(), random.Random(7)
    for _ in range(60):
        damaged = bytearray(raw)
        for _ in range(chance.randint(1, 60)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = chance.choice([chance.randint(len(raw) // 2, len(raw)), len(raw)])
        (tmp_path / f"damaged{suffix}").write_bytes(damaged[:cut])
        _check(tmp_path / f"damaged{suffix}")
