"""The examples, one module for each kind of file. Each module has `EXAMPLES`; a new module is found by its name."""

from __future__ import annotations

import importlib
import pkgutil

from tests.reading.examples import Example


def examples() -> list[Example]:
    """Return the examples of all modules of this folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [example for name in names for example in importlib.import_module(f"{__name__}.{name}").EXAMPLES]
