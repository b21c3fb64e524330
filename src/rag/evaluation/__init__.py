"""Measures answers and retrieval on benchmarks, which are folders of documents and labelled questions."""

from rag.evaluation.answer_records import json_lines, markdown
from rag.evaluation.before_after import BeforeAfter, before_after
from rag.evaluation.before_after_page import before_after_page, before_after_tables
from rag.evaluation.benchmarks import Benchmark, read
from rag.evaluation.calibration import Calibration, calibrate
from rag.evaluation.choice_fitting import ChoiceFit, fit_choice
from rag.evaluation.evaluate import Options, run
from rag.evaluation.quality_page import page
from rag.evaluation.quality_report import Report, tables

__all__ = [
    "BeforeAfter",
    "Benchmark",
    "Calibration",
    "ChoiceFit",
    "Options",
    "Report",
    "before_after",
    "before_after_page",
    "before_after_tables",
    "calibrate",
    "fit_choice",
    "json_lines",
    "markdown",
    "page",
    "read",
    "run",
    "tables",
]
