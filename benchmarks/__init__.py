"""Benchmarks: tables of the papers, and timings. The folder is no part of the installed package."""
