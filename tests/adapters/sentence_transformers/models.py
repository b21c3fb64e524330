"""Small models, a few hundred weights and a few words, in the format of sentence-transformers."""

from __future__ import annotations

from pathlib import Path

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "tax", "law", "query", ":"]


def save_bert(folder: Path, *, seed: int = 0, half: bool = False, padding: str = "right", prompt: str = "") -> str:
    """Write a model with one layer and a prompt for questions. Return its path."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast  # type: ignore[attr-defined]

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=16,
    )  # fmt: skip
    bert, model = folder / "bert", BertModel(config)
    (model.bfloat16() if half else model).save_pretrained(bert)
    (bert / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(str(bert / "vocab.txt"), padding_side=padding).save_pretrained(bert)
    modules = [Transformer(str(bert), max_seq_length=16), Pooling(8)]
    SentenceTransformer(modules=modules, device="cpu", prompts={"query": prompt}).save(str(folder / "model"))
    return str(folder / "model")


def save_static(folder: Path) -> str:
    """Write a static model: it has one vector for each word, and none for a token in its context. Return its path."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "tax": 1, "law": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)]).save(str(folder / "static"))
    return str(folder / "static")
