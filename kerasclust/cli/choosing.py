"""Commands that choose without labels: the number of clusters, and one of several methods' clusterings."""

from pathlib import Path

import click

from kerasclust.cli.base import answer, json_option, main, warn
from kerasclust.cli.loading import COUNT, load, loader_options, loading_options
from kerasclust.system.quiet import import_tensorflow

SEED = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of everything random.")
QUIET = click.option("--quiet", is_flag=True, help="Show no progress.")


@main.command("estimate-k")
@click.argument("data")
@click.option("--min", "least", type=int, default=2, show_default=True, help="Smallest number of clusters to try.")
@click.option("--max", "most", type=int, default=15, show_default=True, help="Largest number of clusters to try.")
@click.option("--frontend", default="auto", show_default=True, help="What is seen of a sample, as in `fit`.")
@click.option("--out", type=click.Path(file_okay=False), help="Directory for the table and the figure.")
@SEED
@QUIET
@json_option
@loading_options
def estimate_k(data, least, most, frontend, out, seed, quiet, as_json, **given):
    """Estimate how many clusters DATA has, without labels.

    Compares numbers of clusters by stability (do halves of the samples find the same clusters?), silhouette and
    eigengap (how many parts has the graph of neighbors?), each beside data without groups: in the features and in the
    latent space of an autoencoder. With --out, writes number_of_clusters.md, .csv and .png.
    """
    import_tensorflow()
    from kerasclust.choosing import estimate_n_clusters
    from kerasclust.choosing.number import check_enough, numbers_to_try
    from kerasclust.choosing.written import check_place, write_number

    ks = numbers_to_try(least, most)
    if out is not None:
        check_place(out)
    loaded = load(data, loader_options(given), quiet)
    check_enough(ks, loaded.x)
    found = estimate_n_clusters(loaded, least, most, frontend=frontend, random_state=seed, verbose=0 if quiet else 1)
    files = [] if out is None else write_number(found, out)
    answer(as_json, found.as_data() | {"files": files}, "\n".join([found.markdown(), *map(str, files)]).rstrip())


@main.command()
@click.argument("data")
@click.option("--clusters", type=int, required=True, help="Number of clusters; see `kerasclust estimate-k`.")
@click.option("--methods", help="Names with commas, see `kerasclust methods`; default: quick ones and strong ones.")
@click.option("--runs", type=COUNT, default=3, show_default=True, help="Of each method, with seeds 0, 1, 2 ...")
@click.option("--budget", type=float, default=30.0, show_default=True, help="Minutes after which no run begins.")
@click.option("--out", type=click.Path(file_okay=False), help="Directory for everything; default: runs/compare-DATA.")
@click.option(
    "--set", "assignments", metavar="NAME=VALUE", multiple=True, help="A setting of all methods that have it."
)
@QUIET
@json_option
@loading_options
def compare(data, clusters, methods, runs, budget, out, assignments, quiet, as_json, **given):
    """Train several methods on DATA, and say without labels which result to trust, and how far.

    Runs are ranked by what the clusters of neighbors tell about each other, and by agreement of runs (adjusted Rand
    index), which also says how far to trust them. Writes comparison.md, .csv and .png, every model, and the first run
    to chosen/, as `fit` writes runs. Known groups, where DATA has them, are compared with when the ranking is done. The
    same command goes on with a comparison that was interrupted, or whose time was used up.
    """
    import_tensorflow()
    from kerasclust.choosing.comparison import check_comparison
    from kerasclust.choosing.comparison import compare as compared
    from kerasclust.choosing.planned import parse_shared
    from kerasclust.choosing.written import check_place, write_chosen, write_comparison

    names = None if methods is None else [name.strip() for name in methods.split(",") if name.strip()]
    settings = parse_shared(names, assignments)
    check_comparison(clusters, names, runs, budget, settings)
    out = Path("runs", f"compare-{Path(data).stem.replace(':', '_')}") if out is None else Path(out).expanduser()
    options = loader_options(given)
    loaded = load(data, options, quiet)
    check_place(out)
    verbose = 0 if quiet else 1
    try:
        found = compared(loaded, clusters, names, runs=runs, budget=budget, out=out, settings=settings, verbose=verbose)
    except KeyboardInterrupt:
        click.echo(f"\nWhat is finished is in {out}: the same command goes on from there.", err=True)
        raise
    run = write_chosen(found, out, loaded, {"data": data, "options": options}, warn)
    files = [run.path, *write_comparison(found, out)]
    answer(as_json, found.as_data() | {"files": files}, "\n".join([found.markdown(), *map(str, files)]))
