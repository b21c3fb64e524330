"""One driver a system, each run in an environment of its own; what they print, the runner reads."""
