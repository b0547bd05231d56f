"""Command `python -m benchmarks`: the papers' tables, scores over several seeds, and timings."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks.intake.choices import FORMATS, ROWS, SUBJECTS
from benchmarks.set_commands import clocks, defaults, lasting, numbers, sets
from benchmarks.speed import choices
from benchmarks.types import Record
from kerasclust.cli.base import SHOWN, Commands, answer, json_option, said_once, say, saying, trust_option
from kerasclust.cli.loading import COUNT, load, loader_options, loading_options
from kerasclust.compute.precision import POLICIES
from kerasclust.errors import InputError
from kerasclust.system.quiet import import_tensorflow


@click.group(cls=Commands, context_settings=SHOWN)
@click.pass_context
def main(ctx):
    """Repeat the papers' tables, and measure scores and speed."""
    said_once(ctx)


@main.command()
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="List the tables, as without NAME.")
@click.option("--seeds", type=COUNT, help="Number of seeds: 0, 1, 2 ...; default: that of the table.")
@click.option("--column", "columns", multiple=True, help="Column to run; repeat for each; default: all.")
@click.option("--resume/--fresh", default=True, help="Continue with the runs in --out (default), or repeat all runs.")
@click.option("--render-only", is_flag=True, help="Write the table of the finished runs, without running any.")
@click.option("--out", type=click.Path(file_okay=False), default="runs/experiments", show_default=True)
@json_option
def experiment(name, listing, seeds, columns, resume, render_only, out, as_json):
    """Run the table NAME of one of the papers and render it beside the published figures.

    Writes NAME.md, NAME.csv and NAME.png to the directory --out after each run. Pretrained autoencoders and finished
    runs stay there. Tables share them, and an interrupted table continues where it stopped.
    """
    from benchmarks.tables.papers import TABLES, find_table
    from kerasclust.system.lines import aligned

    if name is None or listing:
        tables = [{"table": t.name, "seeds": t.seeds_in_words, "what": t.title} for t in TABLES.values()]
        rows = [("TABLE", "SEEDS", "WHAT"), *(tuple(row.values()) for row in tables)]
        answer(as_json, {"tables": tables}, *aligned(rows))
        return
    table = find_table(name)
    import_tensorflow()
    from benchmarks.tables.rendering import csv_rows, render
    from benchmarks.tables.table_runs import run_table

    tell = partial(say_above_bars, err=as_json)
    if render_only:
        render(table, out)
    else:
        try:
            run_table(table, out, seeds and range(seeds), not resume, tell, columns)
        except KeyboardInterrupt:
            say("", f"Finished runs are in {out}; the same command continues from there.", err=True)
            raise
    found = {"table": name, "cells": csv_rows(table, out)}
    answer(as_json, found, "", *Path(out, f"{name}.md").read_text(encoding="utf-8").splitlines())


def say_above_bars(text: str, err: bool = False) -> None:
    """Print a line without tearing a progress bar."""
    from tqdm import tqdm

    with tqdm.external_write_mode(file=sys.stderr if err else sys.stdout):
        say(text, err=err)


@main.group()
def bench():
    """Measure scores over several seeds, or speed. An interrupted table continues where it stopped."""


for of_sets in (defaults, sets, clocks, lasting, numbers):
    bench.add_command(of_sets)


def runs_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a command that scores runs on DATA: data, results file, number of seeds."""
    options = (
        click.argument("data"),
        click.option(
            "--out",
            type=click.Path(dir_okay=False),
            required=True,
            help="Results file with one JSON line for each run.",
        ),
        click.option("--seeds", type=COUNT, default=8, show_default=True, help="Number of seeds: 0, 1, 2 ..."),
        json_option,
        loading_options,
    )
    for option in reversed(options):
        command = option(command)
    return command


@bench.command()
@runs_options
def picks(data, out, seeds, as_json, **given):
    """Score simple alternatives (k-means, MiniRocket, UMAP) on DATA with known groups."""
    import_tensorflow()
    from benchmarks.tables.picks import run_picks

    show_tables(run_picks(data, out, range(seeds), saying(as_json), **loader_options(given)), as_json)


@bench.command()
@click.option("--method", default="dance", show_default=True, help="See `kerasclust methods`.")
@click.option("--set", "assignments", metavar="NAME=VALUE", multiple=True, help="A setting; repeat for each.")
@runs_options
def method(data, method, out, seeds, assignments, as_json, **given):
    """Score a method on DATA with known groups, with its default settings or with those of --set."""
    import_tensorflow()
    from benchmarks.tables.methods import run_method
    from kerasclust.cli.settings import parse_settings
    from kerasclust.models.catalog import find_method

    settings = parse_settings(find_method(method), assignments)
    rows = run_method(method, data, out, range(seeds), settings, saying(as_json), **loader_options(given))
    show_tables(rows, as_json)


@bench.command()
@runs_options
def ablation(data, out, seeds, as_json, **given):
    """Score every combination of DAN, RIM and DEC on DATA: table V of the DANCE paper."""
    import_tensorflow()
    from benchmarks.tables.ablation import run_ablation

    options = loader_options(given)
    rows = run_ablation(data, load(data, options), out, range(seeds), options=options, report=saying(as_json))
    show_tables(rows, as_json)


@bench.command()
@click.option("--method", default="dance", show_default=True, help="See `kerasclust methods`.")
@click.option("--set", "assignments", metavar="NAME=VALUE", multiple=True, help="A setting; repeat for each.")
@runs_options
def missing(data, method, out, seeds, assignments, as_json, **given):
    """Score a method on sequences DATA, complete and with values removed."""
    import_tensorflow()
    from benchmarks.tables.missing import run_missing
    from kerasclust.cli.settings import parse_settings
    from kerasclust.models.catalog import find_method

    settings, options = parse_settings(find_method(method), assignments), loader_options(given)
    rows = run_missing(method, data, load(data, options), out, range(seeds), settings, options, report=saying(as_json))
    show_tables(rows, as_json)


@bench.command()
@click.option("--method", "names", multiple=True, help="Score this method; repeat for each; default: all.")
@runs_options
def unequal(data, names, out, seeds, as_json, **given):
    """Score methods on series of unequal length DATA, padded with NaN, beside k-means on three statistics."""
    import_tensorflow()
    from benchmarks.tables.unequal import run_unequal

    name = Path(data).stem
    rows = run_unequal(name, load(data, loader_options(given)), out, range(seeds), names, report=saying(as_json))
    show_tables(rows, as_json)


@bench.command()
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--set", "assignments", metavar="NAME=VALUE", multiple=True, help="A setting of DANCE; repeat for each.")
@click.option("--out", type=click.Path(file_okay=False), required=True, help="Directory for the two pictures.")
@click.argument("data")
@json_option
@loading_options
def encoding(data, out, seed, assignments, as_json, **given):
    """Draw a typical encoding of DATA: figures 4, 5 and 7 of the DANCE paper."""
    import_tensorflow()
    from benchmarks.tables.encodings import draw_encoding
    from kerasclust.cli.settings import parse_settings
    from kerasclust.models.catalog import find_method

    settings = parse_settings(find_method("dance"), assignments)
    files = draw_encoding(Path(data).stem.replace(":", "_"), load(data, loader_options(given)), out, seed, settings)
    answer(as_json, {"files": files}, *files)


def show_tables(rows: list[Record], as_json: bool) -> None:
    """Print a table of results for each data set, or the results as JSON."""
    from kerasclust.records import results

    names = dict.fromkeys(row["data"] for row in rows)
    tables = {name: results.table(results.summary([row for row in rows if row["data"] == name])) for name in names}
    lines = [line for name, table in tables.items() for line in ("", name, *table.splitlines())]
    answer(as_json, {"runs": rows}, *lines)


@bench.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--method", "methods", multiple=True, default=("dance", "DAN + RIM + DEC"), help="Rows to include; repeat for each."
)
@json_option
def evidence(files, methods, as_json):
    """Correlate label-free measurements with ACC by ranks, over all candidates in results FILES."""
    from benchmarks.tables.evidence import evidence_table, rank_correlations
    from kerasclust.records import results

    rows = [row for file in files for row in results.read(file) if row["method"] in methods and "candidates" in row]
    if not rows:
        raise InputError(f"No rows with candidates of {', '.join(methods)} in {', '.join(files)}.")
    by_data = {name: [row for row in rows if row["data"] == name] for name in sorted({r["data"] for r in rows})}
    found = {name: rank_correlations(of_data) for name, of_data in by_data.items()}
    answer(as_json, {"correlations": found}, *evidence_table(found).splitlines())


@bench.command()
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="Results file of JSON lines.")
@click.option(
    "--part",
    "parts",
    type=click.Choice(choices.PARTS),
    multiple=True,
    help="Part to measure; repeat for each; default: all but the last two.",
)
@click.option("--method", "names", multiple=True, help="Time this method; repeat for each; default: all.")
@click.option(
    "--network", "networks", type=click.Choice(choices.SHAPES), multiple=True, help="Repeat for each; default: all."
)
@click.option(
    "--batch", "batches", type=COUNT, multiple=True, help="Samples in a step; repeat for each; default: 256 and 1024."
)
@click.option(
    "--precision",
    "policies",
    type=click.Choice(POLICIES),
    multiple=True,
    help="Repeat for each; default: the first two.",
)
@click.option(
    "--clustpy-python",
    "clustpy",
    type=click.Path(dir_okay=False, exists=True),
    help="Python interpreter that has ClustPy.",
)
@click.option("--seeds", type=COUNT, help="Seeds of each method in the last two parts; default: 3 and 1.")
@json_option
def speed(out, parts, names, networks, batches, policies, clustpy, seeds, as_json):
    """Time training steps, predictions, growing data, the start of the command, and whole runs.

    "steps" compares a step with its floor: its matrix products and convolutions alone. "prediction" compares a
    prediction with the bare encoder. "overhead" measures the share of a run that is not training steps. "profile"
    measures the operations of a step; TensorBoard's profile plugin shows its traces, which lie next to the results.
    "precision" compares whole runs in half precision with float32. "peers" compares whole runs with ClustPy. It
    installs PyTorch, several gigabytes, unless --clustpy-python names an interpreter.

    Measurements that are in --out are not repeated, so use a new file for another machine or version. Leave the machine
    idle while this runs.
    """
    import_tensorflow()
    from benchmarks.speed.parts import run_part

    chosen = {"names": names, "networks": networks, "batches": batches, "policies": policies, "clustpy": clustpy}
    chosen["seeds"] = seeds and range(seeds)
    tell, measured = saying(as_json), {}
    for part in parts or choices.DEFAULT_PARTS:
        measured[part], table = run_part(part, out, chosen, tell)
        tell("", *table.splitlines())
    if as_json:
        answer(as_json, measured)


@bench.command()
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="Results file of JSON lines.")
@click.option(
    "--tables",
    type=click.Path(file_okay=False),
    required=True,
    help="Folder of the tables, which are written if they are missing; 7 GB for all.",
)
@click.option("--rows", "sizes", type=COUNT, multiple=True, help="Repeat for each; default: 1, 10 and 50 million.")
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True, help="Repeat for each; default: all.")
@click.option(
    "--subject", "subjects", type=click.Choice(tuple(SUBJECTS)), multiple=True, help="Repeat for each; default: all."
)
@json_option
def intake(out, tables, sizes, formats, subjects, as_json):
    """Time the way from long tables of hourly KPIs to windows of a day, beside the engine's own floor.

    The floor is to read the table, sort it by id and time, and write it. Each measurement has a process of its own.
    Measurements that are in --out are not repeated. Leave the machine idle while this runs.
    """
    from benchmarks.intake.runs import intake_table, run_intake

    measured = run_intake(out, tables, sizes or ROWS, formats or FORMATS, subjects or SUBJECTS, saying(as_json))
    answer(as_json, {"measurements": measured}, "", *intake_table(measured).splitlines())


@bench.command()
@click.argument("model", type=click.Path(exists=True))
@click.option(
    "--clients", type=COUNT, default=50, show_default=True, help="Number of clients that ask at the same time."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True, help="Duration."
)
@click.option("--samples", type=COUNT, default=1, show_default=True, help="Samples in a request.")
@trust_option
@json_option
def serving(model, clients, seconds, samples, trust, as_json):
    """Time the answers of `kerasclust serve MODEL` to many clients on this machine.

    The service runs in its own process. The status is 1 if a request failed.
    """
    from benchmarks.speed.serving import measure_service, service_table

    found = measure_service(model, clients, seconds, samples, trust)
    answer(as_json, found, *service_table(found).splitlines())
    sys.exit(1 if found["errors"] else 0)
