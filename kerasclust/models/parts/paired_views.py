"""What methods share that learn from pairs of views of a sample."""

from types import MappingProxyType

from kerasclust.errors import InputError
from kerasclust.models.parts.kept_settings import KeptSettings

BATCH = 256  # of most methods; these differ from it, but see as many samples
LATENT_DIM = 64  # ten, as an autoencoder has them, are few for heads of fifty classes and for fifty dimensions of style
# What "auto" stands for: changes that leave the groups of most data of a kind alone. By the number of axes of a sample.
# For sequences those of the DANCE paper (section IV, DCCS) and parts, for images a turn, a shift and the light,
# for the digits that were tried better than the part of an image that DCCS and IIC take.
VIEWS = MappingProxyType({1: "noise+swap", 2: "crop+zoom+channels", 3: "affine+color"})


class PairedViews(KeptSettings):
    """A mixin before the class of a model that cannot do without augmentation.

    Args:
        n_clusters: number of clusters k.
        latent_dim: dimensions of the latent points that the answers are made of; None for 64, or the autoencoder's.
        augmentation: as in `RepresentationModel`, but for None; "auto" is `VIEWS`.
        **shared: settings of the model's class.
    """

    auto_augmentation = VIEWS

    def __init__(self, n_clusters, *, latent_dim=None, augmentation="auto", **shared):
        if augmentation in (None, "none"):
            raise InputError(
                f"augmentation={augmentation!r}: {type(self).__name__} learns from pairs of views of a sample, so it "
                "needs one; 'auto' suits the shape of the samples."
            )
        if latent_dim is not None or shared.get("autoencoder") is None:
            shared["latent_dim"] = LATENT_DIM if latent_dim is None else latent_dim
        super().__init__(n_clusters, augmentation=augmentation, **shared)

    def epochs_of(self, phase, samples):
        """Passes over the samples: as set, or as many as 6,000 updates of 256 samples, whatever the batch size."""
        epochs, n = self.epochs_set(phase), len(samples)
        seen = samples.steps_per_epoch * min(self.batch_size, n)
        return max(1, -(-self.auto_updates[phase] * min(BATCH, n) // seen)) if epochs == "auto" else epochs
