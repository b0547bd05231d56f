"""Folders that are named COLUMN=VALUE, as Hive partitions tables."""

from collections.abc import Sequence
from pathlib import Path

from kerasclust.errors import InputError


def partition_names(root: Path, paths: Sequence[Path]) -> tuple[str, ...]:
    """Return the columns that the names of folders hold, in the order of DuckDB.

    Args:
        root: the folder of all files, or a file.
        paths: paths of the files.

    Raises:
        InputError: Folders name different columns.

    Example:
        >>> partition_names(Path("kpis"), [Path("kpis/region=north/day=1/a.csv")])
        ('day', 'region')
    """
    if paths[0] == root:
        return ()
    names = [_names(path.relative_to(root)) for path in paths]
    for path, of in zip(paths, names, strict=True):
        if of != names[0]:
            raise InputError(
                f"{path.relative_to(root)} lies in folders of {of or 'no columns'}, but "
                f"{paths[0].relative_to(root)} of {names[0] or 'no columns'}: give folders with the same columns."
            )
    return tuple(names[0])


def _names(path: Path) -> list[str]:
    return sorted(part.partition("=")[0] for part in path.parts[:-1] if "=" in part)
