"""The audit log: who asked and when, the question, its outcome, and the documents that the client saw.

The log is a folder of files with one JSON object a line. Each line has the hash of the line before it, so a line cannot
be changed, removed or moved without a trace. docs/decisions/observing.md gives the reasons.
"""

from rag.audit.auditor import Auditor
from rag.audit.erasure import erase
from rag.audit.log import AuditLog
from rag.audit.questions import Questions
from rag.audit.reading import Row, Selection, rows
from rag.audit.verification import Head, Verified, verify

__all__ = ["AuditLog", "Auditor", "Head", "Questions", "Row", "Selection", "Verified", "erase", "rows", "verify"]
