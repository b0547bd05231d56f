"""Samples from tables: sources, roles of columns, layouts and values, by SQL on DuckDB."""
