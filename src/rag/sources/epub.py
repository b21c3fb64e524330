"""Parses EPUB books: the chapters in their reading order, with title, author, date and language of the book."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rag.errors import UnreadableSource
from rag.sources import html
from rag.sources.archive import opened, read_file
from rag.sources.blocks import Block, Facts, Parsed
from rag.sources.html.encoding import page_text
from rag.sources.html.reading import read_blocks
from rag.sources.html.visibility import remove_invisible
from rag.sources.xml.safe import name_of, parse_xml, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_CHAPTERS = 5_000
_EMPTY = re.compile(r"<(a|b|div|em|i|iframe|p|script|span|style|td|th|title)(\s[^<>]*)?/>")
_LISTS = frozenset({"toc", "landmarks", "page-list", "lot", "loi", "index"})
"""Lists of links to the text."""

_TYPE = "{http://www.idpf.org/2007/ops}type"


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .epub file."""
    book = opened(raw)
    place = _package_place(book)
    package = parse_xml(_read(book, place))
    chapters = list(_chapters(package, posixpath.dirname(place)))
    _refuse_protected(book, chapters)
    blocks = [block for name in chapters for block in _blocks(_read(book, name))]
    return Parsed(blocks, _facts(package))


def _read(book: zipfile.ZipFile, name: str) -> bytes:
    try:
        return read_file(book, book.getinfo(name))
    except KeyError:
        raise UnreadableSource(f"is a damaged EPUB: it has no file {name}; download it again.") from None


def _package_place(book: zipfile.ZipFile) -> str:
    """Return the name of the file that lists the parts of the book."""
    container = parse_xml(_read(book, "META-INF/container.xml"))
    roots = [one.get("full-path") for one in container.iter() if name_of(one) == "rootfile"]
    if not roots or not roots[0]:
        raise UnreadableSource("is a damaged EPUB: it does not say where its text is; download it again.")
    return unquote(roots[0])


def _chapters(package: _Element, folder: str) -> Iterator[str]:
    """Yield the files of the book in reading order, without its table of contents."""
    items = {one.get("id"): one for one in package.iter() if name_of(one) == "item"}
    guides = [one for one in package.iter() if name_of(one) == "reference" and one.get("type") == "toc"]
    contents = {(one.get("href") or "").partition("#")[0] for one in guides}
    spine = [one for one in package.iter() if name_of(one) == "itemref"][:_MOST_CHAPTERS]
    for reference in spine:
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no" or "html" not in (item.get("media-type") or ""):
            continue
        href = item.get("href") or ""
        if "nav" not in (item.get("properties") or "").split() and href not in contents:
            yield posixpath.normpath(posixpath.join(folder, unquote(href)))


def _refuse_protected(book: zipfile.ZipFile, chapters: list[str]) -> None:
    """Raise UnreadableSource if a chapter is encrypted. Fonts may be."""
    if "META-INF/encryption.xml" not in book.namelist():
        return
    listed = parse_xml(_read(book, "META-INF/encryption.xml"))
    encrypted = {unquote(one.get("URI") or "") for one in listed.iter() if name_of(one) == "CipherReference"}
    if encrypted.intersection(chapters):
        raise UnreadableSource("is protected by DRM; get a copy without protection.")


def _blocks(raw: bytes) -> Iterator[Block]:
    # HTML has no empty tags such as `<title/>`: everything after it would belong to the title.
    tree = html.parse_tree(_EMPTY.sub(r"<\1\2></\1>", page_text(raw)))
    for element in list(tree.iter()):
        kinds = set(str(element.get("epub:type") or element.get(_TYPE) or "").split())
        if element.tag == "nav" or kinds & _LISTS:
            element.clear()
    remove_invisible(tree)
    body = tree.find("body")
    yield from (one.block for one in read_blocks(tree if body is None else body))


def _facts(package: _Element) -> Facts:
    metadata = next((one for one in package.iter() if name_of(one) == "metadata"), package)
    values: dict[str, list[_Element]] = {}
    for one in metadata.iter():
        if words(one):
            values.setdefault(name_of(one), []).append(one)
    found: Facts = {
        "title": next(map(words, values.get("title", [])), None),
        "author": [words(one) for one in values.get("creator", []) if _role(one) in ("", "aut")],
        "published": _date(values.get("date", [])),
        "language": next(map(words, values.get("language", [])), None),
        "publisher": next(map(words, values.get("publisher", [])), None),
    }
    return {name: value for name, value in found.items() if value}


def _role(creator: _Element) -> str:
    return next((value for name, value in creator.attrib.items() if str(name).endswith("role")), "")


def _date(dates: list[_Element]) -> str | None:
    """Return the date of publication. Others, such as those of the conversion to EPUB, have another event."""
    events = {next((v for n, v in one.attrib.items() if str(n).endswith("event")), ""): words(one) for one in dates}
    return events.get("publication") or events.get("original-publication") or events.get("")
