"""Autoencoders that are trained once and shared by clustering methods."""

from kerasclust.models.autoencoders.correlation import CorrelationPreservingAutoencoder
from kerasclust.models.autoencoders.denoising import DenoisingAutoencoder
from kerasclust.models.autoencoders.interpolation import ACAIAutoencoder
from kerasclust.models.autoencoders.layerwise import LayerwiseAutoencoder
from kerasclust.models.autoencoders.plain import Autoencoder
from kerasclust.models.autoencoders.stacked import StackedAutoencoder

__all__ = [
    "ACAIAutoencoder",
    "Autoencoder",
    "CorrelationPreservingAutoencoder",
    "DenoisingAutoencoder",
    "LayerwiseAutoencoder",
    "StackedAutoencoder",
]
