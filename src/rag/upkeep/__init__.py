"""Keep an index up to date while it serves: jobs from HTTP clients, and watched folders and feeds."""

from rag.upkeep.changes import source_name
from rag.upkeep.erasure import Erasure, erase
from rag.upkeep.jobs import Job, JobState, Outcome, Removal, Request, Upload
from rag.upkeep.watching import RESCAN_SECONDS, ScanResult, SourceWatcher, scan_triggers
from rag.upkeep.worker import Upkeep

__all__ = [
    "RESCAN_SECONDS",
    "Erasure",
    "Job",
    "JobState",
    "Outcome",
    "Removal",
    "Request",
    "ScanResult",
    "SourceWatcher",
    "Upkeep",
    "Upload",
    "erase",
    "scan_triggers",
    "source_name",
]
