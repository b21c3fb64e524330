"""Decides as of which time a question is answered, and names documents that are in force at another time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from rag.index.validity import Validity
from rag.snapshots import Index, StoredDocument
from rag.text import one_line, terms
from rag.text.answer_types import asks_for_date
from rag.text.as_of import Asked, Change, asked_as_of, asked_change
from rag.text.languages import question_languages
from rag.text.periods import written_dates
from rag.text.validity import VALID_FROM, VALID_TO
from rag.types import Abstention, Draft, Hit, Notice, NoticeKind, Period

NEAR = 0.1
"""A passage that is not in force concerns the question if its score is at most this share below the best one."""

_MOST_NAMED = 4  # documents


@dataclass(frozen=True, slots=True)
class AsOf:
    """The time as of which a question is answered. `words` are those of the question, if it names the time."""

    period: Period
    words: str = ""

    def without_words(self, question: str) -> str:
        """Return a question without its words for the time."""
        return one_line(question.replace(self.words, " ")).replace(" ?", "?")


def as_of(snapshot: Index, question: str, given: Period | None) -> AsOf | None:
    """Return the time as of which to answer: the given one, or else that of the question, or else today.

    Return None if nothing says of any document when it is in force.
    """
    if not snapshot.has_validity:
        return None
    if given is not None:
        return AsOf(given)
    spoken = question_languages(question, snapshot.languages)
    asked = asked_as_of(question, spoken)
    if asked and asked.ends and asked.period.last > today():
        asked = None
    change = asked_change(question, spoken)
    if change and (asked is None or asked.words in change.words):
        asked = _at_change(snapshot, question, change) or asked
    return AsOf(asked.period, asked.words) if asked else AsOf(Period(today(), today()))


def today() -> date:
    """Return the present day in UTC."""
    return datetime.now(UTC).date()


def _at_change(snapshot: Index, question: str, change: Change) -> Asked | None:
    """Return the day before or on which a change entered into force, by the dates of the document that made it.

    That is a document whose title has the words for the change; or else a later version, whose title has the words for
    what was changed. If the question says when the change was, the document begins then, and its record has words of
    the question. The latest one counts that is already in force.
    """
    about, kind, asked = (set(terms(one)) for one in (change.about, change.kind, question.replace(change.words, " ")))
    found: list[tuple[bool, int, date]] = []
    for id_, validity in snapshot.validities.items():
        if not validity.first or (
            change.period and not change.period.first <= validity.period.first <= change.period.last
        ):
            continue
        stored = snapshot.stored_document(id_)
        own = set(terms(stored.record if change.period else stored.reference.title))
        named, shared = bool(own & kind), len(own & (about or asked))
        if shared and about <= own | kind and (named or _replaces(snapshot.validities, id_)):
            found.append((named, shared, validity.period.first))
    if not found:
        return _at_edge(change)
    best = max(one[:2] for one in found)
    days = [day for *rank, day in found if tuple(rank) == best]
    day = max((one for one in days if one <= today()), default=min(days))
    day = day - timedelta(days=1) if change.before else day
    return Asked(Period(day, day), change.words)


def _at_edge(change: Change) -> Asked | None:
    """Return the day before the time of a change that no document made, or its last day; None if it has no time."""
    if change.period is None or change.period.first == date.min:
        return None
    day = change.period.first - timedelta(days=1) if change.before else change.period.last
    return Asked(Period(day, day), change.words)


def _replaces(validities: Mapping[str, Validity], document_id: str) -> bool:
    """Return whether a document has an earlier version."""
    own = validities[document_id]
    return any(_first_day(validities, one) < own.period.first for one in own.others)


def about_time(found: AsOf) -> Iterator[Notice]:
    """Yield a notice if the time comes from words of the question."""
    if found.words:
        text = f"The question was read as of {found.period.written}, because of “{found.words}”."
        yield Notice(NoticeKind.UNDERSTOOD, text)


def versions_in_force(snapshot: Index, found: AsOf, answering: Sequence[Hit]) -> list[str]:
    """Return the documents in force that are other versions of the documents of `answering`, which are not."""
    validities = snapshot.validities
    others = (other for id_ in _ids(answering) if id_ in validities for other in validities[id_].others)
    return [id_ for id_ in dict.fromkeys(others) if _is_in_force(validities, id_, found)]


def beside(
    snapshot: Index, found: AsOf, cited: Sequence[Hit], outside: Sequence[Hit], versions: Sequence[Hit] = ()
) -> list[Notice]:
    """Return notices about documents that are not in force at a time, beside an answer from those that are.

    They are the documents that replace a cited one, those of `versions`, and those with passages that are about as
    good as the best cited one.
    """
    best = max((hit.score for hit in cited), default=0.0)
    near = (hit.reference.id for hit in outside if hit.score >= best - NEAR * abs(best))
    validities = snapshot.validities
    own = [validities[id_] for id_ in _ids(cited) if id_ in validities]
    next_ones = (one.ended_by for one in own if one.ended_by is not None)
    return named(snapshot, found, dict.fromkeys((*next_ones, *_ids(versions), *near)))


def named(snapshot: Index, found: AsOf, document_ids: Iterable[str]) -> list[Notice]:
    """Return a notice about each of the first few documents that are not in force at a time."""
    validities = snapshot.validities
    outside = (id_ for id_ in document_ids if not _is_in_force(validities, id_, found))
    return [_notice(snapshot, found, snapshot.stored_document(id_)) for id_ in islice(outside, _MOST_NAMED)]


def refusal(snapshot: Index, found: AsOf, answering: Sequence[Hit]) -> tuple[Abstention, list[Notice]]:
    """Return why nothing in force answers, although the documents of `answering` do at another time.

    If all their versions begin later, that is a time before the first version. The notices then name the first version
    of each document.
    """
    validities, ids = snapshot.validities, _ids(answering)
    firsts = dict.fromkeys(_first_version(validities, id_) for id_ in ids if id_ in validities)
    if all(_first_day(validities, id_) > found.period.last for id_ in firsts):
        return Abstention.BEFORE_FIRST_VERSION, named(snapshot, found, firsts)
    return Abstention.NOT_IN_FORCE, named(snapshot, found, ids)


def tells_of_its_time(found: AsOf, drafts: Sequence[Draft], question: str, spoken: tuple[str, ...]) -> bool:
    """Return whether documents may answer although they are not in force, because the question or their words say why.

    A question such as "When does the ban apply?" asks for a date, which may be in the future. And an order of 2021 may
    have a table with the fees since 2012: its words have a date that is not after the time asked about.
    """
    if not found.words:
        return asks_for_date(question, spoken)
    dates = (period for draft in drafts for period, _ in written_dates(draft.text))
    return any(period.first <= found.period.last for period in dates)


def _first_version(validities: Mapping[str, Validity], document_id: str) -> str:
    """Return the version of a document that begins first."""
    versions = document_id, *validities[document_id].others
    return min(versions, key=lambda one: _first_day(validities, one))


def _first_day(validities: Mapping[str, Validity], document_id: str) -> date:
    """Return the first day of a document. One that nothing dates has always been in force."""
    return validities[document_id].period.first if document_id in validities else date.min


def _is_in_force(validities: Mapping[str, Validity], document_id: str, found: AsOf) -> bool:
    """Return whether a document is in force at a time. One that nothing dates is always in force."""
    return document_id not in validities or validities[document_id].period.overlaps(found.period)


def _ids(hits: Iterable[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.reference.id for hit in hits))


def _notice(snapshot: Index, found: AsOf, stored: StoredDocument) -> Notice:
    """Return a notice about a document that is not in force: its first or last day, and where that comes from."""
    validity, inferred = stored.validity, {one.field for one in stored.inferred}
    assert validity is not None
    about = f"As of {found.period.written}, “{stored.reference.title}” is"
    if validity.period.first > found.period.last:
        source = "its text says that its" if VALID_FROM in inferred else "its"
        return Notice(NoticeKind.NOT_YET_IN_FORCE, f"{about} not yet in force: {source} first day is {validity.first}.")
    if validity.ended_by is not None:
        by = snapshot.stored_document(validity.ended_by).reference.title
        why = f"“{by}” replaced it after {validity.last}"
    else:
        why = f"{'its text says that its' if VALID_TO in inferred else 'its'} last day is {validity.last}"
    return Notice(NoticeKind.NO_LONGER_IN_FORCE, f"{about} no longer in force: {why}.")
