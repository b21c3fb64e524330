"""Tests `make encoder-bench` with invented figures and an encoder without a model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rag.adapters.hashing import HashingEncoder
from tests.encoding.measuring import Run, best
from tests.encoding.peak import passage_operations
from tests.encoding.report import Measured, page
from tests.encoding.texts import PASSAGE_TOKENS, passages

VECTORS = np.eye(2, dtype=np.float32)
LIBRARY = Run("sentence-transformers f32", 3.0, 11.0, 12.0, 900.0, 35.0, 950.0, VECTORS, VECTORS)
GRAPH = replace(LIBRARY, name="OpenVINO bf16", load=0.5, p50=3.0, rate=70.0)


def test_the_best_round_of_each_figure_counts() -> None:
    found = best([GRAPH, replace(GRAPH, p50=2.0, rate=60.0, load=0.75)])
    assert (found.p50, found.rate, found.load) == (2.0, 70.0, 0.5)


def test_the_page_compares_a_runtime_with_the_library_and_the_processor_s_peak() -> None:
    work = 70.0 * passage_operations(PASSAGE_TOKENS)
    quality = {"policies": {LIBRARY.name: (0.5, 0.625), GRAPH.name: (0.5, 0.75)}}
    text = page(Measured([LIBRARY, GRAPH], {"bf16": 2 * work}, quality, 0.0), 200)
    assert "| OpenVINO bf16 | 0.5 | 3.0 / 12.0 | 70 | 1.00000 | 1.00000 |" in text
    assert "| OpenVINO bf16 | 0.5000 | 0.7500 |" in text
    assert "reaches 50% in bf16" in text


def test_passages_have_the_stated_length() -> None:
    encoder = HashingEncoder()
    texts = passages(encoder, 8)
    assert len(set(texts)) == 8
    assert {encoder.count_tokens(text) for text in texts} == {PASSAGE_TOKENS - 2}
