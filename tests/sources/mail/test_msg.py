"""An e-mail file of Outlook gives the same document as the same e-mail in a standard file."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.sources.documents import parse
from rag.types import Document
from tests.sources.mail.compound import compound, outlook
from tests.sources.parsing import document, reason

_QUOTED = "\r\n\r\nFrom: Uwe Test\r\nSent: 1 May 2025\r\nTo: Karl Test\r\nSubject: Fähre\r\n\r\nIt is free."


def test_a_message_has_its_words_and_facts(tmp_path: Path) -> None:
    found = document(tmp_path / "a.msg", compound(outlook("Karl Test", "RE: Fähre", f"Die Fähre kostet 4 €.{_QUOTED}")))
    reference = found.reference
    assert found.text == "Die Fähre kostet 4 €."
    assert (reference.title, reference.author, reference.published) == ("Fähre", "Karl Test", "2025-05-02")
    assert (found.metadata["to"], found.metadata["format"]) == ("Ina Test", "msg")


def test_a_message_only_in_html_is_read(tmp_path: Path) -> None:
    raw = compound(
        outlook("Karl Test", "Fähre", "", html="<p>Die Fähre.</p><ol start='3'><li>Drei.</li></ol>".encode())
    )
    assert document(tmp_path / "a.msg", raw).text == "Die Fähre.\n\n3. Drei."


def test_a_long_message_is_read_whole(tmp_path: Path) -> None:
    words = " ".join(f"Ferry number {number} runs." for number in range(9_000))
    assert document(tmp_path / "a.msg", compound(outlook("Karl Test", "Ferry", words))).text == words


def test_an_attached_message_keeps_its_sender(tmp_path: Path) -> None:
    inner = outlook("Uwe Test", "Ferry", "It is free.", inner=True)
    found = document(tmp_path / "a.msg", compound(outlook("Karl Test", "Fw: Ferry", "See below.", messages=(inner,))))
    assert found.text.split("\n\n") == ["See below.", "Message from Uwe Test, 2025-05-02", "It is free."]
    assert found.reference.author == "Karl Test, Uwe Test"


def test_attachments_become_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.msg"
    path.write_bytes(compound(outlook("Karl Test", "Ferry", "See.", attached={"../b.md": b"# Fares\n\nFour."})))
    assert [record.key for record in parse(path)] == [str(path)]
    _, record = parse(path, attachments=True)
    assert isinstance(record.content, Document)
    assert (record.key, record.content.reference.title) == (f"{path}#b.md", "Fares")
    assert record.content.metadata["sent_by"] == "Karl Test"


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"no", "is not an Outlook e-mail"), (compound({"WordDocument": b"x"}), "another file of Office")],
)
def test_another_file_is_refused(tmp_path: Path, raw: bytes, words: str) -> None:
    assert words in reason(tmp_path / "a.msg", raw)


def test_a_truncated_message_fails_with_a_reason(tmp_path: Path) -> None:
    raw = compound(outlook("Karl Test", "Ferry", "Words. " * 2_000))
    for length in (600, 1_500, len(raw) // 2):
        path = tmp_path / f"{length}.msg"
        path.write_bytes(raw[:length])
        (record,) = parse(path)
        assert isinstance(record.content, Document) or "Outlook e-mail" in str(record.content)
