"""The map of a simulated network without matplotlib. What it shows is tested with the simulator."""

import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust.cli import main
from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.reports.network_map import plot_network_map
from kerasclust.runs.training import write_run_report


@pytest.fixture
def network():
    """A simulated network in miniature: 60 users on two streets."""
    random = np.random.default_rng(0)
    x = random.normal(size=(60, 12, 2)) + 8.0 * (np.arange(60) % 2)[:, None, None]
    context = {
        "positions": random.uniform(0, 100, (60, 12, 2)),
        "street_nodes": np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]]),
        "street_edges": np.array([[0, 1], [1, 2]]),
        "street_speed_limit": np.array([30.0, 50.0]),
        "cell_xyz": np.zeros((1, 3)),
        "cell_layer": np.zeros(1, int),
        "layer_names": np.array(["macro"]),
        "buildings": np.zeros((1, 4, 2)),
        "parks": np.zeros((1, 4, 2)),
    }
    names = ("Stationary user", "Vehicular user")
    groups = np.arange(60)
    return DataSet("n", x.astype("float32"), groups % 2, names, groups, ("a", "b"), ("", ""), 5.0, context)


@pytest.fixture
def without_matplotlib(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)


def test_the_miniature_has_a_map(network):
    pytest.importorskip("matplotlib")
    assert plot_network_map(network).axes


def test_missing_matplotlib_is_an_input_error(network, without_matplotlib):
    with pytest.raises(InputError, match=r'matplotlib, which is not installed: pip install "kerasclust\[plots\]"'):
        plot_network_map(network)
    with pytest.raises(InputError, match="matplotlib"):
        write_run_report(SimpleNamespace(file=str, read_json=lambda *_: None), None, network)


def test_a_run_without_matplotlib_is_complete_but_for_the_report(network, without_matplotlib, monkeypatch, tmp_path):
    monkeypatch.setattr("kerasclust.datasets.load", lambda name, **options: network, raising=False)
    out = tmp_path / "a"
    tiny = (
        "--method dance --clusters 2 --runs 1 --pretrain-epochs 1 --epochs 1 --set initializer=kmeans --seed 1 --quiet"
    )
    result = CliRunner().invoke(main, ["fit", "mobile_network", "--out", str(out), *tiny.split()])
    assert result.exit_code == 0, result.output
    assert "The report was not written. Reports and figures need matplotlib, which is not installed" in result.output
    assert {"model.keras", "saved_model", "labels.csv", "scores.json"} <= set(os.listdir(out))
    assert "report.html" not in os.listdir(out)
