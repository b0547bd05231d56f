"""What is missing, as further features."""

import numpy as np
import pytest

from kerasclust.frontends import build_frontend

NAN = np.nan


def adapted(spec, x, shape, **options):
    frontend = build_frontend(spec, shape, missing_feature=True, **options)
    frontend.adapt(x)
    return frontend


def samples(shape, share=0.2, n=80):
    random = np.random.default_rng(0)
    x = random.normal(size=(n, *shape)).astype("float32")
    x[random.random(x.shape) < share] = NAN
    return x


@pytest.mark.parametrize(
    ("spec", "shape"), [("raw", (5,)), ("shared_unit", (5,)), ("raw", (12, 3)), ("raw", (4, 4, 2))]
)
def test_a_front_end_that_keeps_the_axes_is_followed_by_the_mask(spec, shape):
    x = samples(shape)
    frontend = adapted(spec, x, shape)
    features, mask = np.split(frontend(x).numpy(), 2, axis=-1)
    np.testing.assert_array_equal(mask, np.isnan(x))
    np.testing.assert_array_equal(np.isnan(features), np.isnan(x))
    names = frontend.feature_names(list("abcde")[: shape[-1]])
    assert names[shape[-1] :] == [f"missing {name}" for name in names[: shape[-1]]]
    assert frontend.compute_output_shape((None, *shape)) == (None, *shape[:-1], 2 * shape[-1])


def test_a_front_end_that_summarizes_is_followed_by_the_share_of_each_channel():
    x = samples((20, 3), 0.3)
    x[0, 4, 1] = 2.0**31  # means missing as well
    with pytest.warns(UserWarning, match="taken as missing"):
        frontend = adapted("statistics", x, (20, 3))
    found = frontend(x).numpy()[:, 9:]
    share = (np.isnan(x) | (x == 2.0**31)).mean(axis=1)
    np.testing.assert_allclose(found, (share - share.mean(axis=0)) / share.std(axis=0), atol=1e-4)
    assert frontend.feature_names(["a", "b", "c"])[9:] == ["missing a", "missing b", "missing c"]


def test_what_was_never_missing_in_training_says_nothing():
    x = samples((20, 2), 0.0)
    frontend = adapted("statistics", x, (20, 2))
    np.testing.assert_array_equal(frontend(samples((20, 2), 0.5)).numpy()[:, 6:], 0.0)


def test_padding_is_not_missing():
    x = samples((30, 2), 0.2)
    lengths = np.random.default_rng(1).integers(10, 30, size=len(x))
    for sample, length in zip(x, lengths, strict=True):
        sample[length:] = NAN
        sample[length - 1] = 0.0
    frontend = adapted("statistics", x, (None, 2), steps=20)
    share = np.array([np.isnan(sample[:length]).mean(axis=0) for sample, length in zip(x, lengths, strict=True)])
    np.testing.assert_allclose(frontend(x)[:, 6:], (share - share.mean(axis=0)) / share.std(axis=0), atol=1e-4)
