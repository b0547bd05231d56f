"""Commands that choose without labels: the number of clusters, and one of several methods' clusterings."""

import click

from kerasclust.cli.base import main
from kerasclust.cli.loading import load, loader_options, loading_options
from kerasclust.quiet import import_tensorflow

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
@loading_options
def estimate_k(data, least, most, frontend, out, seed, quiet, **given):
    """Estimate how many clusters DATA has, without labels.

    Compares numbers of clusters by stability (do halves of the samples find the same clusters?), silhouette and gap
    statistic, each beside data without groups: in the features and in the latent space of an autoencoder. With --out,
    writes number_of_clusters.md, .csv and .png.
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
    click.echo(found.markdown().rstrip())
    if out is not None:
        click.echo("\n" + "\n".join(map(str, write_number(found, out))))
