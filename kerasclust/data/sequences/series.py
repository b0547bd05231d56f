"""Series: the rows of an id between long holes, by one scan of ids and times."""

from dataclasses import dataclass, replace

import numpy as np

from kerasclust.data.sequences.clock import Clock, floor_division
from kerasclust.data.sequences.types import Rows
from kerasclust.types import Array

IDS = "kerasclust_ids"  # temporary tables
PIECES = "kerasclust_pieces"
BLOCK = 4096  # steps of a piece where no hole ends a series
FAR = 10  # rows are far from their series by so many of the series' lengths,
FAR_STEPS = 1000  # and by so many steps,
FEW_ROWS = 0.01  # if they are only this share of its rows, or a single row


@dataclass(frozen=True)
class Series:
    """Series, sorted by id and time.

    Args:
        ids: array (number of ids,) of texts, sorted.
        id: integer array (n,), the place of each series' id.
        first: integer array (n,), the step of its first row.
        last: integer array (n,), the step of its last row.
        n_rows: integer array (n,), its number of rows.
        n_beside: rows of all series whose time is not that of a step, where all are expected to be.
        beside: place of an id and step of such a row, or None.
        labels: array (number of ids,) of texts or None, where all rows of an id have the same label or none; None if
            labels differ between the rows of an id, or there are no labels.
        has_labels: whether rows have labels.
    """

    ids: Array
    id: Array
    first: Array
    last: Array
    n_rows: Array
    n_beside: int
    beside: tuple[int, int] | None
    labels: Array | None
    has_labels: bool

    @property
    def lengths(self) -> Array:
        """Integer array (n,), the steps from the first to the last row."""
        return self.last - self.first + 1


def read_series(rows: Rows, clock: Clock, gap: int | None) -> Series:
    """Group rows by id and split them at holes of more than `gap` missing steps.

    Leaves the temporary table `IDS` (id, i) behind, i the place of the id.

    Args:
        rows: the rows.
        clock: their clock.
        gap: longest hole in steps; None for no limit.
    """
    has_labels = _make_tables(rows, clock, BLOCK if gap is None else gap + 1)
    found = rows.connection.execute(
        f"SELECT i, low, high, n, n_beside, beside FROM {PIECES} JOIN {IDS} USING (id) ORDER BY i, low"
    ).fetchnumpy()
    place, low, high, n, n_beside = (
        np.asarray(found[name], np.int64) for name in ("i", "low", "high", "n", "n_beside")
    )
    new = np.ones(len(place), bool)
    new[1:] = place[1:] != place[:-1]
    if gap is not None:
        new[1:] |= low[1:] - high[:-1] - 1 > gap
    starts = np.flatnonzero(new)
    where = int(n_beside.argmax()) if n_beside.any() else None
    series = Series(
        ids=_ids(rows),
        id=place[starts],
        first=low[starts],
        last=high[np.append(starts[1:], len(place)) - 1] if len(place) else high,
        n_rows=np.add.reduceat(n, starts) if len(place) else n,
        n_beside=int(n_beside.sum()),
        beside=None if where is None else (int(place[where]), int(np.asarray(found["beside"])[where])),
        labels=_labels_of_ids(rows) if has_labels else None,
        has_labels=has_labels,
    )
    rows.connection.execute(f"DROP TABLE {PIECES}")
    return series


def main_series(series: Series) -> Array:
    """Return integer array (n,), for each series that of its id with the most rows."""
    order = np.lexsort((series.n_rows, series.id))
    last_of_id = np.append(np.flatnonzero(np.diff(series.id)), len(order) - 1)
    found: Array = order[last_of_id][series.id]
    return found


def far_away(series: Series) -> Array:
    """Return bool array (n,), which series are single rows far from all others of their id, as by a wrong year."""
    main = main_series(series)
    distance = np.maximum(series.first - series.last[main], series.first[main] - series.last)
    few = series.n_rows <= np.maximum(1, FEW_ROWS * series.n_rows[main])
    far: Array = few & (distance > np.maximum(FAR_STEPS, FAR * series.lengths[main]))
    return far


def one_per_id(series: Series, which: Array) -> Series:
    """Return one series an id, of those that the bool array (n,) names; each id has one."""
    place, first, last, n_rows = (part[which] for part in (series.id, series.first, series.last, series.n_rows))
    starts = np.searchsorted(place, np.arange(len(series.ids)))
    ends = np.append(starts[1:], len(place)) - 1
    return replace(
        series, id=place[starts], first=first[starts], last=last[ends], n_rows=np.add.reduceat(n_rows, starts)
    )


def _make_tables(rows: Rows, clock: Clock, block: int) -> bool:
    """Make `PIECES`, a row an id and a block of steps, and `IDS`; return whether rows have labels.

    Two rows of a block are less than a hole apart, so that all long holes lie between pieces.
    """
    columns = [name for name, *_ in rows.connection.execute(f"DESCRIBE {rows.view}").fetchall()]
    has_labels = "label" in columns
    label = ", min(label) AS label, max(label) AS last_label, count(label) AS n_labels" if has_labels else ""
    rows.connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {PIECES} AS
        SELECT id, min(step) AS low, max(step) AS high, count(*) AS n,
            count_if(is_beside) AS n_beside, min(step) FILTER (is_beside) AS beside {label}
        FROM (
            SELECT id, {clock.sql} AS step, {clock.sql_beside} AS is_beside {", label" if has_labels else ""}
            FROM {rows.view}
        )
        GROUP BY id, {floor_division("step", block)}
    """)
    rows.connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {IDS} AS
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS i FROM (SELECT DISTINCT id FROM {PIECES})
    """)
    return has_labels


def _ids(rows: Rows) -> Array:
    found = rows.connection.execute(f"SELECT id FROM {IDS} ORDER BY i").fetchnumpy()["id"]
    return np.asarray(found, object)


def _labels_of_ids(rows: Rows) -> Array | None:
    """Return the label of each id, None if it has none, or None if rows of an id differ."""
    found = rows.connection.execute(f"""
        SELECT min(label) AS label, min(label) IS DISTINCT FROM max(last_label)
            OR (sum(n_labels) > 0 AND sum(n_labels) < sum(n)) AS differ
        FROM {PIECES} JOIN {IDS} USING (id) GROUP BY i ORDER BY i
    """).fetchnumpy()
    if np.asarray(found["differ"], bool).any():
        return None
    label = np.ma.asarray(found["label"])
    labels = np.array(label.data, object)
    labels[np.ma.getmaskarray(label)] = None
    return labels
