"""Options that say how data is loaded; several commands have them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kerasclust.data.dataset import DataSet

COUNT = click.IntRange(min=1)
LOADING = (
    click.option("--window", type=COUNT, help="Table, irish_5g: rows (or seconds) of a window."),
    click.option("--stride", type=COUNT, help="Rows between the starts of two windows; default: no overlap."),
    click.option("--id-column", help="Table: column that names the owner of a row."),
    click.option("--time-column", help="Table: column with the time of a row."),
    click.option("--label-column", help="Table: column with the known group, for the report only."),
    click.option("--channel", "channels", multiple=True, help="Table: an input column; repeat for each."),
    click.option("--part", help="mnist, fashion_mnist: train, test or all."),
    click.option(
        "--samples", "n_samples", type=COUNT, help="cifar10, objects, reuters10k, synth_25: number of samples."
    ),
    click.option("--extra", "n_extra", type=click.IntRange(min=0), help="synth_25: dimensions without clusters."),
    click.option("--image-size", type=COUNT, help="gtsrb, tfds:NAME: width and height of the images, in pixels."),
    click.option("--users", "n_users", type=COUNT, help="mobile_network: number of users."),
    click.option("--sequences", "n_sequences", type=COUNT, help="mobile_network: number of sequences of each user."),
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


def loading_options(command: Callable) -> Callable:
    """Decorate a command with the options that say how data is loaded."""
    for option in reversed(LOADING):
        command = option(command)
    return command


def loader_options(given: dict[str, Any]) -> dict[str, Any]:
    """Return the options of the loader that a command was given.

    Args:
        given: {name: value} of all options of the command.
    """
    chosen = {name: given[name] for name in LOADING_NAMES if given[name] not in (None, (), [])}
    return chosen | ({"channels": list(chosen["channels"])} if "channels" in chosen else {})


def load(name: str, options: dict[str, Any], quiet: bool = False) -> "DataSet":
    """Load the data set that a command works on.

    Args:
        name: name of a data set, or path of a file.
        options: {name: value} for its loader.
        quiet: show no progress bar.
    """
    from kerasclust import datasets
    from kerasclust.datasets.loading import options_of

    hidden = {"progress": False} if quiet and "progress" in options_of(name) else {}
    return datasets.load(name, **options, **hidden)
