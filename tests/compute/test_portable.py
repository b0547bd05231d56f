"""Operations for formats that lack TensorFlow's: the same values, by other means."""

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.compute.portable import asinh, portable_operations, power_spectrum, shortcut
from kerasclust.frontends import LogSpectrum, RobustScaling


def operations_of(function, *arguments):
    """Names of the operations that a function is traced to."""
    graph = tf.function(function).get_concrete_function(*map(tf.constant, arguments)).graph.as_graph_def()
    nodes = [*graph.node, *(node for body in graph.library.function for node in body.node_def)]
    return {node.op for node in nodes}


def test_asinh_is_exact_for_small_ordinary_and_huge_values():
    x = np.concatenate([np.geomspace(1e-30, 1e38, 500), [0.0]]).astype("float32")
    x = np.concatenate([-x, x])
    with portable_operations():
        found = asinh(tf.constant(x)).numpy()
    np.testing.assert_allclose(found, np.arcsinh(x.astype("float64")), rtol=1e-6)


@pytest.mark.parametrize("steps", [2, 13, 32, 256])
def test_the_power_spectrum_is_that_of_the_fft(steps):
    x = np.random.default_rng(0).normal(size=(5, 3, steps)).astype("float32")
    expected = np.abs(np.fft.rfft(x.astype("float64"))) ** 2
    with portable_operations():
        found = power_spectrum(tf.constant(x)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4 * expected.mean())


@pytest.mark.parametrize("holds", [True, False])
def test_a_shortcut_is_taken_while_training_only(holds):
    def either(holds):
        return shortcut(holds, lambda: tf.constant("simple"), lambda: tf.constant("general"))

    assert either(tf.constant(holds)) == ("simple" if holds else "general")
    with portable_operations():
        assert either(tf.constant(holds)) == "general"


def test_front_ends_compute_the_same_without_operations_that_formats_lack():
    rng = np.random.default_rng(0)
    x = np.exp(2.0 * rng.normal(size=(30, 16, 2))).astype("float32")  # heavy-tailed: compressed by asinh
    x[0, 0, 0], x[1, 1, 1] = 2.0**31, 1e7  # a missing value and a stray one
    lacking = {"Asinh", "RFFT", "ComplexAbs", "If", "StatelessIf"}
    scaling, spectrum = RobustScaling(compress=True), LogSpectrum(n_bands=3)
    with pytest.warns(UserWarning):
        scaling.adapt(x)

    def features(x):
        return spectrum(scaling(x))

    expected = features(x)
    assert operations_of(features, x) & lacking
    with portable_operations():
        assert not operations_of(features, x) & lacking
        np.testing.assert_allclose(features(x), expected, rtol=1e-4, atol=1e-4)
    assert operations_of(features, x) & lacking
