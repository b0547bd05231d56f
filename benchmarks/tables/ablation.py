"""Table V of the DANCE paper: every combination of DAN, RIM and DEC.

Rows of one seed share their common steps. The four rows with DAN start from one pretrained autoencoder, and so do the
four rows without DAN. Refinement starts from the clusters of the row without refinement. Separate runs of the same seed
would give the same results in more than twice the time.
"""

import dataclasses
import itertools
from collections.abc import Iterable
from typing import Any

from benchmarks.tables.fits import VARIED, row_of_fit, settings_of
from benchmarks.tables.groups import n_groups
from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust.records import results
from kerasclust.training.selection import follow


def row_name(decorrelate: bool, rim: bool, refine: bool) -> str:
    """Return the name of a row by its components, as in "DAN + RIM + DEC"; "k-means" without components.

    Example:
        >>> row_name(True, False, True), row_name(False, False, False)
        ('DAN + DEC', 'k-means')
    """
    parts = [name for name, on in (("DAN", decorrelate), ("RIM", rim), ("DEC", refine)) if on]
    return " + ".join(parts) or "k-means"


def run_ablation(
    name: str,
    data: Any,
    results_path: FilePath,
    seeds: Iterable[int],
    settings: Settings | None = None,
    options: Settings | None = None,
    report: Report = print,
) -> list[Record]:
    """Run all eight rows for each seed and append each finished row to a results file.

    Args:
        name: name of the data set in the results.
        data: a `DataSet` with known groups, which only score the results.
        results_path: results file; rows in it are not run again.
        seeds: whole numbers.
        settings: settings of `DANCE` for all rows.
        options: {name: value} that the data was loaded with, for the results.
        report: called with a sentence for each row.

    Returns:
        The rows of these runs, including rows that the file had.

    Raises:
        InputError: the data has no known groups.
    """
    from kerasclust.models.methods.dance import DANCE

    n_clusters, seeds, settings = n_groups(data.y), list(seeds), dict(settings or {})
    common = {
        "experiment": "ablation",
        "data": name,
        "settings": settings_of(DANCE(n_clusters, **settings), options, VARIED),
    }
    for seed, decorrelate in itertools.product(seeds, (False, True)):
        keys = {
            (rim, refine): {**common, "method": row_name(decorrelate, rim, refine), "seed": seed}
            for rim, refine in itertools.product((False, True), (False, True))
        }
        if all(results.done(results_path, **key) for key in keys.values()):
            continue
        model = DANCE(n_clusters, decorrelate=decorrelate, random_state=seed, **settings)
        for switches, result in _train(model, data).items():
            if not results.done(results_path, **keys[switches]):
                row = row_of_fit(keys[switches], result, data.y)
                results.append(results_path, row)
                report(f"{name}, seed {seed}, {row['method']}: ACC {row['scores']['acc']:.3f} ({row['seconds']:.0f} s)")
    return [row for row in results.find(results_path, **common) if row["seed"] in seeds]


def _train(model, data):
    """{(rim, refine): FitResult} of a DANCE."""
    trainer, (pretrain, initialize, refine) = model.trainer(data), model.phases
    found = {False: [], True: []}
    for number in range(model.n_runs):
        run_seed = trainer.seed_of(number)
        pretrained = trainer.one_run([pretrain], run_seed, anew=True)
        for rim, candidates in found.items():
            model.set_weights(pretrained.weights)
            model.initializer = "rim" if rim else "kmeans"
            candidates.append(follow(pretrained, trainer.one_run([initialize], run_seed)))
    rows = {}
    for rim, candidates in found.items():
        start = trainer.go_on_from(candidates)
        refined = trainer.one_run([refine], trainer.seed_of(start.chosen))
        rows[rim, False] = start
        rows[rim, True] = dataclasses.replace(start, kept=follow(start.kept, refined))
    return rows
