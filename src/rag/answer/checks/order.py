"""Check who does what to whom: the order of the shared words, the passive voice, and before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rag.answer.checks.alignment import Alignment, Match
from rag.answer.checks.listing import group
from rag.answer.checks.words import BE, PARTICIPLES, Reading, Word, is_passive, is_row
from rag.types import Doubt

_PREPOSITIONS = group("for from to into by than against of with over under before after until")
_BEFORE = group(
    "before prior former formerly past earlier previously ahead until till by previous preceding precede preceded"
)
_AFTER = group("after later following since subsequently from once afterwards thereafter next subsequent ago")
_STRICT = group("before after prior following earlier later previously subsequently afterwards")
_VAGUE = group("from by once next")
_OF = group("of with in for on")
_MUTUAL = group(
    "share shares shared agree agrees agreed border borders bordered compete competes competed merge merged"
)
_LISTING = group("and or the a an")
_LONGEST_LIST = 8  # words between two members of a list
_MOST_NEW = 1  # words that the quote lacks
_MOST_REVERSED = 2  # phrases in reversed order; three mean that two phrases were exchanged


def check_order(alignment: Alignment) -> Doubt | None:
    """Return the doubt if two phrases were exchanged: `Meta fined the authority`."""
    if is_row(alignment.quote.text):
        return None
    claim, quote = _passive(alignment.claim), _passive(alignment.quote)
    if _differ(alignment, claim, quote):
        return _check_voice(alignment, claim, None if claim else quote)
    if alignment.claim.lows & alignment.quote.lows & _MUTUAL and "with" in alignment.claim.lows & alignment.quote.lows:
        return None  # `A shares the prize with B` says the same of both
    most = _MOST_REVERSED + (is_passive(alignment.claim) != is_passive(alignment.quote))
    if _only_moves_words(alignment) and any(_reversed(blocks) > most for blocks in _blocks_by_segment(alignment)):
        return Doubt.ROLE
    return None


def _only_moves_words(alignment: Alignment) -> bool:
    """Return whether almost all words of the claim, function words too, stand in the quote.

    A paraphrase that moves phrases needs other words too; a claim that exchanges two phrases does not.
    """
    left = Counter(word.low for word in alignment.quote.words)
    new = Counter(word.low for word in alignment.claim.words if word.quantity is None) - left
    return new.total() <= _MOST_NEW


def _differ(alignment: Alignment, claim: Word | None, quote: Word | None) -> bool:
    """Return whether only one sentence is passive, or both are with other agents."""
    if claim is None or quote is None:
        return claim is not quote
    pair = alignment.of(claim.at)
    return pair is not None and pair.quote is not None and pair.quote.at != quote.at


def check_time(alignment: Alignment) -> Doubt | None:
    """Return the doubt if the claim says `before` or `after` and the quote does not."""
    claimed, quoted = alignment.claim.lows, alignment.quote.lows
    for same, opposite in ((_BEFORE, _AFTER), (_AFTER, _BEFORE)):
        strict = claimed & same & _STRICT
        if strict and not quoted & same and (same is _BEFORE or quoted & opposite & _STRICT):
            return Doubt.TIME  # `after` may also put `which led to` into words
        said = claimed & (same - _VAGUE)
        if said and not quoted & same and quoted & opposite & _STRICT and not claimed & opposite & _STRICT:
            return Doubt.TIME
        dropped = quoted & same & {"before", "after"}
        if dropped and not claimed & same and _around(alignment, dropped) and claimed & opposite:
            return Doubt.TIME
    return None


def _around(alignment: Alignment, words: frozenset[str]) -> bool:
    """Return whether the word after one of `words` in the quote is in the claim."""
    for word in alignment.quote.words:
        if word.low in words:
            following = [other for other in alignment.quote.words[word.at + 1 :] if other.content][:1]
            if following and following[0].at in alignment.quoted:
                return True
    return False


def _passive(reading: Reading) -> Word | None:
    """Return the agent of a passive clause: `the bill was passed by parliament` has `parliament`."""
    for word in reading.words:
        if word.low != "by":
            continue
        before = reading.words[max(0, word.at - 6) : word.at]
        agent = next((other for other in reading.words[word.at + 1 : word.at + 5] if other.content), None)
        participle = any(other.low.endswith(("ed", "en")) or other.low in PARTICIPLES for other in before)
        if participle and any(other.low in BE for other in before) and agent is not None and agent.quantity is None:
            return agent
    return None


def _check_voice(alignment: Alignment, claim: Word | None, quote: Word | None) -> Doubt | None:
    """Return the doubt if the agent of a passive clause is not the subject of the active one."""
    pairs = [pair for pair in alignment.pairs if pair.quote is not None and pair.match != Match.OPPOSITE]
    if claim is not None:
        agents = [pair.quote.at for pair in pairs if pair.claim.at == claim.at and pair.quote]
        before = [
            pair.quote.at for pair in pairs if pair.claim.at < claim.at and pair.quote and not pair.quote.quantity
        ]
    else:
        assert quote is not None
        agents = [pair.claim.at for pair in pairs if pair.quote and pair.quote.at == quote.at]
        before = [
            pair.claim.at for pair in pairs if pair.quote and pair.quote.at < quote.at and not pair.claim.quantity
        ]
    verb = _verb(alignment, claim, quote)
    if agents and len(before) > 1 and verb is not None and min(before) < verb < agents[0] and agents[0] > max(before):
        return Doubt.ROLE
    return None


def _verb(alignment: Alignment, claim: Word | None, quote: Word | None) -> int | None:
    """Return the place in the other sentence of the participle before an agent; None if it has no such word."""
    reading, agent = (alignment.claim, claim) if claim else (alignment.quote, quote)
    assert agent is not None
    for word in reversed(reading.words[max(0, agent.at - 8) : agent.at]):
        if word.low.endswith(("ed", "en")) or word.low in PARTICIPLES:
            for pair in alignment.pairs:
                if pair.quote is not None and word.at == (pair.claim.at if claim else pair.quote.at):
                    return pair.quote.at if claim else pair.claim.at
    return None


def _blocks_by_segment(alignment: Alignment) -> Iterator[list[int]]:
    """Yield for each part of the claim between commas the places in the quote of its phrases."""
    places = _places(alignment)
    segment: list[tuple[int, int]] = []
    last = -1
    text = alignment.claim.text
    for word in alignment.claim.words:
        if last >= 0 and any(sign in text[alignment.claim.words[last].span.end : word.span.start] for sign in ",;:"):
            yield _blocks(alignment, segment)
            segment = []
        last = word.at
        if word.at in places:
            segment.append((word.at, places[word.at]))
    yield _blocks(alignment, segment)


def _places(alignment: Alignment) -> dict[int, int]:
    found: dict[int, int] = {}
    for pair in sorted(alignment.pairs, key=lambda pair: -pair.match):
        if pair.quote is not None and pair.match != Match.OPPOSITE and pair.quote.at not in found.values():
            found[pair.claim.at] = pair.quote.at
    dates = {word.at for word in alignment.claim.quantities if word.quantity and word.quantity.kind in ("date", "time")}
    found = {at: place for at, place in found.items() if at not in dates}
    for word in alignment.claim.words:
        if word.low in _PREPOSITIONS and word.at not in found and word.at + 1 not in dates:
            same = [other.at for other in alignment.quote.words if other.low == word.low]
            if len(same) == 1:
                found[word.at] = same[0]
    return found


def _blocks(alignment: Alignment, segment: Sequence[tuple[int, int]]) -> list[int]:
    """Return the first places in the quote of the phrases that stand together in claim and quote."""
    blocks: list[int] = []
    for number, (at, place) in enumerate(segment):
        if number:
            before, before_place = segment[number - 1]
            if _together(alignment, (before, before_place), (at, place)):
                continue
        blocks.append(place)
    return blocks


def _together(alignment: Alignment, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Return whether two words stand as near in the quote as in the claim, or were exchanged within a phrase.

    `life satisfaction` is `satisfaction with life`, and `A and B` is `B and A`.
    """
    step, quoted = other[0] - one[0], other[1] - one[1]
    if step <= 3 and quoted >= 0 and abs(quoted - step) <= 1:
        return True
    between = {word.low for word in alignment.claim.words[one[0] + 1 : other[0]]}
    if between & {"and", "or"} and between <= _LISTING and abs(quoted) <= _LONGEST_LIST:
        return True
    turned = alignment.quote.words[other[1] + 1].low if quoted == -2 else ""
    return step == 1 and turned in _OF


def _reversed(blocks: Sequence[int]) -> int:
    """Return the length of the longest decreasing subsequence."""
    lengths: list[int] = []
    for number, place in enumerate(blocks):
        lengths.append(1 + max((lengths[i] for i in range(number) if blocks[i] > place), default=0))
    return max(lengths, default=0)
