"""RobustScaling and UnitRange against NumPy, and on the data that breaks a plain standardization."""

import warnings

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.frontends import RobustScaling, UnitRange


@pytest.fixture
def random():
    return np.random.default_rng(0)


def adapted(layer, x):
    layer.adapt(x)
    return layer


def scaled(x, **options):
    return adapted(RobustScaling(**options), x)(x).numpy()


def expected_scaling(x, clip=5.0):
    """The definition for channels that vary, in float64."""
    flat = np.asarray(x, "float64").reshape(-1, x.shape[-1])
    low, center, high = np.quantile(flat, (0.05, 0.5, 0.95), axis=0)
    y = (x - center) / ((high - low) / 3.2897)
    return np.where(np.abs(y) <= clip, y, np.sign(y) * (clip + np.log1p(np.maximum(np.abs(y) - clip, 0))))


@pytest.mark.parametrize("shape", [(500, 3), (40, 30, 3), (10, 8, 8, 3)])
def test_follows_its_definition(random, shape):
    x = random.standard_t(3, size=shape) * [1.0, 20.0, 0.01] + [0.0, -80.0, 5.0]
    np.testing.assert_allclose(scaled(x), expected_scaling(x), rtol=2e-3, atol=2e-3)


def test_clip_is_where_the_logarithm_starts(random):
    x = random.normal(size=(1000, 1))
    layer = adapted(RobustScaling(clip=2.0), x)
    center, scale = float(layer.center.numpy()[0]), float(layer.scale.numpy()[0])
    y = layer(np.array([[center + scale], [center - 2e6 * scale]])).numpy().ravel()
    np.testing.assert_allclose(y, [1.0, -2 - np.log1p(2e6 - 2)], rtol=1e-4)
    with pytest.raises(InputError, match="clip must be positive"):
        RobustScaling(clip=0)


@pytest.mark.parametrize("compress", [False, True])
def test_units_of_channels_do_not_matter(random, compress):
    x = np.exp(random.normal(size=(200, 20, 4)) * [0.1, 1.0, 2.0, 0.5])
    np.testing.assert_allclose(
        scaled(x * [1e3, -1.0, 1e-6, 8.0] + [5.0, 0.0, 0.0, 1.0], compress=compress) * [1, -1, 1, 1],
        scaled(x, compress=compress),
        atol=2e-3,
    )


def test_a_constant_channel_becomes_0():
    x = np.full((100, 5, 2), 0.1)
    x[..., 1] = 1.6e9  # the neighboring float32 is 128 away
    assert np.all(scaled(x) == 0)
    assert np.all(np.abs(adapted(RobustScaling(), x)(x + 1).numpy()[..., 0] - 1) < 1e-6)


def test_a_rare_event_is_scaled_by_its_deviation(random):
    x = (random.random((20_000, 1)) < 0.01).astype("float32")
    assert adapted(RobustScaling(), x).scale.numpy()[0] == pytest.approx(x.std(), rel=1e-3)
    stray = np.concatenate([x, [[1e9]]])
    with pytest.warns(UserWarning, match="channel 0: 1"):
        assert adapted(RobustScaling(), stray).scale.numpy()[0] < 0.2


@pytest.mark.parametrize("sentinel", [2147483647, -2147483648, 4294967295])
def test_a_sentinel_is_reported_and_taken_as_missing(random, sentinel):
    x = random.normal(size=(400, 10, 3)) * 10
    clean = scaled(x)
    missing = random.random((400, 10)) < 0.2
    x[..., 1][missing] = sentinel
    with pytest.warns(UserWarning, match=rf"32-bit integer range.*\(channel 1: {missing.sum()}\)"):
        y = scaled(x)
    np.testing.assert_array_equal(np.isnan(y[..., 1]), missing)
    np.testing.assert_allclose(y[~missing], clean[~missing], atol=0.15)


def test_a_channel_of_sentinels_only_stays_missing():
    with pytest.warns(UserWarning, match="channel 0: 50"):
        assert np.all(np.isnan(scaled(np.full((50, 1), 2147483647))))


def test_a_stray_value_is_reported_and_tamed(random):
    x = random.normal(size=(20_000, 2))
    clean = scaled(x)
    x[7, 0], x[[3, 4], 1] = 1e12, -1e6
    with pytest.warns(
        UserWarning, match=r"^3 values are more than 1000 scales .*\(channel 0: 1, channel 1: 2\)"
    ) as seen:
        y = scaled(x)
    assert [warning.filename for warning in seen] == [__file__]  # the line that called adapt(), not one of ours
    assert np.abs(y).max() < 40
    ordinary = np.abs(x) < 100
    np.testing.assert_allclose(y[ordinary], clean[ordinary], atol=0.02)


def test_ordinary_data_gives_no_warning(random):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scaled(random.standard_t(3, size=(2000, 4)))
        adapted(UnitRange(), random.random((50, 8, 8, 1)))


def test_compress_is_asinh_for_heavy_tails_only(random):
    x = np.stack([random.normal(size=30_000), random.lognormal(0, 1.5, 30_000), random.exponential(size=30_000)], -1)
    layer = adapted(RobustScaling(compress=True), x)
    assert layer.heavy.numpy().tolist() == [False, True, False]
    y, plain = layer(x).numpy(), scaled(x)
    np.testing.assert_allclose(y[:, [0, 2]], plain[:, [0, 2]], atol=1e-6)
    deviation = x[:, 1] - np.median(x[:, 1])
    squeezed = np.arcsinh(deviation / np.median(np.abs(deviation)))
    np.testing.assert_allclose(y[:, 1], expected_scaling(squeezed[:, None])[:, 0], atol=2e-3)
    assert np.all(np.diff(y[np.argsort(x[:, 1]), 1]) >= 0)


def test_a_stray_value_does_not_make_a_heavy_tail(random):
    x = random.normal(size=(5000, 1))
    x[0] = 1e9
    with pytest.warns(UserWarning):
        assert not adapted(RobustScaling(compress=True), x).heavy.numpy()[0]


def test_large_data_is_sampled(random):
    x = random.normal(3.0, 2.0, size=(3000, 100, 1)).astype("float32")
    layer = adapted(RobustScaling(), x)
    assert layer.center.numpy()[0] == pytest.approx(np.median(x), abs=0.03)
    assert layer.scale.numpy()[0] == pytest.approx(2.0, rel=0.02)


def test_images_from_0_to_1_stay_as_they_are(random):
    x = random.random((20, 9, 9, 3)).astype("float32")
    x[0, 0, 0], x[0, 0, 1] = 0, 1
    layer = adapted(UnitRange(), x)
    np.testing.assert_array_equal(layer(x).numpy(), x)
    np.testing.assert_array_equal(layer(x * 3 - 1).numpy(), np.clip(x * 3 - 1, 0, 1))


def test_each_channel_of_an_image_has_its_range(random):
    x = random.integers(0, 256, size=(20, 9, 9, 2)).astype("uint8")
    x[..., 1] //= 2
    y = adapted(UnitRange(), x)(x).numpy()
    np.testing.assert_allclose(y[..., 0], x[..., 0] / 255, atol=1e-6)
    np.testing.assert_allclose(y[..., 1], x[..., 1] / 127, atol=1e-6)


def test_hot_pixels_do_not_flatten_an_image(random):
    x = random.random((50, 9, 9, 1))
    x[3, 3, 3] = 1e6
    with pytest.warns(UserWarning, match=r"channel\(s\) \[0\]"):
        y = adapted(UnitRange(), x)(x).numpy()
    assert np.abs(y - np.clip(x, 0, 1)).max() < 0.01


def test_sparse_and_constant_images(random):
    x = np.zeros((50, 10, 10, 2), "float32")
    x[0, 0, 0, 0] = 7.0  # one pixel of 5000: the quantiles are both 0
    y = adapted(UnitRange(), x)(x).numpy()
    assert y[0, 0, 0, 0] == 1
    assert y.sum() == 1


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int32", "uint8", "bool"])
def test_any_number_type(random, dtype):
    x = random.integers(0, 2, size=(60, 4)).astype(dtype)
    for layer in (RobustScaling(), UnitRange()):
        layer.adapt(x)
        y = layer(x)
        assert y.dtype == tf.float32
        np.testing.assert_array_equal(y, layer(x.astype("float32")))


def test_other_shapes_than_adapted_to_are_refused(random):
    layer = adapted(RobustScaling(), random.normal(size=(20, 5, 3)))
    with pytest.raises(InputError, match=r"built for samples of shape \(5, 3\), found .* \(5, 4\)"):
        layer.adapt(np.zeros((20, 5, 4)))
    with pytest.raises((InputError, ValueError), match=r"built for inputs \(None, 5, 3\)"):
        layer(np.zeros((2, 6, 3), "float32"))


def test_calling_before_adapting_is_refused():
    layer = RobustScaling()
    assert not layer.is_adapted
    with pytest.raises(InputError, match=r"call adapt\(x\) first"):
        layer(np.zeros((2, 3), "float32"))
    layer.adapt(np.zeros((2, 3)))
    assert layer.is_adapted
