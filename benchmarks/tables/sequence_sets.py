"""The labelled sequence sets that defaults are chosen and compared on."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from benchmarks.types import Settings
from kerasclust import datasets
from kerasclust.data.dataset import DataSet
from kerasclust.data.inputs import MAX_MISSING
from kerasclust.data.selection import taken

MOST_SAMPLES = 2000  # of a set, drawn at random
# Name: (name for the loader, its options). The simulated mobile network counts once.
SETS: Mapping[str, tuple[str, Settings]] = MappingProxyType(
    {
        "mobile_network": ("mobile_network", {"n_users": 160, "n_sequences": 5}),
        "irish_5g": ("irish_5g", {}),
        "tractor": ("tractor", {}),
        "cicv5g": ("cicv5g", {}),
        "BasicMotions": ("time_series:BasicMotions", {}),
        "cells, whole": ("cells", {"samples": "cells"}),
        "cells, days": ("cells", {"samples": "days"}),
        "ItalyPowerDemand": ("time_series:ItalyPowerDemand", {}),
        "GunPoint": ("time_series:GunPoint", {}),
        "ArrowHead": ("time_series:ArrowHead", {}),
        "OSULeaf": ("time_series:OSULeaf", {}),
        "ACSF1": ("time_series:ACSF1", {}),
    }
)


def load_set(name: str) -> DataSet:
    """Return a set of `SETS`: at most `MOST_SAMPLES` samples, each with at least half of its values."""
    loaded, options = SETS[name]
    data = datasets.load(loaded, **options)
    kept = np.flatnonzero(np.isnan(data.x).mean(axis=(1, 2)) <= MAX_MISSING)
    if len(kept) > MOST_SAMPLES:
        kept = np.random.default_rng(0).permutation(kept)[:MOST_SAMPLES]
    return taken(data, kept)
