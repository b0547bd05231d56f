"""Weights of a fitted autoencoder, as the start of a clustering model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kerasclust.data.inputs import TableKind
from kerasclust.errors import InputError
from kerasclust.models.settings import Setting
from kerasclust.types import Array

ARCHITECTURE = ("latent_dim", "frontend", "missing", "network", "units", "normalized")


@dataclass(frozen=True)
class Pretrained:
    """Copies of a fitted autoencoder's weights.

    Args:
        sample_shape: shape of a sample.
        typical_steps: typical length of series of unequal length, or None.
        period: period of the clock that the samples share, or None.
        weekend: days of a week of seven periods that differ from the others.
        origin: origin of each channel (channels,).
        masks: missing values are masked.
        table_kind: what is known of the tables that the autoencoder was fitted to.
        latent_dim: number of latent dimensions d.
        frontend: weights of the front end.
        encoder: weights of the encoder.
        decoder: weights of the decoder.
    """

    sample_shape: tuple[int | None, ...]
    typical_steps: int | None
    period: int | None
    weekend: tuple[int, ...]
    origin: Array
    masks: bool
    table_kind: TableKind
    latent_dim: int
    frontend: list[Array]
    encoder: list[Array]
    decoder: list[Array]

    @classmethod
    def of(cls, autoencoder: Any) -> Self:
        """Return the weights of a fitted `RepresentationModel`."""
        parts = (autoencoder.frontend, autoencoder.encoder, autoencoder.decoder)
        return cls(
            autoencoder.sample_shape,
            autoencoder.typical_steps,
            autoencoder.period,
            autoencoder.weekend,
            autoencoder.known_origin(),
            autoencoder.entry.masks_missing,
            autoencoder.table_kind(),
            autoencoder.latent_dim,
            *(part.get_weights() for part in parts),
        )

    @property
    def weights(self) -> list[Array]:
        """Weights of encoder and decoder."""
        return [*self.encoder, *self.decoder]


def with_architecture(autoencoder: Any, given: dict[str, Any], taken: Mapping[str, Setting]) -> dict[str, Any]:
    """Return settings {name: value} with the architecture of the given autoencoder.

    Args:
        autoencoder: a fitted model of `kerasclust.models.autoencoders`, or None.
        given: settings {name: value} from the user.
        taken: all settings of the model, {name: `Setting`}.

    Raises:
        InputError: the autoencoder is not a fitted autoencoder, or the settings contradict its architecture.
    """
    if autoencoder is None:
        return given
    if not hasattr(autoencoder, "new_autoencoder"):
        raise InputError(f"autoencoder={autoencoder!r}: expected a fitted model of kerasclust.models.autoencoders.")
    if not autoencoder.built:
        raise InputError("The autoencoder is not fitted yet; call its fit first.")
    if autoencoder.decoder is None:
        raise InputError(
            f"A {type(autoencoder).__name__} has no decoder: give a model of kerasclust.models.autoencoders."
        )
    has = autoencoder.settings
    known = {name: has.get(name, getattr(autoencoder, name, False)) for name in ARCHITECTURE if name in taken}
    for name, value in known.items():
        if name in given and taken[name].check(name, given[name]) != value:
            raise InputError(
                f"The autoencoder has {name}={value!r}, but {name}={given[name]!r} is asked for: leave it out, or "
                "train an autoencoder with it."
            )
    return {**given, **known}
