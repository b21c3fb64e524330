"""Recognise sentences of a language model that are not about the documents: refusals, greetings and lead-ins."""

from __future__ import annotations

import re

UNANSWERABLE = "UNANSWERABLE"
"""The reply that `prompts/` requests from a language model if the passages do not answer the question."""

_LONGEST = 60  # words of a refusal; a longer sentence says something else too

_SOURCES = (
    r"(?:(?:provided|given|retrieved|available|above|cited|supplied|these|those|your|numbered|following)\s+)*"
    r"(?:passages?|documents?|sources?|contexts?|excerpts?|texts?|materials?|snippets?|extracts?|information|evidence"
    r"|search results?|knowledge base)(?:\s+(?:i|we) (?:have|was given|were given))?(?:\s+(?:above|provided"
    r"|given|available|here))?"
)
_SAY = (
    r"(?:say|state|mention|contain|provide|specify|include|answer|address|cover|give|discuss|indicate|tell|explain|describe"
    r"|offer|have|show|reveal|support|allow|hold|list|define|detail|refer|identify|name|clarify|disclose)"
)
_REFUSALS = [
    r"(?:.{0,60}\b)?unanswerable\b",
    r"(?:.{0,40}\b)?(?:i|we)(?:'m| am|'re| are)? (?:afraid|sorry)\b.{0,120}\b(?:not|n't|no|unable|cannot)\b",
    r"(?:.{0,80}\b)?(?:i|we) (?:cannot|can ?not|can't|could not|couldn't|do not|don't|did not|didn't"
    r"|was not able|were not able"
    r"|am not able|am unable|are unable|was unable|were unable|would not be able|won't be able|have no|have not"
    r"|haven't)\b"
    r".{0,40}\b(?:answer|find|found|determine|provide|locate|say|tell|know|help|have|information|respond|confirm|access|see|way)\b",
    rf"(?:.{{0,60}}\b)?(?:the |these |those |your |none of the |no )?{_SOURCES}(?: \[[\d, ]+\])* (?:do|does"
    rf"|did) ?(?:not|n't)"
    rf"(?: \w+)? {_SAY}\b",
    rf"(?:.{{0,60}}\b)?(?:the |these |your )?{_SOURCES} (?:contain|contains|provide|provides|give|gives|have|has"
    rf"|include|includes"
    r"|offer|offers|make|makes|say|says) (?:no|nothing|neither|insufficient|too little|not enough|little)\b",
    rf"(?:no|none of the|neither of the|nothing in the) {_SOURCES} (?:\w+ )?(?:say|says|state|states|mention"
    rf"|mentions|contain|contains"
    r"|provide|provides|specify|specifies|answer|answers|address|addresses|cover|covers|is|are|was|were|on|about|regarding)\b",
    r"(?:.{0,40}\b)?(?:unfortunately|sorry),? .{0,80}\b(?:not|n't|no|nothing|unable|cannot)\b.{0,80}"
    rf"\b(?:{_SOURCES}|answer|question)\b",
    r"(?:.{0,40}\b)?there (?:is|was|are|were)(?: not|n't)? (?:no|not enough|insufficient|nothing|any|enough)\b.{0,30}"
    r"\b(?:information|mention|answers?|evidence|details?|references?|data on|indication|statement)\b",
    rf".{{0,120}}\b(?:is|are|was|were)(?: not|n't) (?:\w+ )?(?:mentioned|stated|specified|addressed|covered"
    rf"|provided|found|answered"
    rf"|given|included|discussed|available|clear|explained|described|contained)\b.{{0,20}}\b(?:in|by|from)\b.{{0,20}}{_SOURCES}",
    r".{0,40}\b(?:insufficient|not enough|too little) (?:information|evidence|detail|data|context)\b",
    rf".{{0,60}}\b(?:cannot|can't|could not) be (?:answered|determined|found|established|inferred)\b.{{0,30}}"
    rf"(?:\b(?:from|with|based on|using|by)\b.{{0,20}}{_SOURCES}|\W*\Z)",
    r"\W*(?:n/?a|none|no answer|not found|unknown|no information|not available|not answerable"
    r"|no relevant information)\W*\Z",
    r"(?:leider|es tut mir leid|tut mir leid)\b|(?:ich|wir) (?:kann|können|weiß|habe|konnte)\b.{0,60}\b(?:nicht"
    r"|keine)\b"
    r"|(?:die|den|in den|aus den)?\s?(?:vorliegenden |angegebenen |bereitgestellten )?(?:passagen|dokumente\w*"
    r"|quellen|texte?|auszüge\w*|textstellen)"
    r" .{0,60}\b(?:nichts?|keine?)\b.{0,60}(?:hervor|erwähn\w*|enthalten\w*|beantwort\w*|angab\w*|informationen"
    r"|genannt|aussage\w*)?",
    r"(?:je (?:ne peux pas|ne sais pas|suis désolée?|n'ai pas|regrette)|désolée?\b|malheureusement)"
    r"|(?:les|aucun des|aucun)?\s?(?:passages?|documents?|sources?|extraits?)(?: fournis)? ne .{0,40}\b(?:pas"
    r"|aucun\w*|rien)\b",
    r"(?:lo siento|lamentablemente|no puedo|no sé|no tengo|no encuentro|desafortunadamente)\b"
    r"|(?:los|las|ningun\w*)?\s?(?:pasajes?|documentos?|fuentes?|fragmentos?|textos?)(?: proporcionad[oa]s)? no .{0,20}"
    r"\b(?:dice\w*|menciona\w*|contiene\w*|indica\w*|especifica\w*|responde\w*|proporciona\w*)",
    r"(?:mi dispiace|purtroppo|non posso|non so)\b|(?:i|gli|le)?\s?(?:passaggi|documenti|fonti|brani"
    r"|testi)(?: forniti)? non .{0,40}",
    r"(?:desculpe|lamento|infelizmente|não posso|não sei|não consigo)\b|(?:os|as)?\s?(?:trechos|documentos"
    r"|passagens|fontes) não .{0,40}",
    r"(?:helaas|het spijt me|ik kan (?:\w+ ){0,3}niet)\b|(?:de)?\s?(?:passages|documenten|bronnen"
    r"|fragmenten) .{0,40}\b(?:niet|geen)\b",
    r"(?:к сожалению|извините|я не (?:могу|знаю))\b|(?:в )?(?:отрывк\w+|документ\w+|источник\w+|текст\w*) (?:не|нет)\b",
]
_REFUSAL = re.compile("|".join(f"(?:{pattern})" for pattern in _REFUSALS), re.IGNORECASE)
_EMPHASIS = re.compile(r"[*_`~#>\"“”„«»\[\](){}<>]+")
_CHATS = [
    r"(?:sure|certainly|absolutely|of course|gladly|okay|ok|great|alright|no problem)(?:[,!.:][^.]{0,80}[.!:]*)?\Z",
    r"(?:happy to help|thanks?|thank you)\b[^.]{0,80}[.!:]*\Z",
    r"(?:great|good|excellent|interesting|important) question\b.{0,80}\Z",
    r"(?:here|below)(?:'s| is| are| you)\b.{0,120}[:.!]\Z",
    r"(?:let me|i'll|i will|i can|i'd|i would|allow me)\b.{0,120}\Z",
    r"(?:i hope|hope (?:this|that)|please (?:let me|note that i|feel free)|feel free|let me know|if you (?:have"
    r"|need|want|would like)"
    r"|do you (?:want|need)|would you like|is there anything)\b.{0,160}\Z",
    r"(?:as an? (?:ai|language model|assistant))\b.{0,160}\Z",
    r"(?:according to|based on|from|using|after reviewing|having reviewed|looking at|in) .{0,20}"
    rf"{_SOURCES}(?:.{{0,60}})?:\Z",
    r"(?:the answer(?: to (?:your|the|this) question)?(?: is|:)?(?: as follows)?|answer|in summary"
    r"|to summari[sz]e|in short|in conclusion"
    r"|overall|summary|conclusion|key points?|explanation|note)\s*[:.]?\Z",
    r"(?:in summary|to summari[sz]e|in short|in conclusion|overall),? .{0,80}\b(?:as (?:described|stated|noted"
    r"|mentioned|explained) above)\W*\Z",
    r"(?:natürlich|gerne|klar|hier (?:ist|sind)|bien sûr|voici|claro|por supuesto|aquí (?:está|están|tiene)"
    r"|certo|ecco|com certeza"
    r"|aqui está|natuurlijk|hier (?:is|zijn)|конечно|вот)\b.{0,100}[:.!]\Z",
]
_CHAT = re.compile("|".join(f"(?:{pattern})" for pattern in _CHATS), re.IGNORECASE)
_LEAD_IN = re.compile(
    r"(?:according to|based on|as (?:stated|described|noted|mentioned|explained|shown) (?:in|by)|per|from"
    r"|in) (?:the |these |those |your )?"
    r"(?:(?:provided|given|retrieved|available|above|cited|supplied)\s)*"
    r"(?:passages?|documents?|sources?|contexts?|excerpts?|materials?|information)(?: (?:above|provided|given"
    r"|\d+|and \d+))*"
    r"(?:\s*\[[\d, ]+\])*,\s+(?=\S)",
    re.IGNORECASE,
)
_ANSWER_LABEL = re.compile(
    r"(?:(?:short|direct|final|brief)\s)?(?:answer|summary|conclusion|response)\s?:\s+(?=\S)", re.IGNORECASE
)


def is_refusal(sentence: str) -> bool:
    """Return whether a sentence says that the passages do not answer the question: `UNANSWERABLE`, `I cannot say`."""
    plain = _plain(sentence)
    return len(plain.split()) <= _LONGEST and _REFUSAL.match(plain) is not None


def is_chat(sentence: str) -> bool:
    """Return whether a sentence only speaks to the user: `Here is what I found:`, `I hope this helps!`."""
    return _CHAT.match(_plain(sentence)) is not None


def without_lead_in(sentence: str) -> str:
    """Return a sentence without `According to the passages,` and `Answer:` at its start."""
    rest = _LEAD_IN.sub("", _ANSWER_LABEL.sub("", sentence.lstrip(), count=1), count=1) if sentence else sentence
    return rest[:1].upper() + rest[1:] if rest != sentence.lstrip() else sentence


def _plain(sentence: str) -> str:
    return " ".join(_EMPHASIS.sub(" ", sentence.replace("’", "'")).split()).lstrip(" -–—•.,;:!?")
