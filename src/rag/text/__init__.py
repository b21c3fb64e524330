"""Takes the text of documents and questions; gives its canonical form, sentences, index terms, figures and names."""

from rag.text.figures import numbers
from rag.text.names import names, words
from rag.text.normalisation import normalise, one_line
from rag.text.segmentation import sentences
from rag.text.tokens import term_spans, terms

__all__ = ["names", "normalise", "numbers", "one_line", "sentences", "term_spans", "terms", "words"]
