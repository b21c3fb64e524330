"""Text analysis: normalisation, sentence segmentation, index terms, numbers and proper names."""

from rag.text.names import names, words_and_initials
from rag.text.normalisation import normalise, one_line
from rag.text.numbers import numbers
from rag.text.segmentation import sentences
from rag.text.tokenization import term_set, term_spans, terms, terms_of_words

__all__ = [
    "names", "normalise", "numbers", "one_line", "sentences", "term_set", "term_spans", "terms", "terms_of_words",
    "words_and_initials",
]  # fmt: skip
