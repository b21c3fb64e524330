"""Parses reStructuredText: docutils makes a page of it, and the parser of web pages reads that page."""

from __future__ import annotations

import re
from typing import Any

from rag.errors import UnreadableSource
from rag.sources import html
from rag.sources.blocks import Block, Facts, Kind, Parsed
from rag.sources.decode import decode
from rag.sources.facts import named
from rag.sources.html.reading import read_blocks
from rag.sources.html.visibility import remove_invisible

_SETTINGS: dict[str, object] = {
    # A document must not read other files, nor stop the run.
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "exit_status_level": 5,
    "syntax_highlight": "none",
    "doctitle_xform": True,
    "smart_quotes": False,
    "embed_stylesheet": False,
    "_disable_config": True,
    "line_length_limit": 1_000_000,
}
_ROLE = re.compile(
    r"(?<!\w):(?:\w+:)?(?:ref|doc|term|abbr|guilabel|menuselection|any|numref|pep|cite)"
    r":`(?:~?([^`<]{0,300}?)\s{0,3}<[^`<>]{0,300}>|~?([^`]{0,300}))`"
)
_SPHINX = re.compile(
    r"^([ \t]*)\.\. (?:versionadded|versionchanged|deprecated|seealso|rubric|only|centered)::[ \t]*+", re.M
)
_DIRECTIVE = re.compile(r"^([ \t]*+)\.\. ([\w-]++(?::[\w-]++)*+)::.*\n(?:\1[ \t]++:[\w-]++:.*\n)*+", re.MULTILINE)
_NUMBERS = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
_LISTS = re.compile(
    r"^([ \t]*)\.\. (?:toctree|index|currentmodule|highlight|tabularcolumns)::.*\n(?:\1[ \t]++.*\n|[ \t]*+\n)*+", re.M
)
_FIELDS = ("author", "authors", "date", "version", "status", "language", "lang", "organization", "title", "id", "url")


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .rst file."""
    page, facts = _page(_plain(decode(raw)))
    tree = html.parse_tree(page)
    remove_invisible(tree)
    for one in tree.iter("ol"):
        kinds = [_NUMBERS[name] for name in (one.get("class") or "").split() if name in _NUMBERS]
        one.set("type", kinds[0] if kinds else "1")
    main = tree.xpath("//main") or [tree]
    blocks: list[Block] = [one.block for one in read_blocks(main[0])]
    title = next((one.text for one in blocks if one.kind is Kind.HEADING), None)
    return Parsed(blocks, {**({"title": title} if title else {}), **facts})


def _plain(text: str) -> str:
    """Replace the roles and directives of Sphinx, which docutils does not know, by their words."""
    text = _LISTS.sub("", text.replace("\r\n", "\n") + "\n")
    text = _SPHINX.sub(r"\1", _ROLE.sub(lambda match: match[1] or match[2] or "", text))
    return _DIRECTIVE.sub(_known_or_content, text)


def _known_or_content(match: re.Match[str]) -> str:
    """Return a directive that docutils knows, and nothing for the first lines of another, so that its content stays."""
    from docutils.parsers.rst import directives

    return match[0] if match[2].lower() in getattr(directives, "_directive_registry", {}) else "\n"


def _page(text: str) -> tuple[str, Facts]:
    """Return the text as a page, and the facts in the fields at its begin. Raises UnreadableSource."""
    from docutils.core import publish_doctree, publish_from_doctree
    from docutils.utils import SystemMessage

    try:
        tree = publish_doctree(text, settings_overrides=_SETTINGS)
        facts = _take_facts(tree)
        page = publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS)
    except (SystemMessage, ValueError, AttributeError) as error:
        raise UnreadableSource(f"is not reStructuredText that can be parsed ({error}); check its markup.") from error
    return page.decode() if isinstance(page, bytes) else str(page), facts


def _take_facts(tree: Any) -> Facts:  # noqa: ANN401 - docutils has no types
    """Remove the fields at the begin of the document, such as `:Author: Ada Obi`, and return those with facts."""
    from docutils import nodes

    found: dict[str, object] = {}
    for info in list(tree.findall(nodes.docinfo)):
        for one in info.children:
            name, value = one.tagname, one.astext()
            if name == "field":
                name, value = one.children[0].astext().lower(), one.children[1].astext()
            elif name == "authors":
                name, value = "author", ", ".join(child.astext() for child in one.children)
            if name in _FIELDS:
                found.setdefault(name, value)
        info.parent.remove(info)
    return named(found)
