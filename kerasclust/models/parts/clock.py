"""The clock that sequences share, where the view that the networks get depends on it."""

import warnings
from typing import Any

from kerasclust.data.inputs import Rows
from kerasclust.frontends.clock import SharedClock, shared_clock

PROFILES = {"profile", "profile_deviation"}
MOST_ROWS = 20_000  # enough to see a clock


def clock_of(spec: Any, data: Rows) -> SharedClock | None:
    """Return the clock that samples evidently share, or None.

    Args:
        spec: front end, as models take it. For one that does not depend on the clock the result is None.
        data: samples to learn from.

    Warns:
        UserWarning: a front end of `PROFILES` was asked for, but no clock is evident.
    """
    asked_for = isinstance(spec, str) and not PROFILES.isdisjoint(spec.split("+"))
    if not (asked_for or spec == "auto") or len(data.sample_shape) != 2 or data.is_padded:
        return None
    x = data.array()
    found = shared_clock(x[:: -(-len(x) // MOST_ROWS)])
    if found.is_evident:
        return found
    if asked_for:
        warnings.warn(
            f"frontend={spec!r}: the samples share no clock, as it explains {found.share:.1%} of their variance, "
            f"{found.by_chance:.1%} by chance. Steps are compared one by one.",
            stacklevel=2,
        )
    return None


def in_words(clock: SharedClock) -> str:
    """Return a sentence about a clock and what follows from it.

    Example:
        >>> in_words(SharedClock(24, 0.312, 0.0011))[:86]
        'All samples share a clock of 24 steps, which explains 31 % of their variance (0.1 % by'
    """
    days = " and ".join(str(day + 1) for day in clock.weekend)
    weekend = f", with a profile of its own for the weekend (days {days} of each 7)" if days else ""
    return (
        f"All samples share a clock of {clock.period} steps, which explains {100 * clock.share:.0f} % of their "
        f"variance ({100 * clock.by_chance:.1f} % by chance): the networks see each sample's profile over it"
        f'{weekend}. The front end "variability" would ignore the time.'
    )
