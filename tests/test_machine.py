"""What pages of figures have in common."""

from __future__ import annotations

import os
import sys

import pytest

from rag.machine import machine, memory, table


def test_a_table_has_its_figures_to_the_right() -> None:
    assert table(["stage", "p50"], [["encode", "3.0"]]) == "| stage | p50 |\n| --- | ---: |\n| encode | 3.0 |"


def test_the_machine_says_how_many_cores_it_has() -> None:
    assert machine().endswith(f", {os.cpu_count()} cores")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what another process holds")
def test_a_process_holds_at_most_what_it_ever_held() -> None:
    found = memory(os.getpid())
    assert found is not None
    assert found.peak >= found.resident > found.of_files > 0


def test_of_a_process_that_is_not_there_nothing_is_told() -> None:
    assert memory(2**31 - 1) is None
