"""Web pages."""

from __future__ import annotations

from tests.reading.examples import Example, Row, file, rows
from tests.reading.prose import sentences

_S = sentences(0, 60)


def _page(body: str, head: str = "") -> str:
    start = f"<!doctype html><html lang='en'><head><meta charset='utf-8'>{head}</head>"
    return f"{start}<body><main>{body}</main></body></html>"


def _paragraphs(start: int, count: int) -> str:
    return "".join(f"<p>{one}</p>" for one in sentences(start, count))


def _example(name: str, content: str | bytes, text: str, **more: object) -> Example:
    return Example(name, "HTML", ".html", file(content), text, **more)  # type: ignore[arg-type]


_LISTS = _page(
    f"<h1>Permits</h1>{_paragraphs(0, 3)}<p>The office asks for:</p>"
    f"<ol type='a'><li>{_S[5]}</li><li>{_S[6]}</li></ol>"
    f"<p>It then decides:</p><ol start='4'><li>{_S[7]}</li><li>{_S[8]}</li></ol>"
    f"<p>Appeals:</p><ol type='I'><li>{_S[9]}</li><li>{_S[10]}</li></ol>"
)
_STRUCK = _page(
    f"<h1>Fares</h1>{_paragraphs(11, 3)}<p>A ticket costs <del>seven crowns</del> <ins>nine crowns</ins> from June.</p>"
    f"<p>Pupils pay <s>half</s> a third.</p><p style='display:none'>Robots read this line.</p>"
    f"<p hidden>Nobody reads that line.</p>{_paragraphs(14, 2)}"
)
_RAISED = _page(
    f"<h1>Limits</h1>{_paragraphs(16, 3)}<p>A basin holds 10<sup>6</sup> litres of H<sub>2</sub>O.</p>"
    f"{_paragraphs(19, 2)}"
)
_DEFINITIONS = _page(
    f"<h1>Terms</h1>{_paragraphs(21, 2)}<dl><dt>Berth</dt><dd>{_S[30]}</dd><dt>Quay</dt><dd>{_S[31]}</dd></dl>"
    f"{_paragraphs(23, 2)}"
)
_ACT = _page(
    "<h1>Harbour Act</h1><pre>\n"
    f"Section 1. The council of the harbour meets every spring and\nagain in autumn.\n\n{_S[33]}\n\n{_S[34]}\n</pre>"
)
_LAYOUT = _page(
    f"<table><tr><td><a href='/'>Home</a></td><td><h1>Waste</h1>"
    f"<p>{_S[6]} {_S[7]}</p><p>{_S[8]}</p><p>{_S[9]}</p></td></tr></table>"
)
_UK = _page(
    "<h1 class='LegTitle'>Harbour Regulations 2031</h1>"
    "<h2 class='LegP1GroupTitleFirst'>Citation</h2>"
    f"<p class='LegP1ParaText'><span class='LegDS LegP1No'>1</span><span class='LegDS LegP1Text'>{_S[40]}</span></p>"
    "<h2 class='LegP1GroupTitle'>Duties</h2>"
    f"<p class='LegP2ParaText'><span class='LegDS LegP2No'>(1)</span><span class='LegDS LegP2Text'>{_S[41]}</span></p>"
    f"<p class='LegP2ParaText'><span class='LegDS LegP2No'>(2)</span><span class='LegDS LegP2Text'>{_S[42]}</span></p>"
)
_EU = _page(
    "<p class='oj-doc-ti'>REGULATION (EU) 2031/7 on harbours</p>"
    "<p class='oj-ti-art'>Article 1</p><p class='oj-sti-art'>Subject matter</p>"
    f"<p class='oj-normal'>{_S[43]}</p>"
    "<p class='oj-ti-art'>Article 2</p><p class='oj-sti-art'>Exceptions</p>"
    "<p class='oj-normal'>This Regulation does not apply to:</p>"
    f"<table><tr><td><p class='oj-normal'>(a)</p></td><td><p class='oj-normal'>{_S[44]}</p></td></tr></table>"
    f"<table><tr><td><p class='oj-normal'>(b)</p></td><td><p class='oj-normal'>{_S[45]}</p></td></tr></table>"
)
_DE = (
    "<!doctype html><html lang='de'><head><meta charset='utf-8'><title>§ 1 HafV - Einzelnorm</title></head><body>"
    "<h1>Hafenverordnung</h1><div class='jnnorm'>"
    "<h3><span class='jnenbez'>§ 1</span>&nbsp;<span class='jnentitel'>Geltung</span></h3>"
    "<div class='jnhtml'>"
    "<div class='jurAbsatz'>(1) Diese Verordnung gilt für alle Anlagen am nördlichen Ufer des Hafens.</div>"
    "<div class='jurAbsatz'>(2) Ausgenommen sind:"
    "<dl><dt>1.</dt><dd>Boote der Feuerwehr,</dd><dt>2.</dt><dd>Fähren der Gemeinde.</dd></dl>"
    "</div></div></div></body></html>"
)
_US = _page(
    "<h1>Harbor Code</h1><h3 class='section-head'>§101. Findings</h3>"
    f"<p class='statutory-body'>(a) <span class='cap-smallcap'>In general</span>.—{_S[46]}</p>"
    f"<p class='statutory-body-1em'>(1) {_S[47]}</p><p class='statutory-body-1em'>(2) {_S[48]}</p>"
)
_TABLE = _page(
    f"<h1>Boats</h1>{_paragraphs(50, 3)}<table><thead><tr><th rowspan='2'>Port</th><th colspan='2'>Year 2031</th></tr>"
    "<tr><th>Spring</th><th>Summer</th></tr></thead><tbody><tr><td>Aldmoor</td><td>4</td><td>9</td></tr>"
    "<tr><td>Brackley</td><td>3</td><td>7</td></tr></tbody></table>"
)
_SPANS = _page(
    f"<h1>Fares</h1>{_paragraphs(53, 3)}<table><tr><th>Ticket</th><th>Monday</th><th>Sunday</th></tr>"
    "<tr><td rowspan='2'>Adult</td><td>40</td><td>52</td></tr><tr><td>44</td><td>56</td></tr>"
    "<tr><td>Pupil</td><td colspan='2'>free</td></tr></table>"
)
_FRAGMENT = f"<p>{_S[12]} {_S[13]}</p>"
_OLD = (
    "<html><head><title>Café rules</title></head><body><h1>Café rules</h1>"
    f"<p>{_S[14]} The tariff is £5 – “never more”.</p><p>{_S[15]}</p></body></html>"
).encode("cp1252")
_FACTS = _page(
    f"<article><h1>Rules for beekeepers</h1><p>Updated 3 March 2020 after a meeting.</p>{_paragraphs(22, 5)}</article>",
    "<title>Rules for beekeepers | Aldmoor Council</title><meta name='author' content='Ada Obi'>"
    "<meta property='article:published_time' content='2019-05-04T10:00:00Z'>",
)
_FRAME = (
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Trees</title></head><body>"
    "<nav><a href='/a'>Departments</a> <a href='/b'>Jobs</a></nav>"
    f"<main><h1>Trees</h1>{_paragraphs(36, 4)}</main><footer>Cookie settings and imprint</footer></body></html>"
)

EXAMPLES = [
    _example(
        "types and starts of lists",
        _LISTS,
        " ".join(
            [
                "Permits",
                *_S[0:3],
                "The office asks for: a.",
                _S[5],
                "b.",
                _S[6],
                "It then decides: 4.",
                _S[7],
                "5.",
                _S[8],
                "Appeals: I.",
                _S[9],
                "II.",
                _S[10],
            ]
        ),
        numbers=[("a.", _S[5]), ("b.", _S[6]), ("4.", _S[7]), ("5.", _S[8]), ("I.", _S[9]), ("II.", _S[10])],
        headings=["Permits"],
    ),
    _example(
        "deleted and hidden text",
        _STRUCK,
        " ".join(["Fares", *_S[11:14], "A ticket costs nine crowns from June. Pupils pay a third.", *_S[14:16]]),
        unread=["seven crowns", "half a third", "Robots", "that line"],
        headings=["Fares"],
    ),
    _example(
        "raised and lowered figures",
        _RAISED,
        " ".join(["Limits", *_S[16:19], "A basin holds 10^6 litres of H2O.", *_S[19:21]]),
        headings=["Limits"],
    ),
    _example(
        "a list of definitions",
        _DEFINITIONS,
        " ".join(["Terms", *_S[21:23], "Berth", _S[30], "Quay", _S[31], *_S[23:25]]),
        headings=["Terms"],
    ),
    _example(
        "an act in one preformatted element",
        _ACT,
        " ".join(
            [
                "Harbour Act Section 1. The council of the harbour meets every spring and again in autumn.",
                _S[33],
                _S[34],
            ]
        ),
        headings=["Harbour Act"],
    ),
    _example("a table for the layout", _LAYOUT, " ".join(["Waste", *_S[6:10]]), headings=["Waste"]),
    _example(
        "spans of legislation.gov.uk",
        _UK,
        " ".join(["Harbour Regulations 2031 Citation 1", _S[40], "Duties (1)", _S[41], "(2)", _S[42]]),
        headings=["Harbour Regulations 2031", "Citation", "Duties"],
        numbers=[("1", _S[40]), ("(1)", _S[41]), ("(2)", _S[42])],
    ),
    _example(
        "classes of EUR-Lex",
        _EU,
        " ".join(
            [
                "REGULATION (EU) 2031/7 on harbours Article 1 Subject matter",
                _S[43],
                "Article 2 Exceptions This Regulation does not apply to: (a)",
                _S[44],
                "(b)",
                _S[45],
            ]
        ),
        numbers=[("(a)", _S[44]), ("(b)", _S[45])],
    ),
    _example(
        "classes of gesetze-im-internet",
        _DE,
        "Hafenverordnung § 1 Geltung (1) Diese Verordnung gilt für alle Anlagen am nördlichen Ufer des Hafens. "
        "(2) Ausgenommen sind: 1. Boote der Feuerwehr, 2. Fähren der Gemeinde.",
        numbers=[("(1)", "Diese Verordnung"), ("1.", "Boote"), ("2.", "Fähren")],
        facts={"language": "de"},
    ),
    _example(
        "classes of govinfo",
        _US,
        " ".join(["Harbor Code §101. Findings (a) In general.—" + _S[46], "(1)", _S[47], "(2)", _S[48]]),
        headings=["Harbor Code", "§101. Findings"],
        numbers=[("(1)", _S[47]), ("(2)", _S[48])],
    ),
    _example(
        "a table with two header rows",
        _TABLE,
        " ".join(["Boats", *_S[50:53], "Aldmoor 4 9 Brackley 3 7"]),
        headings=["Boats"],
        rows=rows(("Port", "Year 2031 Spring", "Year 2031 Summer"), ("Aldmoor", "4", "9"), ("Brackley", "3", "7")),
    ),
    _example(
        "cells over several rows and columns",
        _SPANS,
        " ".join(["Fares", *_S[53:56], "Adult 40 52 44 56 Pupil free"]),
        headings=["Fares"],
        rows=[
            *rows(("Ticket", "Monday", "Sunday"), ("Adult", "40", "52"), ("Adult", "44", "56")),
            Row((("Ticket", "Pupil"), ("Monday Sunday", "free"))),
        ],
    ),
    _example("a fragment of one paragraph", _FRAGMENT, " ".join(_S[12:14])),
    _example(
        "an encoding without a label",
        _OLD,
        f"Café rules {_S[14]} The tariff is £5 – “never more”. {_S[15]}",
        facts={"title": "Café rules"},
    ),
    _example(
        "metadata",
        _FACTS,
        " ".join(["Rules for beekeepers Updated 3 March 2020 after a meeting.", *_S[22:27]]),
        facts={"title": "Rules for beekeepers", "author": "Ada Obi", "published": "2019-05-04"},
    ),
    _example(
        "navigation and footer",
        _FRAME,
        " ".join(["Trees", *_S[36:40]]),
        unread=["Departments", "Cookie settings"],
        headings=["Trees"],
    ),
]
