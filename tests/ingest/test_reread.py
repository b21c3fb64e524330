"""Parsing a kept original again gives the same document, whatever its format, its facts and the way it came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from rag.errors import UnreadableSource
from rag.feeds import Allowlist, FetchSettings
from rag.formats import suffixes
from rag.ingest import originals
from rag.ingest.found import origin_of
from rag.ingest.ingestion import Ingestion
from rag.ingest.reread import Rereader
from rag.snapshots import Origin, Original, Originals, PageFacts, Sidecar, StoredDocument
from rag.sources import Limits, ParserProcess, Record
from rag.types import Document, KeepOriginals, Reference
from rag.upkeep import Upload
from tests.articles import Articles, Index
from tests.cases import cases
from tests.feeds.feed_index import FeedIndex
from tests.feeds.site import serving
from tests.upkeep.uploads import open_upkeep

LINES = st.lists(
    st.sampled_from(["# Levy", "The levy is 7%. ", "Ünïcode 税法。", "- item", "", "## Scope"]), min_size=1
)
NAMES = st.sampled_from(["levy", "Levy (final) v2", "закон", "税法", "a.b-c_d", "-", "x" * 60])
FACTS = st.dictionaries(
    st.sampled_from(["id", "title", "author", "date", "area", "url", "language"]),
    st.sampled_from(["2022-06-05", "A. Author", "tax", "en"]) | st.integers(0, 3000) | st.just(["a", "b"]),
)
SIDECARS = st.none() | st.tuples(st.sampled_from([".meta.json", ".meta.yaml"]), FACTS)


@pytest.fixture(scope="module")
def parser() -> Iterator[ParserProcess]:
    with ParserProcess(Limits()) as process:
        yield process


def file_of(suffix: str, lines: list[str], facts: dict[str, object]) -> bytes:
    """Return a file of a format with these lines and, if the format has a place for them, these facts."""
    text = "\n\n".join(lines)
    if suffix == ".pdf":
        target = BytesIO()
        canvas = Canvas(target)
        for number, line in enumerate(lines):
            canvas.drawString(72, 700 - 20 * number, line.encode("ascii", "ignore").decode())
        canvas.save()
        return target.getvalue()
    if suffix == ".docx":
        target, word = BytesIO(), docx.Document()
        for line in lines:
            word.add_paragraph(line)
        word.save(target)
        return target.getvalue()
    if suffix == ".eml":
        message = EmailMessage()
        message["Subject"], message["From"] = "The levy", "A. Author <a@example.org>"
        message.set_content(text)
        return bytes(message)
    if suffix == ".jsonl":
        return b"\n".join(json.dumps({**facts, "text": line}).encode() for line in ["", *lines])
    if suffix in (".md", ".markdown"):
        return f"---\n{json.dumps(facts)}\n---\n{text}".encode()
    return text.encode("utf-16" if suffix == ".txt" else "utf-8")


def reread(folder: Path, parser: ParserProcess, record: Record, original: Original | None) -> tuple[Origin, Document]:
    """Store the original of a parsed record, read it again, and return the origin and the document read again."""
    assert isinstance(record.content, Document)
    kept = Originals(folder / "index")
    [(document, origin)] = kept.store_all([(record.content, origin_of("source", "", record.content, original))])
    assert origin.original is not None
    stored = StoredDocument(replace(document.reference, id="other"), None, {}, origin, 0, 1)
    found = Rereader(kept, parser).read(stored)
    assert isinstance(found, Document), found
    assert found.reference.id == "other"
    return origin, found


@pytest.mark.parametrize("suffix", suffixes())
@cases(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, facts=FACTS, name=NAMES, sidecar=SIDECARS)
def test_an_original_gives_the_same_document_again(
    tmp_path_factory: pytest.TempPathFactory,
    parser: ParserProcess,
    suffix: str,
    lines: list[str],
    facts: dict[str, object],
    name: str,
    sidecar: tuple[str, dict[str, object]] | None,
) -> None:
    folder = tmp_path_factory.mktemp("reread")
    path = folder / f"{name}{suffix}"
    path.write_bytes(file_of(suffix, lines, facts))
    if sidecar:
        path.with_name(path.name + sidecar[0]).write_text(json.dumps(sidecar[1]))
    for record in list(parser.parse(path)):
        if isinstance(record.content, Document):
            of_record = record.line is not None
            original = originals.of_record(path, record) if of_record else originals.of_file(path)
            origin, found = reread(folder, parser, record, original)
            assert origin_of("source", "", found).fingerprint == origin.fingerprint


@cases(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    page=st.builds(
        PageFacts,
        st.just("https://example.org/levy.html"),
        st.none() | st.just("The levy"),
        st.none() | st.just("Sat, 06 Apr 2024 10:00:00 GMT"),
        st.none() | st.just("A. Author"),
    ),
    title=st.sampled_from(["<title>Its own title</title>", ""]),
)
def test_a_page_gives_the_same_document_again(
    tmp_path_factory: pytest.TempPathFactory, parser: ParserProcess, page: PageFacts, title: str
) -> None:
    folder = tmp_path_factory.mktemp("page")
    path = folder / "levy.html"
    content = f"<html><head>{title}</head><body><p>The levy is 7%.</p></body></html>".encode()
    path.write_bytes(content)
    (record,) = parser.parse(path)
    assert isinstance(record.content, Document)
    parsed = Record(record.key, originals.with_page_facts(record.content, page, "levy"))
    original = originals.of_page(content, "levy.html", page, lambda: content)
    origin, found = reread(folder, parser, parsed, original)
    assert origin_of("source", "", found).fingerprint == origin.fingerprint


def read_all(index: Index, parser: ParserProcess) -> dict[str, bool]:
    """Return for each document whether its original gives the same document again, by id."""
    rereader = Rereader(index.store.originals, parser)
    found = {}
    for stored in index.store.current().documents():
        document = rereader.read(stored)
        assert isinstance(document, Document), document
        same = origin_of("", "", document).fingerprint == stored.origin.fingerprint
        found[stored.reference.id] = same and document == index.store.current().document(stored.reference.id)
    return found


def test_uploads_of_any_kind_are_kept_and_give_the_same_documents_again(tmp_path: Path, parser: ParserProcess) -> None:
    index = Index(tmp_path / "index")
    uploads = [
        Upload("a/b", "Levy (final).md", b"# Levy\n\nThe levy is 7%.", {"area": "tax", "title": "Given"}),
        Upload("json", "text.jsonl", json.dumps({"id": "other", "text": "The charge is 15 pounds."}).encode()),
        Upload("latin", "x.txt", "Un décret de 1904 très légèrement amendé.".encode("latin-1")),
    ]
    with open_upkeep(index) as upkeep:
        upkeep.submit(uploads)[1].result(60)
    assert read_all(Index(tmp_path / "index"), parser) == {"a/b": True, "json": True, "latin": True}


def test_pages_of_a_feed_are_kept_and_give_the_same_documents_again(tmp_path: Path, parser: ParserProcess) -> None:
    index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
    with serving() as site:
        site.page("/levy", "The levy is one pence a litre.")
        site.put("/charge.txt", "The charge is five pounds.", "text/plain")
        index.read(site.rss("/levy", "/charge.txt"))
    assert set(read_all(Index(tmp_path / "index"), parser).values()) == {True}


def test_the_original_of_a_page_is_the_version_that_its_text_was_read_from(tmp_path: Path) -> None:
    index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
    with serving() as site:
        for number, text in enumerate(["The levy is 7%.", "The levy is 7%.", "The levy is 8%."]):
            site.put("/levy", f"<html><body><p>{text}</p><!-- {number} --></body></html>")
            index.read(site.rss("/levy"))
            original = index.store.current().documents()[0].origin.original
            assert original is not None
            version = 2 * (number // 2)  # the text of version 1 is that of version 0
            assert f"<!-- {version} -->".encode() in index.store.originals.read(original.sha256)


@pytest.mark.parametrize("keep", KeepOriginals)
def test_the_setting_chooses_whose_originals_are_kept(
    tmp_path: Path, articles: Articles, parser: ParserProcess, keep: KeepOriginals
) -> None:
    articles.write("levy.md", "# Levy\n\nThe levy is 7%.")
    articles.write("levy.md.meta.yaml", "published: 2022-06-05\narea: tax")
    articles.write("records.jsonl", '\n{"text": "One."}\n\n{"id": "two", "text": "Two."}')
    articles.write("records.jsonl.meta.json", '{"area": "tax"}')
    index = Index(tmp_path / "index")
    index.ingestion = Ingestion(index.store, index.builder, keep_originals=keep)
    with open_upkeep(index) as upkeep:
        upkeep.submit([Upload("given", "given.txt", b"Given.")])[1].result(60)
    index.ingest(articles)
    documents = index.store.current().documents()
    kept = {one.reference.id: one.origin.original for one in documents if one.origin.original}
    remote, everything = {"given"}, {"given", "levy", "records-2", "two"}
    expected = {KeepOriginals.NONE: set(), KeepOriginals.REMOTE: remote, KeepOriginals.ALL: everything}
    assert kept.keys() == expected[keep]
    if keep is KeepOriginals.ALL:
        assert set(read_all(index, parser).values()) == {True}
        records = [index.store.originals.read(kept[name].sha256) for name in ("records-2", "two")]
        assert records == [b'{"text": "One."}', b'{"id": "two", "text": "Two."}']


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    tmp_path: Path, articles: Articles, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = articles.write("levy.txt", "The levy is 7%.")
    index = Index(tmp_path / "index")
    index.ingestion.keep_originals = KeepOriginals.ALL
    with monkeypatch.context() as patched:
        real = ParserProcess.parse

        def parse(self: ParserProcess, file: Path) -> Iterator[Record]:
            records = list(real(self, file))
            path.write_text("The levy is 8%.")
            return iter(records)

        patched.setattr(ParserProcess, "parse", parse)
        index.ingest(articles)
    assert index.store.current().documents()[0].origin.original is None
    index.ingest(articles)
    original = index.store.current().documents()[0].origin.original
    assert original is not None
    assert index.store.originals.read(original.sha256) == b"The levy is 8%."


def stored_with(original: Original) -> StoredDocument:
    return StoredDocument(Reference("levy", "Levy"), None, {}, Origin("http:levy", "", "", "", (), original), 0, 1)


@pytest.mark.parametrize(
    ("original", "words"),
    [
        (Original("0" * 64, "levy.md"), "cannot be read"),
        (Original("0" * 64, "../levy.md"), "file name '../levy.md', which is not valid"),
        (Original("0" * 64, "levy.md", line=10**12), "line number"),
        (Original("0" * 64, "levy.md", sidecar=Sidecar("/../x", "0" * 64)), "suffix '/../x', which is not valid"),
    ],
)
def test_an_original_that_cannot_be_read_again_gives_the_reason(
    tmp_path: Path, parser: ParserProcess, original: Original, words: str
) -> None:
    found = Rereader(Originals(tmp_path), parser).read(stored_with(original))
    assert isinstance(found, UnreadableSource)
    assert words in str(found)
    assert "levy" in str(found)


def test_an_original_that_the_parser_no_longer_reads_gives_its_reason(tmp_path: Path, parser: ParserProcess) -> None:
    kept = Originals(tmp_path)
    found = Rereader(kept, parser).read(stored_with(Original(kept.store(b"{"), "levy.jsonl")))
    assert isinstance(found, UnreadableSource)
    assert str(found).startswith("Line 1 of http:levy is not JSON")
