"""What methods share that learn from pairs of views of a sample."""

from types import MappingProxyType

from kerasclust.errors import InputError

# What "auto" stands for: changes that leave the groups of most data of a kind alone. By the number of axes of a sample.
# For sequences those of the DANCE paper (section IV, DCCS) and parts, for images those of DCCS and IIC, and a turn.
VIEWS = MappingProxyType({1: "noise+swap", 2: "crop+zoom+channels", 3: "crop+affine+color"})


class PairedViews:
    """A mixin before the class of a model that cannot do without augmentation."""

    auto_augmentation = VIEWS

    def __init__(self, n_clusters, *, augmentation="auto", **shared):
        if augmentation in (None, "none"):
            raise InputError(
                f"augmentation={augmentation!r}: {type(self).__name__} learns from pairs of views of a sample, so it "
                "needs one; 'auto' suits the shape of the samples."
            )
        super().__init__(n_clusters, augmentation=augmentation, **shared)
