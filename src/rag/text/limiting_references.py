"""Finds references by which an English rule and another provision limit each other: `subject to section 5`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.text.exception_forms import refers_to_rule
from rag.text.provision_limits import without_label
from rag.text.provision_names import ProvisionName, Step, provision_names
from rag.types import Span

_LABEL = r"(?:\d{1,4}[A-Za-z]{0,2}(?:\.\d{1,3})*(?:\(\w{1,5}\))*|\(\w{1,5}\)(?:\(\w{1,5}\))*)"
_SEVERAL = re.compile(
    rf"\b(?P<kind>[A-Za-z-]{{4,14}}?)s (?P<labels>{_LABEL}(?:(?:, and |, or |, | and | or ){_LABEL})+)"
    rf"(?P<of> of [A-Z][a-z]+ \w{{1,4}}\b)?"
)
_SEPARATORS = re.compile(r", and |, or |, | and | or ")
_PROVISIONS = (
    r"(?:the )?(?:(?:provisions?|conditions?|exceptions?|exemptions?|cases?|requirements?|rules?|circumstances) )?"
    r"(?:(?:set out|listed|laid down|described|mentioned) )?(?:of |in |under |by )?"
)
_LIMITED = re.compile(
    rf"""\b(?: subject\ to | unless | without\ prejudice\ to | with\ the\ exception\ of | other\ than
      | (?:except|save)(?:\ (?:as|where|if|for|in|under|that))?(?:\ otherwise)?
        (?:\ (?:provided|stated|permitted|specified|allowed))?(?:\ (?:for|in|by|under))?
      ) \s {_PROVISIONS.replace(" ", r"[ ]")} \Z""",
    re.VERBOSE | re.IGNORECASE,
)
_LIMITS_BEFORE = re.compile(
    r"\b(?:nothing (?:contained )?in|notwithstanding(?: anything in)?|despite(?: anything in)?|derogation from"
    r"|exceptions? (?:to|from)|exempt(?:ed|ion|ions)? from|excluded from)"
    r" (?:the provisions of )?(?:the (?:[\w-]+ ){1,3}(?:in|under|of) )?\Z",
    re.IGNORECASE,
)
_NOT_UNDER = re.compile(r"\bnot\b[^.;]{0,40}\b(?:in|under) \Z", re.IGNORECASE)
"""A sentence that limits a rule and names another provision only describes a case: `with a permit under § 4`."""

_LIMITS_AFTER = re.compile(
    r",? (?:(?:does|do|shall|will|must|may|is|are) not\b|appl(?:y|ies) only\b"
    r"|(?:shall|does|do) only\b|(?:is|are) subject to\b)",
    re.IGNORECASE,
)
LIMITING = re.compile(
    r"\b(?:nothing (?:contained )?in|notwithstanding|despite|derogation from|exceptions? (?:to|from)|exempt\w* from"
    r"|excluded from|not\b[^.;\n]{0,40}\b(?:in|under)) [^.;\n]{0,60}?\d"
    rf"|\b(?:sub-?)?(?:section|article|paragraph|regulation|rule|clause|point|part|chapter)s? {_LABEL}"
    rf"(?:(?:,| and| or){{1,2}} (?:{_LABEL}|[A-Z]\d{{0,3}}\b|[ivx]{{1,5}}\b))*+"
    r",? (?:(?:does|do|shall|will|must|may|is|are) not\b|appl(?:y|ies) only\b|(?:is|are) subject to\b)",
    re.IGNORECASE,
)
"""Matches where a text may limit a provision by its name. `limiting_references` reads the sentence."""

_ANOTHER_TEXT = re.compile(r",? of (?:the|this) [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*| of (?:Regulation|Directive|Act)\b")
_OWN_TEXT = re.compile(r",? of this\b", re.IGNORECASE)
_AND = re.compile(r",? (?:and|or) (?:to )?|, ")  # between two provisions that limit alike
_LONGEST = 2_000  # characters of a sentence that are read


@dataclass(frozen=True, slots=True)
class LimitingReference:
    """A reference to a provision: its steps as in `ProvisionName`, and its words.

    If `limited` is true, that provision limits the sentence; otherwise the sentence limits that provision. `elsewhere`
    is true if the provision is in another text.
    """

    steps: tuple[Step, ...]
    words: str
    limited: bool
    elsewhere: bool = False


def limiting_references(sentence: str) -> Iterator[LimitingReference]:
    """Yield the provisions that limit a sentence, and those that it limits."""
    sentence = sentence[:_LONGEST]
    several = list(_SEVERAL.finditer(sentence))
    for match in several:
        if (direction := _direction(sentence, Span(match.start(), match.end()))) is not None:
            for label in _SEPARATORS.split(match["labels"]):
                yield from _named(f"{match['kind']} {label}{match['of'] or ''}", direction)
    names = [one for one in provision_names(sentence) if not any(_is_inside(one.span, match) for match in several)]
    yield from _of_names(sentence, names, limits_another=bool(several))


def _is_inside(span: Span, match: re.Match[str]) -> bool:
    return match.start() <= span.start < match.end()


def _of_names(sentence: str, names: Sequence[ProvisionName], *, limits_another: bool) -> Iterator[LimitingReference]:
    """Yield the references that are not in a list. `limits_another` is true if the sentence limits those in a list."""
    limits_another = limits_another or refers_to_rule(without_label(sentence)) is not None
    limited, end = None, 0
    for name in names:
        before, after = sentence[: name.span.start], sentence[name.span.end :]
        if limited is None or not _AND.fullmatch(before[end:]):
            limited = _direction(sentence, name.span)
            if limited is None and not limits_another and _NOT_UNDER.search(before):
                limited = False
        limits_another |= limited is False
        end = name.span.end
        if limited is not None:
            elsewhere = bool(_ANOTHER_TEXT.match(after)) and not _OWN_TEXT.match(after)
            yield LimitingReference(name.steps, name.span.of(sentence), limited, elsewhere)


def _direction(sentence: str, name: Span) -> bool | None:
    """Return whether the named provision limits the sentence, or is limited by it; None for other references."""
    before, after = sentence[: name.start], sentence[name.end :]
    if _LIMITED.search(before):
        return True
    if _LIMITS_BEFORE.search(before) or _LIMITS_AFTER.match(after):
        return False
    return None


def _named(words: str, limited: bool) -> Iterator[LimitingReference]:
    for name in provision_names(words)[:1]:
        yield LimitingReference(name.steps, words, limited)
