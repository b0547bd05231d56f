"""Measurements of the raw values of samples: level and variation of each channel, and the share that is missing."""

import warnings
from collections.abc import Sequence

import numpy as np

from kerasclust.types import Array

MISSING = "missing values"


def channel_measurements(x: Array, names: Sequence[str] = ()) -> dict[str, Array]:
    """Return what each channel measures in each sample, without samples in which it was not observed.

    Args:
        x: raw samples (n, ..., channels); NaN is missing.
        names: names of the channels; without them, or if two are equal, channels are numbered.

    Returns:
        {"level of NAME": means (m,)}, and for samples with steps or pixels also {"variation of NAME": standard
        deviations (m,)}.

    Example:
        >>> found = channel_measurements(np.array([[[1.0], [3.0]], [[np.nan], [5.0]]]), ["rsrp"])
        >>> {name: values.tolist() for name, values in found.items()}
        {'level of rsrp': [2.0, 5.0], 'variation of rsrp': [1.0, 0.0]}
    """
    axes, channels = tuple(range(1, x.ndim - 1)), range(x.shape[-1])
    named = names if len(set(names)) == len(channels) else [f"channel {channel}" for channel in channels]
    observed = np.where(np.isfinite(x), x, np.nan).astype("float64") if x.dtype.kind == "f" else x.astype("float64")
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # a channel without any value
        measured = {"level": np.nanmean(observed, axis=axes) if axes else observed}
        if axes:
            measured["variation"] = np.nanstd(observed, axis=axes)
    return {
        f"{kind} of {named[channel]}": values[np.isfinite(values[:, channel]), channel]
        for kind, values in measured.items()
        for channel in channels
    }


def missing_shares(x: Array, is_padded: bool = False) -> Array:
    """Return the share of missing values of each sample.

    Args:
        x: raw samples (n, ..., channels); NaN is missing.
        is_padded: steps at the end of a sample without any value are padding, and not missing.

    Returns:
        Shares (n,); 1 for a sample of padding alone.

    Example:
        >>> x = np.array([[[1.0], [np.nan], [2.0], [np.nan]]])
        >>> missing_shares(x).tolist(), missing_shares(x, is_padded=True).round(2).tolist()
        ([0.5], [0.33])
    """
    missing: Array = np.isnan(x).reshape(len(x), x.shape[1], -1)
    if not is_padded:
        return np.asarray(missing.mean(axis=(1, 2)))
    has_values: Array = ~np.asarray(missing.all(axis=2))
    lengths = np.where(has_values.any(axis=1), x.shape[1] - has_values[:, ::-1].argmax(axis=1), 0)
    within = np.arange(x.shape[1]) < lengths[:, None]
    counts = (missing & within[:, :, None]).sum(axis=(1, 2))
    return np.where(lengths > 0, counts / np.maximum(lengths * missing.shape[2], 1), 1.0)
