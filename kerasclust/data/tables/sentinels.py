"""Values that mark a missing value: they repeat, far from all others."""

from kerasclust.data.findings import Finding
from kerasclust.data.tables.profile import Facts, Profile
from kerasclust.data.tables.source import Source

NINES = {float(sign + "9" * n) for n in range(2, 8) for sign in ("", "-")}
LIMITS = {float(2**n - 1) for n in (8, 15, 16, 31, 32, 63, 64)} | {-float(2**n) for n in (7, 15, 31, 63)}
KNOWN = NINES | LIMITS | {value + 0.9 for value in NINES if value > 0} | {-999.25, -9999.25, -1e20, 1e20, -1e30, 1e30}
FAR = 3.0  # ranges of the other values between a sentinel and the nearest of them
FAR_KNOWN = 0.5  # for a value that is known as a sentinel


def sentinels(source: Source, facts: Facts) -> list[Finding]:
    """Return the values of each column that repeat far from all others."""
    candidates = [
        (fact, value) for fact in facts.values() if fact.kind == "number" and fact.numbers > 2 for value in _ends(fact)
    ]
    # A value that is not far from the first rows is not far from all rows, which take longer to read.
    candidates = [(fact, value) for fact, value, *_ in _far(source, candidates, "glimpse")]
    return [
        _finding(fact, value, n, low, high)
        for fact, value, n, low, high in _far(source, candidates, "source")
        if n > 1 and low is not None
    ]


def _far(
    source: Source, candidates: list[tuple[Profile, float]], table: str
) -> list[tuple[Profile, float, int, float, float]]:
    """Return the candidates that are far from all others, with their number, and the smallest and largest others."""
    if not candidates:
        return []
    queries = [part for fact, value in candidates for part in _facts(source, fact, value)]
    found = iter(source.one(f"SELECT {', '.join(queries)} FROM {table}"))
    return [
        (fact, value, n, low, high)
        for (fact, value), n, low, high in zip(candidates, found, found, found, strict=True)
        if low is None or is_far(value, low, high, n, fact.numbers)
    ]


def is_far(value: float, low: float, high: float, n: int, total: int) -> bool:
    """Return whether a value is so far from all others that it marks something else.

    Args:
        value: the value.
        low: smallest other value.
        high: largest other value.
        n: number of times that the value occurs.
        total: number of values.

    Example:
        >>> is_far(-999.0, -120.0, -44.0, n=12, total=1000), is_far(100.0, 0.0, 99.0, n=12, total=1000)
        (True, False)
    """
    gap = max(low - value, value - high)
    least, most = (FAR_KNOWN, 0.9) if value in KNOWN else (FAR, 0.5)
    return gap > max(1.0, least * (high - low)) and n <= most * total


def _ends(fact: Profile) -> list[float]:
    """Return the smallest and the largest value, unless it is known that they do not repeat."""
    ends = (fact.lowest, fact.highest)
    return [values[0] for values in ends if values and values[-1] == values[0] and fact.low < fact.high]


def _facts(source: Source, fact: Profile, value: float) -> list[str]:
    """Return the SQL of the rows with a value, and of the smallest and largest of all values that are no such ends."""
    number = source.number(fact.column)
    ends = ", ".join(f"{end!r}" for end in _ends(fact))
    others = f"CASE WHEN {number} NOT IN ({ends}) THEN {number} END"
    return [f"coalesce(count_if({number} = {value!r}), 0)", f"min({others})", f"max({others})"]


def _finding(fact: Profile, value: float, n: int, low: float, high: float) -> Finding:
    name = fact.column.name
    what = (
        f"Column {name!r} holds {value:.15g} in {n:,} rows ({n / fact.rows:.1%}), while all other values are from "
        f"{low:.6g} to {high:.6g}."
    )
    return Finding("sentinel", "doubtful", what, f"give missing_value={value:.15g} if it marks a missing value", n)
