"""The files in a zip archive are documents, within limits, and a bad file does not affect the others."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from rag.errors import UnreadableSource, UnsupportedSource
from rag.service import Service
from rag.sources import Limits, ParserProcess, archive, parser_process
from rag.sources.documents import parse
from rag.types import Document
from tests import hostile
from tests.articles import Articles, states


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return made.getvalue()


def _contents(path: Path, files: Mapping[str, str | bytes] | bytes) -> dict[str, Document | UnreadableSource]:
    path.write_bytes(files if isinstance(files, bytes) else zipped(files))
    return {record.key.removeprefix(str(path)): record.content for record in parse(path)}


def _texts(path: Path, files: Mapping[str, str | bytes]) -> dict[str, str]:
    contents = _contents(path, files)
    return {name: one.text if isinstance(one, Document) else str(one) for name, one in contents.items()}


def test_each_file_is_a_document_with_its_own_format_and_an_id_within_the_archive(tmp_path: Path) -> None:
    found = _contents(tmp_path / "laws.zip", {"tax/levy.md": "# The levy\n\nFour.", "b.html": "<p>Bees are kept.</p>"})
    levy, bees = found["#tax/levy.md"], found["#b.html"]
    assert isinstance(levy, Document)
    assert isinstance(bees, Document)
    assert (levy.reference.id, levy.reference.title, levy.metadata["format"]) == (
        "laws-tax-levy",
        "The levy",
        "markdown",
    )
    assert (bees.text, bees.metadata["format"]) == ("Bees are kept.", "html")


def test_the_sidecar_of_a_file_in_an_archive_gives_its_metadata(tmp_path: Path) -> None:
    files = {
        "tax/levy.txt": "Four.", "tax/levy.txt.meta.yaml": "title: The levy\npublished: 2031-05-04\nplace: Ayr\n",
        "a.txt": "One.", "a.txt.meta.json": '{"id": "first"}', "b.txt": "Two.", "b.txt.meta.json": "broken",
    }  # fmt: skip
    found = _contents(tmp_path / "laws.zip", files)
    assert found.keys() == {"#tax/levy.txt", "#a.txt", "#b.txt"}
    levy, first = found["#tax/levy.txt"], found["#a.txt"]
    assert isinstance(levy, Document)
    assert isinstance(first, Document)
    assert (levy.reference.title, levy.reference.published, levy.metadata["place"]) == ("The levy", "2031-05-04", "Ayr")
    assert first.reference.id == "first"
    assert "The sidecar b.txt.meta.json does not hold a mapping" in str(found["#b.txt"])


def test_archives_and_records_within_an_archive_are_read(tmp_path: Path) -> None:
    inner = zipped({"a.txt": "One.", "lines.jsonl": json.dumps({"id": "x", "text": "Two."})})
    assert _texts(tmp_path / "a.zip", {"in.zip": inner}) == {"#in.zip#a.txt": "One.", "#in.zip#lines.jsonl#x": "Two."}


def test_names_that_climb_stay_within_the_archive(tmp_path: Path) -> None:
    names = ["../../etc/a.txt", "/root/b.txt", "..\\c.txt", "d\0.txt", "e\n.txt"]
    found = _texts(tmp_path / "a.zip", dict.fromkeys(names, "Text."))
    assert all("../" not in name and "\n" not in name for name in found)
    assert {"#etc/a.txt", "#root/b.txt", "#c.txt"} <= found.keys()
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_two_files_of_one_name_are_two_documents(tmp_path: Path) -> None:
    assert _texts(tmp_path / "a.zip", {"a.txt": "One.", "./a.txt": "Two."}).keys() == {"#a.txt", "#a (2).txt"}


def test_hidden_files_and_those_of_unknown_formats_are_not_read(tmp_path: Path) -> None:
    files = {"__MACOSX/._a.txt": "x", ".b.txt": "x", "c/.d.txt": "x", "~$e.txt": "x", "photo.jpg": "x", "f.xyz": "x"}
    found = _contents(tmp_path / "a.zip", files)
    assert found.keys() == {"#photo.jpg", "#f.xyz"}
    assert all(isinstance(one, UnsupportedSource) for one in found.values())
    assert "run OCR" in str(found["#photo.jpg"])


def test_a_bad_file_does_not_affect_the_others(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.docx": b"no", "b.txt": b"", "c.txt": "Good.", "d.zip": b"no", "e.pdf": b"no"}
    found = _contents(tmp_path / "a.zip", files)
    assert [name for name, one in found.items() if isinstance(one, Document)] == ["#c.txt"]
    assert all(str(tmp_path / f"a.zip{name}") in str(one) for name, one in found.items() if name != "#c.txt")


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    ((name, error),) = _contents(tmp_path / "a.zip", b"no").items()
    assert (name, "is not a zip archive" in str(error)) == ("", True)


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    assert "holds no files" in _texts(tmp_path / "a.zip", {})[""]


def test_a_file_that_is_compressed_too_much_is_not_unpacked(tmp_path: Path) -> None:
    found = _texts(tmp_path / "a.zip", {"bomb.txt": b"0" * (64 << 20), "good.txt": "Good."})
    assert "is compressed more than 200 times" in found["#bomb.txt"]
    assert found["#good.txt"] == "Good."


def test_a_wrong_size_in_the_directory_does_not_fill_the_memory(tmp_path: Path) -> None:
    raw = bytearray(zipped({"bomb.txt": b"0" * (64 << 20)}))
    size = (64 << 20).to_bytes(4, "little")
    raw = raw.replace(size, (1000).to_bytes(4, "little"))
    (error,) = _contents(tmp_path / "a.zip", bytes(raw)).values()
    assert "is damaged in its archive" in str(error)


def test_an_encrypted_file_says_so(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": "Text."}))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (error,) = _contents(tmp_path / "a.zip", bytes(raw)).values()
    assert "is encrypted" in str(error)


def test_the_number_and_the_size_of_files_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 10)
    found = _texts(tmp_path / "a.zip", {"a.txt": "123456", "b.txt": "123456", "c.txt": "1234"})
    assert [name for name, text in found.items() if "beyond the first" in text] == ["#b.txt"]
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    assert "holds 3 files, more than 2" in _texts(tmp_path / "a.zip", dict.fromkeys("abc", "x"))[""]


def test_archives_within_archives_end_at_the_limit(tmp_path: Path) -> None:
    raw: bytes = zipped({"a.txt": "Text."})
    for _ in range(5):
        raw = zipped({"in.zip": raw})
    ((name, error),) = _contents(tmp_path / "a.zip", raw).items()
    assert (name, "is 3 archives deep" in str(error)) == ("#in.zip#in.zip#in.zip", True)


@pytest.fixture
def parser() -> Iterator[ParserProcess]:
    with ParserProcess(Limits(seconds=2, memory=512)) as parser:
        yield parser


def test_a_file_that_ends_the_parser_process_does_not_affect_the_others(tmp_path: Path, parser: ParserProcess) -> None:
    files: dict[str, str | bytes] = {"a.txt": "One.", "b.pdf": hostile.endless_pdf(), "c.txt": "Three."}
    files |= {"d.pdf": b"no", "e.txt": "Five."}
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(files))
    found = {record.key.rpartition("#")[2]: record.content for record in parser.parse(path)}
    assert list(found) == list(files)
    assert [name for name, one in found.items() if isinstance(one, Document)] == ["a.txt", "c.txt", "e.txt"]
    assert "RAG_PARSE_SECONDS" in str(found["b.pdf"])


def test_an_archive_of_files_that_end_the_process_is_given_up(
    tmp_path: Path, parser: ParserProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser_process, "_MOST_FAILURES", 2)
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{number}.pdf": hostile.endless_pdf() for number in range(4)}))
    found = list(parser.parse(path))
    assert [record.key.removeprefix(str(path)) for record in found] == ["#0.pdf", "#1.pdf", ""]
    assert "so the rest of it was not read" in str(found[-1].content)


def test_files_in_an_archive_change_and_leave_as_in_a_folder(articles: Articles, service: Service) -> None:
    articles.write("a.zip", zipped({"a.txt": "Levies rise.", "b.txt": "Buses run.", "c.jpg": b"no picture"}))
    assert states(articles.ingest(service)) == {
        "a.zip#a.txt": "added",
        "a.zip#b.txt": "added",
        "a.zip#c.jpg": "skipped",
    }
    assert articles.ingest(service).counts == {"unchanged": 2, "skipped": 1}
    articles.write("a.zip", zipped({"a.txt": "Levies fall.", "c.jpg": b"no picture"}))
    assert states(articles.ingest(service, prune=True)) == {
        "a.zip#a.txt": "updated",
        "a.zip#b.txt": "removed",
        "a.zip#c.jpg": "skipped",
    }
    articles.write("a.zip", b"broken")
    assert articles.ingest(service, prune=True).counts == {"failed": 1}
    assert len(service.parts.store.current().documents()) == 1
    (articles.folder / "a.zip").unlink()
    articles.write("z.txt", "Other.")
    assert states(articles.ingest(service, prune=True)) == {"a.zip#a.txt": "removed", "z.txt": "added"}


def test_a_moved_archive_keeps_its_documents(articles: Articles, service: Service) -> None:
    path = articles.write("a.zip", zipped({"a.txt": "Levies rise.", "b.txt": "Buses run."}))
    articles.ingest(service)
    path.rename(path.with_name("b.zip"))
    report = articles.ingest(service, prune=True)
    assert states(report) == {"b.zip#a.txt": "moved", "b.zip#b.txt": "moved"}
    assert {item.document_id for item in report.items} == {"a-a", "a-b"}
