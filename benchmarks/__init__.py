"""Benchmarks that compare this project with others, and need more packages than it installs."""
