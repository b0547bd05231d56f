"""Known groups that score the results on a data set."""

from typing import Any

import numpy as np

from kerasclust.errors import InputError


def known_groups(data_name: str, data) -> dict[str, np.ndarray]:
    """Return the groupings that score results on a data set.

    Returns:
        {data key: integers (n,)}: the groups of the data set, for `irish_5g` also mobility alone.
    """
    groups = {data_name: data.y}
    if data.name == "irish_5g":
        groups[f"{data_name}/mobility"] = np.unique(data.context["mobility"], return_inverse=True)[1]
    return groups


def n_groups(y: Any) -> int:
    """Return the number of groups in known labels y (n,).

    Raises:
        InputError: there are no labels.

    Example:
        >>> n_groups([2, 2, 5])
        2
    """
    if y is None:
        raise InputError("The data has no known groups to score the results by; give labels (y, or --label-column).")
    return len(np.unique(y))
