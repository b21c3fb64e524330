"""Generates articles that resemble policy texts. The same number always gives the same article."""

from __future__ import annotations

import random
import sys
from pathlib import Path

SECTIONS = 20
"""The number of sections in an article. Each becomes one passage."""

_ACTORS = """
    ministry agency regulator inspector operator importer licensee municipality tribunal registrar council auditor
    borrower employer landlord carrier producer distributor hospital school treasury commissioner broker insurer
""".split()  # noqa: SIM905 - a page of quotation marks is hard to read
_DUTIES = """
    publish withdraw renew suspend notify record assess approve refuse certify inspect disclose review amend register
    transfer refund levy exempt archive verify limit extend announce terminate reimburse consolidate delegate enforce
""".split()  # noqa: SIM905 - a page of quotation marks is hard to read
_OBJECTS = """
    permit tariff subsidy emission quota licence dividend pension contract shipment dataset budget forecast guarantee
    vaccine payload turbine reservoir corridor vessel laboratory warehouse invoice penalty deposit allowance grant
    procurement mortgage voucher frequency easement harvest outage apprenticeship tender audit custody embargo
""".split()  # noqa: SIM905 - a page of quotation marks is hard to read
_KINDS = """
    annual provisional binding regional maritime municipal industrial fiscal temporary cross-border domestic strategic
    voluntary statutory digital agricultural residential thermal nuclear coastal joint interim external residual
""".split()  # noqa: SIM905 - a page of quotation marks is hard to read
_ENDS = """
    unless the {actor} objects in writing|before the end of the quarter|where the {kind} {object} exceeds {number} units
    |after a hearing in {place}|at a rate of {number} per thousand|within {small} days of the notice
    |provided that {place} and {place} agree|except for a {object} below {number} euros|as the {kind} plan requires
""".replace("\n", "").split("|")
_STARTS = """
    |In {place}, |From {small} March onwards, |Under the {kind} scheme, |For each {object}, |Since the {place} accord,
""".replace("\n", "").split("|")
_SYLLABLES = """
    ba ce di fo gu ha ki lo mu na pe ri so tu va we xo yu za bre cla dro fli gro ple sta tri von mer tan
""".split()  # noqa: SIM905 - as above


def article(number: int) -> str:
    """Return an article in Markdown. Each section has about 120 to 200 words."""
    chance = random.Random(number)
    names = [_name(chance) for _ in range(6)]
    sections = [_section(chance, names, section) for section in range(SECTIONS)]
    return f"# The {names[0]} act on the {_kind(chance)} {_object(chance)} {number}\n\n" + "\n\n".join(sections) + "\n"


def write(folder: Path, articles: int, first: int = 0) -> None:
    """Write `articles` articles, starting with number `first`, with 100 in each folder."""
    for number in range(first, first + articles):
        path = folder / f"{number // 100:03}" / f"act-{number:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article(number), encoding="utf-8")


def _section(chance: random.Random, names: list[str], number: int) -> str:
    sentences = " ".join(_sentence(chance, names) for _ in range(chance.randint(7, 9)))
    return f"## {number + 1} The {_kind(chance)} {_object(chance)} of {chance.choice(names)}\n\n{sentences}"


def _sentence(chance: random.Random, names: list[str]) -> str:
    start, end = chance.choice(_STARTS), chance.choice(_ENDS)
    pattern = f"{start} the {{actor}} of {{place}} shall {{duty}} the {{kind}} {{object}} {end}"
    words = {
        "place": chance.choice(names) if chance.random() < 0.7 else _name(chance),
        "actor": chance.choice(_ACTORS),
        "duty": chance.choice(_DUTIES),
        "kind": _kind(chance),
        "object": _object(chance),
        "number": str(chance.randint(100, 99_999)),
        "small": str(chance.randint(1, 31)),
    }
    sentence = " ".join(pattern.format(**words).split())
    return f"{sentence[0].upper()}{sentence[1:]}."


def _kind(chance: random.Random) -> str:
    return chance.choice(_KINDS)


def _object(chance: random.Random) -> str:
    return chance.choice(_OBJECTS)


def _name(chance: random.Random) -> str:
    """Return a name. Short names repeat; long names are rare."""
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.choice((2, 2, 3, 4)))).capitalize()


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
