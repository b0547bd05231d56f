"""Commands on all labelled sequence sets, here on two small ones."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.command import main
from benchmarks.tables import defaults, without_labels
from kerasclust.choosing import estimate_n_clusters
from kerasclust.datasets import DataSet


@pytest.fixture
def small_sets(monkeypatch):
    """Three groups far apart, 40 origins with five samples of one group each; and noise of a single group."""
    random = np.random.default_rng(0)
    y = np.repeat(np.arange(40) % 3, 5)
    spread = np.array([1.0, 10.0, 100.0])[y]
    x = (spread[:, None, None] * random.normal(size=(200, 32, 1))).astype("float32")
    sets = {
        "apart": DataSet("apart", x, y=y, groups=np.repeat(np.arange(40), 5)),
        "noise": DataSet("noise", random.normal(size=(200, 32, 1)).astype("float32"), y=np.zeros(200, int)),
    }
    monkeypatch.setattr(without_labels, "SETS", sets)
    monkeypatch.setattr(without_labels, "load_set", sets.__getitem__)
    monkeypatch.setattr(defaults, "KINDS", dict.fromkeys(sets, defaults.NO_CLOCK))


def answer_of(*arguments):
    result = CliRunner().invoke(main, ["bench", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_clusters_that_last_are_shown_for_sets_with_origins(small_sets):
    (row,) = json.loads(answer_of("lasting", "--json"))["lasting"]
    assert row["data"] == "apart" and row["pairs"] == 160
    assert row["variability"] > 0.3 and row["statistics"] > 0.3
    assert answer_of("lasting").splitlines()[0].split() == ["SET", "PAIRS", "variability", "statistics"]


def test_noise_shares_no_clock(small_sets):
    assert [row["evident"] for row in json.loads(answer_of("clocks", "--json"))["clocks"]] == [False, False]
    assert len(answer_of("clocks").splitlines()) == 3


def test_numbers_are_shown_with_and_without_others_that_are_nearly_as_good(small_sets, monkeypatch):
    monkeypatch.setattr(
        without_labels,
        "estimate_n_clusters",
        lambda x, verbose: estimate_n_clusters(x, most=5, latent=False, verbose=0),
    )
    apart, noise = json.loads(answer_of("numbers", "--json"))["numbers"]
    assert (apart["known"], apart["estimate"], apart["nearly"]) == (3, 3, [])
    assert (noise["known"], noise["estimate"]) == (1, 1)
    assert answer_of("numbers").splitlines()[1].split() == ["apart", "3", "3", "features", "none"]
