"""OpenDocument texts and Rich Text."""

from __future__ import annotations

from tests.reading.examples import Example, file, rows
from tests.reading.prose import sentences
from tests.sources import odt_parts as parts

_S = sentences(14, 15)
_RULES = parts.levels(
    "L",
    'style:num-format="1" style:num-suffix="."',
    'style:num-format="a" style:num-prefix="(" style:num-suffix=")"',
)
_GONE = parts.look("Gone", 'style:text-line-through-style="solid"') + parts.look("Unseen", 'text:display="none"')
_NOTE = (
    '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
    "<text:note-body>{}</text:note-body></text:note>"
)
_DOWN = 'table:number-rows-spanned="2"'
_COVERED = "<table:covered-table-cell/>"


def _lists() -> str:
    inner = parts.items(_S[1], _S[2])
    goes_on = parts.items(_S[4], style="L", extra='text:continue-numbering="true"')
    return parts.items(parts.p(_S[0]) + inner, style="L") + parts.p(_S[3]) + goes_on


def _changes() -> str:
    deletion = f"<text:deletion>{parts.p('until the end of the week')}</text:deletion>"
    changes = f"<text:tracked-changes><text:changed-region>{deletion}</text:changed-region></text:tracked-changes>"
    struck = '<text:span text:style-name="Gone">struck out for good</text:span>'
    hidden = '<text:span text:style-name="Unseen">nobody reads this</text:span>'
    noted = parts.p(f"{_S[5]}{_NOTE.format(parts.p(_S[6]))}")
    return changes + parts.h("Scope", 1) + noted + parts.p(f"{_S[7]} {struck}{hidden}")


def _table() -> str:
    head = parts.row(parts.cell("Vessel", _DOWN), parts.cell("Fee", 'table:number-columns-spanned="2"'), _COVERED)
    return parts.table(
        parts.row("Trawler", "40", "44"), parts.row("Yacht", "", "25"), head=head + parts.row(_COVERED, "2023", "2024")
    )


_RTF = (
    r"{\rtf1\ansi{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}{\info{\author Ada Obi}}"
    r"\pard\s1 Scope\par\pard " + _S[8] + r"{\footnote " + _S[9] + r"}\par"
    r"{\listtext 1.\tab}" + _S[10] + r"\par{\listtext 2.\tab}" + _S[11] + r"{\deleted gone for good}\par"
    r"\trowd\trhdr\cellx1000\cellx2000\pard\intbl Port\cell Boats\cell\row"
    r"\trowd\cellx1000\cellx2000\pard\intbl Aldmoor\cell 4\cell\row\pard " + _S[12] + r"\par}"
)

EXAMPLES = [
    Example(
        "lists that go on",
        "OpenDocument",
        ".odt",
        file(parts.odt(_lists(), _RULES)),
        f"1. {_S[0]} (a) {_S[1]} (b) {_S[2]} {_S[3]} 2. {_S[4]}",
        numbers=list(zip(("1.", "(a)", "(b)", "2."), (*_S[0:3], _S[4]), strict=True)),
    ),
    Example(
        "a footnote, changes and hidden text",
        "OpenDocument",
        ".odt",
        file(parts.odt(_changes(), _GONE, "<meta:initial-creator>Ada Obi</meta:initial-creator>")),
        " ".join(("Scope", *_S[5:8])),
        headings=["Scope"],
        unread=["until the end of the week", "struck out for good", "nobody reads this"],
        facts={"author": "Ada Obi"},
    ),
    Example(
        "a table with two header rows",
        "OpenDocument",
        ".odt",
        file(parts.odt(_table())),
        "Trawler 40 44 Yacht 25",
        rows=rows(("Vessel", "Fee 2023", "Fee 2024"), ("Trawler", "40", "44"), ("Yacht", "", "25")),
    ),
    Example(
        "a list, a table and a footnote",
        "Rich Text",
        ".rtf",
        file(_RTF),
        f"Scope {_S[8]} {_S[9]} 1. {_S[10]} 2. {_S[11]} Aldmoor 4 {_S[12]}",
        headings=["Scope"],
        numbers=[("1.", _S[10]), ("2.", _S[11])],
        rows=rows(("Port", "Boats"), ("Aldmoor", "4")),
        unread=["gone for good"],
        facts={"author": "Ada Obi"},
    ),
]
