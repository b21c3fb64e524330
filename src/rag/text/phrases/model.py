"""The phrases of one language that rules recognise in questions and in texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Time:
    """Patterns for points in time.

    `months` has twelve patterns, separated by spaces. `since`, `until` and `between` stand before a date, and `to`
    stands between two dates. `at` stands before the date that a question is about. `now` asks for the present.
    `history` asks for more than the values in force, and `past` for a text that is no longer in force. `before` stands
    before the first date of a later time, and `end` before a year or month of which the last day is meant.
    """

    months: str
    since: str
    until: str
    between: str
    to: str
    at: str
    now: str
    history: str
    past: str
    before: str
    end: str


@dataclass(frozen=True, slots=True)
class Reform:
    """Patterns for a change of the rules that a question names, as in `before the housing reform of 2023`.

    `before` and `after` stand before the change with its article. `change` is the word for it, which may be the end of
    a longer one. `of` stands before what was changed.
    """

    before: str
    after: str
    change: str
    of: str


@dataclass(frozen=True, slots=True)
class Questions:
    """Patterns for kinds of questions.

    `words` are the words that ask, with the prepositions that may stand before them. `opens` begins a question of yes
    or no. `either` joins two choices. `joins` are the conjunctions between two questions. `lists` asks for all members
    of a group. `compared` and `chosen` match a comparison, with the groups `one` and `other`. `open_comparison`
    compares things that are not named. `measures` has pairs: the beginnings of words that measure, and the question
    about one side. `unmeasured` is the question about a side if the comparison names no measure. `decides` matches
    words of a text that allow, forbid, deny or end something.
    """

    words: str
    opens: str
    either: str
    joins: str
    lists: str
    compared: tuple[str, ...]
    chosen: tuple[str, ...]
    open_comparison: str
    measures: tuple[tuple[str, str], ...]
    unmeasured: str
    decides: str


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Patterns for questions that depend on an earlier one.

    `verbs` are the verbs between a question word and the subject. `stops` are words after the subject. `determiners`
    begin a subject. `pronouns` stand for a subject. `disagree` has pronouns with the determiners of another gender.
    `about` has adverbs that stand for a preposition and a subject, each with that preposition: `davon` for `von`.
    `ellipsis` begins a question that only names another subject. `places` are prepositions of time and place.
    """

    verbs: str
    stops: str
    determiners: str
    pronouns: str
    ellipsis: str
    about: tuple[tuple[str, str], ...] = ()
    disagree: tuple[tuple[str, str], ...] = ()
    places: str = ""


@dataclass(frozen=True, slots=True)
class Documents:
    """Patterns for questions about the documents themselves.

    `which` asks which documents there are; `some` asks the same about a topic. `about` stands before the topic.
    `author` and `dated` ask for the author and the date of a document, which their only filled group names.
    `since`, `after`, `before`, `until` and `within` stand before a year.
    """

    which: str
    some: str
    about: str
    author: str
    dated: str
    since: str
    after: str
    before: str
    until: str
    within: str


@dataclass(frozen=True, slots=True)
class Texts:
    """Patterns for sentences of a text.

    `announces` matches a whole sentence that announces the next ones, `named` the beginning of a sentence that names
    what the one before announces, and `next` the beginning of a further one. `limits` matches the beginning of a
    sentence that limits the rule before it. `however` begins one that limits it if it has a word of `restricts`.
    `rules` has words of a rule. `refers_back` matches the beginning of a sentence that refers to the one before it.
    `definition` matches the beginning of a definition, with the group `term`. `requested` matches a whole question for
    a definition, with the same group. `content` are words of questions that ask only for the content of a provision.
    """

    announces: str
    named: str
    next: str
    limits: str
    however: str
    restricts: str
    rules: str
    refers_back: str
    definition: tuple[str, ...]
    requested: str
    content: str


@dataclass(frozen=True, slots=True)
class Succession:
    """Patterns for sentences that say which text replaces another.

    `replaces` and `repealed` have the group `other`, the older text. `ended` says that its own document has ended, by
    the text in the group `by`. `begins` says when its own document enters into force; `DATE` stands for a date. `words`
    are words of which each sentence about another text has one. `kind` matches a word for a kind of text.
    """

    kind: str
    replaces: str
    repealed: str
    ended: str
    begins: str
    words: str


@dataclass(frozen=True, slots=True)
class Force:
    """Patterns for words that oblige, advise, allow or forbid, and for words that negate."""

    must: str
    should: str
    may: str
    banned: str
    negation: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language. Every pattern ignores case; an empty one matches nothing."""

    time: Time
    reform: Reform
    questions: Questions
    follow_ups: FollowUps
    documents: Documents
    texts: Texts
    succession: Succession
    force: Force
