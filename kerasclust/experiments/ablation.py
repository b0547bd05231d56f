"""Table V of the DANCE paper: every combination of DAN, RIM and DEC, on equal terms.

The rows of one seed share what they have in common: the four rows with (or without) DAN start from the same
pretrained autoencoder, and refinement goes on from the very clusters that the row without refinement reports. That is
what separate runs of the same seed would compute, at less than half the time.
"""

import itertools
import time

import numpy as np

from kerasclust.experiments import results
from kerasclust.metrics import external_scores

DEFAULT_RUNS = 4


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
    """
    settings = dict(settings or {})
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
        for switches, candidates in _train(data, decorrelate, seed, settings, n_runs).items():
            if not results.done(results_path, **keys[switches]):
                row = _row(keys[switches], candidates, data.y)
                results.append(results_path, row)
                report(f"{name}, seed {seed}, {row['method']}: ACC {row['scores']['acc']:.3f} ({row['seconds']:.0f} s)")


def _train(data, decorrelate, seed, settings, n_runs):
    """{(rim, refine): [Candidate of each run]} of one seed with or without DAN."""
    from kerasclust.models import DANCE

    model = DANCE(len(np.unique(data.y)), decorrelate=decorrelate, random_state=seed, **settings)
    runner = model.runner(data)
    rows = {switches: [] for switches in itertools.product((False, True), (False, True))}
    for number in range(n_runs):
        run_seed = runner.seed_of(number)
        pretrained = runner.one_run(("pretrain",), run_seed, anew=True)
        noise = model.noise.state.numpy()
        for rim in (False, True):
            model.set_weights(pretrained.weights)
            model.noise.state.assign(noise)
            model.initializer = "rim" if rim else "kmeans"
            initial = runner.one_run(("initialize",), run_seed)
            refined = runner.one_run(("refine",), run_seed)
            rows[rim, False].append(_after(initial, pretrained))
            rows[rim, True].append(_after(refined, pretrained, initial))
    return rows


def _after(candidate, *earlier):
    """A candidate with the time and the evidence of the phases before it."""
    candidate.evidence["seconds"] += sum(other.evidence["seconds"] for other in earlier)
    for other in earlier:
        candidate.evidence = {**other.evidence, **candidate.evidence}
    candidate.weights = None  # not needed any more, and eight rows of them add up
    return candidate


def _row(key, candidates, y):
    from kerasclust.models.selection import choose_run

    started = time.perf_counter()
    result = choose_run(candidates)
    seconds = sum(candidate.evidence["seconds"] for candidate in candidates) + time.perf_counter() - started
    every = [{**candidate.evidence, **external_scores(y, candidate.labels)} for candidate in candidates]
    return results.new_row(key, external_scores(y, result.kept.labels), seconds, chosen=result.chosen, candidates=every)
