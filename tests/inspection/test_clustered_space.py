"""Samples that a model cannot use: left out of figures and measurements, and of nothing else."""

import json
import re

import numpy as np
import pytest

from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.inspection.clustered_space import check_finite, clustered_space, group_means, known_part
from kerasclust.inspection.diagnostics import measure
from kerasclust.inspection.drift import drift_from, reference_of
from kerasclust.inspection.layer_features import layer_features
from kerasclust.models import DEC
from kerasclust.reports import write_report
from kerasclust.system.json_files import plain

UNUSABLE = [3, 20]


@pytest.fixture(scope="module")
def x():
    random = np.random.default_rng(0)
    x = (random.normal(size=(60, 10, 2)) * (1 + 4 * (np.arange(60) % 2))[:, None, None]).astype("float32")
    x[random.random(x.shape) < 0.1] = np.nan
    x[UNUSABLE] = np.nan
    return x


@pytest.fixture(scope="module")
def model(x):
    model = DEC(2, pretrain_epochs=3, epochs=1, n_tries=2, units=(8,), latent_dim=3, frontend="raw", random_state=0)
    model.fit(x, verbose=0)
    return model


def test_their_rows_are_missing_and_their_label_is_none(model, x):
    space = clustered_space(model, x)
    assert np.flatnonzero(space.labels < 0).tolist() == UNUSABLE
    assert np.isnan(space.z[UNUSABLE]).all() and np.isnan(space.q[UNUSABLE]).all()
    assert np.isfinite(space.z[space.known]).all() and np.isfinite(space.centers).all()


def test_the_rest_of_a_data_set_keeps_what_is_known_of_each_sample(model, x):
    context = {"start_time": np.arange(60), "other": np.ones(5)}
    data = DataSet("d", x, y=np.arange(60) % 2, groups=np.arange(60), context=context)
    known, space = known_part(data, clustered_space(model, x))
    assert len(known) == len(space.z) == 58
    np.testing.assert_array_equal(known.groups, np.delete(np.arange(60), UNUSABLE))
    np.testing.assert_array_equal(known.context["start_time"], known.groups)
    np.testing.assert_array_equal(known.y, known.groups % 2)
    assert known.context["other"].shape == (5,)


def test_measurements_and_drift_leave_them_out(model, x):
    usable = np.delete(x, UNUSABLE, axis=0)
    reference = json.loads(json.dumps(plain(reference_of(model, usable))))
    found = plain(reference_of(model, x))
    assert found["sizes"] == [*reference["sizes"][:-1], len(UNUSABLE)]  # the last are those in no cluster
    assert found["centers"] == reference["centers"]
    assert all(np.isfinite(drift.index) for drift in drift_from(reference, model, x))
    space, features = clustered_space(model, x), np.asarray(model.features(x))
    found, expected = measure(features, space.z_c, space.q), clustered_space(model, usable)
    assert found == measure(np.asarray(model.features(usable)), expected.z_c, expected.q)


def test_a_report_leaves_them_out(model, x, tmp_path):
    text = write_report(tmp_path / "report.html", model, DataSet("d", x, y=np.arange(60) % 2)).read_text("utf-8")
    assert "58 sequences" in text and not re.search(r"\bnan\b", re.sub(r'"data:[^"]*"', "", text))


def test_features_of_layers_are_missing(model, x):
    found = layer_features(model, x)
    assert np.flatnonzero(np.isnan(found).all(axis=1)).tolist() == UNUSABLE and found.shape == (60, 3)


def test_means_of_groups_count_what_was_observed():
    values = np.array([[1.0, np.nan], [3.0, 4.0], [9.0, 9.0], [np.nan, np.nan]])
    means = group_means(values, np.array([0, 0, -1, 1]), 3)
    np.testing.assert_array_equal(means, [[2.0, 4.0], [np.nan, np.nan], [np.nan, np.nan]])


def test_a_model_without_any_answer_is_named():
    check_finite(np.array([[np.nan, np.nan], [0.5, 0.5]]))
    with pytest.raises(InputError, match="no answer for any sample"):
        check_finite(np.full((3, 2), np.nan))
