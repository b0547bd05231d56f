"""Statistics, spectrum and random convolutions against NumPy in float64, and what they must not depend on."""

import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.frontends import LogSpectrum, RandomConvolutions, SequenceStatistics


@pytest.fixture
def random():
    return np.random.default_rng(0)


def expected_statistics(x, scales, quantiles=(), activity=False):
    x = np.asarray(x, "float64")
    features = [x.mean(1)]
    for scale in scales:
        blocks = x.shape[1] // scale
        pooled = np.stack([x[:, i * scale : (i + 1) * scale].mean(1) for i in range(blocks)], axis=1)
        features += [pooled.std(1), np.abs(np.diff(pooled, axis=1)).mean(1)]
    features += [np.quantile(x, quantile, axis=1) for quantile in quantiles]
    if activity:
        features.append((np.abs(np.diff(x, axis=1)) > 1e-3).mean(1))
    return np.concatenate(features, axis=-1)


@pytest.mark.parametrize(
    "options",
    [
        {"scales": (1,)},
        {"scales": (1, 4, 16)},
        {"scales": (3,)},
        {"scales": (1,), "quantiles": (0.0, 0.1, 0.5, 0.9, 1.0)},
        {"scales": (2,), "quantiles": (0.25,), "activity": True},
    ],
)
def test_statistics_follow_their_definition(random, options):
    x = random.normal(size=(6, 50, 3)).cumsum(1)
    x[:, :20, 1] = 7.0
    layer = SequenceStatistics(**options)
    y = layer(x.astype("float32")).numpy()
    np.testing.assert_allclose(y, expected_statistics(x, **options), rtol=1e-4, atol=1e-5)
    assert y.shape == layer.compute_output_shape(x.shape)
    assert len(set(layer.feature_names("abc"))) == y.shape[1]


def test_17_channels_give_51_statistics():
    assert SequenceStatistics().compute_output_shape((None, 256, 17)) == (None, 51)


def test_statistics_of_a_constant_sequence_are_0_but_for_its_level():
    x = np.full((4, 37, 2), 0.1, "float32")
    y = SequenceStatistics(scales=(1, 3), quantiles=(0.3,), activity=True)(x).numpy()
    np.testing.assert_array_equal(y[:, 2:10], 0)
    np.testing.assert_array_equal(y[:, [0, 1, 10, 11]], np.float32(0.1))
    np.testing.assert_array_equal(y[:, 12:], 0)


def test_feature_names_say_what_is_where():
    x = np.zeros((1, 8, 2), "float32")
    x[0, ::2, 1] = 2.0  # the second channel goes up and down
    layer = SequenceStatistics(scales=(1, 2), activity=True)
    values = dict(zip(layer.feature_names(["still", "busy"]), layer(x).numpy()[0].tolist(), strict=True))
    assert values == {
        "mean of still": 0, "deviation of still": 0, "difference of still": 0,
        "deviation at 2 steps of still": 0, "difference at 2 steps of still": 0, "activity of still": 0,
        "mean of busy": 1, "deviation of busy": 1, "difference of busy": 2,
        "deviation at 2 steps of busy": 0, "difference at 2 steps of busy": 0, "activity of busy": 1,
    }  # fmt: skip


def expected_spectrum(x, n_bands):
    x = np.asarray(x, "float64")
    steps = x.shape[1]
    window = np.hanning(steps + 1)[:-1]
    power = np.abs(np.fft.rfft((x - x.mean(1, keepdims=True)) * window[:, None], axis=1)) ** 2 / np.sum(window**2)
    edges = np.round(np.geomspace(1, steps // 2 + 1, n_bands + 1)).astype(int)
    bands = [power[:, edges[band] : edges[band + 1]].mean(1) for band in range(n_bands)]
    return np.log(np.concatenate(bands, axis=-1) + 1e-4)


@pytest.mark.parametrize(("steps", "n_bands"), [(256, 8), (100, 5), (99, 4), (64, 1)])
def test_spectrum_follows_its_definition(random, steps, n_bands):
    x = random.normal(size=(5, steps, 3)).cumsum(1)
    layer = LogSpectrum(n_bands)
    y = layer(x.astype("float32")).numpy()
    np.testing.assert_allclose(y, expected_spectrum(x, n_bands), atol=2e-3)
    assert y.shape == layer.compute_output_shape(x.shape)
    assert layer.feature_names("abc")[1] == "band 0 of b"


def test_white_noise_has_power_1_at_every_length(random):
    for steps in (64, 512):
        y = LogSpectrum(4)(random.normal(size=(1000, steps, 1)).astype("float32")).numpy()
        np.testing.assert_allclose(np.exp(y[:, 1:]).mean(0), 1.0, rtol=0.1)
        assert 0.75 < np.exp(y[:, 0]).mean() < 1.05


@pytest.mark.parametrize(("steps", "n_bands"), [(16, 8), (17, 8), (20, 9), (6, 3), (2, 1), (256, 100)])
def test_every_band_has_a_frequency(steps, n_bands):
    layer = LogSpectrum(n_bands)
    layer.build((None, steps, 1))
    used = layer._window_and_bands()[1] > 0
    assert np.all(used.sum(0) >= 1)
    assert np.all(used[1:].sum(1) == 1)
    assert not used[0].any()


def test_spectrum_of_a_constant_sequence_is_the_floor():
    np.testing.assert_allclose(LogSpectrum(4)(np.full((2, 64, 1), 3.3, "float32")), np.log(1e-4), rtol=1e-5)


def windows_of_a_process(random, n=300, steps=256):
    """Windows of two kinds of noise, and the same windows started a quarter later."""
    roughness = np.repeat([0.2, 0.95], n // 2)[:, None]
    noise = random.normal(size=(n, steps * 2))
    x = np.zeros_like(noise)
    for t in range(1, x.shape[1]):
        x[:, t] = roughness[:, 0] * x[:, t - 1] + noise[:, t] * np.sqrt(1 - roughness[:, 0] ** 2)
    x = x[:, 64:, None].astype("float32")
    return x[:, :steps], x[:, steps // 4 : steps // 4 + steps]


@pytest.mark.parametrize(
    "layer",
    [SequenceStatistics(scales=(1, 4)), LogSpectrum(), RandomConvolutions(n_kernels=60)],
    ids=lambda layer: type(layer).__name__,
)
def test_where_a_window_starts_matters_less_than_what_is_in_it(random, layer):
    x, later = windows_of_a_process(random)
    layer.adapt(x)
    a, b = layer(x).numpy(), layer(later).numpy()
    between = np.linalg.norm(a[:150].mean(0) - a[150:].mean(0))
    assert np.linalg.norm((a - b).mean(0)) < 0.1 * between


@pytest.mark.parametrize("layer", [SequenceStatistics(), LogSpectrum(4), RandomConvolutions(n_kernels=40)])
def test_a_turned_period_has_the_same_features(layer):
    steps = np.arange(128)
    x = np.stack([np.sin(2 * np.pi * (steps - shift) / 16) for shift in range(16)])[..., None].astype("float32")
    layer.adapt(x)
    y = layer(x).numpy()
    # 128 steps are whole periods; the differences and the kernels see a few steps fewer.
    np.testing.assert_allclose(y, np.broadcast_to(y.mean(0), y.shape), atol=0.08)


def test_convolutions_follow_their_definition(random):
    x = random.normal(size=(8, 70, 4))
    layer = RandomConvolutions(n_kernels=30, seed=3)
    layer.adapt(x)
    kernels, bias = layer.kernels.numpy().astype("float64"), layer.bias.numpy()
    dilations = np.repeat([1, 2, 4], 10)  # (70 - 1) // 16 is 4
    for kernel, dilation in enumerate(dilations):
        positions = range(70 - 8 * dilation)
        outputs = np.array(
            [[np.sum(row[t : t + 8 * dilation + 1 : dilation] * kernels[..., kernel]) for t in positions] for row in x]
        )
        assert bias[kernel] == pytest.approx(np.quantile(outputs, (kernel + 1) * 1.618033988749895 % 1), abs=1e-4)
        shares = (outputs > bias[kernel] + 1e-4).mean(1)
        np.testing.assert_allclose(layer(x).numpy()[:, kernel], shares, atol=1.5 / len(positions))


def test_kernels_are_those_of_minirocket(random):
    layer = RandomConvolutions(n_kernels=200)
    layer.build((None, 64, 12))
    kernels = layer.kernels.numpy()
    taken = np.abs(kernels).sum(0) > 0
    assert set(taken.sum(0).tolist()) <= set(range(1, 10))
    assert taken.any(1).all()
    for kernel in range(200):
        weights = kernels[:, taken[:, kernel], kernel]
        assert np.all(weights == weights[:, :1])
        assert sorted(weights[:, 0]) == [-1] * 6 + [2] * 3


def test_convolutions_depend_on_the_seed_only(random):
    x = random.normal(size=(30, 40, 2)).astype("float32")

    def features(seed, n_components=None):
        layer = RandomConvolutions(50, n_components, seed)
        layer.adapt(x)
        return layer(x).numpy()

    np.testing.assert_array_equal(features(1), features(1))
    np.testing.assert_array_equal(features(1, 5), features(1, 5))
    assert not np.allclose(features(1), features(2))


def test_convolutions_ignore_the_level_and_stillness(random):
    x = random.normal(size=(20, 40, 2))
    layer = RandomConvolutions(64)
    layer.adapt(x)
    np.testing.assert_allclose(layer(x + 3.0), layer(x), atol=0.06)
    still = RandomConvolutions(64)
    still.adapt(np.full((20, 40, 2), 0.1))
    np.testing.assert_array_equal(still(np.full((3, 40, 2), 0.1, "float32")), 0)


def test_components_are_the_principal_ones(random):
    x = random.normal(size=(60, 40, 2)).cumsum(1)
    plain, projected = RandomConvolutions(50, seed=4), RandomConvolutions(50, 7, seed=4)
    plain.adapt(x)
    projected.adapt(x)
    features = plain(x).numpy().astype("float64")
    centered = features - features.mean(0)
    _, singular, vectors = np.linalg.svd(centered, full_matrices=False)
    y = projected(x).numpy()
    np.testing.assert_allclose(np.abs(y), np.abs(centered @ vectors[:7].T), atol=1e-3)
    np.testing.assert_allclose(y.std(0), singular[:7] / np.sqrt(60), rtol=1e-3)


def test_fewer_samples_than_components(random):
    x = random.normal(size=(4, 40, 2))
    layer = RandomConvolutions(50, 20)
    layer.adapt(x)
    y = layer(x).numpy()
    assert np.all(np.isfinite(y))
    assert np.all(np.abs(y[:, 4:]) < 1e-5)


@pytest.mark.parametrize(
    ("make", "shape", "message"),
    [
        (lambda: SequenceStatistics(scales=(1, 8)), (None, 15, 2), "15 steps are too few for time scale 8"),
        (lambda: SequenceStatistics(), (None, 8, 8, 1), "for sequences"),
        (lambda: SequenceStatistics(scales=()), None, "scales"),
        (lambda: SequenceStatistics(quantiles=(1.5,)), None, "between 0 and 1"),
        (lambda: LogSpectrum(8), (None, 15, 2), "8 bands need 16 steps, found 15"),
        (lambda: LogSpectrum(0), None, "n_bands"),
        (lambda: LogSpectrum(2), (None, 5), "for sequences"),
        (lambda: RandomConvolutions(), (None, 8, 2), "found 8"),
        (lambda: RandomConvolutions(), (None, None, 2), "unequal length need steps"),
        (lambda: RandomConvolutions(steps=8), (None, None, 2), "found 8"),
        (lambda: LogSpectrum(2), (None, None, 2), "unequal length need steps"),
        (lambda: LogSpectrum(8, steps=15), (None, None, 2), "8 bands need 16 steps, found 15"),
        (lambda: SequenceStatistics(), (None, 8, None), "known shape"),
        (lambda: RandomConvolutions(10, 11), None, "n_components"),
    ],
)
def test_bad_input_is_explained(make, shape, message):
    with pytest.raises(InputError, match=message):
        make().build(shape)
