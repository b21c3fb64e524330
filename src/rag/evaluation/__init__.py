"""Measures answers and retrieval on benchmarks: folders of documents and labelled questions in, figures out."""

from rag.evaluation.benchmarks import Benchmark, read
from rag.evaluation.calibration import Calibration, calibrate
from rag.evaluation.page import page
from rag.evaluation.report import Report, tables
from rag.evaluation.running import run

__all__ = ["Benchmark", "Calibration", "Report", "calibrate", "page", "read", "run", "tables"]
