"""Reads a reply of a language model as it arrives: its sentences, each with the numbers of the passages that it cites.

Models write markers, lists, tables and thoughts in many forms. All of them become plain sentences with `[n]` markers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from rag.text import sentences
from rag.text.refusals import without_lead_in
from rag.text.sentence_roles import has_verb
from rag.types import Draft

_LONGEST = 2_000  # characters of a sentence; a longer one is cut
_MOST_PASSAGES = 50  # a larger number in parentheses is not a marker

_MARKER = re.compile(r"(?<!\s)\s*+\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
# Models often put markers after the full stop, as in `It is.” [1]`, and some write a second stop: `It is. [1].`
_MARKERS_AFTER_STOP = re.compile(rf"(?<![.!?])([.!?]++[\"'”’»)]*+)((?:{_MARKER.pattern})+)\.?")
_BEFORE_A_WORD = re.compile(r"(?<=\s)(?=\S)")
_NAMES = r"(?:passages?|sources?|documents?|docs?|ref(?:erence)?s?\.?|citations?|excerpts?|nos?\.?|#)"
_NUMBERS = rf"(?:{_NAMES}\s*)?\^?\d{{1,3}}(?:\s*(?:[,;&–-]|and|to)\s*(?:{_NAMES}\s*)?\^?\d{{1,3}})*"
_FORMS = [
    re.compile(rf"[\[【〔［]\s*+({_NUMBERS})(?:†[^\]】〕］]{{0,80}})?\s*+[\]】〕］](?!\()", re.IGNORECASE),
    re.compile(rf"(?<![\w)])\((?=\s*{_NAMES})\s*({_NUMBERS})\s*\)", re.IGNORECASE),
    re.compile(r"(?<=[\w.!?\"'”’»%)])\^(\d{1,2}(?:,\d{1,2})*)\^?(?=[\s.,;:!?]|\Z)"),
]
_EXPONENT = re.compile(r"\d\^\d")
_IN_PARENTHESES = re.compile(r"(?<=[\s.!?])\((\d{1,2}(?:\s*[,;]\s*\d{1,2})*)\)(?=[.!?,;:]*(?:\s|\Z))")
_REFERS = re.compile(
    r"(?:\b(?:articles?|art\.?|sections?|sec\.?|paragraphs?|para\.?|clauses?|points?|parts?|rules?|annex|regulations?|items?|§)"
    r"(?:\s[\w().]+)?)\s*\Z",
    re.IGNORECASE,
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUPERSCRIPT = re.compile(r"(?<=[a-z.!?\"'”’»%)])([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}(?:[,˒ ]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})*)(?=[\s.,;:!?]|\Z)")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<![\w*])\*(?=\w)|(?<=[\w.!?\]])\*(?![\w*])")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:https?:|mailto:|www\.|/|#)[^\s)\[]*+\)")
_THOUGHTS = ("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad", "analysis")
_OPENS = re.compile(rf"<\|?({'|'.join(_THOUGHTS)})\|?>|◁think▷|\[THINK\]", re.IGNORECASE)
_CLOSES = re.compile(rf"</\|?({'|'.join(_THOUGHTS)})\|?>|◁/think▷|\[/THINK\]", re.IGNORECASE)
_TAG = re.compile(r"</?(?:answer|response|final|output|p|br|b|i|strong|em|ul|ol|li|sup|sub)\s*/?>", re.IGNORECASE)
_BULLET = re.compile(r"\A\s*+(?:>\s*+)*+(?:[-*•‣◦–]|\(?\d{1,2}[.)]|\(?[a-z]\))\s++(?=\S)")
_HEADING = re.compile(r"#{1,6}\s")
_RULE = re.compile(r"\s*(?:[-*_=]{3,}|```\w*)\s*\Z")
_SEPARATOR = re.compile(r"[\s:|-]+")
_SOURCES = re.compile(
    r"\W*(?:sources?|citations?|references?|passages?(?: used| cited)?|quellen?|fuentes?|fonti|fontes|bronnen"
    r"|источники)\s*:(.*)\Z",
    re.IGNORECASE | re.DOTALL,
)


def parse_reply(pieces: Iterable[str], cut_off: Callable[[], bool] = lambda: False) -> Iterator[Draft]:
    """Split a streamed reply into sentences, each with the passages that its markers name, counted from 0.

    A sentence is yielded as soon as the next one begins. Sentences without a marker share the next marker of their
    paragraph, or the markers of a `Sources:` line; they are yielded when it arrives, or last. If `cut_off` is true once
    the pieces end, the last sentence is unfinished and left out. The result does not depend on how the reply is split
    into pieces.
    """
    paragraph = _Paragraph()
    pending = ""
    for word in _lines(_spoken(_whole_words(pieces))):
        pending = _MARKERS_AFTER_STOP.sub(_markers_before_stop, plain_markers(pending + word))
        starts = [span.start for span in sentences(pending)]
        # The last sentence may be incomplete, and so may the markers after the sentence before it.
        complete = [start for start in starts[1:] if pending[start : start + 1] not in _OPENING]
        if not complete and len(pending) > _LONGEST:
            complete = [len(pending)]
        if complete:
            yield from paragraph.read(pending[: complete[-1]])
            pending = pending[complete[-1] :]
    yield from paragraph.read(_without_last(pending) if cut_off() else pending)
    yield from paragraph.end()


_OPENING = tuple("[【(^⁰¹²³⁴⁵⁶⁷⁸⁹*")


def strip_markers(text: str) -> str:
    """Return `text` without its [n] markers."""
    return _MARKER.sub("", text)


def plain_markers(text: str) -> str:
    """Return `text` with every form of marker as `[n]` or `[n, m]`, without emphasis, links and HTML tags."""
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub("", text)
    for form in _FORMS:
        text = form.sub(
            lambda match: (
                match[0] if _EXPONENT.search(match.string[match.start() - 1 : match.end()]) else _plain(match[1])
            ),
            text,
        )
    text = _SUPERSCRIPT.sub(lambda match: _plain(match[1].translate(_SUPERSCRIPTS)), text)
    return _IN_PARENTHESES.sub(_parenthesised, text)


def _plain(numbers: str) -> str:
    """Return the marker for `1`, `1, 2`, `1-3` or `Passage 1 and Passage 3`."""
    found: list[int] = []
    for part in re.finditer(r"(\d+)(?:\s*(?:–|-|to)\s*\D{0,10}(\d+))?", numbers):
        first, last = int(part[1]), int(part[2] or part[1])
        found += range(first, last + 1) if first <= last <= first + _MOST_PASSAGES else [first, last]
    return f"[{', '.join(map(str, found))}]"


def _parenthesised(match: re.Match[str]) -> str:
    """Return the marker for a number in parentheses, unless it belongs to `Article 6 (1)` or begins a line."""
    before = match.string[: match.start()]
    line = before[before.rfind("\n") + 1 :]
    numbers = [int(number) for number in re.findall(r"\d+", match[1])]
    is_marker = line.strip() and not _REFERS.search(before) and all(0 < number <= _MOST_PASSAGES for number in numbers)
    return _plain(match[1]) if is_marker else match[0]


def _markers_before_stop(match: re.Match[str]) -> str:
    return f" {' '.join(match[2].split())}{match[1]}"


def _without_last(text: str) -> str:
    spans = sentences(text)
    return text[: spans[-1].start] if spans else ""


def _whole_words(pieces: Iterable[str]) -> Iterator[str]:
    """Split a stream before each word, because finding the end of a sentence needs the whole next word."""
    pending = ""
    for piece in pieces:
        *words, pending = _BEFORE_A_WORD.split(pending + piece)
        yield from words
    yield pending


def _spoken(words: Iterable[str]) -> Iterator[str]:
    """Leave out thoughts: the words between `<think>` and `</think>`, or to the end if nothing closes them."""
    thinking = False
    for word in words:
        rest, said = word, ""
        while rest:
            match = (_CLOSES if thinking else _OPENS).search(rest)
            if not thinking:
                said += rest[: match.start()] if match else rest
            rest = rest[match.end() :] if match else ""
            thinking = (not thinking) if match else thinking
        if said:
            yield _CLOSES.sub("", said)


def _lines(words: Iterable[str]) -> Iterator[str]:
    """Leave out headings, and replace each row of a Markdown table with a sentence: `Rate: 24 pence; From: 2018.`"""
    header: list[str] | None = None
    line, at_start = "", True
    for word in words:
        if line or (at_start and (word.startswith("|") or _HEADING.match(word))):
            line += word
            if "\n" in word:
                header, sentence = _line_sentence(line, header)
                yield sentence
                line = ""
        else:
            header = None if at_start and word.strip() else header
            yield word
        at_start = "\n" in word
    if line:
        yield _line_sentence(line, header)[1]


def _line_sentence(line: str, header: list[str] | None) -> tuple[list[str] | None, str]:
    return (None, "\n\n") if _HEADING.match(line) else _row_sentence(line, header)


def _row_sentence(row: str, header: list[str] | None) -> tuple[list[str] | None, str]:
    """Return the header for the next row, and the sentence of this one; a header and a separator have none."""
    if _SEPARATOR.fullmatch(row.strip()):
        return header, ""
    cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
    if header is None:
        return cells, ""
    markers = "".join(marker[0] for marker in _MARKER.finditer(plain_markers(row)))
    named = [
        f"{name}: {said}" if name else said
        for name, cell in zip(header, cells, strict=False)
        if (said := strip_markers(plain_markers(cell)).strip())
    ]
    return header, f"{'; '.join(named)}{markers}.\n" if named else ""


@dataclass(slots=True)
class _Paragraph:
    """The sentences of a paragraph that wait for a marker, and those of earlier paragraphs that found none."""

    waiting: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    lead: str = ""
    lead_markers: tuple[int, ...] = ()

    def read(self, text: str) -> Iterator[Draft]:
        """Read whole sentences and yield those with a marker."""
        spans = sentences(text)
        for number, span in enumerate(spans):
            yield from self._sentence(span.of(text))
            following = spans[number + 1].start if number + 1 < len(spans) else len(text)
            if "\n\n" in text[span.end : following]:
                self._close()

    def end(self) -> Iterator[Draft]:
        """Yield the sentences that found no marker."""
        self._close()
        yield from (_draft(sentence, ()) for sentence in self.unmarked)
        self.unmarked = []

    def _sentence(self, text: str) -> Iterator[Draft]:
        if _RULE.match(text):
            return
        if cited := _SOURCES.match(text):
            self._close()
            markers = _markers(plain_markers(cited[1])) or tuple(
                int(one) - 1 for one in re.findall(r"\b\d{1,2}\b", cited[1])
            )
            yield from (_draft(sentence, markers) for sentence in self.unmarked)
            self.unmarked = []
            return
        yield from self._marked(text)

    def _marked(self, text: str) -> Iterator[Draft]:
        markers, bullet = _markers(text), _BULLET.match(text)
        claim = _BULLET.sub("", strip_markers(text), count=1).strip() if bullet else strip_markers(text).strip()
        if not claim:
            return
        if claim.endswith(":"):
            self.lead, self.lead_markers = claim, markers
            return
        if bullet and self.lead and not has_verb(claim):
            claim = f"{self.lead} {claim}"
        elif not bullet:
            self.lead, self.lead_markers = "", ()
        markers = markers or (self.lead_markers if bullet else ())
        if not markers:
            self.waiting.append(claim)
            return
        yield from (_draft(sentence, markers) for sentence in (*self.waiting, claim))
        self.waiting = []

    def _close(self) -> None:
        """End the paragraph. A list may follow its lead-in after an empty line."""
        self.unmarked += self.waiting
        self.waiting = []


def _markers(sentence: str) -> tuple[int, ...]:
    found = (int(number) - 1 for marker in _MARKER.findall(sentence) for number in re.findall(r"\d+", marker))
    return tuple(dict.fromkeys(found))


def _draft(claim: str, markers: tuple[int, ...]) -> Draft:
    return Draft(without_lead_in(claim), tuple((number, None) for number in markers))
