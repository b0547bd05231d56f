"""Numbers and clusters in words."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerasclust.reports.profiles import ClusterProfiles

CLEAR, STRONG = 0.5, 1.5  # deviations from the overall mean that are worth a word, and a strong word
ALMOST_NONE = 0.05  # of the overall mean
CODES = re.compile(r"^\d+ \S+(, \d+ \S+)+$")  # a unit such as "0 macro, 1 micro": numbers that stand for names
COUNTS = re.compile(r"^(count|1/|#)")


def number(value: float) -> str:
    """Write a number with three significant digits, all digits before the point, and separated thousands.

    Example:
        >>> number(12345.678), number(0.12345), number(-97.0)
        ('12,346', '0.123', '−97')
    """
    value = float(value)
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return "0" if text == "-0" else text.replace("-", "−")


def short_number(value: float) -> str:
    """Write a number in about five characters for the cells of a figure.

    Example:
        >>> short_number(12345.678), short_number(0.12345), short_number(-2.5e7)
        ('12k', '0.12', '−25M')
    """
    value = float(value)
    if not math.isfinite(value):
        return ""
    size, letter = next(((s, c) for s, c in ((1e9, "G"), (1e6, "M"), (1e3, "k")) if abs(value) >= s), (1.0, ""))
    value /= size
    return (f"{value:.0f}" if abs(value) >= 10 else f"{value:.2g}").replace("-", "−") + letter


def percent(share: float) -> str:
    """Write a share as a percentage.

    Example:
        >>> percent(0.123), percent(0.0042)
        ('12%', '0.4%')
    """
    return f"{100 * share:.0f}%" if share >= 0.0995 or share == 0 else f"{100 * share:.1f}%"


def duration(seconds: float) -> str:
    """Write seconds in the units that people use.

    Example:
        >>> duration(4.26), duration(93), duration(7500)
        ('4.3 s', '1 min 33 s', '2 h 5 min')
    """
    if seconds < 60:
        return f"{seconds:.2g} s"
    large, small = divmod(round(seconds), 60)
    if large < 60:
        return f"{large} min {small} s" if small else f"{large} min"
    hours, minutes = divmod(large, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def plural(count: int, noun: str) -> str:
    """Write a count and its noun.

    Example:
        >>> plural(1, "cluster"), plural(4000, "sequence")
        ('1 cluster', '4,000 sequences')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def describe_cluster(profiles: ClusterProfiles, cluster: int, n_phrases: int = 3) -> str:
    """Describe the differences between a cluster and all samples.

    The most different channels come first. A channel that is strongly correlated with an earlier channel is left out.

    Args:
        profiles: `ClusterProfiles`.
        cluster: number of the cluster.
        n_phrases: largest number of phrases.

    Returns:
        Phrases, for example "very high downlink throughput (3.2× mean), many handovers (2.1× mean)".
    """
    if not profiles.sizes[cluster]:
        return "empty: no sample is closest to its center"
    differences = [found for found in profiles.differences(cluster) if abs(found.z) >= CLEAR][:n_phrases]
    phrase = {"level": _level, "variation": _variation}
    phrases = [phrase[found.kind](profiles, cluster, found.channel) for found in differences]
    return ", ".join(phrases) or "close to the overall mean in every channel"


def _level(profiles: ClusterProfiles, cluster: int, channel: int) -> str:
    level, name, unit = profiles.level, profiles.names[channel], profiles.units[channel]
    mean, overall, z = level.means[cluster, channel], level.overall[channel], level.z[cluster, channel]
    if CODES.match(unit):
        return f"{name} {number(mean)} on average (all: {number(overall)})"
    much, little = ("many", "few") if COUNTS.match(unit) else ("high", "low")
    word = ("very " if abs(z) >= STRONG else "") + (much if z > 0 else little)
    # A ratio means nothing on a scale without a natural zero (rounding may put a share just below zero).
    if level.samples[:, channel].min() < -1e-4 * level.deviation[channel]:
        unit = "dB" if unit == "dBm" else unit
        difference = ("+" if z > 0 else "") + number(mean - overall)
        return f"{word} {name} ({difference} {unit})" if unit else f"{word} {name} ({difference})"
    if mean <= ALMOST_NONE * overall:
        return f"no {name}" if mean == 0 else f"almost no {name}"
    ratio = mean / overall
    if 0.9 < ratio < 1.1:  # a ratio of two digits would read 1
        return f"{word} {name} ({'+' if z > 0 else '−'}{100 * abs(ratio - 1):.2g}%)"
    return f"{word} {name} ({ratio:.2g}× mean)"


def _variation(profiles: ClusterProfiles, cluster: int, channel: int) -> str:
    variation, name = profiles.variation, profiles.names[channel]
    assert variation is not None  # data without steps has no differences of variation
    ratio = variation.means[cluster, channel] / variation.overall[channel]
    if variation.z[cluster, channel] < 0:
        return f"steady {name}" if ratio > 0 else f"constant {name}"
    return f"strongly varying {name} ({ratio:.2g}× the usual swing)"
