"""Picks: simple alternatives to deep clustering, made of features, a reduction and a classical clustering.

All picks take raw sequences (n, steps, channels), as the loaders of `kerasclust.datasets` return them. Missing values
are interpolated in time first. Every feature is standardized and clipped at `CLIP` deviations: k-means would make
clusters of the few values that are tens of deviations away. Constant features become zeros.
"""

import time
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

from benchmarks.tables.groups import known_groups
from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust import datasets, metrics
from kerasclust.errors import InputError
from kerasclust.records import results
from kerasclust.system.json_files import plain
from kerasclust.system.optional import require
from kerasclust.types import Array

CLIP = 5.0  # standard deviations
DAY = 24  # steps of hourly data
MOST_COMPONENTS = 20  # of a Gaussian mixture
SHORTEST = 9  # steps: the length of a MiniRocket kernel
UMAP_SETTINGS = {
    "n_components": 10,
    "n_neighbors": 30,
    "min_dist": 0.0,
}  # advice of UMAP's documentation for clustering


def kmeans_raw(x: Array, n_clusters: int, seed: int) -> Array:
    """Cluster the flattened sequences by k-means.

    Args:
        x: sequences (n, steps, channels).
        n_clusters: number of clusters.
        seed: seed of all random numbers.

    Returns:
        Labels (n,).
    """
    return _kmeans(standardized_channels(x).reshape(len(x), -1), n_clusters, seed)


def kmeans_statistics(x: Array, n_clusters: int, seed: int) -> Array:
    """Cluster mean, deviation and mean absolute difference of each channel by k-means; see `kmeans_raw`."""
    return _kmeans(statistics(x), n_clusters, seed)


def kmeans_profile(x: Array, n_clusters: int, seed: int) -> Array:
    """Cluster `profile` by k-means; see `kmeans_raw`."""
    return _kmeans(profile(x), n_clusters, seed)


def gmm_raw(x: Array, n_clusters: int, seed: int) -> Array:
    """Fit a Gaussian mixture to the principal components of the flattened sequences; see `kmeans_raw`."""
    flat = standardized_channels(x).reshape(len(x), -1)
    return _gaussian_mixture(_components(flat, seed), n_clusters, seed)


def gmm_statistics(x: Array, n_clusters: int, seed: int) -> Array:
    """Fit a Gaussian mixture to the principal components of the statistics of each channel; see `kmeans_raw`."""
    return _gaussian_mixture(_components(statistics(x), seed), n_clusters, seed)


def gmm_profile(x: Array, n_clusters: int, seed: int) -> Array:
    """Fit a Gaussian mixture to the principal components of `profile`; see `kmeans_raw`."""
    return _gaussian_mixture(_components(profile(x), seed), n_clusters, seed)


def catch22_kmeans(x: Array, n_clusters: int, seed: int) -> Array:
    """Cluster the 22 features of catch22, mean and deviation of each channel by k-means; see `kmeans_raw`."""
    return _kmeans(catch22(x), n_clusters, seed)


def minirocket_pca_kmeans(x: Array, n_clusters: int, seed: int) -> Array:
    """Cluster the principal components of MiniRocket features by k-means; see `kmeans_raw`."""
    return _kmeans(minirocket_components(x, seed), n_clusters, seed)


def minirocket_umap_gmm(x: Array, n_clusters: int, seed: int) -> Array:
    """Fit a Gaussian mixture to a UMAP embedding of MiniRocket features; see `kmeans_raw`."""
    return _gaussian_mixture(_umap(minirocket_components(x, seed), seed), n_clusters, seed)


def statistics_umap_gmm(x: Array, n_clusters: int, seed: int) -> Array:
    """Fit a Gaussian mixture to a UMAP embedding of the statistics of each channel; see `kmeans_raw`."""
    return _gaussian_mixture(_umap(statistics(x), seed), n_clusters, seed)


def statistics_umap_hdbscan(x: Array, n_clusters: int, seed: int) -> Array:
    """Cluster a UMAP embedding of the statistics by HDBSCAN, which finds the number of clusters; see `kmeans_raw`.

    Clusters have at least 1 % of the samples. What HDBSCAN calls noise is a cluster of its own.
    """
    del n_clusters
    smallest = max(5, len(x) // 100)
    return 1 + HDBSCAN(min_cluster_size=smallest, copy=True).fit_predict(_umap(statistics(x), seed))


PICKS = {
    pick.__name__: pick
    for pick in (
        kmeans_raw,
        kmeans_statistics,
        kmeans_profile,
        gmm_raw,
        gmm_statistics,
        gmm_profile,
        catch22_kmeans,
        minirocket_pca_kmeans,
        minirocket_umap_gmm,
        statistics_umap_gmm,
        statistics_umap_hdbscan,
    )
}
PACKAGES = ("aeon", "umap")  # that some picks need


def run_picks(
    data_name: str, results_path: FilePath, seeds: Iterable[int], report: Report = print, **options: Any
) -> list[Record]:
    """Run all picks with each seed and append their scores to a results file.

    Runs that the file has are skipped. `irish_5g` is also clustered by mobility (static or driving), under the data key
    "irish_5g/mobility".

    Args:
        data_name: name of sequences with known groups, as `kerasclust.datasets.load` takes it.
        results_path: the results file.
        seeds: whole numbers.
        report: called with a line of text after each run.
        **options: options of the loader.

    Returns:
        The rows of these runs, including rows that the file had.

    Raises:
        InputError: the data set has no labels or no sequences, or a package is missing.
    """
    for package in PACKAGES:
        require(package)
    data = datasets.load(data_name, **options)
    if data.y is None or data.x.ndim != 3:
        raise InputError(f"{data_name} has no sequences (n, steps, channels) with known groups; choose other data.")
    seeds = list(seeds)
    problems = known_groups(data_name, data)
    for seed in seeds:
        for name, y in problems.items():
            for method in PICKS:
                _run(method, data.x, y, _key(name, method, seed, y, options), results_path, report)
    wanted = [_key(n, m, s, y, options) for n, y in problems.items() for m in PICKS for s in seeds]
    return [row for row in results.read(results_path) if {name: row.get(name) for name in results.KEY} in wanted]


def _key(data_name: str, method: str, seed: int, y: Array, options: Settings) -> Record:
    settings = {"n_clusters": len(np.unique(y)), **options}
    return plain({"experiment": "picks", "method": method, "data": data_name, "seed": seed, "settings": settings})


def _run(method: str, x: Array, y: Array, key: dict, results_path: FilePath, report: Report) -> None:
    """Run one pick with one seed, unless the file has the run."""
    if results.done(results_path, **key):
        return
    started = time.perf_counter()
    labels = PICKS[method](without_holes(x), key["settings"]["n_clusters"], key["seed"])
    seconds = time.perf_counter() - started
    scores = metrics.external_scores(y, labels)
    results.append(results_path, results.new_row(key, scores, seconds))
    shown = ", ".join(f"{name} {value:.3f}" for name, value in scores.items())
    report(f"{key['data']}, {method}, seed {key['seed']}: {shown} ({seconds:.1f} s)")


# Features -------------------------------------------------------------------------------------------------------------


def without_holes(x: Array) -> Array:
    """Interpolate missing values (NaN) of each channel in time, or take the channel's mean if a sample has none.

    Example:
        >>> without_holes(np.array([[[1.0], [np.nan], [3.0]], [[np.nan]] * 3]))[:, :, 0].tolist()
        [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]]
    """
    if not np.isnan(x).any():
        return x
    n, steps, channels = x.shape
    columns = pd.DataFrame(x.transpose(1, 0, 2).reshape(steps, -1))
    filled = columns.interpolate(limit_direction="both").to_numpy().reshape(steps, n, channels).transpose(1, 0, 2)
    return np.where(np.isnan(filled), np.nanmean(x, axis=(0, 1)), filled).astype(x.dtype)


def profile(x: Array) -> Array:
    """Return the standardized mean over `DAY` steps, or the sequence if `DAY` does not divide its steps, flattened."""
    x = standardized_channels(x)
    if x.shape[1] % DAY == 0:
        x = x.reshape(len(x), -1, DAY, x.shape[2]).mean(axis=1)
    return _standardized(x.reshape(len(x), -1).astype("float64"), axis=0).astype("float32")


def catch22(x: Array) -> Array:
    """Return the standardized features of catch22 for each channel, with mean and deviation: (n, 24 * channels).

    Reference:
        C. H. Lubba et al., "catch22: CAnonical Time-series CHaracteristics", 2019.
    """
    feature_based = require("aeon.transformations.collection.feature_based")
    channels_first = np.ascontiguousarray(standardized_channels(x).transpose(0, 2, 1)).astype("float64")
    features = feature_based.Catch22(catch24=True, replace_nans=True).fit_transform(channels_first)
    return _standardized(np.asarray(features, "float64"), axis=0).astype("float32")


def standardized_channels(x: Array) -> Array:
    """Standardize each channel of sequences (n, steps, channels) over all samples and steps, and clip it.

    Example:
        >>> standardized_channels(np.array([[[0.0, 5.0], [2.0, 5.0]]])).tolist()
        [[[-1.0, 0.0], [1.0, 0.0]]]
    """
    return _standardized(np.asarray(x, "float64"), axis=(0, 1)).astype("float32")


def statistics(x: Array) -> Array:
    """Return standardized mean, deviation and mean absolute difference of each channel: (n, 3 * channels)."""
    x = standardized_channels(x)
    parts = [x.mean(axis=1), x.std(axis=1)]
    if x.shape[1] > 1:  # a single step has no differences
        parts.append(np.abs(np.diff(x, axis=1)).mean(axis=1))
    return _standardized(np.concatenate(parts, axis=1, dtype="float64"), axis=0).astype("float32")


def minirocket_components(x: Array, seed: int, n_components: int = 50) -> Array:
    """Return the first principal components of standardized MiniRocket features.

    Args:
        x: sequences (n, steps, channels) of at least 9 steps.
        seed: seed of the kernels and the decomposition.
        n_components: highest number of components; few samples give fewer.

    Returns:
        Array (n, components).

    Reference:
        A. Dempster, D. F. Schmidt, G. I. Webb, "MiniRocket", KDD 2021.
    """
    convolution = require("aeon.transformations.collection.convolution_based")
    if x.shape[1] < SHORTEST:
        raise InputError(
            f"MiniRocket needs sequences of {SHORTEST} steps or more; found {x.shape[1]}. Use longer windows."
        )
    channels_first = np.ascontiguousarray(standardized_channels(x).transpose(0, 2, 1))
    rocket = convolution.MiniRocket(random_state=seed, n_jobs=1)
    features = _standardized(np.asarray(rocket.fit_transform(channels_first), "float32"), axis=0)
    n_components = min(n_components, *features.shape)
    return PCA(n_components, svd_solver="randomized", random_state=seed).fit_transform(features)


def _standardized(x: Array, axis: int | tuple[int, ...]) -> Array:
    deviation = x.std(axis=axis, keepdims=True)
    x = (x - x.mean(axis=axis, keepdims=True)) / np.where(deviation > 0, deviation, 1.0)
    return np.clip(x, -CLIP, CLIP)


# Reduction and clusters -----------------------------------------------------------------------------------------------


def _umap(features: Array, seed: int) -> Array:
    umap = require("umap")
    neighbors = min(UMAP_SETTINGS["n_neighbors"], len(features) - 1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="n_jobs value")  # a seed needs one job, as intended
        return umap.UMAP(**{**UMAP_SETTINGS, "n_neighbors": neighbors}, random_state=seed).fit_transform(features)


def _components(features: Array, seed: int) -> Array:
    n_components = min(MOST_COMPONENTS, *features.shape)
    return PCA(n_components, svd_solver="randomized", random_state=seed).fit_transform(features)


def _kmeans(features: Array, n_clusters: int, seed: int) -> Array:
    return KMeans(n_clusters, n_init=10, random_state=seed).fit_predict(features)


def _gaussian_mixture(features: Array, n_clusters: int, seed: int) -> Array:
    mixture = GaussianMixture(n_clusters, covariance_type="full", n_init=5, random_state=seed)
    return mixture.fit_predict(np.asarray(features, "float64"))
