"""The versions of a document: how two of them differ, and the timeline of a provision."""

from rag.answer.marks import ChangeKind
from rag.answer.versions.comparison import Comparison, Row, RowState, compare
from rag.answer.versions.edits import Edit
from rag.answer.versions.excerpt import Skipped, described, excerpt
from rag.answer.versions.naming import ComparedVersions, VersionName, VersionText, parse_name, version_before
from rag.answer.versions.timeline import DateKind, Event, EventKind, Timeline, dated, timeline

__all__ = [
    "ChangeKind",
    "ComparedVersions",
    "Comparison",
    "DateKind",
    "Edit",
    "Event",
    "EventKind",
    "Row",
    "RowState",
    "Skipped",
    "Timeline",
    "VersionName",
    "VersionText",
    "compare",
    "dated",
    "described",
    "excerpt",
    "parse_name",
    "timeline",
    "version_before",
]
