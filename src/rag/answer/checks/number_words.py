"""The English number words."""

from __future__ import annotations

from rag.answer.checks.listing import words

SMALL = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
WORDS = {word: number for number, word in enumerate(SMALL)} | {word: 10 * number for number, word in enumerate(TENS, 2)}
