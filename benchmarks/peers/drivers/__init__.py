"""One driver for each system. Each runs in its own environment and prints its figures for the runner."""
