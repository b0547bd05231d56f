"""Benchmarks: the papers' tables and timings, beside the package."""
