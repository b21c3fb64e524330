"""The names under which the service is offered as a model: every chat client lets its user choose one."""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import UnknownModel


@dataclass(frozen=True, slots=True)
class Model:
    """One way to show citations: `references` adds link definitions to a text, `sources` sends Open WebUI's events."""

    name: str
    references: bool = False
    sources: bool = False


MODELS = (Model("rag"), Model("rag-markdown", references=True), Model("rag-open-webui", sources=True))


def named(name: str) -> Model:
    """Return the model of a name. Raises UnknownModel."""
    for model in MODELS:
        if model.name == name:
            return model
    raise UnknownModel(f"there is no model {name!r}: use one of {', '.join(model.name for model in MODELS)}")
