"""Measure the service at one, two and five times its capacity, alone and with slow and silent peers.

`python -m benchmarks.load PAGE` writes the page.
"""
