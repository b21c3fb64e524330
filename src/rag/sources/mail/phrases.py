"""The words that mail programs write around quoted and forwarded messages, in the languages that they have."""

from __future__ import annotations

import re

_FROM = "from|von|de|da|van|от|от кого|expéditeur|remitente|absender|mittente|afzender|od|fra|från"
_SENT = (
    "sent|date|gesendet|datum|gesendet am|envoyé|envoyé le|date d'envoi|enviado|enviado el|fecha|отправлено|дата|"
    "inviato|data|verzonden|enviada em|enviado em|wysłano|odesláno|skickat|sendt|dato"
)
_TO = "to|an|à|a|para|кому|aan|do|komu|till|til|pour|destinataire|empfänger|destinatario"
_SUBJECT = "subject|betreff|objet|asunto|тема|oggetto|assunto|onderwerp|temat|předmět|ämne|emne|sujet"
_OTHERS = "cc|bcc|kopie|copie|copia|копия|cci|cco|reply-to|antwort an|répondre à|responder a|importance|wichtigkeit"

LABELS = {
    label: kind
    for kind, labels in {"from": _FROM, "sent": _SENT, "to": _TO, "subject": _SUBJECT, "other": _OTHERS}.items()
    for label in labels.split("|")
}
"""The kind of header that each label stands for, such as `gesendet` for `sent`."""

HEADER_LINE = re.compile(
    r"[*_]{0,2}([^\W\d_][^\W\d_'’ -]{0,10}(?:[ '’-][^\W\d_]{1,10}){0,2})[*_]{0,2}[ \u00a0]?:[*_]{0,2}\s*(.*)"
)
"""A line such as `From: Ada`, `De : Ada` or `*From:* Ada`."""

_ORIGINAL = (
    "original message|original appointment|original-nachricht|originalnachricht|ursprüngliche nachricht|"
    "message d'origine|message original|mensaje original|исходное сообщение|messaggio originale|"
    "mensagem original|oorspronkelijk bericht|wiadomość oryginalna|původní zpráva|reply message|reply separator"
)
_FORWARDED = (
    "forwarded message|weitergeleitete nachricht|message transféré|message transmis|mensaje reenviado|"
    "пересылаемое сообщение|пересланное сообщение|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht"
)
_BEGIN = (
    "begin forwarded message|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|"
    "début du message transféré|début du message réexpédié|inicio del mensaje reenviado|"
    "начало переадресованного сообщения|начало пересылаемого сообщения|inizio messaggio inoltrato|"
    "início da mensagem reencaminhada|begin doorgestuurd bericht"
)
ORIGINAL = re.compile(rf"[-_*—]{{2,}}\s*(?:{_ORIGINAL})\s*[-_*—]{{2,}}", re.IGNORECASE)
"""A line above a quoted message, such as `-----Original Message-----`."""

FORWARDED = re.compile(
    rf"[-_*—]{{2,}}\s*(?:{_FORWARDED})(?: \([^)]*\))?\s*[-_*—]{{2,}}|(?:{_BEGIN})\s?:?", re.IGNORECASE
)
"""A line above a forwarded message, such as `Begin forwarded message:`."""

RULE = re.compile(r"[_-]{5,}")
"""The line of underscores that Outlook draws above a quoted message."""

WROTE = re.compile(
    r"(?:wrote|writes|said|schrieb(?: [^:]{1,120})?|a écrit|a ecrit|écrivait|escribió|escribio|ha escrito|"
    r"написал(?:\(а\)|а)?|пишет|ha scritto|escreveu|schreef(?: [^:]{1,120})?|napisał(?:\(a\)|a)?|napsal(?:\(a\)|a)?|"
    r"skrev(?: [^:]{1,120})?)\s?:$",
    re.IGNORECASE,
)
"""The end of a line above a quotation, such as `wrote:`. German and Dutch name the writer after the verb."""

ATTRIBUTION_START = re.compile(
    r"(?:on|am|le|el|il|em|op|dnia|dne|den|at)\b|\d|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)\b|"
    r"(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)\b",
    re.IGNORECASE,
)
"""The begin of a line above a quotation."""

MOMENT = re.compile(r"\b\d{1,2}(?::|\.| ?h ?|\s?Uhr\s?)\d{2}\b|\b(?:19|20)\d{2}\b")
"""A time of day or a year."""

ADDRESS = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?")

FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|enc|пересл|перенаправлено)\s*(?:\[\d+\])?\s?:", re.IGNORECASE)
"""The begin of the subject of a forwarded message."""

REPLY_SUBJECT = re.compile(
    r"(?:(?:re|fwd?|aw|wg|tr|rv|sv|vs|antw|odp|enc|ref|réf|rif|отв|ha|пересл)\s*(?:\[\d+\])?\s?:\s*)+", re.IGNORECASE
)
"""What mail programs put before the subject of an answer or a forwarded message."""

DEVICE = re.compile(
    r"(?:sent (?:from|via) (?:my |mail |outlook|yahoo|samsung|proton)|get outlook for |von meinem .{2,40} gesendet|"
    r"gesendet (?:von|mit) |holen sie sich outlook|outlook für .{2,20} beziehen|envoyé (?:de mon|depuis|à partir) |"
    r"obtenir outlook|télécharger outlook|enviado desde (?:mi|el|outlook)|obtener outlook|"
    r"отправлено (?:с|из) |получите outlook|inviato da(?:l mio)? |enviado do meu )[^\n]{0,60}",
    re.IGNORECASE,
)
"""A line that a mail program adds below a message."""

DISCLAIMER = re.compile(
    r"(?:[*_]{0,3}(?:confidentiality|legal|privacy|disclaimer|important|haftungsausschluss|avis de confidentialité|"
    r"aviso (?:legal|de confidencialidad))[^\n]{0,40}|"
    r"(?:this|the information (?:contained )?in this|the contents? of this) "
    r"(?:e-?mail|message|communication|transmission)|"
    r"(?:diese|dieses) (?:e-?mail|nachricht|mail|schreiben)|"
    r"(?:ce|cet) (?:message|courriel|e-?mail|courrier)|(?:este|el presente) (?:mensaje|correo|e-?mail)|"
    r"(?:это|данное|настоящее) (?:сообщение|электронное|письмо))",
    re.IGNORECASE,
)
"""The begin of a notice that an organisation adds below every message."""

CONFIDENTIAL = re.compile(
    r"confidential|intended (?:only|solely)|privileged|vertraulich|confidentiel|confidencial|конфиденциальн|"
    r"destinatario|destinataire|unintended recipient",
    re.IGNORECASE,
)
"""Words of such a notice."""

WARNING = re.compile(
    r"\W*(?:caution|warning|external(?: e-?mail| sender)?|achtung|attention)\W[^\n]{0,60}"
    r"(?:outside|external|extern|externe)[^\n]{0,300}",
    re.IGNORECASE,
)
"""The warning that a server puts above messages from outside."""
