"""Follows the fields of a text: their instructions are no text, and their results are, except tables of contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.sources.word.package import W, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_REMOVED = frozenset((f"{W}del", f"{W}moveFrom"))
_CONTENTS = ("TOC", "TOA", "INDEX")
_FORM = f"{W}ffData"


class Fields:
    """The fields that are open at a place of a text. A field that never ends is ignored."""

    def __init__(self, root: _Element) -> None:
        self._open: list[_Field] = []
        self._complete = _complete(root)

    @property
    def visible(self) -> bool:
        """Whether text at this place is shown."""
        return all(one.result and not one.is_contents for one in self._open)

    @property
    def in_contents(self) -> bool:
        """Whether this place is in a table of contents."""
        return any(one.is_contents for one in self._open)

    def mark(self, element: _Element) -> str:
        """Take in a mark of a field. Return the words of a form field that has no result of its own."""
        if element not in self._complete:
            return ""
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self._open.append(_Field(_form(element)))
        elif kind == "separate":
            self._open[-1].result = True
        elif kind == "end":
            return self._open.pop().form
        return ""

    def instruct(self, words: str) -> None:
        """Take in a part of the instruction of the innermost field."""
        if self._open and not self._open[-1].result:
            self._open[-1].instruction += words


class _Field:
    """An open field: its instruction so far, and whether its result has begun."""

    def __init__(self, form: str) -> None:
        self.form, self.instruction, self.result = form, "", False

    @property
    def is_contents(self) -> bool:
        return is_contents(self.instruction)


def is_contents(instruction: str) -> bool:
    """Return whether a field lists headings, sources or terms with their pages."""
    return instruction.lstrip()[:8].upper().split(" ")[0] in _CONTENTS


def _complete(root: _Element) -> set[_Element]:
    """Return the marks of the fields that begin and end."""
    begun: list[list[_Element]] = []
    found: set[_Element] = set()
    for one in root.iter(f"{W}fldChar"):
        if any(parent.tag in _REMOVED for parent in one.iterancestors(*_REMOVED)):
            continue
        kind = one.get(f"{W}fldCharType")
        if kind == "begin":
            begun.append([one])
        elif begun and kind == "separate":
            begun[-1].append(one)
        elif begun and kind == "end":
            found.update((*begun.pop(), one))
    return found


def _form(begin: _Element) -> str:
    """Return a check box of a form, or the chosen entry of a list."""
    if begin.find(f"{_FORM}/{W}checkBox") is not None:
        states = [value(begin, f"ffData/checkBox/{name}") for name in ("checked", "default")]
        state = next((one for one in states if one is not None), "0")
        return "☐" if state in ("0", "false", "off") else "☒"
    entries = [str(one.get(f"{W}val")) for one in begin.findall(f"{_FORM}/{W}ddList/{W}listEntry")]
    chosen = value(begin, "ffData/ddList/result") or "0"
    return entries[int(chosen)] if chosen.isdigit() and len(chosen) < 5 and int(chosen) < len(entries) else ""
