"""Encoders, decoders and critics, built from the shape of the data."""

from kerasclust.networks.build import build_autoencoder, build_classifier, build_critic, build_encoder, network_kind

__all__ = ["build_autoencoder", "build_classifier", "build_critic", "build_encoder", "network_kind"]
