"""reStructuredText becomes the text that a reader of the finished page sees."""

from __future__ import annotations

from pathlib import Path

from tests.sources.parsing import document, outline

_TEXT = """==========
Bus policy
==========

:Author: Ada Obi
:Date: 2024-05-06

Fares
=====

The fare is **four** florins, see :ref:`the table <fares>` and :doc:`other`.

.. note:: Children ride free.

.. versionadded:: 2.0
   Dogs ride too.

.. a-directive-of-a-plugin:: x
   :option: y

   Cats as well.

.. include:: /etc/passwd

.. raw:: html

   <p>Not this.</p>

.. toctree::
   :maxdepth: 2

   other

3. Third.

   a. Inner.

====  ====
Zone  Fare
====  ====
A     4
====  ====
"""


def test_a_document_has_its_title_facts_lists_and_tables(tmp_path: Path) -> None:
    found = document(tmp_path / "a.rst", _TEXT)
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == ("Bus policy", "Ada Obi", "2024-05-06")
    assert outline(found) == [(1, "Bus policy"), (2, "Fares")]
    for words in ("The fare is four florins, see the table and other.", "Children ride free.", "Cats as well."):
        assert words in found.text.split("\n\n")
    for words in ("Dogs ride too.", "3. Third.\na. Inner.", "Zone: A; Fare: 4."):
        assert words in found.text
    assert all(word not in found.text for word in ("root:", "Not this", "toctree", "option"))


def test_wrong_markup_keeps_the_words(tmp_path: Path) -> None:
    assert "The *fare is `four" in document(tmp_path / "a.rst", "The *fare is `four.\n\nNext\n==\n\nWords.\n").text
