"""The ways in which changes arrive while the index serves: jobs given to a service, and folders and feeds followed."""

from rag.upkeep.jobs import Given, Job, JobState, Outcome, Removal, Request
from rag.upkeep.watching import AGAIN_SECONDS, Follower, Looked, signs
from rag.upkeep.worker import Upkeep

__all__ = [
    "AGAIN_SECONDS",
    "Follower",
    "Given",
    "Job",
    "JobState",
    "Looked",
    "Outcome",
    "Removal",
    "Request",
    "Upkeep",
    "signs",
]
