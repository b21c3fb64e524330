"""Classify a sentence by its role: question, cross-reference, lead-in of a list, fragment or statement.

Every function takes one sentence on one line. The rules are few and written for English. Some of them know the phrases
of other languages too. A sentence that matches no rule counts as a statement.
"""

from __future__ import annotations

import re

from rag.text.phrases import covers, starts

_PLACE = (
    r"(?:(?:the )?(?:following|next|previous|above|below|same)?\s?(?:(?:annex|appendix|article|box|chapter|clause|"
    r"figure|note|page|(?:sub-?)?paragraph|part|point|regulation|rule|schedule|(?:sub-?)?section|table|(?:web ?)?site|"
    r"web ?page|link|guide|leaflet|document)s?|annexes|appendices|guidance|below|above)\b|§|https?:|www\.)"
)
_MORE = r"(?:more|further|additional|full|detailed) (?:details?|guidance|help|information)"
_IS_STATED = (
    r"(?:is|are) (?:also |further |more fully )?(?:contained|defined|described|detailed|discussed|explained|found|"
    r"given|laid down|listed|provided|set out|shown|specified)"
)
# Verbs of a sentence that says what a document is about, and nothing of it: `The section describes the main rules.`
_OUTLINES = (
    r"describes|discusses|presents|reviews|outlines|examines|explores|summari[sz]es|looks at|begins with|concludes"
    r"|(?:provides|gives|offers) an? (?:\w+ )?(?:overview|discussion|summary|description|review|account)"
)
_CROSS_REFERENCE = re.compile(
    "|".join(
        (
            r"(?:please |also |\()*(?:see|refer to|consult|visit|cf\.)(?: also)? (?:our |the |this )?(?:\S+ ){0,4}?"
            rf"{_PLACE}.{{0,80}}",
            r"(?:please )?(?:click|tap|select) (?:here|below|on the (?:link|button)).*",
            r"(?:find out|learn|read) more\b.*",
            r"(?:please )?find (?:\w+ ){0,3}(?:guidance|information|advice|details|help)\b.{0,80} (?:on|at|in)"
            r" (?:the |our )?(?:\w+\.\w+|web ?site|(?:web ?)?page|guide|link)\W{0,3}",
            rf"(?:for|to (?:get|find|read|see)) {_MORE}\b.*",
            rf"{_MORE}\b.{{0,60}} (?:is|are|can be|may be) .*",
            rf"(?:\S+ ){{1,8}}{_IS_STATED} (?:in|at|on|under|by) (?:our |the )?{_PLACE}(?: \S+){{0,8}}",
            r"(?:this|the|our|each) (?:next |following )?(?:paper|section|chapter) (?:also |then |first |next )?"
            rf"(?:{_OUTLINES})\b.*",
            r"(?:last|page) (?:updated|reviewed|modified)\b.*",
            r"(?:©|\(c\) ?\d{4}|copyright\b|all rights reserved).*",
        )
    ),
    re.IGNORECASE,
)
_ASKS_WHERE = re.compile(
    r"\bwhere\b|\b(?:the|this) (?:paper|section|chapter)\b"
    r"|\b(?:which|what) (?:annex|appendix|article|chapter|clause|page|paragraph|part|rule|schedule|section|"
    r"table|website)\b",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r".*(?:[.…·_]\s?){4}\s*+\d{1,4}")
_CAPTION = re.compile(r"(?:figure|fig\.|table|chart|box|photo|image|source)\s?[\d:].*(?<![.!?])", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[?\d{1,3}\]? [A-Z].*(?:\(OJ |\b(?:ibid|op\. cit|pp?\. \d)).*")
# An entry of a list of publications: `Field, A. B., and C. Moor. 2018. "Rivers and ...`
_PUBLICATION = re.compile(
    r"[A-Z][\w’'-]+, (?:[A-Z]\.[ -]?){1,20}+[\w.,&’' -]{0,120}?(?:\(?(?:19|20)\d\d[a-z]?\)?\. |\Z)"
)
_TITLE = re.compile(r"“[^“”]{3,150}”\.?")  # the title of a publication
_CITED_ADDRESS = re.compile(r"(?:19|20)\d\d\)?[.,] (?:https?://|www\.)\S+\Z")  # `Press release, May 2011. https://...`
_NOTE = re.compile(r"\[[^\[\]]{1,60}\]")  # a note of the editor: `[ § 3, 5 of 1995.]`
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)\S+@\S+")
_WORD = re.compile(r"[^\W\d_]{2,}")

_LEAD_IN = re.compile(
    r"(?:[:：—–]|(?<=[^\W\d_])[-_]|\b(?:if|when|where|unless|either|must|shall|should|may|can|is|are|to|by|for|of|with|the|includes?|"
    r"including))\Z",
    re.IGNORECASE,
)
_LAST_WORD = 12  # characters at the end to search: no word above is longer
_ANNOUNCES = re.compile(
    r"[^:]*\b(?:the following|as follows|listed below|set out below)\b(?: [^\s:]+){0,6}\.?", re.IGNORECASE
)

_REFERS_BACK = re.compile(
    r"""
    (?: They | He | She | These | Such | Its | Their
      | (?:His|Her) (?! \s(?:Excellency|High|Honou?r|Imperial|Majesty|Royal) )
      | Those (?! \s(?:who|that|which|with|in)\b )
      | This (?! \s(?: [A-Z]
          | (?:act|agreement|annex|article|chapter|clause|code|convention|document|form|guidance|guide|handbook|law
              |notice|page|paragraph|part|policy|procedure|protocol|regulation|report|rule|section|treaty|year)\b ) )
      | It (?! \s(?: (?:follows|appears|seems|takes|depends)\b
          | (?:is|was|has\sbeen|(?:will|shall|may|would|should)\sbe)\s(?:(?:\w+\s){1,2}(?:that|to|for|if|how|whether)\b
            | (?:\w+\s)?the\s(?:aim|duty|function|goal|intent(?:ion)?|job|policy|purpose|responsibility|role
                |task)\sof\b ) ) )
      | However | Nevertheless | Nonetheless | Otherwise | Therefore | Thus | Hence | Consequently | Accordingly
      | Instead | Conversely | If\s(?:so|not) | The\s(?:same|former|latter)
      | (?:In|Under)\s(?:this|that|these|those|such)\s(?:an?\s)?(?:case|event|situation|circumstance)s?
      | For\s(?:this|that)\s(?:purpose|reason)
    ) \b
    """,
    re.VERBOSE,
)
_ENGLISH = frozenset("and by for from of or the this to with".split())  # noqa: SIM905
_AFTER_MARK = " \"'”’»)」』\u200e\u200f\u202c\u2069"  # quotes, brackets and marks of the direction of writing
# NFC turns the Greek question mark into a semicolon.
_GREEK_QUESTION = re.compile("[\u0370-\u03ff\u1f00-\u1fff]{2};\\Z")
_VERBS = frozenset(
    """
    am are be been can cannot could did do does had has have is may might must need needs ought shall should was were
    will would
    """.split()  # noqa: SIM905 - quoting every word would hide the words
)


def is_question(words: str) -> bool:
    """Return whether the sentence ends with a question mark."""
    words = words.rstrip(_AFTER_MARK)
    return (
        words.endswith(("?", "？", "؟", "\u037e")) or _GREEK_QUESTION.search(words, max(0, len(words) - 3)) is not None
    )


def is_cross_reference(words: str) -> bool:
    """Return whether the sentence only refers to another place: `Further details are given in Annex II.`"""
    return _CROSS_REFERENCE.fullmatch(words) is not None


def asks_where(question: str) -> bool:
    """Return whether a question asks for a place in the documents: `Which article bans it?`"""
    return _ASKS_WHERE.search(question) is not None


def is_note(words: str) -> bool:
    """Return whether a line is a note of the editor: `[ § 3, 5 of 1995.]`"""
    return _NOTE.fullmatch(words) is not None


def is_uninformative(words: str) -> bool:
    """Return whether a line is from a table of contents, or a caption, an address or a footnote that only cites."""
    if (words[-1:].isdigit() and _CONTENTS.fullmatch(words)) or _CAPTION.fullmatch(words):
        return True
    if _ADDRESS.search(words) and (len(_words(words)) < 3 or _CITED_ADDRESS.search(words)):
        return True
    if _TITLE.fullmatch(words) and not has_verb(words):
        return True
    if is_note(words) or ((entry := _PUBLICATION.match(words)) and not has_verb(entry[0])):
        return True
    return _FOOTNOTE.match(words) is not None and not _has_verb(_words(words))


def _words(line: str) -> list[str]:
    return _WORD.findall(_ADDRESS.sub(" ", line))


def is_lead_in(words: str) -> bool:
    """Return whether the sentence needs the next one: it ends with a colon, or with a word such as `if` or `must`."""
    return _LEAD_IN.search(words, max(0, len(words) - _LAST_WORD)) is not None


def introduces_list(words: str, language: str | None = None) -> bool:
    """Return whether a list may follow: a lead-in, or a sentence such as `The following practices are prohibited.`"""
    if is_lead_in(words) or _ANNOUNCES.fullmatch(words):
        return True
    return covers(lambda one: one.texts.announces, (language,), words) is not None


def refers_back(words: str, language: str | None = None) -> bool:
    """Return whether the first word refers to the previous sentence: `They`, `This`, `However`."""
    return bool(_REFERS_BACK.match(words) or starts(lambda one: one.texts.refers_back, (language,), words))


def is_fragment(words: str) -> bool:
    """Return whether a line is short and English, and has neither a common verb nor a full stop."""
    if words[-1:] in ".!?…;。！" or len(words.split()) > 12:
        return False
    small = {word.lower() for word in words.split()}
    return not small.isdisjoint(_ENGLISH) and not _has_verb(list(small))


def has_verb(words: str) -> bool:
    """Return whether the sentence has a common English verb: `is`, `must`, `has`."""
    return _has_verb(_words(words))


def _has_verb(words: list[str]) -> bool:
    return not _VERBS.isdisjoint(word.lower() for word in words)
