"""Attachments of an e-mail become documents if the setting asks for it."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from rag.errors import UnsupportedSource
from rag.service import Service
from rag.settings import Settings
from rag.sources.documents import parse
from rag.types import Document
from rag.wiring import assemble
from tests.articles import Articles, quietly, states


def _message(body: str = "See the annex.", **files: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Ina Test <ina@example.org>", "Ferry"
    message.set_content(body)
    for name, content in files.items():
        file_name = name.replace("_", ".")
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=file_name)
    return message.as_bytes()


def test_an_attachment_has_the_e_mail_as_its_source_but_not_its_sender_as_author(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(_message(annex_md=b"# Fares\n\nFour florins.", photo_jpg=b"x"))
    assert len(list(parse(path))) == 1
    found = {record.key.removeprefix(str(path)): record.content for record in parse(path, attachments=True)}
    annex, text = found["#annex.md"], found[""]
    assert isinstance(annex, Document)
    assert isinstance(text, Document)
    assert text.text == "See the annex."
    assert (annex.reference.id, annex.reference.title, annex.reference.author) == ("mail-annex", "Fares", None)
    assert (annex.metadata["email"], annex.metadata["sent_by"]) == ("Ferry", "Ina Test")
    assert isinstance(found["#photo.jpg"], UnsupportedSource)


def test_an_e_mail_with_nothing_but_attachments_is_skipped_and_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(_message("", annex_md=b"Four florins."))
    own, annex = (record.content for record in parse(path, attachments=True))
    assert isinstance(own, UnsupportedSource)
    assert isinstance(annex, Document)


def test_a_picture_within_the_text_is_no_attachment(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    inline = b"Content-ID: <1>\nContent-Disposition: inline;"
    raw = _message(logo_png=b"x").replace(b"Content-Disposition: attachment;", inline)
    path.write_bytes(raw.replace(b"application/octet-stream", b"image/png"))
    assert len(list(parse(path, attachments=True))) == 1


@pytest.mark.parametrize("name", ["../../evil.txt", "C:\\evil.txt", "/evil.txt"])
def test_the_name_of_an_attachment_has_no_folders(tmp_path: Path, name: str) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "ina@example.org", "Ferry"
    message.set_content("Text.")
    message.add_attachment(b"Evil.", maintype="application", subtype="octet-stream", filename=name)
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    assert [record.key for record in parse(path, attachments=True)] == [str(path), f"{path}#evil.txt"]


@pytest.fixture
def attaching(tmp_path: Path) -> Service:
    return assemble(Settings(index_dir=tmp_path / "attached", encoder="hashing", email_attachments=True))


def test_attachments_follow_their_e_mail_when_it_changes(articles: Articles, attaching: Service) -> None:
    articles.write("a.eml", _message(annex_md=b"Four florins.", bad_pdf=b"no"))
    first = states(articles.ingest(attaching))
    assert first == {"a.eml": "added", "a.eml#annex.md": "added", "a.eml#bad.pdf": "failed"}
    again = states(articles.ingest(attaching, prune=True))
    assert again == {"a.eml": "unchanged", "a.eml#annex.md": "unchanged", "a.eml#bad.pdf": "failed"}
    articles.write("a.eml", _message())
    assert states(articles.ingest(attaching, prune=True)) == {"a.eml": "unchanged", "a.eml#annex.md": "removed"}


def test_the_setting_takes_effect_at_the_next_run(articles: Articles, service: Service, settings: Settings) -> None:
    articles.write("a.eml", _message(annex_md=b"Four florins."))
    assert states(articles.ingest(service)) == {"a.eml": "added"}
    attaching = assemble(settings.model_copy(update={"email_attachments": True}))
    assert states(articles.ingest(attaching)) == {"a.eml": "unchanged", "a.eml#annex.md": "added"}


def test_an_e_mail_and_its_attachments_can_be_parsed_again(articles: Articles, attaching: Service) -> None:
    path = articles.write("a.eml", _message(annex_md=b"Four florins."))
    articles.ingest(attaching)
    again = attaching.reparse([], quietly, quietly)
    assert [(item.state, item.reason) for item in again.items] == [("unchanged", None)] * 2
    path.unlink()
    assert attaching.reparse([], quietly, quietly).counts == {"unchanged": 2}
