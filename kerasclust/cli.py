"""The command `kerasclust`.

Nothing here imports numpy or TensorFlow at module level: `kerasclust --help` has to answer at once.
"""

import secrets
import shlex
import sys
import warnings
from contextlib import nullcontext
from pathlib import Path

import click

from kerasclust import __version__
from kerasclust.errors import InputError, WorkerLost
from kerasclust.quiet import import_tensorflow

INTERRUPTED = 130  # 128 + SIGINT, as shells report it
PROCESS_NUMBERS = ("SLURM_PROCID", "JOB_COMPLETION_INDEX")  # what Slurm and Kubernetes call the number of a process


class BadInput(click.ClickException):
    """Bad input: "Error: ..." on standard error and exit status 2, as for a wrong option."""

    exit_code = 2


class Commands(click.Group):
    """Commands whose users see bad input as one message and an interruption as a status, never as a traceback."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise BadInput(str(error)) from error
        except WorkerLost as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo("\nInterrupted.", err=True)
            ctx.exit(INTERRUPTED)


def warn(message):
    """Say what the user should look at, on standard error."""
    click.echo(f"Warning: {message}", err=True)


def once():
    """A `warnings.showwarning` that names no place in the code and says the same thing once only."""
    said = set()

    def show(message, *place, **more):
        if str(message) not in said:
            said.add(str(message))
            warn(message)

    return show


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="kerasclust", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx):
    """Deep clustering: find the groups in unlabelled sequences, images and tables.

    \b
    Start with:  kerasclust fit mobile_network --users 160 --sequences 5 --clusters 8 --out runs/first
    """
    ctx.with_resource(warnings.catch_warnings())
    warnings.showwarning = once()


# Options that several commands have -----------------------------------------------------------------------------------

COUNT = click.IntRange(min=1)
LOADING = (
    click.option("--window", type=COUNT, help="Rows (or seconds) in a window, of tables and irish_5g."),
    click.option("--stride", type=COUNT, help="Rows from one window's start to the next; default: no overlap."),
    click.option("--id-column", help="Of a table: whose row it is."),
    click.option("--time-column", help="Of a table: when."),
    click.option("--label-column", help="Of a table: the known group, for reporting only."),
    click.option("--channel", "channels", multiple=True, help="Of a table: an input column; repeat for each."),
    click.option("--part", help="Of mnist and fashion_mnist: train, test or all."),
    click.option("--samples", "n_samples", type=COUNT, help="Of cifar10, objects, reuters10k, synth_25: how many."),
    click.option("--extra", "n_extra", type=click.IntRange(min=0), help="Of synth_25: dimensions without clusters."),
    click.option("--image-size", type=COUNT, help="Of gtsrb and tfds:NAME: pixels, which images are brought to."),
    click.option("--users", "n_users", type=COUNT, help="Of mobile_network: how many users."),
    click.option("--sequences", "n_sequences", type=COUNT, help="Of mobile_network: sequences of each user."),
)
LOADING_NAMES = (
    "window",
    "stride",
    "id_column",
    "time_column",
    "label_column",
    "channels",
    "part",
    "n_samples",
    "n_extra",
    "image_size",
    "n_users",
    "n_sequences",
)


def loading_options(command):
    """Add the options that say how data is loaded."""
    for option in reversed(LOADING):
        command = option(command)
    return command


def loader_options(given: dict) -> dict:
    """Those of a command's options that were given and are the loader's."""
    chosen = {name: given[name] for name in LOADING_NAMES if given[name] not in (None, ())}
    return chosen | ({"channels": list(chosen["channels"])} if "channels" in chosen else {})


def load(name: str, options: dict, quiet: bool = False):
    """The data set that a command works on."""
    from kerasclust import datasets
    from kerasclust.datasets.loading import options_of

    hidden = {"progress": False} if quiet and "progress" in options_of(name) else {}
    return datasets.load(name, **options, **hidden)


# Commands -------------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("data")
@click.option("--method", default="dance", show_default=True, help="See `kerasclust methods`.")
@click.option("--clusters", type=int, help="Number of clusters; only ae_hdbscan finds it itself.")
@click.option("--out", type=click.Path(file_okay=False), help="Directory for everything; default: a new one in runs/.")
@click.option("--overwrite", is_flag=True, help="Replace the run that --out holds.")
@click.option("--runs", "n_runs", type=COUNT, help="Trainings up to the starting clusters; the best goes on.")
@click.option(
    "--seed",
    "random_state",
    type=click.IntRange(min=0),
    help="The same seed gives the same clusters; default: drawn and recorded.",
)
@click.option("--pretrain-epochs", type=COUNT, help="Passes over the data in pretraining; default: by updates.")
@click.option("--epochs", type=COUNT, help="Passes over the data in refinement; default: by updates.")
@click.option("--batch-size", type=COUNT, help="Samples a training step.")
@click.option("--frontend", help="What the networks see, such as statistics+spectrum; default: by the data's shape.")
@click.option("--set", "assignments", metavar="NAME=VALUE", multiple=True, help="Any other setting; repeat for each.")
@click.option("--quiet", is_flag=True, help="Show nothing but warnings and errors.")
@click.option("--workers", help="Train on several machines: host:port of a process on each, with commas.")
@click.option("--worker", type=click.IntRange(min=0), envvar=PROCESS_NUMBERS, help="Which of --workers this one is.")
@loading_options
def fit(data, method, clusters, out, overwrite, assignments, quiet, workers, worker, **given):
    """Cluster DATA: the name of a data set, tfds:NAME, or a .npy, .npz, .csv or .parquet file.

    Data sets: cifar10, fashion_mnist, gtsrb, irish_5g, mnist, mobile_network, objects, reuters10k, stl10, synth_25,
    usps.

    Writes the model (model.keras and saved_model/), report.html, labels.csv, TensorBoard logs and the settings to the
    directory --out. Ctrl-C keeps the model as far as it is trained. Of several --workers the first one writes.
    """
    import_tensorflow()
    from kerasclust.console import interruption_in_words, results_in_words
    from kerasclust.method_settings import model_from_options
    from kerasclust.runs import new_directory, writing_run
    from kerasclust.training import train, write_run_report
    from kerasclust.workers import strategy_over

    by_name = {text.partition("=")[0].strip() for text in assignments}
    if given["random_state"] is None and "random_state" not in by_name:
        given["random_state"] = secrets.randbelow(2**31)  # so that settings.json has a seed that gives the same again
    training = {name: given[name] for name in TRAINING_NAMES if given[name] is not None}
    with strategy_over(workers, worker).scope() if workers else nullcontext():
        model = model_from_options(method, clusters, training, assignments)
    options = loader_options(given)
    if workers and worker > 0:  # the first one shows and writes what all of them find
        model.fit(load(data, options, quiet=True), verbose=0)
        return
    say = (lambda *_, **__: None) if quiet else click.echo
    with writing_run(out or new_directory(data), overwrite) as run:
        loaded = load(data, options, quiet)
        say(f"{loaded.name}: {len(loaded):,} samples of shape {loaded.x.shape[1:]}. Watch the training with")
        say(f"  tensorboard --logdir {shlex.quote(str(run.file('logs')))}")
        result = train(model, loaded, run, {"data": data, "options": options}, verbose=0 if quiet else 1)
        if result is None:
            click.echo(f"\n{interruption_in_words(run)}", err=True)
            sys.exit(INTERRUPTED)
        for sentence in result.warnings:
            warn(sentence)
        try:
            write_run_report(run, model, loaded)
        except InputError as error:  # such as matplotlib missing: the run is complete without
            warn(f"The report was not written. {error}")
        finally:  # whatever becomes of the report, the user has to know where the model is
            say("\n".join(results_in_words(run, result.q, result.scores)))


TRAINING_NAMES = ("n_runs", "random_state", "pretrain_epochs", "epochs", "batch_size", "frontend")


@main.command()
@click.argument("model", type=click.Path(exists=True))
@click.argument("data")
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="The .csv file to write.")
@loading_options
def predict(model, data, out, **given):
    """Assign DATA to the clusters of MODEL: a run directory, a .keras file or a SavedModel directory.

    Writes a table: sample, group (user, trace ...) and start where known, cluster, confidence. A table is read as the
    run's was: the same columns and windows, unless options say otherwise.
    """
    import_tensorflow()
    from kerasclust.runs import write_labels
    from kerasclust.saved import soft_assignments
    from kerasclust.trained_on import TrainedOn

    trained_on = TrainedOn.of(model)
    loaded = load(data, trained_on.options_for(data) | loader_options(given))
    trained_on.check_channels(loaded)
    q = soft_assignments(model, loaded)
    write_labels(out, q, loaded)
    click.echo(f"{len(q):,} samples in {len(set(q.argmax(axis=1).tolist()))} of {q.shape[1]} clusters: {out}")


@main.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False))
@click.argument("data", required=False)
@loading_options
def report(run, data, **given):
    """Write report.html of a RUN again, on DATA or on what it was trained on."""
    import_tensorflow()
    from kerasclust.runs import RunDirectory
    from kerasclust.saved import load_model
    from kerasclust.training import write_run_report

    directory = RunDirectory(run)
    model = load_model(run)
    settings = directory.read_json("settings") or {}
    data = data or settings.get("data")
    if data is None:
        raise InputError(f"{run} does not say what it was trained on: give DATA.")
    recorded = settings.get("options", {}) if data == settings.get("data") else {}
    loaded = load(data, recorded | loader_options(given))
    write_run_report(directory, model, loaded)
    click.echo(f"Report: {directory.file('report')}")


@main.command()
@click.option("--users", type=COUNT, default=400, show_default=True)
@click.option("--sequences", type=COUNT, default=10, show_default=True, help="Of each user.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="The .npz file to write.")
@click.option("--picture", type=click.Path(dir_okay=False), help="A .png file for the map of the network.")
def simulate(users, sequences, seed, out, picture):
    """Simulate a mobile network: KPI sequences of users in 8 groups, with the truth about them."""
    from kerasclust import datasets
    from kerasclust.datasets.numpy_files import write_archive
    from kerasclust.simulated_file import check_endings, write_map

    check_endings(out, picture)
    data = datasets.mobile_network(n_users=users, n_sequences=sequences, seed=seed)
    write_archive(out, data)
    if picture is not None:
        import_tensorflow()  # the figures share modules with it
        write_map(picture, data)
    click.echo(f"{len(data):,} sequences of {data.x.shape[1]} steps and {data.x.shape[2]} channels: {out}")


@main.command()
def methods():
    """List the clustering methods."""
    import_tensorflow()
    from kerasclust import registry
    from kerasclust.console import aligned

    known = registry.methods()
    rows = [("METHOD", "KIND", "PAPER")]
    rows += [(name, model.method_kind, model.method_paper) for name, model in known.items()]
    for line in aligned(rows):
        click.echo(line)


@main.command()
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="List the tables, as without NAME.")
@click.option("--seeds", type=COUNT, help="How many: 0, 1, 2 ...; default: as many as the table says.")
@click.option("--column", "columns", multiple=True, help="Run this column of the table; repeat for each; default: all.")
@click.option("--resume/--fresh", default=True, help="Go on with what --out has (default), or make all runs anew.")
@click.option("--render-only", is_flag=True, help="Write the table of the runs that there are.")
@click.option("--out", type=click.Path(file_okay=False), default="runs/experiments", show_default=True)
def experiment(name, listing, seeds, columns, resume, render_only, out):
    """Run the table NAME of one of the papers and render it beside the published figures.

    Writes NAME.md, NAME.csv and NAME.png to the directory --out, anew after each run. Pretrained autoencoders and runs
    are kept there: tables share them, and an interrupted table continues where it stopped.
    """
    from kerasclust.console import aligned
    from kerasclust.experiments.tables import TABLES, find_table

    if name is None or listing:
        rows = [("TABLE", "SEEDS", "WHAT"), *((t.name, str(t.seeds), t.title) for t in TABLES.values())]
        click.echo("\n".join(aligned(rows)))
        return
    table = find_table(name)
    import_tensorflow()
    from kerasclust.experiments.rendering import render
    from kerasclust.experiments.table_runs import run_table

    if render_only:
        render(table, out)
    else:
        try:
            run_table(table, out, seeds and range(seeds), not resume, say_above_bars, columns)
        except KeyboardInterrupt:
            click.echo(f"\nWhat is finished is in {out}: the same command goes on from there.", err=True)
            raise
    click.echo(f"\n{Path(out, f'{name}.md').read_text(encoding='utf-8')}")


def say_above_bars(text):
    """Print a line without tearing a progress bar."""
    from tqdm import tqdm

    with tqdm.external_write_mode(file=sys.stdout):
        click.echo(text)


@main.group()
def bench():
    """Measure methods over several seeds; an interrupted table continues where it stopped."""


@bench.command()
@click.argument("data")
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="Results file, one JSON line a run.")
@click.option("--seeds", type=COUNT, default=8, show_default=True, help="How many: 0, 1, 2 ...")
@loading_options
def picks(data, out, seeds, **given):
    """Score what a practitioner would pick instead (k-means, MiniRocket, UMAP) on DATA with known groups."""
    import_tensorflow()
    from kerasclust.experiments.picks import run_picks

    show_tables(run_picks(data, out, range(seeds), click.echo, **loader_options(given)))


@bench.command()
@click.argument("data")
@click.option("--method", default="dance", show_default=True, help="See `kerasclust methods`.")
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="Results file, one JSON line a run.")
@click.option("--seeds", type=COUNT, default=8, show_default=True, help="How many: 0, 1, 2 ...")
@click.option("--set", "assignments", metavar="NAME=VALUE", multiple=True, help="A setting; repeat for each.")
@loading_options
def method(data, method, out, seeds, assignments, **given):
    """Score a method on DATA with known groups, with its default settings or others."""
    import_tensorflow()
    from kerasclust.experiments.methods import run_method
    from kerasclust.method_settings import find_method, parse_settings

    settings = parse_settings(find_method(method), assignments)
    show_tables(run_method(method, data, out, range(seeds), settings, click.echo, **loader_options(given)))


@bench.command()
@click.argument("data")
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="Results file, one JSON line a run.")
@click.option("--seeds", type=COUNT, default=8, show_default=True, help="How many: 0, 1, 2 ...")
@loading_options
def ablation(data, out, seeds, **given):
    """Table V of the DANCE paper on DATA: every combination of DAN, RIM and DEC."""
    import_tensorflow()
    from kerasclust.experiments.ablation import run_ablation

    options = loader_options(given)
    show_tables(run_ablation(data, load(data, options), out, range(seeds), options=options, report=click.echo))


def show_tables(rows):
    """Print the table of each data set and experiment in some results."""
    from kerasclust.experiments import results

    for name in dict.fromkeys(row["data"] for row in rows):
        click.echo(f"\n{name}\n{results.table(results.summary([row for row in rows if row['data'] == name]))}")


@bench.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--method", "methods", multiple=True, default=("dance", "DAN + RIM + DEC"), help="Rows that count.")
def evidence(files, methods):
    """Rank correlation of label-free measurements with ACC, over all candidates in results FILES."""
    from kerasclust.experiments import results
    from kerasclust.experiments.evidence import evidence_table

    rows = [row for file in files for row in results.read(file) if row["method"] in methods and "candidates" in row]
    if not rows:
        raise InputError(f"No rows with candidates of {', '.join(methods)} in {', '.join(files)}.")
    click.echo(
        evidence_table(
            {name: [row for row in rows if row["data"] == name] for name in sorted({r["data"] for r in rows})}
        )
    )
