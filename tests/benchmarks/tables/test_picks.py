import sys

import numpy as np
import pytest

from benchmarks.tables import picks
from kerasclust import metrics
from kerasclust.datasets import DataSet
from kerasclust.errors import InputError
from kerasclust.records import results

N, STEPS = 90, 32


@pytest.fixture(scope="module")
def sequences():
    """Three behaviors in level, variability and rhythm, in channels of very different scale; one is noise."""
    rng = np.random.default_rng(0)
    y = np.arange(N) % 3
    time = np.arange(STEPS) + rng.uniform(0, STEPS, (N, 1))
    waves = np.where(y[:, None] == 1, np.sin(time * 2.0), np.sin(time * 0.3)) * (1 + 2 * (y == 2))[:, None]
    levels = 3.0 * y[:, None] + rng.normal(0, 0.3, (N, STEPS))
    x = np.stack([1e6 * waves, levels, rng.normal(size=(N, STEPS))], axis=2).astype("float32")
    return x, y


@pytest.mark.parametrize("name", sorted(picks.PICKS))
def test_pick_finds_clear_groups_and_repeats_itself(name, sequences):
    if "minirocket" in name or "catch22" in name:
        pytest.importorskip("aeon")
    if "umap" in name:
        pytest.importorskip("umap")
    x, y = sequences
    labels = picks.PICKS[name](x, 3, seed=0)
    assert labels.shape == (N,)
    # Raw sequences show where the waves start, which is arbitrary, before what they are; 32 steps are no whole days.
    sees_positions = name.split("_")[1] in ("raw", "profile")
    assert metrics.adjusted_rand_index(y, labels) > (0.3 if sees_positions else 0.8)
    np.testing.assert_array_equal(labels, picks.PICKS[name](x, 3, seed=0))


def test_statistics_do_not_depend_on_units_and_are_clipped(sequences):
    x, _ = sequences
    statistics = picks.statistics(x)
    assert statistics.shape == (N, 9)
    np.testing.assert_allclose(statistics, picks.statistics(x * np.float32(1000)), atol=1e-3)
    outlier = x.copy()
    outlier[0, 0, 0] = 1e12
    assert np.abs(picks.statistics(outlier)).max() <= picks.CLIP
    assert picks.statistics(x[:, :1]).shape == (N, 6)


def test_profile_is_the_mean_day():
    x = np.random.default_rng(0).normal(size=(N, 72, 2)).astype("float32")
    assert picks.profile(x).shape == (N, 48) and picks.profile(x[:, :70]).shape == (N, 140)
    shifted = np.roll(x, 24, axis=1)  # whole days in another order
    np.testing.assert_allclose(picks.profile(x), picks.profile(shifted), atol=1e-4)


def test_holes_are_interpolated_in_time():
    x = np.arange(12.0, dtype="float32").reshape(2, 6, 1)
    holed = x.copy()
    holed[0, 2:4], holed[1, :2] = np.nan, np.nan
    filled = picks.without_holes(holed)
    np.testing.assert_allclose(filled[0], x[0])
    np.testing.assert_allclose(filled[1, :, 0], [8, 8, 8, 9, 10, 11])
    assert picks.without_holes(x) is x


def test_minirocket_refuses_short_sequences(sequences):
    pytest.importorskip("aeon")
    with pytest.raises(InputError, match="9 steps"):
        picks.minirocket_pca_kmeans(sequences[0][:, :8], 3, 0)


def test_missing_package_is_named(sequences, monkeypatch):
    for package in ("aeon", "umap"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=r'umap-learn.*pip install "kerasclust\[benchmark\]"'):
        picks.statistics_umap_gmm(sequences[0], 3, 0)
    with pytest.raises(InputError, match="aeon"):
        picks.run_picks("irish_5g", "unused.jsonl", [0])


@pytest.fixture
def cheap_picks(monkeypatch):
    """Only the picks that need no further package."""
    monkeypatch.setattr(picks, "require", lambda module: None)
    cheap = {name: picks.PICKS[name] for name in ("kmeans_raw", "kmeans_statistics")}
    monkeypatch.setattr(picks, "PICKS", cheap)


def test_an_interrupted_table_continues(tmp_path, sequences, cheap_picks):
    x, y = sequences
    np.savez(tmp_path / "kpi.npz", x=x, y=y)
    data, path, said = str(tmp_path / "kpi.npz"), tmp_path / "results.jsonl", []
    picks.run_picks(data, path, [0], said.append)
    rows = picks.run_picks(data, path, [0, 1], said.append)
    assert len(said) == len(rows) == len(results.read(path)) == 4
    assert {(row["method"], row["seed"]) for row in rows} == {(m, s) for m in picks.PICKS for s in (0, 1)}
    assert rows[0]["experiment"] == "picks"
    assert rows[0]["settings"] == {"n_clusters": 3}
    assert rows[0]["scores"]["acc"] > 0.5


def test_mobility_alone_is_scored_for_the_5g_traces(tmp_path, sequences, monkeypatch, cheap_picks):
    x, y = sequences
    mobility = np.where(y == 0, "static", "driving")
    traces = DataSet("irish_5g", x, y, context={"mobility": mobility})
    monkeypatch.setattr(picks.datasets, "load", lambda name: traces, raising=False)
    rows = picks.run_picks("irish_5g", tmp_path / "results.jsonl", [0], lambda line: None)
    found = {row["data"]: row["settings"]["n_clusters"] for row in rows}
    assert found == {"irish_5g": 3, "irish_5g/mobility": 2}


def test_data_without_labels_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(picks, "require", lambda module: None)
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(20, 10, 2)))
    with pytest.raises(InputError, match="known groups"):
        picks.run_picks(str(tmp_path / "x.npy"), tmp_path / "results.jsonl", [0])
