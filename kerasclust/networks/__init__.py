"""Encoders, decoders and critics, built from the shape of the data."""

from kerasclust.networks.build import build_autoencoder, build_classifier, build_critic, build_encoder, network_kind
from kerasclust.networks.missing import FillMissing, fills_missing

__all__ = [
    "FillMissing",
    "build_autoencoder",
    "build_classifier",
    "build_critic",
    "build_encoder",
    "fills_missing",
    "network_kind",
]
