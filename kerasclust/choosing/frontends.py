"""What an automatic choice compares: front ends, and methods that rank first, by the kind of the samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kerasclust.data.inputs import Rows
from kerasclust.defaults import AUTO
from kerasclust.frontends.combined import auto_frontend
from kerasclust.models.catalog import methods
from kerasclust.models.parts.clock import clock_of

# What is compared beside the default front end of sequences. Data differs in whether its groups differ in the level, in
# what varies, when, or in shapes, and nothing tells beforehand. By `python -m benchmarks bench defaults` these are best
# in the mean over labelled sets, the default left out.
FURTHER = "statistics"
FURTHER_ON_CLOCK = "convolutions"


@dataclass(frozen=True)
class Candidates:
    """What is compared, as far as it depends on the samples.

    Args:
        frontends: names of front ends, the default first; [None] for the front end of the settings alone.
        leading: names of methods whose runs on the default front end rank first.
    """

    frontends: Sequence[str | None]
    leading: Sequence[str] = ()


def candidates_for(samples: Rows, settings: Mapping[str, Any]) -> Candidates:
    """Return what to compare on samples.

    Args:
        samples: the samples to learn from.
        settings: {name: value} of methods.

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
    leading = [name for name, model in methods().items() if model.leads]
    return Candidates([default, FURTHER], leading)
