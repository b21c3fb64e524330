"""A cross-encoder can rank the passages instead of late interaction. The tests create a tiny model."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.adapters import cross_encoder
from rag.errors import ConfigurationError
from rag.settings import Settings
from rag.types import Ask
from rag.wiring import assemble


@pytest.fixture
def model(tmp_path: Path) -> str:
    """A cross-encoder with one layer and a few words, saved in the format of sentence-transformers."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers import BertTokenizerFast as Tokenizer  # type: ignore[attr-defined]

    folder = tmp_path / "cross-encoder"
    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "levy", "is", "due", "lakes", "freeze"]
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=64, initializer_range=1.0,
    )  # fmt: skip
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(words))
    Tokenizer(vocab=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return str(folder)


def test_each_passage_gets_a_score_of_its_own(model: str) -> None:
    scorer = cross_encoder.load(model)
    scores = scorer.scores("the levy is due", ["the levy", "lakes freeze", "the levy"])
    assert scores.shape == (3,)
    assert scores[0] == pytest.approx(scores[2], abs=1e-5)
    assert scores[0] != pytest.approx(scores[1], abs=1e-5)
    assert scorer.scores("the levy is due", []).shape == (0,)


def test_a_configured_cross_encoder_ranks_the_hits(model: str, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in {
        "a": "The levy is due.",
        "b": "Lakes freeze.",
        "c": "The levy is due when lakes freeze.",
    }.items():
        (folder / f"{name}.txt").write_text(text)
    settings = Settings(index_dir=tmp_path / "index", encoder="hashing", reranker=f"cross-encoder:{model}")
    service = assemble(settings)
    service.ingest([folder], lambda *_: None)
    hits, _ = service.view(None).search(Ask("When is the levy due?"))
    expected = cross_encoder.load(model).scores("When is the levy due?", [hit.text for hit in hits])
    assert [hit.score for hit in hits] == pytest.approx(expected.tolist(), abs=1e-5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("name", ["", "./no/such/model"])
def test_the_error_for_a_missing_model_names_the_setting(name: str) -> None:
    with pytest.raises(ConfigurationError, match="cross-encoder:<name or path>"):
        cross_encoder.load(name)
