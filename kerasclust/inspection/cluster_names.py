"""Names that a user gives to clusters, and what a cluster is called everywhere."""

from collections.abc import Mapping

from kerasclust.errors import InputError

LONGEST = 60  # characters of a name: legends and tables have to hold it


def cluster_name(cluster, names=None) -> str:
    """What a cluster is called in legends and tables.

    Args:
        cluster: its number.
        names: {number: name} of the clusters that have one, or None.

    Example:
        >>> cluster_name(3, {3: "fast trains"}), cluster_name(4, {3: "fast trains"})
        ('fast trains', 'cluster 4')
    """
    return (names or {}).get(int(cluster), f"cluster {cluster}")


def cluster_in_words(cluster, names=None) -> str:
    """What a cluster is called in a sentence, where a name alone might not be recognized as one.

    Args:
        cluster: its number.
        names: {number: name} of the clusters that have one, or None.

    Example:
        >>> cluster_in_words(3, {3: "fast trains"}), cluster_in_words(4, {3: "fast trains"})
        ('cluster 3 (fast trains)', 'cluster 4')
    """
    name = (names or {}).get(int(cluster))
    return f"cluster {cluster} ({name})" if name else f"cluster {cluster}"


def with_names(columns, names) -> dict:
    """Columns of a table with the names of the clusters behind their numbers, where any cluster has one.

    Args:
        columns: {title: n values}, "cluster" among them; earlier names are replaced.
        names: {number: name} of the clusters that have one, or None.

    Example:
        >>> with_names({"cluster": [1, 0], "confidence": [0.9, 0.8]}, {0: "idle"})
        {'cluster': [1, 0], 'name': ['cluster 1', 'idle'], 'confidence': [0.9, 0.8]}
    """
    named = {}
    for title, values in columns.items():
        if title != "name":
            named[title] = values
        if title == "cluster" and names:
            named["name"] = [cluster_name(cluster, names) for cluster in values]
    return named


def checked_names(names, n_clusters) -> dict[int, str]:
    """Names of clusters as a user gives them.

    Args:
        names: a name for each cluster, or {number: name} for some of them, or None. A name that is None is none.
        n_clusters: number of clusters k.

    Returns:
        {number: name}, by number, without the white space around a name.

    Raises:
        InputError: not one name for each cluster, a cluster that there is not, or a name that is empty, longer than
            `LONGEST` characters, of more than one line, or that of another cluster.

    Example:
        >>> checked_names(["idle", "busy "], 2), checked_names({1: "busy"}, 2)
        ({0: 'idle', 1: 'busy'}, {1: 'busy'})
    """
    names = {} if names is None else names
    if not isinstance(names, Mapping):
        if isinstance(names, str) or len(names := list(names)) != n_clusters:
            raise InputError(
                f"cluster_names={names!r}: expected {n_clusters} names, one for each cluster, or {{number: name}}."
            )
        names = dict(enumerate(names))
    checked = {_number(cluster, n_clusters): name for cluster, name in names.items()}
    checked = {cluster: _checked(cluster, name) for cluster, name in checked.items() if name is not None}
    shown = [cluster_name(cluster, checked) for cluster in range(n_clusters)]
    if twice := sorted(name for name in set(shown) if shown.count(name) > 1):
        raise InputError(f"Two clusters would be called {twice[0]!r}: give each a name of its own.")
    return dict(sorted(checked.items()))


def _number(cluster, n_clusters):
    if isinstance(cluster, bool) or not hasattr(cluster, "__index__") or not 0 <= cluster < n_clusters:
        raise InputError(f"There is no cluster {cluster!r} to name: clusters are numbered 0 to {n_clusters - 1}.")
    return int(cluster)


def _checked(cluster, name):
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"The name of cluster {cluster} is {name!r}: expected a text that is not empty.")
    name = name.strip()
    if not name.isprintable():
        raise InputError(f"The name of cluster {cluster}, {name!r}, has line breaks or other control characters.")
    if len(name) > LONGEST:
        raise InputError(f"The name of cluster {cluster} has {len(name)} characters; give it {LONGEST} at most.")
    return name
