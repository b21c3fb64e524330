"""Questions about policy documents, answered in sentences that each cite the exact words they rest on."""

__version__ = "0.2.0"
