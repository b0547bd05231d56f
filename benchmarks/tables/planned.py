"""Runs of a table, and the keys that identify them in the results."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.tables.papers import Column, Row, Table
from benchmarks.tables.papers.specification import FLOAT32

AUTOENCODERS = "autoencoders"


@dataclass(frozen=True)
class Run:
    """One method on one data set with one seed."""

    table: Table
    row: Row
    column: Column
    seed: int

    @property
    def title(self):
        """Text for the progress bar."""
        return f"seed {self.seed}, {self.column.title}, {self.row.title}"

    @property
    def data_name(self):
        """Name of the data set in the results, without its grouping."""
        return getattr(self.column.data, "__name__", self.column.data)

    @property
    def scored_by(self):
        """Key of the known groups in `known_groups`, also the name of the data set in the results."""
        return f"{self.data_name}/{self.column.grouping}" if self.column.grouping else self.data_name

    @property
    def settings(self):
        """Settings of the method other than its defaults, without the autoencoder."""
        budget = {name: value for name, value in self.column.budget.items() if name in self.row.settings}
        return {**self.row.settings, **self.column.settings, **budget}

    @property
    def shared(self):
        """The `SharedAutoencoder` that the row starts from, or None."""
        return self.table.autoencoders.get(self.row.autoencoder)

    @property
    def autoencoder_settings(self):
        """Settings of the shared autoencoder for this data set."""
        return {**self.shared.settings, **self.column.autoencoder}

    @property
    def key(self):
        """Key of the run in the results, the same for the same run of any table."""
        autoencoder = self.shared and {"kind": self.shared.kind, **self.autoencoder_settings}
        settings = {"method": self.settings, "data": dict(self.column.options), "autoencoder": autoencoder}
        return self._key("tables", self.row.method, self.scored_by, settings | self._other_precision)

    @property
    def autoencoder_key(self):
        """Key of the shared autoencoder in the results, the same for all rows that share it."""
        settings = {"autoencoder": self.autoencoder_settings, "data": dict(self.column.options)}
        return self._key(AUTOENCODERS, self.shared.kind, self.data_name, settings | self._other_precision)

    @property
    def _other_precision(self):
        """Precision as a setting; nothing for float32."""
        return {} if self.column.precision == FLOAT32 else {"precision": self.column.precision}

    def _key(self, experiment, method, data, settings):
        return {"experiment": experiment, "method": method, "data": data, "seed": self.seed, "settings": settings}


def planned_runs(table, seeds=None, columns=()) -> Iterator[Run]:
    """Yield the runs of a table: seed by seed, within a seed column by column.

    Args:
        table: a `Table`.
        seeds: whole numbers; None for the numbers of seeds in the table and its rows.
        columns: titles of the columns to run; none for all.

    Raises:
        InputError: the table has no column of that title.
    """
    rows, counting = table.all_rows(), table.find_columns(columns)
    enough = {row.title: row.seeds or table.seeds for row in rows}
    for seed in range(max(enough.values())) if seeds is None else seeds:
        for column in (column for column in counting if column.data is not None):
            for row in rows:
                wanted = seeds is not None or seed < enough[row.title]
                if wanted and row.method is not None and column.title not in row.not_on:
                    yield Run(table, row, column, seed)
