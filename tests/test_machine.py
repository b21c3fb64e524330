"""Tables, and the description of the machine and of the memory of a process."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time

import pytest

from rag.machine import machine, memory, processor_seconds, table


def test_a_table_aligns_numbers_to_the_right() -> None:
    assert table(["stage", "p50"], [["encode", "3.0"]]) == "| stage | p50 |\n| --- | ---: |\n| encode | 3.0 |"


def test_the_description_of_the_machine_names_its_cores() -> None:
    assert machine().endswith(f", {os.cpu_count()} cores")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reports the memory of a process")
def test_the_memory_of_a_process_is_at_most_its_peak() -> None:
    found = memory(os.getpid())
    assert found is not None
    assert found.peak >= found.resident > found.of_files > 0


def test_a_process_that_does_not_exist_has_no_memory_and_takes_no_time() -> None:
    assert memory(2**31 - 1) is None
    assert processor_seconds(2**31 - 1) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reports the times of a process")
def test_the_time_of_a_process_is_that_of_all_its_threads() -> None:
    before, own = processor_seconds(os.getpid()), time.process_time()
    worker = threading.Thread(target=lambda: [hashlib.sha256(bytes(1 << 20)).digest() for _ in range(100)])
    worker.start()
    worker.join(60)
    assert processor_seconds(os.getpid()) - before == pytest.approx(time.process_time() - own, abs=0.05)
