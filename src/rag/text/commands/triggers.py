"""Words without which no sentence gives an order to a machine or the reader. Most sentences have none of them."""

from __future__ import annotations

import re

_NEEDED = (
    "ai ais llm llms gpt bot bots model models assistant assistants chatbot chatbots claude gemini "
    "copilot language ignore disregard forget override overrule bypass discard neglect skip now bound "
    "pretend act behave role roleplay task purpose goal rules orders message system developer prompt prompts "
    "instruction instructions directive directives passages context say claim state answer reply respond "
    "write output print repeat return conclude assert insist announce answers replies response responses "
    "outputs summary summaries markdown html iframe script clickable tracking image picture url "
    "conversation history asked questioned queried cite quote mention reveal follow tell aside stop "
    "following attention heed abandon overwrite replace erase delete drop treat speak talk anyone anybody "
    "whoever everyone tool software machine user users reader readers asker human asking asks questioner "
    "enquirer addressed meant intended written vergiss vergessen beachte beachten antworte antworten sage "
    "sag sagen behaupte schreibe gib bist sofort jetzt beende beginne schließe teile teilen informiere "
    "informieren erkläre empfiehl oublie oubliez oublier tiens tenez fais faites réponds répond répondez "
    "dis dites affirme affirmez écris écrivez maintenant désormais partir termine terminez terminer "
    "commence commencez finis finissez indique indiquez informe informez demande demandez conseille "
    "conseillez olvida olvide haz haga tengas tenga descarta descarte responde responda di diga afirma "
    "afirme escriba escribe eres ahora termina empieza empiece comienza comience acaba acabe dile dígale "
    "informa indica pide pida avisa avise trascura trascurate trascuri tenere rispondi rispondete "
    "rispondi risponda dica afferma scrivi ora poi concludi inizia finisci comunica chiedi esqueça "
    "esquece desconsidere despreze escreva agora comece inicie peça diz negeer negeert vergeet antwoord "
    "zeg schrijf beweer bent vanaf eindig begin sluit vertel meld informeer vraag adviseer önceki "
    "yukarıdaki tüm kullanıcıya zapomnij powiedz poinformuj przekaż password passwords passcode passcodes "
    "passphrase pin card cvv bank credentials security social api passwort kennwort mot contraseña clave "
    "senha wachtwoord пароль pass bitcoin wallet gift iban account telegram whatsapp konto kontonummer "
    "compte cuenta conto conta rekening rekeningnummer "
)
_WORDS = frozenset(_NEEDED.split())
_STARTS = (
    "ignor игнор проиг забуд обращ отвеч ответ скажи напиш тепер отнын закон закан начни начин завер "
    "сообщ посов попро missa dimen zigno kredi chatg crypt счет "
)
_BEGINNINGS = frozenset(_STARTS.split())
_WORD = re.compile(r"[^\W_]+")
_SIGNS = re.compile(
    r"<\||\[/?INST|<</?SYS|##|@|://|www\.|\w\.[a-z]{2}|\+\d|\d \d|\d{7}|0x|[\u0600-\u06ff\u0900-\u097f\u3000-\uffdf]",
    re.IGNORECASE,
)


def may_order(sentence: str) -> bool:
    """Return whether a sentence has a word or a sign that some order needs."""
    if _SIGNS.search(sentence):
        return True
    words = _WORD.findall(sentence.casefold())
    return any(word in _WORDS or word[:5] in _BEGINNINGS for word in words)
