"""Missing values: statistics of what was observed, and nothing changed where all was."""

import warnings

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.compute.portable import portable_operations
from kerasclust.errors import InputError
from kerasclust.frontends import (
    FrontEnd,
    LogSpectrum,
    RandomConvolutions,
    RobustScaling,
    SequenceStatistics,
    Standardization,
    UnitRange,
    build_frontend,
)
from kerasclust.frontends.observed import bridged

NAN = np.nan
NAMED = ["raw", "statistics", "variability", "multiscale", "spectrum", "convolutions"]


@pytest.fixture
def random():
    return np.random.default_rng(0)


def walks(random, n=40, steps=48, channels=3):
    """Smooth sequences."""
    return random.normal(size=(n, steps, channels)).cumsum(axis=1).astype("float32")


def with_holes(random, x, share=0.2):
    """The same samples, of which a share of the values is missing."""
    return np.where(random.random(x.shape) < share, NAN, x).astype("float32")


def expected_statistics(x, scale=1):
    """Mean, deviation and difference of the observed values (channels, 3) of a sequence (steps, channels)."""
    blocks = x[: len(x) // scale * scale].reshape(-1, scale, x.shape[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        averages = np.nanmean(blocks, axis=1)
        difference = np.nanmean(np.abs(np.diff(averages, axis=0)), axis=0)
        return np.stack([np.nanmean(x, axis=0), np.nanstd(averages, axis=0), difference])


@pytest.mark.parametrize("scale", [1, 4])
def test_statistics_are_those_of_observed_values(random, scale):
    x = with_holes(random, walks(random), 0.3)
    x[0, 8:32, 1] = NAN  # whole blocks
    found = SequenceStatistics(scales=(scale,))(x).numpy().reshape(len(x), 3, 3)
    np.testing.assert_allclose(found, [expected_statistics(sample, scale) for sample in x], rtol=1e-4, atol=1e-5)


def test_mean_and_deviation_are_those_of_the_observed_part(random):
    x = walks(random, steps=30)
    holes = np.where(np.arange(30)[:, None] < 11, x, NAN)
    found, part = (SequenceStatistics()(samples).numpy() for samples in (holes, x[:, :11]))
    np.testing.assert_allclose(found, part, rtol=1e-5, atol=1e-5)


def test_quantiles_and_activity_are_those_of_observed_values(random):
    x = with_holes(random, np.round(walks(random)), 0.3)
    quantiles, activity = np.split(
        SequenceStatistics(quantiles=(0.1, 0.5, 0.93), activity=True)(x).numpy()[:, 9:], [9], axis=1
    )
    expected = np.nanquantile(x.astype("float64"), (0.1, 0.5, 0.93), axis=1)
    np.testing.assert_allclose(quantiles.reshape(len(x), 3, 3), expected.transpose(1, 0, 2), rtol=1e-4, atol=1e-4)
    changes = np.abs(np.diff(x, axis=1))
    moved = np.where(np.isnan(changes), NAN, changes > 1e-3)
    np.testing.assert_allclose(activity, np.nanmean(moved, axis=1), rtol=1e-5)


def test_a_statistic_without_enough_values_is_missing():
    x = np.full((3, 8, 1), NAN, "float32")
    x[1, 3], x[2, [1, 5]] = 7.0, [[1.0], [3.0]]
    nothing, one, apart = SequenceStatistics(quantiles=(0.5,), activity=True)(x).numpy()
    assert np.isnan(nothing).all()
    np.testing.assert_array_equal(one, [7.0, NAN, NAN, 7.0, NAN])  # a level, but no variation
    np.testing.assert_array_equal(apart, [2.0, 1.0, NAN, 2.0, NAN])  # no two neighbors


def test_a_constant_channel_with_holes_does_not_vary(random):
    x = with_holes(random, np.full((5, 40, 2), 1234.567), 0.4)
    level, deviation, difference = np.split(SequenceStatistics()(x).numpy(), 3, axis=1)
    np.testing.assert_allclose(level, 1234.567, rtol=1e-6)
    assert np.all(deviation == 0) and np.all(difference == 0)


def expected_bridge(values):
    """Values (steps,) with filled holes, and how much each of them counts, step by step."""
    seen = np.flatnonzero(~np.isnan(values))
    mean = values[seen].mean() if len(seen) else 0.0
    filled, counted = values.copy(), np.ones(len(values))
    for step in np.flatnonzero(np.isnan(values)):
        before, after = seen[seen < step], seen[seen > step]
        start = before[-1] if len(before) else step - 8
        end = after[0] if len(after) else step + 8
        length = min(end - start, 8)
        ends = [(index, max(0.0, 1 - abs(step - index) / length)) for index in (start, end)]
        filled[step] = mean + sum(weight * (values[index] - mean) for index, weight in ends if weight)
        counted[step] = sum(weight**2 for _, weight in ends)
    return filled, counted


def test_short_holes_are_interpolated_and_long_ones_lead_to_the_mean(random):
    x = with_holes(random, walks(random, n=20), 0.5)
    x[0, :, 0], x[1, 1:, 1], x[2, 10:30] = NAN, NAN, NAN
    found = np.stack([part.numpy() for part in bridged(tf.constant(x))])
    for sample, parts in zip(x.astype("float64"), found.transpose(1, 0, 2, 3), strict=True):
        expected = np.stack([expected_bridge(channel) for channel in sample.T], axis=-1)
        np.testing.assert_allclose(parts, expected, rtol=1e-4, atol=1e-4)
    x = np.array([0.0, NAN, NAN, NAN, 8.0, 1.0], "float32")
    np.testing.assert_allclose(bridged(tf.constant(x[None, :, None]))[0].numpy().ravel(), [0, 2, 4, 6, 8, 1], atol=1e-5)


def test_the_spectrum_of_a_slow_wave_has_no_fast_power_for_its_holes(random):
    steps = np.arange(128)
    x = np.sin(2 * np.pi * (2 * steps[None, :, None] / 128 + random.random((50, 1, 1)))).astype("float32")
    spectrum = LogSpectrum(4)
    complete, holes = spectrum(x).numpy(), spectrum(with_holes(random, x, 0.2)).numpy()
    np.testing.assert_allclose(holes[:, 0], complete[:, 0], atol=0.3)
    assert holes[:, 3].max() < -3.5  # zeros in place of the holes would have -1.8


def test_the_power_of_noise_stays_near_1_where_a_stretch_is_missing(random):
    x = random.normal(size=(400, 128, 1)).astype("float32")
    starts = random.integers(0, 128 - 42, size=(400, 1))
    x[(np.arange(128) >= starts) & (np.arange(128) < starts + 42)] = NAN
    power = np.exp(LogSpectrum(4)(x).numpy()).mean(axis=0)
    np.testing.assert_allclose(power[1:], 1.0, atol=0.5)  # slow power of the ends that lead into the hole


def test_too_few_steps_have_no_spectrum(random):
    x = walks(random, n=2)
    x[0, 3:, 1] = NAN
    found = LogSpectrum(4)(x).numpy().reshape(2, 4, 3)
    assert np.isnan(found[0, :, 1]).all()
    assert np.isfinite(found).sum() == 20


def test_convolutions_of_samples_that_miss_whole_stretches_see_the_rest(random):
    x = walks(random, n=60, steps=64, channels=2)
    convolutions = RandomConvolutions(60)
    convolutions.adapt(x)
    half = x.copy()
    half[:, 32:] = NAN
    of_half = RandomConvolutions(60)
    of_half.build((None, 32, 2))
    dilated = [kernel for kernel in range(60) if kernel < 20]  # dilation 1 in both
    of_half.kernels.assign(convolutions.kernels)
    of_half.bias.assign(convolutions.bias)
    found, expected = convolutions(half).numpy()[:, dilated], _shares(x[:, :32], convolutions)[:, dilated]
    np.testing.assert_allclose(found, expected, atol=0.15)
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.97


def _shares(x, layer):
    """Shares of time above the bias of kernels with dilation 1, by loops."""
    kernels, bias = layer.kernels.numpy(), layer.bias.numpy()
    places = np.stack([x[:, start : start + 9] for start in range(x.shape[1] - 8)], axis=1)
    outputs = np.einsum("npkc,kcf->npf", places, kernels)
    return (outputs > bias + 1e-4).mean(axis=1)


def test_convolutions_count_places_by_what_they_see(random):
    x = walks(random, n=12, steps=20, channels=2)
    layer = RandomConvolutions(16)
    layer.adapt(x)
    holes = with_holes(random, x, 0.4)
    filled = bridged(tf.constant(holes))[0].numpy()
    kernels, bias = layer.kernels.numpy(), layer.bias.numpy()
    places = [np.stack([a[:, start : start + 9] for start in range(12)], axis=1) for a in (filled, ~np.isnan(holes))]
    above = np.einsum("npkc,kcf->npf", places[0], kernels) > bias + 1e-4
    taken = (kernels != 0).astype("float64")
    seen = np.einsum("npkc,kcf->npf", places[1], taken) / taken.sum(axis=(0, 1))
    np.testing.assert_allclose(layer(holes), (above * seen).sum(axis=1) / seen.sum(axis=1), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NAMED)
def test_complete_samples_are_unchanged_by_incomplete_ones_beside_them(random, name):
    x = walks(random, steps=40)
    frontend = build_frontend(name, x.shape[1:])
    frontend.adapt(x)
    together = frontend(np.concatenate([x, with_holes(random, x)])).numpy()[: len(x)]
    np.testing.assert_allclose(together, frontend(x), rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("name", NAMED[1:])
def test_features_are_finite_and_near_those_of_complete_samples(random, name):
    x = walks(random, n=200, steps=64)
    x *= np.exp(random.normal(size=(200, 1, 3)))
    holes = with_holes(random, x, 0.1)
    holes[0, :, 1], holes[1] = NAN, NAN
    complete, found = (build_frontend(name, x.shape[1:]) for _ in range(2))
    complete.adapt(x)
    found.adapt(holes)
    features = found(holes).numpy()
    assert np.isfinite(features).all()
    np.testing.assert_array_equal(features[1], 0.0)  # the mean, as nothing is known
    if name != "convolutions":  # whose components turn
        assert np.mean((features[2:] - complete(x).numpy()[2:]) ** 2) < 0.15


@pytest.mark.parametrize("name", NAMED)
def test_the_operations_of_deployment_formats_give_the_same(random, name):
    x = with_holes(random, walks(random, steps=40))
    x[0, :, 1], x[1], x[2, 5, 0] = NAN, NAN, 2.0**31
    frontend = build_frontend(name, x.shape[1:])
    with pytest.warns(UserWarning, match="taken as missing"):
        frontend.adapt(x)
    with portable_operations():
        np.testing.assert_allclose(frontend(x), frontend(x), rtol=1e-4, atol=1e-4)
        found = frontend(x).numpy()
    np.testing.assert_allclose(found, frontend(x), rtol=1e-4, atol=1e-4)


def test_scaling_learns_from_observed_values_and_keeps_the_holes(random):
    x = random.normal(50.0, 4.0, size=(3000, 2))
    x[:, 1] = np.exp(3.0 * random.normal(size=3000))
    holes = with_holes(random, x)
    of_observed, of_part = RobustScaling(compress=True), RobustScaling(compress=True)
    of_observed.adapt(holes)
    part = ~np.isnan(holes).any(axis=1)
    of_part.adapt(x[part])
    assert of_observed.heavy.numpy().tolist() == [False, True]
    np.testing.assert_allclose(of_observed.scale, of_part.scale, rtol=0.1)
    for channel in range(2):
        alone = RobustScaling(compress=True)
        values = holes[:, channel : channel + 1]
        alone.adapt(values[~np.isnan(values[:, 0])])
        assert of_observed.center.numpy()[channel] == alone.center.numpy()[0]
        assert of_observed.scale.numpy()[channel] == alone.scale.numpy()[0]
    np.testing.assert_array_equal(np.isnan(of_observed(holes)), np.isnan(holes))


def test_images_are_scaled_by_observed_pixels_and_keep_the_holes(random):
    images = with_holes(random, 7.0 + 5.0 * random.random((60, 6, 6, 2)))
    images[..., 1] = NAN
    scaling = UnitRange()
    scaling.adapt(images)
    found = scaling(images).numpy()
    np.testing.assert_array_equal(np.isnan(found), np.isnan(images))
    seen = images[..., 0][~np.isnan(images[..., 0])]
    np.testing.assert_allclose(np.nanmax(found[..., 0]), 1.0)
    np.testing.assert_allclose(found[..., 0], (images[..., 0] - seen.min()) / (seen.max() - seen.min()), atol=1e-6)


def test_standardization_is_by_observed_values_and_keeps_the_holes(random):
    x = with_holes(random, random.normal(3.0, 5.0, size=(500, 3)))
    x[:, 2] = NAN
    layer = Standardization([(3, False)])
    layer.adapt(x)
    found = layer(x).numpy()
    np.testing.assert_allclose(layer.mean, [*np.nanmean(x[:, :2], axis=0), 0.0], rtol=1e-5)
    np.testing.assert_allclose(layer.deviation, [*np.nanstd(x[:, :2], axis=0), 1.0], rtol=1e-5)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(x))


def test_principal_components_take_the_mean_for_missing_features(random):
    x = walks(random, n=80, steps=40, channels=2)
    x[:30, :, 1] = NAN  # kernels of this channel alone see nothing
    plain, projected = RandomConvolutions(50), RandomConvolutions(50, 5)
    for layer in (plain, projected):
        layer.adapt(x)
    features = plain(x).numpy().astype("float64")
    assert 0 < np.isnan(features).any(axis=0).sum() < 50
    centered = np.nan_to_num(features - np.nanmean(features, axis=0))
    center = centered.mean(axis=0)
    vectors = np.linalg.svd(centered, full_matrices=False)[2]
    assert np.abs(center).max() < 1e-6
    np.testing.assert_allclose(np.abs(projected(x)), np.abs(centered @ vectors[:5].T), atol=1e-3)


@pytest.mark.parametrize("spec", ["raw", "statistics+spectrum"])
def test_an_infinite_value_is_refused(random, spec):
    x = walks(random)
    x[3, 2, 1] = np.inf
    with pytest.raises(InputError, match=r"infinite, 1 in one batch, in channel\(s\) \[1\]"):
        build_frontend(spec, x.shape[1:]).adapt(x)


def test_a_pipeline_with_holes_is_as_good_as_an_array(random):
    x = with_holes(random, walks(random, n=64))
    of_array, of_pipeline = (build_frontend("statistics+spectrum", x.shape[1:]) for _ in range(2))
    of_array.adapt(x)
    of_pipeline.adapt(tf.data.Dataset.from_tensor_slices(x).batch(7))
    np.testing.assert_allclose(of_array(x), of_pipeline(x), atol=1e-4)


def test_a_front_end_of_the_user_gets_missing_values_as_they_are():
    class Doubled(FrontEnd):
        learns = False

        def transform(self, x):
            return 2.0 * x

        def compute_output_shape(self, input_shape):
            return tuple(input_shape)

    np.testing.assert_array_equal(Doubled()(np.array([[1.0, NAN]])), [[2.0, NAN]])
    with pytest.raises(InputError, match="Doubled needs sequences of equal length"):
        Doubled().build((None, None, 2))
