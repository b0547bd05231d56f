"""Names that a user gives to clusters, and the words for a cluster with or without a name."""

from collections.abc import Iterable, Mapping
from typing import Any

from kerasclust.errors import InputError
from kerasclust.system.neutral import neutral_line

LONGEST = 60  # characters of a name, which has to fit into legends and tables

Names = Mapping[int, str] | None  # {number: name} of the named clusters, or None


def cluster_name(cluster: int, names: Names = None) -> str:
    """Return the words for a cluster in legends and tables.

    Args:
        cluster: its number.
        names: {number: name} of the named clusters, or None.

    Example:
        >>> cluster_name(3, {3: "fast trains"}), cluster_name(4, {3: "fast trains"})
        ('fast trains', 'cluster 4')
    """
    return (names or {}).get(int(cluster), f"cluster {cluster}")


def cluster_in_words(cluster: int, names: Names = None) -> str:
    """Return the words for a cluster in a sentence, with the number before the name.

    Args:
        cluster: its number.
        names: {number: name} of the named clusters, or None.

    Example:
        >>> cluster_in_words(3, {3: "fast trains"}), cluster_in_words(4, {3: "fast trains"})
        ('cluster 3 (fast trains)', 'cluster 4')
    """
    name = (names or {}).get(int(cluster))
    return f"cluster {cluster} ({name})" if name else f"cluster {cluster}"


def with_names(columns: Mapping[str, Iterable[Any]], names: Names) -> dict[str, Iterable[Any]]:
    """Return the columns of a table with a column of cluster names after the column "cluster".

    Without any names there is no such column.

    Args:
        columns: {title: n values} with the title "cluster", None for no cluster; an earlier column "name" is replaced.
        names: {number: name} of the named clusters, or None.

    Example:
        >>> with_names({"cluster": [1, 0], "confidence": [0.9, 0.8]}, {0: "idle"})
        {'cluster': [1, 0], 'name': ['cluster 1', 'idle'], 'confidence': [0.9, 0.8]}
    """
    named: dict[str, Iterable[Any]] = {}
    for title, values in columns.items():
        if title != "name":
            named[title] = values
        if title == "cluster" and names:
            named["name"] = [None if cluster is None else cluster_name(cluster, names) for cluster in values]
    return named


def checked_names(names: Mapping[int, str | None] | Iterable[str | None] | None, n_clusters: int) -> dict[int, str]:
    """Check names of clusters as a user gives them.

    Args:
        names: one name for each cluster, or {number: name} for some clusters, or None. None in the place of a name
            leaves that cluster without a name.
        n_clusters: number of clusters k.

    Returns:
        {number: name} in the order of the numbers, without white space around the names.

    Raises:
        InputError: the number of names differs from the number of clusters, a number is not that of a cluster, or a
            name is empty, longer than `LONGEST` characters, longer than a line, or used twice.

    Example:
        >>> checked_names(["idle", "busy "], 2), checked_names({1: "busy"}, 2)
        ({0: 'idle', 1: 'busy'}, {1: 'busy'})
    """
    if names is None:
        return {}
    if not isinstance(names, Mapping):
        listed = [] if isinstance(names, str) else list(names)
        if len(listed) != n_clusters:
            given = names if isinstance(names, str) else listed
            raise InputError(
                f"cluster_names={given!r}: expected {n_clusters} names, one for each cluster, or {{number: name}}."
            )
        names = dict(enumerate(listed))
    numbered = {_number(cluster, n_clusters): name for cluster, name in names.items()}
    checked = {cluster: _checked(cluster, name) for cluster, name in numbered.items() if name is not None}
    shown = [cluster_name(cluster, checked) for cluster in range(n_clusters)]
    if twice := sorted(name for name in set(shown) if shown.count(name) > 1):
        raise InputError(f"Two clusters would be called {twice[0]!r}: give each cluster a different name.")
    return dict(sorted(checked.items()))


def _number(cluster: Any, n_clusters: int) -> int:
    if isinstance(cluster, bool) or not hasattr(cluster, "__index__") or not 0 <= cluster < n_clusters:
        raise InputError(f"There is no cluster {cluster!r} to name: clusters are numbered 0 to {n_clusters - 1}.")
    return int(cluster)


def _checked(cluster: int, name: Any) -> str:
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"The name of cluster {cluster} is {name!r}: expected a text that is not empty.")
    name = name.strip()
    if neutral_line(name) != name:
        raise InputError(
            f"The name of cluster {cluster}, {name!r}, has line breaks or other characters that nobody sees: leave "
            "them out."
        )
    if len(name) > LONGEST:
        raise InputError(f"The name of cluster {cluster} has {len(name)} characters; give it {LONGEST} at most.")
    return name
