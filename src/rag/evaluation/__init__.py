"""Measures answers and retrieval on benchmarks, which are folders of documents and labelled questions."""

from rag.evaluation.benchmarks import Benchmark, read
from rag.evaluation.calibration import Calibration, calibrate
from rag.evaluation.evaluate import run
from rag.evaluation.quality_page import page
from rag.evaluation.quality_report import Report, tables

__all__ = ["Benchmark", "Calibration", "Report", "calibrate", "page", "read", "run", "tables"]
