"""A fitted autoencoder as the start of a clustering model."""

from dataclasses import dataclass

from kerasclust.errors import InputError
from kerasclust.models.representation import RepresentationModel

ARCHITECTURE = ("latent_dim", "frontend", "network", "units")


@dataclass(frozen=True)
class Pretrained:
    """Copies of a fitted autoencoder's weights.

    Args:
        sample_shape: shape of a sample that it was fitted to.
        frontend: weights of its front end.
        encoder: weights of its encoder.
        decoder: weights of its decoder.
    """

    sample_shape: tuple
    frontend: list
    encoder: list
    decoder: list

    @classmethod
    def of(cls, autoencoder):
        """The weights of a fitted `RepresentationModel`."""
        parts = (autoencoder.frontend, autoencoder.encoder, autoencoder.decoder)
        return cls(autoencoder.sample_shape, *(part.get_weights() for part in parts))


def with_architecture(autoencoder, settings):
    """Settings of a model with the architecture of the autoencoder that it starts from.

    Args:
        autoencoder: a fitted `RepresentationModel`, or None.
        settings: {name: value} as the user gave them.

    Returns:
        Settings with the autoencoder's `ARCHITECTURE`.

    Raises:
        InputError: it is no autoencoder, not fitted, or the settings contradict it.
    """
    if autoencoder is None:
        return settings
    if not isinstance(autoencoder, RepresentationModel):
        raise InputError(f"autoencoder={autoencoder!r}: expected a fitted model of kerasclust.models.autoencoders.")
    if not autoencoder.built:
        raise InputError("The autoencoder is not fitted yet; call its fit first.")
    if autoencoder.decoder is None:
        raise InputError(
            f"A {type(autoencoder).__name__} has no decoder: give a model of kerasclust.models.autoencoders."
        )
    known = {name: autoencoder.settings.get(name, getattr(autoencoder, name)) for name in ARCHITECTURE}
    for name, value in known.items():
        if name in settings and settings[name] != value:
            raise InputError(
                f"The autoencoder has {name}={value!r}, but {name}={settings[name]!r} is asked for: leave it out, or "
                "train an autoencoder with it."
            )
    return {**settings, **known}
