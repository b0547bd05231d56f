"""A simulated mobile network as files, to look at, pass on and cluster."""

import os

import numpy as np

from kerasclust.errors import InputError
from kerasclust.runs import complete_file


def check_endings(out: str | os.PathLike, picture: str | os.PathLike | None) -> None:
    """Refuse file names of other kinds before a minute goes into a simulation.

    Raises:
        InputError: `out` is no .npz or `picture` no .png file.
    """
    for path, ending in ((out, ".npz"), (picture, ".png")):
        if path is not None and not os.fspath(path).lower().endswith(ending):
            raise InputError(f"{path}: expected a file name that ends in {ending}.")


def write_arrays(path: str | os.PathLike, data) -> None:
    """Write a data set to an .npz file that `kerasclust.datasets.load` reads.

    Args:
        path: of the .npz file.
        data: a `DataSet`. Beside `x` and `y`, its groups, names and context are written, each under its own name.

    Raises:
        InputError: the file cannot be written.
    """
    arrays = {
        **data.context,
        "x": data.x,
        "y": data.y,
        "groups": data.groups,
        "label_names": np.array(data.label_names),
        "channel_names": np.array(data.channel_names),
        "channel_units": np.array(data.channel_units),
        "step_seconds": np.array(data.step_seconds),
    }
    with complete_file(path) as partial, open(partial, "wb") as file:
        np.savez_compressed(file, **arrays)


def write_map(path: str | os.PathLike, data) -> None:
    """Write the map of a simulated network as a .png file.

    Raises:
        InputError: matplotlib is not installed, or the file cannot be written.
    """
    from kerasclust.reports.network_map import plot_network_map
    from kerasclust.reports.optional import require

    require("matplotlib")
    with complete_file(path) as partial:
        plot_network_map(data).savefig(partial, dpi=150)
