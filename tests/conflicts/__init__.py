"""Pairs of passages that contradict each other, or only seem to, and how answers tell them apart."""
