"""The command that simulates a mobile network."""

import os
from typing import TYPE_CHECKING

import click

from kerasclust.cli.base import answer, json_option, main
from kerasclust.cli.loading import COUNT
from kerasclust.errors import InputError
from kerasclust.system.files import complete_file
from kerasclust.system.quiet import import_tensorflow

if TYPE_CHECKING:
    from kerasclust.data.dataset import DataSet


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


def check_endings(out: str | os.PathLike, picture: str | os.PathLike | None) -> None:
    """Check the endings of the file names, before a simulation takes a minute.

    Raises:
        InputError: `out` is no .npz file, or `picture` is no .png file.
    """
    for path, ending in ((out, ".npz"), (picture, ".png")):
        if path is not None and not os.fspath(path).lower().endswith(ending):
            raise InputError(f"{path}: expected a file name that ends in {ending}.")


def write_map(path: str | os.PathLike, data: "DataSet") -> None:
    """Write the map of a simulated network as a .png file.

    Raises:
        InputError: matplotlib is not installed, or the file cannot be written.
    """
    from kerasclust.reports.network_map import plot_network_map
    from kerasclust.system.optional import require

    require("matplotlib")
    with complete_file(path) as partial:
        plot_network_map(data).savefig(partial, dpi=150)
