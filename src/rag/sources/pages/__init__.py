"""Draws the pages of a PDF and finds quotes on them, in processes of their own with limits."""

from rag.sources.pages.finding import PageText
from rag.sources.pages.process import PLACES, PageProcesses
from rag.sources.pages.requests import SCALES, Drawn, FoundQuote, PageBoxes, PageSize

__all__ = ["PLACES", "SCALES", "Drawn", "FoundQuote", "PageBoxes", "PageProcesses", "PageSize", "PageText"]
