"""Find the sentences of the evidence that contradict what an answer cites, and answer the question too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.answer.checks.contradiction import contradiction
from rag.answer.checks.one_subject import Passage
from rag.answer.checks.quantities import quantities
from rag.answer.retrieval import Query
from rag.answer.same_words import difference
from rag.answer.statements import Sentence, column_names, sentences_of
from rag.index.late_interaction import sentence_scores
from rag.snapshots import Index
from rag.text import one_line
from rag.text.answer_types import asks_for_date
from rag.text.languages import DEFAULT, known
from rag.text.leads import ends_open
from rag.text.numbers import numbers
from rag.text.provision_limits import without_label
from rag.text.question_kinds import asks_yes_or_no
from rag.text.sentence_roles import is_question
from rag.types import Difference, Hit, Span

_BEST = 0.95  # a cited sentence answers the question if its MaxSim has this share of the best cited one
_ANSWERS = 0.7  # and another sentence does if its MaxSim has this share of that of the cited one
_CLOSE = 0.8  # with this share, it may have words of its own
_FEWEST_TERMS = 2  # index terms that two sentences about one thing share


@dataclass(frozen=True, slots=True)
class Side:
    """A quotable sentence of the evidence, its passage, and the place of the sentence in the passage."""

    sentence: Sentence
    hit: Hit
    place: int

    @property
    def key(self) -> tuple[str, Span]:
        """The document and the place of the sentence in it."""
        return self.hit.reference.id, self.sentence.span

    def marker(self, markers: Mapping[tuple[str, Span], int]) -> int | None:
        """Return the marker of the citation that has the sentence; None if there is none."""
        id_, own = self.key
        return next((marker for (other, span), marker in markers.items() if other == id_ and span.contains(own)), None)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A cited sentence, one of another document, and how they differ."""

    cited: Side
    other: Side
    difference: Difference


@dataclass(slots=True)
class Comparison:
    """Compares the sentences of the evidence for one question. `familiar` tells common words from rare names."""

    snapshot: Index
    query: Query
    evidence: Sequence[Hit]
    familiar: Callable[[str], bool]
    jurisdictions: dict[str, frozenset[str]] = field(default_factory=dict)
    passages: dict[tuple[int, int], Passage] = field(default_factory=dict)

    def contradictions(self, markers: Mapping[tuple[str, Span], int]) -> list[Contradiction]:
        """Return the contradictions to the sentences that the citations with `markers` have.

        The words are compared first, because few sentences differ and the scores take most of the time.
        """
        sides = list(self._sides())
        cited = [one for one in sides if one.marker(markers) is not None]
        found = [
            Contradiction(one, other, difference)
            for one in cited
            for other in sides
            if self._may_differ(one, other) and (difference := self._difference(one, other, close=True)) is not None
        ]
        return list(self._answering(cited, found)) if found else []

    def _sides(self) -> Iterator[Side]:
        for hit in self.evidence:
            for place, sentence in sentences_of(hit, self.query.asked.text):
                if sentence.whole and not sentence.items and _can_be_compared(sentence, hit):
                    yield Side(sentence, hit, place)

    def _may_differ(self, one: Side, other: Side) -> bool:
        """Return whether two documents have sentences in one language with shared words, and not two jurisdictions."""
        if one.hit.reference.id == other.hit.reference.id or known(one.hit.language) != known(other.hit.language):
            return False
        if len(one.sentence.unit_terms & other.sentence.unit_terms) < _FEWEST_TERMS:
            return False
        mine, theirs = self._jurisdiction(one.hit), self._jurisdiction(other.hit)
        return not (mine and theirs and mine.isdisjoint(theirs))

    def _jurisdiction(self, hit: Hit) -> frozenset[str]:
        id_ = hit.reference.id
        if id_ not in self.jurisdictions:
            named = self.snapshot.stored_document(id_).metadata.get("jurisdiction", ())
            self.jurisdictions[id_] = frozenset(map(str, named if isinstance(named, tuple) else (named,)))
        return self.jurisdictions[id_]

    def _difference(self, one: Side, other: Side, *, close: bool) -> Difference | None:
        akin = bool(self._jurisdiction(one.hit) & self._jurisdiction(other.hit))
        language, mine, theirs = known(one.hit.language), self._read(one), self._read(other)
        if language == DEFAULT:
            found = contradiction(mine, theirs, self.familiar, akin=akin, close=close)
        else:
            found = difference(mine, theirs, language, akin=akin)
        asked = self.query.asked.text
        if found is Difference.DATE and not asks_for_date(asked, self.query.spoken):
            return None  # the dates are periods, for which different rules may hold
        if found is Difference.FIGURE and asks_yes_or_no(asked, self.query.spoken):
            # The figures do not matter to `Is a late claim paid?`
            return found if numbers(asked) or quantities(asked) else None
        return found

    def _read(self, side: Side) -> Passage:
        key = side.hit.row, side.place
        if key not in self.passages:
            self.passages[key] = self._passage(side)
        return self.passages[key]

    def _passage(self, side: Side) -> Passage:
        """Return a sentence as it is compared: an item with the lead of its list, a row without punctuation."""
        sentence, hit = side.sentence, side.hit
        columns = column_names(sentence)
        leads = () if columns else (one_line(hit.quote(lead)) for lead in sentence.leads)
        before = (without_label(lead).rstrip(":") for lead in leads if not is_question(lead))
        text = " ".join((*before, without_label(sentence.text)))
        return Passage(
            text.replace(": ", " ").replace("; ", ", ") if columns else text,
            hit.reference.title,
            hit.heading,
            hit.reference.author or "",
            columns,
            "\n".join(one.text for one in self.evidence if one.reference.id == hit.reference.id),
        )

    def _answering(self, cited: Sequence[Side], found: Sequence[Contradiction]) -> Iterator[Contradiction]:
        """Yield the contradictions of which both sides are close enough to the question."""
        scores = self._scores([*cited, *(one.other for one in found)])
        best = max(scores[one.key] for one in cited)
        for one in found:
            mine, theirs = scores[one.cited.key], scores[one.other.key]
            if mine < _BEST * best or theirs < _ANSWERS * mine:
                continue
            if theirs >= _CLOSE * mine or self._difference(one.cited, one.other, close=False) is not None:
                yield one

    def _scores(self, sides: Sequence[Side]) -> dict[tuple[str, Span], float]:
        """Return the MaxSim of each sentence with the question."""
        rows = list(dict.fromkeys(side.hit.row for side in sides))
        read = sentence_scores(self.query.asked.tokens, self.snapshot.tokens(rows))
        by_row = dict(zip(rows, read, strict=True))
        return {side.key: by_row[side.hit.row].together((side.place,)).own for side in sides}


def _can_be_compared(sentence: Sentence, hit: Hit) -> bool:
    """Return whether the leads of a sentence are of a table or a list, or are questions: no sentence it refers to."""
    leads = [hit.quote(lead) for lead in sentence.leads]
    return bool(column_names(sentence)) or all(is_question(one_line(lead)) or ends_open(lead) for lead in leads)
