"""The command that trains a model."""

import os
import secrets
import shlex
import sys
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from kerasclust.cli.base import answer, command_of, json_option, main, raw_text_option, say, saying, warn
from kerasclust.cli.chosen import (
    Minutes,
    NumberOrAuto,
    check_options,
    chosen_as_data,
    compared_and_kept,
    plan_of,
    said_number,
)
from kerasclust.cli.loading import COUNT, is_read_first, load, loader_options, loading_options
from kerasclust.defaults import AUTO, TIME_BUDGET
from kerasclust.errors import InputError
from kerasclust.system.quiet import import_tensorflow
from kerasclust.system.signals import exit_status

if TYPE_CHECKING:
    from kerasclust.choosing.automatic import Plan
    from kerasclust.data.dataset import DataSet
    from kerasclust.models.base import DeepClusteringModel

TRAINING_NAMES = ("n_runs", "random_state", "pretrain_epochs", "epochs", "batch_size", "frontend")
OF_PROCESS = ("quiet", "as_json", "worker", "out", "overwrite")  # of this process, so not recorded
BESIDE_RESUME = ("resume", "quiet", "as_json", "workers", "worker")  # allowed together with --resume
PROCESS_NUMBERS = ("SLURM_PROCID", "JOB_COMPLETION_INDEX")  # number of a process in Slurm and Kubernetes


@main.command()
@click.argument("data", required=False)
@click.option("--resume", type=click.Path(exists=True, file_okay=False), help="Continue the run in this directory.")
@click.option(
    "--method",
    default=AUTO,
    show_default=True,
    help="Method, see `kerasclust methods`; auto: the best of several.",
)
@click.option(
    "--clusters",
    "n_clusters",
    type=NumberOrAuto(),
    default=AUTO,
    show_default=True,
    help="Number of clusters; auto: estimated as by `estimate-k`, or found by the method.",
)
@click.option(
    "--time-budget",
    type=Minutes(),
    help=f"Of --method auto: minutes, or a duration such as 90s, for all choices; default: {TIME_BUDGET / 60:g}.",
)
@click.option(
    "--view",
    type=COUNT,
    default=1,
    show_default=True,
    help="Of --method auto: the view of the data to keep, where methods group it in several ways.",
)
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
    """Cluster DATA: the name of a data set, or a .npy, .npz, .csv or .parquet file.

    Data sets: cells, cicv5g, cifar10, fashion_mnist, gtsrb, irish_5g, mnist, mobile_network, objects, reuters10k,
    stl10, synth_25, tractor, usps, tfds:NAME, time_series:NAME.

    Without --method, several methods are trained within --time-budget and ranked without labels, and the best run is
    kept. The report says what the choices rest on, and shows other views of the data.

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
    from kerasclust.runs import RunDirectory, new_directory, writing_run

    data, quiet, as_json = given["data"], given["quiet"], given["as_json"]
    by_name = {text.partition("=")[0].strip() for text in given["assignments"]}
    if given["random_state"] is None and "random_state" not in by_name:
        given["random_state"] = secrets.randbelow(10**5)  # recorded for a repetition; short, as names of runs have it
    options = loader_options(given)
    if given["workers"] and given["worker"] > 0:  # the first process shows and writes the result of all
        loaded, model, _ = loaded_and_planned(given, options, quiet=True)
        assert model is not None  # several machines choose nothing
        backup_dir = given["out"] and RunDirectory(given["out"]).file("backup")
        model.fit(loaded, verbose=0, backup_dir=backup_dir)
        return
    tell = (lambda *lines: None) if quiet else saying(as_json)
    with writing_run(given["out"] or new_directory(data), given["overwrite"], resume) as run:
        loaded, model, plan = loaded_and_planned(given, options, quiet)
        from kerasclust.choosing.automatic import Choice
        from kerasclust.cli.console import interruption_in_words, results_as_data, results_in_words
        from kerasclust.runs.training import ResultsNotWritten, train, write_run_report
        from kerasclust.runs.unassigned import reasons_without_cluster

        tell(f"{loaded.name}: {len(loaded):,} samples of shape {loaded.x.shape[1:]}.")
        verbose = 0 if quiet else 1
        source = {"data": data, "options": options}
        choice = None if plan is None else Choice(plan, loaded, verbose)
        comparison = None
        try:
            if choice is not None:
                said_number(choice, run, tell)
                given["n_clusters"] = choice.n_clusters  # recorded: a continued run does not estimate it again
            command = {name: value for name, value in given.items() if name not in OF_PROCESS}
            run.write_json("command", command | {"data": os.path.abspath(data) if os.path.exists(data) else data})
            if choice is not None and not choice.plan.compares:
                model = choice.plan.new_model(choice.n_clusters)
            if model is None:
                assert choice is not None
                model, result, comparison = compared_and_kept(
                    choice, run, loaded, source, given["raw_text"], given["view"]
                )
                tell(" ".join(comparison.sentences()))
            else:
                tell("Watch the training with", f"  tensorboard --logdir {shlex.quote(str(run.file('logs')))}")
                result = train(model, loaded, run, source, verbose=verbose, raw_text=given["raw_text"])
        except KeyboardInterrupt as interruption:
            with suppress(OSError):  # the terminal may be closed
                say("", interruption_in_words(run), err=True)
            sys.exit(exit_status(interruption))
        except ResultsNotWritten as error:
            rest = f" Once it can be written, continue by: {command_of('fit', '--resume', run.path)}"
            raise InputError(f"{error}{rest if run.can_go_on() else ''}") from error
        for sentence in result.warnings:
            warn(sentence)
        reasons = reasons_without_cluster(result.q, loaded)
        try:
            write_run_report(run, model, loaded, result.space)
        except InputError as error:  # such as missing matplotlib: the run is complete without a report
            warn(f"The report was not written. {error} Write it later by: {command_of('report', run.path)}")
        except KeyboardInterrupt:
            warn(f"The report was not written. Write it later by: {command_of('report', run.path)}")
            raise
        finally:  # even if the report fails, the user has to know where the model is
            if as_json:
                found = results_as_data(run, result.q, result.scores, result.warnings, reasons)
                found |= {"method": model.method_name, **chosen_as_data(choice, comparison)}
                answer(as_json, found | {"findings": [finding.as_data() for finding in loaded.findings]})
            else:
                tell(*results_in_words(run, result.q, result.scores, reasons))


def loaded_and_planned(
    given: dict[str, Any], options: dict[str, Any], quiet: bool
) -> tuple["DataSet", "DeepClusteringModel | None", "Plan | None"]:
    """Return the data, with a model that is not fitted yet, or with the plan of what is to be chosen.

    Args:
        given: {name of a parameter: value} of `fit`.
        options: {name: value} for the loader of the data.
        quiet: show no progress bar.
    """
    data, workers = given["data"], given["workers"]
    loaded = load(data, options, quiet) if is_read_first(data) else None
    import_tensorflow()
    from kerasclust.cli.settings import model_from_options
    from kerasclust.compute.workers import strategy_over
    from kerasclust.models.catalog import check_method, finds_number

    if given["method"] != AUTO:
        check_method(given["method"])
    training = {name: given[name] for name in TRAINING_NAMES if given[name] is not None}
    if given["method"] != AUTO and given["n_clusters"] == AUTO and finds_number(given["method"]):
        given["n_clusters"] = None
    check_options(given)
    model, plan = None, None
    if AUTO in (given["method"], given["n_clusters"]):
        plan = plan_of(given, training)
    else:
        with strategy_over(workers, given["worker"]).scope() if workers else nullcontext():
            model = model_from_options(given["method"], given["n_clusters"], training, given["assignments"])
    return load(data, options, quiet) if loaded is None else loaded, model, plan
