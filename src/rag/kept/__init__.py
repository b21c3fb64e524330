"""Keeps answers on the server, only when a person asks for it: shared by a link, judged, or the last ones of questions
that somebody saved.

They are in one SQLite database beside the index, `kept.sqlite`. Snapshots and backups leave it out, because an index
that is restored elsewhere must not bring the questions of people along.
"""

from rag.kept import benchmark
from rag.kept.checks import Check, State, check
from rag.kept.comparison import CitationPair, Comparison, Effect, compare
from rag.kept.feedback import MAX_WORDS, Feedback, Reason, Verdict
from rag.kept.following import Following, ReviewedQuestion, ReviewReport, hides
from rag.kept.keeper import Keeper, KeptAbout
from rag.kept.questions import AnswerChange, QuestionStore, SavedQuestion, unknown_question
from rag.kept.seals import Seals
from rag.kept.shared import SharedAnswer, unknown
from rag.kept.sources import cited_documents
from rag.kept.webhooks import BodyOf, Webhooks

__all__ = [
    "MAX_WORDS",
    "AnswerChange",
    "BodyOf",
    "Check",
    "CitationPair",
    "Comparison",
    "Effect",
    "Feedback",
    "Following",
    "Keeper",
    "KeptAbout",
    "QuestionStore",
    "Reason",
    "ReviewReport",
    "ReviewedQuestion",
    "SavedQuestion",
    "Seals",
    "SharedAnswer",
    "State",
    "Verdict",
    "Webhooks",
    "benchmark",
    "check",
    "cited_documents",
    "compare",
    "hides",
    "unknown",
    "unknown_question",
]
