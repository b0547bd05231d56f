"""What an automatic choice compares: front ends, and methods that rank first, by the kind of the samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kerasclust.choosing.persistence import LEAST_PAIRS, persistence, successors
from kerasclust.choosing.planned import default_methods
from kerasclust.choosing.spaces import feature_space
from kerasclust.data.inputs import Rows
from kerasclust.defaults import AUTO
from kerasclust.frontends.combined import auto_frontend
from kerasclust.models.catalog import methods
from kerasclust.models.parts.clock import clock_of
from kerasclust.types import Array

# What is compared beside the default front end of sequences. Data differs in whether its groups differ in the level, in
# what varies, when, or in shapes, and nothing tells beforehand. By `python -m benchmarks bench defaults` these are best
# in the mean over labelled sets, the default left out.
FURTHER = "statistics"
FURTHER_ON_CLOCK = "convolutions"
# Clusters of the default front end do not last if their persistence is below this share of that of the other one, and
# those of the other one are not by chance.
LASTS, BY_CHANCE = 0.5, 0.05


@dataclass(frozen=True)
class Candidates:
    """What is compared, as far as it depends on the samples.

    Args:
        frontends: names of front ends, the first choice first; [None] for the front end of the settings alone.
        leading: names of methods whose runs on the first front end rank first.
        reason: sentence, why another front end than the default is the first choice; "" if it is the default.
        features: {front end: its `feature_space`}, as far as the choice needed them.
    """

    frontends: Sequence[str | None]
    leading: Sequence[str] = ()
    reason: str = ""
    features: Mapping[str, Array] = field(default_factory=dict)


def candidates_for(samples: Rows, settings: Mapping[str, Any], origins: Array | None = None) -> Candidates:
    """Return what to compare on samples.

    Args:
        samples: the samples to learn from.
        settings: {name: value} of methods.
        origins: array (n,), the origin of each sample, such as its cell or trace; None if it is unknown.

    Returns:
        `Candidates`. A given front end is the only one. Samples that are no sequences, or sequences of unequal length,
        have their default alone.
    """
    spec = settings.get("frontend", AUTO)
    if spec != AUTO or len(samples.sample_shape) != 2:
        return Candidates([None])
    clock = clock_of(spec, samples)
    default = auto_frontend(samples.sample_shape, clock and clock.period)
    if clock is not None:
        return Candidates([default, FURTHER_ON_CLOCK])
    if samples.is_padded:
        return Candidates([default])
    features: dict[str, Array] = {}
    pairs = successors(() if origins is None else origins)
    if len(pairs[0]) >= LEAST_PAIRS:
        features = {name: feature_space(samples, name) for name in (default, FURTHER)}
        lasting = {name: persistence(found, pairs) for name, found in features.items()}
        if reason := _why_other(default, FURTHER, lasting):
            # No method leads another here: on labelled sets that gains as much as it loses.
            return Candidates([FURTHER, default], default_methods(), reason, features)
    leading = [name for name, model in methods().items() if model.leads]
    return Candidates([default, FURTHER], leading, features=features)


def _why_other(default: str, other: str, lasting: Mapping[str, float]) -> str:
    """Return why another front end is better than the default, or "".

    Kinds of behavior last longer than a sample. Where clusters of the default change from one sample of an origin to
    the next and those of the other front end last, the default sees noise.

    Args:
        default: name of a front end.
        other: name of another one.
        lasting: {front end: `persistence` of its clusters}.
    """
    if lasting[default] >= LASTS * lasting[other] or lasting[other] < BY_CHANCE:
        return ""
    return (
        f'Clusters on the front end "{default}" change from one sample of an origin to the next, those on "{other}" '
        f'last more often (agreement beyond chance {lasting[default]:.2f} and {lasting[other]:.2f}): "{other}" comes '
        "first."
    )
