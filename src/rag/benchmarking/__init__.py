"""Measures how fast the service is and what it needs: a corpus in, figures out. `page` needs the extra `plots`."""

from rag.benchmarking.questions import read
from rag.benchmarking.report import Report, tables
from rag.benchmarking.running import Effort, run

__all__ = ["Effort", "Report", "read", "run", "tables"]
