"""Finds the numbered provisions that an English sentence limits: `Subsection (1) does not apply to a charity.`"""

from __future__ import annotations

import re

from rag.text.markers import marker

_KIND = r"(?:sub-?sections?|(?:sub-?)?paragraphs?|clauses?|points?)"  # parts of one section
_LABEL = r"(?:\(?\d{1,3}[A-Za-z]{0,2}\)?|\((?:[a-z]{1,2}|[ivx]{1,5})\))"
_LABELS = (
    rf"{_LABEL}(?:(?:,|,?\ and|,?\ or|\ to)\ {_LABEL})*(?![\w(])(?!\ of\ (?!this))"  # not `paragraph 3 of Article 6`
)
_NOT = r"(?:does|do|shall|will|is|are|must|may)\ not\b"
_LIMITS = re.compile(
    rf"""
    (?: {_KIND}\ (?P<subject>{_LABELS})\ (?:{_NOT}(?=\ (?:apply|be|appl)|\ applicable) | appl(?:y|ies)\ only\b
        | (?:shall|will|does|do)\ only\b | (?:is|are)\ subject\ to\b | shall\ not\ (?:apply|prevent|prohibit|require))
      | (?:Nothing\ (?:contained\ )?in|Notwithstanding(?:\ anything\ in)?|Despite(?:\ anything\ in)?
          |By\ way\ of\ derogation\ from|By\ derogation\ from|In\ derogation\ from|As\ an\ exception\ to
          |Except\ as\ provided\ in)\ (?:the\ provisions\ of\ )?{_KIND}\ (?P<named>{_LABELS})
      | (?:The|An?|Any)\ [^.;:]{{2,60}}?\ {_KIND}\ (?P<of>{_LABELS})[^.;:]{{0,40}}?\ {_NOT}\ appl(?:y|icable)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SUBJECT_TO = re.compile(rf"\bsubject\ to\ (?:the\ provisions\ of\ )?{_KIND}\ (?P<named>{_LABELS})", re.I | re.VERBOSE)
_OWN = re.compile(
    r"(?:(?:§ ?|Article |Section )?\d{1,3}[A-Z]{0,2}\.? )?\((?P<bracketed>\d{1,3}[A-Za-z]{0,2}|[a-z]{1,2})\)(?=\s)"
    r"|(?P<plain>[A-Z]?\d{1,3}[A-Za-z]{0,2})[.)](?=\s)"
)
_RANGE = re.compile(r"(\d{1,3})\)?(?: to |–)\(?(\d{1,3})")


def own_label(words: str) -> str | None:
    """Return the number of the subsection or paragraph that a line opens: `2` for `(2) A fee ...` and `5 (2) ...`."""
    match = _OWN.match(words)
    return (match["bracketed"] or match["plain"]) if match else None


def limited_labels(words: str) -> set[str]:
    """Return the labels of the provisions to which a sentence states an exception: `1` for `Nothing in paragraph 1`."""
    match = _LIMITS.match(without_label(words))
    return _labels(match["subject"] or match["named"] or match["of"]) if match else set()


def limiting_labels(words: str) -> set[str]:
    """Return the labels of the provisions that limit a sentence: `3` for `Subject to subsection (3), ...`"""
    match = _SUBJECT_TO.search(words)
    return _labels(match["named"]) if match else set()


def without_label(words: str) -> str:
    """Return a line without its number or its bullet: not without `Section 4`, which may be its subject."""
    match = _OWN.match(words)
    if match is not None:
        return words[match.end() :].lstrip()
    mark = marker(words)
    return words.removeprefix(mark.written).lstrip() if mark and not mark.written[:2].isalpha() else words


def _labels(written: str) -> set[str]:
    found = set(re.findall(r"\d{1,3}[A-Za-z]{0,2}|(?<=\()[a-z]{1,5}(?=\))", written))
    for first, last in _RANGE.findall(written):
        found.update(map(str, range(int(first), int(last) + 1)))
    return found
