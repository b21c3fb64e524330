"""Takes the text of documents and questions; gives its canonical form, sentences, index terms and figures."""

from rag.text.figures import numbers
from rag.text.normalisation import normalise, one_line
from rag.text.segmentation import sentences
from rag.text.tokens import term_spans, terms

__all__ = ["normalise", "numbers", "one_line", "sentences", "term_spans", "terms"]
