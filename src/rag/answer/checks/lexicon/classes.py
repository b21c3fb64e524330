"""Classes of English words that the checks compare: negations, modal verbs, quantifiers and function words."""

from __future__ import annotations

from rag.answer.checks.lexicon.files import lines
from rag.answer.checks.listing import group, words

NEGATIONS = group(
    "not no never neither nor none nobody nothing nowhere without cannot hardly scarcely barely n't lack lacks lacking "
    "absent non"
)
"""Words that negate the words after them."""

NEGATIVE_VERBS = group(
    "forbid forbids forbidden forbidding forbade prohibit prohibits prohibited prohibiting ban bans banned "
    "banning refuse "
    "refuses refused refusing deny denies denied reject rejects rejected fail fails failed failing prevent prevents "
    "prevented preventing exempt exempts exempted exclude excludes excluded excluding abolish "
    "abolishes "
    "abolished cease ceases ceased avoid avoids avoided unable ineligible unlawful illegal invalid impossible "
    "unaware unlikely"
)
"""Words whose meaning holds a negation: `forbids an authority to ask` says that it may not ask."""

MODALS = {
    "must": "must",
    "shall": "must",
    "should": "should",
    "ought": "should",
    "may": "may",
    "might": "might",
    "can": "may",
    "could": "might",
    "will": "will",
    "would": "would",
}
"""The force of each modal verb."""

UNIVERSAL = group(
    "all every each everyone everybody everything any anyone anybody anything always entirely completely wholly fully "
    "whole entire both automatically regardless unconditionally invariably universally throughout whenever whatever "
    "everywhere exclusively unlimited anytime"
)
"""Words that say that a statement has no exception."""

PARTIAL = group(
    "some few several many most majority mostly mainly largely broadly chiefly primarily predominantly partly "
    "partially often sometimes usually generally "
    "ordinarily normally typically rarely seldom occasionally certain half almost nearly"
)
"""Words that say that a statement has exceptions."""

DEGREES = {
    "most": words("most majority mostly mainly largely broadly chiefly primarily predominantly"),
    "some": words("some several certain various"),
    "few": words("few rarely seldom hardly"),
    "many": words("many numerous often frequently"),
}
"""Groups of quantifiers that mean about the same."""

LIGHT = frozenset(word for line in lines("light.txt") for word in line.split())
"""Words that add little: light verbs, and nouns such as `case`, `number` and `way`. A paraphrase may add them."""

FUNCTION = group(
    "a an the this that these those it its they them their he she his her him we us our you your i my me who "
    "whom whose "
    "which what there here and or but if as of in on at by for from to with into onto upon about over under up "
    "down out "
    "off than then so such is are was were be been being am has have had having do does did doing done s also too very "
    "own other another will would shall should may might can could must ought not no nor neither either whether "
    "because "
    "while whereas although though when where how why per via within between among along across until till "
    "since during "
    "before after against versus unless except however therefore thus hence yet still just even only rather quite more "
    "most less least fewer much many any some all each every both few several one ones again further etc namely "
    "respectively according already said says stated reported required requires require obliged obliges oblige "
    "need needs let lets"
)
"""Words that carry no content of their own, or that a check of their own compares."""
