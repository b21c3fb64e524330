"""The model names that chat clients can choose. The name selects how citations are shown."""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import UnknownModel


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model name, and how its answers show citations.

    `references` adds link definitions to the end of the text. `sources` streams source events for Open WebUI.
    """

    name: str
    references: bool = False
    sources: bool = False


MODELS = (
    ModelName("rag"),
    ModelName("rag-markdown", references=True),
    ModelName("rag-open-webui", sources=True),
)


def find(name: str) -> ModelName:
    """Return the model with this name. Raises UnknownModel."""
    for model in MODELS:
        if model.name == name:
            return model
    raise UnknownModel(f"there is no model {name!r}: use one of {', '.join(model.name for model in MODELS)}")
