"""Italian phrases."""

from rag.text.phrases.model import Documents, FollowUps, Force, Phrases, Questions, Reform, Succession, Texts, Time

_BEFORE = r"a partire da|a|con|da|di|in|entro|fino a|per|secondo|su|tra|fra"
_DOCUMENTS = r"(?:documenti|documento|testi|testo|file|fonti|pubblicazioni)"
_KIND = (
    r"(?:testo|legge|regolamento|ordinanza|decreto|delibera|norma|norme|disciplina|politica|direttiva|circolare|"
    r"documento|codice|versione|edizione|guida|accordo|convenzione|statuto|pagina|disposizioni|linee guida)"
)

PHRASES = Phrases(
    time=Time(
        months=r"gennaio|genn?\.? febbraio|febbr?\.? marzo aprile|apr\.? maggio|magg\.? giugno|giu\.? luglio|lug\.? "
        r"agosto|ago\.? settembre|sett\.? ottobre|ott\.? novembre|nov\.? dicembre|dic\.?",
        since=r"(?:in vigore |valido |valida )?(?:dal|dall['’]|da|a partire dal|a decorrere dal|a partire da)",
        until=r"fino al|fino all['’]|fino a|sino al|entro il",
        between=r"dal|dall['’]|da|tra(?: il)?|fra(?: il)?",
        to=r"al|all['’]|a|fino al|e(?: il)?",
        at=r"nel|nell['’]anno|in|il|dal|dall['’]|prima del|entro il|fino al|per il|a fine|a inizio",
        now=r"adesso|oggi|attualmente|attual[ei]|al momento|in questo momento|vigent[ei]|quest['’]anno",
        history=r"quando|fino|storia|evolu\w+|cambi\w+|precedent\w+|prima|vecchi\w*|inizial\w*|original\w*|prim[oi]|"
        r"più (?:alt|bass)[oaie]|tutt[ieoa]|erano?|fu|furono|costava\w*|aveva|confront\w+|differenza|"
        r"(?:che|quale|qual è la) (?:data|giorno|mese|anno)",
        past=r"precedent\w+|prima|vecchi\w*|un tempo|storia|inizial\w*|original\w*|erano?|fu|furono|aveva|"
        r"fino al (?:19|20)\d\d",
        before="prima del(?:l['’]anno)?",
        end="(?:fino )?(?:al)?(?:la )?fine (?:del(?:l['’]anno)?|di)",
    ),
    reform=Reform(
        before="prima de(?:ll[aeo]|ll['’]|gli|[il])",
        after="dopo (?:il|l[aeo]|l['’]|gli|i)",
        change="riform[ae]|modific(?:a|he)|revisione|cambiament[oi]|abrogazione|introduzione|entrata in vigore|"
        "nuov[ao] (?:legge|regolamento|decreto|codice|ordinanza)",
        of="de(?:ll[aeo]|gli|[il])|di",
    ),
    questions=Questions(
        words=rf"(?:(?:{_BEFORE})\s+)?(?:che cosa|che cos['’]|cosa|cos['’]|che|chi|qual|quale|quali|quando|quant[oaie]|"
        r"quant['’]|come|com['’]|dove|dov['’]|perché|perche)",
        opens=r"(?:e )?(?:posso|può|puo|possono|possiamo|si può|si possono|devo|deve|devono|si deve|bisogna|occorre|è|"
        r"e['’]|"
        r"sono|c['’]è|ci sono|esiste|esistono|serve|servono|ha|hanno|era|vale|valgono|è necessario)",
        either=r"o|oppure",
        joins=r"e|o|oppure|ma|ed",
        lists=r"(?:elenc[ai]re?|elenca|lista|cit[ai]|indic[ah]\w*|nomina|dammi|mostra|mostrami)\b.*\b(?:tutt[ie]|i|le|"
        r"gli)|"
        r"quali\b(?! differenze)",
        compared=(
            r"\bconfront\w+\s+(?P<one>.+?)\s+(?:e|con)\s+(?P<other>.+)",
            r"\bdifferenz[ae]\s+(?:\w+\s+)?(?:tra|fra)\s+(?P<one>.+?)\s+e\s+(?P<other>.+)",
            r"^\W*(?P<one>.+?)\s+(?:vs\.?|versus)\s+(?P<other>.+)",
        ),
        chosen=(
            r"\b(?:che cosa|cosa|chi|quale?)\b.*?\b(?P<more>(?:più|meno)(?:\s+\w+)?|meglio|peggio)\b[^,:]*[,:]\s*"
            r"(?P<one>.+?)\s+o\s+(?P<other>.+)",
            r"^\W*(?P<more>(?:costa|costano|dura|durano)\s+(?:di\s+)?(?:più|"
            r"meno))\s*[,:]?\s*(?P<one>.+?)\s+o\s+(?P<other>.+)",
            r"^\W*(?:è|costa|dura)\s+(?P<more>(?:più|meno)(?:\s+\w+)?)\s*[,:]?\s*(?P<one>.+?)\s+o\s+(?P<other>.+)",
            r"^\W*(?P<one>.+?)\s+(?P<more>(?:è|costa|dura)\s+(?:di\s+)?(?:più|meno)(?:\s+\w+)?)\s+(?:di|del|della|"
            r"dello|"
            r"dell['’])\s*(?P<other>.+)",
        ),
        open_comparison=r"^\W*(?:in |di )?qual[ei]?\b.*\b(?:più|meno|maggiore|minore|migliore|peggiore)\b"
        r"(?!.*\b(?:rispetto|di quello)\b)",
        measures=(
            (r"car[oa]|cost|prezzo|alt[oa]|bass[oa]|grande|piccol|tariffa|tassa|multa|economic", "Quanto costa {}?"),
            (r"lung|cort|brev|dura|termine|tempo", "Quanto dura {}?"),
            (r"vecchi|antic|nuov|recent|prima|tardi", "Quando {}?"),
        ),
        unmeasured="Che cos'è {}?",
        decides=r"non|nessun[oa]?|mai|né|solo|soltanto|solamente|unicamente|salvo|eccetto|tranne|può|possono|deve|"
        r"devono|"
        r"vietat[oaie]|proibit[oaie]|illegal[ei]|autorizzat[oaie]|consentit[oaie]|permess[oaie]|ammess[oaie]|"
        r"obbligatori[oae]?|obbligat[oaie]|tenut[oaie]|esent[ei]|esonerat[oaie]|diritto|scadut[oaie]|abrogat[oaie]|"
        r"soppress[oaie]|sospes[oaie]|chius[oaie]|sostituit[oaie]|senza|richiest[oaie]|necessari[oae]?|occorre",
    ),
    follow_ups=FollowUps(
        verbs=r"è|sono|era|erano|costa|costano|dura|durano|vale|può|possono|posso|deve|devono|si|ha|hanno|entra|"
        r"entrano|"
        r"inizia|finisce|paga|pagano|pagare|riceve|tempo|dice|significa|prevede|usare|utilizzare|ottenere|serve|viene|"
        r"cosa|cos|intende|per",
        stops=r"in|con|senza|per|secondo|su|da|dal|dalla|fino|prima|dopo|quando|se|e|o|costa|dura|può|deve|entra|è|"
        r"sono|gratuito|gratuita|consentito|vietato|viene|nel|nella|obbligatorio|obbligatoria",
        determiners=r"l|il|lo|la|i|gli|le|un|uno|una",
        pronouns=r"esso|essa|essi|esse|ciò|quest[oaie](?=\W*\Z)",
        disagree=(("essa|esse", "il|lo|un|uno|i|gli"), ("esso|essi", "la|una|le")),
        places=r"in|nel|nella|nei|nelle|nell['’]|a|al|alla|per|con|su|sul|sulla|da",
        ellipsis=r"e(?: per| in| a| nel| con)?|ma|che dire di",
    ),
    documents=Documents(
        which=rf"(?:quali|che|quanti) {_DOCUMENTS} (?:ci sono|hai|avete|esistono|sono disponibili|sono indicizzati)"
        r"(?: qui| nell['’]indice)?|"
        rf"(?:elenca|mostra|mostrami|lista)(?: tutti)?(?: i)? {_DOCUMENTS}(?: disponibili)?|"
        r"(?:che )?cosa c['’]è (?:qui|nell['’]indice|nella raccolta|nel catalogo)|(?:che )?cosa posso chieder(?:e|ti|"
        r"vi)",
        some=rf"(?:(?:quali|che) {_DOCUMENTS}|(?:ci sono|hai|avete) (?:dei )?{_DOCUMENTS}|"
        rf"(?:elenca|mostra|mostrami|lista)(?: tutti)?(?: i)? {_DOCUMENTS})(?: (?:ci sono|hai|avete|esistono|sono))?",
        about=r"su|sul|sulla|sulle|sui|sugli|sull['’]|riguardo a[il]?|(?:che )?(?:parlano d[ie]l?l?a?|"
        r"trattano d[ie]l?l?a?|"
        r"riguardano|menzionano)|relativi a[il]?",
        author=r"chi (?:ha (?:scritto|redatto|pubblicato|firmato|emanato)|è (?:l['’]autore|l['’]autrice) d(?:i|el|ella|"
        r"ello|"
        r"ei|elle)|scrisse)\s+(?P<title>.+?)|da chi (?:è stat[oa] (?:scritt|redatt|pubblicat)[oa])\s+(?P<named>.+?)",
        dated=r"quando (?:è stat[oa] (?:pubblicat|scritt|redatt|emanat)[oa]) (?P<title>.+)|"
        r"di quando è (?P<old>.+)|qual è la data (?:di pubblicazione )?d(?:i|el|ella) (?P<aged>.+)",
        since=r"dal",
        after=r"dopo il|successivi al",
        before=r"prima del|anteriori al",
        until=r"fino al",
        within=r"del(?:l['’]anno)?|nel",
    ),
    texts=Texts(
        announces=r".*\b(?:seguent[ei]|come segue|qui di seguito|sotto (?:elencat|indicat)[oaie])\b[^:]{0,60}[.:]?|"
        r".*\b(?:esistono|ci sono|vi sono|comprende|prevede|distingue|contiene)(?: \w+){0,2} "
        r"(?:due|tre|quattro|cinque|sei|sette|otto|nove|dieci|diversi|diverse|vari|varie|alcuni|"
        r"alcune)(?: [\w'’-]+){1,4}[.:]",
        named=r"(?:questi|queste|essi|esse|si tratta|sono)(?: \w+){0,2}? (?:sono|di|del|il|la|i|le|gli|comprendono)|"
        r"in primo luogo|(?:il primo|la prima)",
        next=r"in secondo luogo|in terzo luogo|infine|inoltre|(?:il|la) (?:second[oa]|terz[oa]|quart[oa]|quint[oa]|"
        r"ultim[oa])",
        limits=r"(?:quest[oaei]|tale|tali|detto|detta|il|lo|la|i|gli|le|l['’])(?: ?+[\w'’-]++){0,4}? (?:non|solo|"
        r"soltanto) (?:si "
        r"(?:applica|applicano|estende)|vale|valgono|riguarda\w*|opera)|non si applica(?:no)?|"
        r"(?:sono|è|ne sono) (?:esclus|esent|esonerat)[oaie]|fanno eccezione|fa eccezione|salvo|eccetto|tranne|"
        r"eccezioni|"
        r"in deroga|a meno che|a condizione che|purché|fatto salvo|fatti salvi",
        however=r"tuttavia|però|ma|in caso contrario|ciò nonostante|.{0,40}\btuttavia",
        restricts=r"non|solo|soltanto|deve|devono|può|possono|salvo|eccetto|almeno|al massimo|entro|se",
        rules=r"deve|devono|può|possono|è|sono|costa|costano|ammonta|vietat[oaie]|consentit[oaie]|permess[oaie]|"
        r"obbligatori[oae]?|tenut[oaie]|soggett[oaie]|diritto|paga|pagano|riceve|ricevono|tariffa|tassa|si (?:applica|"
        r"allega)\w*",
        refers_back=r"(?:ess[oaie]|quest['’]ultim[oa]|quest[oaie](?= (?:è|sono|deve|può|si|ha)\b)|tali?|detti|dette|"
        r"tuttavia|pertanto|perciò|quindi|in (?:tal|questo|questi|tali) cas[oi]|in caso contrario|a tal fine|"
        r"per questo motivo|ciò)"
        r"|quest[oa] (?:termine|importo|obbligo|divieto|periodo|tariffa)",
        definition=(
            r"(?:ai (?:fini|sensi)[\w ]{3,40}, )?per [«“\"]?(?P<term>[^«»“”\",:]{2,50}?)[»”\"]? si intend(?:e|ono) ",
            r"(?P<term>(?:un|uno|una|il|lo|la|l['’])\s?(?:[\w'’-]+\s){0,3}?[\w'’-]+) è (?:un|uno|una|il|lo|la|l['’]|"
            r"ogni) ?",
            r"[«“\"](?P<term>[^«»“”\"]{2,50})[»”\"](?: ?:|,| significa| indica| è) ",
        ),
        requested=r"(?:(?:che )?cos['’]è|(?:che )?cosa (?:sono|significa|si intende per)|chi (?:è|"
        r"sono)) (?P<term>.{2,60}?)|"
        r"come (?:si definisce|è definit[oa]) (?P<defined>.{2,60}?)",
        content="dice prevede stabilisce regola contiene dispone recita indica precisa contenuto riassumi riassumere "
        "tratta "
        "fissa cosa",
    ),
    succession=Succession(
        kind=_KIND,
        replaces=rf"(?:\b(?:il presente|la presente|le presenti|quest[oae]|queste)\s+(?:[\w'’-]+\s+){{0,3}}?{_KIND}\b"
        r"(?:\s+[\w'’-]+){0,4}?\s+|^\W*(?:ess[oaie]\s+)?)(?:sostituisce|abroga|annulla|sostituiscono|abrogano)\s+"
        r"(?:e\s+\w+\s+)?(?P<other>[^;\s][^;]*)",
        repealed=r"^\W*(?:\(?\w{1,4}[.)]\s+)?(?:(?:è|sono)\s+abrogat[oaie]\s+(?P<other>[^;\s][^;]*)|"
        r"(?P<old>(?:il|lo|la|i|gli|le|l['’])\s?.{3,150}?)\s{1,4}(?:è|sono)\s+(?:\w+\s+){0,2}?(?:abrogat|annullat)[oaie])",
        ended=rf"\b(?:il presente|la presente|quest[oa])\s+(?:[\w'’-]+\s+){{0,3}}?{_KIND}\b(?:\s+[\w'’-]+){{0,4}}?\s+"
        r"(?:è\s+(?:stat[oa]\s+)?(?:\w+\s+){0,2}?(?:sostituit|abrogat|annullat|revocat)[oa]"
        r"(?:\s+d(?:a|al|alla)\s+(?P<by>[^.;\s][^.;]*))?|non è più (?:in vigore|valid[oa]|vigente))",
        begins=rf"\b(?:il presente|la presente|quest[oa])\s+(?:[\w'’-]+\s+){{0,3}}?{_KIND}\s+"
        r"(?:entra|entrerà|è\s+entrat[oa])\s+"
        r"in\s+vigore\s+(?:a\s+decorrere\s+dal\s+|dal\s+|a\s+partire\s+dal\s+)?DATE",
        words="sostituisce sostituito sostituita abroga abrogato abrogata abrogati annulla annullato revocato vigore "
        "valido",
    ),
    force=Force(
        must=r"deve|devono|dovrà|dovranno|obbligatori[oae]?|obbligat[oaie]|tenut[oaie] a",
        should=r"dovrebbe|dovrebbero|raccomandat[oaie]",
        may=r"può|possono|potrà|potranno|potrebbe|potrebbero|autorizzat[oaie]|consentit[oaie]|facoltativ[oaie]",
        banned=r"vietat[oaie]|proibit[oaie]",
        negation=r"non|mai|nessun[oa]?|senza|né",
    ),
)
