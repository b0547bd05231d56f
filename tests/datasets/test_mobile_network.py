import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import confusion_matrix

from kerasclust.datasets.mobile_network import mobile_network
from kerasclust.datasets.mobile_network.settings import GROUPS, LAYERS
from kerasclust.errors import InputError

pytest.importorskip("CRRM")
SMALL = {"n_users": 11, "n_sequences": 2, "n_steps": 20, "progress": False}
STATIONARY, PEDESTRIAN, VEHICULAR = [0, 1, 2], [3, 4, 5], [6, 7]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def data(cache):
    return mobile_network(n_users=160, n_sequences=2, cache_dir=cache, progress=False)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A small data set and the folder it is stored in, which tests copy before they change it."""
    folder = tmp_path_factory.mktemp("stored")
    return mobile_network(**SMALL, cache_dir=folder), folder


def channel(data, name):
    return data.x[..., data.channel_names.index(name)]


def positions(data, groups):
    return data.context["positions"][np.isin(np.arange(160) % 8, groups)]


def speeds_kmh(data, groups):
    return np.linalg.norm(np.diff(positions(data, groups), axis=1), axis=2) / data.step_seconds * 3.6


def distance_to_streets(data, points):
    start, end = np.moveaxis(data.context["street_nodes"][data.context["street_edges"]], 1, 0)
    along = end - start
    offset = points[:, None] - start
    share = np.clip((offset * along).sum(-1) / (along**2).sum(-1), 0, 1)
    return np.linalg.norm(offset - share[..., None] * along, axis=-1).min(1)


def test_shapes_names_and_units(data):
    assert data.x.shape == (320, 256, 17)
    assert data.x.dtype == np.float32
    assert np.isfinite(data.x).all()
    assert len(data.channel_names) == len(set(data.channel_names)) == len(data.channel_units) == 17
    assert data.channel_label(0) == "downlink throughput [kbit/s]"
    assert data.label_names == tuple(group.label for group in GROUPS)
    assert data.step_seconds == 5.0


def test_sequences_belong_to_users_of_even_groups(data):
    np.testing.assert_array_equal(np.bincount(data.y), [40] * 8)
    np.testing.assert_array_equal(np.bincount(data.groups), [2] * 160)
    np.testing.assert_array_equal(data.y, data.groups % 8)
    np.testing.assert_array_equal(data.context["sequence"], np.tile([0, 1], 160))
    np.testing.assert_array_equal(data.context["start_time"], np.tile([0, 256 * 5.0], 160))


def test_stationary_users_do_not_move(data):
    assert np.ptp(positions(data, STATIONARY), axis=1).max() == 0


def test_pedestrians_walk_at_about_8_kmh_on_the_pavement(data):
    speed = speeds_kmh(data, PEDESTRIAN)
    assert 6 < speed.mean() < 8.5
    assert 7 < np.median(speed) < 9
    assert speed.max() < 18  # crossing the street at a corner
    assert distance_to_streets(data, positions(data, PEDESTRIAN)[:, ::16].reshape(-1, 2)).max() < 9


def test_vehicles_follow_streets_slow_down_and_stop(data):
    speed = speeds_kmh(data, VEHICULAR)
    assert speed.max() < 102  # 100 km/h, and a bit of steering
    assert np.percentile(speed, 95) > 60
    assert 0.05 < (speed < 1).mean() < 0.4
    assert np.median(speed[speed > 1]) > 20
    assert distance_to_streets(data, positions(data, VEHICULAR)[:, ::16].reshape(-1, 2)).max() < 4


def test_nothing_is_delivered_that_the_link_could_not_carry(data):
    capacity = data.context["link_capacity"].reshape(320, 256)
    downlink, uplink = channel(data, "downlink throughput"), channel(data, "uplink throughput")
    assert (downlink <= capacity * 1.0001 + 1e-3).all()
    assert (uplink <= 0.25 * capacity * 1.0001 + 1e-3).all()
    assert (channel(data, "PRB share") <= 100).all()


def test_rrc_shares_add_to_one(data):
    states = np.stack([channel(data, name) for name in ("RRC connected", "RRC idle", "radio link failure")])
    np.testing.assert_allclose(states.sum(0), 1, atol=1e-6)
    assert states.min() >= -1e-6


def test_without_data_there_are_no_packets_to_measure(data):
    quiet = (channel(data, "downlink throughput") == 0) & (channel(data, "uplink throughput") == 0)
    failed = channel(data, "radio link failure") > 0
    for name in ("packet delay", "jitter", "packet loss", "scheduling delay", "MCS"):
        assert (channel(data, name)[~quiet & ~failed] >= 0).all()
        assert (channel(data, name)[channel(data, "RRC idle") == 1] == 0).all(), name
    assert (channel(data, "CQI")[channel(data, "RRC idle") == 1] == 0).all()


def test_radio_values_are_within_what_devices_can_report(data):
    for name, low, high in [("SINR", -23, 40), ("CQI", 0, 15), ("MCS", 0, 28), ("serving RSRP", -140, -44)]:
        values = channel(data, name)
        assert values.min() >= low and values.max() <= high, name
    assert -10 < np.percentile(channel(data, "SINR"), 5) < 5
    assert np.percentile(channel(data, "SINR"), 50) > 5


def test_every_layer_serves_and_small_cells_serve_near_by(data):
    layer = data.context["cell_layer"][data.context["serving_cell"]]
    share = np.bincount(layer.ravel(), minlength=len(LAYERS)) / layer.size
    assert share.min() > 0.03
    np.testing.assert_array_equal(layer.reshape(320, 256), channel(data, "serving layer"))
    cells = data.context["cell_xyz"][data.context["serving_cell"], :2]
    distance = np.linalg.norm(cells - data.context["positions"], axis=-1)
    reach = [np.percentile(distance[layer == number], 95) for number in range(len(LAYERS))]
    assert reach[2] < 100 < reach[1] < reach[0]


def test_the_signal_changes_with_the_place(data):
    change = np.abs(np.diff(channel(data, "serving RSRP"), axis=1)).mean(1)
    medians = [np.median(change[np.isin(data.y, groups)]) for groups in (STATIONARY, PEDESTRIAN, VEHICULAR)]
    assert medians[0] < medians[1] < medians[2]
    handovers = channel(data, "handovers").mean(1)
    assert handovers[np.isin(data.y, STATIONARY)].mean() < 0.1 * handovers[np.isin(data.y, VEHICULAR)].mean()


def test_nearly_every_sequence_has_traffic(data):
    assert (channel(data, "downlink throughput").max(1) > 1).mean() > 0.99


def test_traffic_kinds_differ_as_their_models_say(data):
    downlink, uplink = channel(data, "downlink throughput"), channel(data, "uplink throughput")
    kinds = np.array([group.traffic for group in GROUPS])[data.y]
    calls = np.median(downlink[kinds == "voip"][downlink[kinds == "voip"] > 2])
    assert 5 < calls < 16  # AMR 12.2 kbit/s with headers, half of the time
    assert 0.7 < uplink[kinds == "voip"].mean() / downlink[kinds == "voip"].mean() < 1.4
    active = [(downlink[kinds == kind] > 100).mean() for kind in ("ftp", "http")]
    assert active[0] < active[1]  # files come rarely
    peaks = [np.median(downlink[kinds == kind].max(1)) for kind in ("ftp", "http", "voip")]
    assert peaks[0] > peaks[1] > peaks[2]


def test_load_is_a_share_that_varies_by_cell_and_time(data):
    load = data.context["cell_load"]
    assert load.min() > 0 and load.max() < 1
    assert load.mean(0).std() > 0.05
    assert load.std(0).mean() > 0.02


def statistics(x):
    x = x.copy()
    x[..., :2] = np.log1p(x[..., :2])
    return np.concatenate([x.mean(1), x.std(1), np.abs(np.diff(x, axis=1)).mean(1)], axis=1)


def test_groups_are_not_found_by_kmeans_on_the_sequences(data):
    scaled = (data.x - data.x.mean((0, 1))) / data.x.std((0, 1))
    labels = KMeans(8, n_init=1, random_state=0).fit_predict(scaled.reshape(len(data), -1))
    counts = confusion_matrix(data.y, labels)
    assert counts[linear_sum_assignment(-counts)].sum() / len(data) <= 0.5


def test_groups_are_told_apart_for_unseen_users_by_who_knows_the_labels(data):
    # 128 users to learn from; with the 320 of the full size and all ten sequences the score is .984.
    features = statistics(data.x)
    held_out = data.groups // 8 % 5 == 0
    forest = RandomForestClassifier(200, random_state=0).fit(features[~held_out], data.y[~held_out])
    assert forest.score(features[held_out], data.y[held_out]) >= 0.88


def test_uneven_groups_and_other_sizes(cache):
    data = mobile_network(**SMALL, step_seconds=2.5, cache_dir=cache)
    assert data.x.shape == (22, 20, 17)
    np.testing.assert_array_equal(np.bincount(data.y), [4, 4, 4, 2, 2, 2, 2, 2])
    assert data.step_seconds == 2.5


def test_damaged_file_is_simulated_again_to_the_same_bytes(stored, tmp_path):
    first, folder = stored
    (file,) = folder.iterdir()
    copy = tmp_path / file.name
    copy.write_bytes(file.read_bytes()[:-1000])
    with pytest.warns(UserWarning, match="damaged"):
        second = mobile_network(**SMALL, cache_dir=tmp_path)
    assert second.x.tobytes() == first.x.tobytes()
    assert copy.read_bytes() == file.read_bytes()


def test_another_seed_gives_other_data(stored, tmp_path):
    assert (mobile_network(**SMALL, seed=1, cache_dir=tmp_path).x != stored[0].x).any()


def test_stored_data_needs_no_simulator(stored, monkeypatch):
    first, folder = stored
    monkeypatch.setitem(sys.modules, "CRRM", None)
    second = mobile_network(**SMALL, cache_dir=folder)
    assert second.x.tobytes() == first.x.tobytes()
    assert second.context.keys() == first.context.keys()


def test_missing_simulator_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "CRRM", None)
    with pytest.raises(InputError, match=r'pip install "kerasclust\[simulator\]"'):
        mobile_network(**SMALL, cache_dir=tmp_path)


@pytest.mark.parametrize(
    "bad",
    [
        {"n_users": 7},
        {"n_users": 8.5},
        {"n_users": True},
        {"n_sequences": 0},
        {"n_steps": 1},
        {"step_seconds": 0},
        {"step_seconds": float("nan")},
        {"step_seconds": "5"},
        {"seed": -1},
    ],
)
def test_bad_sizes_are_named(bad, tmp_path):
    with pytest.raises(InputError, match=next(iter(bad))):
        mobile_network(**(SMALL | bad), cache_dir=tmp_path)


def test_import_is_cheap():
    code = "import sys, kerasclust.datasets.mobile_network; print({'tensorflow', 'CRRM', 'scipy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


def test_map_names_layers_and_people_and_has_a_scale(data):
    from kerasclust.reports.network_map import plot_network_map

    (axes,) = plot_network_map(data).axes
    words = " ".join(text.get_text() for text in axes.get_legend().get_texts())
    assert all(word in words for word in ("macro", "micro", "WiFi", "stationary", "pedestrian", "vehicular"))
    assert "[km]" in axes.get_xlabel() and "[km]" in axes.get_ylabel()
    with pytest.raises(InputError, match="no sequence 2"):
        plot_network_map(data, sequence=2)
    with pytest.raises(InputError, match="no map"):
        plot_network_map(replace(data, context={}))
