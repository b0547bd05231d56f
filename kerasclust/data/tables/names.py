"""Names of columns that tell their role."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from kerasclust.data.findings import Finding

# Names in lower case, without "_", "-", "." and blanks. Single letters are ambiguous: t may be a temperature, and y an
# axis of an accelerometer.
SUBJECTS = {"user", "ue", "cell", "trace", "device", "subscriber", "sequence", "session", "series"}
ID_NAMES = {"id", *SUBJECTS, *(f"{subject}id" for subject in SUBJECTS)}
IDENTIFIERS = {"imsi", "imei", "msisdn", "iccid", "guid", "uuid", "ecgi", "cgi", "ncgi", "macaddress"}
LAST_WORDS = {"id", "ids", "uuid", "guid", "no", "nr", "number", "key"}  # of names such as customer_id, subscriber_no
TIME_NAMES = {
    "time",
    "timestamp",
    "datetime",
    "date",
    "step",
    "timestep",
    "ts",
    "timestamputc",
    "datetimeutc",
    "timeutc",
}
LABEL_NAMES = {"label", "labels", "class", "target"}
KPI_NAMES = {"kpi", "kpiname", "metric", "metricname", "counter", "countername", "variable", "indicator", "parameter"}
VALUE_NAMES = {"value", "val", "kpivalue", "metricvalue", "countervalue"}
UNNAMED = re.compile(r"Unnamed: ?\d+|__index_level_\d+__|")


def plain(name: Any) -> str:
    """Return a name in lower case without what separates words.

    Example:
        >>> plain("UE-ID"), plain("Start time")
        ('ueid', 'starttime')
    """
    return str(name).lower().translate(str.maketrans("", "", "_- ."))


def is_identifier(name: str) -> bool:
    """Return whether a name is that of an identifier, such as "customer_id", "enodebId" or "msisdn".

    Example:
        >>> [is_identifier(name) for name in ("customer_id", "rowId", "valid", "msisdn", "no")]
        [True, True, False, True, False]
    """
    words = re.split(r"[\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower().strip())
    return plain(name) in ID_NAMES | IDENTIFIERS or (len(words) > 1 and words[-1] in LAST_WORDS)


def is_unnamed(name: str) -> bool:
    """Return whether a column has no name, as the index of a DataFrame that was written without one.

    Example:
        >>> is_unnamed(""), is_unnamed("Unnamed: 0"), is_unnamed("load")
        (True, True, False)
    """
    return UNNAMED.fullmatch(name) is not None


def some(values: Iterable[Any], shown: int = 5) -> str:
    """List the first values, and the number of the others.

    Example:
        >>> some("abcdefg", shown=2)
        "'a', 'b' and 5 more"
    """
    values = list(values)
    more = f" and {len(values) - shown} more" if len(values) > shown else ""
    return ", ".join(repr(value) for value in values[:shown]) + more


def twice(names: Sequence[str]) -> list[Finding]:
    """Refuse columns of the same name."""
    again = sorted({name for name in names if name and names.count(name) > 1})
    return [
        Finding(
            "duplicate_names",
            "refused",
            f"{names.count(name)} columns have the name {name!r}: a name that occurs twice is no name.",
            "rename all but one",
            names.count(name),
        )
        for name in again
    ]
