"""Portuguese phrases."""

from rag.text.phrases.model import Documents, FollowUps, Force, Phrases, Questions, Reform, Succession, Texts, Time

_BEFORE = r"a partir de|a|com|de|desde|em|até|para|por|segundo|sobre|ante|sob"
_DOCUMENTS = r"(?:documentos?|textos?|ficheiros?|arquivos?|fontes?|publicações)"
_KIND = (
    r"(?:texto|lei|regulamento|portaria|decreto|despacho|resolução|norma|normas|política|diretiva|circular|documento|"
    r"código|versão|edição|guia|acordo|convenção|estatuto|página|instrução|edital|postura)"
)

PHRASES = Phrases(
    time=Time(
        months=r"janeiro|jan\.? fevereiro|fev\.? março|mar\.? abril|abr\.? maio|mai\.? junho|jun\.? julho|jul\.? "
        r"agosto|ago\.? setembro|set\.? outubro novembro|nov\.? dezembro|dez\.?",
        since=r"(?:em vigor |válid[oa] )?(?:desde|a partir|a contar)(?: o| de| do)?",
        until=r"até(?: a| ao| o)?",
        between=r"desde(?: o)?|de|do|entre(?: o)?",
        to=r"até(?: a| ao| o)?|a|ao|e(?: o)?",
        at=r"em|no ano(?: de)?|no dia|desde(?: o)?|até(?: a| ao)?|antes de|a partir de|para(?: o ano de)?|durante",
        now=r"agora|hoje|atualmente|actualmente|atua(?:l|is)|neste momento|hoje em dia|vigentes?|este ano",
        history=r"quando|desde|história|evolu\w+|mud\w+|anterior\w*|antig\w+|antes|inicia(?:l|is|lmente)|primeir\w*|"
        r"mais (?:alt|baix)[oa]s?|tod[oa]s|eram?|foi|foram|custava\w*|havia|compar\w+|diferença|"
        r"(?:que|qual é a) (?:data|dia|mês|ano)",
        past=r"anterior\w*|antig\w+|antes|outrora|história|inicia(?:l|is|lmente)|origina(?:l|is|lmente)|eram?|foi|"
        r"foram|"
        r"havia|até (?:19|20)\d\d",
        before="antes d[eo](?: ano)?(?: de)?",
        end="(?:até )?(?:ao |no )?(?:fim|final) d[eo](?: ano)?(?: de)?",
    ),
    reform=Reform(
        before="antes d[ao]s?",
        after="(?:depois d[ao]s?|(?:após|desde) [ao]s?)",
        change="reformas?|altera(?:ção|ções)|revisão|mudanças?|revogação|introdução|entrada em vigor|"
        "nova (?:lei|norma|portaria)|novo (?:regulamento|decreto|código)",
        of="d[aeo]s?",
    ),
    questions=Questions(
        words=rf"(?:(?:{_BEFORE})\s+)?(?:o que|que|o quê|quê|quem|qual|quais|quando|quant[oa]s?|como|onde|aonde|porque|"
        r"porquê)",
        opens=r"(?:e )?(?:posso|pode|podem|podemos|pode-se|devo|deve|devem|deve-se|é|são|está|estão|há|existe|existem|"
        r"tenho de|tenho que|tem|têm|é preciso|é permitido|é proibido|é obrigatório|permite-se|era|foi|aplica-se)",
        either=r"ou",
        joins=r"e|ou|mas",
        lists=r"(?:enumer[ae]|list[ae]|cit[ae]|indi[cq]u?[ae]|nomei[ae]|diga|dê|mostr[ae])\b.*\b(?:tod[oa]s|os|as)|"
        r"quais\b(?! (?:são |as )*diferenças)|que (?:\w+ de )?\w{4,}s (?:são|devo|deve|devem|tenho|preciso|é|se|"
        r"acompanham)",
        compared=(
            r"\bcompar[ae]r?\s+(?P<one>.+?)\s+(?:e|com)\s+(?P<other>.+)",
            r"\bdiferenças?\s+(?:\w+\s+)?entre\s+(?P<one>.+?)\s+e\s+(?P<other>.+)",
            r"^\W*(?P<one>.+?)\s+(?:vs\.?|versus)\s+(?P<other>.+)",
        ),
        chosen=(
            r"\b(?:o que|que|quem|qual)\b.*?\b(?P<more>(?:mais|menos)(?:\s+\w+)?|melhor|pior|maior|"
            r"menor)\b[^,:]*[,:]\s*"
            r"(?P<one>.+?)\s+ou\s+(?P<other>.+)",
            r"^\W*(?P<one>.+?)\s+(?:é|custa|dura)\s+(?P<more>(?:mais|menos)(?:\s+\w+)?)\s+(?:do )?que\s+(?P<other>.+)",
        ),
        open_comparison=r"^\W*(?:em |de )?(?:que|qual|quais)\b.*\b(?:mais|menos|maior|menor|melhor|"
        r"pior)\b(?!.*\bdo que\b)",
        measures=(
            (r"car[oa]|barat|cust|preço|alt[oa]|baix[oa]|grande|pequen|taxa|multa|tarifa|alug", "Quanto custa {}?"),
            (r"long|curt|dura|prazo|tempo", "Quanto tempo dura {}?"),
            (r"antig|velh|nov[oa]|recent|cedo|tarde", "Quando {}?"),
        ),
        unmeasured="O que é {}?",
        decides=r"não|nenhum|nenhuma|nunca|nem|só|somente|apenas|unicamente|salvo|exceto|excepto|pode|podem|deve|devem|"
        r"deverá|poderá|proibid[oa]s?|ilega(?:l|is)|autorizad[oa]s?|permitid[oa]s?|permite\w*|admitid[oa]s?|"
        r"obrigatóri[oa]s?|obrigad[oa]s?|isent[oa]s?|dispensad[oa]s?|direito|caduc\w+|revogad[oa]s?|suprimid[oa]s?|"
        r"suspens[oa]s?|encerrad[oa]s?|fechad[oa]s?|substituíd[oa]s?|sem|exige\w*|necessári[oa]s?",
    ),
    follow_ups=FollowUps(
        verbs=r"é|são|era|eram|custa|custam|dura|duram|vale|pode|podem|posso|deve|devem|há|que|se|tem|têm|entra|entram|"
        r"começa|termina|paga|pagam|pagar|recebe|tempo|diz|significa|estabelece|usar|utilizar|obter|serve|permite",
        stops=r"em|com|sem|por|para|segundo|sobre|desde|até|antes|depois|quando|se|e|ou|custa|dura|pode|deve|entra|é|"
        r"são|gratuito|gratuita|permitido|proibido|no|na|obrigatório|obrigatória",
        determiners=r"o|a|os|as|um|uma|uns|umas",
        pronouns=r"ele|ela|eles|elas|isso|isto|est[ea]s?(?=\W*\Z)",
        disagree=(("ela|elas", "o|um|os|uns"), ("ele|eles", "a|uma|as|umas")),
        places=r"em|no|na|nos|nas|para|com|ao|à|por|sobre",
        ellipsis=r"e(?: em| para| com| no| na)?|mas|e quanto a[os]?",
    ),
    documents=Documents(
        which=rf"(?:que|quais|quantos) {_DOCUMENTS} (?:há|tens|tem|têm|existem|estão disponíveis)(?: disponíveis| aqui|"
        rf" no índice)?|"
        rf"quais são os {_DOCUMENTS}(?: disponíveis)?|(?:lista|mostra|mostre|liste|"
        rf"enumera)(?: todos)?(?: os)? {_DOCUMENTS}"
        r"(?: disponíveis)?|o que há (?:aqui|no índice|na coleção|no catálogo)|o que posso perguntar",
        some=rf"(?:(?:que|quais) {_DOCUMENTS}|(?:há|tens|tem|existem?) (?:algum |alguns )?{_DOCUMENTS}|"
        rf"(?:lista|mostra|mostre|liste|enumera)(?: todos)?(?: os)? {_DOCUMENTS})(?: (?:há|tens|tem|têm|existem|são))?",
        about=r"sobre|acerca d[eoa]s?|(?:que )?(?:falam d[eoa]s?|tratam d[eoa]s?|mencionam|se referem a[os]?)|"
        r"relativos a[os]?",
        author=r"quem (?:escreveu|redigiu|publicou|elaborou|assinou|aprovou|é o autor d[eoa]|é a autora d[eoa])\s+"
        r"(?P<title>.+?)|por quem foi (?:escrit|redigid|publicad)[oa]\s+(?P<named>.+?)",
        dated=r"quando (?:foi|se) (?:publicad[oa]|escrit[oa]|redigid[oa]|publicou|aprovad[oa]) (?P<title>.+)|"
        r"de quando é (?P<old>.+)|qual é a data (?:de publicação )?d[eoa] (?P<aged>.+)",
        since=r"desde",
        after=r"depois de|posteriores a",
        before=r"antes de|anteriores a",
        until=r"até",
        within=r"de|do ano de|em",
    ),
    texts=Texts(
        announces=r".*\b(?:seguintes?|como se segue|a seguir|abaixo)\b[^:]{0,60}[.:]?|"
        r".*\b(?:existem|há|compreende|inclui|distingue|prevê|contém)(?: \w+){0,2} "
        r"(?:dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|vári[oa]s|divers[oa]s|alguns|"
        r"algumas)(?: [\w-]+){1,4}[.:]",
        named=r"(?:estes|estas|eles|elas|trata-se|são)(?: \w+){0,2}? (?:são|d[eoa]s?|o|a|os|as|incluem)|"
        r"em primeiro lugar|primeiro|(?:o primeiro|a primeira)",
        next=r"em segundo lugar|em terceiro lugar|segundo|terceiro|por último|finalmente|por fim|(?:o|a) (?:segund[oa]|"
        r"terceir[oa]|quart[oa]|quint[oa]|últim[oa])",
        limits=r"(?:est[ea]s?|ess[ea]s?|tal|tais|o disposto|[oa]s?)(?: [\w-]+){0,4}? (?:não|só|apenas) (?:se (?:aplica|"
        r"aplicam|"
        r"estende)|abrange\w*|vale\w*)|não se aplica[m]?|(?:ficam?|são|estão) (?:isent|excluíd|dispensad)[oa]s?|"
        r"excetua[m]?-se|excluem-se|salvo|exceto|excepto|exceções|a menos que|a não ser que|desde que|sem prejuízo",
        however=r"no entanto|contudo|porém|todavia|mas|caso contrário|.{0,40}\b(?:no entanto|contudo|porém)",
        restricts=r"não|só|apenas|somente|deve|devem|pode|podem|salvo|exceto|pelo menos|no máximo|no prazo|se",
        rules=r"deve|devem|deverá|pode|podem|é|são|será|custa|custam|proibid[oa]s?|permitid[oa]s?|obrigatóri[oa]s?|"
        r"obrigad[oa]s?|sujeit[oa]s?|tem|têm|direito|paga|pagam|recebe|taxa|tarifa|preço|multa|fica|ficam|"
        r"aplica-se|aplicam-se",
        refers_back=r"(?:eles?|elas?|est[ea]s?(?= (?:é|são|será|tem|deve|pode|se)\b)|tais|tal|no entanto|contudo|porém|"
        r"todavia|por isso|assim|portanto|n(?:este|esse|estes|esses) casos?|em tal caso|caso contrário|para (?:este|"
        r"tal) efeito)"
        r"|est[ea] (?:prazo|montante|obrigação|proibição|taxa|período)",
        definition=(
            r"(?:para efeitos d[\w ]{3,40}, )?entende-se por [«“\"]?(?P<term>[^«»“”\",:]{2,50}?)[»”\"]?[,:]? "
            r"(?=(?:o|a|os|as|um|uma|tod[oa]|qualquer)\b)",
            r"(?P<term>(?:um|uma|o|a)\s(?:[\w-]+\s){0,3}?[\w-]+) é (?:um|uma|o|a|tod[oa]|qualquer) ",
            r"[«“\"](?P<term>[^«»“”\"]{2,50})[»”\"](?: ?:|,| significa| é) ",
        ),
        requested=r"(?:o que|que|quem) (?:é|são|significa|se entende por) (?P<term>.{2,60}?)|"
        r"como (?:se define|é definid[oa]) (?P<defined>.{2,60}?)",
        content="diz estabelece regula contém dispõe prevê indica estipula determina conteúdo resume resumir trata "
        "fixa exige",
    ),
    succession=Succession(
        kind=_KIND,
        replaces=rf"(?:\b(?:o presente|a presente|est[ea]|estas|estes)\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\b"
        r"(?:\s+[\w-]+){0,4}?\s+|^\W*)(?:substitui|revoga|anula|substituem|revogam)\s+(?:e\s+\w+\s+)?(?P<other>[^;\s][^;]*)",
        repealed=r"^\W*(?:\(?\w{1,4}[.)]\s+)?(?:(?:é|são|fica|ficam)\s+revogad[oa]s?\s+(?P<other>[^;\s][^;]*)|"
        r"(?P<old>[oa]s?\s.{3,150}?)\s{1,4}(?:é|são|fica|ficam)\s+(?:revogad|anulad)[oa]s?)",
        ended=rf"\b(?:o presente|a presente|est[ea])\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\b(?:\s+[\w-]+){{0,4}}?\s+"
        r"(?:(?:foi|está|é)\s+(?:\w+\s+){0,2}?(?:substituíd|revogad|anulad)[oa](?:\s+pel[oa]\s+(?P<by>[^.;\s][^.;]*))?|"
        r"já não está em vigor|deixou de vigorar)",
        begins=rf"\b(?:o presente|a presente|est[ea])\s+(?:[\w-]+\s+){{0,3}}?{_KIND}\s+"
        r"(?:entra|entrará|entrou)\s+em\s+vigor\s+"
        r"(?:em\s+|a\s+partir\s+de\s+|no\s+dia\s+|a\s+)?DATE",
        words="substitui substituído substituída revoga revogado revogada revogados anula anulado vigor vigorar",
    ),
    force=Force(
        must=r"deve|devem|deverá|deverão|obrigatóri[oa]s?|obrigad[oa]s?|exigid[oa]s?",
        should=r"deveria|deveriam|recomendad[oa]s?",
        may=r"pode|podem|poderá|poderão|poderia|poderiam|autorizad[oa]s?|permitid[oa]s?|facultativ[oa]s?",
        banned=r"proibid[oa]s?|vedad[oa]s?",
        negation=r"não|nunca|jamais|nenhum|nenhuma|sem|nem",
    ),
)
