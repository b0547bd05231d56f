"""Sequences of unequal length: padded at the end by missing steps, which change nothing."""

import keras
import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.frontends import (
    Combined,
    LogSpectrum,
    RandomConvolutions,
    RobustScaling,
    SequenceStatistics,
    build_frontend,
)

NAMES = ["statistics", "variability", "multiscale", "spectrum", "convolutions", "multiscale+spectrum+convolutions"]
PARTS = {
    "statistics": SequenceStatistics(scales=(1, 4), quantiles=(0.25, 0.5), activity=True),
    "spectrum": LogSpectrum(4, steps=24),
    "convolutions": RandomConvolutions(40, steps=24),
}


def sequences(n=60, low=12, high=40, channels=2, holes=0.0):
    """Lists of sequences of unequal length, some values missing."""
    random = np.random.default_rng(0)
    lengths = random.integers(low, high + 1, size=n)
    found = [random.normal(size=(length, channels)).cumsum(axis=0).astype("float32") for length in lengths]
    for sequence in found:
        sequence[:-1][random.random((len(sequence) - 1, channels)) < holes] = np.nan
    return found


def padded(found, steps=None):
    """Sequences of unequal length as one array."""
    steps = steps or max(map(len, found))
    return np.stack([np.pad(a, ((0, steps - len(a)), (0, 0)), constant_values=np.nan) for a in found])


def adapted(spec, x, **options):
    frontend = build_frontend(spec, (None, x.shape[-1]), steps=24, **options)
    frontend.adapt(x)
    return frontend


@pytest.mark.parametrize("holes", [0.0, 0.2])
@pytest.mark.parametrize("name", NAMES)
def test_any_amount_of_padding_changes_nothing(name, holes):
    found = sequences(holes=holes)
    frontend = adapted(name, padded(found))
    features = frontend(padded(found)).numpy()
    assert np.isfinite(features).all()
    np.testing.assert_allclose(frontend(padded(found, 90)), features, rtol=1e-4, atol=1e-4)
    alone = np.concatenate([frontend(sequence[None]).numpy() for sequence in found])
    np.testing.assert_allclose(alone, features, rtol=1e-4, atol=1e-4)
    more = adapted(name, padded(found, 90))
    if "convolutions" not in name:  # whose biases come from a sample of sequences
        np.testing.assert_allclose(more(padded(found)), features, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", PARTS)
def test_a_sequence_of_typical_length_has_the_features_of_equal_lengths(name):
    x = np.stack(sequences(low=24, high=24))
    unequal = PARTS[name]
    config = {key: value for key, value in unequal.get_config().items() if key != "name"}
    equal = type(unequal)(**config)
    for layer, shape in ((unequal, (None, None, 2)), (equal, (None, 24, 2))):
        layer.build_once(shape)
        layer.adapt(x)
    features = [layer(x).numpy() for layer in (unequal, equal)]
    np.testing.assert_allclose(*features, rtol=1e-4, atol=1e-4)


def test_statistics_are_those_of_the_sequence_alone():
    found = sequences()
    features = adapted(Combined([SequenceStatistics(scales=(1, 4))]), padded(found))
    statistics, scaling = features.parts[0], features.scaling
    of_all = statistics(scaling(padded(found))).numpy()
    for sequence, row in zip(found, of_all, strict=True):
        alone = SequenceStatistics(scales=(1, 4))(scaling(sequence[None])).numpy()[0]
        np.testing.assert_allclose(row, alone, rtol=1e-4, atol=1e-5)


def test_a_wave_has_its_power_in_the_same_band_at_every_length():
    lengths = [24, 40, 64, 200]
    waves = [np.sin(2 * np.pi * np.arange(length) / 5.0)[:, None] for length in lengths]
    bands = LogSpectrum(4, steps=64)
    bands.build((None, None, 1))
    found = bands(padded(waves).astype("float32")).numpy()
    assert found.argmax(axis=1).tolist() == [2] * 4
    noise = [np.random.default_rng(i).normal(size=(length, 1)) for i in range(100) for length in lengths]
    power = np.exp(bands(padded(noise).astype("float32")).numpy()).reshape(100, 4, 4).mean(axis=0)
    np.testing.assert_allclose(power[:, 1:], 1.0, atol=0.25)


def test_a_sequence_that_is_too_short_for_a_feature_has_its_mean():
    found = [*sequences(), np.ones((2, 2), "float32"), np.ones((1, 2), "float32")]
    frontend = adapted("multiscale+spectrum+convolutions", padded(found))
    features = frontend(padded(found)).numpy()
    assert np.isfinite(features).all()
    names = frontend.feature_names(["a", "b"])
    for row in features[-2:]:
        zero = {name for name, value in zip(names, row, strict=True) if value == 0}
        assert {"deviation at 4 steps of a", "band 0 of b", "convolution component 3"} <= zero
    assert features[-2, names.index("deviation of a")] != 0


def test_front_ends_that_keep_the_steps_refuse_unequal_lengths():
    for spec in ("raw", RobustScaling()):
        with pytest.raises(InputError, match="needs sequences of equal length: use 'variability'"):
            build_frontend(spec, (None, 3), steps=20)
    with pytest.raises(InputError, match="need steps, their typical number"):
        build_frontend("spectrum", (None, 3))


def test_a_saved_model_takes_any_length(tmp_path):
    found = sequences(holes=0.1)
    inputs = keras.Input((None, 2))
    frontend = adapted("statistics+spectrum+convolutions", padded(found), missing_feature=True)
    model = keras.Model(inputs, frontend(inputs))
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    for steps in (40, 57):
        np.testing.assert_array_equal(again(padded(found, steps)), frontend(padded(found, steps)))
