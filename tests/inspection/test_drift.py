"""Drift of new data from the training samples: none where there is none, and found where it is."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust.cli import main
from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.inspection.binning import binned, edges_of
from kerasclust.inspection.channel_measurements import MISSING, missing_shares
from kerasclust.inspection.clustered_space import clustered_space
from kerasclust.inspection.drift import (
    SHARES,
    _counted,
    _drift,
    _drifts_of_channels,
    drift_from,
    reference_of,
    stability_index,
)
from kerasclust.models import DEC, IMSAT, KMeans
from kerasclust.system.json_files import plain

QUICK = {"units": (16,), "batch_size": 64, "random_state": 0}


def groups(n, seed, shares=(1 / 3, 1 / 3, 1 / 3)):
    random = np.random.default_rng(seed)
    group = random.choice(3, n, p=shares)
    return (random.normal(size=(n, 6)) + 7.0 * np.eye(3, 6)[group]).astype("float32")


@pytest.fixture(scope="module", params=[(DEC, {"epochs": 5}), (IMSAT, {"epochs": 30}), (KMeans, {})])
def watched(request):
    method, settings = request.param
    settings = settings | (QUICK if method is not KMeans else {"random_state": 0})
    model = method(3, **settings)
    x = groups(1200, 0)
    model.fit(x, verbose=0)
    reference = json.loads(json.dumps(plain(reference_of(model, x))))
    return model, x, reference


def test_the_training_samples_and_others_of_the_same_kind_have_not_drifted(watched):
    model, x, reference = watched
    assert all(drift.index == 0.0 for drift in drift_from(reference, model, x))
    for n in (1, 20, 400):
        found = [drift_from(reference, model, groups(n, seed))[0].index for seed in range(1, 9)]
        assert max(found) < 0.25


def test_other_shares_are_found_in_the_shares(watched):
    model, _, reference = watched
    found = {drift.name: drift for drift in drift_from(reference, model, groups(400, 1, (0.7, 0.2, 0.1)))}
    assert found[SHARES].index > 0.3
    assert "in the reference" in found[SHARES].sentence
    np.testing.assert_allclose(found[SHARES].found.sum(), 1.0)


def test_samples_from_elsewhere_are_found_by_their_distance(watched):
    model, _, reference = watched
    away = groups(400, 1) + 4.0 * np.random.default_rng(5).normal(size=(400, 6)).astype("float32")
    found = {drift.name: drift for drift in drift_from(reference, model, away)}
    strongest = max(drift.index for name, drift in found.items() if name != SHARES)
    assert strongest > 0.25


def test_a_constant_shift_away_from_the_centers_is_found(watched):
    """Also of a model without centers, whose clusters' means are those of the training samples."""
    model, x, reference = watched
    away = x[:400] + np.array([0, 0, 0, 6.0, 6.0, 6.0], "float32")
    assert drift_from(reference, model, away)[0].index > 1.0


def test_certainty_that_is_lost_is_found_where_all_training_samples_had_it():
    certain = np.ones(500)
    edges = edges_of(certain)
    expected, found = binned(certain, edges), binned(np.full(300, 0.7), edges)
    assert _drift("confidence", expected, found, ()).index > 1.0
    assert _drift("confidence", expected, binned(certain[:300], edges), ()).index == 0.0


@pytest.mark.parametrize("bins", [3, 10, 43])
@pytest.mark.parametrize("m", [5, 20, 100, 2000])
def test_few_samples_without_drift_seldom_show_any(bins, m):
    random = np.random.default_rng(1)
    expected = random.multinomial(5000, np.full(bins, 1 / bins))
    alarms = [_drift("", expected, random.multinomial(m, np.full(bins, 1 / bins)), ()).index > 0 for _ in range(200)]
    assert np.mean(alarms) <= 0.05


def test_the_order_of_the_samples_does_not_matter(watched):
    model, _, reference = watched
    x = groups(300, 4)
    shuffled = x[np.random.default_rng(0).permutation(300)]
    for one, other in zip(drift_from(reference, model, x), drift_from(reference, model, shuffled), strict=True):
        assert one.name == other.name
        assert one.index == pytest.approx(other.index, abs=1e-6)


def test_the_index_is_the_sum_of_both_divergences_and_its_chance_what_theory_says():
    random = np.random.default_rng(0)
    p, q = random.dirichlet(np.ones(10)), random.dirichlet(np.ones(10))
    expected = np.sum(p * np.log(p / q)) + np.sum(q * np.log(q / p))
    assert stability_index(p, q) == pytest.approx(expected)
    assert stability_index(q, p) == pytest.approx(expected)
    draws = stability_index(*(random.multinomial(n, np.full(10, 0.1), size=2000) / n for n in (1000, 400)))
    assert draws.mean() == pytest.approx(9 * (1 / 1000 + 1 / 400), rel=0.1)


def test_the_channel_that_drifted_is_named(watched):
    model, _, reference = watched
    away = groups(500, 3)
    away[:, 4] += 3.0
    found = [drift for drift in drift_from(reference, model, away) if drift.of_channel]
    assert [drift.name for drift in found if drift.index > 0] == ["level of channel 4"]
    assert re.search(r"\d+% of the samples are above [\d.]+, \d+% in the reference", found[0].sentence)


def test_a_channel_that_freezes_has_drifted_in_its_variation():
    random = np.random.default_rng(0)
    names = ("rsrp", "load")
    x = random.normal(size=(400, 12, 2)).astype("float32") + np.arange(400)[:, None, None] % 2
    model = KMeans(2, random_state=0)
    model.fit(DataSet("cells", x, channel_names=names), verbose=0)
    reference = json.loads(json.dumps(plain(reference_of(model, x))))
    frozen = x.copy()
    frozen[:, :, 1] = frozen[:, :1, 1]
    found = {drift.name: drift.index for drift in drift_from(reference, model, frozen)}
    assert found["variation of load"] > 1.0
    assert found["variation of rsrp"] == found["level of rsrp"] == 0.0


@pytest.mark.parametrize("m", [1, 8, 60, 500])
def test_many_channels_without_drift_seldom_show_any(m):
    random = np.random.default_rng(2)
    old = {f"level of {i}": random.normal(size=2000) for i in range(300)}
    alarms = 0
    for _ in range(10):
        new = {name: random.normal(size=m) for name in old}
        alarms += any(drift.index > 0 for drift in _drifts_of_channels(_counted(old), new))
    assert alarms <= 1


def test_missing_values_are_a_measurement_of_their_own():
    x = groups(300, 0)
    holes = np.where(np.random.default_rng(0).random(x.shape) < 0.2, np.nan, x)
    (drift,) = _drifts_of_channels(_counted({MISSING: missing_shares(x)}), {MISSING: missing_shares(holes)})
    assert drift.name == "missing values" and drift.index > 1.0 and not drift.of_channel
    assert "of the samples are above 0%, 0% in the reference" in drift.sentence
    assert _drifts_of_channels(_counted({MISSING: missing_shares(x)}), {MISSING: missing_shares(x)})[0].index == 0.0


def test_samples_without_a_cluster_count_as_such(watched, monkeypatch):
    model, x, reference = watched
    space = clustered_space(model, x[:300])
    q = space.q.copy()
    q[::3] = np.nan
    found = {drift.name: drift for drift in drift_from(reference, model, x[:300], replace(space, q=q))}
    assert found[SHARES].index > 0.25 and "33% of the samples are in no cluster, 0% in" in found[SHARES].sentence
    assert found["confidence"].index == 0.0
    none = drift_from(reference, model, x[:300], replace(space, q=np.full_like(q, np.nan)))
    assert none[0].name == SHARES and "100% of the samples are in no cluster" in none[0].sentence


def test_a_reference_of_another_model_is_refused(watched):
    model, _, reference = watched
    with pytest.raises(InputError, match="of different runs"):
        drift_from(reference | {"sizes": [1, 1, 0]}, model, groups(50, 0))


def test_a_reference_of_a_space_that_is_there_is_that_of_the_samples(watched, monkeypatch):
    model, x, _ = watched
    monkeypatch.setattr("kerasclust.inspection.drift.MOST", 500)
    space = clustered_space(model, x)
    fresh, given = reference_of(model, x), reference_of(model, x, space)
    for name in fresh["measured"]:
        np.testing.assert_allclose(given["measured"][name]["sizes"], fresh["measured"][name]["sizes"], atol=20)
    assert given["sizes"].tolist() == fresh["sizes"].tolist() and given["sizes"].sum() == 500
    monkeypatch.setattr(model, "encode", None)
    assert all(drift.index == 0.0 for drift in drift_from(plain(given), model, x, space))


def test_a_damaged_reference_says_what_to_do(watched):
    model, _, reference = watched
    with pytest.raises(InputError, match="compute a new reference with calibrate=True"):
        drift_from(reference | {"centers": [[0.0]] * 3}, model, groups(50, 0))


def test_the_command_has_a_status_of_its_own_for_drift(tmp_path):
    np.save(tmp_path / "old.npy", groups(600, 0))
    np.save(tmp_path / "same.npy", groups(300, 1))
    np.save(tmp_path / "other.npy", groups(300, 1, (0.8, 0.1, 0.1)))
    run = tmp_path / "run"

    def command(*arguments):
        return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)

    short = ("--epochs", "3", "--pretrain-epochs", "100", "--seed", "0", "--quiet")
    assert (
        command("fit", tmp_path / "old.npy", "--method", "dec", "--clusters", "3", "--out", run, *short).exit_code == 0
    )
    same = command("monitor", run, tmp_path / "same.npy")
    assert same.exit_code == 0 and same.output.startswith("No drift past the threshold.")
    other = command("monitor", run, tmp_path / "other.npy", "--json")
    assert other.exit_code == 3
    found = json.loads(other.stdout)
    assert found["drifted"] is True and found["samples"] == 300
    assert {row["name"] for row in found["measurements"]} >= {SHARES, "reconstruction error"}
    said = command("monitor", run, tmp_path / "other.npy").output
    assert said.startswith("The data has drifted away from the reference: cluster shares")
    assert f"kerasclust monitor {run} {tmp_path / 'other.npy'} --calibrate" in said
    assert command("monitor", run, tmp_path / "other.npy", "--threshold", "50").exit_code == 0
    calibrated = command("monitor", run, tmp_path / "other.npy", "--calibrate")
    assert calibrated.exit_code == 0 and "From now on" in calibrated.output
    assert command("monitor", run, tmp_path / "other.npy").exit_code == 0
    assert command("monitor", run, tmp_path / "same.npy").exit_code == 3
    (run / "reference.json").unlink()
    lost = command("monitor", run, tmp_path / "same.npy")
    assert lost.exit_code == 2 and "has no reference.json" in lost.output
