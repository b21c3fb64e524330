"""The names of elements in the vocabularies of laws, by their role for a reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A vocabulary of laws.

    `headed` elements have a heading made of the children `numbers` and `titles`. `numbered` elements are provisions
    whose number stands before their text. `texts` are paragraphs, `tables` have `rows` with `cells`. `notes` are
    footnotes in the text. `skipped` elements are not read. `groups` maps an element with a title to the child with its
    number. In `bracketed` elements, a reader sees a bare number in brackets.
    """

    name: str
    headed: frozenset[str]
    numbered: frozenset[str]
    numbers: frozenset[str]
    titles: frozenset[str]
    texts: frozenset[str]
    tables: frozenset[str]
    rows: frozenset[str]
    cells: frozenset[str]
    notes: frozenset[str]
    skipped: frozenset[str]
    groups: dict[str, str] = field(default_factory=dict)
    bracketed: frozenset[str] = frozenset()

    @property
    def blocks(self) -> frozenset[str]:
        """The elements that begin a block."""
        return self.headed | self.numbered | self.texts | self.tables


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_AKN = Vocabulary(
    name="akn",
    headed=_set(
        "book tome part subpart title subtitle division subdivision chapter subchapter section article rule "
        "subrule crossHeading hcontainer attachment component"
    ),
    numbered=_set(
        "paragraph subparagraph subsection clause subclause point indent alinea item level proviso recital list "
        "transitional"
    ),
    numbers=_set("num"),
    titles=_set("heading subheading"),
    texts=_set("p block listIntroduction listWrapUp longTitle li crossHeading citation formula"),
    tables=_set("table"),
    rows=_set("tr"),
    cells=_set("td th"),
    notes=_set("authorialNote"),
    skipped=_set("meta toc coverPage remark del noteRef img"),
)
_USLM = Vocabulary(
    name="uslm",
    headed=_set(
        "title subtitle chapter subchapter part subpart division subdivision section article subarticle appendix "
        "preliminary schedule compiledAct reorganizationPlan courtRule"
    ),
    numbered=_set("subsection paragraph subparagraph clause subclause item subitem subsubitem level listItem"),
    numbers=_set("num"),
    titles=_set("heading subheading"),
    texts=_set(
        "p chapeau content continuation longTitle officialTitle enactingFormula note text fillIn signature block"
    ),
    tables=_set("table layout"),
    rows=_set("tr row"),
    cells=_set("td th column"),
    notes=_set("footnote"),
    skipped=_set("meta toc sourceCredit notes deletedText page editorialContent"),
)
_FORMEX = Vocabulary(
    name="formex",
    headed=_set("DIVISION ARTICLE ANNEX TITLE.ANNEX GR.SEQ"),
    numbered=_set("PARAG NP CONSID ITEM"),
    numbers=_set("NO.PARAG NO.P"),
    titles=_set("TI.ART STI.ART TITLE"),
    texts=_set("P ALINEA TXT VISA TI STI PREAMBLE.INIT GR.CONSID.INIT PREAMBLE.FINAL"),
    tables=_set("TBL"),
    rows=_set("ROW"),
    cells=_set("CELL"),
    notes=_set("NOTE"),
    skipped=_set("BIB.INSTANCE BIB.DATA PAGE TOC INCL.ELEMENT FMX.DOC PROLOG"),
)
_CLML = Vocabulary(
    name="clml",
    headed=_set("Part Chapter Pblock PsubBlock Schedule Appendix EUPart EUTitle EUChapter EUSection P1group Group"),
    numbered=_set("P1 P2 P3 P4 P5 P6 P7 ListItem"),
    numbers=_set("Number Pnumber"),
    titles=_set("Title TitleBlock Subtitle"),
    texts=_set("Text Para LongTitle IntroductoryText EnactingText Signee P"),
    tables=_set("table"),
    rows=_set("tr"),
    cells=_set("td th"),
    notes=_set("Footnote"),
    skipped=_set(
        "Metadata Contents Commentaries CommentaryRef Repeal Versions Resources Footnotes FootnoteRef MarginNoteRef "
        "MarginNotes Reference Image"
    ),
    groups={"P1group": "P1"},
    bracketed=_set("P2 P3 P4 P5 P6 P7"),
)
_FORMEX_ROOTS = _set("ACT CONS.ACT ANNEX CONS.ANNEX GENERAL AGR LETTER DECISION PROPOSAL")


def find(root: _Element) -> Vocabulary | None:
    """Return the vocabulary of an XML document, or None if it is not known."""
    name = name_of(root)
    space = str(root.tag).removesuffix(name).strip("{}")
    if name == "akomaNtoso":
        return _AKN
    if "uslm" in space:
        return _USLM
    if name == "Legislation" and "legislation.gov.uk" in space:
        return _CLML
    return _FORMEX if not space and name in _FORMEX_ROOTS else None
