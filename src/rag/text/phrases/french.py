"""French phrases."""

from rag.text.phrases.model import Documents, FollowUps, Force, Phrases, Questions, Reform, Succession, Texts, Time

_BEFORE = r"à partir de|à|de|depuis|en|par|pour|avec|sur|dans|sous|chez|avant|après|jusqu['’]?à"
_DOCUMENTS = r"(?:documents?|textes?|fichiers?|sources?|publications?)"
_KIND = (
    r"(?:texte|loi|règlements?|arrêté|décret|règles?|décision|politique|directive|circulaire|document|code|version|"
    r"édition|notice|guide|avis|accord|convention|ordonnance|délibération|charte|page|statuts?)"
)

PHRASES = Phrases(
    time=Time(
        months=r"janvier|janv\.? février|févr?\.? mars avril|avr\.? mai juin juillet|juil\.? août septembre|sept\.? "
        r"octobre|oct\.? novembre|nov\.? décembre|déc\.?",
        since=r"(?:en vigueur |valable |applicable )?(?:depuis|à partir|à compter|dès)(?: le| du| de)?",
        until=r"jusqu['’](?:au|à|en)",
        between=r"du|de|entre(?: le)?",
        to=r"au|à|et(?: le)?",
        at=r"en|au|le|depuis(?: le)?|avant(?: le)?|dès(?: le)?|à partir (?:du|de)|en l['’]an|pour(?: l['’]année)?|"
        r"dans l['’]année|fin|début",
        now=r"maintenant|aujourd['’]hui|actuellement|actuel(?:le)?s?|en ce moment|à présent|cette année",
        history=r"quand|depuis|jusqu\w*|histoire|historique|évolution|évolu\w+|chang\w+|précédent\w*|anciens?|"
        r"anciennes?|auparavant|autrefois|initial\w*|premi[eè]re?s?|plus (?:haut|bas|élevée?|faible)s?|tous|toutes|"
        r"était|étaient|fut|avait|compar\w+|différence|quel(?:le)? (?:est la )?(?:date|jour|mois|année)",
        past=r"anciens?|anciennes?|précédent\w*|auparavant|autrefois|avant|histoire|historique|initial\w*|était|"
        r"étaient|avait|jusqu['’]en (?:19|20)\d\d",
        before="avant(?: le)?(?: l['’]année)?",
        end="(?:jusqu['’]à |à )?(?:la )?fin(?: de| du)?(?: l['’]année)?",
    ),
    reform=Reform(
        before="avant (?:l[ae]s?|l['’])",
        after="(?:après|depuis) (?:l[ae]s?|l['’])",
        change="réformes?|modifications?|révision|refonte|changements?|abrogation|introduction|"
        "entrée en vigueur|nouvelle (?:loi|réglementation)|nouveau (?:règlement|décret|code)",
        of="du|des|de(?: la)?",
    ),
    questions=Questions(
        words=rf"(?:(?:{_BEFORE})\s+)?(?:qu['’]est[- ]ce (?:que|qui|qu['’])|qui|que|qu['’]|quoi|quel(?:le)?s?|"
        r"lequel|laquelle|lesquel(?:le)?s|auquel|duquel|où|quand|comment|combien|pourquoi)",
        opens=r"(?:et )?(?:est[- ]ce (?:que|qu['’])|peut-on|puis-je|peuvent-ils|faut-il|dois-je|doit-on|a-t-on|"
        r"est-il|est-elle|sont-ils|sont-elles|y a-t-il|existe-t-il|ai-je|avons-nous|a-t-il|a-t-elle)",
        either=r"ou",
        joins=r"et|ou|mais",
        lists=r"(?:cite[rz]?|citez|énumère[rz]?|énumérez|liste[rz]?|listez|donne[rz]?(?:-moi)?|montre[rz]?)\b.*\b"
        r"(?:tous|toutes|les)|quel(?:le)?s\b(?!\s+différences?)",
        compared=(
            r"\bcompare[rz]?\s+(?P<one>.+?)\s+(?:et|avec|à|aux?)\s+(?P<other>.+)",
            r"\bdifférences?\s+(?:\w+\s+)?entre\s+(?P<one>.+?)\s+et\s+(?P<other>.+)",
            r"^\W*(?P<one>.+?)\s+(?:vs\.?|versus)\s+(?P<other>.+)",
        ),
        chosen=(
            r"\b(?:qu['’]est-ce qui|qui|quoi|lequel|laquelle|quel(?:le)?)\b.*?\b(?P<more>(?:plus|moins)(?:\s+\w+)?|"
            r"meilleure?)\b[^,:]*?(?:[,:]|\bentre\b)\s*(?P<one>.+?)\s+(?:ou|et)\s+(?P<other>.+)",
            r"^\W*(?P<one>.+?)\s+(?:est|coûte|dure)(?:-t)?(?:-il|-elle)?\s+(?P<more>(?:plus|moins)(?:\s+\w+)?)\s+que\s+"
            r"(?P<other>.+)",
        ),
        open_comparison=r"^\W*(?:dans |de |à )?quel(?:le)?s?\b.*\b(?:plus|moins|meilleure?s?)\b(?!.*\bque\b)",
        measures=(
            (r"ch[eè]re?|coût|prix|tarif|élev|haut|bas|grand|petit|droit|taxe|amende", "Combien coûte {} ?"),
            (r"long|court|durée|délai|dure", "Combien de temps dure {} ?"),
            (r"ancien|vieux|vieille|récent|tôt|tard|nouve", "Quand {} ?"),
        ),
        unmeasured="Qu'est-ce que {} ?",
        decides=r"ne|n['’]\w+|pas|aucune?|jamais|ni|seule?s?|seulement|uniquement|sauf|excepté|hormis|peut|peuvent|"
        r"doit|doivent|interdite?s?|prohibée?s?|illicites?|autorisée?s?|permise?s?|admise?s?|obligatoires?|requise?s?|"
        r"obligation|dispensée?s?|exemptée?s?|exonérée?s?|droit|expirée?s?|abrogée?s?|supprimée?s?|retirée?s?|"
        r"suspendue?s?|fermée?s?|remplacée?s?|sans|nécessaires?",
    ),
    follow_ups=FollowUps(
        verbs=r"est|sont|était|étaient|coûte|coûtent|dure|durent|vaut|faut|peut|peuvent|doit|doivent|a|ont|entre|"
        r"entrent|"
        r"entre-t-il|entre-t-elle|commence|finit|paie|payer|payent|paient|reçoit|que|qu|ce|il|elle|on|je|peut-on|"
        r"puis-je|"
        r"faut-il|temps|de|c|dit|prévoit|signifie|veut|dire|s|appelle|utilise|utilisent|utiliser|obtenir|montant|prix",
        stops=r"en|dans|sur|sous|avec|sans|avant|après|depuis|jusqu|quand|si|et|ou|par|pour|est|sont|coûte|dure|peut|"
        r"doit|entre|entre-t-il|entre-t-elle|est-il|est-elle|gratuit|gratuite|autorisé|autorisée|interdit|interdite|"
        r"chez",
        determiners=r"l|le|la|les|un|une|des|du",
        pronouns=r"(?<!faut)(?<!y a)(?<!y a-t)(?<!agit)(?:-t)?-(?:il|elle|ils|elles)(?! (?:possible|nécessaire|permis|"
        r"interdit|"
        r"obligatoire|vrai)\b)|(?<!-)(?:il|elle|ils|elles)|celui-ci|celle-ci|cela|ça|ceci",
        disagree=((r"(?:-t)?-?elles?|celle-ci", "le|un|ce"), (r"(?:-t)?-?ils?|celui-ci", "la|une|cette")),
        places=r"dans|en|à|au|aux|chez|pour|sur|sous|avec|avant|après",
        ellipsis=r"et(?: pour| dans| en| à| avec| chez)?|mais|qu['’]en est-il (?:de|du|des)",
    ),
    documents=Documents(
        which=rf"quel(?:le)?s {_DOCUMENTS} (?:avez-vous|as-tu|y a-t-il|existent|sont disponibles|sont indexés)|"
        rf"quels sont les {_DOCUMENTS}(?: disponibles)?|(?:liste[rz]?|montre[rz]?|"
        rf"cite[rz]?)(?:-moi)?(?: tous)?(?: les)? "
        rf"{_DOCUMENTS}(?: disponibles)?|combien (?:y a-t-il de|de|avez-vous de) {_DOCUMENTS}(?: y a-t-il| avez-vous)?|"
        r"qu['’]y a-t-il (?:ici|dans (?:l['’]index|la collection|le catalogue))|"
        r"(?:que|qu['’]est-ce que je) (?:puis-je|peux) (?:vous |te )?demander",
        some=rf"(?:quel(?:le)?s {_DOCUMENTS}|(?:avez-vous|as-tu|y a-t-il|existe-t-il) (?:des|un) {_DOCUMENTS}|"
        rf"(?:liste[rz]?|montre[rz]?|cite[rz]?)(?:-moi)?(?: tous)?(?: les)? {_DOCUMENTS})"
        r"(?: (?:avez-vous|as-tu|y a-t-il|existent|sont))?",
        about=r"sur|au sujet (?:de|du|des)|à propos (?:de|du|des)|parlent (?:de|du|des)|"
        r"(?:qui )?(?:traitent (?:de|du|des)|concernent|mentionnent|portent sur)|concernant",
        author=r"qui (?:a (?:rédigé|écrit|publié|signé|pris|établi)|est l['’]auteure? (?:de|du|des)|"
        r"sont les auteurs (?:de|du|des))\s+(?P<title>.+?)|par qui (?P<named>.+?) a-t-(?:il|elle) été "
        r"(?:rédigée?|écrite?|publiée?)",
        dated=r"quand (?:a été|ont été) (?:publiée?s?|rédigée?s?|écrite?s?|adoptée?s?) (?P<title>.+)|"
        r"quand (?P<named>.+?) "
        r"a-t-(?:il|elle) été (?:publiée?|rédigée?|écrite?)|de quand (?:date|datent) (?P<old>.+)|"
        r"quelle est la date (?:de publication )?(?:de|du|des) (?P<aged>.+)",
        since=r"depuis",
        after=r"après",
        before=r"avant",
        until=r"jusqu['’]en",
        within=r"de(?: l['’]année)?|en",
    ),
    texts=Texts(
        announces=r".*\b(?:suivante?s?|comme suit|ci-dessous|ci-après)\b[^:]{0,60}[.:]?|"
        r".*\b(?:il existe|il y a|comprend|comporte|distingue|compte|prévoit|contient)(?: \w+){0,2} "
        r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|plusieurs|différentes?|différents)(?: [\w'’-]+){1,4}[.:]",
        named=r"(?:ce|il s['’]agit|celles?-ci|ceux-ci|elles?|ils?)(?: \w+){0,2}? (?:sont|est|comprennent|de|du|des)|"
        r"premièrement|tout d['’]abord|(?:le premier|la première)",
        next=r"deuxièmement|troisièmement|quatrièmement|ensuite|enfin|(?:le|la) (?:deuxième|second|seconde|troisième|"
        r"quatrième|cinquième|dernier|dernière)",
        limits=r"(?:cette|ce|cet|ces|la présente|le présent|les?|la|"
        r"l['’])(?: ?+[\w'’-]++){0,4}? ne (?:s['’]applique(?:nt)?|"
        r"concerne(?:nt)?|vise(?:nt)?|vaut|valent|s['’]étend) (?:pas|que)|(?:sont|est|en sont) (?:toutefois )?"
        r"(?:exclue?s?|exceptée?s?|exemptée?s?|dispensée?s?)|il n['’]en (?:est|va) (?:pas|autrement)|sauf|excepté|"
        r"hormis|"
        r"exceptions?|par exception|par dérogation|à moins que|à condition que|sous réserve|sans préjudice|"
        r"(?:elle|il|elles|ils) ne s['’]applique(?:nt)? (?:pas|que)",
        however=r"toutefois|cependant|néanmoins|mais|en revanche|à défaut|.{0,40}\b(?:toutefois|cependant)",
        restricts=r"ne|n['’]\w+|pas|que|doit|doivent|peut|peuvent|seule?s?|seulement|uniquement|sauf|au moins|au plus|"
        r"dans (?:un|le) délai|si",
        rules=r"doit|doivent|peut|peuvent|est|sont|coûte|coûtent|s['’]élève|interdite?s?|autorisée?s?|permise?s?|"
        r"obligatoires?|tenue?s?|soumise?s?|a droit|ont droit|paie|paient|payée?s?|reçoit|bénéficient?|faut|tarif|"
        r"droit",
        refers_back=r"(?:il|elle|ils|elles|celui-ci|celle-ci|ceux-ci|celles-ci|cela|ceci|ce dernier|cette dernière|"
        r"toutefois|cependant|néanmoins|en revanche|ainsi|dès lors|par conséquent|sinon|à défaut|dans ce cas|"
        r"dans ces cas|à cet effet|à cette fin|pour cette raison|leurs?)"
        r"|c(?:e|et|ette) (?:délai|montant|droit|obligation|interdiction|durée|période)",
        definition=(
            r"(?:au sens d\w+ [\w ]{3,40}, )?(?:on entend|est entendue?) par [«“\" ]{0,3}+(?P<term>[^«»“”\",]{2,50}?)"
            r"[»”\" ]{0,3} ?[,:]? ?(?:une?|le|la|les|l['’]|toute?) ",
            r"(?P<term>(?:une?|le|la|l['’])\s?(?:[\w'’-]+\s){0,3}?[\w'’-]+) (?:est|désigne) (?:une?|le|la|l['’]|"
            r"toute?) ?",
            r"[«“\" ]{1,3}(?P<term>[^«»“”\"]{2,50}?)[»”\" ]{1,3}(?: ?:|,| désigne| signifie) ",
        ),
        requested=r"(?:qu['’]est[- ]ce (?:que c['’]est qu['’]|que|qu['’])|que signifie|que désigne|qu['’]entend-on par|"
        r"quelle est la définition (?:de|d['’])) ?(?P<term>.{2,60}?)|comment (?:définit-on|"
        r"est défini[e]?) (?P<defined>.{2,60}?)",
        content="dit prévoit dispose contient énonce stipule régit indique établit précise contenu résume résumer fixe "
        "traite énoncé signifie prescrit",
    ),
    succession=Succession(
        kind=_KIND,
        replaces=rf"(?:\b(?:le présent|la présente|les présente?s|cette|ce|cet)\s+(?:[\w'’-]+\s+){{0,3}}?{_KIND}\b"
        r"(?:\s+[\w'’-]+){0,4}?|^\W*(?:il|elle|ils|elles))\s+(?:remplace|abroge|annule|remplacent|abrogent)\s+"
        r"(?:et\s+\w+\s+)?(?P<other>[^;\s][^;]*)",
        repealed=r"^\W*(?:\(?\w{1,4}[.)]\s+)?(?P<other>(?:le|la|les|l['’])\s?.{3,150}?)\s{1,4}(?:est|"
        r"sont)\s+(?:\w+\s+){0,2}?"
        r"(?:abrogée?s?|annulée?s?|remplacée?s? par (?:le présent|la présente))",
        ended=rf"\b(?:le présent|la présente|cette|ce|cet)\s+(?:[\w'’-]+\s+){{0,3}}?{_KIND}\b(?:\s+[\w'’-]+){{0,4}}?\s+"
        r"(?:(?:a été|est|fut)\s+(?:\w+\s+){0,2}?(?:remplacée?|abrogée?|annulée?|retirée?)"
        r"(?:\s+par\s+(?P<by>[^.;\s][^.;]*))?|"
        r"n['’]est plus (?:en vigueur|valable|applicable))",
        begins=rf"\b(?:le présent|la présente|cette|ce|cet)\s+(?:[\w'’-]+\s+){{0,3}}?{_KIND}\s+"
        r"(?:entre|entrera|est\s+entrée?)\s+"
        r"en\s+vigueur\s+(?:à\s+compter\s+du\s+|à\s+partir\s+du\s+|dès\s+|au\s+)?DATE",
        words="remplace remplacé abroge abrogé annule annulé retiré vigueur applicable",
    ),
    force=Force(
        must=r"doit|doivent|devra|devront|obligatoires?|tenue?s? de|obligée?s?|exigée?s?|requise?s?",
        should=r"devrait|devraient|recommandée?s?",
        may=r"peut|peuvent|pourra|pourront|pourrait|pourraient|autorisée?s?|permise?s?|facultatifs?|facultatives?",
        banned=r"interdite?s?|prohibée?s?",
        negation=r"ne|n(?=['’])|pas|jamais|aucune?|sans|ni|non",
    ),
)
