"""Write changes of answers as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from rag.http.links import Links
from rag.kept import AnswerChange, CitationPair, Effect
from rag.text.pages import page_words
from rag.types import Answer, Citation

MEDIA_TYPE = "application/atom+xml"

_NEVER = "1970-01-01T00:00:00Z"
_TITLES = {
    Effect.REFUSED: "No longer answered",
    Effect.ANSWERED: "Now answered",
    Effect.CHANGED: "The answer changed",
    Effect.CITATIONS: "The citations changed",
}


def feed(title: str, address: str, changes: Sequence[AnswerChange], links: Links, created: str = _NEVER) -> bytes:
    """Return a feed with an entry for each change. `created` is its date if there are none."""
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _add(root, "title", title)
    _add(root, "id", _urn(address.removeprefix(links.base)))
    _add(root, "updated", changes[0].created if changes else created)
    SubElement(root, "link", {"rel": "self", "type": MEDIA_TYPE, "href": address})
    SubElement(SubElement(root, "author"), "name").text = "rag"
    for change in changes:
        _add_entry(root, change, links)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add_entry(root: Element, change: AnswerChange, links: Links) -> None:
    entry = SubElement(root, "entry")
    _add(entry, "title", f"{_TITLES[change.comparison.effect]}: {change.question.title}")
    _add(entry, "id", _urn(f"/v1/questions/{change.question.id}/changes/{change.id}"))
    _add(entry, "updated", change.created)
    SubElement(entry, "link", {"rel": "alternate", "href": links.asking(change.question.text, change.question.as_of)})
    SubElement(entry, "content", {"type": "html"}).text = "".join(_html(change, links))


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = "".join(one for one in text if one.isprintable())


def _urn(path: str) -> str:
    """Return an id that does not depend on the address under which the service is reached."""
    return uuid5(NAMESPACE_URL, path).urn


def _html(change: AnswerChange, links: Links) -> Iterator[str]:
    before, after = change.comparison.before, change.comparison.after
    yield "<table><tr><th>Before</th><th>Now</th></tr>"
    yield _row(escape(_text(before)), escape(_text(after)))
    yield from (_row(_cited(pair.before, links), _cited(pair.after, links)) for pair in change.comparison.pairs)
    yield "</table>"
    yield from (f"<p>{escape(sentence)}</p>" for pair in change.comparison.pairs if (sentence := _since(pair)))


def _row(before: str, after: str) -> str:
    return f"<tr><td>{before}</td><td>{after}</td></tr>"


def _text(answer: Answer) -> str:
    return answer.text or "The documents do not say."


def _cited(citation: Citation | None, links: Links) -> str:
    if citation is None:
        return ""
    reference = citation.reference
    place = ", ".join(filter(None, (reference.title, page_words(citation), *citation.heading[-1:])))
    link = escape(links.citation(citation), quote=True)
    return f'[{citation.marker}] <q>{escape(citation.quote)}</q> <a href="{link}">{escape(place)}</a>'


def _since(pair: CitationPair) -> str | None:
    """Return a sentence about an old citation whose words are no longer in the documents."""
    if pair.before is None or pair.state not in ("changed", "gone"):
        return None
    where = f"citation [{pair.before.marker}]"
    if pair.state == "gone":
        return f"The document of {where} is no longer in the index."
    return f"The words of {where} are no longer in their document."
