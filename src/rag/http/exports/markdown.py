"""Answers as Markdown with footnotes, in the syntax that GitHub, Pandoc and Obsidian read."""

from __future__ import annotations

from rag.http.chats.markdown import escape
from rag.http.exports.content import Content, Note, Section


def write(content: Content) -> bytes:
    """Return the file, UTF-8."""
    parts = [_section(section) for section in content.sections]
    parts += [_note(note, content) for note in content.notes]
    return ("\n\n".join(parts) + "\n").encode()


def _section(section: Section) -> str:
    answer = " ".join(_line(one.text) + "".join(f"[^{number}]" for number in one.notes) for one in section.paragraphs)
    remarks = (f"*{_line(remark)}*" for remark in section.remarks)
    return "\n\n".join(filter(None, (f"## {_line(section.question)}", answer, *remarks)))


def _note(note: Note, content: Content) -> str:
    link = f"[{_line(note.address)}](<{note.link.replace('<', '%3C').replace('>', '%3E')}>)"
    words = [f"“{_line(note.quote)}”", f"{_line(note.source)},", f"{link}, accessed {content.accessed}."]
    return f"[^{note.number}]: {' '.join(filter(None, (*words, note.remark)))}"


def _line(text: str) -> str:
    return escape(" ".join(text.split()))
