"""Front ends that an automatic choice compares."""

from collections.abc import Mapping, Sequence
from typing import Any

from kerasclust.data.inputs import Rows
from kerasclust.defaults import AUTO
from kerasclust.frontends.combined import auto_frontend
from kerasclust.models.parts.clock import clock_of

# What is compared beside the default front end of sequences. Data differs in whether its groups differ in the level, in
# what varies, when, or in shapes, and nothing tells beforehand. By `python -m benchmarks bench defaults` these are best
# in the mean over labelled sets, the default left out.
FURTHER = "statistics"
FURTHER_ON_CLOCK = "convolutions"


def frontends_of(samples: Rows, settings: Mapping[str, Any]) -> Sequence[str | None]:
    """Return the front ends to compare, the default first.

    Args:
        samples: the samples to learn from.
        settings: {name: value} of methods.

    Returns:
        Names, or [None] for the front end of the settings alone: it is given, or the samples are no sequences.
    """
    spec = settings.get("frontend", AUTO)
    if spec != AUTO or len(samples.sample_shape) != 2:
        return [None]
    clock = clock_of(spec, samples)
    default = auto_frontend(samples.sample_shape, clock and clock.period)
    further = FURTHER if clock is None else FURTHER_ON_CLOCK
    return [*dict.fromkeys((default, further))]
