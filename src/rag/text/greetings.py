"""Recognise a message that only greets or thanks, and asks nothing."""

from __future__ import annotations

import re

_GREETING = (
    r"hi|hello|hey|hiya|greetings|good (?:morning|afternoon|evening|day)|hallo|guten (?:morgen|tag|abend)|moin|servus|"
    r"grüezi|bonjour|bonsoir|salut|hola|buenos días|buenas (?:tardes|noches)|ciao|salve|buongiorno|buonasera|olá|oi|"
    r"bom dia|boa (?:tarde|noite)|hoi|goede(?:morgen|middag|navond)|goedendag|привет|"
    r"здравствуй(?:те)?|добр(?:ый день|ое утро|ый вечер)|buona sera|buon giorno"
)
_THANKS = (
    r"(?:ok(?:ay)?,? )?(?:(?:many )?thanks|thank you|thx|cheers|danke(?: schön)?|vielen dank|merci(?: beaucoup)?|"
    r"(?:muchas )?gracias|grazie(?: mille)?|(?:muito )?obrigad[oa]|dank (?:je|u)(?: wel)?|bedankt|спасибо)"
    r"(?: (?:a lot|so much|very much|for (?:your|the) (?:help|answer)))?|(?:good)?bye|auf wiedersehen|au revoir|"
    r"tschüss|adiós|hasta luego|arrivederci|até logo|tot ziens|до свидания"
)
_TO_WHOM = r"(?:[, ]+(?:there|everyone|everybody|all|again|you|team|bot|assistant|zusammen|à tous|a todos))?"
_HOW_ARE_YOU = r"(?:[,.! ]+(?:how are you|how do you do|how is it going|wie geht(?:'|’)?s|ça va)(?: today| doing)?)?"
_END = r"[\s.,!?…🙂😊👋🙏]*"

_greeting = re.compile(rf"(?:{_GREETING}){_TO_WHOM}{_HOW_ARE_YOU}{_END}", re.IGNORECASE)
_thanks = re.compile(rf"(?:{_THANKS}){_TO_WHOM}{_END}", re.IGNORECASE)


def asks_nothing(message: str) -> bool:
    """Return whether a message only greets, thanks or says goodbye."""
    return is_greeting(message) or is_thanks(message)


def is_greeting(message: str) -> bool:
    """Return whether a message only greets."""
    return _greeting.fullmatch(message.strip()) is not None


def is_thanks(message: str) -> bool:
    """Return whether a message only thanks or says goodbye."""
    return _thanks.fullmatch(message.strip()) is not None
