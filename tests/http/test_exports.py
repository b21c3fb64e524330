"""Answers as files: each format is well formed, has every note, and only words of this service."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from rag.http.app import create_app
from tests import samples
from tests.client import TestClient
from tests.http.access.clients import service

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LAW = """---
title: "The {Harbour} Act & its 100% fees_"
author: Ministry of Ports
published: 2020-03-01
type: act
---

# Fees & <charges>

The harbour fee is 12 dollars a day. *It* is paid by the [master](x) of the ship #1.
"""
LAW_QUESTION = "What is the harbour fee a day?"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("exports")
    samples.write(folder / "articles", {"harbour.md": LAW})
    with TestClient(create_app(service(folder, require_key=False)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def answers(client: TestClient) -> list[dict[str, Any]]:
    return [client.post("/v1/answers", json={"question": one}).json() for one in (samples.LEVY_QUESTION, LAW_QUESTION)]


def export(client: TestClient, answers: list[dict[str, Any]], form: str) -> bytes:
    response = client.post("/v1/exports", json={"answers": answers, "format": form, "accessed": "2026-11-30"})
    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    content: bytes = response.content
    return content


def quotes(answers: list[dict[str, Any]]) -> list[str]:
    return [" ".join(cited["quote"].split()) for answer in answers for cited in answer["citations"]]


def test_a_word_document_has_a_real_footnote_for_each_citation(
    client: TestClient, answers: list[dict[str, Any]]
) -> None:
    data = export(client, answers, "word")
    document = docx.Document(io.BytesIO(data))
    headings = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    assert headings == [samples.LEVY_QUESTION, LAW_QUESTION]
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        body = etree.fromstring(file.read("word/document.xml"))
        notes = etree.fromstring(file.read("word/footnotes.xml"))
    marks = [mark.get(f"{W}id") for mark in body.iter(f"{W}footnoteReference")]
    written = {
        note.get(f"{W}id"): "".join(note.itertext())
        for note in notes.iter(f"{W}footnote")
        if note.get(f"{W}type") is None
    }
    assert marks == list(written) == [str(number) for number in range(1, len(quotes(answers)) + 1)]
    for text, quote in zip(written.values(), quotes(answers), strict=True):
        assert f"“{quote}”" in text
        assert "accessed 2026-11-30" in text


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_footnotes(client: TestClient, answers: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "answers.docx").write_bytes(export(client, answers, "word"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "fodt", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "answers.docx")], check=True, capture_output=True, timeout=240)
    root = etree.parse(tmp_path / "answers.fodt").getroot()
    notes = root.findall(".//{*}note[@{*}note-class='footnote']") or [
        one for one in root.iter("{*}note") if "footnote" in one.attrib.values()
    ]
    assert len(notes) == len(quotes(answers))
    assert all(quote in "".join(note.itertext()) for note, quote in zip(notes, quotes(answers), strict=True))


def test_markdown_defines_each_footnote_that_it_uses(client: TestClient, answers: list[dict[str, Any]]) -> None:
    text = export(client, answers, "markdown").decode()
    used, defined = re.findall(r"\[\^(\d+)\](?!:)", text), re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)
    assert set(used) == set(defined)
    assert len(defined) == len(quotes(answers))
    assert f"## {samples.LEVY_QUESTION}" in text


def test_plain_text_has_the_quotes_below_the_answers(client: TestClient, answers: list[dict[str, Any]]) -> None:
    text = export(client, answers, "text").decode()
    assert text.index(LAW_QUESTION) < text.index("Notes")
    assert all(f"[{n}] “{quote}”" in text for n, quote in enumerate(quotes(answers), start=1))


def test_bibtex_has_balanced_entries_for_the_documents(client: TestClient, answers: list[dict[str, Any]]) -> None:
    text = export(client, answers, "bibtex").decode()
    entries = re.findall(r"^@(\w+)\{([\w-]+),\n((?:  \w+ = .+,\n)+)\}$", text, re.MULTILINE)
    assert [key for _, key, _ in entries] == ["levy", "harbour"]
    assert len(entries) == text.count("\n@") + 1
    for _, _, fields in entries:
        for line in fields.splitlines():
            value = re.sub(r"\\[{}]", "", line)
            assert value.count("{") == value.count("}")
    levy, harbour = (fields for _, _, fields in entries)
    assert "  author = {{Ada Obi}},\n" in levy
    assert "  year = {2018},\n  month = apr,\n" in levy
    assert "  url = {https://example.org/levy},\n  urldate = {2026-11-30},\n" in levy
    assert r"title = {{The \{Harbour\} Act \& its 100\% fees\_}}" in harbour
    assert "howpublished = {Legislation}" in harbour


def test_csl_json_has_the_types_and_dates(client: TestClient, answers: list[dict[str, Any]]) -> None:
    levy, harbour = json.loads(export(client, answers, "csl"))
    assert (levy["type"], harbour["type"]) == ("webpage", "legislation")
    assert levy["issued"] == {"date-parts": [[2018, 4, 6]]}
    assert levy["accessed"] == {"date-parts": [[2026, 11, 30]]}
    assert levy["author"] == [{"literal": "Ada Obi"}]
    assert harbour["URL"].endswith("/documents/harbour")


def test_ris_has_a_type_first_and_an_end_last(client: TestClient, answers: list[dict[str, Any]]) -> None:
    text = export(client, answers, "ris").decode()
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    records = text.split("ER  - \r\n")[:-1]
    assert [record[:10] for record in records] == ["TY  - ELEC", "TY  - STAT"]
    assert "DA  - 2018/04/06\r\n" in records[0]
    assert "Y2  - 2026/11/30\r\n" in records[0]


def test_words_of_the_client_are_not_exported(client: TestClient, answers: list[dict[str, Any]]) -> None:
    invented = {**answers[0], "statements": [{"text": "It is free.", "citations": [1], "quoted": False}]}
    response = client.post("/v1/exports", json={"answers": [answers[1], invented], "format": "text"})
    assert response.status_code == 422
    assert "this service did not give it" in response.json()["detail"]


@pytest.mark.parametrize(("change", "field"), [({"format": "pdf"}, "format"), ({"answers": []}, "answers")])
def test_a_wrong_request_names_its_field(
    client: TestClient, answers: list[dict[str, Any]], change: dict[str, Any], field: str
) -> None:
    response = client.post("/v1/exports", json={"answers": answers, "format": "text", **change})
    assert response.status_code == 422
    assert field in response.json()["detail"]


def test_a_note_says_that_its_document_has_changed(tmp_path: Path) -> None:
    made = service(tmp_path, require_key=False)
    with TestClient(create_app(made), raise_server_exceptions=False) as client:
        answer = client.post("/v1/answers", json={"question": samples.LEVY_QUESTION}).json()
        (tmp_path / "articles" / "levy.md").unlink()
        samples.ingest(made, tmp_path / "articles", prune=True)
        assert "The document is no longer in the index." in export(client, [answer], "text").decode()


def test_each_format_has_the_provision_of_a_quote(tmp_path: Path) -> None:
    rules = "# Harbour Rules Act\n\n## Section 4 Fees\n\n(1) Ships pay.\n\n(2) The mooring fee is 40 crowns a metre.\n"
    samples.write(tmp_path / "articles", {"rules.md": rules + "\n## Section 5 Fines\n\nA fine is 9 crowns.\n"})
    with TestClient(create_app(service(tmp_path, require_key=False)), raise_server_exceptions=False) as client:
        answer = client.post("/v1/answers", json={"question": "What is the mooring fee?"}).json()
        assert [one["pinpoint"] for one in answer["citations"]] == ["s 4(2)"]
        written = {
            form: export(client, [answer], form) for form in ("text", "markdown", "bibtex", "ris", "csl", "word")
        }
    assert "s 4(2)" in written["text"].decode()
    assert "s 4(2)" in written["markdown"].decode()
    assert "note = {s 4(2)}" in written["bibtex"].decode()
    assert "SE  - s 4(2)" in written["ris"].decode()
    (item,) = json.loads(written["csl"])
    assert (item["locator"], item["label"]) == ("4(2)", "section")
    with zipfile.ZipFile(io.BytesIO(written["word"])) as file:
        assert "s 4(2)" in file.read("word/footnotes.xml").decode()
