"""Word lists for sentence boundary detection: abbreviations by kind, and words that begin a sentence."""

from __future__ import annotations

TITLES = frozenset(
    """
    adm amb brig capt cllr cllrs cmdr col cpl dr dra fr gen gov hon hr insp lt maj messrs mgr mlle mm mme mr mrs ms mx
    pres prof rep rev revd sen sgt sra sres srta ste supt
    """.split()  # noqa: SIM905 - quoting every word would hide the words
)
"""Titles before a name. If one has a capital letter, the full stop after it never ends a sentence."""

REFERENCES = frozenset(
    """
    abs abt add ann annot apdo app apps art arts bd bgbl bk bl cap ch chap chaps chs cl cls col cols com dec decl del
    dir dirs div doc docs drs ex exh ext fig figs fn fns gem kap lit nn no nos nr nrs núm ord pa par para paras pars pl
    pos pp proc pt pts pub recs ref refs reg regs rel res rn rom rr rs sch sched schs sec secs sect sects ser ss stat
    sub subch subcl subpara subparas subpart subs subsec subsecs subsect supp suppl tab tel tit tits tz ver vol vols
    ziff
    """.split()  # noqa: SIM905
)
"""Parts of a document. The full stop after one does not end a sentence if a number, letter or bracket follows."""

CONNECTORS = frozenset(
    """
    approx bzw ca cf contra e.g eg esp hon i.e ie incl op resp sc seq v versus vgl viz vs z.b
    """.split()  # noqa: SIM905
)
"""Abbreviations that connect two parts of a sentence. The full stop after one never ends a sentence."""

ENDINGS = frozenset(
    """
    assn assoc aufl ave avg bhd bldg blvd bros cit co comm corp cos cty dept dist ed edn eds est et.al al govt hrs
    ibid inc incorp inst intl jr ltd max mfg min mins mio misc mo mos mrd mt natl orig ph.d pl plc pte pty rd rev sq
    sr st std temp trans univ yr yrs
    """.split()  # noqa: SIM905
)
"""Abbreviations after a name or a number. The full stop after one ends a sentence if a sentence starter follows."""

UNITS = frozenset("hr hrs min mins mo mos wk wks yr yrs".split())  # noqa: SIM905
"""Lower-case units after a number. The full stop after one ends a sentence if a capital letter follows."""

MONTHS = frozenset(
    "jan janv feb febr févr mar apr avr jun jul juill aug sep sept oct okt nov dec déc dez".split()  # noqa: SIM905
)
"""Abbreviated months. With a capital letter, they follow the rule of `ENDINGS`.

In lower case, as in French, the full stop after one does not end a sentence if a number follows.
"""

CAPITALISED = frozenset(
    """
    admin bankr civ cong const crim ct distr educ exec fed fin fri jud ln memo mon mun rd rm rul sat sess sun thu thur
    thurs treas tue tues wed
    """.split()  # noqa: SIM905
)
"""Courts, offices, rulings, weekdays and streets.

With a capital letter, they follow the rule of `ENDINGS`. In lower case, they are ordinary words.
"""

AFTER_TIMES = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december jan feb mar apr jun jul aug sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    eastern central mountain pacific est edt cst cdt mst mdt pst pdt et ct pt gmt utc bst cet cest
    """.split()  # noqa: SIM905
)
"""Words that continue a sentence after a time: 5 p.m. Monday, 9 a.m. Eastern."""

STARTERS = frozenset(
    """
    A According After Against All Also Although Among An And Another Any Anyone Apart Are As At Because Before Being
    Besides Between Both But By Can Consequently Could Despite Did Do Does Due During Each Either Every Everyone Except
    Few Finally First Following For From Furthermore Generally Given Has Have He Hence Her Here Hers His How However I
    If In Indeed Instead Is It Its Just Last Later Like Many May Meanwhile More Moreover Most Much Must My Neither Never
    Nevertheless Next Nobody None Nonetheless Nor Not Nothing Notwithstanding Now Of Often On Once One
    Only Or Other Others Otherwise Our Over Overall People Please Provided Rather Regarding Several Shall She Should
    Similarly Since So Some Someone Sometimes Soon Specifically Still Subject Such Than That The Their Then There
    Thereafter Therefore These They This Those Though Through Throughout Thus To Today Together Under Unless Unlike
    Until Upon Was We Were What Whatever When Whenever Where Whereas Whether Which While Who Whoever Whose Why Will With
    Within Without Would Yes Yet You Your
    """.split()  # noqa: SIM905
)
"""Sentence starters: words that often begin an English sentence and seldom begin a name."""

LABELLED = frozenset(
    """
    annex app appendix category chapter chart class clause column exh exhibit figure form grade group hepatitis item
    level method model module option paragraph part phase plan point row rule scenario schedule section series stage
    step subparagraph table tier title type unit vitamin zone
    """.split()  # noqa: SIM905
)
"""Nouns before a letter that is a label and not an initial: Appendix A, Plan B."""

GERMAN_MONTHS = frozenset(
    """
    Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jan Feb Mär Apr Jun Jul
    Aug Sep Sept Okt Nov Dez
    """.split()  # noqa: SIM905
)
"""German months, which may follow an ordinal number with a full stop: 5. Juni."""
