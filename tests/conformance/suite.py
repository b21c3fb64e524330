"""The tests of an index and its store. An implementation inherits `IndexSuite` and says how to open a new store."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.adapters.hashing import HashingEncoder
from rag.answer.retrieval import fuse
from rag.errors import InvalidFilter, UnknownDocument, UnknownSnapshot, WriterBusy
from rag.index.chunking import Chunker
from rag.index.filters import parse
from rag.index.late_interaction import QuestionTokens, maxsim
from rag.index.search import Candidates
from rag.ingest.found import origin_of
from rag.protocols import Scores
from rag.snapshots import Index, ListRequest
from rag.snapshots.preparation import Preparer
from rag.snapshots.prepared import ChangeSet
from rag.snapshots.protocol import IndexStore
from rag.text import terms
from rag.types import Document, Span
from tests.conformance.corpus import Choice, changed, choices, documents, questions
from tests.conformance.model import Key, Model

SIZE = 40
"""Tokens of a passage."""

MOST = 20
"""Candidates of each search."""

_TOP = 10
_CLOSE = 0.1  # standard deviations
_NEAR = 2e-3  # vectors may be stored in half precision

ENCODER = HashingEncoder()
CHUNKER = Chunker(ENCODER.count_tokens, ENCODER.max_tokens, SIZE)


def publish(
    store: IndexStore, previous: Index | None, folder: Path, added: Iterable[Document] = (), removed: Iterable[str] = ()
) -> Index:
    """Publish the version after `previous`. An added document replaces the one with its id."""
    documents = [(one, origin_of(f"/{one.reference.id}", "", one)) for one in added]
    gone = frozenset((*removed, *(one.reference.id for one, _ in documents)))
    with store.writing(), Preparer(folder, ENCODER, CHUNKER, previous, lambda *_: None) as preparer:
        new = preparer.finish(documents)
        parent = previous.id if previous else None
        about = (ENCODER.name, ENCODER.digest, ENCODER.dimension, SIZE)
        return store.publish(previous, ChangeSet(parent, gone, new, *about))


class IndexSuite:
    """Inherit this class, and override `new_store`. Tests only read the shared index, which is built once."""

    least_recall = 1.0
    """The least mean share of the exact candidates by vector. Lower it to .95 for an approximate search."""

    @classmethod
    def new_store(cls, folder: Path) -> IndexStore:
        """Return a store without versions. It may use the folder, which is empty."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def model(cls) -> Model:
        """The same documents in a plain index."""
        return Model.of(documents(), ENCODER, CHUNKER)

    @pytest.fixture(scope="class")
    @classmethod
    def index(cls, tmp_path_factory: pytest.TempPathFactory) -> Index:
        """An index of the documents of the corpus."""
        store, folder = cls.new_store(tmp_path_factory.mktemp("store")), tmp_path_factory.mktemp("journal")
        return publish(store, None, folder, documents())

    @pytest.fixture
    def store(self, tmp_path: Path) -> IndexStore:
        """A store without versions, for tests that write."""
        (tmp_path / "store").mkdir()
        return self.new_store(tmp_path / "store")

    # Search

    @pytest.mark.parametrize("choice", choices(), ids=lambda choice: choice.name)
    def test_the_candidates_are_those_of_the_definition(self, index: Index, model: Model, choice: Choice) -> None:
        view, visible, recall = choice.view(index), model.only(choice.visible), list[float]()
        places, keys = {key: place for place, key in enumerate(visible.keys)}, Keys(view)
        passing = np.flatnonzero([choice.meets(entry.document) for entry in visible.entries])
        for question in questions_of(choice):
            analyses, vector = analyses_of(view, question), _vector(question)
            found = view.candidates(vector, analyses, choice.conditions, MOST)
            expected = visible.candidates(vector, analyses, passing, MOST)
            rows = [places[key] for key in keys.of(found.rows)]
            assert {*rows} <= {*passing.tolist()}
            np.testing.assert_allclose(found.dense, (visible.vectors @ vector[0])[rows], atol=_NEAR)
            np.testing.assert_allclose(found.lexical, visible.by_words(analyses)[rows], rtol=1e-4)
            np.testing.assert_allclose(found.all_lexical, expected.all_lexical, rtol=1e-4, atol=1e-6)
            assert len(found.by_words) == len(expected.by_words)
            recall.append(share_found(found, expected))
            assert share_of_top(replace(found, rows=np.array(rows, np.int64)), expected) >= self.least_recall
        assert np.mean(recall) >= self.least_recall

    def test_rows_with_the_best_scores_by_words_come_first(self, index: Index, model: Model) -> None:
        conditions = parse({"year": {"gte": 2010}})
        for question in questions()[:40]:
            analyses = analyses_of(index, question)
            rows, scores = index.matching(analyses, conditions, 7)
            expected = model.by_words(analyses)
            late = np.array([int(str(entry.document.metadata["year"])) >= 2010 for entry in model.entries])
            assert scores == pytest.approx(sorted(expected[late & (expected > 0)], reverse=True)[:7], rel=1e-4)
            assert scores == pytest.approx([expected[model.keys.index(key)] for key in Keys(index).of(rows)], rel=1e-4)

    def test_a_question_without_known_words_has_candidates_by_vector_only(self, index: Index) -> None:
        found = index.candidates(_vector("quokka"), [terms("quokka")], (), MOST)
        assert (len(found.by_words), len(found.by_vector)) == (0, MOST)
        assert found.all_lexical == (0.0, 0.0)

    def test_an_unknown_field_and_a_wrong_value_are_refused(self, index: Index) -> None:
        with pytest.raises(InvalidFilter, match="no document has the field 'colour'"):
            index.candidates(_vector("levy"), [["levi"]], parse({"colour": "red"}), MOST)
        with pytest.raises(InvalidFilter):
            index.count_meeting(parse({"colour": "red"}))

    def test_tokens_and_cosines_are_those_of_the_passages(self, index: Index, model: Model) -> None:
        entries = [model.entries[place] for place in (41, 3, 17)]
        rows = [_row(index, entry.key) for entry in entries]
        assert index.cosines(_vector("levy"), rows) == pytest.approx(
            [entry.vector @ _vector("levy")[0] for entry in entries], abs=_NEAR
        )
        [question] = ENCODER.encode_questions([entries[0].text])
        weights: Scores = np.full(len(question.tokens), 1 / len(question.tokens), np.float32)
        scores = maxsim(QuestionTokens(question.tokens, weights), index.tokens(rows))
        assert scores.argmax() == 0
        assert len(index.tokens([]).lengths) == 0

    # Terms

    def test_frequencies_and_idf_count_passages(self, index: Index, model: Model) -> None:
        wanted = ["levi", "permit", "gebuhr", "quokka", ""]
        assert index.frequencies(wanted) == list(map(model.frequency, wanted))
        for term in wanted[:4]:
            assert index.frequency(term) == model.frequency(term)
            assert index.idf(term) == pytest.approx(model.idf(term))

    def test_the_rows_with_all_of_some_terms_are_found(self, index: Index, model: Model) -> None:
        wanted = terms("school road")
        expected = [entry.key for entry in model.entries if {*wanted} <= {*entry.terms.words}]
        assert len(expected) > 2
        assert Keys(index).of(index.rows_with(wanted, 1_000)) == expected
        assert Keys(index).of(index.rows_with(wanted, 2)) == expected[:2]
        last = expected[-1].document
        assert Keys(index).of(index.rows_with(wanted, 9, last)) == [key for key in expected if key.document == last]

    # Passages and documents

    def test_the_passages_of_a_document_have_rows_in_order(self, index: Index, model: Model) -> None:
        for stored in index.documents():
            _, hits = index.passages(stored.reference.id, 0, 100)
            assert [hit.row for hit in hits] == list(range(stored.first_row, stored.first_row + stored.rows))
            assert "".join(hit.text for hit in hits) == index.document(stored.reference.id).text
        assert [one.reference.id for one in index.documents()] == [one.reference.id for one in documents()]
        assert len(index) == len(model.entries) == index.manifest.chunks
        assert index.manifest.documents == len(documents())

    def test_a_document_is_returned_as_it_was_given(self, index: Index) -> None:
        for one in documents():
            assert index.document(one.reference.id) == one
        with pytest.raises(UnknownDocument):
            index.document("none")

    def test_hits_keep_their_order_and_evidence_has_quotable_units(self, index: Index, model: Model) -> None:
        entries = [model.entries[place] for place in (30, 2, 31)]
        hits = index.hits([_row(index, entry.key) for entry in entries], [3.0, 1.0, 2.0])
        assert [(hit.text, hit.score) for hit in hits] == [
            (entry.text, score) for entry, score in zip(entries, (3.0, 1.0, 2.0), strict=True)
        ]
        assert index.hits([], []) == index.evidence([]) == []
        for hit in index.evidence(hits):
            assert hit.quotable
            assert all(hit.quote(unit.span) for unit in hit.quotable)

    def test_passages_are_found_by_their_place_and_by_their_neighbours(self, index: Index) -> None:
        longest = max(index.documents(), key=lambda one: one.rows)
        _, hits = index.passages(longest.reference.id, 0, 100)
        assert len(hits) > 3
        assert index.rows_at(longest.reference.id, Span(0, hits[1].span.start + 1)) == [hits[0].row, hits[1].row]
        assert [one.row for one in index.around(hits[1], 1, 1)] == [hit.row for hit in hits[:3]]
        assert [one.row for one in index.around(hits[-1], 1, 5)] == [hit.row for hit in hits[-2:]]
        assert [one.row for one in index.around(hits[0], 5, 0)] == [hits[0].row]

    @pytest.mark.parametrize("choice", choices(), ids=lambda choice: choice.name)
    def test_the_documents_that_meet_conditions_are_counted_and_listed(self, index: Index, choice: Choice) -> None:
        view = choice.view(index)
        expected = [one.reference.id for one in documents() if choice.meets(one) and choice.visible(one)]
        assert [one.reference.id for one in view.documents_meeting(choice.conditions)] == expected
        assert view.count_meeting(choice.conditions) == len(expected)

    def test_the_catalogue_knows_fields_values_and_names(self, index: Index) -> None:
        made = documents()
        facets = {facet.name: facet for facet in index.facets}
        assert facets["year"].documents == len(made)
        assert {value for value, _ in facets["country"].values} == {"Kenya", "Peru", "Norway"}
        assert dict(index.named_fields("kenya")) == {"country": ("Kenya",)}
        values, count = index.values_among("country", parse({"country": "Peru"}), 5)
        assert (values, count) == (["Peru"], 1)
        first = index.listed(ListRequest({"country": "Peru"}, order="title", limit=2))
        assert first.total == sum(one.metadata["country"] == "Peru" for one in made)
        titles = [one.reference.title for one in made if one.metadata["country"] == "Peru"]
        assert [one.reference.title for one in first.documents] == sorted(titles, key=str.casefold)[:2]
        assert index.languages == ("de", "en")
        assert index.document_languages == {"de", "en"}
        dated = {one.reference.id for one in made if {"valid_from", "valid_to"} & one.metadata.keys()}
        assert index.validities.keys() == dated

    # Groups

    def test_a_view_knows_nothing_of_other_documents(self, index: Index, model: Model) -> None:
        view = index.seen_by(frozenset({"hr"}))
        hidden = [one for one in documents() if one.access and "hr" not in one.access]
        own = model.only(lambda one: one not in hidden)
        assert len(view) == len(own.entries)
        assert view.cache_key != index.cache_key
        assert [one.reference.id for one in view.documents()] == list(dict.fromkeys(key.document for key in own.keys))
        for term in ("levi", "permit", "gebuhr"):
            assert view.frequency(term) == own.frequency(term)
            assert view.idf(term) == pytest.approx(own.idf(term))
            assert Keys(view).of(view.rows_with([term], 1_000)) == [
                entry.key for entry in own.entries if term in entry.terms.words
            ]
        for one in hidden:
            with pytest.raises(UnknownDocument):
                view.stored_document(one.reference.id)
            assert view.count_meeting(parse({"id": [one.reference.id, "d0"]})) <= 1
            assert view.rows_at(one.reference.id, Span(0, 5)) == []

    # Versions

    def test_a_change_is_visible_at_once_and_the_version_before_stays_as_it_was(
        self, store: IndexStore, tmp_path: Path
    ) -> None:
        made = documents()[:12]
        first = publish(store, None, tmp_path, made)
        before = state(first)
        known = first.encodings().known(first_keys := [b"none"])
        assert not known & {*first_keys}
        second = publish(store, first, tmp_path, [changed(made[3]), documents()[20]], ["d5"])
        assert store.current().id == store.refresh().id == second.id != first.id
        assert state(first) == before
        ids = [one.reference.id for one in second.documents()]
        assert ids == [f"d{number}" for number in (0, 1, 2, 4, 6, 7, 8, 9, 10, 11, 3, 20)]
        assert second.document("d3").text == changed(made[3]).text
        assert second.frequency("quagga") == 1
        assert second.manifest.parent == first.id
        after = Model.of([second.document(name) for name in ids], ENCODER, CHUNKER)
        assert [key for key, *_ in state(second)] == after.keys
        assert second.idf("levi") == pytest.approx(after.idf("levi"))

    def test_unchanged_passages_are_not_encoded_again(self, store: IndexStore, tmp_path: Path) -> None:
        made = documents()[:6]
        first = publish(store, None, tmp_path, made)
        with Preparer(tmp_path, ENCODER, CHUNKER, first, lambda *_: None) as preparer:
            again = preparer.finish([(one, origin_of("/x", "", one)) for one in (changed(made[0]), made[1])])
        assert again.encoded_now == 1
        model = Model.of([changed(made[0]), made[1]], ENCODER, CHUNKER)
        for encoding, entry in zip(again.encodings, model.entries, strict=True):
            assert encoding.vector == pytest.approx(entry.vector, abs=_NEAR)

    def test_another_version_can_be_made_current_again(self, store: IndexStore, tmp_path: Path) -> None:
        first = publish(store, None, tmp_path, documents()[:4])
        second = publish(store, first, tmp_path, removed=["d0"])
        assert store.ids() == [first.id, second.id]
        back = store.activate(first.id)
        assert back.id == store.current().id == first.id
        assert state(store.current()) == state(first)
        assert state(store.open(second.id)) == state(second)
        with pytest.raises(UnknownSnapshot):
            store.open("999999-00000000")

    def test_only_one_writer_writes(self, store: IndexStore, tmp_path: Path) -> None:
        publish(store, None, tmp_path, documents()[:1])
        refused: list[type[BaseException]] = []

        def write() -> None:
            try:
                with store.writing():
                    pass
            except WriterBusy as error:
                refused.append(type(error))

        with store.writing():
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
        assert refused == [WriterBusy]

    def test_all_documents_may_leave(self, store: IndexStore, tmp_path: Path) -> None:
        first = publish(store, None, tmp_path, documents()[:3])
        empty = publish(store, first, tmp_path, removed=["d0", "d1", "d2"])
        found = empty.candidates(_vector("levy"), [["levi"]], (), MOST)
        assert (len(empty), empty.documents(), len(found.rows), empty.count_meeting(())) == (0, [], 0, 0)


def questions_of(choice: Choice) -> list[str]:
    """Return all questions for the choice of all documents, and a part of them for another one."""
    names = [one.name for one in choices()]
    place = names.index(choice.name)
    return questions()[place :: len(names)] if place else questions()


def state(index: Index) -> list[tuple[Key, str, float]]:
    """Return each passage with its text and the cosine with a question."""
    rows = [row for one in index.documents() for row in range(one.first_row, one.first_row + one.rows)]
    hits, cosines = index.hits(rows, [0.0] * len(rows)), index.cosines(_vector("levy charge"), rows).tolist()
    return list(zip(Keys(index).of(rows), (hit.text for hit in hits), cosines, strict=True))


class Keys:
    """Translates the rows of an index into keys, which are the same in all versions and implementations."""

    def __init__(self, index: Index) -> None:
        stored = [(one.first_row, one.reference.id) for one in index.documents()]
        self._first = [first for first, _ in stored]
        self._ids = [name for _, name in stored]

    def of(self, rows: Iterable[int]) -> list[Key]:
        """Return the key of each row."""
        places = [(int(row), bisect_right(self._first, int(row)) - 1) for row in rows]
        return [Key(self._ids[place], row - self._first[place]) for row, place in places]


def _row(index: Index, key: Key) -> int:
    return index.stored_document(key.document).first_row + key.ordinal


def _vector(text: str) -> Scores:
    [encoding] = ENCODER.encode_questions([text])
    return encoding.vector[np.newaxis]


def analyses_of(index: Index, question: str) -> list[list[str]]:
    return [terms(question, language) for language in index.languages]


def share_found(found: Candidates, expected: Candidates) -> float:
    """Return the share of the exact candidates by vector that were found. Equal cosines may replace each other."""
    if not len(expected.by_vector):
        return 1.0
    cosines = dict(zip(found.rows.tolist(), found.dense.tolist(), strict=True))
    exact = dict(zip(expected.rows.tolist(), expected.dense.tolist(), strict=True))
    least = exact[int(expected.by_vector[-1])] - _NEAR
    return [cosines[row] >= least for row in found.by_vector.tolist()].count(True) / len(expected.by_vector)


def share_of_top(found: Candidates, expected: Candidates) -> float:
    """Return the share of the best passages by fused score that are the best of the plain index too.

    Nearly equal scores may replace each other. Both have rows of the plain index.
    """
    exact = dict(zip(*(one.tolist() for one in fuse(expected)), strict=True))
    floor = min(sorted(exact.values(), reverse=True)[:_TOP], default=0.0) - _CLOSE
    rows, scores = fuse(found)
    best = rows[np.argsort(-scores, kind="stable")[:_TOP]].tolist()
    return sum(exact.get(row, -np.inf) >= floor for row in best) / min(_TOP, len(exact)) if exact else 1.0
