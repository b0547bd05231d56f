"""Runs of a table of `benchmarks.tables.papers`: every method on every data set with every seed."""

import gc
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from benchmarks.tables.fits import fit_and_keep, settings_of
from benchmarks.tables.groups import known_groups, n_groups
from benchmarks.tables.papers import Table
from benchmarks.tables.planned import AUTOENCODERS, Run, planned_runs
from benchmarks.tables.rendering import RESULTS, render_picture, render_text
from benchmarks.types import FilePath, Report
from kerasclust import datasets
from kerasclust.errors import InputError, TrainingDiverged
from kerasclust.records import results
from kerasclust.records.shared_autoencoders import SharedAutoencoders, autoencoder_class
from kerasclust.system.files import complete_file
from kerasclust.types import Array

SET_ASIDE = "replaced.jsonl"


def run_table(
    table: Table,
    out: FilePath,
    seeds: Iterable[int] | None = None,
    fresh: bool = False,
    report: Report = print,
    columns: Sequence[str] = (),
) -> list[str]:
    """Run a table and render it after every run.

    Runs and autoencoders in the directory are not repeated. Tables may share a directory; common runs are made once.
    Known groups only score the results.

    Args:
        table: a `Table`.
        out: directory for the results (results.jsonl), the autoencoders and the rendered table.
        seeds: whole numbers; None for the numbers of seeds in the table.
        fresh: move earlier results of these runs to replaced.jsonl and repeat the runs. No other process may write to
            the directory meanwhile.
        report: called with a line of text after each run and for each omission.
        columns: titles of the columns to run; none for all. The rendered table has every column with results.

    Returns:
        Sentences about omissions: unknown methods, data that cannot be loaded.

    Raises:
        InputError: the table has no column of that title.
    """
    return TableRunner(table, out, report).run(seeds, fresh, columns)


class TableRunner:
    """Runner of one table; see `run_table` for the arguments."""

    def __init__(self, table: Table, out: FilePath, report: Report = print) -> None:
        self.table, self.out, self.report = table, Path(out), report
        self.results_path = self.out / RESULTS
        self.autoencoders = SharedAutoencoders(self.out / AUTOENCODERS, self.results_path)
        self.data: dict[str, Any] = {}
        self.left_out: list[str] = []

    def run(self, seeds: Iterable[int] | None = None, fresh: bool = False, columns: Sequence[str] = ()) -> list[str]:
        """Make all runs that the directory lacks; see `run_table` for arguments and result."""
        runs = list(planned_runs(self.table, seeds, columns))
        if fresh:
            self._set_aside(runs)
        known = {results.identity(row) for row in results.read(self.results_path)}
        missing = [run for run in runs if results.identity(run.key) not in known]
        self.report(f"{self.table.name}: {len(missing)} of {len(runs)} runs to make; {self.out} keeps them")
        self.render()
        try:
            with tqdm(missing, desc=self.table.name, unit="run", disable=None) as bar:
                for run in bar:
                    bar.set_postfix_str(run.title)
                    if self._possible(run):
                        self._make(run)
                        self.render()
        finally:
            self.render()  # with the sentences about all omissions
        return self.left_out

    def render(self) -> None:
        """Write the table with the present results."""
        render_text(self.table, self.out, self.left_out)
        try:
            render_picture(self.table, self.out)
        except InputError as error:  # such as a missing matplotlib: the runs matter more
            self._leave_out("The figure", error)

    def _possible(self, run: Run) -> bool:
        """Return whether method, autoencoder and data exist; report each missing one once."""
        from kerasclust.models.catalog import methods

        try:
            if run.row.method not in methods():
                raise InputError(f"this version has no method {run.row.method!r}")
            if run.shared:
                autoencoder_class(run.shared.kind)
        except InputError as error:
            self._leave_out(run.row.title, error)
            return False
        try:
            self._load(run)
        except InputError as error:
            self._leave_out(run.column.title, error)
            return False
        return True

    def _leave_out(self, what: str, why: object) -> None:
        sentence = f"{what} is left out: {str(why).rstrip('.')}."
        if sentence not in self.left_out:
            self.left_out.append(sentence)
            self.report(sentence)

    def _load(self, run: Run) -> tuple[Array, Array]:
        """Return (x, y) of a run; each data set is loaded once."""
        identity = results.identity({"data": run.data_name, "settings": run.column.options})
        if identity not in self.data:
            name, options = run.column.data, run.column.options
            try:
                self.data[identity] = name(**options) if callable(name) else datasets.load(name, **options)
            except InputError as error:  # kept, so that a download that fails is tried once
                self.data[identity] = error
        data = self.data[identity]
        if isinstance(data, InputError):
            raise data
        y = known_groups(run.data_name, data)[run.scored_by]
        n_groups(y)  # raises InputError without known groups
        return data.x, y

    def _make(self, run: Run) -> None:
        import keras

        from kerasclust.compute.precision import precision
        from kerasclust.models.catalog import methods

        x, y = self._load(run)
        settings = run.settings
        try:
            with precision(run.column.precision):
                if run.shared:
                    start = f"seed {run.seed}, {run.column.title}, autoencoder"
                    settings["autoencoder"] = self.autoencoders.get(
                        run.autoencoder_key, run.autoencoder_settings, x, lambda text: self.report(f"{start}: {text}")
                    )
                model = methods()[run.row.method](n_groups(y), **settings, random_state=run.seed)
                more = {"table": self.table.name, "row": run.row.title, "all_settings": settings_of(model)}
                row = fit_and_keep(self.results_path, run.key, model, x, y, **more)
        except (InputError, TrainingDiverged) as error:
            self._leave_out(run.title, error)
            return
        self.report(
            f"{run.title}: NMI {row['scores']['nmi']:.3f}, ACC {row['scores']['acc']:.3f} ({row['seconds']:.0f} s)"
        )
        del model, settings
        keras.utils.clear_session()  # one process makes hundreds of models
        gc.collect()

    def _set_aside(self, runs: list[Run]) -> None:
        """Move the rows of runs to another file, and delete their autoencoders."""
        keys = [run.key for run in runs] + [run.autoencoder_key for run in runs if run.shared]
        again = {results.identity(key) for key in keys}
        rows = results.read(self.results_path)
        old = [row for row in rows if results.identity(row) in again]
        for row in old:
            results.append(self.out / SET_ASIDE, row)
        if old:
            with complete_file(self.results_path) as partial:
                partial.touch()
                for row in (row for row in rows if results.identity(row) not in again):
                    results.append(partial, row)
        for run in runs:
            if run.shared:
                self.autoencoders.path(run.autoencoder_key).unlink(missing_ok=True)
