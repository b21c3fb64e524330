"""Reads the HTML in a Markdown file piece by piece, and tells which words between its tags are hidden."""

from __future__ import annotations

import html
import re

from rag.sources.html.visibility import is_hidden

_VOIDS = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOIDS.split(" "))
# No alternative searches the same text twice, so the time is linear.
_PIECE = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<tag>[a-zA-Z][\w:-]*+)(?P<rest>[^<>]*+)>|<[^<>]*+>", re.DOTALL)
_ATTRIBUTE = re.compile(r"([^\s\"'=<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
_DEEPEST = 200


class HiddenParts:
    """The open elements of the HTML that was read. It is true if one of them hides its words."""

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []

    def __bool__(self) -> bool:
        return any(hidden for _, hidden in self._open)

    def shown(self, source: str) -> str:
        """Read a piece of HTML. Return its words that a reader sees, without tags and comments."""
        words, start = "", 0
        for match in _PIECE.finditer(source):
            words += "" if self else source[start : match.start()]
            start = match.end()
            if match["tag"]:
                self._read(match)
        words += "" if self else source[start:]
        return html.unescape(words)

    def _read(self, match: re.Match[str]) -> None:
        name = match["tag"].lower()
        if match["end"]:
            self._close(name)
        elif name not in _VOID and not match["rest"].endswith("/") and len(self._open) < _DEEPEST:
            found = _ATTRIBUTE.finditer(match["rest"])
            attributes = {one[1].lower(): html.unescape(one[2] or one[3] or one[4] or "") for one in found}
            self._open.append((name, is_hidden(name, attributes)))

    def _close(self, name: str) -> None:
        """Close the innermost element with a name and those inside it; none if no such element is open."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == name:
                del self._open[place:]
                return
