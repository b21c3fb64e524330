"""Answers as a Word document (Office Open XML, ISO/IEC 29500) with real footnotes.

python-docx cannot write footnotes. A document needs seven small parts, so they are written here, with lxml.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping

from lxml import etree
from lxml.builder import ElementMaker

from rag.http.exports import word_parts as parts
from rag.http.exports.content import Content, Note, Paragraph, Section

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_E = ElementMaker(namespace=_W, nsmap={"w": _W, "r": _R})

_XML_FORBIDS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def write(content: Content) -> bytes:
    """Return the file."""
    links = [note.link for note in content.notes]
    files = {
        "[Content_Types].xml": parts.CONTENT_TYPES,
        "_rels/.rels": parts.PACKAGE_RELATIONS,
        "word/_rels/document.xml.rels": parts.DOCUMENT_RELATIONS,
        "word/_rels/footnotes.xml.rels": _link_relations(links),
        "word/styles.xml": parts.STYLES,
        "word/settings.xml": parts.SETTINGS,
        "word/footnotes.xml": _xml(_footnotes(content)),
        "word/document.xml": _xml(_document(content)),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _document(content: Content) -> etree._Element:
    body = _E.body(*(part for section in content.sections for part in _section(section)))
    body.append(
        _E.sectPr(
            _E.pgSz(_w(w="11906", h="16838")),
            _E.pgMar(_w(top="1440", right="1440", bottom="1440", left="1440", header="708", footer="708", gutter="0")),
        )
    )
    return _E.document(body)


def _section(section: Section) -> Iterable[etree._Element]:
    yield _paragraph("Heading1", _run(section.question))
    shown: set[int] = set()
    for paragraph in section.paragraphs:
        yield _paragraph("Normal", *_statement(paragraph, shown))
    for remark in section.remarks:
        yield _paragraph("Remark", _run(remark))


def _statement(paragraph: Paragraph, shown: set[int]) -> Iterable[etree._Element]:
    """Yield the runs of a statement. A note is a footnote where it is cited first, and a reference to it later."""
    yield _run(paragraph.text)
    for place, number in enumerate(paragraph.notes):
        if place:
            yield _run(",", "FootnoteReference")
        yield from _repeated(number) if number in shown else _first(number)
        shown.add(number)


def _first(number: int) -> Iterable[etree._Element]:
    yield _E.bookmarkStart(_w(id=str(number), name=f"_note{number}"))
    yield _E.r(_style("rStyle", "FootnoteReference"), _E.footnoteReference(_w(id=str(number))))
    yield _E.bookmarkEnd(_w(id=str(number)))


def _repeated(number: int) -> Iterable[etree._Element]:
    yield _E.fldSimple(_w(instr=f" NOTEREF _note{number} \\f \\h "), _run(str(number), "FootnoteReference"))


def _footnotes(content: Content) -> etree._Element:
    separators = (
        _E.footnote(_w(type="separator", id="-1"), _E.p(_E.r(_E.separator()))),
        _E.footnote(_w(type="continuationSeparator", id="0"), _E.p(_E.r(_E.continuationSeparator()))),
    )
    return _E.footnotes(*separators, *(_footnote(note, content) for note in content.notes))


def _footnote(note: Note, content: Content) -> etree._Element:
    link = _E.hyperlink({f"{{{_R}}}id": f"link{note.number}"}, _run(note.address, "Hyperlink"))
    remark = [_run(f" {note.remark}", "Emphasis")] if note.remark else []
    runs = (_run(f" “{note.quote}” {note.source}, "), link, _run(f", accessed {content.accessed}."), *remark)
    mark = _E.r(_style("rStyle", "FootnoteReference"), _E.footnoteRef())
    return _E.footnote(_w(id=str(note.number)), _paragraph("FootnoteText", mark, *runs))


def _paragraph(style: str, *runs: etree._Element) -> etree._Element:
    return _E.p(_E.pPr(_E.pStyle(_w(val=style))), *runs)


def _run(text: str, style: str | None = None) -> etree._Element:
    run = _E.r() if style is None else _E.r(_style("rStyle", style))
    for place, line in enumerate(text.split("\n")):
        if place:
            run.append(_E.br())
        words = _E.t(_XML_FORBIDS.sub("", line))
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
    return run


def _style(kind: str, name: str) -> etree._Element:
    return _E.rPr(_E(kind, _w(val=name)))


def _w(**attributes: str) -> Mapping[str, str]:
    return {f"{{{_W}}}{name}": value for name, value in attributes.items()}


def _link_relations(links: list[str]) -> bytes:
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    root = etree.Element(f"{{{namespace}}}Relationships", nsmap={None: namespace})
    for number, link in enumerate(links, start=1):
        known = {"Id": f"link{number}", "Type": f"{_R}/hyperlink", "Target": link, "TargetMode": "External"}
        etree.SubElement(root, f"{{{namespace}}}Relationship", known)
    return _xml(root)


def _xml(root: etree._Element) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
