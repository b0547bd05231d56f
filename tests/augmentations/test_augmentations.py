"""What augmentations may change of a sample, and what not."""

import keras
import numpy as np
import pytest

from kerasclust.augmentations import (
    ChannelOffsetAndScale,
    ColorJitter,
    FeatureNoise,
    Jitter,
    RandomAffine,
    RandomGap,
    RandomResizedCrop,
    SwapNoise,
    TemporalCrop,
    TemporalZoom,
    build_augmentation,
)
from kerasclust.errors import InputError


def ramps(n=200, steps=32):
    """Sequences whose values are their steps, in two channels."""
    return np.tile(np.arange(steps, dtype="float32")[None, :, None], (n, 1, 2))


def test_a_crop_is_a_part_run_to_and_fro():
    parts = TemporalCrop(0.25)(ramps()).numpy()
    assert parts.shape == (200, 32, 2)
    lengths = parts.max(axis=1) - parts.min(axis=1) + 1
    assert lengths.min() >= 8 and lengths.max() == 32 and len(np.unique(lengths)) > 15
    assert np.abs(np.diff(parts, axis=1)).max() == 1.0  # no jumps
    np.testing.assert_array_equal(parts[..., 0], parts[..., 1])  # channels stay together


def test_a_gap_hides_a_stretch_and_moves_nothing():
    x = ramps(2000)
    with_gap = RandomGap(0.5)(x).numpy()
    hidden = np.isnan(with_gap)
    np.testing.assert_array_equal(with_gap[~hidden], x[~hidden])
    np.testing.assert_array_equal(hidden[..., 0], hidden[..., 1])  # channels stay together
    lengths = hidden[..., 0].sum(axis=1)
    assert lengths.min() == 0 and lengths.max() == 16 and lengths.mean() == pytest.approx(8.0, abs=0.4)
    edges = (hidden[..., 0] != np.roll(hidden[..., 0], 1, axis=1)).sum(axis=1)
    assert set(edges) == {0, 2}  # one stretch, around the end
    np.testing.assert_allclose(hidden[..., 0].mean(axis=0), 0.25, atol=0.05)  # anywhere


@pytest.mark.parametrize("longest", [0.0, 1.0, -1.0])
def test_a_gap_that_hides_nothing_or_all_is_refused(longest):
    with pytest.raises(InputError, match="longest must be between 0 and 1"):
        RandomGap(longest)


def test_a_zoom_keeps_the_middle_and_changes_the_speed():
    zoomed = TemporalZoom(0.5)(ramps()).numpy()[:, :, 0]
    np.testing.assert_allclose(zoomed[:, 15:17].mean(axis=1), 15.5, atol=1e-4)
    speeds = zoomed[:, 16] - zoomed[:, 15]
    assert 0.5 <= speeds.min() < 0.7 and 1.3 < speeds.max() <= 1.5
    assert zoomed.min() >= 0.0 and zoomed.max() <= 31.0


def test_a_zoom_by_nothing_changes_nothing():
    np.testing.assert_allclose(TemporalZoom(0.0)(ramps()).numpy(), ramps(), atol=1e-4)


def test_noise_is_in_units_of_each_channel():
    random = np.random.default_rng(0)
    x = (random.normal(size=(400, 16, 2)) * [1.0, 1000.0]).astype("float32")
    jitter = Jitter(0.1)
    jitter.adapt(x)
    np.testing.assert_allclose((jitter(x).numpy() - x).std(axis=(0, 1)), [0.1, 100.0], rtol=0.05)


def test_offset_and_scale_are_one_number_a_channel_and_sequence():
    x = np.random.default_rng(0).normal(size=(50, 16, 3)).astype("float32")
    layer = ChannelOffsetAndScale(offset=0.5, scale=0.2)
    layer.adapt(x)
    changed = layer(x).numpy()
    slopes = changed.std(axis=1) / x.std(axis=1)
    np.testing.assert_allclose(np.log(slopes).std(), 0.2, rtol=0.25)
    centered, before = (a - a.mean(axis=1, keepdims=True) for a in (changed, x))
    np.testing.assert_allclose(centered, before * slopes[:, None], atol=1e-4)


def test_feature_noise_and_swap_noise():
    x = np.random.default_rng(0).normal(size=(500, 4)).astype("float32")
    noise = FeatureNoise(0.2)
    noise.adapt(x)
    np.testing.assert_allclose((noise(x).numpy() - x).std(axis=0), 0.2 * x.std(axis=0), rtol=0.15)
    swapped = SwapNoise(0.3)(x).numpy()
    assert np.mean(swapped != x) == pytest.approx(0.3, abs=0.03)
    for column, before in zip(swapped.T, x.T, strict=True):
        assert set(column) <= set(before)


def test_an_affine_map_makes_no_border_of_another_brightness():
    gray = np.full((16, 20, 20, 1), 0.4, "float32")
    np.testing.assert_allclose(RandomAffine(45.0, 0.3, 0.3)(gray).numpy(), gray, atol=1e-6)


def test_an_affine_map_by_nothing_is_the_image_and_a_shift_moves_the_middle():
    images = np.zeros((200, 21, 21, 1), "float32")
    images[:, 10, 10] = 1.0
    np.testing.assert_allclose(RandomAffine(0.0, 0.0, 0.0)(images).numpy(), images, atol=1e-6)
    np.testing.assert_allclose(RandomAffine(45.0, 0.0, 0.0)(images).numpy()[:, 10, 10, 0], 1.0, atol=1e-3)
    moved = RandomAffine(0.0, 0.2, 0.0)(images).numpy()[..., 0]
    rows = (moved.sum(axis=2) * np.arange(21)).sum(axis=1)
    assert 5.7 <= rows.min() < 7.0 and 13.0 < rows.max() <= 14.3


def test_a_crop_is_a_part_of_the_image_made_as_large_as_the_whole():
    columns, rows = np.meshgrid(np.arange(21.0), np.arange(21.0))
    images = np.stack([columns, rows], axis=-1)[None].repeat(300, axis=0).astype("float32")
    crops = RandomResizedCrop(0.25, 1.5)(images).numpy()
    wide = (crops[:, 0, -1, 0] - crops[:, 0, 0, 0]) / 20  # a ramp stays one, with the slope of the part
    high = (crops[:, -1, 0, 1] - crops[:, 0, 0, 1]) / 20
    np.testing.assert_allclose(
        np.diff(crops[..., 0], axis=2), wide[:, None, None].repeat(21, 1).repeat(20, 2), atol=1e-3
    )
    assert crops.min() >= 0.0 and crops.max() <= 20.0
    ratio, area = wide / high, wide * high
    assert 0.24 < area.min() < 0.3 and 0.9 < area.max() <= 1.0
    assert 1 / 1.51 < ratio.min() < 0.75 and 1.35 < ratio.max() < 1.51


def test_a_crop_of_all_is_the_image():
    images = np.random.default_rng(0).random((4, 9, 7, 3)).astype("float32")
    np.testing.assert_allclose(RandomResizedCrop(1.0, 1.0)(images).numpy(), images, atol=1e-5)


@pytest.mark.parametrize("channels", [1, 3])
def test_color_jitter_changes_brightness_contrast_and_saturation_alone(channels):
    images = np.random.default_rng(0).random((200, 6, 6, channels)).astype("float32")
    luma = np.array([0.299, 0.587, 0.114]) if channels == 3 else np.ones(1)
    brighter = ColorJitter(0.4, 0.0, 0.0)(images).numpy()
    shares = brighter[:, :1, :1, :1] / images[:, :1, :1, :1]
    np.testing.assert_allclose(brighter, shares * images, rtol=1e-4, atol=1e-6)
    assert 0.6 <= shares.min() < 0.65 and 1.35 < shares.max() <= 1.4
    sharper = ColorJitter(0.0, 0.4, 0.0)(images).numpy()
    np.testing.assert_allclose(
        (sharper @ luma).mean(axis=(1, 2)), (images @ luma).mean(axis=(1, 2)), rtol=1e-4, atol=1e-6
    )
    assert (sharper.std(axis=(1, 2, 3)) / images.std(axis=(1, 2, 3))).std() > 0.1
    gray = ColorJitter(0.0, 0.0, 0.4)(images).numpy()
    np.testing.assert_allclose(gray @ luma, images @ luma, rtol=1e-4, atol=1e-6)
    assert np.allclose(gray, images, atol=1e-6) == (channels == 1)


def test_the_same_seed_gives_the_same_views_and_another_seed_others():
    chain = build_augmentation("crop+jitter", (32, 2))
    chain.adapt(ramps())
    views = []
    for seed in (1, 1, 2):
        chain.reseed(seed)
        views.append(chain(ramps()).numpy())
    np.testing.assert_array_equal(views[0], views[1])
    assert not np.array_equal(views[0], views[2])


def test_keras_layers_and_saved_chains():
    chain = build_augmentation(keras.layers.RandomFlip("horizontal", seed=1), (8, 8, 1))
    x = np.arange(64, dtype="float32").reshape(1, 8, 8, 1).repeat(50, axis=0)
    flipped = chain(x).numpy()
    assert {bool(np.array_equal(a, b)) for a, b in zip(flipped, x, strict=True)} == {True, False}
    again = type(chain).from_config(chain.get_config())
    assert [type(layer) for layer in again.layers] == [keras.layers.RandomFlip]


@pytest.mark.parametrize(("spec", "shape"), [("crop", (3,)), ("affine", (32, 2)), ("swap", (8, 8, 1)), ("no", (32, 2))])
def test_a_name_for_other_data_is_an_error(spec, shape):
    with pytest.raises(InputError, match="does not go with samples of shape"):
        build_augmentation(spec, shape)


def test_auto_augments_sequences_only():
    assert build_augmentation("auto", (5,)) is None
    assert build_augmentation("auto", (8, 8, 1)) is None
    assert [type(layer) for layer in build_augmentation("auto", (32, 2)).layers] == [TemporalCrop]
    assert build_augmentation(None, (32, 2)) is None


def test_auto_moves_nothing_in_time_where_samples_share_a_clock():
    def kinds(spec, **given):
        return [type(layer) for layer in build_augmentation(spec, (32, 2), keeps_time=True, **given).layers]

    assert kinds("auto") == [RandomGap]
    assert kinds("auto", auto={2: "crop+zoom+channels"}) == [RandomGap, ChannelOffsetAndScale]
    assert kinds("crop") == [TemporalCrop]  # as the user asked


NAN = np.nan


def test_missing_values_move_with_the_values_around_them():
    x = np.random.default_rng(0).permutation(200 * 32 * 2).reshape(200, 32, 2).astype("float32")
    x[np.random.default_rng(1).random(x.shape) < 0.3] = NAN
    mark = np.where(np.isnan(x), -1.0, x)
    for layer in (TemporalCrop(), SwapNoise(0.5)):
        samples, marked = (x, mark) if isinstance(layer, TemporalCrop) else (x[:, :, 0], mark[:, :, 0])
        changed, expected = (build_augmentation(layer, samples.shape[1:]) for _ in range(2))
        views = []
        for chain, given in ((changed, samples), (expected, marked)):
            chain.reseed(3)
            views.append(chain(given.astype("float32")).numpy())
        np.testing.assert_array_equal(np.nan_to_num(views[0], nan=-1.0), views[1])


def test_a_zoom_takes_the_nearest_value_beside_a_hole():
    x = ramps()
    x[:, 10, 0] = NAN
    zoomed = TemporalZoom(0.5)(x).numpy()
    complete = TemporalZoom(0.5)(ramps()).numpy()
    at_hole = np.abs(complete[..., 0] - 10.0) < 0.49
    assert np.isnan(zoomed[..., 0][at_hole]).all()
    elsewhere = np.abs(complete[..., 0] - 10.0) > 0.51
    assert np.abs(zoomed[..., 0] - complete[..., 0])[elsewhere].max() < 0.5
    far = np.abs(complete[..., 0] - 10.0) > 1.01
    np.testing.assert_allclose(zoomed[..., 0][far], complete[..., 0][far], atol=1e-4)
    np.testing.assert_allclose(zoomed[..., 1], complete[..., 1], atol=1e-4)


@pytest.mark.parametrize("layer", [Jitter(0.1), ChannelOffsetAndScale(0.5, 0.2)])
def test_noise_offset_and_scale_are_those_of_observed_values(layer):
    x = np.random.default_rng(0).normal(3.0, [1.0, 50.0], size=(300, 16, 2)).astype("float32")
    x[np.random.default_rng(1).random(x.shape) < 0.4] = NAN
    x[0, :, 1] = NAN
    layer.adapt(x)
    np.testing.assert_allclose(layer.deviation, np.nanstd(x, axis=(0, 1)), rtol=1e-4)
    changed = layer(x).numpy()
    np.testing.assert_array_equal(np.isnan(changed), np.isnan(x))
    if isinstance(layer, ChannelOffsetAndScale):
        slopes = np.nanstd(changed[1:], axis=1) / np.nanstd(x[1:], axis=1)
        middles = [np.nanmean(a[1:], axis=1, keepdims=True) for a in (x, changed)]
        np.testing.assert_allclose(changed[1:], middles[1] + slopes[:, None] * (x[1:] - middles[0]), atol=1e-2)


def test_columns_of_categories_get_no_noise():
    x = np.random.default_rng(0).integers(0, 3, size=(100, 3)).astype("float32")
    chain = build_augmentation("noise+swap", (3,), categories=[1])
    chain.adapt(x)
    changed = chain(x).numpy()
    assert set(np.unique(changed[:, 1])) == {0.0, 1.0, 2.0}
    assert len(np.unique(changed[:, 0])) > 50
    again = type(chain).from_config(chain.get_config())
    assert again.layers[0].without == [1]


@pytest.mark.parametrize("layer", [RandomAffine(30.0, 0.2, 0.2), RandomResizedCrop(0.5)])
def test_a_moved_image_is_missing_where_its_pixels_are(layer):
    x = np.random.default_rng(0).random((40, 12, 12, 2)).astype("float32")
    holes = np.zeros(x.shape, bool)
    holes[:, 3:7, 2:9, 0] = True
    moved = build_augmentation(layer, x.shape[1:])
    views = []
    for given in (np.where(holes, NAN, x), x, holes):
        moved.reseed(5)
        views.append(moved(given.astype("float32")).numpy())
    view, complete, share = views
    np.testing.assert_array_equal(np.isnan(view), share > 0.5)
    inside = share == 0
    np.testing.assert_allclose(view[inside], complete[inside], atol=1e-5)
    assert np.nanmin(view) >= 0.0 and np.nanmax(view) <= 1.0
    np.testing.assert_allclose(view[..., 1], complete[..., 1], atol=1e-5)


@pytest.mark.parametrize("channels", [1, 3])
def test_colors_of_observed_pixels_change_by_their_own_gray(channels):
    x = np.full((20, 6, 6, channels), 0.4, "float32")
    x[:, :2, :, 0] = NAN
    changed = ColorJitter(0.0, 0.4, 0.4)(x).numpy()
    np.testing.assert_array_equal(np.isnan(changed), np.isnan(x))
    np.testing.assert_allclose(changed[~np.isnan(x)], 0.4, atol=1e-4)  # gray images stay as they are


@pytest.mark.parametrize("spec", ["crop", "zoom", "channels", "jitter", "crop+zoom+channels+jitter"])
def test_the_end_of_a_sequence_of_any_length_stays(spec):
    x = ramps(n=300, steps=40)
    lengths = np.random.default_rng(0).integers(4, 41, size=300)
    x[np.arange(40) >= lengths[:, None]] = NAN
    chain = build_augmentation(spec, (None, 2))
    chain.adapt(x)
    view = chain(x).numpy()
    np.testing.assert_array_equal(np.isnan(view), np.isnan(x))
    if spec in ("crop", "zoom"):
        assert np.nanmin(view) >= 0.0
        assert np.all(np.nanmax(view, axis=(1, 2)) <= lengths - 1.0)
    longer = np.pad(x, ((0, 0), (0, 9), (0, 0)), constant_values=NAN)
    if spec != "jitter" and "+" not in spec:
        chain.reseed(1)
        view = chain(x).numpy()
        chain.reseed(1)
        np.testing.assert_allclose(chain(longer).numpy()[:, :40], view, atol=1e-5)
