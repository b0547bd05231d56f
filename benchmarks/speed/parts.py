"""Parts of `python -m benchmarks bench speed` by name."""

import inspect
from collections.abc import Callable
from pathlib import Path

from benchmarks.speed.growth import growth_table, run_growth
from benchmarks.speed.overhead import overhead_table, run_overhead
from benchmarks.speed.peers import peers_table, run_peers
from benchmarks.speed.precisions import precisions_table, run_precisions
from benchmarks.speed.prediction import prediction_table, run_prediction
from benchmarks.speed.profiler import profiles_table, run_profiles
from benchmarks.speed.start import run_start, start_table
from benchmarks.speed.steps import run_steps, steps_picture, steps_table
from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust.records import results
from kerasclust.system.files import complete_file
from kerasclust.system.optional import require_installed

FUNCTIONS: dict[str, tuple[Callable[..., list[Record]], Callable[[list[Record]], str]]] = {
    "steps": (run_steps, steps_table),
    "prediction": (run_prediction, prediction_table),
    "growth": (run_growth, growth_table),
    "start": (run_start, start_table),
    "overhead": (run_overhead, overhead_table),
    "profile": (run_profiles, profiles_table),
    "precision": (run_precisions, precisions_table),
    "peers": (run_peers, peers_table),
}


def run_part(name: str, out: FilePath, chosen: Settings, report: Report = print) -> tuple[list[Record], str]:
    """Make the measurements of a part that the results file lacks.

    Args:
        name: one of `benchmarks.speed.choices.PARTS`.
        out: results file.
        chosen: {"names", "networks", "batches", "policies", "seeds", "clustpy": values}; a part ignores choices that it
            does not vary, and has its own default for an empty choice.
        report: called with a line of text after each measurement.

    Returns:
        (rows, table as text). The part "steps" also draws a picture, `out` with ".png" appended.

    Raises:
        InputError: unknown methods, a results file that cannot be written, or matplotlib is missing.
    """
    run, table = FUNCTIONS[name]
    results.check_writable(out)
    if name == "steps":
        require_installed("matplotlib")
    varied = inspect.signature(run).parameters
    rows = run(out, **{key: values for key, values in chosen.items() if values and key in varied}, report=report)
    if name == "steps":
        with complete_file(Path(f"{out}.png")) as partial:
            partial.write_bytes(steps_picture(rows))
    return rows, table(rows)
