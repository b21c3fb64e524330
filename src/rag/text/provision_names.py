"""Parse references to provisions: `Article 5`, `section 12(3)`, `paragraph 2(b) of Schedule 1`, `§ 12 Abs. 3`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from rag.types import Span

_KINDS = {
    "article": r"articles?|artt?\.|artikeln?|artikels|art[ií]culos?|articol[oi]|artigos?|"
    r"стат(?:ья|ьи|ье|ью|ьёй|ьей)|ст\.",
    "section": r"sections?|sect?\.|ss?\.|§§?|paragraf|paragrafen|secci[oó]n|sezione|sec[cç][aã]o|раздел[аеу]?",
    "paragraph": r"paragraph(?:es?|s)?|paras?\.?|absatz|absatzes|abs\.|lid|leden|alinéas?|al\.|apartados?|comma|commi|"
    r"parágrafos?|n\.[º°]|пункт(?:а|е|ом|у|ы)?|п\.|част[ьи]|ч\.",
    "subsection": r"sub-?sections?",
    "subparagraph": r"sub-?paragraphs?",
    "regulation": r"regulations?|regs?\.",
    "rule": r"rules?",
    "clause": r"clauses?|cl\.|klauseln?|cláusulas?|clausole?",
    "schedule": r"schedules?|sch\.",
    "annex": r"annex(?:es)?|anhang|anhangs|anlagen?|annexe|anexos?|allegat[oi]|bijlagen?|приложени[еяию]",
    "appendix": r"appendix|appendices",
    "chapter": r"chapters?|kapitels?|chapitres?|cap[ií]tulos?|capitol[oi]|hoofdstuk(?:ken)?|глав[аеуы]",
    "part": r"parts?|teils?|deel|partie|parte",
    "title": r"titles?",
    "recital": r"recitals?|erwägungsgrund|considérant|considerando|overweging",
    "point": r"points?|litera|lit\.|buchstaben?|onder|letter|lettera|letra|alínea|подпункт[ае]?",
    "item": r"items?",
    "principle": r"principles?",
    "number": r"nr\.|nummer|ziff\.|ziffer",
    "sentence": r"satz|satzes|s\.(?=\s?\d+\s+(?:nr\.|halbs))",
}
"""The names of each kind of provision, in several languages."""

INNER = frozenset({"paragraph", "subsection", "subparagraph", "point", "item", "number", "sentence", ""})
"""Kinds that are counted anew inside each article or section, so that one document has many with the same number."""

_NUMBER = r"\d{1,4}[A-Za-z]{0,2}(?:[.-]\d{1,3}[A-Za-z]?){0,4}(?![\w%£$€])"
_CODE = r"[LRDA]\.?\s?\*?\d{1,4}(?:-\d{1,4})+"
"""The number of an article of a French code, such as `L. 123-4`."""

_LABEL = rf"(?:{_CODE}|{_NUMBER}|\(\w{{1,5}}\)|[IVXLC]{{1,6}}\b|[A-Z]\b)"
_REFERENCE = re.compile(
    # The first lookahead skips most words quickly: a name is followed by a number, a bracket, a capital or one letter.
    r"(?<![\w.§])(?=(?:§§?|[^\W\d_][^\s\d(]{0,20})\s?(?:\d|\(|(?-i:[A-Z])|[a-z]\b))"
    rf"(?:{'|'.join(f'(?P<{kind}>{names})' for kind, names in _KINDS.items())})"
    rf"\s?(?P<label>{_LABEL}(?:\s?\(\w{{1,5}}\))*)(?:\.?[ºª°])?",
    re.IGNORECASE,
)
_KIND_NAME = re.compile("|".join(_KINDS.values()), re.IGNORECASE)
_CAPITAL_LABEL = re.compile(r"(?:[IVXLC]{1,6}|[A-Z])(?:\s?\(\w+\))*")
_WITHIN = re.compile(r"\s*+,?\s*+(?:of|in|to|under|von|des|der|du|de la|de|del|della|van)\s+(?:the\s+)?", re.IGNORECASE)
_OF_A_TEXT = re.compile(
    r"\s*+,?\s*+(?:of|in|under|to)\s+(?:the\s+)?(?:[A-Z][\w’'-]*)(?:\s+(?:[A-Z][\w’'-]*|of|to|and|on|for)(?=\W|$))*"
)
_OUTER_FIRST = re.compile(r"\s*+,?\s*+")
_STEP = re.compile(rf"\((\w+)\)|({_CODE}|[^\s()]+)")
_SMALL_LETTER = re.compile(r"(?:lit|buchst|onder|letter)\w*\.?\s?[a-z]\Z")
_ONLY_INSIDE = frozenset({"number", "sentence"})
"""Kinds that name a provision only together with another kind: `Satz 1`, but also `Verordnung Nr. 5`."""

_BREACH = re.compile(
    r"\b(?:breach|breaches|breaching|break|breaking|infring\w*|violat\w*|contraven\w*|contrary to|comply with|"
    r"complying with|non-compliance with|referred to in|mentioned in|except|than)\s+"
    r"(?:of\s+|with\s+|in\s+)?(?:the\s+)?\Z",
    re.IGNORECASE,
)

Step: TypeAlias = tuple[str, str]
"""The kind and the label of one level, for example `("section", "12")`. The kind of a level in brackets is empty."""


@dataclass(frozen=True, slots=True)
class ProvisionName:
    """A reference to a provision in a question: its steps, the outermost first, and its span in the question.

    `content` is false if the question is about a breach of the provision, not about its content.
    """

    steps: tuple[Step, ...]
    span: Span
    content: bool = True


def provision_names(question: str) -> tuple[ProvisionName, ...]:
    """Return the provisions that a question names, in reading order.

    `paragraph 2(b) of Schedule 1` has the steps schedule 1, paragraph 2, (b). `§ 12 Abs. 3` has section 12 and
    paragraph 3.
    """
    found = [match for match in _REFERENCE.finditer(question) if _is_label(match)]
    names = (_joined(question, group) for group in _groups(question, found))
    return tuple(name for name in names if any(kind not in _ONLY_INSIDE for kind, _ in name.steps))


def with_outer_provision(question: str, earlier: str) -> str | None:
    """Return a question about `subsection (3)` with the section that an earlier question named.

    Return None if the question names no inner provision alone, or if the earlier one names no outer provision.
    """
    names = provision_names(question)
    if len(names) != 1 or any(kind not in INNER for kind, _ in names[0].steps):
        return None
    for name in provision_names(earlier):
        kind, label = name.steps[0]
        if kind not in INNER:
            text = _OF_A_TEXT.match(earlier, name.span.end)
            outer = f" of {kind} {label}{text[0].rstrip() if text else ''}"
            return question[: names[0].span.end] + outer + question[names[0].span.end :]
    return None


def kind_names(kind: str) -> str:
    """Return a pattern for the names of a kind of provision."""
    return _KINDS[kind]


def is_kind_name(word: str) -> bool:
    """Return whether a word names a kind of provision, such as `subsection`."""
    return _KIND_NAME.fullmatch(word) is not None


def _is_label(match: re.Match[str]) -> bool:
    """Return whether the label is a number, or a numeral or letter in capitals: `Part I`, but not `part i`.

    The brackets of `Regulation (EU) 2016/679` are no label.
    """
    label = match["label"]
    if label[0] == "(" and label[1:3].isalpha() and label[1:3].isupper():
        return bool(_CAPITAL_LABEL.fullmatch(label.strip("()")))
    if not label[0].isalpha() or _SMALL_LETTER.fullmatch(match[0].lower()) or re.fullmatch(_CODE, label):
        return True
    return bool(_CAPITAL_LABEL.fullmatch(label))


def _groups(question: str, found: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """Yield the neighbours that name one provision together."""
    group = found[:1]
    for one, other in pairwise(found):
        between = question[one.end() : other.start()]
        if _WITHIN.fullmatch(between) or (_OUTER_FIRST.fullmatch(between) and _kind(one) != _kind(other)):
            group.append(other)
        else:
            yield group
            group = [other]
    if group:
        yield group


def _joined(question: str, group: list[re.Match[str]]) -> ProvisionName:
    between = question[group[0].end() : group[1].start()] if len(group) > 1 else ""
    inner_first = _kind(group[0]) in INNER and _kind(group[-1]) not in INNER and not between.strip(", ")
    ordered = group[::-1] if inner_first or _WITHIN.fullmatch(between) else group
    steps = tuple(step for match in ordered for step in _steps(match))
    span = Span(group[0].start(), group[-1].end())
    return ProvisionName(steps, span, not _BREACH.search(question, 0, span.start))


def _steps(match: re.Match[str]) -> Iterator[Step]:
    for number, step in enumerate(_STEP.finditer(match["label"])):
        yield ("" if number else _kind(match)), step[1] or step[2]


def _kind(match: re.Match[str]) -> str:
    return next(name for name in _KINDS if match[name])
