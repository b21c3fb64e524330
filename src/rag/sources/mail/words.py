"""Splits the body of an e-mail into its author's words and the forwarded messages, and turns them into blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr

from rag.sources.blocks import Block, Facts, Kind, Parsed, heading
from rag.sources.dates import iso
from rag.sources.mail.phrases import CONFIDENTIAL, DEVICE, DISCLAIMER, FORWARD_SUBJECT, WARNING
from rag.sources.mail.threads import QUOTE, Head, Thread, header_block, read, writer
from rag.text import normalise

_SIGNATURE = re.compile(r"^--[ ]?$", re.MULTILINE)
_QUOTED = re.compile(r"^[ ]?>.*(?:\n|\Z)", re.MULTILINE)
_MARKS = re.compile(r"^(?:[ ]?>)+[ ]?", re.MULTILINE)
_LAST = 4  # paragraphs at the end of a message that may be a notice of the organisation
_FIRST = 2  # paragraphs at its begin that may be a warning of the server


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one writer. `head` has the headers of a forwarded message; None for the author of the e-mail."""

    text: str
    head: Head | None = None


def is_forward(subject: str) -> bool:
    """Return whether the subject is that of a forwarded message."""
    return bool(FORWARD_SUBJECT.match(subject))


def own_words(text: str) -> str:
    """Return the text of an e-mail without its signature and without quotations of other e-mails.

    If the e-mail is only a quotation, return the quotation without its marks.
    """
    return next(iter(of_text(text, forwarding=False))).text


def of_text(text: str, forwarding: bool) -> list[Words]:
    """Return the words of the author, then those of each forwarded message, without quotations and signatures.

    If the e-mail is only a quotation, return the quotation under the name of its writer.
    """
    lines = _QUOTED.sub(f"{QUOTE}\n", text).split("\n")
    thread = read(lines, forwarding)
    parts = [
        Words(without_notices(_without_signature(_owned(lines, thread, owner))), _head(thread, owner))
        for owner in range(len(thread.heads) + 1)
    ]
    return [one for one in parts if one.text] or [_quotation(text, thread)]


def blocks(parts: Iterable[Words], read_text: Callable[[str], Iterable[Block]]) -> Iterator[Block]:
    """Yield the blocks of all parts, with a heading above each forwarded message that names its sender."""
    for part in parts:
        if part.head is not None:
            yield heading(title(part.head), 2)
        yield from read_text(part.text)


def title(head: Head) -> str:
    """Return the heading above a message that the sender of the e-mail did not write."""
    date, sender = head.fields.get("sent", ""), sender_of(head)
    named = f"Message from {sender}" if sender else "Message from another sender"
    return f"{named}, {iso(date) or date}" if date else named


def sender_of(head: Head) -> str:
    """Return the name of a sender, or the address if there is no name."""
    value = re.sub(r"\[mailto:[^\[\]]*+\]|<mailto:[^<>]*+>", "", head.fields.get("from", "")[:1_000]).strip()
    name, address = parseaddr(value)
    plain = re.sub(r"(?<!\s)\s*+[<\[(][^\s<>()\[\]@]*+@[^\s<>()\[\]@]*+[>\])]\s*+", "", value).strip("\"' ")
    return plain or name or address


def facts_of(facts: Facts, heads: Sequence[Head | None]) -> Facts:
    """Return the facts of an e-mail, so that its sender is not the author of words that others wrote.

    `heads` belong to its parts. If the sender wrote nothing, the author is the first other writer, and `forwarded_by`
    is the sender. If both wrote something, the author lists them all.
    """
    others = list(dict.fromkeys(name for head in heads if head is not None and (name := sender_of(head))))
    foreign = any(head is not None for head in heads)
    if not foreign:
        return facts
    sender = facts.get("author")
    if None in heads:
        names = dict.fromkeys(str(name) for name in (sender, *others) if name)
        return {**facts, "author": ", ".join(names), **({"forwarded_from": ", ".join(others)} if others else {})}
    mine = {name: value for name, value in facts.items() if name != "author"}
    sent = next((date for head in heads if head is not None and (date := head.fields.get("sent"))), None)
    found: Facts = {**mine, **({"author": ", ".join(others)} if others else {})}
    if sender:
        found["forwarded_by"] = sender
    if sent and iso(sent):
        found["published"] = sent
    return found


def parsed(parts: Sequence[Words], facts: Facts, read_text: Callable[[str], Iterable[Block]]) -> Parsed:
    """Return the parts of an e-mail as one document."""
    return Parsed(list(blocks(parts, read_text)), facts_of(facts, [one.head for one in parts]))


def of_blocks(found: Sequence[Block], forwarding: bool) -> list[tuple[list[Block], Head | None]]:
    """Return the blocks of an HTML body by writer, as `of_text` does for plain text.

    A block of `QUOTE` stands for a quotation that the mail program marked.
    """
    lines, places = _lines(found)
    thread = read(lines, forwarding)
    parts = []
    for owner in range(len(thread.heads) + 1):
        kept = list(_without_notice_blocks(_blocks_of(found, lines, places, thread, owner)))
        if kept:
            parts.append((kept, _head(thread, owner)))
    return parts or [_quoted_blocks(found, thread)]


def _lines(found: Sequence[Block]) -> tuple[list[str], list[int]]:
    """Return the lines of all blocks, and the number of the block of each line; each block but items ends in a gap."""
    lines: list[str] = []
    places: list[int] = []
    for number, block in enumerate(found):
        own = block.text.split("\n") if block.kind is Kind.PARAGRAPH else [block.text.replace("\n", " ")]
        lines += own
        places += [number] * len(own)
    return lines, places


def _blocks_of(
    found: Sequence[Block], lines: Sequence[str], places: Sequence[int], thread: Thread, owner: int
) -> Iterator[Block]:
    kept: dict[int, list[str]] = {}
    counts: dict[int, int] = {}
    for line, place, one in zip(lines, places, thread.owners, strict=True):
        counts[place] = counts.get(place, 0) + 1
        if one == owner:
            kept.setdefault(place, []).append(line)
    for place, words in kept.items():
        whole = len(words) == counts[place]
        yield found[place] if whole else replace(found[place], text="\n".join(words))


def _quoted_blocks(found: Sequence[Block], thread: Thread) -> tuple[list[Block], Head | None]:
    return [block for block in found if block.text != QUOTE], _quoted_head(thread, [])


def _head(thread: Thread, owner: int) -> Head | None:
    return thread.heads[owner - 1] if owner else None


def _owned(lines: Sequence[str], thread: Thread, owner: int) -> str:
    return normalise("\n".join(line for line, one in zip(lines, thread.owners, strict=True) if one == owner))


def _quotation(text: str, thread: Thread) -> Words:
    """Return an e-mail that is only a quotation, without the marks and headers, under the name of its writer."""
    lines = _MARKS.sub("", _SIGNATURE.split(text, maxsplit=1)[0]).split("\n")
    quoted = read(lines, forwarding=True)
    inner = normalise("\n".join(line for line, one in zip(lines, quoted.owners, strict=True) if one is not None))
    words = inner or normalise("\n".join(lines))
    return Words(words, _quoted_head(thread, lines) if words else None)


def _quoted_head(thread: Thread, lines: Sequence[str]) -> Head:
    if thread.quoted_by and (name := writer(thread.quoted_by)):
        return Head({"from": name})
    blocks = (header_block(lines, place) for place in range(len(lines)))
    return next((block[1] for block in blocks if block), Head())


def _without_signature(text: str) -> str:
    lines = _SIGNATURE.split(text, maxsplit=1)[0].split("\n")
    return normalise("\n".join(line for line in lines if not DEVICE.fullmatch(line.strip())))


def without_notices(text: str) -> str:
    """Remove the warning of a server above a message, and the notice of an organisation below it."""
    parts = text.split("\n\n")
    return "\n\n".join(parts[_warnings(parts) : _notice(parts)])


def _without_notice_blocks(found: Iterable[Block]) -> Iterator[Block]:
    kept = [one for one in found if one.text and one.text != QUOTE and not DEVICE.fullmatch(one.text.strip())]
    ends = [number for number, one in enumerate(kept) if _SIGNATURE.fullmatch(one.text)]
    kept = kept[: ends[0]] if ends else kept
    texts = [one.text for one in kept]
    yield from kept[_warnings(texts) : _notice(texts)]


def _warnings(parts: Sequence[str]) -> int:
    """Return how many paragraphs at the begin are warnings of a server."""
    count = 0
    while count < min(_FIRST, len(parts) - 1) and WARNING.match(parts[count]):
        count += 1
    return count


def _notice(parts: Sequence[str]) -> int:
    """Return the place of the paragraph that begins a notice of confidentiality at the end; else the number of all."""
    for place in range(max(1, len(parts) - _LAST), len(parts)):
        words = parts[place]
        if DISCLAIMER.match(words) and CONFIDENTIAL.search(" ".join(parts[place : place + 2])):
            return place
    return len(parts)
