"""The command that watches for drift."""

import sys
from typing import TYPE_CHECKING, Any

import click

from kerasclust.cli.base import answer, command_of, json_option, main, say
from kerasclust.cli.loading import load, loader_options, loading_options
from kerasclust.errors import InputError
from kerasclust.system.quiet import import_tensorflow

if TYPE_CHECKING:
    from kerasclust.inspection.drift import Drift

THRESHOLD = 0.25  # of the population stability index: by a rule of thumb, 0.1 to 0.25 is some drift, more is much
DRIFTED = 3  # exit status for data that has drifted
MOST_NAMED, MOST_CHANNELS = 5, 10  # measurements in the verdict, and channels with a line


@main.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False))
@click.argument("data")
@click.option(
    "--threshold",
    type=click.FloatRange(min=0.0, min_open=True),
    default=THRESHOLD,
    show_default=True,
    help="Largest population stability index without drift.",
)
@click.option("--calibrate", is_flag=True, help="Make DATA, known to be good, the reference from now on.")
@json_option
@loading_options
def monitor(run: str, data: str, threshold: float, calibrate: bool, as_json: bool, **given: Any) -> None:
    """Check whether DATA still looks like the data that the model of RUN was trained on.

    The command compares the shares of the clusters, the confidence, the distance to the center of the cluster and, if
    the model has a decoder, the reconstruction error. It also compares the level and the variation of each channel, and
    the share of missing values. It does so by the population stability index, corrected for chance. The exit status is
    3 if any index exceeds --threshold.

    A network fits its training samples better than new samples, above all if there were few. If that raises false
    alarms, run the command once with --calibrate on good data from after the training.
    """
    from kerasclust.runs import RunDirectory
    from kerasclust.runs.trained_on import TrainedOn

    directory = RunDirectory(run)
    if not directory.has("reference") and not calibrate:
        raise InputError(
            f"{run} has no reference.json, which `kerasclust fit` writes: give --calibrate, with data that is known "
            "to be good."
        )
    trained_on = TrainedOn.of(run)
    loaded = load(data, trained_on.options_for(data) | loader_options(given))
    trained_on.check_channels(loaded)
    import_tensorflow()
    from kerasclust.inspection.drift import REFERENCE, drift_from, reference_of
    from kerasclust.runs.saved import load_model

    model = load_model(run)
    if calibrate:
        directory.check_writable("reference")
        directory.write_json("reference", reference_of(model, loaded.x))
        answer(as_json, {"reference": directory.file("reference")}, f"From now on {run} is compared with {data}.")
        return
    found = drift_from(directory.read_json("reference", REFERENCE), model, loaded.x)
    drifted = found[0].index > threshold
    rows = [{"name": d.name, "index": d.index, "expected": d.expected, "found": d.found} for d in found]
    summary = {"drifted": drifted, "threshold": threshold, "samples": len(loaded), "measurements": rows}
    summary["cluster_names"] = model.cluster_names
    answer(as_json, summary, *drift_in_words(found, threshold))
    if drifted:
        again = command_of("monitor", run, data, "--calibrate")
        say(f"If {data} is known to be good, make it the reference from now on: {again}", err=as_json)
    sys.exit(DRIFTED if drifted else 0)


def drift_in_words(found: list["Drift"], threshold: float) -> list[str]:
    """Return lines with the verdict, each measurement of the model, and the channels that have drifted.

    Args:
        found: `Drift` of each measurement, the strongest first.
        threshold: largest index without drift.
    """
    strong = [drift for drift in found if drift.index > threshold]
    of_channels = [drift for drift in found if drift.of_channel]
    shown = [drift for drift in strong if drift.of_channel][:MOST_CHANNELS]
    lines = ["No drift past the threshold."]
    if strong:
        more = f" and {len(strong) - MOST_NAMED} more" if len(strong) > MOST_NAMED else ""
        names = ", ".join(drift.name for drift in strong[:MOST_NAMED])
        lines = [f"The data has drifted away from the reference: {names}{more}."]
    lines += [drift.sentence for drift in found if drift in shown or not drift.of_channel]
    if not shown and of_channels:
        lines.append(f"channels: none has drifted; the largest index is {of_channels[0].index:.2f}.")
    return lines
