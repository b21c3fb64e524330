"""Measures the speed and the memory of the service on a corpus. `speed_page` needs the extra `plots`."""

from rag.benchmarking.benchmark import Workload, run
from rag.benchmarking.questions import read
from rag.benchmarking.speed_report import Report, tables

__all__ = ["Report", "Workload", "read", "run", "tables"]
