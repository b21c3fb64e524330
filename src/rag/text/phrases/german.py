"""German phrases."""

from rag.text.phrases.model import Documents, FollowUps, Force, Phrases, Questions, Reform, Succession, Texts, Time

_BEFORE = r"an|auf|aus|bei|bis|durch|für|gegen|innerhalb|in|mit|nach|seit|um|unter|von|vor|zu|ab|über|wegen"
_DOCUMENTS = r"(?:dokumente?n?|texte?n?|dateien?|quellen?|veröffentlichungen|schriftstücke)"
_KIND = (
    r"(?:\w*(?:ordnung|satzung|gesetz|richtlinien?|regelung|vorschrift|fassung|bekanntmachung|anweisung|vereinbarung|"
    r"erlass|leitfaden|leitlinien?|handbuch|merkblatt|rundschreiben|vertrag|text|dokument|seite|regeln|bestimmungen))"
)

PHRASES = Phrases(
    time=Time(
        months=r"Januar|Jänner|Jan\.? Februar|Feber|Febr?\.? März|Mrz\.? April|Apr\.? Mai Juni|Jun\.? Juli|Jul\.? "
        r"August|Aug\.? September|Sept?\.? Oktober|Okt\.? November|Nov\.? Dezember|Dez\.?",
        since=r"(?:gültig |in kraft |wirksam )?(?:ab|seit)(?: dem)?",
        until=r"bis(?: zum| einschließlich)?",
        between=r"vom|von|zwischen",
        to=r"bis(?: zum)?|und(?: dem)?",
        at=r"im(?: jahre?)?|am|seit(?: dem)?|ab(?: dem)?|bis(?: zum)?|zum|für(?: das jahr)?|anfang|ende|mitte|während",
        now=r"jetzt|heute|derzeit(?:ig\w*)?|aktuell\w*|momentan|zurzeit|gegenwärtig\w*|heutzutage|dieses jahr",
        history=r"wann|seit|entwickel\w+|entwicklung|geschichte|verlauf|änder\w*|geändert|früher\w*|ehemalig\w*|"
        r"ursprünglich\w*|erste[nmrs]?|zuerst|höchste\w*|niedrigste\w*|bisherig\w*|alle|war(?:en)?|wurden?|hatten?|"
        r"vergleich\w*|unterschied\w*|welche[smnr]? (?:datum|tag|monat|jahr)",
        past=r"früher\w*|vorherig\w*|bisherig\w*|ehemalig\w*|alte[nrsm]?|vorher|damals|ursprünglich\w*|geschichte|"
        r"galt(?:en)?|war(?:en)?|bis(?: zum)? (?:19|20)\d\d|in den (?:19|20)\d\d\w*",
        before="vor(?: dem)?(?: jahr)?",
        end="(?:bis (?:zum )?|am |zum )?ende(?: des jahres)?",
    ),
    reform=Reform(
        before="vor (?:de[rmn]|einer)|bis zu[rm]",
        after="(?:nach|seit) (?:de[rmn]|einer)",
        change="reform(?:en)?|novell(?:e|ierung)|neuregelung|neufassung|änderung(?:en)?|umstellung|aufhebung|"
        "einführung|inkrafttreten|neuen? (?:gesetz|verordnung|ordnung|satzung|richtlinie)",
        of="de[rs]|von|vom",
    ),
    questions=Questions(
        words=rf"(?:(?:{_BEFORE})\s+)?(?:was|wer|wen|wem|wessen|wann|wo|wohin|woher|wie|wieso|warum|weshalb|"
        r"wie ?viele?n?|welche[rsnm]?|womit|wofür|wodurch|woran|worauf|worin|wovon|wozu)",
        opens=r"(?:und )?(?:darf|dürfen|kann|können|könnte|muss|müssen|muß|soll|sollen|ist|sind|gilt|gelten|gibt es|"
        r"hat|habe|haben|wird|werden|braucht|brauche|brauchen|war|waren|wurde|wurden|besteht|bin)",
        either=r"oder",
        joins=r"und|oder|aber",
        lists=r"(?:nenne|nennen sie|liste|zähle|zählen sie|gib|zeige|zeig)\b.*\b(?:alle|sämtliche|die)|"
        r"welche\b.{1,60}\bgibt es|was sind (?:alle|die)|"
        r"welche (?:\w+ ){0,2}\w{2,}(?:e|en|er|n|s) (?:sind|waren|müssen|dürfen|können|sollen|werden|haben|gelten)|"
        r"welche (?:\w+ ){0,2}\w{2,}(?:en|er) (?:brauch\w+|benötig\w+|muss|soll|darf)",
        compared=(
            r"\bvergleich\w*\s+(?P<one>.+?)\s+(?:und|mit)\s+(?P<other>.+)",
            r"\bunterschiede?\s+(?:\w+\s+)?zwischen\s+(?P<one>.+?)\s+und\s+(?P<other>.+)",
            r"\bunterscheide\w*\s+sich\s+(?P<one>.+?)\s+(?:und|von)\s+(?P<other>.+)",
            r"^\W*(?P<one>.+?)\s+(?:vs\.?|versus)\s+(?P<other>.+)",
        ),
        chosen=(
            r"\b(?:was|wer|welche[rs]?)\b[^,:]*?\b(?P<more>\w+er|mehr|weniger)\b[^,:]*[,:]\s*(?P<one>.+?)\s+oder\s+"
            r"(?P<other>.+)",
            r"^\W*(?:ist|sind|kostet|dauert|war)\s+(?P<one>.+?)\s+(?P<more>\w+er|mehr|weniger)\s+als\s+(?P<other>.+)",
        ),
        open_comparison=r"^\W*(?:in )?welche[rsnm]?\b.*\b(?:mehr|weniger|länger\w*|kürzer\w*|höher\w*|niedriger\w*|"
        r"größer\w*|kleiner\w*|billiger\w*|teurer\w*|älter\w*|jünger\w*|neuer\w*|früher\w*|später\w*|besser\w*|"
        r"strenger\w*|schneller\w*)\b(?!.*\bals\b)",
        measures=(
            (r"teu|billig|günstig|kost|höher|niedrig|groß|größ|gebühr|preis|strafe|bußgeld|steuer", "Was kostet {}?"),
            (r"lang|läng|kurz|kürz|dauer|frist", "Wie lange dauert {}?"),
            (r"alt|älter|neu|jung|jüng|früh|spät", "Wann war {}?"),
        ),
        unmeasured="Was ist {}?",
        decides=r"nicht|kein\w*|weder|nie|niemals|nur|außer|ausgenommen|darf|dürfen|muss|müssen|verboten|untersagt|"
        r"unzulässig|zulässig|erlaubt|gestattet|genehmigt|verpflicht\w+|\w*pflicht|befreit|berechtigt|erforderlich|"
        r"notwendig|bedarf|bedürfen|endet\w*|abgelaufen|aufgehoben|abgeschafft|widerrufen|ausgesetzt|geschlossen|"
        r"ersetzt|ohne",
    ),
    follow_ups=FollowUps(
        verbs=r"hoch|lange?|oft|weit|groß|alt|kostet|kosten|beträgt|betragen|dauert|dauern|ist|sind|war|waren|wird|"
        r"werden|wurde|tritt|treten|gilt|gelten|gibt|es|bedeutet|heißt|kann|darf|muss|soll|hat|haben|ich|man|wir|"
        r"beginnt|endet|zahlt|zahlen|bekommt|bekomme|steht|besagt|regelt|mich",
        stops=r"in|im|am|an|bei|ab|bis|zu|zum|zur|mit|ohne|nach|seit|wenn|falls|und|oder|pro|auf|aus|gilt|kostet|"
        r"dauert|beträgt|möglich|erlaubt|verboten|nötig|geöffnet|zuständig|kraft|laut|gemäß|vor|unter|entrichten|"
        r"beantragen|zahlen|kaufen|bekommen",
        determiners=r"der|die|das|den|dem|ein|eine|einen|einem|einer",
        pronouns=r"sie|er|ihn|ihm|(?:diese[rs]?|dies|das)(?=\W*\Z)",
        disagree=(("sie", "der|das|ein|den|einen"), ("er|ihn|ihm", "die|eine")),
        places=r"in|im|an|am|auf|bei|beim|für|unter|mit|nach|vor|zu|zum|zur",
        ellipsis=r"(?:und|aber)(?: in| für| bei| im| mit| nach| zu)?|was ist mit|wie ist es (?:mit|bei)|"
        r"wie sieht es (?:mit|bei) (?:\w+ )?aus",
        about=(
            ("dagegen", "gegen"),
            ("dafür", "für"),
            ("davon", "von"),
            ("dazu", "zu"),
            ("darüber", "über"),
            ("damit", "mit"),
            ("dabei", "bei"),
            ("darin", "in"),
        ),
    ),
    documents=Documents(
        which=rf"welche {_DOCUMENTS} (?:gibt es|hast du|haben sie|sind (?:vorhanden|verfügbar|da|im index))(?: hier)?|"
        rf"(?:zeige?|liste|nenne|nennen sie)(?: mir)?(?: alle| die)* {_DOCUMENTS}(?: auf)?|"
        rf"wie ?viele {_DOCUMENTS} (?:gibt es|hast du|sind vorhanden)|"
        r"was (?:gibt es|ist|steht) (?:hier|im index|in der sammlung|im katalog)|"
        r"was kann ich (?:dich |sie |hier )?fragen|(?:wovon|worum) (?:handeln|geht es in) (?:die|den) dokumenten?",
        some=rf"(?:welche {_DOCUMENTS}|(?:gibt es|hast du|haben sie) (?:auch )?{_DOCUMENTS}|"
        rf"(?:zeige?|liste|nenne|nennen sie)(?: mir)?(?: alle| die)* {_DOCUMENTS})"
        r"(?: (?:gibt es|hast du|haben sie|sind))?",
        about=r"über|zu[mr]?|handeln von|behandeln|betreffen|erwähnen|befassen sich mit|zum thema",
        author=r"wer hat (?P<title>.+?) (?:geschrieben|verfasst|veröffentlicht|herausgegeben|erlassen)|"
        r"wer (?:ist der (?:autor|verfasser)|ist die (?:autorin|verfasserin)|schrieb|verfasste|erließ|veröffentlichte)"
        r"(?: von| der| des| dem)?\s+(?P<work>.+?)|(?:von wem|durch wen) (?:ist|stammt|wurde)\s+(?P<named>.+?)"
        r"(?: (?:geschrieben|verfasst|veröffentlicht|herausgegeben|erlassen)(?: worden)?)?",
        dated=r"wann (?:wurde|ist|war) (?P<title>.+?) (?:veröffentlicht|erschienen|herausgegeben|verfasst|geschrieben|"
        r"erlassen)(?: worden)?|wann erschien (?P<named>.+)|(?:von wann|aus welchem jahr) (?:ist|stammt) (?P<old>.+)|"
        r"wie alt ist (?P<aged>.+)",
        since=r"seit",
        after=r"nach",
        before=r"vor",
        until=r"bis",
        within=r"aus(?: dem jahr)?|von|im jahr",
    ),
    texts=Texts(
        announces=r".*\b(?:folgende[nrsm]?|wie folgt|nachstehend\w*|nachfolgend\w*)\b[^:]{0,60}[.:]?|"
        r".*\b(?:gibt es|bestehen|gelten|umfasst|unterscheidet|hat|haben|nennt|kennt)\b(?: \w+){0,3} "
        r"(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|mehrere|verschiedene)(?: [\w-]+){1,4}[.:]",
        named=r"(?:dies|das|es|hierzu|dazu)(?: \w+){0,3}? (?:sind|ist|gehören|zählen|umfassen)|erstens|"
        r"(?:der|die|das) erste",
        next=r"zweitens|drittens|viertens|fünftens|schließlich|zuletzt|(?:der|die|das) (?:zweite|dritte|vierte|fünfte|"
        r"letzte|nächste|andere)",
        limits=r"dies(?:e|er|es)?(?: \w+){0,3}? (?:gilt|gelten)(?: \w+){0,2}? (?:nicht|nur)|(?:die|der|"
        r"das)(?: \w+){1,4}? "
        r"(?:gilt|gelten|entfällt|entfallen)(?: \w+){0,2}? (?:nicht|nur)|das gleiche gilt (?:nicht|nur)|"
        r"(?:hiervon|davon|von diese[rm] \w+) (?:\w+ )?(?:ausgenommen|befreit|unberührt)|"
        r"(?:ausgenommen|hiervon ausgenommen)|ausnahmen?|eine ausnahme|es sei denn|außer|sofern|soweit|vorausgesetzt|"
        r"abweichend|unbeschadet|satz \d+ gilt nicht|absatz \d+ gilt nicht|"
        r"nicht (?:betroffen|erfasst|anwendbar)|unberührt",
        however=r"jedoch|allerdings|aber|andernfalls|dennoch|gleichwohl|.{0,40}\bjedoch",
        restricts=r"nur|nicht|kein\w*|muss|müssen|darf|dürfen|soll|kann|können|außer|mindestens|höchstens|innerhalb|"
        r"binnen|sofern|wenn",
        rules=r"muss|müssen|darf|dürfen|soll|sollen|hat|haben|ist|sind|gilt|gelten|kostet|kosten|beträgt|gebühr|"
        r"verboten|untersagt|erlaubt|gestattet|zulässig|verpflichtet|berechtigt|befreit|zahlt|zahlen|erhält|erhalten|"
        r"kann|können|wird|werden",
        refers_back=r"diese[rs]?(?= (?:ist|sind|wird|werden|gilt|hat|kann|muss|darf|dauert|beträgt|kostet)\b)|"
        r"diese[rs]? "
        r"(?:frist|fall|betrag|pflicht|regelung|gebühr|ausnahme)|dies|sie|er|"
        r"jedoch|allerdings|daher|deshalb|deswegen|somit|andernfalls|in diesem fall|in diesen fällen|hierzu|hierfür|"
        r"dazu|dafür|dabei|davon|dagegen|dieselbe[nr]?|derselbe|letztere[rs]?|zu diesem zweck|aus diesem grund",
        definition=(
            r"(?:im sinne dieser \w+ ist )?(?P<term>eine?\s(?:[\w-]+\s){0,3}[\w-]+) ist (?:eine?|die|der|das|"
            r"jede[rs]?) ",
            r"(?:im sinne dieser \w+ )?(?:ist|sind|bezeichnet|"
            r"bedeutet) [„“\"»‚'](?P<term>[^„“”\"»«‚‘']{2,50})[“”\"«‘']",
            r"[„“\"»‚'](?P<term>[^„“”\"»«‚‘']{2,50})[“”\"«‘'](?: (?:ist|sind|bezeichnet|bedeutet)|:) ",
            r"als (?P<term>[\w-]+(?: [\w-]+){0,3}?) (?:gilt|gelten) ",
            r"unter (?P<term>[\w-]+(?: [\w-]+){0,3}?) (?:versteht man|wird|ist|sind) ",
        ),
        requested=r"(?:was|wer) (?:ist|sind|bedeutet|heißt|versteht man unter|gilt als|ist mit) (?P<term>.{2,60}?)"
        r"(?: gemeint)?|wie (?:ist|wird) (?P<defined>.{2,60}?) definiert",
        content="steht sagt regelt bestimmt enthält besagt lautet behandelt beinhaltet Inhalt gibt zusammenfassen lies "
        "fasse vorsieht sieht vor geregelt schreibt verlangt",
    ),
    succession=Succession(
        kind=_KIND,
        replaces=rf"(?:\bdiese[rs]?\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\b(?:\s+\w+){{0,4}}?|^\W*(?:sie|er|es))\s+"
        r"(?:ersetzt|ersetzen|hebt|heben)\s+(?P<other>[^;\s][^;]*)",
        repealed=r"^\W*(?:\(?\w{1,4}[.)]\s+)?(?:(?:gleichzeitig|zugleich|damit)\s+(?:tritt|treten|wird|werden)\s+)?"
        r"(?P<other>(?:der|die|das)\s.{3,150}?)\s{1,4}(?:(?:wird|werden|ist|sind)\s+(?:\w+\s+){0,2}?aufgehoben|"
        r"(?:(?:tritt|treten)\s+)?(?:\w+\s+){0,3}?außer\s+kraft)",
        ended=rf"\bdiese[rs]?\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\b(?:\s+\w+){{0,4}}?\s+(?:(?:wurde|wird|ist)\s+(?:\w+\s+)"
        r"{0,3}?(?:durch\s+(?P<by>[^.;\s][^.;]{0,120}?)\s{1,4})?"
        r"(?:ersetzt|aufgehoben|abgelöst|außer kraft|nicht mehr (?:gültig|"
        r"in kraft))|"
        r"gilt nicht mehr)",
        begins=rf"\bdiese[rs]?\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\s+"
        r"(?:tritt|treten|gilt|gelten)\s+(?:am|ab|seit|zum|mit\s+wirkung\s+"
        r"vom)\s+DATE",
        words="ersetzt ersetzen aufgehoben abgelöst hebt Kraft gültig",
    ),
    force=Force(
        must=r"muss|müssen|muß|mussten?|verpflichtet|erforderlich|vorgeschrieben|obligatorisch",
        should=r"soll|sollen|sollten?|empfohlen",
        may=r"darf|dürfen|durften?|kann|können|könnten?|berechtigt|zulässig|erlaubt|gestattet|freiwillig",
        banned=r"verboten|untersagt|unzulässig",
        negation=r"nicht|kein|keine[nmrs]?|nie|niemals|ohne|weder",
    ),
)
