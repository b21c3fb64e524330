"""The provisions of a document, such as articles and their paragraphs: their places, names and references to them."""

from rag.text.provisions.outline import Outline, Provision, find_outline
from rag.text.provisions.pinpoints import pinpoint
from rag.text.provisions.places import find
from rag.text.provisions.references import CrossReference, find_references

__all__ = ["CrossReference", "Outline", "Provision", "find", "find_outline", "find_references", "pinpoint"]
