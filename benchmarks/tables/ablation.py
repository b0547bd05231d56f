"""Table V of the DANCE paper: every combination of DAN, RIM and DEC, on equal terms.

The rows of one seed share what they have in common: the four rows with (or without) DAN start from the same
pretrained autoencoder, and refinement goes on from the very clusters that the row without refinement reports. That is
what separate runs of the same seed would compute, at less than half the time.
"""

import dataclasses
import itertools

from benchmarks.tables.fits import VARIED, row_of_fit, settings_of
from benchmarks.tables.groups import n_groups
from kerasclust.records import results
from kerasclust.training.selection import follow


def row_name(decorrelate, rim, refine):
    """A row by its components, as in "DAN + RIM + DEC"; "k-means" without any.

    Example:
        >>> row_name(True, False, True), row_name(False, False, False)
        ('DAN + DEC', 'k-means')
    """
    parts = [name for name, on in (("DAN", decorrelate), ("RIM", rim), ("DEC", refine)) if on]
    return " + ".join(parts) or "k-means"


def run_ablation(name, data, results_path, seeds, settings=None, options=None, report=print):
    """Run all eight rows for each seed, and append each row to a results file as soon as it is known.

    Args:
        name: of the data set, as it stands in the results.
        data: a `DataSet` with known groups, which only score the results.
        results_path: results file; rows that it has are not run again.
        seeds: whole numbers.
        settings: of `DANCE`, equal for all rows.
        options: that the data was loaded with, {name: value}, for the results.
        report: called with a sentence for each row.

    Returns:
        The rows of these runs, those found in the file included.

    Raises:
        InputError: the groups are not known.
    """
    from kerasclust.models import DANCE

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
