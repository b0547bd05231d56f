"""Table of every method with its default settings, on sequences."""

from benchmarks.tables.papers.specification import Column, Row, Table


def every_method() -> tuple[Row, ...]:
    """Return a row for each method of this version, with its default settings."""
    from kerasclust.models.catalog import methods

    return tuple(Row(name, name, autoencoder=None) for name in methods())


ALL_METHODS = Table(
    "all_methods",
    "Every method with its default settings, on sequences",
    "nothing is published on these data",
    columns=(
        Column("mobile network", "mobile_network"),
        Column("Irish 5G", "irish_5g"),
        Column("Irish 5G, mobility", "irish_5g", grouping="mobility"),
    ),
    rows=every_method,
    score="acc",
    seeds=3,
)

TABLES = (ALL_METHODS,)
