"""Tables, and the description of the machine and of the memory of a process."""

from __future__ import annotations

import os
import sys

import pytest

from rag.machine import machine, memory, table


def test_a_table_aligns_numbers_to_the_right() -> None:
    assert table(["stage", "p50"], [["encode", "3.0"]]) == "| stage | p50 |\n| --- | ---: |\n| encode | 3.0 |"


def test_the_description_of_the_machine_names_its_cores() -> None:
    assert machine().endswith(f", {os.cpu_count()} cores")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reports the memory of a process")
def test_the_memory_of_a_process_is_at_most_its_peak() -> None:
    found = memory(os.getpid())
    assert found is not None
    assert found.peak >= found.resident > found.of_files > 0


def test_a_process_that_does_not_exist_has_no_memory() -> None:
    assert memory(2**31 - 1) is None
