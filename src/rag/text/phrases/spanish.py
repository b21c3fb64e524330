"""Spanish phrases."""

from rag.text.phrases.model import Documents, FollowUps, Force, Phrases, Questions, Reform, Succession, Texts, Time

_BEFORE = r"a partir de|a|con|de|desde|en|hasta|para|por|según|sobre|ante|bajo"
_DOCUMENTS = r"(?:documentos?|textos?|archivos?|fuentes?|publicaciones|ficheros?)"
_KIND = (
    r"(?:texto|ley|reglamento|ordenanza|decreto|orden|resolución|norma|normas|normativa|política|directiva|circular|"
    r"documento|código|versión|edición|guía|acuerdo|convenio|estatuto|página|instrucción|bases)"
)

PHRASES = Phrases(
    time=Time(
        months=r"enero|ene\.? febrero|feb\.? marzo|mar\.? abril|abr\.? mayo junio|jun\.? julio|jul\.? agosto|ago\.? "
        r"septiembre|setiembre|sept\.? octubre|oct\.? noviembre|nov\.? diciembre|dic\.?",
        since=r"(?:en vigor |vigente |válido )?(?:desde|a partir)(?: el| del| de)?",
        until=r"hasta(?: el)?",
        between=r"desde(?: el)?|del|de|entre(?: el)?",
        to=r"hasta(?: el)?|al|a|y(?: el)?",
        at=r"en(?: el año)?|el|desde(?: el)?|hasta(?: el)?|antes del?|a partir del?|para(?: el año)?|durante|"
        r"a finales de|"
        r"a principios de",
        now=r"ahora|hoy|actualmente|actual(?:es)?|en este momento|hoy en día|vigentes?|este año",
        history=r"cu[aá]ndo|desde|hasta|historia|evoluci\w+|cambi\w+|anterior\w*|antigu\w+|antes|inicial\w*|"
        r"primer\w*|más (?:alt|baj)[oa]s?|tod[oa]s|eran?|fue|fueron|costaba\w*|había|compar\w+|diferencia|"
        r"(?:qué|cuál es la) (?:fecha|día|mes|año)",
        past=r"anterior\w*|antigu\w+|antes|antaño|historia|inicial\w*|original\w*|eran?|fue|fueron|había|"
        r"hasta (?:19|20)\d\d",
        before="antes del?(?: año)?",
        end="(?:hasta |a )?(?:el )?fin(?:al)?(?:es)? del?(?: año)?",
    ),
    reform=Reform(
        before="antes de(?:l| l[ao]s?)",
        after="(?:después de(?:l| l[ao]s?)|(?:tras|desde) (?:el|l[ao]s?))",
        change="reformas?|modificaci(?:ón|ones)|revisión|cambios?|derogación|introducción|entrada en vigor|"
        "nueva (?:ley|norma|ordenanza)|nuevo (?:reglamento|decreto|código)",
        of="del?(?: l[ao]s?)?",
    ),
    questions=Questions(
        words=rf"(?:(?:{_BEFORE})\s+)?(?:qué|quién|quiénes|cuál|cuáles|cuándo|cuánt[oa]s?|cómo|dónde|adónde|"
        r"que|quien|quienes|cual|cuales|cuando|cuant[oa]s?|como|donde)",
        opens=r"(?:y )?(?:puedo|puede|pueden|podemos|se puede|se pueden|debo|debe|deben|hay que|hay|es|son|está|están|"
        r"tengo que|tiene|tienen|existe|existen|hace falta|se permite|se admiten|era|fue|se aplica)",
        either=r"o|u",
        joins=r"y|o|e|pero",
        lists=r"(?:enumer[ae]|list[ae]|cit[ae]|indic[ae]|nombr[ae]|d[ai]me|muestra|muéstrame)\b.*\b(?:tod[oa]s|l[oa]s)|"
        r"cu[aá]les son (?:tod[oa]s )?l[oa]s|qu[eé] (?!tod[oa]s|diferencias)(?:(?:tipos|clases) de )?\w{4,}s\b",
        compared=(
            r"\bcompar[ae]r?\s+(?P<one>.+?)\s+(?:y|con)\s+(?P<other>.+)",
            r"\bdiferencias?\s+(?:\w+\s+)?entre\s+(?P<one>.+?)\s+y\s+(?P<other>.+)",
            r"^\W*(?P<one>.+?)\s+(?:vs\.?|versus)\s+(?P<other>.+)",
        ),
        chosen=(
            r"\b(?:qué|que|quién|cuál|cual)\b.*?\b(?P<more>(?:más|mas|menos)(?:\s+\w+)?|mejor|peor|mayor|"
            r"menor)\b[^,:]*[,:]"
            r"\s*(?P<one>.+?)\s+o\s+(?P<other>.+)",
            r"^\W*(?:es|son|cuesta|dura)\s+(?P<more>(?:más|mas|menos)(?:\s+\w+)?)\s+(?P<one>.+?)\s+que\s+(?P<other>.+)",
            r"^\W*(?:es|son|cuesta|dura)\s+(?P<one>.+?)\s+(?P<more>(?:más|mas|menos)(?:\s+\w+)?)\s+que\s+(?P<other>.+)",
        ),
        open_comparison=r"^\W*(?:en |de )?(?:qué|cuál|cuáles)\b.*\b(?:más|menos|mayor|menor|mejor|peor)\b(?!.*\bque\b)",
        measures=(
            (r"car[oa]|barat|cost|cuest|precio|alt[oa]|baj[oa]|grande|pequeñ|tasa|multa|tarifa", "¿Cuánto cuesta {}?"),
            (r"larg|cort|dura|plazo|tiempo", "¿Cuánto tiempo dura {}?"),
            (r"antigu|viej|nuev|recient|tempran|tard", "¿Cuándo {}?"),
        ),
        unmeasured="¿Qué es {}?",
        decides=r"no|ningun[oa]|ningún|nunca|ni|tampoco|solo|sólo|solamente|únicamente|salvo|excepto|puede|pueden|debe|"
        r"deben|deberán?|podrán?|prohibid[oa]s?|prohíbe\w*|ilegal(?:es)?|autorizad[oa]s?|permitid[oa]s?|permite\w*|"
        r"obligatori[oa]s?|obligad[oa]s?|exent[oa]s?|derecho|caduc\w+|derogad[oa]s?|suprimid[oa]s?|suspendid[oa]s?|"
        r"cerrad[oa]s?|sustituid[oa]s?|sin|requiere\w*|necesari[oa]s?",
    ),
    follow_ups=FollowUps(
        verbs=r"es|son|era|eran|cuesta|cuestan|dura|duran|vale|valen|puede|pueden|puedo|debe|deben|hay|que|se|tiene|"
        r"tienen|entra|entran|empieza|termina|paga|pagan|pagar|cobra|recibe|tiempo|dice|significa|establece|usar|"
        r"utilizar|"
        r"obtener|sirve|permite",
        stops=r"en|con|sin|por|para|según|sobre|desde|hasta|antes|después|cuando|si|y|o|cuesta|dura|puede|debe|entra|"
        r"es|son|obligatorio|obligatoria|gratuito|gratuita|permitido|prohibido",
        determiners=r"el|la|los|las|un|una|unos|unas",
        pronouns=r"él|ella|ellos|ellas|ést[ea]|esto|eso|ést[oa]s",
        disagree=(("ella|ellas|ésta", "el|un|los|unos"), ("él|ellos|éste", "la|una|las|unas")),
        places=r"en|para|con|a|al|por|sobre|durante|antes de|después de",
        ellipsis=r"y(?: en| para| con| a)?|pero|qué (?:pasa|ocurre) con|qué hay de",
    ),
    documents=Documents(
        which=rf"(?:qué|que|cuántos|cuantos) {_DOCUMENTS} (?:hay|tienes?|tenéis|existen|están disponibles)"
        r"(?: disponibles| aquí| en el índice)?|"
        rf"cuáles son los {_DOCUMENTS}(?: disponibles)?|(?:lista|muestra|muéstrame|"
        rf"enumera)(?: todos)?(?: los)? {_DOCUMENTS}"
        r"(?: disponibles)?|qué hay (?:aquí|en (?:el índice|la colección|el catálogo))|"
        r"qué (?:puedo|se puede) preguntar(?:te|le)?",
        some=rf"(?:(?:qué|que|cuáles) {_DOCUMENTS}|(?:hay|tienes?|tenéis|existen?) (?:algún |algunos )?{_DOCUMENTS}|"
        rf"(?:lista|muestra|muéstrame|enumera)(?: todos)?(?: los)? {_DOCUMENTS})(?: (?:hay|tienes?|tenéis|existen|"
        rf"son))?",
        about=r"sobre|acerca del?|que hablan del?|hablan del?|(?:que )?(?:tratan (?:del?|sobre)|mencionan|"
        r"se refieren al?)|"
        r"relativos al?",
        author=r"quién (?:escribió|redactó|publicó|elaboró|firmó|aprobó|es (?:el autor|la autora) del?|ha escrito|"
        r"ha redactado)\s+(?P<title>.+?)|quien (?:escribio|redacto|publico)\s+(?P<named>.+?)|"
        r"por quién (?:fue|está) (?:escrit[oa]|redactad[oa]|publicad[oa])\s+(?P<by>.+?)",
        dated=r"cuándo (?:se publicó|se escribió|se redactó|fue (?:publicad|escrit|redactad)[oa]) (?P<title>.+)|"
        r"de cuándo es (?P<old>.+)|cuál es la fecha (?:de publicación )?del? (?P<aged>.+)",
        since=r"desde",
        after=r"después de|posteriores a",
        before=r"antes de|anteriores a",
        until=r"hasta",
        within=r"del?(?: año)?|en",
    ),
    texts=Texts(
        announces=r".*\b(?:siguientes?|como sigue|a continuación)\b[^:]{0,60}[.:]?|"
        r".*\b(?:existen|hay|comprende|incluye|distingue|contempla|consta de|contiene)(?: \w+){0,2} "
        r"(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|vari[oa]s|distint[oa]s|divers[oa]s)(?: [\w-]+){1,4}[.:]",
        named=r"(?:estos|estas|ellos|ellas|se trata|son)(?: \w+){0,2}? (?:son|del?|el|la|los|las|incluyen)|"
        r"en primer lugar|primero|(?:el primero|la primera)",
        next=r"en segundo lugar|en tercer lugar|segundo|tercero|por último|finalmente|además|(?:el|la) (?:segund[oa]|"
        r"tercer[oa]|cuart[oa]|quint[oa]|últim[oa])",
        limits=r"(?:est[eao]s?|es[eao]s?|dich[oa]s?|el|la|lo|los|las)(?: \w+){0,4}? (?:no|solo|sólo|únicamente) (?:se "
        r"(?:aplica|aplican|aplicará|aplicarán|extiende)|será[n]? de aplicación|es aplicable|rige|afecta\w*)|"
        r"no se (?:aplica|aplican|aplicará|aplicarán)|(?:quedan?|están?) (?:exent|exceptuad|excluid)[oa]s?|"
        r"se (?:exceptúa|exceptúan|excluyen)|salvo|excepto|excepciones|excepción|con la excepción|a menos que|"
        r"siempre que|a no ser que|sin perjuicio|no obstante lo",
        however=r"no obstante|sin embargo|pero|en caso contrario|ahora bien|.{0,40}\b(?:sin embargo|no obstante)",
        restricts=r"no|solo|sólo|únicamente|debe|deben|deberá\w*|puede|pueden|podrá\w*|salvo|excepto|al menos|"
        r"como máximo|"
        r"como mínimo|en el plazo|si",
        rules=r"debe|deben|deberá\w*|puede|pueden|podrá\w*|es|son|será\w*|cuesta|cuestan|asciende|prohibid[oa]s?|"
        r"permitid[oa]s?|obligatori[oa]s?|obligad[oa]s?|tiene|tienen|derecho|paga|pagan|recibe|tarifa|tasa|precio|"
        r"multa|"
        r"queda|quedan|se (?:permite|aplica|prohíbe|concede)\w*",
        refers_back=r"(?:ést[eao]s?|ellos|ellas|él|ella|dich[oa]s?|est[oae]s?(?= (?:es|son|será|tiene|debe|puede|"
        r"se)\b)|"
        r"sin embargo|no obstante|por (?:ello|eso|tanto|lo tanto)|así|en (?:este|ese|estos|esos|tal|dicho) casos?|"
        r"de lo contrario|en caso contrario|a (?:este|tal) efecto|para ello)"
        r"|est[ea] (?:plazo|importe|obligación|prohibición|tasa|período|periodo)",
        definition=(
            r"(?:a (?:los )?efectos de[\w ]{3,40}, )?se entiende por [«“\"]?(?P<term>[^«»“”\",:]{2,50}?)[»”\"]?[,:]? "
            r"(?=(?:el|la|los|las|un|una|tod[oa]|aquell?)\b)",
            r"(?P<term>(?:un|una|el|la)\s(?:[\w-]+\s){0,3}?[\w-]+) es (?:un|una|el|la|tod[oa]) ",
            r"[«“\"](?P<term>[^«»“”\"]{2,50})[»”\"](?: ?:|,| significa| es) ",
        ),
        requested=r"(?:qué|que) (?:es|son|significa|se entiende por)(?: l[oa] que)? (?P<term>.{2,60}?)|"
        r"cómo se define (?P<defined>.{2,60}?)",
        content="dice establece regula contiene dispone prevé indica estipula señala contenido resume resumir trata "
        "fija "
        "exige",
    ),
    succession=Succession(
        kind=_KIND,
        replaces=rf"(?:\b(?:el presente|la presente|est[ea]|estas|estos)\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\b"
        r"(?:\s+[\w-]+){0,4}?\s+|^\W*)(?:sustituye|deroga|reemplaza|anula|sustituyen|"
        r"derogan)\s+(?:y\s+\w+\s+)?(?:al?\s+)?"
        r"(?P<other>[^;\s][^;]*)",
        repealed=r"^\W*(?:\(?\w{1,4}[.)]\s+)?(?:(?:queda|quedan)\s+(?:derogad|anulad|"
        r"sustituid)[oa]s?\s+(?P<other>[^;\s][^;]*)|"
        r"(?P<old>(?:el|la|los|las)\s.{3,150}?)\s{1,4}(?:queda|quedan|es|son)\s+(?:derogad|anulad)[oa]s?)",
        ended=rf"\b(?:el presente|la presente|est[ea])\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\b(?:\s+[\w-]+){{0,4}}?\s+"
        r"(?:(?:ha sido|fue|está|queda)\s+(?:\w+\s+){0,2}?(?:sustituid|derogad|anulad|reemplazad)[oa]"
        r"(?:\s+por\s+(?P<by>[^.;\s][^.;]*))?|ya no (?:está en vigor|es válid[oa]|está vigente))",
        begins=rf"\b(?:el presente|la presente|est[ea])\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\s+"
        r"(?:entra|entrará|entró)\s+en\s+vigor\s+"
        r"(?:a\s+partir\s+del?\s+)?DATE",
        words="sustituye sustituido deroga derogado derogada derogados reemplaza reemplazado anula anulado vigor "
        "vigente válido",
    ),
    force=Force(
        must=r"debe|deben|deberá|deberán|obligatori[oa]s?|obligad[oa]s?|tienen? que|exigid[oa]s?",
        should=r"debería|deberían|recomendad[oa]s?",
        may=r"puede|pueden|podrá|podrán|podría|podrían|autorizad[oa]s?|permitid[oa]s?|facultativ[oa]s?",
        banned=r"prohibid[oa]s?",
        negation=r"no|nunca|jamás|ningún|ningun[oa]s?|sin|ni|tampoco",
    ),
)
