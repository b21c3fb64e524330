"""Measures how fast the service is and what it needs: a corpus in, figures out. `page` needs the extra `plots`."""

from rag.benchmarking.benchmark import Effort, run
from rag.benchmarking.questions import read
from rag.benchmarking.speed_report import Report, tables

__all__ = ["Effort", "Report", "read", "run", "tables"]
