"""Runs of a table, and the keys that identify them in the results."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.tables.papers import Column, Row, SharedAutoencoder, Table
from benchmarks.tables.papers.specification import FLOAT32
from benchmarks.types import Record, Settings

AUTOENCODERS = "autoencoders"


@dataclass(frozen=True)
class Run:
    """One method on one data set with one seed."""

    table: Table
    row: Row
    column: Column
    seed: int

    @property
    def title(self) -> str:
        """Text for the progress bar."""
        return f"seed {self.seed}, {self.column.title}, {self.row.title}"

    @property
    def data_name(self) -> str:
        """Name of the data set in the results, without its grouping."""
        data = self.column.data
        return data if isinstance(data, str) else str(getattr(data, "__name__", data))

    @property
    def scored_by(self) -> str:
        """Key of the known groups in `known_groups`, also the name of the data set in the results."""
        return f"{self.data_name}/{self.column.grouping}" if self.column.grouping else self.data_name

    @property
    def settings(self) -> Record:
        """Settings of the method other than its defaults, without the autoencoder."""
        budget = {name: value for name, value in self.column.budget.items() if name in self.row.settings}
        return {**self.row.settings, **self.column.settings, **budget}

    @property
    def shared(self) -> SharedAutoencoder | None:
        """The `SharedAutoencoder` that the row starts from, or None."""
        return self.table.autoencoders.get(self.row.autoencoder) if self.row.autoencoder else None

    @property
    def autoencoder_settings(self) -> Record:
        """Settings of the shared autoencoder for this data set."""
        return {**self.shared.settings, **self.column.autoencoder} if self.shared else {}

    @property
    def key(self) -> Record:
        """Key of the run in the results, the same for the same run of any table."""
        autoencoder = self.shared and {"kind": self.shared.kind, **self.autoencoder_settings}
        settings = {"method": self.settings, "data": dict(self.column.options), "autoencoder": autoencoder}
        return self._key("tables", self.row.method, self.scored_by, settings | self._other_precision)

    @property
    def autoencoder_key(self) -> Record:
        """Key of the shared autoencoder in the results, the same for all rows that share it."""
        settings = {"autoencoder": self.autoencoder_settings, "data": dict(self.column.options)}
        kind = self.shared.kind if self.shared else None
        return self._key(AUTOENCODERS, kind, self.data_name, settings | self._other_precision)

    @property
    def _other_precision(self) -> Record:
        """Precision as a setting; nothing for float32."""
        return {} if self.column.precision == FLOAT32 else {"precision": self.column.precision}

    def _key(self, experiment: str, method: str | None, data: str, settings: Settings) -> Record:
        return {"experiment": experiment, "method": method, "data": data, "seed": self.seed, "settings": settings}


def planned_runs(table: Table, seeds: Iterable[Any] | None = None, columns: Sequence[str] = ()) -> Iterator[Run]:
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
