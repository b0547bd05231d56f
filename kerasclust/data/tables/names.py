"""Names of columns that tell their role."""

import re
from collections.abc import Iterable
from typing import Any

# Names in lower case, without "_", "-", "." and blanks. Single letters are ambiguous: t may be a temperature, and y an
# axis of an accelerometer.
SUBJECTS = (
    "user", "ue", "cell", "trace", "device", "subscriber", "sequence", "session", "series",
    "customer", "client", "account", "station", "site", "node", "sensor", "meter", "host", "machine", "enodeb", "gnodeb",
    "enb", "gnb", "sector", "equipment", "engine", "unit", "patient", "subject", "object", "item", "sample", "record", "row",
)  # fmt: skip
EXACT_IDS = ("user", "ue", "cell", "trace", "device", "subscriber", "sequence", "session", "series")
NUMBERS = {"imsi", "imei", "msisdn", "iccid", "guid", "uuid", "eci", "ecgi", "cgi", "nci", "ncgi", "mac", "macaddress"}
ENDINGS = ("id", "no", "nr", "number", "key", "code", "name")
ID_NAMES = {"id", *NUMBERS, *EXACT_IDS, *(subject + ending for subject in SUBJECTS for ending in ENDINGS)}
TIME_NAMES = {
    "time",
    "timestamp",
    "datetime",
    "date",
    "step",
    "timestep",
    "ts",
    "datetimeutc",
    "timestamputc",
    "timeutc",
}
LABEL_NAMES = {"label", "labels", "class", "target"}
KPI_NAMES = {"kpi", "kpiname", "metric", "metricname", "counter", "countername", "variable", "indicator", "measurement"}
VALUE_NAMES = {"value", "val", "kpivalue", "metricvalue", "countervalue"}
UNNAMED = re.compile(r"(|Unnamed: ?\d+|__index_level_\d+__)")


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
        >>> [is_identifier(name) for name in ("customer_id", "rowId", "valid", "msisdn")]
        [True, True, False, True]
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
    return plain(name) in ID_NAMES or re.split(r"[\W_]+", words)[-1] in {"id", "ids", "uuid", "guid", "no", "nr"}


def some(values: Iterable[Any], shown: int = 5) -> str:
    """List the first values, and the number of the others.

    Example:
        >>> some("abcdefg", shown=2)
        "'a', 'b' and 5 more"
    """
    values = list(values)
    more = f" and {len(values) - shown} more" if len(values) > shown else ""
    return ", ".join(repr(value) for value in values[:shown]) + more
