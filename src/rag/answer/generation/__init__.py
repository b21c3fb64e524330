"""Calls a language model: everything that holds for every generator, above the generators.

`model.py` puts the other modules together. Each has one task: the deadline, the limit on waiting questions, the
breaker, the token budget, retries, refused parameters, the longest reply, the prompt's size, and the forms of a reply.
"""

from rag.answer.generation.budget import Spent
from rag.answer.generation.deadline import Deadline
from rag.answer.generation.departure import Departure, departure
from rag.answer.generation.model import LanguageModel, Limits
from rag.answer.generation.reply import Part, Proposal, Reply
from rag.answer.generation.session import Session

__all__ = [
    "Deadline",
    "Departure",
    "LanguageModel",
    "Limits",
    "Part",
    "Proposal",
    "Reply",
    "Session",
    "Spent",
    "departure",
]
