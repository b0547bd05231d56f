"""Columns of categories in tables."""

import keras
import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.frontends import RobustScaling, Standardization, build_frontend

CATEGORIES = {1: 3, 3: 2}


def table(n=600):
    random = np.random.default_rng(0)
    numbers = random.normal(5.0, 3.0, size=(n, 2))
    return np.stack(
        [numbers[:, 0], random.choice(3, n, p=[0.6, 0.3, 0.1]), numbers[:, 1], random.integers(0, 2, n)], axis=1
    ).astype("float32")


def adapted(spec, x, categories=CATEGORIES, **options):
    frontend = build_frontend(spec, x.shape[1:], categories=categories, **options)
    frontend.adapt(x)
    return frontend


@pytest.mark.parametrize(
    ("spec", "layer"), [("raw", RobustScaling(compress=True)), ("shared_unit", Standardization([(2, True)]))]
)
def test_numeric_columns_have_the_features_of_a_table_of_their_own(spec, layer):
    x = table()
    layer.adapt(x[:, [0, 2]])
    np.testing.assert_array_equal(adapted(spec, x)(x)[:, :2], layer(x[:, [0, 2]]))


def test_a_categorical_column_counts_like_a_numeric_one():
    x = table()
    frontend = adapted("raw", x)
    found = frontend(x).numpy()
    assert found.shape == (600, 7)
    np.testing.assert_array_equal(found[:, 2:5] > 0, x[:, 1, None] == [0, 1, 2])
    np.testing.assert_array_equal(found[:, 5:] > 0, x[:, 3, None] == [0, 1])
    for column in (slice(2, 5), slice(5, 7)):
        assert found[:, column].var(axis=0).sum() == pytest.approx(1.0, rel=1e-4)
    assert frontend.feature_names(["load", "vendor", "delay", "indoor"]) == [
        *("load", "delay", "vendor is 0", "vendor is 1", "vendor is 2", "indoor is 0", "indoor is 1")
    ]


def test_unknown_and_missing_categories_are_zeros():
    x = table()
    frontend = adapted("raw", x)
    found = frontend(np.array([[5.0, 7.0, 5.0, np.nan], [5.0, -1.0, 5.0, 0.5]], "float32")).numpy()
    np.testing.assert_array_equal(found[:, 2:], 0.0)
    x[::5, 1], x[::7, 3] = np.nan, 9.0
    seen = adapted("raw", x)(x).numpy()
    assert seen[~np.isnan(x[:, 1]), 2:5].var(axis=0).sum() == pytest.approx(1.0, rel=1e-4)


def test_rare_and_constant_categories_are_no_outliers():
    x = table(4000)
    x[:, 1], x[:, 3] = 0.0, 1.0
    x[0, 1] = 2.0
    found = adapted("raw", x)(x).numpy()
    assert found[0, 4] == 5.0
    np.testing.assert_array_equal(found[:, 5:], 0.0)


def test_a_table_of_categories_alone():
    x = table()[:, [1, 3]]
    frontend = adapted("auto", x, {0: 3, 1: 2})
    assert frontend(x).shape == (600, 5)
    assert frontend.feature_names(["a", "b"]) == ["a is 0", "a is 1", "a is 2", "b is 0", "b is 1"]


def test_a_saved_model_keeps_its_categories(tmp_path):
    x = table()
    inputs = keras.Input((4,))
    frontend = adapted("raw", x, missing_feature=True)
    keras.Model(inputs, frontend(inputs)).save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again(x), frontend(x))
    assert frontend(x).shape == (600, 11)


@pytest.mark.parametrize(
    ("shape", "categories", "message"),
    [((4,), {4: 2}, "of a table of 4 columns"), ((4,), {1: 0}, "of a table of 4"), ((8, 4), {1: 2}, "is for tables")],
)
def test_other_columns_are_refused(shape, categories, message):
    with pytest.raises(InputError, match=message):
        build_frontend("raw", shape, categories=categories)
