"""The values of the answering code cannot be changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from rag.answer.confidence import ConfidenceModel
from rag.answer.extraction import Scored
from rag.answer.pipeline import Evidence
from rag.answer.prompts import Prompts
from rag.answer.retrieval import Query
from rag.answer.signals import Signals
from rag.answer.statements import Sentence
from rag.answer.suggestions import Candidate


@pytest.mark.parametrize("kind", [Candidate, ConfidenceModel, Evidence, Prompts, Query, Scored, Sentence, Signals])
def test_a_value_cannot_be_changed(kind: type) -> None:
    value: object = object.__new__(kind)
    for field in fields(kind):
        with pytest.raises(FrozenInstanceError):
            setattr(value, field.name, None)


@pytest.mark.parametrize("kind", [Candidate, ConfidenceModel, Evidence, Prompts, Query, Scored, Sentence, Signals])
def test_a_value_has_no_other_attributes_than_its_fields(kind: type) -> None:
    assert not hasattr(object.__new__(kind), "__dict__")
