"""The words of orders to pay, send, call or visit, in the languages that questions may have."""

from __future__ import annotations

import re

_POLITE = (
    r"(?:(?:please|kindly|just|simply|now|first|instead|always|immediately|urgently|quickly|bitte|sofort|jetzt|"
    r"veuillez|merci de|s['’]il vous pla[iî]t|por favor|per favore|si prega di|alstublieft|gelieve|пожалуйста|"
    r"you (?:must|should|need to|have to) now)[,:]?\s++)*+"
)
_VERBS = (
    # English
    r"pay|transfer|wire|deposit|remit|donate|send|mail|e-?mail|post|forward|call|phone|ring|dial|text|whatsapp|"
    r"message|contact|visit|go to|browse to|navigate to|open|click|tap|follow|download|install|run|log ?in|log ?on|"
    r"sign ?in|sign ?up|register|enter|type|provide|give|share|submit|upload|buy|purchase|scan|confirm|verify|claim|"
    r"update|reply|write to|report|"
    # German
    r"zahle|zahlen sie|bezahle|bezahlen sie|überweise|überweisen sie|sende|senden sie|schicke|schicken sie|"
    r"rufe?|rufen sie|besuche|besuchen sie|klicke|klicken sie|gib|geben sie|öffne|öffnen sie|gehe?n? sie|lade|"
    r"laden sie|melde|melden sie|schreibe|schreiben sie|kontaktiere|kontaktieren sie|"
    # French
    r"payez|paie|payer|paye|virez|vire|verse[rz]?|envoyez|envoie|envoyer|appelez|appelle|visitez|visite|cliquez|"
    r"clique|allez sur|rendez-vous sur|saisissez|téléchargez|ouvrez|donnez|contactez|écrivez|"
    # Spanish
    r"pague|paga|transfiera|transfiere|envíe|envía|mande|manda|llame|llama|visite|visita|haga clic|haz clic|"
    r"introduzca|descargue|abra|entre en|contacte|escriba|"
    # Italian
    r"paghi|pagate|invia|invii|inviate|bonifica|chiama|chiamate|visiti|visitate|clicca|cliccate|inserisci|inserite|"
    r"scarica|scaricate|apri|vai su|versa|versate|"
    # Portuguese
    r"transfira|envie|ligue|clique|acesse|aceda|insira|baixe|abra|deposite|mande|"
    # Dutch
    r"betaal|stuur|verzend|bel|bezoek|klik|ga naar|maak\b.{0,40}\bover|vul\b.{0,40}\bin|stort|"
    # Russian
    r"оплатите?|заплатите?|переведите?|отправьте?|позвоните?|перейдите?|нажмите?|введите?|откройте?|скачайте?"
)
ACTS = re.compile(rf"{_POLITE}(?:{_VERBS})\b(?!\s*:)", re.IGNORECASE)
"""The beginning of an order. Match it at the beginning of a clause."""

TOP_LEVELS = (
    r"com|org|net|io|info|biz|co|eu|uk|de|fr|es|it|nl|ru|br|us|ca|au|ch|be|ie|cn|xyz|site|online|shop|app|dev|ai|tv|"
    r"link|click|top|test|example|invalid|local|gov|edu|mil"
)
"""The last parts of domain names that are no words of a sentence, unlike `in`, `at` and `me`."""

_DOMAIN = rf"[\w-]+(?-i:\.(?:{TOP_LEVELS}|pt|at|in|me|int)\b)"
TARGETS = re.compile(
    rf"https?:|www\.|\w@[\w-]+\.\w|(?<![\w@.]){_DOMAIN}|\+\d[\d ()./-]{{6,}}\d|\b0\d[\d ()./-]{{6,}}\d"
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}|\b(?:bc1|0x)\w{6,}"
    r"|\b(?:bitcoin|crypto\w*|wallet|gift cards?|iban|bank account|account (?:number |no\.? )?\w*\d|telegram|"
    r"whatsapp)\b"
    r"|\b(?:konto(?:nummer)?|compte|cuenta|conto|conta|rekening(?:nummer)?)\b\W+(?:\w+\W+){0,3}?\w*\d|\bсчет\w*\b",
    re.IGNORECASE,
)
"""An address, a phone number or an account."""

SECRETS = re.compile(
    r"\b(?:passwords?|passcodes?|passphrase|pin(?: code)?|card (?:number|details)|cvv|bank details|credentials|"
    r"security code|one-time code|social security number|api keys?|passwort|kennwort|kreditkarten\w*|mot de passe|"
    r"contraseña|clave|senha|wachtwoord|пароль|pass\s?word)\b",
    re.IGNORECASE,
)
"""Something that nobody should give away."""

ASKS_WHERE = re.compile(
    r"\b(?:pay(?:s|ing|ment|ments|able)?|paid|transfer|deposit|donate|remit|contact\w*|call|phone|telephone|"
    r"e-?mail\w*|address|website|web ?site|web ?page|online|link|url|portal|download\w*|log ?in|sign ?in|register\w*|"
    r"send|sent|submit\w*|post|mail|upload\w*|visit\w*|reach|report|apply|lodge|"
    r"(?:be)?zahl\w*|überweis\w*|bezahl\w*|senden|schicken|anruf\w*|telefon\w*|adresse|kontakt\w*|melden|"
    r"pay(?:er|é|ée|ez|e|ons|ement\w*)|envoy\w*|adresser|appeler|contacter|télécharger|"
    r"pagar\w*|pago|pagan|enviar\w*|envío|llamar|teléfono|dirección|contactar|correo|"
    r"pagare|pagamento|inviare|chiamare|telefono|indirizzo|contattare|pagamentos?|ligar|endereço|"
    r"betalen|betaling|sturen|bellen|adres|"
    r"плат\w*|оплат\w*|отправ\w*|позвон\w*|телефон\w*|адрес\w*)\b",
    re.IGNORECASE,
)
"""A question that names such an act."""

ASKS_HOW = re.compile(
    r"\bhow (?:do|does|can|could|should|must|to|would|may|is|are|will|might)\b|\bwhere (?:do|can|should|to|"
    r"must|does|may)\b|"
    r"\bwhat (?:should|must|do|can|shall|does|steps|are the steps|is the procedure|is the process|happens)\b|"
    r"\bwho (?:do|should|can|must) (?:i|we|you|one)\b|\b(?:steps|procedure|process)\b|"
    r"\b(?:wie|wo|wohin) (?:kann|muss|soll|melde|stelle|mache|beantrage|bekomme|geht)\w*\b|\bwas (?:muss|soll|"
    r"kann)\b|"
    r"\bcomment\b|\boù\b|\bque (?:dois|faut|faire)\b|\bcómo\b|\bdónde\b|\bqué (?:debo|hay que|tengo)\b|"
    r"\bcome (?:si|posso|devo|faccio)\b|\bdove\b|\bcomo\b|\bonde\b|\bhoe\b|\bwaar\b|\bкак\b|\bкуда\b|\bгде\b",
    re.IGNORECASE,
)
"""A question that asks how or where to do something."""
