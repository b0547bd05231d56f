"""Commands that choose the number of clusters, or one of several clusterings."""

from pathlib import Path
from typing import Any

import click

from kerasclust.cli.base import answer, json_option, main, raw_text_option, say
from kerasclust.cli.loading import COUNT, is_read_first, load, loader_options, loading_options
from kerasclust.system.quiet import import_tensorflow

QUIET = click.option("--quiet", is_flag=True, help="Show no progress.")


@main.command("estimate-k")
@click.argument("data")
@click.option("--min", "least", type=int, default=2, show_default=True, help="Smallest number of clusters to try.")
@click.option("--max", "most", type=int, help="Largest number to try; default: 15, or less for few samples.")
@click.option("--frontend", default="auto", show_default=True, help="Front end of the networks, as in `fit`.")
@click.option("--out", type=click.Path(file_okay=False), help="Directory for the table and the figure.")
@click.option(
    "--seed",
    "random_state",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Seed of everything random.",
)
@QUIET
@json_option
@loading_options
def estimate_k(
    data: str,
    least: int,
    most: int | None,
    frontend: str,
    out: str | None,
    random_state: int,
    quiet: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Estimate the number of clusters in DATA, without labels.

    Three criteria rank the numbers of clusters: stability (two halves of the samples have the same clusters),
    silhouette, and eigengap (the graph of neighbors falls into that many parts). Each is compared with its value on
    data without groups, in the features and in the latent space of an autoencoder. With --out, the command writes
    number_of_clusters.md, .csv and .png.
    """
    loaded = load(data, loader_options(given), quiet) if is_read_first(data) else None
    import_tensorflow()
    from kerasclust.choosing import estimate_n_clusters
    from kerasclust.choosing.number import numbers_to_try
    from kerasclust.choosing.written import check_place, write_number

    if loaded is None:
        loaded = load(data, loader_options(given), quiet)
    numbers_to_try(least, most, loaded.x)  # before the place for the files is made
    if out is not None:
        check_place(out)
    verbose = 0 if quiet else 1
    found = estimate_n_clusters(loaded, least, most, frontend=frontend, random_state=random_state, verbose=verbose)
    files = [] if out is None else write_number(found, out)
    lines = ["", *files] if files else []
    answer(as_json, found.as_data() | {"files": files}, *found.markdown().splitlines(), *lines)


@main.command()
@click.argument("data")
@click.option(
    "--clusters", "n_clusters", type=int, required=True, help="Number of clusters; see `kerasclust estimate-k`."
)
@click.option("--methods", help="Methods with commas, see `kerasclust methods`; default: quick and strong ones.")
@click.option("--runs", type=COUNT, default=3, show_default=True, help="Runs of each method, with seeds 0, 1, 2 ...")
@click.option(
    "--budget",
    type=float,
    default=30.0,
    show_default=True,
    help="Minutes; no run begins that is expected to end later.",
)
@click.option("--out", type=click.Path(file_okay=False), help="Directory for all files; default: runs/compare-DATA.")
@click.option("--set", "assignments", metavar="NAME=VALUE", multiple=True, help="Setting of all methods that have it.")
@QUIET
@raw_text_option
@json_option
@loading_options
def compare(
    data: str,
    n_clusters: int,
    methods: str | None,
    runs: int,
    budget: float,
    out: str | None,
    assignments: tuple[str, ...],
    quiet: bool,
    raw_text: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Train several methods on DATA, and rank their results without labels.

    Runs are ranked by the mutual information between the clusters of neighbors. Among nearly equal runs, the agreement
    with other runs decides (adjusted Rand index); it also tells how far to trust a result. The command writes
    comparison.md, .csv and .png, every model, and the best run as a run directory, chosen/. Known groups in DATA are
    compared with the runs after the ranking. Repeat the command to continue a comparison that was interrupted or ran
    out of time.
    """
    options = loader_options(given)
    loaded = load(data, options, quiet) if is_read_first(data) else None
    import_tensorflow()
    from kerasclust.choosing.comparison import check_comparison
    from kerasclust.choosing.comparison import compare as compared
    from kerasclust.choosing.planned import default_methods
    from kerasclust.choosing.written import check_place, write_chosen, write_comparison
    from kerasclust.cli.settings import parse_shared

    names = default_methods() if methods is None else [name.strip() for name in methods.split(",") if name.strip()]
    settings = parse_shared(names, assignments)
    check_comparison(n_clusters, names, runs, budget, settings)
    place = Path("runs", f"compare-{Path(data).stem.replace(':', '_')}") if out is None else Path(out).expanduser()
    if loaded is None:
        loaded = load(data, options, quiet)
    check_place(place)
    training: dict[str, Any] = {"runs": runs, "budget": budget, "out": place, "settings": settings}
    training["verbose"] = 0 if quiet else 1
    try:
        found = compared(loaded, n_clusters, names, **training)
    except KeyboardInterrupt:
        say("", f"The finished runs are in {place}: repeat the command to continue.", err=True)
        raise
    run = write_chosen(found, place, loaded, {"data": data, "options": options}, raw_text=raw_text)
    files = [run.path, *write_comparison(found, place)]
    answer(as_json, found.as_data() | {"files": files}, *found.markdown().splitlines(), "", *files)
