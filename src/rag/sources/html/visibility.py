"""Removes the parts of a web page that a reader does not see: hidden, struck out, or without colour or size.

Text that only a machine sees must not become evidence. The styles in the page count, those in other files cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from rag.sources.html.styled import BEFORE, apply_roles, apply_styles, close_terms

if TYPE_CHECKING:
    from lxml.etree import _Element

Style: TypeAlias = dict[str, str]

_MOST_RULES = 5_000
"""Rules of style sheets that are applied; more would take too long."""

_NEVER_SHOWN = "datalist dialog embed noscript object rp script style svg template"
_UNSEEN = frozenset(f"{_NEVER_SHOWN} del s strike".split())
_FOR_EARS = "assistive-text element-invisible govuk-visually-hidden offscreen screen-reader-only screen-reader-text"
_FOR_EARS_TOO = "screenreader show-for-sr sr-only u-visually-hidden usa-sr-only visually-hidden visuallyhidden wb-inv"
_UNSEEN_CLASSES = frozenset(f"{_FOR_EARS} {_FOR_EARS_TOO} wb-invisible".split(" "))
"""Classes of words that only screen readers say."""

_BEFORE = re.compile(r"::?before(?=\s*(?:,|\Z))")
_READ = frozenset(
    ("background", "background-color", "color", "content", "display", "list-style", "list-style-type", "vertical-align")
) | {"visibility"}
_NEAR = 8  # difference of a colour channel, of 255, that nobody sees
_OUT = re.compile(r"-?\d{4,}(?:\.\d+)?(?:px|pt|em|rem|%|vw|vh)?")
_MOVED = re.compile(r"translate(?:x|y|3d)?\([^)]{0,100}?\d{4}|scale(?:x|y|3d)?\(\s*+0*+\.?0*+\s*+[,)]")
_FAR = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%|vw|vh)?")
_NOTHING = re.compile(r"[+-]?0*+\.?0*+(?:px|pt|em|rem|%)?")
_TINY = re.compile(r"(?:0?\.\d+|[01](?:\.\d+)?)(?:px|pt)")
_CLIPPED = re.compile(r"rect\((?:\s*+[01](?:px)?[\s,]*+){4}\)|inset\((?:50|100)%[^)]{0,200}\)|circle\(0")
_NO_GROUND = frozenset(("inherit", "initial", "none", "transparent", "unset"))
_NAMED = {"white": "#ffffff", "snow": "#fffafa", "ivory": "#fffff0", "black": "#000000", "transparent": "transparent"}
_FAINT = 0.05  # opacity


def remove_invisible(tree: _Element) -> None:
    """Remove from `tree` every element that a reader does not see. The text after it stays.

    Other effects of styles and roles on the reading are written into the tree, see `styled.py`.
    """
    apply_roles(tree)
    close_terms(tree)
    styles = _styles(tree)
    apply_styles(styles)
    for element in list(tree.iter()):
        if isinstance(element.tag, str) and _unseen(element, styles):
            _remove(element)


def _unseen(element: _Element, styles: Mapping[_Element, Style]) -> bool:
    if element.tag in _UNSEEN:
        return not (element.tag == "dialog" and element.get("open") is not None)
    if element.get("hidden") is not None or (element.get("aria-hidden") == "true" and not _has_spoken_form(element)):
        return element.tag not in ("html", "body")
    if _is_spoken(element):
        return True
    return element in styles and (hides(styles[element]) or _same_colour(element, styles))


def _is_spoken(element: _Element | None) -> bool:
    """Tell whether only screen readers say the words of an element."""
    return element is not None and bool(_UNSEEN_CLASSES & set((element.get("class") or "").lower().split()))


def _has_spoken_form(element: _Element) -> bool:
    """Tell whether an element is only hidden from screen readers, because its words in another form are beside it."""
    return _is_spoken(element.getnext()) or _is_spoken(element.getprevious())


def is_hidden(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Tell whether an element hides its text by itself, without the styles of a page. Names are in lower case."""
    if tag in _UNSEEN or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return not (tag == "dialog" and "open" in attributes)
    if _UNSEEN_CLASSES & set((attributes.get("class") or "").lower().split()):
        return True
    style = _declarations(attributes.get("style") or "") if attributes.get("style") else {}
    colour, ground = _colour(style.get("color") or attributes.get("color")), _ground(style)
    return hides(style) or _alike(colour, _colour(ground) if ground else "#ffffff")


def hides(style: Style) -> bool:
    """Tell whether a style hides the text, puts it off the page, or strikes it out."""
    get = style.get
    return (
        get("display") == "none"
        or get("visibility") in ("hidden", "collapse")
        or get("content-visibility") == "hidden"
        or _is_faint(get("opacity"))
        or _is_nothing(get("font-size"))
        or bool(_TINY.fullmatch(get("font-size", "")))
        or "line-through" in get("text-decoration", get("text-decoration-line", ""))
        or bool(_CLIPPED.search(get("clip", get("clip-path", ""))))
        or any(
            _FAR.fullmatch(get(side, "")) for side in ("left", "top", "right", "bottom", "text-indent", "margin-left")
        )
        or bool(_MOVED.search(get("transform", "")))
        or (get("position") in ("absolute", "fixed") and any(_OUT.fullmatch(get(one, "")) for one in ("left", "top")))
        or (
            any(get(one) in ("hidden", "clip") for one in ("overflow", "overflow-x", "overflow-y"))
            and any(_is_nothing(get(one)) for one in ("height", "width", "max-height", "max-width"))
        )
    )


def _is_faint(value: str | None) -> bool:
    try:
        number = float((value or "1").removesuffix("%"))
    except ValueError:
        return False
    return number <= (100 * _FAINT if (value or "").endswith("%") else _FAINT)


def _is_nothing(value: str | None) -> bool:
    return bool(value) and _NOTHING.fullmatch(value or "") is not None


def _same_colour(element: _Element, styles: Mapping[_Element, Style]) -> bool:
    """Tell whether an element sets a colour for its text that is the colour behind it; a page is white by default."""
    style = styles[element]
    colour = _colour(style.get("-webkit-text-fill-color") or style.get("color"))
    if not colour:
        return False
    behind: _Element | None = element
    while behind is not None:
        style = styles.get(behind, {})
        ground = _ground(style) or behind.get("bgcolor")
        if "background-image" in style or (ground and ground not in _NO_GROUND):
            return colour == "transparent" or _alike(colour, _colour(ground))
        behind = behind.getparent()
    return _alike(colour, "#ffffff")


def _ground(style: Style) -> str | None:
    return style.get("background-color") or style.get("background")


def _alike(one: str, other: str) -> bool:
    """Tell whether nobody can tell two colours apart. Colours with unknown names are alike if they have one name."""
    if one == "transparent":
        return True
    if not (one.startswith("#") and other.startswith("#")):
        return bool(one) and one == other
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return all(abs(first - second) <= _NEAR for first, second in pairs)


def _colour(value: str | None) -> str:
    """Return a colour as `#rrggbb`, or by its name; empty if it is none that this function knows."""
    words = (value or "").strip().lower()
    if match := re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", words):
        return "#" + "".join(2 * digit for digit in match.groups())
    if match := re.fullmatch(r"rgba?\((\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+%?))?\)", words):
        return "transparent" if _is_nothing(match[4]) else "#{:02x}{:02x}{:02x}".format(*map(int, match.groups()[:3]))
    if re.fullmatch(r"hsla?\(\s*[\d.]+(?:deg)?[\s,]+[\d.]+%[\s,]+100%.*\)", words):
        return "#ffffff"
    if words in _NO_GROUND:
        return "transparent" if words == "transparent" else ""
    return words if re.fullmatch(r"#[0-9a-f]{6}|[a-z]+", words) and words not in _NAMED else _NAMED.get(words, "")


def _styles(tree: _Element) -> dict[_Element, Style]:
    """Return the declarations for each element: those of style sheets in their order, then those of its attribute."""
    styles: dict[_Element, Style] = {}
    for selector, declarations in _rules(tree):
        for element in selector(tree):
            styles.setdefault(element, {}).update(declarations)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "font" and (colour := element.get("color")):
            styles.setdefault(element, {})["color"] = colour.lower()
        if inline := element.get("style"):
            styles.setdefault(element, {}).update(_declarations(inline))
    return styles


def _rules(tree: _Element) -> Iterator[tuple[Callable[[_Element], list[_Element]], Style]]:
    import tinycss2
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    sheets = "\n".join("".join(style.itertext()) for style in tree.iter("style"))
    rules = tinycss2.parse_stylesheet(sheets, skip_comments=True, skip_whitespace=True) if sheets else []
    for rule in _flat(rules)[:_MOST_RULES]:
        declarations = _declarations(rule.content) if rule.type == "qualified-rule" else {}
        if not _matters(declarations):
            continue
        selector, before = _BEFORE.subn("", tinycss2.serialize(rule.prelude))
        if before:
            declarations = {BEFORE: declarations["content"]} if "content" in declarations else {}
        try:
            yield CSSSelector(selector, translator="html"), declarations
        except (SelectorError, NotImplementedError):
            continue  # a pseudo-class such as `:hover`, which says nothing about the page as it is first seen


def _flat(rules: Sequence[Any]) -> list[Any]:
    """Return the rules, and those within a condition on the screen, as one list."""
    import tinycss2

    found: list[Any] = []
    for rule in rules:
        if rule.type != "at-rule":
            found.append(rule)
        elif rule.content and (rule.lower_at_keyword in ("layer", "supports") or _on_screen(rule)):
            found += tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
    return found


def _on_screen(rule: Any) -> bool:  # noqa: ANN401 - tinycss2 has no types
    import tinycss2

    return rule.lower_at_keyword == "media" and tinycss2.serialize(rule.prelude).strip().lower() in ("screen", "all")


def _matters(style: Style) -> bool:
    """Tell whether a rule changes the reading. Most rules do not, and are then not looked up."""
    return bool(style.keys() & _READ) or hides(style)


def _declarations(source: object) -> Style:
    import tinycss2

    found = tinycss2.parse_declaration_list(source, skip_comments=True, skip_whitespace=True)
    values = {one.lower_name: tinycss2.serialize(one.value).strip() for one in found if one.type == "declaration"}
    return {name: value if name == "content" else value.lower() for name, value in values.items()}


def _remove(element: _Element) -> None:
    """Remove an element, but keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)
