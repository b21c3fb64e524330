"""Choose the sentences that an extractive answer quotes, and make its drafts: no repeats, whole lists, no padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.answer.choice import NEAR_BEST
from rag.answer.extraction import Scored
from rag.answer.statements import Sentence, is_short, make_draft, shares_list, table_of
from rag.text import numbers
from rag.text.forces import stance
from rag.types import Draft, Hit, Span

MOST_CHOSEN = 3
"""The most sentences in an extractive answer, unless it is a list. A fourth one is seldom more relevant."""

_LEAST = 0.65  # the least share of the best score; below NEAR_BEST, a sentence must directly follow a chosen one
_ANSWERED = 0.5  # of the question, by idf; chosen sentences with this share of its words need no weaker sentence
_COVERED = 0.6  # of the question, by idf; a chosen sentence with this share, its headings included, needs none either
_NEW = 0.1  # the least share of the question, by idf, of the words that a further sentence adds
_FAR_BELOW = 0.5  # a further sentence's passage must score at most this share below the best sentence's passage
_SAME = 0.6  # the least Jaccard similarity of two sentences that say the same; their figures must be equal too
_REPEATS = 0.8  # a sentence of another document is cited too if its similarity is at least this
_MOST_ROWS = 6  # of a table that are quoted if the question wants all of them
_MOST_CITED = 3  # documents cited for one statement


def choose(
    ranked: Sequence[Scored], evidence: Sequence[Hit], most: int = MOST_CHOSEN, *, decided: bool = False
) -> tuple[Draft, ...]:
    """Return drafts of at most `most` sentences, which do not repeat each other.

    A further sentence is quoted only if it is wanted, has words of the question that the others lack, or goes on
    directly after one of them. Each draft cites up to three documents that say the same. The draft with the best
    sentence comes first, the others in reading order. Items of one list form one draft. If two items of a short list or
    two rows of a short table are chosen, the draft quotes all of them, so that the reader sees the others too. If the
    best sentence has `decided` a question for yes or no, its passage needs no further sentence on the same words.
    """
    most = max(most, _wanted_rows(ranked))
    chosen: list[Scored] = []
    for one in _near_best(ranked, evidence):
        sentence = one.sentence
        if any(
            _says_the_same(sentence, other.sentence, evidence) or _includes(other.sentence, sentence)
            for other in chosen
        ):
            continue
        if chosen and not _adds(one, chosen, evidence, decided=decided):
            continue
        chosen = [*(other for other in chosen if not _includes(sentence, other.sentence)), one]
        if len(chosen) == most:
            break
    return _drafts([one.sentence for one in chosen], [one.sentence for one in ranked], evidence)


def _wanted_rows(ranked: Sequence[Scored]) -> int:
    """Return the number of wanted rows in the table of the best sentence, so that none is missing; 0 for many rows."""
    best = ranked[0] if ranked else None
    rows = [one for one in ranked if best and best.wanted and one.wanted and shares_list(best.sentence, one.sentence)]
    return len(rows) if len(rows) <= _MOST_ROWS else 0


def _drafts(chosen: Sequence[Sentence], quotable: Sequence[Sentence], evidence: Sequence[Hit]) -> tuple[Draft, ...]:
    """Return the drafts of the chosen sentences, which are given best first.

    Definitions of one term stay in the order of the text.
    """
    first = _first(chosen, evidence)
    groups = _grouped(_reading_order(_with_lists(chosen, quotable)))
    groups.sort(key=lambda group: not any(one in first for one in group))
    return tuple(_draft(group, quotable, evidence) for group in groups)


def _first(chosen: Sequence[Sentence], evidence: Sequence[Hit]) -> list[Sentence]:
    """Return the best sentence, and those of its passage that define the same term."""
    language = evidence[chosen[0].passage].language if chosen else None
    term = chosen[0].defined_terms(language) if chosen else frozenset()
    others = [one for one in chosen[1:] if one.passage == chosen[0].passage and one.defined_terms(language) == term]
    return [*chosen[:1], *(others if term else [])]


def _adds(one: Scored, chosen: Sequence[Scored], evidence: Sequence[Hit], *, decided: bool) -> bool:
    """Return whether a further sentence adds to the chosen ones.

    A sentence near the best one adds if it is wanted, goes on directly after a chosen one, has other figures than a
    sentence like it of another document, is an item with the same words of the question, or has words of the question
    that they lack. A sentence of a passage that
    ranks above the best one's, or of the same prose, adds too, unless the best one has `decided` the question. One
    that goes on may score less if most of the question is open.
    """
    if one.score < NEAR_BEST * chosen[0].score:
        return _goes_on(one.sentence, chosen, evidence) and _is_open(chosen)
    if one.wanted or _goes_on(one.sentence, chosen, evidence):
        return True
    if any(_is_variant(one.sentence, other.sentence, evidence) for other in chosen):
        return True
    seen = {term for other in chosen for term in other.matched}
    if sum(share for term, share in one.matched.items() if term not in seen) >= _NEW:
        return True
    if any(_is_equal_item(one, other) for other in chosen):
        return True
    best = chosen[0].sentence
    return not decided and (one.sentence.passage < best.passage or _shares_prose(one.sentence, best))


def _is_equal_item(one: Scored, other: Scored) -> bool:
    """Return whether two items of a list have the same words of the question, so that it asks for both."""
    if not shares_list(one.sentence, other.sentence) or not other.sentence.marked:
        return False
    own, others = ({*scored.matched} & scored.sentence.terms for scored in (one, other))
    return bool(own) and own == others


def _is_open(chosen: Sequence[Scored]) -> bool:
    """Return whether the chosen sentences lack most of the question, and the headings above them do not have it."""
    seen = {term: share for one in chosen for term, share in one.matched.items()}
    return sum(seen.values()) < _ANSWERED and max(one.coverage for one in chosen) < _COVERED


def _shares_prose(one: Sentence, other: Sentence) -> bool:
    """Return whether two sentences stand in one passage, and neither is a row or an item of a list."""
    return one.passage == other.passage and table_of(one) is None and not (one.marked or other.marked)


def _is_variant(one: Sentence, other: Sentence, evidence: Sequence[Hit]) -> bool:
    """Return whether a sentence of another document has nearly the same words; its figures may then differ."""
    other_document = evidence[one.passage].reference.id != evidence[other.passage].reference.id
    return other_document and _overlap(one.terms, other.terms) >= _SAME


def _goes_on(sentence: Sentence, chosen: Sequence[Scored], evidence: Sequence[Hit]) -> bool:
    """Return whether a sentence follows a chosen one directly, in the same paragraph."""
    others = (other.sentence for other in chosen if other.sentence.passage == sentence.passage)
    end = max((other.span.end for other in others if other.span.end <= sentence.span.start), default=None)
    return end is not None and not evidence[sentence.passage].quote(Span(end, sentence.span.start)).strip(" ")


def _near_best(ranked: Sequence[Scored], evidence: Sequence[Hit]) -> Iterator[Scored]:
    """Yield the sentences that may stand beside the best one, from passages that are on its subject."""
    for one in ranked:
        best = ranked[0]
        if one.sentence.whole != best.sentence.whole or one.score < _LEAST * best.score:
            return
        if _on_subject(evidence[one.sentence.passage], evidence[best.sentence.passage]):
            yield one


def _on_subject(hit: Hit, best: Hit) -> bool:
    """Tell whether a passage's score is near the best one's.

    A follow-up with a common word such as "began" matches sentences of passages on any subject.
    """
    return hit.score >= best.score - _FAR_BELOW * abs(best.score)


def _draft(group: Sequence[Sentence], quotable: Sequence[Sentence], evidence: Sequence[Hit]) -> Draft:
    """Return a draft of the sentences. If there is only one, the draft also cites other documents that repeat it."""
    first = group[0]
    repeats = [other for other in quotable if _repeats(other, first, evidence)] if len(group) == 1 else []
    by_document: dict[str, Sentence] = {}
    for other in repeats:  # best first
        by_document.setdefault(evidence[other.passage].reference.id, other)
    return make_draft(group, evidence[first.passage], tuple(by_document.values())[: _MOST_CITED - 1])


def _grouped(ordered: Sequence[Sentence]) -> list[list[Sentence]]:
    """Group neighbours that are items of one list."""
    groups: list[list[Sentence]] = []
    for sentence in ordered:
        if groups and shares_list(groups[-1][-1], sentence):
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return groups


def _with_lists(chosen: Sequence[Sentence], quotable: Sequence[Sentence]) -> list[Sentence]:
    """Add the other rows of a short table, or items of a short list, if at least two of them were chosen."""
    whole = list(chosen)
    for row in chosen:
        table = [other for other in quotable if shares_list(row, other)]
        if sum(shares_list(row, other) for other in chosen) > 1 and is_short(table):
            whole += [other for other in table if other not in whole]
    return whole


def _says_the_same(one: Sentence, other: Sentence, evidence: Sequence[Hit]) -> bool:
    if shares_list(one, other) and one.marked:
        return False  # items of a list often differ by one word only, such as `five` and `two`
    if _overlap(one.terms, other.terms) < _SAME or numbers(one.text) != numbers(other.text):
        return False
    # Words such as `not` and `may` are no index terms.
    mine, theirs = (stance(each.text, evidence[each.passage].language) for each in (one, other))
    return mine.agrees(theirs)


def _repeats(other: Sentence, first: Sentence, evidence: Sequence[Hit]) -> bool:
    """Tell whether a sentence of another document says the same as `first` and little more."""
    other_document = evidence[other.passage].reference.id != evidence[first.passage].reference.id
    without_context = not (first.leads or first.items or other.leads or other.items)
    similar = _says_the_same(other, first, evidence) and _overlap(other.terms, first.terms) >= _REPEATS
    return other_document and without_context and similar


def _includes(one: Sentence, other: Sentence) -> bool:
    """Tell whether a statement of `one` quotes `other` too."""
    return one.passage == other.passage and other.span in one.parts


def _reading_order(chosen: Sequence[Sentence]) -> list[Sentence]:
    """Sort by passage, the passage of the best sentence first, and within a passage by position."""
    rank: dict[int, int] = {}
    for sentence in chosen:
        rank.setdefault(sentence.passage, len(rank))
    return sorted(chosen, key=lambda sentence: (rank[sentence.passage], sentence.span))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard similarity of two sets of terms."""
    union = one | other
    return len(one & other) / len(union) if union else 1.0
