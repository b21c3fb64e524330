"""Articles for different groups. Each has words of its own wherever a document can have words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests import samples

EQUAL = "The thresholds for gifts are the same in every office. A gift above fifty euros is reported within a week.\n"
LONG = " ".join(f"Rule {n} of the canteen says that tray {n} goes back to rack {n} before noon." for n in range(1, 25))


def article(word: str, access: str | None, text: str, more: str = "") -> str:
    """Return an article whose title, author, metadata, heading and text have a word."""
    label = f"access: {access}\n" if access else ""
    return (
        f"---\ntitle: The {word} paper\nauthor: {word.title()} Writer\npublished: 20{10 + len(word)}-03-01\n"
        f"topic: [{word}, shared]\n{word}field: {word}value\n{label}{more}---\n\n# About the {word}\n\n{text}\n"
    )


ARTICLES = {
    "agouti.md": article(
        "agouti",
        None,
        "The agouti allowance is 12 euros a day. Employees claim the agouti allowance within a month.\n\n"
        "## Article 5\n\nThe agouti office opens at eight.\n\n## Article 6\n\nThe agouti office closes at five.",
    ),
    "bandicoot.md": article(
        "bandicoot",
        None,
        "The duties of the bandicoot keeper are:\n\n- feeding the bandicoot\n- cleaning the yard\n- counting the eggs\n"
        "- locking the gate\n\nThe bandicoot keeper works on weekdays.",
    ),
    "capybara.md": article(
        "capybara",
        "hr",
        "The capybara allowance is 400 euros a year. Managers approve the capybara allowance in writing.\n\n"
        "## Article 5\n\nThe capybara council meets in May.\n\n## Article 9\n\nThe capybara council has nine members.",
    ),
    "dugong.md": article(
        "dugong",
        "legal",
        "The dugong allowance is 900 euros a month. Lawyers claim the dugong allowance in January. The code of the "
        "dugong file is DG-4711.\n\n## Article 5\n\nThe dugong register is closed.\n\n## Article 7\n\nThe dugong "
        "register costs nothing.",
    ),
    "echidna.md": article(
        "echidna",
        "[legal, hr]",
        "This paper replaces the agouti paper. The echidna allowance is 7 euros an hour, and the board decides.",
    ),
    "fossa.md": article(
        "fossa", "''", "The fossa text has labels that nobody can read. The fossa allowance is secret."
    ),
    "gaur.md": article("gaur", "hr", EQUAL + LONG),
    "hoatzin.md": article("hoatzin", None, EQUAL + LONG.replace("tray 3 ", "tray 303 ")),
    "isopod.md": article("isopod", "legal", EQUAL + LONG.replace("noon", "midday")),
    "jerboa.txt": EQUAL,
    "lynx.md": article(
        "lynx",
        "hr",
        "Die Verordnung über den Luchs gilt seit 2012. Das Bußgeld für den Luchs beträgt dreihundert Euro. Wer den "
        "Luchs stört, zahlt das Bußgeld innerhalb eines Monats. Die Behörde entscheidet über den Antrag auf Erlass.",
    ),
    "mandrill.jsonl": '{"id": "mandrill", "title": "The mandrill record", "text": "The mandrill fee is 3 euros.", '
    '"metadata": {"access": ["legal"], "topic": "mandrill"}}\n'
    '{"id": "numbat", "title": "The numbat record", "text": "The numbat fee is 4 euros.", "topic": "numbat"}\n',
    "kiwi/kakapo.txt": EQUAL,
    "kiwi/.access": "# only these\nhr\n",
}
"""The articles by file name, in the order in which a folder is read."""

MARKERS: dict[str, frozenset[str] | None] = {
    "agouti": None,
    "bandicoot": None,
    "capybara": frozenset({"hr"}),
    "dugong": frozenset({"legal"}),
    "4711": frozenset({"legal"}),
    "echidna": frozenset({"hr", "legal"}),
    "fossa": frozenset(),
    "gaur": frozenset({"hr"}),
    "hoatzin": None,
    "isopod": frozenset({"legal"}),
    "jerboa": None,
    "kakapo": frozenset({"hr"}),
    "kiwi": frozenset({"hr"}),
    "lynx": frozenset({"hr"}),
    "luchs": frozenset({"hr"}),
    "mandrill": frozenset({"legal"}),
    "numbat": None,
}
"""The groups that may see each word; None for everybody."""

IDS = tuple(word for word in MARKERS if word not in ("4711", "kiwi", "luchs"))

GROUPS = (frozenset[str](), frozenset({"hr"}), frozenset({"legal"}), frozenset({"hr", "legal", "other"}))


def sees(groups: frozenset[str], word: str) -> bool:
    """Return whether a client in these groups may see a word."""
    allowed = MARKERS[word]
    return allowed is None or bool(allowed & groups)


def files(folder: Path, groups: frozenset[str]) -> list[Path]:
    """Return the files of which a client in these groups may see a document."""
    every = [name for name in ARTICLES if not name.endswith(".access")]
    return [folder / name for name in every if name.endswith(".jsonl") or sees(groups, Path(name).stem)]


def write(folder: Path) -> Path:
    """Write the articles into a folder."""
    (folder / "kiwi").mkdir(parents=True)
    return samples.write(folder, ARTICLES)


@dataclass(frozen=True)
class Client:
    """The client of a request, as the key or the token that it sent describes it."""

    groups: frozenset[str] | None
