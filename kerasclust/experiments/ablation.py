"""Table V of the DANCE paper: every combination of DAN, RIM and DEC, on equal terms.

The rows of one seed share what they have in common: the four rows with (or without) DAN start from the same
pretrained autoencoder, and refinement goes on from the very clusters that the row without refinement reports. That is
what separate runs of the same seed would compute, at less than half the time.
"""

import itertools

import numpy as np

from kerasclust.experiments import results
from kerasclust.metrics import external_scores
from kerasclust.models.selection import follow

DEFAULT_RUNS = 8


def row_name(decorrelate, rim, refine):
    """A row by its components, as in "DAN + RIM + DEC"; "k-means" without any.

    Example:
        >>> row_name(True, False, True), row_name(False, False, False)
        ('DAN + DEC', 'k-means')
    """
    parts = [name for name, on in (("DAN", decorrelate), ("RIM", rim), ("DEC", refine)) if on]
    return " + ".join(parts) or "k-means"


def run_ablation(name, data, results_path, seeds, settings=None, n_runs=DEFAULT_RUNS, report=print):
    """Run all eight rows for each seed, and append each row to a results file as soon as it is known.

    Args:
        name: of the data set, as it stands in the results.
        data: a `DataSet` with known groups, which only score the results.
        results_path: results file; rows that it has are not run again.
        seeds: whole numbers.
        settings: of `DANCE`, equal for all rows.
        n_runs: trainings a row and seed, of which label-free evidence keeps one.
        report: called with a sentence for each row.

    Returns:
        The rows of these runs, those found in the file included.
    """
    settings, seeds = dict(settings or {}), list(seeds)
    for seed, decorrelate in itertools.product(seeds, (False, True)):
        keys = {
            (rim, refine): {
                "experiment": "ablation",
                "method": row_name(decorrelate, rim, refine),
                "data": name,
                "seed": seed,
                "settings": {**settings, "n_runs": n_runs},
            }
            for rim, refine in itertools.product((False, True), (False, True))
        }
        if all(results.done(results_path, **key) for key in keys.values()):
            continue
        for switches, (kept, candidates) in _train(data, decorrelate, seed, settings, n_runs).items():
            if not results.done(results_path, **keys[switches]):
                row = _row(keys[switches], kept, candidates, data.y)
                results.append(results_path, row)
                report(f"{name}, seed {seed}, {row['method']}: ACC {row['scores']['acc']:.3f} ({row['seconds']:.0f} s)")
    wanted = {"experiment": "ablation", "data": name, "settings": {**settings, "n_runs": n_runs}}
    return [row for row in results.find(results_path, **wanted) if row["seed"] in seeds]


def _train(data, decorrelate, seed, settings, n_runs):
    """{(rim, refine): (finished Candidate, [Candidate of each run])} of one seed with or without DAN."""
    from kerasclust.models import DANCE

    model = DANCE(len(np.unique(data.y)), decorrelate=decorrelate, random_state=seed, **settings)
    runner = model.runner(data)
    found = {False: [], True: []}
    for number in range(n_runs):
        run_seed = runner.seed_of(number)
        pretrained = runner.one_run(("pretrain",), run_seed, anew=True)
        for rim, candidates in found.items():
            model.set_weights(pretrained.weights)
            model.initializer = "rim" if rim else "kmeans"
            candidates.append(follow(pretrained, runner.one_run(("initialize",), run_seed)))
    rows = {}
    for rim, candidates in found.items():
        chosen = runner.go_on_from(candidates)
        start = runner.one_run((), runner.seed_of(chosen))
        rows[rim, False] = follow(candidates[chosen], start), candidates
        rows[rim, True] = follow(candidates[chosen], runner.one_run(("refine",), runner.seed_of(chosen))), candidates
    return rows


def _row(key, kept, candidates, y):
    seconds = kept.evidence["seconds"] + sum(candidate.evidence["seconds"] for candidate in candidates)
    every = [{**candidate.evidence, **external_scores(y, candidate.labels)} for candidate in candidates]
    scores = external_scores(y, kept.labels)
    return results.new_row(key, scores, seconds, evidence=kept.evidence, candidates=every)
