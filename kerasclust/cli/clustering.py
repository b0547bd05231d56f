"""Commands that cluster, and the commands for the steps before and after."""

import os
import secrets
import shlex
import sys
from contextlib import nullcontext, suppress
from typing import Any

import click
from click.core import ParameterSource

from kerasclust.cli.base import answer, json_option, main, raw_text_option, say, saying, trust_option, warn
from kerasclust.cli.loading import COUNT, load, loader_options, loading_options
from kerasclust.defaults import DEFAULT_METHOD
from kerasclust.errors import InputError
from kerasclust.system.quiet import import_tensorflow
from kerasclust.system.signals import exit_status

TRAINING_NAMES = ("n_runs", "random_state", "pretrain_epochs", "epochs", "batch_size", "frontend")
OF_PROCESS = ("quiet", "as_json", "worker", "out", "overwrite")  # of this process, so not recorded
BESIDE_RESUME = ("resume", "quiet", "as_json", "workers", "worker")  # allowed together with --resume
THRESHOLD = 0.25  # of the population stability index: by a rule of thumb, 0.1 to 0.25 is some drift, more is much
DRIFTED = 3  # exit status of `monitor` for data that has drifted
PROCESS_NUMBERS = ("SLURM_PROCID", "JOB_COMPLETION_INDEX")  # number of a process in Slurm and Kubernetes


@main.command()
@click.argument("data", required=False)
@click.option("--resume", type=click.Path(exists=True, file_okay=False), help="Continue the run in this directory.")
@click.option("--method", default=DEFAULT_METHOD, show_default=True, help="Method; see `kerasclust methods`.")
@click.option("--clusters", "n_clusters", type=int, help="Number of clusters; some methods find it themselves.")
@click.option("--out", type=click.Path(file_okay=False), help="Directory for all files; default: a new one in runs/.")
@click.option("--overwrite", is_flag=True, help="Replace the run in --out.")
@click.option("--runs", "n_runs", type=COUNT, help="Trainings up to the starting clusters; the best one continues.")
@click.option(
    "--seed",
    "random_state",
    type=click.IntRange(min=0),
    help="The same seed gives the same clusters; default: drawn and recorded.",
)
@click.option("--pretrain-epochs", type=COUNT, help="Epochs of pretraining; default: by a number of updates.")
@click.option("--epochs", type=COUNT, help="Epochs of refinement; default: by a number of updates.")
@click.option("--batch-size", type=COUNT, help="Samples in a batch.")
@click.option("--frontend", help="Front end, such as statistics+spectrum; default: by the shape of the data.")
@click.option(
    "--set",
    "assignments",
    metavar="NAME=VALUE",
    multiple=True,
    help="Any setting that `kerasclust methods METHOD` lists; repeat for each.",
)
@click.option("--quiet", is_flag=True, help="Show warnings and errors only.")
@click.option("--workers", help="Train on several machines: host:port of a process on each, with commas.")
@click.option(
    "--worker", type=click.IntRange(min=0), envvar=PROCESS_NUMBERS, help="Place of this process in --workers, from 0."
)
@raw_text_option
@json_option
@loading_options
@click.pass_context
def fit(ctx: click.Context, resume: str | None, **given: Any) -> None:
    """Cluster DATA: the name of a data set, tfds:NAME, or a .npy, .npz, .csv or .parquet file.

    Data sets: cifar10, fashion_mnist, gtsrb, irish_5g, mnist, mobile_network, objects, reuters10k, stl10, synth_25,
    usps.

    The directory --out gets the model (model.keras and saved_model/), report.html, labels.csv, TensorBoard logs and the
    settings. Ctrl-C keeps the model as far as it is trained. With --workers, the first process writes.

    Continue an interrupted run with --resume DIRECTORY. Finished phases are kept, and the current one about once a
    minute.
    """
    if resume is not None:
        check_alone(ctx)
        here = {name: given[name] for name in BESIDE_RESUME if given.get(name)}
        given |= asked_for(ctx, resume) | here | {"out": resume}
    elif given["data"] is None:
        raise click.MissingParameter(ctx=ctx, param=next(p for p in ctx.command.params if p.name == "data"))
    fit_into_directory(given, resume is not None)


def check_alone(ctx: click.Context) -> None:
    """Check that --resume comes with no option that the run has recorded.

    Raises:
        InputError: such an option was given.
    """
    given = [
        parameter.name if isinstance(parameter, click.Argument) else parameter.opts[0]
        for parameter in ctx.command.params
        if parameter.name not in BESIDE_RESUME
        and ctx.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise InputError(f"--resume continues a run with its own options: leave out {', '.join(given)}.")


def asked_for(ctx: click.Context, directory: str | os.PathLike) -> dict[str, Any]:
    """Return the options that a run began with: {name of a parameter: value}.

    Args:
        ctx: context of the command.
        directory: directory of the run.

    Raises:
        InputError: the directory holds no run, or the run cannot be continued.
    """
    from kerasclust.runs import RunDirectory

    run = RunDirectory(directory)
    command = run.read_json("command")
    if command is None:
        raise InputError(f"{directory} holds no run that `kerasclust fit` began.")
    if run.is_complete():
        raise InputError(f"The run in {directory} is complete: there is nothing to go on with.")
    try:
        return checked(ctx, command)
    except (click.UsageError, TypeError, ValueError, OverflowError) as error:  # from values of another type
        reason = error.format_message() if isinstance(error, click.UsageError) else error
        raise InputError(f"{run.file('command')} is not what `kerasclust fit` wrote ({reason}).") from error


def checked(ctx: click.Context, recorded: dict[str, Any]) -> dict[str, Any]:
    """Check recorded options as if they were given now.

    Args:
        ctx: context of the command.
        recorded: {name of a parameter: value} from a file.

    Returns:
        {name of a parameter: value} of the types that the command has.

    Raises:
        click.UsageError: an unknown parameter, a bad value, or no data.
    """
    parameters = {parameter.name: parameter for parameter in ctx.command.params if parameter.name not in OF_PROCESS}
    del parameters["resume"]
    if unknown := recorded.keys() - parameters.keys():
        raise click.UsageError(f"there is no parameter {', '.join(sorted(unknown))}")
    if not isinstance(recorded.get("data"), str):
        raise click.UsageError("it does not say which data")
    return {name: parameters[name].type_cast_value(ctx, value) for name, value in recorded.items()}


def fit_into_directory(given: dict[str, Any], resume: bool) -> None:
    """Train a model and write its run directory.

    Args:
        given: {name of a parameter: value} of `fit`.
        resume: continue the run in the directory.
    """
    import_tensorflow()
    from kerasclust.cli.console import interruption_in_words, results_as_data, results_in_words
    from kerasclust.cli.settings import model_from_options
    from kerasclust.compute.workers import strategy_over
    from kerasclust.runs import RunDirectory, new_directory, writing_run
    from kerasclust.runs.training import ResultsNotWritten, train, write_run_report

    data, quiet, workers, worker = (given[name] for name in ("data", "quiet", "workers", "worker"))
    as_json = given["as_json"]
    by_name = {text.partition("=")[0].strip() for text in given["assignments"]}
    if given["random_state"] is None and "random_state" not in by_name:
        given["random_state"] = secrets.randbelow(2**31)  # recorded, so that the run can be repeated
    training = {name: given[name] for name in TRAINING_NAMES if given[name] is not None}
    with strategy_over(workers, worker).scope() if workers else nullcontext():
        model = model_from_options(given["method"], given["n_clusters"], training, given["assignments"])
    options = loader_options(given)
    if workers and worker > 0:  # the first process shows and writes the result of all
        backup_dir = given["out"] and RunDirectory(given["out"]).file("backup")
        model.fit(load(data, options, quiet=True), verbose=0, backup_dir=backup_dir)
        return
    tell = (lambda *lines: None) if quiet else saying(as_json)
    with writing_run(given["out"] or new_directory(data), given["overwrite"], resume) as run:
        loaded = load(data, options, quiet)
        command = {name: value for name, value in given.items() if name not in OF_PROCESS}
        run.write_json("command", command | {"data": os.path.abspath(data) if os.path.exists(data) else data})
        tell(f"{loaded.name}: {len(loaded):,} samples of shape {loaded.x.shape[1:]}. Watch the training with")
        tell(f"  tensorboard --logdir {shlex.quote(str(run.file('logs')))}")
        try:
            source = {"data": data, "options": options}
            result = train(model, loaded, run, source, verbose=0 if quiet else 1, raw_text=given["raw_text"])
        except KeyboardInterrupt as interruption:
            with suppress(OSError):  # the terminal may be closed
                say("", interruption_in_words(run), err=True)
            sys.exit(exit_status(interruption))
        except ResultsNotWritten as error:
            rest = f" Once it can be written, continue by: {command_of('fit', '--resume', run.path)}"
            raise InputError(f"{error}{rest if run.can_go_on() else ''}") from error
        for sentence in result.warnings:
            warn(sentence)
        try:
            write_run_report(run, model, loaded, result.space)
        except InputError as error:  # such as missing matplotlib: the run is complete without a report
            warn(f"The report was not written. {error} Write it later by: {command_of('report', run.path)}")
        except KeyboardInterrupt:
            warn(f"The report was not written. Write it later by: {command_of('report', run.path)}")
            raise
        finally:  # even if the report fails, the user has to know where the model is
            if as_json:
                answer(as_json, results_as_data(run, result.q, result.scores, result.warnings))
            else:
                tell(*results_in_words(run, result.q, result.scores))


def command_of(*words: str | os.PathLike[str]) -> str:
    """Return a command to type."""
    return shlex.join(["kerasclust", *map(str, words)])


@main.command()
@click.argument("model", type=click.Path(exists=True))
@click.argument("data")
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="The .csv file to write.")
@trust_option
@raw_text_option
@json_option
@loading_options
def predict(model: str, data: str, out: str, trust: bool, raw_text: bool, as_json: bool, **given: Any) -> None:
    """Assign DATA to the clusters of MODEL.

    MODEL is a run directory, a .keras file, or, with --trust, a SavedModel directory.

    The file --out gets a row for each sample: its number, its group (user, trace ...) and start if known, its cluster,
    the name of the cluster if it has one, and the confidence. A group or name that a spreadsheet would run as a formula
    gets a single quote in front, unless --raw-text is given. A table is read with the columns and windows of the
    training, unless options say otherwise.
    """
    import_tensorflow()
    import numpy as np

    from kerasclust.cli.console import cluster_table
    from kerasclust.runs import write_labels
    from kerasclust.runs.saved import soft_assignments
    from kerasclust.runs.trained_on import TrainedOn

    target = os.path.realpath(out)  # of a link
    if os.path.exists(target) and os.path.exists(data) and os.path.samefile(target, data):
        raise InputError(f"--out {out} is the data, which would be overwritten: choose another file.")
    trained_on = TrainedOn.of(model)
    loaded = load(data, trained_on.options_for(data) | loader_options(given))
    trained_on.check_channels(loaded)
    q, names = soft_assignments(model, loaded, trust)
    write_labels(target, q, loaded, names, raw_text=raw_text)
    sizes = [int(size) for size in np.bincount(q.argmax(axis=1), minlength=q.shape[1])]
    found = {"labels": os.path.abspath(out), "samples": len(q), "cluster_sizes": sizes, "cluster_names": names}
    lines = [f"{len(q):,} samples in {sum(map(bool, sizes))} of {len(sizes)} clusters: {out}"]
    answer(as_json, found, *lines, *(cluster_table(q, names) if names else []))


@main.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False))
@click.argument("data", required=False)
@json_option
@loading_options
def report(run: str, data: str | None, as_json: bool, **given: Any) -> None:
    """Write report.html of a RUN again, on DATA or on the data of its training.

    Without DATA, the data that the run names are read. A data set that may be downloaded has to be given.
    """
    import_tensorflow()
    from kerasclust.runs import RunDirectory
    from kerasclust.runs.saved import load_model
    from kerasclust.runs.trained_on import TrainedOn
    from kerasclust.runs.training import write_run_report

    directory = RunDirectory(run)
    model = load_model(run)
    source = (directory.read_json("settings") or {}).get("data")
    if data is None:
        data = named_data(run, source)
        say(f"Reading {os.path.abspath(data) if os.path.exists(data) else data}, which {run} names.", err=True)
    recorded = TrainedOn.of(run).options if data == source else {}
    loaded = load(data, recorded | loader_options(given))
    write_run_report(directory, model, loaded)
    answer(as_json, {"report": directory.file("report")}, f"Report: {directory.file('report')}")


def named_data(run: str, source: object) -> str:
    """Return what a run names as the data of its training.

    Args:
        run: directory of the run.
        source: what its settings name.

    Raises:
        InputError: the run names nothing, or a data set that may be downloaded.
    """
    from kerasclust.datasets.loading import may_download

    if not isinstance(source, str):
        raise InputError(f"{run} does not name the data of its training: give DATA.")
    if may_download(source):
        raise InputError(
            f"{run} names the data set {source}, which may be downloaded. If you want to read it: "
            f"{command_of('report', run, source)}"
        )
    return source


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
    the model has a decoder, the reconstruction error. It does so by the population stability index, corrected for
    chance. The exit status is 3 if any index exceeds --threshold.

    A network fits its training samples better than new samples, above all if there were few. If that raises false
    alarms, run the command once with --calibrate on good data from after the training.
    """
    import_tensorflow()
    from kerasclust.inspection.drift import REFERENCE, drift_from, reference_of
    from kerasclust.runs import RunDirectory
    from kerasclust.runs.saved import load_model
    from kerasclust.runs.trained_on import TrainedOn

    directory = RunDirectory(run)
    reference = directory.read_json("reference", REFERENCE)
    if reference is None and not calibrate:
        raise InputError(
            f"{run} has no reference.json, which `kerasclust fit` writes: give --calibrate, with data that is known "
            "to be good."
        )
    trained_on = TrainedOn.of(run)
    loaded = load(data, trained_on.options_for(data) | loader_options(given))
    trained_on.check_channels(loaded)
    model = load_model(run)
    if calibrate:
        directory.check_writable("reference")
        directory.write_json("reference", reference_of(model, loaded.x))
        answer(as_json, {"reference": directory.file("reference")}, f"From now on {run} is compared with {data}.")
        return
    found = drift_from(reference, model, loaded.x)
    drifted = found[0].index > threshold
    verdict = "The data has drifted away from the reference." if drifted else "No drift past the threshold."
    rows = [{"name": d.name, "index": d.index, "expected": d.expected, "found": d.found} for d in found]
    summary = {"drifted": drifted, "threshold": threshold, "samples": len(loaded), "measurements": rows}
    summary["cluster_names"] = model.cluster_names
    answer(as_json, summary, verdict, *(drift.sentence for drift in found))
    sys.exit(DRIFTED if drifted else 0)


@main.command()
@click.option("--users", "n_users", type=COUNT, default=400, show_default=True, help="Number of users.")
@click.option("--sequences", "n_sequences", type=COUNT, default=10, show_default=True, help="Sequences of each user.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of everything random.")
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="The .npz file to write.")
@click.option("--picture", type=click.Path(dir_okay=False), help="The .png file for a map of the network.")
@json_option
def simulate(n_users: int, n_sequences: int, seed: int, out: str, picture: str | None, as_json: bool) -> None:
    """Simulate a mobile network: KPI sequences of users in 8 known groups."""
    from kerasclust import datasets
    from kerasclust.cli.simulated_file import check_endings, write_map
    from kerasclust.data.array_files import write_archive

    check_endings(out, picture)
    data = datasets.mobile_network(n_users=n_users, n_sequences=n_sequences, seed=seed)
    write_archive(out, data)
    if picture is not None:
        import_tensorflow()  # the figure imports it, and here it is quiet
        write_map(picture, data)
    found = {"data": os.path.abspath(out), "picture": picture and os.path.abspath(picture), "shape": data.x.shape}
    text = f"{len(data):,} sequences of {data.x.shape[1]} steps and {data.x.shape[2]} channels: {out}"
    answer(as_json, found, text)


@main.command()
@click.argument("method", required=False)
@json_option
def methods(method: str | None, as_json: bool) -> None:
    """List the clustering methods, or the settings of METHOD with their defaults."""
    import_tensorflow()
    from kerasclust.cli.console import settings_in_words
    from kerasclust.models.catalog import find_method
    from kerasclust.models.catalog import methods as all_methods
    from kerasclust.models.settings import REQUIRED, declared
    from kerasclust.system.lines import aligned

    if method is not None:
        model = find_method(method)
        settings = [setting for setting in declared(model.takes).values() if setting.kept]
        rows = [(s.name, None if s.default is REQUIRED else s.default, s.help) for s in settings]
        found = [dict(zip(("setting", "default", "help"), row, strict=True)) for row in rows]
        title = f"{method}: {model.method_kind} ({model.method_paper})"
        answer(as_json, {"method": method, "settings": found}, title, "", *settings_in_words(settings))
        return
    listed = [(name, model.method_kind, model.method_paper) for name, model in all_methods().items()]
    found = [dict(zip(("method", "kind", "paper"), row, strict=True)) for row in listed]
    answer(as_json, {"methods": found}, *aligned([("METHOD", "KIND", "PAPER"), *listed]))
