"""The files that `kerasclust simulate` writes: their names, and the map."""

import os

from kerasclust.errors import InputError
from kerasclust.system.files import complete_file


def check_endings(out: str | os.PathLike, picture: str | os.PathLike | None) -> None:
    """Refuse file names of other kinds before a minute goes into a simulation.

    Raises:
        InputError: `out` is no .npz or `picture` no .png file.
    """
    for path, ending in ((out, ".npz"), (picture, ".png")):
        if path is not None and not os.fspath(path).lower().endswith(ending):
            raise InputError(f"{path}: expected a file name that ends in {ending}.")


def write_map(path: str | os.PathLike, data) -> None:
    """Write the map of a simulated network as a .png file.

    Raises:
        InputError: matplotlib is not installed, or the file cannot be written.
    """
    from kerasclust.reports.network_map import plot_network_map
    from kerasclust.system.optional import require

    require("matplotlib")
    with complete_file(path) as partial:
        plot_network_map(data).savefig(partial, dpi=150)
