"""An EPUB book becomes its chapters in reading order, with the facts of its package."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests import hostile
from tests.sources.books import chapter, epub
from tests.sources.parsing import document, outline, reason

_METADATA = (
    '<dc:title>Fares</dc:title><dc:creator opf:role="aut">Ada Obi</dc:creator><dc:creator>Ben Ruiz</dc:creator>'
    '<dc:creator opf:role="ill">Cy Low</dc:creator><dc:date opf:event="conversion">2025-01-01</dc:date>'
    '<dc:date opf:event="publication">2019-04-05</dc:date><dc:language>de-AT</dc:language>'
)


def test_chapters_come_in_reading_order_without_the_table_of_contents(tmp_path: Path) -> None:
    nav = chapter('<nav epub:type="toc"><ol><li><a href="two.xhtml">Second</a></li></ol></nav>')
    chapters = {
        "nav": nav,
        "two": chapter("<h1>Second</h1><ol start='3'><li>Three.</li></ol>"),
        "one": chapter("<h1>First</h1><p>Words<a id='x'/> stay.</p><p hidden='hidden'>Not this.</p>").replace(
            "<title></title>", "<title/>"
        ),
    }
    found = document(tmp_path / "a.epub", epub(chapters, _METADATA, spine="nav one two"))
    assert outline(found) == [(1, "First"), (1, "Second")]
    assert found.text == "First\n\nWords stay.\n\nSecond\n\n3. Three."
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == ("Fares", "Ada Obi, Ben Ruiz", "2019-04-05")
    assert (found.language, found.metadata["format"]) == ("de", "epub")


def test_a_protected_book_says_so(tmp_path: Path) -> None:
    listed = "<e><CipherReference URI='OEBPS/text/one.xhtml'/></e>"
    raw = epub({"one": chapter("<p>x</p>")}, files={"META-INF/encryption.xml": listed})
    assert "is protected by DRM" in reason(tmp_path / "a.epub", raw)
    fonts = "<e><CipherReference URI='OEBPS/font.otf'/></e>"
    raw = epub({"one": chapter("<p>Text.</p>")}, files={"META-INF/encryption.xml": fonts})
    assert document(tmp_path / "b.epub", raw).text == "Text."


def test_a_chapter_outside_the_book_is_refused(tmp_path: Path) -> None:
    raw = epub({"one": chapter("<p>x</p>")}, spine="one")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"text/one", b"../../../etc/one"))
    assert "it has no file ../../etc/one.xhtml" in reason(tmp_path / "a.epub", made.getvalue())


@pytest.mark.parametrize(("raw", "words"), [(b"no", "is not a zip archive"), ("empty", "META-INF/container.xml")])
def test_a_file_that_is_no_book_is_refused(tmp_path: Path, raw: bytes | str, words: str) -> None:
    made = io.BytesIO()
    zipfile.ZipFile(made, "w").close()
    assert words in reason(tmp_path / "a.epub", made.getvalue() if raw == "empty" else raw)


def test_entities_and_bombs_do_no_harm(tmp_path: Path) -> None:
    bomb = chapter("<p>" + "0" * (64 << 20) + "</p>")
    assert "is compressed more than 200 times" in reason(tmp_path / "a.epub", epub({"one": bomb}))
    laughs = hostile.LAUGHS + chapter("<p>Text &i;</p>").partition("?>")[2]
    assert "haha" not in document(tmp_path / "b.epub", epub({"one": laughs})).text
