"""Settings of methods that learn from pairs of views of a sample."""

from dataclasses import replace
from types import MappingProxyType

from kerasclust.models.checks import some_augmentation
from kerasclust.models.settings import AUGMENTATION, LATENT_DIM

BATCH = 256  # reference batch size: epochs="auto" gives as many samples as 6,000 updates of it
# The ten latent dimensions of an autoencoder are too few for heads of fifty classes and for fifty dimensions of style.
PAIRED_VIEWS = (replace(LATENT_DIM, default=64), replace(AUGMENTATION, check=some_augmentation))
# Meaning of augmentation="auto", by the number of axes of a sample. These changes preserve the groups of most data.
# Sequences have the changes of the DANCE paper (section IV, DCCS) and crops. Images have rotation, shift and light,
# which suit digits better than the crops of DCCS and IIC.
VIEWS = MappingProxyType({1: "noise+swap", 2: "crop+zoom+channels", 3: "affine+color"})
