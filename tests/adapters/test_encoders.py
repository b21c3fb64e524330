"""Every encoder follows the protocol, and the default model is MiniLM."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.metadata import entry_points

import numpy as np
import pytest
from hypothesis import given

from rag.index.chunking import CHUNK_TOKENS, Chunker
from rag.protocols import Encoder, GraphCache
from rag.types import Document
from tests.cases import cases
from tests.documents import documents
from tests.encoders import stacked

DEFAULT = "all-MiniLM-L6-v2"
TEXTS = ["The carbon tax rises to 80 dollars.", "Өте жақсы.", "", "\u200d", "税法", "word " * 2_000]


def _load(name: str, argument: str, compiled_models: GraphCache) -> Encoder:
    (point,) = entry_points(group="rag.encoders", name=name)
    load: Callable[[str, GraphCache], Encoder] = point.load()
    return load(argument, compiled_models)


@pytest.fixture(params=["hashing", "minilm"])
def encoder(request: pytest.FixtureRequest, compiled_models: GraphCache) -> Encoder:
    """The encoder without a model, and the default model."""
    if request.param == "hashing":
        return _load("hashing", "", compiled_models)
    encoder: Encoder = request.getfixturevalue("minilm")
    return encoder


def test_every_vector_has_the_dimension_and_unit_length(encoder: Encoder) -> None:
    for encodings in (encoder.encode_passages(TEXTS), encoder.encode_questions(TEXTS)):
        vectors = stacked(encodings)
        assert vectors.shape == (len(TEXTS), encoder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_passages([]) == encoder.encode_questions([]) == []


def test_each_token_has_its_offset_in_the_text(encoder: Encoder) -> None:
    text = "Parents may take leave."
    (encoding,) = encoder.encode_passages([text])
    assert encoding.tokens.shape == (len(encoding.starts), encoder.dimension)
    assert np.allclose(np.linalg.norm(encoding.tokens, axis=1), 1, atol=1e-5)
    assert {0, 8, 12, 17} <= set(encoding.starts.tolist())


def test_a_question_is_nearest_to_the_passage_about_its_subject(encoder: Encoder) -> None:
    passages = ["The carbon tax is due in April.", "Lakes freeze in winter.", "Parents may take leave."]
    (question,) = encoder.encode_questions(["When is the carbon tax due?"])
    assert int(np.argmax(stacked(encoder.encode_passages(passages)) @ question.vector)) == 0


def test_the_digest_is_a_sha256_and_does_not_change(encoder: Encoder, compiled_models: GraphCache) -> None:
    assert len(bytes.fromhex(encoder.digest)) == 32
    name, _, argument = encoder.name.partition(":")
    assert _load(name, argument, compiled_models).digest == encoder.digest


def test_the_token_count_of_a_text_is_the_sum_over_its_words(encoder: Encoder) -> None:
    assert encoder.count_tokens("") == 0
    words = TEXTS[0].split()
    assert encoder.count_tokens(TEXTS[0]) == sum(map(encoder.count_tokens, words)) >= len(words)
    assert encoder.count_tokens(TEXTS[-1]) == 2_000, "counting stopped at the limit of the model"


def test_the_default_model_is_minilm(minilm: Encoder) -> None:
    assert (minilm.dimension, minilm.max_tokens) == (384, 256)
    assert minilm.name == f"sentence-transformers:{DEFAULT}"
    # The model card gives the cosine of these two sentences.
    one, two = stacked(minilm.encode_passages(["That is a happy person", "That is a happy dog"]))
    assert float(one @ two) == pytest.approx(0.695, abs=0.005)


def test_text_beyond_the_limit_of_the_model_does_not_change_the_vector(minilm: Encoder) -> None:
    within = " ".join(["tax"] * (minilm.max_tokens - 2))
    one, two, other = stacked(minilm.encode_passages([within, f"{within} penguin", f"penguin {within}"]))
    assert np.allclose(one, two, atol=1e-5)
    assert not np.allclose(one, other, atol=1e-3)


def test_the_vector_of_a_text_does_not_depend_on_its_batch(minilm: Encoder) -> None:
    alone, together = minilm.encode_passages(TEXTS[:1])[0], minilm.encode_passages(TEXTS)[0]
    assert alone.vector @ together.vector == pytest.approx(1, abs=1e-5)


def test_threads_may_share_an_encoder(encoder: Encoder) -> None:
    expected, counts = stacked(encoder.encode_questions(TEXTS[:2])), [encoder.count_tokens(text) for text in TEXTS]
    wrong: list[object] = []

    def use() -> None:
        for _ in range(5):
            if [encoder.count_tokens(text) for text in TEXTS] != counts:
                wrong.append("count")
            if not np.allclose(stacked(encoder.encode_questions(TEXTS[:2])), expected, atol=1e-5):
                wrong.append("vectors")

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@cases(15)
@given(document=documents())
def test_the_default_model_reads_every_chunk_whole(minilm: Encoder, document: Document) -> None:
    chunker = Chunker(minilm.count_tokens, minilm.max_tokens, CHUNK_TOKENS)
    for chunk in chunker.chunks(document):
        assert minilm.count_tokens(chunker.encoded_text(document, chunk).text) + 2 <= minilm.max_tokens
