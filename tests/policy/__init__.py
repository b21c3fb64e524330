"""A made corpus of policies with versions, exceptions and conflicts, and 300 questions about it."""
