"""The words of orders to a language model, and of orders to tell the reader something, in several languages."""

from __future__ import annotations

import re

_MODEL = (
    r"(?:AIs?|A\.I\.|LLMs?|(?:large )?language models?|(?:AI |virtual )?assistants?|chat ?bots?|bots?|"
    r"(?:Chat)?GPT\w*|Claude|Gemini|Copilot|models?)"
)
_RULES = (
    r"(?:instruct\w*|prompts?|rules?|directions?|directives?|guidelines?|guidance|commands?|restrictions?|passages?|"
    r"context|documents?|sources?|messages?|questions?|safety|training|constraints?|orders)"
)
_ENGLISH = (
    r"\b(?:ignore|disregard|forget|override|overrule|bypass|discard|neglect|skip)\b[^.!?]{0,40}?"
    r"\b(?:all|any|every\w*|your|the|these|those|previous|prior|above|earlier|preceding|system|other|of|what|"
    r"it|them)\b"
    rf"[^.!?]{{0,40}}?\b(?:{_RULES}|above|before|(?:you )?(?:were|was|have been) (?:told|given|said))\b",
    r"(?<![\w'])(?:ignore|disregard|forget) (?:everything|all|whatever|anything) (?:above|before|else|you|"
    r"that|the|so far)",
    rf"\byou are (?:now (?:an?|in|the|free|called|my|\w+GPT)|no longer (?:an?|bound)|an? (?:\w+ )?{_MODEL})\b|"
    rf"\b(?:pretend|act|behave|role-?play) (?:to be|as) (?:if you|though you|an? (?:\w+ )?(?:{_MODEL}|expert|"
    rf"adviser|agent)\b)",
    r"\bfrom now on,? (?:you|answer|reply|respond|say|write|always|only|never)\b",
    r"\byour (?:new|real|true|actual|only) (?:task|role|instructions?|purpose|goal|job|rules?|orders?) (?:is|are)\b",
    r"\b(?:new|updated|real|additional|hidden|secret|special|important) (?:system )?(?:instructions?|prompt|"
    r"directives?) ?(?::|for|from|—|-)",
    rf"\b(?:note|message|instructions?|attention|memo|hint|notice|reminder|important) ?(?:to|for|:) ?(?:the |"
    rf"all |any |every )?{_MODEL}\b",
    rf"\b(?:dear|hey|hi|hello|attention|ok(?:ay)?),? (?:the |all |any )?{_MODEL}\b",
    rf"\bif you(?: are|['’]re) (?:an? |the )?{_MODEL}\b|\bas an? {_MODEL},? you\b",
    r"^\W*(?:AI|LLM|assistant|chatbot|system|developer)\b[^.:]{0,20}[:,] ?(?:you|ignore|disregard|tell|"
    r"reply|respond|answer|"
    r"say|from now|do not|don['’]t|always|never|please|begin|output|print|the (?:user|reader))\b",
    rf"\b(?:the |any |every |all )?{_MODEL} (?:reading|processing|summari[sz]ing|answering|that (?:reads?|"
    rf"answers?)|who reads?)\b",
    r"\b(?:anyone|anybody|whoever|everyone|any (?:tool|system|software|machine|reader)) "
    r"(?:who |that |which )?(?:is |are )?(?:summari[sz]|answer|quot|pars|process|index|scrap)(?:es?|s|ing)\b",
    r"\byour (?:(?:next |final |whole |entire )?output|(?:next|final|whole|entire) (?:message|answer|reply|"
    r"response|summary))\b",
    r"\b(?:ensure|make sure|take care)(?: that)? (?:your (?:answer|reply|output)|the (?:user|reader))\b",
    rf"\b(?:addressed|meant|intended|written) (?:only )?(?:to|for) (?:all |any |the )?{_MODEL}\b|\bact like you\b",
    r"(?:^|[.!?:;]\s*)(?:stop[.!]? )?new (?:task|instructions?|rules?|goal)\b\W",
    r"\b(?:set aside|stop following|do not follow|don['’]t follow|pay no (?:attention|heed) to|abandon|"
    r"overwrite|replace|erase|delete|drop)\b"
    rf"[^.!?]{{0,30}}\b(?:your|previous|prior|earlier|system|these|those|"
    rf"what you)\b[^.!?]{{0,20}}\b(?:{_RULES}|told|said|given)\b",
    rf"\btreat (?:the |all )?(?:other|remaining|above|following|earlier) (?:{_RULES}) as\b",
    r"(?:^|[.!?:;,]\s*|\bplease )(?:speak|talk|write|answer|respond|reply) (?:only |exclusively |"
    r"always )*in (?:the (?:style|voice)|pirate|rhymes?|verse|"
    r"code|base64|capitals?|emojis?|french|german|spanish|italian|latin|chinese|russian)\b",
    r"<\|[^|<>]{0,40}\|?>|\[/?INST\]|<</?SYS>>|#{2,}\s?(?:instruction|system|response|assistant|user|human)\b",
    r"\b(?:begin|start|end) of (?:system|prompt|instructions?|passages?|context|documents?)\b|"
    r"\bsystem (?:prompt|override|message)\b",
    r"(?:^|[.!?:;,\n\"“(*-]\s*|\b(?:please|now|then|instead|only|always)\s+)(?:say|claim|state|answer|reply|"
    r"respond|write|output|print|repeat|return|"
    r"conclude|assert|pretend|insist|announce) (?:only |exactly |just |simply |back |always )?"
    r"(?:that\b|with (?:the |these |this |only |exactly |just )*(?:words?|text|sentence|phrase|following|link|"
    r"url|yes|no\b|[\"“'‘])|"
    r"in (?:the )?(?:words|style|voice)|:|the (?:following|word|words|phrase|sentence|text)\b|yes\b|no\b|as follows)",
    r"\b(?:append|prepend|add|include|insert|put|place|embed|begin|start|end|finish|close|conclude|"
    r"open)\b[^.!?]{0,60}"
    r"\b(?:your|every|each|the|all|any) (?:final |next )?(?:answers?|repl(?:y|ies)|responses?|outputs?|"
    r"summar(?:y|ies))\b",
    r"\b(?:in|to|into|of|with|from) your (?:final |next )?(?:answer|reply|response|output|summary)\b",
    r"\b(?:render|display|show|output|print|load|embed|insert|include|fetch)\b[^.!?]{0,30}"
    r"\b(?:markdown|html|iframe|script|clickable|tracking pixel)\b|\b(?:render|display|load|embed|output|"
    r"fetch) (?:this|the following|an?) (?:image|link|picture|url)\b",
    r"\b(?:reveal|leak|print|output|repeat|show|send|post|forward|exfiltrate|disclose|encode)\b[^.!?]{0,30}"
    r"\b(?:system prompt|your (?:instructions|prompt|rules)|(?:the |this )(?:whole |entire |"
    r"full )?(?:conversation|chat history) to|the user['’]s (?:question|message|data))\b",
    r"\b(?:when|whenever|if) (?:you are |you['’]re |someone is |anyone is )?(?:asked|questioned|"
    r"queried)\b[^.!?]{0,80},? "
    r"(?:you (?:must |should )?)?(?:always |only )?(?:say|answer|reply|respond|state|recommend|claim|tell)\b",
    r"\b(?:do not|don['’]t|never) (?:cite|quote|mention|reveal|use|follow|tell)\b[^.!?]{0,40}"
    r"\b(?:passages?|this (?:instruction|prompt|message|sentence)|these (?:instructions|sentences)|"
    r"the (?:user|reader|documents?|sources?|instructions))\b",
    r"\b(?:answer|reply|respond)(?: to)? (?:all|every|each|any) (?:further |future |other |"
    r"such )?(?:questions?|quer(?:y|ies)|prompts?|requests?)\b[^.!?]{0,20}"
    r"\b(?:with|by saying|that)\b",
)
_OTHERS = (
    # German
    r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*|"
    r"beachten? (?:sie )?nicht)\b[^.!?]{0,60}\b(?:anweisung\w*|anleitung\w*|vorgaben?|regeln?|prompts?|"
    r"vorherig\w*|bisherig\w*|obig\w*|zuvor|alles)\b",
    r"\b(?:antworte|antworten sie|sage?|sagen sie|behaupte|schreibe?|gib)\b (?:nur |immer |ausschließlich |"
    r"stets |genau )*(?:mit\b|dass\b|[:„\"“]|folgende\w*|aus\b)",
    r"\bdu bist (?:jetzt|nun|ab sofort|kein|ein (?:assistent|sprachmodell|chatbot))\b|\bab (?:jetzt|"
    r"sofort) (?:antwort\w*|bist du)\b",
    r"\b(?:beende|beginne|schließe)\b[^.!?]{0,30}\b(?:antwort|ausgabe)\w*\b",
    # French
    r"\b(?:termine[zr]?|commence[zr]?|finis|finissez)\b[^.!?]{0,30}\bréponse\w*\b",
    r"\b(?:ignore[zr]?|oublie[zr]?|ne (?:tiens|tenez) (?:pas|aucun) compte|fais abstraction|"
    r"faites abstraction)\b[^.!?]{0,60}"
    r"\b(?:instructions?|consignes?|règles?|directives?|précéde\w*|ci-dessus|avant|tout)",
    r"\b(?:réponds?|répondez|dis|dites|affirme[z]?|écri(?:s|vez))\b (?:uniquement |toujours |seulement |"
    r"simplement )*(?:que\b|par\b|avec\b|[:«\"“])",
    r"\b(?:tu es|vous êtes) (?:maintenant|désormais)\b|\bà partir de maintenant\b",
    # Spanish
    r"\b(?:termin[ae]|empiez[ae]|comienz[ae]|acab[ae])\b[^.!?]{0,30}\brespuestas?\b",
    r"\b(?:ignor[ae]|olvid[ae]|haz caso omiso|haga caso omiso|no (?:tengas|tenga) en cuenta|"
    r"descart[ae])\b[^.!?]{0,60}"
    r"\b(?:instrucci\w+|indicaciones|reglas|órdenes|anterior\w*|previ[ao]s|todo)\b",
    r"\b(?:responde|responda|di|diga|afirm[ae]|escrib[ae])\b (?:solo |sólo |siempre |únicamente |"
    r"solamente )*(?:que\b|con\b|[:«\"“])|\beres ahora\b|\ba partir de ahora\b",
    # Italian
    r"\b(?:termina|concludi|inizia|finisci)\b[^.!?]{0,30}\brispost[ae]\b",
    r"\b(?:ignor[aio]|ignorate|dimentic\w+|trascura\w*|non tenere conto)\b[^.!?]{0,60}\b(?:istruzion\w+|"
    r"indicazioni|regole|precedent\w*|sopra|tutto)\b",
    r"\b(?:rispond[aei]|rispondete|di['’]|dica|afferma|scrivi)\b ?(?:solo |sempre |soltanto |"
    r"solamente )*(?:che\b|con\b|[:«\"“])|\bora sei\b|\bd['’]ora in poi\b",
    # Portuguese
    r"\b(?:termine|comece|acabe|inicie)\b[^.!?]{0,30}\brespostas?\b",
    r"\b(?:ignor[ae]|esqueç?[ae]|desconsidere|despreze)\b[^.!?]{0,60}\b(?:instruç\w+|regras|orientaç\w+|"
    r"anterior\w*|prévi\w+|acima|tudo)\b",
    r"\b(?:responda|responde|diga|afirme|escreva)\b (?:apenas |sempre |só |somente )*(?:que\b|com\b|[:«\"“])|"
    r"\bagora (?:você é|és)\b|\ba partir de agora\b",
    # Dutch
    r"\b(?:eindig|begin|sluit)\b[^.!?]{0,30}\bantwoord(?:en)?\b",
    r"\b(?:negeer|vergeet|negeert)\b[^.!?]{0,60}\b(?:instructies?|aanwijzingen|regels|vorige|eerdere|"
    r"voorgaande|bovenstaande|alles)\b",
    r"\b(?:antwoord|zeg|schrijf|beweer)\b (?:alleen |altijd |slechts )*(?:dat\b|met\b|[:„\"“])|\bje bent nu\b|"
    r"\bvanaf nu\b",
    # Russian
    r"\b(?:закончи|заканчивай|начни|начинай|заверши)\w*\b[^.!?]{0,30}\bответ\w*\b",
    r"\b(?:игнорируй\w*|проигнорируй\w*|забудьте?|не обращайте? внимания)\b[^.!?]{0,60}\b(?:инструкц\w+|"
    r"указани\w+|правил\w*|предыдущ\w+|выше\w*|всё|все)\b",
    r"\b(?:ответь(?:те)?|отвечай(?:те)?|скажи(?:те)?|напиши(?:те)?)\b,? (?:только |всегда |лишь )*(?:что\b|"
    r"[:«\"“])|\bтеперь (?:ты|вы)\b|\bотныне\b",
    # Chinese, Japanese, Korean, Arabic, Turkish, Polish, Hindi
    r"(?:忽略|无视|忘记|不要理会)[^。！？]{0,20}(?:指令|说明|规则|提示|内容)|(?:回答|回复|说)[:：「“]",
    r"(?:以前|上記|これまで|前)の?[^。！？]{0,10}(?:指示|命令|ルール)[^。！？]{0,6}(?:無視|忘れ)|(?:이전|위의)[^.!?]{0,15}(?:지시|명령|지침)[^.!?]{0,6}무시",
    r"تجاهل[^.!؟]{0,40}(?:تعليمات|التعليمات|الأوامر|القواعد|السابقة)",
    r"\b(?:önceki|yukarıdaki|tüm)\b[^.!?]{0,30}\b(?:talimat\w*|kural\w*)\b[^.!?]{0,20}\b(?:yok say\w*|unut\w*|"
    r"görmezden gel\w*)",
    r"\b(?:zignoruj|ignoruj|zapomnij)\b[^.!?]{0,60}\b(?:polece\w+|instrukcj\w+|zasad\w*|poprzedni\w+|"
    r"powyższ\w+|wszystk\w+)",
    r"(?:पिछले|सभी|उपरोक्त)[^।!?]{0,30}(?:निर्देश|नियम)[^।!?]{0,20}(?:अनदेखा|नज़रअंदाज़|भूल)",
)
MACHINES = re.compile("|".join(f"(?:{one})" for one in (*_ENGLISH, *_OTHERS)), re.IGNORECASE)
"""An order to a language model."""

ABOUT_MACHINES = re.compile(
    r"\b(?:prompt\w*|injection|jail ?break\w*|chat ?bots?|language models?|LLMs?|assistants?|system message|"
    r"anweisung\w*|instructions?|instruct\w*|consignes?|instrucciones|istruzioni|instruções|instructies|"
    r"инструкц\w*)\b",
    re.IGNORECASE,
)
"""A question about language models or about instructions."""

_READER = (
    r"(?:users?|readers?|asker|human|person (?:asking|who asks?)|people who ask|questioner|"
    r"anyone who asks?|whoever asks?|everyone who asks?|enquirer)"
)
TELLING = re.compile(
    rf"\b(?:tell|inform|advise|notify|remind|instruct|ask|direct|convince|persuade|warn|urge|let|get|lead|"
    rf"encourage|assure|trick)\b "
    rf"(?:the |this |every |each |all |any |your |our )*{_READER}\b(?! (?:rights|manual|guide|fees?))|"
    rf"\blet {_READER} know\b|\blet (?:the |every |each |any ){_READER} know\b|"
    rf"\b(?:give|show|send|offer|recommend)\b[^.!?]{{0,40}}\bto (?:the |every |each |any )?{_READER}\b|"
    r"\b(?:sage?|sagen sie|teile?|teilen sie|informiere|informieren sie|erkläre?|empfiehl|bitte)\b (?:dem|den|"
    r"der|allen|jedem)? ?(?:nutzer|benutzer|leser|anwender|fragend)\w*|"
    r"\b(?:dis|dites|indique[z]?|informe[z]?|réponds|répondez|demande[z]?|conseille[z]?)\b (?:à l['’]|au |"
    r"aux |l['’]|à tous les )(?:utilisat|lect|usag)\w*|"
    r"\b(?:di|dile|diga|dígale|informa|informe|indica|indique|responde|responda|pide|pida|avis[ae])\b (?:al |"
    r"a la |a los |a )(?:usuari|lector)\w*|"
    r"\b(?:di['’]|di|dica|informa|comunica|rispondi|chiedi|avvisa)\b ?(?:a tutti gli |al |all['’]|allo |agli |"
    r"l['’])(?:utent|lettor)\w*|"
    r"\b(?:diga|informe|responda|avise|peça|diz)\b (?:ao |à |aos |a todos os |o )(?:usuári|utilizador|leitor)\w*|"
    r"\b(?:vertel|zeg|meld|informeer|vraag|adviseer)\b (?:aan |tegen )?(?:de |elke |iedere )(?:gebruiker|lezer)\w*|"
    r"\b(?:скажи|скажите|сообщи|сообщите|ответь|ответьте|посоветуй|посоветуйте|попроси|"
    r"попросите)\b (?:\w+ )?(?:пользовател|читател)\w*|"
    r"(?:告诉|告知|通知)(?:用户|读者)|(?:ユーザー|利用者|読者)に[^。！？]{0,40}(?:伝え|言|知らせ|案内)|(?:사용자|독자)에게[^.!?]{0,40}(?:말|알려|안내)|"
    r"(?:أخبر|أبلغ) (?:المستخدم|القارئ)|\bkullanıcıya\b[^.!?]{0,60}\b(?:söyle\w*|bildir\w*)|"
    r"\b(?:powiedz|poinformuj|przekaż)\b (?:użytkownik|czytelnik)\w*|(?:उपयोगकर्ता|"
    r"पाठक) को[^।!?]{0,60}(?:बताएं|बताओ|कहें)",
    re.IGNORECASE,
)
"""An order to tell the user or reader something."""

TELLS = re.compile(
    r"\b(?:tell|told|inform\w*|advis\w*|notif\w*|remind\w*|users?|readers?|nutzer\w*|benutzer\w*|"
    r"utilisateur\w*|usuari\w*|"
    r"utent\w*|utilizador\w*|gebruiker\w*|пользовател\w*)\b|用户|ユーザー|사용자|المستخدم",
    re.IGNORECASE,
)
"""A question about telling somebody something, or about users."""
