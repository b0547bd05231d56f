"""The files that `kerasclust simulate` writes: their names, and the map."""

import os
from typing import TYPE_CHECKING

from kerasclust.errors import InputError
from kerasclust.system.files import complete_file

if TYPE_CHECKING:
    from kerasclust.data.dataset import DataSet


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
