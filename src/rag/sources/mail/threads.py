"""Says which lines of a message its author wrote, which ones a forwarded message has, and which are quotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rag.sources.mail.phrases import (
    ADDRESS,
    ATTRIBUTION_START,
    FORWARDED,
    HEADER_LINE,
    LABELS,
    MOMENT,
    ORIGINAL,
    RULE,
    WROTE,
)

QUOTE = "\ue000"
"""A line that stands for a quotation. The character is for private use, so that no text has it."""

_HEADER_LINES = 14  # lines that the headers above a quoted message may take
_ATTRIBUTION_LINES = 4  # lines over which a mail program may break `On ..., Ada wrote:`
_ATTRIBUTION_LONGEST = 400  # characters


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a forwarded message, by kind: `from`, `sent`, `to`, `subject`."""

    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thread:
    """The owner of each line: 0 is the author, n is the message with `heads[n - 1]`, None is nobody (left out).

    `quoted_by` is the line above the first quotation, such as `On 3 March, Ada wrote:`.
    """

    owners: list[int | None]
    heads: list[Head]
    quoted_by: str = ""


def read(lines: Sequence[str], forwarding: bool) -> Thread:
    """Find the owner of each line. With `forwarding`, messages below the author's words are content.

    A line of `QUOTE` stands for a quotation that the mail program marked.
    """
    return _Walk(lines, forwarding).run()


class _Walk:
    """One walk over the lines of a message."""

    def __init__(self, lines: Sequence[str], forwarding: bool) -> None:
        self._lines = [line.strip() for line in lines]
        self._forwarding = forwarding
        self._thread = Thread([None] * len(lines), [])
        self._quoted_by = ""

    def run(self) -> Thread:
        place = 0
        while place < len(self._lines):
            following = self._step(place)
            if following is None:
                break
            place = following
        return Thread(self._thread.owners, self._thread.heads, self._quoted_by)

    def _step(self, place: int) -> int | None:
        """Handle the line at `place`. Return the next place, or None if the rest is a quotation."""
        line = self._lines[place]
        if FORWARDED.fullmatch(line):
            return self._begin(place + 1)
        if headers := header_block(self._lines, place):
            return self._add(*headers) if self._in_forward else self._cut(line)
        if ORIGINAL.fullmatch(line) or (RULE.fullmatch(line) and self._above_headers(place)):
            known = self._in_forward and self._above_headers(place)
            return place + 1 if known else self._cut("")
        if (count := attribution(self._lines, place)) and self._ends_words(place, count):
            self._cut(" ".join(self._lines[place : place + count]))
            return place + count if self._next_line(place + count) == QUOTE else None
        if line != QUOTE:
            self._thread.owners[place] = len(self._thread.heads)
        return place + 1

    @property
    def _in_forward(self) -> bool:
        return self._forwarding or bool(self._thread.heads)

    def _cut(self, line: str) -> int | None:
        """Note the line above a quotation, and return None."""
        self._quoted_by = self._quoted_by or line
        return None

    def _begin(self, place: int) -> int:
        """Begin a forwarded message, with the headers at the next line that is not blank."""
        while place < len(self._lines) and self._lines[place] in ("", QUOTE):
            place += 1
        return self._add(*(header_block(self._lines, place, least=1) or (place, Head())))

    def _add(self, place: int, head: Head) -> int:
        self._thread.heads.append(head)
        return place

    def _above_headers(self, place: int) -> bool:
        return any(header_block(self._lines, place + ahead) for ahead in (1, 2))

    def _next_line(self, place: int) -> str:
        return next((line for line in self._lines[place : place + 3] if line), "")

    def _ends_words(self, place: int, count: int) -> bool:
        """Return whether lines like `Ada wrote:` are above a quotation: a marked one, or one with a full date."""
        words = " ".join(self._lines[place : place + count])
        return self._next_line(place + count) == QUOTE or bool(MOMENT.search(words) and ADDRESS.search(words))


def header_block(lines: Sequence[str], place: int, least: int = 2) -> tuple[int, Head] | None:
    """Return the headers that begin at `place` and the place after them; None if there are none.

    They begin with the sender, or with another header of the mail program, and have at least `least` other kinds.
    """
    found: dict[str, str] = {}
    kind, end = "", place
    for number, line, label in _labelled(lines, place):
        if label:
            kind, value = label
            found.setdefault(kind, value.strip("* "))
            end = number + 1
        elif line and found and kind in ("to", "other") and ("@" in line or ";" in line) and number == end:
            end = number + 1  # a list of addresses that is broken over lines
        elif line or number > end + 1:
            break
    return (end, Head(found)) if "from" in found and len(found) > least else None


def _labelled(lines: Sequence[str], place: int) -> Iterator[tuple[int, str, tuple[str, str] | None]]:
    for number in range(place, min(place + _HEADER_LINES, len(lines))):
        label = _label(lines[number])
        if number == place and label is None:
            return
        yield number, lines[number], label


@lru_cache(maxsize=64)  # the headers at a line are searched again from the next line
def _label(line: str) -> tuple[str, str] | None:
    match = HEADER_LINE.fullmatch(line.strip()) if len(line) < 2_000 else None
    kind = LABELS.get(match[1].lower().strip()) if match else None
    return (kind, match[2]) if kind and match else None


def attribution(lines: Sequence[str], place: int) -> int:
    """Return how many lines the words above a quotation take, such as `On 3 March, Ada wrote:`; 0 if there are none."""
    if not ATTRIBUTION_START.match(lines[place]):
        return 0
    words = ""
    for count, line in enumerate(lines[place : place + _ATTRIBUTION_LINES], start=1):
        words = f"{words} {line}".strip()
        if not line or len(words) > _ATTRIBUTION_LONGEST:
            return 0
        if WROTE.search(words) or (words.endswith(">:") and ADDRESS.search(words)):
            return count
    return 0


def writer(words: str) -> str:
    """Return the name of the writer in words such as `On 3 March 2025, Ada Obi <ada@example.org> wrote:`; or ""."""
    address = ADDRESS.search(words)
    if address is None:
        return ""
    before = words[: address.start()].rstrip(" <([")
    name = before.rpartition(",")[2] if "," in before else before
    times = list(MOMENT.finditer(name))
    name = name[times[-1].end() :] if times else name
    name = name.strip(" ,;:\"'")
    name = name.removeprefix("schrieb ").removeprefix("AM ").removeprefix("PM ").strip()
    return name if name and not any(map(str.isdigit, name)) else address[0].strip("<>")
