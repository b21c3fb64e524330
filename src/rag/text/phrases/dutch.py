"""Dutch phrases."""

from rag.text.phrases.model import Documents, FollowUps, Force, Phrases, Questions, Reform, Succession, Texts, Time

_BEFORE = r"aan|bij|binnen|door|in|met|na|naar|onder|op|over|sinds|tegen|tot|uit|van|vanaf|voor"
_DOCUMENTS = r"(?:documenten|document|teksten|bestanden|bronnen|publicaties)"
_KIND = (
    r"(?:\w*(?:verordening|wet|besluit|regeling|regels|richtlijn|richtlijnen|beleid|beleidsregel|tekst|document|"
    r"versie|reglement|circulaire|handleiding|handboek|overeenkomst|protocol|pagina|voorschriften))"
)

PHRASES = Phrases(
    time=Time(
        months=r"januari|jan\.? februari|febr?\.? maart|mrt\.? april|apr\.? mei juni|jun\.? juli|jul\.? augustus|"
        r"aug\.? "
        r"september|sept?\.? oktober|okt\.? november|nov\.? december|dec\.?",
        since=r"(?:geldig |van kracht )?(?:vanaf|sinds|met ingang van|per)",
        until=r"tot(?: en met)?|t/m",
        between=r"van|tussen",
        to=r"tot(?: en met)?|t/m|en",
        at=r"in(?: het jaar)?|op|sinds|vanaf|vóór|voor|na|tot|tijdens|begin|eind",
        now=r"nu|vandaag|momenteel|tegenwoordig|op dit moment|thans|huidige?|dit jaar",
        history=r"wanneer|sinds|geschiedenis|verloop|ontwikkel\w+|verander\w*|gewijzigd|vorige?|vroeger\w*|voormalige?|"
        r"oorspronkelijke?|eerste|hoogste|laagste|alle|was|waren|werd|werden|had|vergelijk\w*|verschil\w*|"
        r"welke? (?:datum|dag|maand|jaar)",
        past=r"vorige?|vroeger\w*|voormalige?|oude?|voorheen|eerder\w*|destijds|oorspronkelijke?|geschiedenis|was|"
        r"waren|"
        r"gold|tot (?:19|20)\d\d",
        before="vóór(?: het jaar)?",
        end="(?:tot (?:en met )?|aan |op )?(?:het )?einde?(?: van)?(?: het jaar)?",
    ),
    reform=Reform(
        before="vóór (?:de|het)|voor (?:de|het)(?=.{0,40}?(?:hervorming|herziening|invoering|inwerkingtreding))",
        after="(?:na|sinds) (?:de|het)",
        change="hervorming(?:en)?|herziening|wijziging(?:en)?|aanpassing|verandering|intrekking|invoering|"
        "inwerkingtreding|nieuwe (?:wet|regeling|verordening)",
        of="van(?: de| het)?",
    ),
    questions=Questions(
        words=rf"(?:(?:{_BEFORE})\s+)?(?:wat|wie|wiens|wanneer|waar|waarheen|waarom|hoe|hoeveel|welke?|waarmee|"
        rf"waarvoor|"
        r"waarvan|waaraan)",
        opens=r"(?:en )?(?:mag|mogen|kan|kun|kunnen|moet|moeten|is|zijn|geldt|gelden|heeft|hebben|heb|wordt|worden|"
        r"bestaat|"
        r"bestaan|was|waren|ben|zal|zullen|hoef|hoeft|hoeven|er is|er zijn)",
        either=r"of",
        joins=r"en|of|maar",
        lists=r"(?:noem|geef|som|toon|lijst)\b.*\b(?:alle|de|het|op)|welke\b.{1,60}\b(?:zijn er|bestaan er)|"
        r"wat zijn (?:alle )?de|"
        r"welke (?:\w+ ){0,2}\w{2,}(?:en|s) (?:zijn|moeten|mogen|kunnen|worden|gelden|hebben|heb|moet|zijn er|krijgen)",
        compared=(
            r"\bvergelijk\w*\s+(?P<one>.+?)\s+(?:en|met)\s+(?P<other>.+)",
            r"\bverschil(?:len)?\s+(?:\w+\s+)?tussen\s+(?P<one>.+?)\s+en\s+(?P<other>.+)",
            r"^\W*(?P<one>.+?)\s+(?:vs\.?|versus)\s+(?P<other>.+)",
        ),
        chosen=(
            r"\b(?:wat|wie|welke?)\b[^,:]*?\b(?P<more>\w+er|meer|"
            r"minder)\b[^,:]*[,:]\s*(?P<one>.+?)\s+of\s+(?P<other>.+)",
            r"^\W*(?:is|zijn|kost|duurt)\s+(?P<one>.+?)\s+(?P<more>\w+er|meer|minder)\s+dan\s+(?P<other>.+)",
        ),
        open_comparison=r"^\W*(?:in )?welke?\b.*\b(?:meer|minder|langer|korter|hoger|lager|groter|kleiner|goedkoper|"
        r"duurder|"
        r"ouder|jonger|nieuwer|eerder|later|beter|strenger|sneller)\b(?!.*\bdan\b)",
        measures=(
            (r"duur|goedko|kost|hoger|hoog|lag|groot|groter|klein|tarief|prijs|boete|belasting", "Hoeveel kost {}?"),
            (r"lang|kort|duurt|termijn", "Hoe lang duurt {}?"),
            (r"oud|nieuw|jong|vroeg|eerder|later|laat", "Wanneer was {}?"),
        ),
        unmeasured="Wat is {}?",
        decides=r"niet|geen|noch|nooit|alleen|slechts|uitsluitend|behalve|uitgezonderd|tenzij|mag|mogen|moet|moeten|"
        r"verboden|ongeoorloofd|onrechtmatig|toegestaan|geoorloofd|toegelaten|verplicht\w*|vrijgesteld|recht|vereist|"
        r"nodig|"
        r"eindigt|verlopen|ingetrokken|afgeschaft|vervallen|opgeschort|gesloten|vervangen|zonder",
    ),
    follow_ups=FollowUps(
        verbs=r"hoog|lang|vaak|veel|groot|oud|kost|kosten|bedraagt|duurt|duren|is|zijn|was|waren|wordt|worden|treedt|"
        r"treden|geldt|gelden|betekent|kan|mag|moet|heeft|hebben|ik|men|je|we|u|begint|eindigt|betaalt|betalen|krijgt|"
        r"krijg|"
        r"staat|er|regelt|zegt|bestaat|betaal",
        stops=r"in|op|aan|bij|vanaf|tot|met|zonder|na|sinds|als|indien|en|of|per|uit|geldt|kost|duurt|bedraagt|"
        r"mogelijk|"
        r"toegestaan|verboden|nodig|geopend|werking|volgens|voor|onder|gratis",
        determiners=r"de|het|een",
        pronouns=r"hij|zij|ze|hem|(?:deze|dit|dat|het)(?=\W*\Z)|het(?= (?:open|geopend|gesloten|geldig|gratis)\b)|"
        r"die(?=\W*\Z| (?:per|in|op|dan|nog|ook|niet|voor|na)\b)",
        places=r"in|op|bij|voor|met|onder|aan|na|buiten|binnen",
        ellipsis=r"en|maar|hoe zit het met|en wat met",
        about=(
            ("daartegen", "tegen"),
            ("daarvoor", "voor"),
            ("ervoor", "voor"),
            ("ervan", "van"),
            ("daarvan", "van"),
            ("daarmee", "met"),
        ),
    ),
    documents=Documents(
        which=rf"(?:welke|hoeveel) {_DOCUMENTS} (?:zijn er|heb je|heeft u|zijn beschikbaar|bestaan er)(?: hier)?|"
        rf"wat zijn de {_DOCUMENTS}|(?:toon|noem|geef)(?: me)?(?: alle| de)* {_DOCUMENTS}|"
        r"wat (?:is er|staat er) (?:hier|in (?:de index|de verzameling|de catalogus))|wat kan ik (?:je |u |"
        r"hier )?vragen",
        some=rf"(?:welke {_DOCUMENTS}|(?:zijn er|heb je|heeft u) (?:ook )?{_DOCUMENTS}|"
        rf"(?:toon|noem|geef)(?: me)?(?: alle| de)* {_DOCUMENTS})(?: (?:zijn er|heb je|heeft u|bestaan er|zijn))?",
        about=r"over|(?:die )?(?:gaan over|handelen over|vermelden|betreffen)|met betrekking tot",
        author=r"wie heeft (?P<title>.+?) (?:geschreven|opgesteld|gepubliceerd|uitgegeven)|"
        r"wie (?:is de (?:auteur|schrijver|schrijfster) van|schreef|publiceerde)\s+(?P<work>.+?)|"
        r"door wie (?:is|werd) (?P<named>.+?) (?:geschreven|opgesteld|gepubliceerd|uitgegeven)",
        dated=r"wanneer (?:is|werd) (?P<title>.+?) (?:gepubliceerd|verschenen|uitgegeven|geschreven|opgesteld)|"
        r"wanneer verscheen (?P<named>.+)|(?:van wanneer|uit welk jaar) (?:is|dateert|komt) (?P<old>.+)|"
        r"hoe oud is (?P<aged>.+)",
        since=r"sinds|vanaf",
        after=r"na",
        before=r"vóór|voor",
        until=r"tot(?: en met)?",
        within=r"uit|van|in",
    ),
    texts=Texts(
        announces=r".*\b(?:volgende|als volgt|hieronder|hierna)\b[^:]{0,60}[.:]?|"
        r".*\b(?:zijn er|er zijn|bestaan|omvat|onderscheidt|kent|bevat|heeft)(?: \w+){0,2} "
        r"(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|verschillende|meerdere|enkele|diverse)(?: [\w-]+){1,4}[.:]",
        named=r"(?:dit|deze|die|dat|het|ze|zij)(?: \w+){0,2}? (?:zijn|is|betreft|omvatten)|ten eerste|de eerste|"
        r"het eerste",
        next=r"ten tweede|ten derde|ten vierde|ten slotte|tot slot|vervolgens|(?:de|het) (?:tweede|derde|vierde|vijfde|"
        r"laatste)",
        limits=r"(?:dit|deze|die|dat|de|het)(?: [\w-]+){0,4}? (?:geldt|gelden|is|zijn) (?:\w+ )?(?:niet|alleen|slechts)"
        r"(?: van toepassing| voor)?|(?:hiervan|daarvan) (?:is|zijn) (?:uitgezonderd|vrijgesteld)|(?:uitgezonderd|"
        r"vrijgesteld) "
        r"zijn|uitzonderingen|een uitzondering|behalve|tenzij|mits|op voorwaarde dat|in afwijking|onverminderd",
        however=r"echter|maar|niettemin|anders|evenwel|.{0,40}\bechter",
        restricts=r"niet|geen|alleen|slechts|moet|moeten|mag|mogen|kan|kunnen|behalve|tenzij|minstens|ten minste|"
        r"hoogstens|"
        r"ten hoogste|binnen|indien|als|mits",
        rules=r"moet|moeten|mag|mogen|is|zijn|geldt|gelden|kost|kosten|bedraagt|verboden|toegestaan|verplicht|"
        r"vrijgesteld|"
        r"recht|betaalt|betalen|ontvangt|krijgt|kan|kunnen|wordt|worden|tarief|boete|heeft|hebben",
        refers_back=r"(?:hij|zij|ze|deze(?= (?:is|zijn|wordt|worden|geldt|heeft|kan|moet|mag|duurt|kost|bedraagt)\b)|"
        r"dit|"
        r"dat(?= (?:is|zijn|geldt|kan|moet|mag)\b)|"
        r"echter|daarom|daardoor|hiervoor|daarvoor|hiertoe|daarbij|in dat geval|in dit geval|in deze gevallen|anders|"
        r"om deze reden|laatstgenoemde)|deze (?:termijn|verplichting|regeling|heffing|periode)|dit (?:bedrag|verbod|"
        r"tarief)",
        definition=(
            r"(?:in deze \w+ )?(?:wordt )?(?:onder|"
            r"met) [‘“\"']?(?P<term>[^‘’“”\",:]{2,50}?)[’”\"']? (?:wordt )?(?:verstaan|bedoeld) ",
            r"(?P<term>een\s(?:[\w-]+\s){0,3}?[\w-]+) is (?:een|de|het|elke?|iedere?) ",
            r"[‘“\"'](?P<term>[^‘’“”\"']{2,50})[’”\"'](?: ?:|,| betekent| is) ",
        ),
        requested=r"(?:wat|wie) (?:is|zijn|betekent|wordt verstaan onder|verstaat men onder) (?P<term>.{2,60}?)|"
        r"hoe wordt (?P<defined>.{2,60}?) gedefinieerd",
        content="staat zegt regelt bepaalt bevat luidt behandelt inhoud vermeldt schrijft voor samenvatten "
        "samenvatting geeft",
    ),
    succession=Succession(
        kind=_KIND,
        replaces=rf"(?:\b(?:deze|dit|de onderhavige)\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\b(?:\s+[\w-]+){{0,4}}?|^\W*(?:zij|"
        rf"het|hij|deze))"
        r"\s+(?:vervangt|vervangen|trekt|trekken)\s+(?P<other>[^;\s][^;]*)",
        repealed=r"^\W*(?:\(?\w{1,4}[.)]\s+)?(?P<other>(?:de|het)\s.{3,150}?)\s{1,4}(?:wordt|worden|is|"
        r"zijn)\s+(?:\w+\s+){0,2}?"
        r"(?:ingetrokken|vervallen|vervangen door (?:deze|dit))",
        ended=rf"\b(?:deze|dit)\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\b(?:\s+[\w-]+){{0,4}}?\s+(?:(?:is|wordt|"
        rf"werd)\s+(?:\w+\s+){{0,2}}?"
        r"(?:door\s+(?P<by>[^.;\s][^.;]{0,120}?)\s{1,4})?"
        r"(?:vervangen|ingetrokken|vervallen)|is niet meer (?:geldig|van kracht)|"
        r"geldt niet meer)",
        begins=rf"\b(?:deze|dit)\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\s+"
        r"(?:treedt|trad|geldt)\s+(?:in\s+werking\s+)?"
        r"(?:op|per|vanaf|met\s+ingang\s+van)\s+DATE",
        words="vervangt vervangen trekt ingetrokken vervallen kracht geldig",
    ),
    force=Force(
        must=r"moet|moeten|dient|dienen|verplicht|vereist",
        should=r"zou moeten|zouden moeten|aanbevolen|behoort|behoren",
        may=r"mag|mogen|kan|kunnen|toegestaan|bevoegd|gerechtigd",
        banned=r"verboden",
        negation=r"niet|geen|nooit|zonder|noch",
    ),
)
