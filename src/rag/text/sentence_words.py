"""The abbreviations and sentence starters of each language, added to the common ones of `abbreviations.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from rag.text.abbreviations import (
    CONNECTORS,
    ENDINGS,
    GERMAN_MONTHS,
    MONTHS,
    REFERENCES,
    STARTERS,
    TITLES,
    UNITS,
)
from rag.text.languages import DEFAULT, known


@dataclass(frozen=True, slots=True)
class SentenceWords:
    """The words that decide whether a full stop ends a sentence. `abbreviations.py` explains the kinds."""

    titles: frozenset[str] = TITLES
    references: frozenset[str] = REFERENCES
    connectors: frozenset[str] = CONNECTORS
    endings: frozenset[str] = ENDINGS
    months: frozenset[str] = MONTHS
    starters: frozenset[str] = STARTERS
    after_ordinals: frozenset[str] = GERMAN_MONTHS
    """Words that may follow an ordinal number with a full stop, as in German: `5. Juni`, `3. Kammer`."""
    abbreviations: frozenset[str] = field(init=False)
    """All abbreviations."""

    def __post_init__(self) -> None:
        kinds = (self.references, self.titles, self.connectors, self.endings, UNITS, self.months)
        object.__setattr__(self, "abbreviations", frozenset().union(*kinds))


COMMON = SentenceWords()

# Common abbreviations that are ordinary words of a language, so that they end sentences: "Hij belt op."
_ORDINARY = {
    "da": "col com est fr sc",
    "de": "art gen hin nos par res so",
    "es": "com con es par pos res ser son",
    "fr": "com par res son sur",
    "it": "com con par pos res",
    "nl": "col com est op par res sec",
    "no": "art est par",
    "pl": "co par",
    "pt": "com par pos res",
    "sv": "art op par res",
}

_CONNECTORS = {
    "cs": "např tj tzn tzv resp mj cca popř",
    "da": "bl.a dvs f.eks fx jf ca hhv mht mv o.l pga vedr",
    "de": """
    bspw bzw ca evtl gem ggf i.d.r i.s.d insb insbes inkl lt o.g sog u.a ugs vgl vgl z.b z.t zzgl zz""",
    "es": "aprox p.ej ej vid cfr",
    "fi": "esim ks mm ns ts vrt eli",
    "fr": "cf env not p.ex ex",
    "hu": "pl ill kb ún ld vö",
    "it": "es p.es cfr ecc ca cd c.d",
    "nl": "bijv ca cf d.w.z evt excl incl i.p.v i.v.m m.b.t m.i.v nl o.a resp t/m t.a.v vgl z.g zgn zn",
    "no": "bl.a dvs f.eks jf ca hhv ift mht pga vedr",
    "pl": "np tj tzn tzw m.in por ok ww",
    "pt": "aprox p.ex ex cf",
    "ro": "de.ex cca resp",
    "ru": "т.е т.к т.н напр см ср тыс прим",
    "sv": "bl.a dvs d.v.s t.ex jfr ca resp s.k m.a.o",
    "tr": "örn bkz yak",
}
"""Abbreviations inside a sentence."""

_REFERENCES = {
    "cs": "čl odst písm č čís sb str",
    "da": "afs art bek jf kap litra lovbkg nr pkt stk s",
    "de": """
    abl abs abschn anh anl anm art aufl bd bgbl buchst drs erg gbl gvbl hs kap lit nr nrn rdn rn rspr rz s st tz
    unterabs urt ziff""",
    "es": "art arts apdo apdos cap disp inc lit núm núms ord pág págs párr",
    "fi": "kohta luku mom n:o s",
    "fr": "al art arts chap fasc ann n num par pp p tit",
    "hu": "bek évf o sz",
    "it": "all art artt cap co lett let n nn num pag par sez tit",
    "nl": "afd art artt blz bijl hfdst lid nr nrs p par pag stb stcrt",
    "no": "art jf kap nr pkt s",
    "pl": "art lit nr par pkt poz str ust zał",
    "pt": "al alín art arts cap inc n núm p pág par",
    "ro": "alin art lit nr pag pct",
    "ru": "ст ч п пп пунк гл разд абз стр прил рис табл",
    "sv": "art kap mom nr punkt s st",
    "tr": "md mad s sy",
}
"""Parts of a document."""

_TITLES = {
    "de": "dipl dipl.-ing fam hr hrn fr frl ing mag prof",
    "es": "sr sra sres srta d dña dr dra excmo excma ilmo ilma lic ing",
    "fr": "m mm mme mmes mlle dr me mgr pr",
    "it": "sig sigg sig.ra sig.na dott dott.ssa avv ing on prof geom",
    "nl": "dhr mevr mr drs ir ing prof",
    "pl": "dr inż mgr prof",
    "pt": "sr sra srs srs dr dra exmo exma eng",
    "ru": "г-н г-жа проф акад",
    "sv": "hr fru",
}

_ENDINGS = {
    "da": "kr mio mia mv m.v osv o.l",
    "de": """
    abt abw allg d.h einschl etc gebr gem ges h hl hpts inc jg jh mind mio mrd max min p.a pol proz s.o s.u sek std str
    stv tel ugs urspr usf usw verw z""",
    "es": "admón admon av avda c cía dpto ee etc gral hnos izda máx mín pl prov pza r.d ss tel ud uds ustedes",
    "fr": "adm av bd blvd dép etc hab max min tél st ste",
    "it": "ecc art.lo fig gent ill max min mil mln mld s.p.a s.r.l spett tel v.le p.zza",
    "nl": "afd bv b.v dir enz e.d max min mld mln n.v nv tel gem",
    "no": "kr mill mrd osv mv o.l",
    "pl": "itd itp godz r tys mln mld zł ul tel pow woj",
    "pt": "av dep dept etc exp gov máx mín mil r tel univ ltda",
    "ru": "г гг в вв руб коп млн млрд тыс ул д корп кв тел др пр т.д т.п",
    "sv": "kr milj osv m.m m.fl tel",
}

_MONTHS = {
    "es": "ene abr ago sept set dic",
    "fr": "janv févr avr juil juill sept oct nov déc",
    "it": "genn febbr mag giu lug ago sett ott dic gen",
    "nl": "jan febr mrt apr aug sept okt nov dec",
    "pt": "fev abr mai ago set out dez",
}

_STARTERS = {
    "de": """
    Aber Alle Allerdings Als Am An Anträge Auch Auf Aus Außerdem Bei Beim Bis Da Dabei Dadurch Dafür Daher Damit Danach
    Daneben Dann Darüber Das Dazu Dem Den Denn Der Des Deshalb Die Dies Diese Dieser Dieses Durch Ein Eine Einem Einen
    Einer Eines Er Erst Es Falls Für Gegen Gemäß Hat Hier Hierzu Ich Ihr Ihre Im In Innerhalb Insbesondere Ist Jede
    Jeder Jedes Jedoch Kein Keine Können Mit Nach Nachdem Näheres Neben Nicht Noch Nur Ob Ohne Ohne Seit Sie Sind So
    Sobald Sofern Soll Soweit Spätestens Statt Trotz Über Um Und Unter Viele Vom Von Vor Während Wann War Was Weder Weil
    Welche Wenn Wer Werden Wie Wir Wird Wo Zu Zudem Zum Zur Zuständig Zwischen""",
    "es": """
    A Además Al Ante Antes Aquellos Asimismo Aunque Bajo Cada Como Con Contra Cualquier Cuando De Del Dentro Desde
    Después Dicha Dicho Durante El Ella Ellos En Entre Es Esa Ese Esta Estas Este Esto Estos Hasta La Las Le Lo Los Más
    Mediante Ningún Ninguna No Nos Para Pero Podrá Por Porque Que Quedan Queda Quien Quienes Se Según Serán Será Si Sin
    Sobre Solo Son Su Sus También Tanto Toda Todas Todo Todos Tras Un Una Y Ya""",
    "fr": """
    À Afin Ainsi Après Au Aucun Aucune Aussi Aux Avant Avec Ce Ceci Cela Celle Celui Ces Cet Cette Chaque Ci Comme Dans
    De Depuis Des Dès Donc Du Durant Elle Elles En Enfin Entre Est Et Il Ils Je L La Le Les Leur Leurs Lors Lorsque Mais
    Même Ne Ni Nos Notre Nous On Or Ou Où Outre Par Pendant Plus Pour Puis Quand Que Quel Quelle Qui Sa Sans Sauf Se
    Selon Ses Seuls Si Son Sont Sous Sur Tous Tout Toute Toutefois Toutes Un Une Vos Votre Vous""",
    "it": """
    A Ai Al Alla Alle Anche Che Chi Ciascun Ciò Coloro Come Con Da Dal Dalla Dei Del Della Delle Di Dopo Durante È Egli
    Entro Gli I Il In Inoltre L La Le Lo Ma Nel Nella Nelle Nessun Nessuna Non Ogni Per Però Più Prima Qualora Quando
    Quanto Quella Quello Questa Queste Questi Questo Se Secondo Senza Si Sono Sul Sulla Tali Tale Tra Tutte Tutti Un Una
    Uno""",
    "nl": """
    Aan Alle Alleen Als Bij Binnen Bovendien Daarbij Daarna Daarom Dan Dat De Deze Die Dit Door Echter Een Eerst Elk
    Elke En Er Geen Haar Het Hierbij Hij Hoe Hun Iedere Iedereen Ik In Indien Is Kan Maar Men Met Moet Na Naar Naast
    Niet Of Om Omdat Onder Ook Op Over Per Sinds Te Tegen Ten Tenzij Tijdens Tot Tussen Uit Uw Van Vanaf Volgens Voor
    Voordat Waar Wanneer Wat We Wel Welke Wie Wij Worden Wordt Ze Zij Zijn Zo Zodra Zonder""",
    "pt": """
    A Além Ao Aos Após As Até Cada Com Como Da Das De Depois Desde Do Dos Durante E É Ela Ele Eles Em Embora Entre Essa
    Esse Esta Este Estes Isso Isto Mas Na Nas Não Nenhum Nenhuma No Nos O Os Ou Para Pela Pelo Por Porém Qualquer Quando
    Quem Se Segundo Sem São Será Serão Seu Seus Sob Sobre Sua Suas Também Toda Todas Todo Todos Um Uma""",
    "ru": """
    А Без Более Было В Во Все Вы Где Да Для До Его Если Её За И Из Или Им Их К Каждый Как Когда Которые Кроме Кто Мы На
    Не Но О Об Однако Он Она Они Оно От По После При С Со Так Также Такие То Только У Что Чтобы Эта Эти Это Этот""",
    "sv": """
    Alla Att Av De Den Denna Det Detta Dessa Efter En Ett För Från Han Hon Här I Ingen Inom Men Med När Om Och På Som Så
    Till Under Ur Vad Var Vid Vi Är""",
    "da": """
    Af Alle At De Den Denne Der Det Dette Disse Du Efter En Et For Fra Han Her Hun Hvis Hver I Ingen Med Men Når Og Om
    På Som Til Under Ved Vi""",
    "no": """
    Av Alle At De Den Denne Der Det Dette Disse Du Etter En Et For Fra Han Her Hun Hvis Hver I Ingen Med Men Når Og Om
    På Som Til Under Ved Vi""",
}

_AFTER_ORDINALS = {
    "de": """
    Abschnitt Absatz Änderung Auflage Bezirk Buch Geburtstag Gemeinde Grad Halbjahr Jahr Jahrestag Jahrhundert Kammer
    Kapitel Kapitels Kind Klasse Lebensjahr Lebensjahres Legislaturperiode Monat Monats Quartal Quartals Rang Rate Satz
    Schuljahr Semester Senat Senats Sitzung Stock Stufe Tag Tages Tages Teil Titel Wahlperiode Werktag Werktags Woche
    Zivilkammer Zivilsenat""",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
}


@lru_cache(maxsize=64)
def words_of(language: str | None) -> SentenceWords:
    """Return the words for texts in `language`. English and unknown languages have the common ones."""
    code = known(language)
    if code == DEFAULT:
        return COMMON
    ordinary = frozenset(_ORDINARY.get(code, "").split()) - _own(code)
    return SentenceWords(
        titles=(TITLES - ordinary) | _words(_TITLES, code),
        references=(REFERENCES - ordinary) | _words(_REFERENCES, code),
        connectors=(CONNECTORS - ordinary) | _words(_CONNECTORS, code),
        endings=(ENDINGS - ordinary) | _words(_ENDINGS, code),
        months=(MONTHS - ordinary) | _words(_MONTHS, code),
        starters=_words(_STARTERS, code) or STARTERS,
        after_ordinals=GERMAN_MONTHS | _words(_AFTER_ORDINALS, code),
    )


def _own(code: str) -> frozenset[str]:
    """Return all abbreviations of one language."""
    return frozenset().union(*(_words(kind, code) for kind in (_TITLES, _REFERENCES, _CONNECTORS, _ENDINGS, _MONTHS)))


def _words(kind: dict[str, str], code: str) -> frozenset[str]:
    return frozenset(kind.get(code, "").split())
