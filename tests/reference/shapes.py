"""Shapes of an OpenAPI description, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from tests.reference.markdown import code, prose, table

Schema: TypeAlias = Mapping[str, Any]

_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "maxItems": "at most {} items",
}
_HUGE = 2**63
"""The page leaves out larger limits: they come from the type of a 64-bit number."""


class Described:
    """The named shapes of a description. It links each mention of a shape to its section."""

    def __init__(self, schemas: Schema) -> None:
        self._names = {name: _title(name) for name in schemas}
        self._schemas = schemas

    def shown(self, schema: Schema) -> str:
        """Return a shape in a few words, with links to named shapes."""
        if "$ref" in schema:
            title = self._names[schema["$ref"].rpartition("/")[2]]
            return f"[{title}](#{_anchor(title)})"
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return " or ".join(dict.fromkeys(self.shown(choice) for choice in choices))
        if "enum" in schema or "const" in schema:
            return " or ".join(code(json.dumps(value)) for value in schema.get("enum", [schema.get("const")]))
        return "".join([self._type(schema), *(f", {limit}" for limit in _limits(schema))])

    def page(self) -> str:
        """Return the section of all shapes, by name."""
        ordered = sorted(self._schemas, key=lambda name: self._names[name].casefold())
        return "\n".join(["## Shapes\n", *(self._section(name) for name in ordered)])

    def _type(self, schema: Schema) -> str:
        kind = schema.get("type", "any value")
        if kind == "array":
            return f"list of {self._inner(schema.get('items', {}))}"
        if kind == "object" and isinstance(values := schema.get("additionalProperties"), Mapping):
            return f"object of {self._inner(values)}"
        if kind == "object" and "properties" in schema:
            return f"object with {', '.join(code(name) for name in schema['properties'])}"
        return "bytes" if schema.get("format") == "binary" else str(kind)

    def _inner(self, schema: Schema) -> str:
        """Return the shape of the values in a list or an object; a choice of several gets brackets."""
        shown = self.shown(schema)
        return f"({shown})" if " or " in shown or "," in shown else shown

    def _section(self, name: str) -> str:
        schema = self._schemas[name]
        parts = [f"### {self._names[name]}", prose(schema.get("description", ""))]
        if "properties" in schema:
            required = schema.get("required", ())
            rows = [self._field(field, one, field in required) for field, one in schema["properties"].items()]
            parts.append(table(("field", "type", "default", "meaning"), rows))
        else:
            parts.append(f"One of {self.shown(schema)}.")
        return "\n\n".join(filter(None, parts)) + "\n"

    def _field(self, name: str, schema: Schema, required: bool) -> tuple[str, str, str, str]:
        default = "required" if required else code(json.dumps(schema["default"])) if "default" in schema else ""
        return code(name), self.shown(schema), default, prose(schema.get("description", ""))


def _limits(schema: Schema) -> Iterator[str]:
    for name, words in _LIMITS.items():
        if name in schema and abs(schema[name]) < _HUGE:
            yield words.format(format(schema[name], "g") if isinstance(schema[name], float) else schema[name])


def _title(name: str) -> str:
    """Return the name of a shape for readers. FastAPI puts the module before a name that two modules use."""
    *modules, title = name.strip("_").split("__")
    prefixes = [module for module in modules if module != "schemas"]
    return f"{title} ({prefixes[-1]})" if prefixes else title


def _anchor(title: str) -> str:
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " _-")
    return kept.replace(" ", "-")
