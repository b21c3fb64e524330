"""The share of one worker in the limits of the service."""

from __future__ import annotations

import os
from math import ceil

from rag.settings import Settings

_REQUESTS_FOR_EACH_CORE = 2


def of_one_worker(settings: Settings, workers: int) -> Settings:
    """Return the settings of one of several workers, which all get the same share, rounded up.

    Memory, descriptors and processors are shared by the system, and the tokens of a language model by a file.
    """
    active = settings.active_requests or _REQUESTS_FOR_EACH_CORE * (os.cpu_count() or 1)
    return settings.model_copy(
        update={
            "active_requests": ceil(active / workers),
            "queued_requests": ceil(settings.queued_requests / workers),
            "generator_waiting": ceil(settings.generator_waiting / workers),
        }
    )
