"""Answers as plain text, with numbered notes at the end."""

from __future__ import annotations

from rag.http.exports.content import Content, Note, Section


def write(content: Content) -> bytes:
    """Return the file, UTF-8."""
    parts = [_section(section) for section in content.sections]
    if content.notes:
        parts.append("\n".join(["Notes", "", *(_note(note, content) for note in content.notes)]))
    return ("\n\n".join(parts) + "\n").encode()


def _section(section: Section) -> str:
    answer = " ".join(f"{one.text} {''.join(f'[{number}]' for number in one.notes)}" for one in section.paragraphs)
    return "\n\n".join(filter(None, (section.question, answer, *(f"({remark})" for remark in section.remarks))))


def _note(note: Note, content: Content) -> str:
    lines = [f"[{note.number}] “{note.quote}”", f"{note.source}.", f"{note.address} (accessed {content.accessed})"]
    return "\n    ".join(filter(None, (*lines, note.remark))) + "\n"
