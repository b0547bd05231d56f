"""Clustering models, one module a method."""

from kerasclust.models.acai import ACAI
from kerasclust.models.acedec import ACeDeC, ACeDeCIDEC
from kerasclust.models.ae_hdbscan import AEHDBSCAN
from kerasclust.models.autoencoder_baselines import AEGaussianMixture, AEKMeans, AESubKMeans
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.cdc import CDC
from kerasclust.models.clustergan import ClusterGAN
from kerasclust.models.dance import DANCE
from kerasclust.models.dccs import DCCS
from kerasclust.models.dcn import DCN
from kerasclust.models.dec import DEC
from kerasclust.models.depict import DEPICT
from kerasclust.models.idec import IDEC
from kerasclust.models.iic import IIC
from kerasclust.models.imsat import IMSAT
from kerasclust.models.layer_features import layer_features
from kerasclust.models.raw_baselines import GaussianMixture, KMeans, SubKMeans
from kerasclust.models.rim import AERIM, RIM
from kerasclust.models.vade import VaDE

__all__ = [
    "ACAI",
    "AEHDBSCAN",
    "AERIM",
    "CDC",
    "DANCE",
    "DCCS",
    "DCN",
    "DEC",
    "DEPICT",
    "IDEC",
    "IIC",
    "IMSAT",
    "RIM",
    "ACeDeC",
    "ACeDeCIDEC",
    "AEGaussianMixture",
    "AEKMeans",
    "AESubKMeans",
    "ClusterGAN",
    "DeepClusteringModel",
    "GaussianMixture",
    "KMeans",
    "SubKMeans",
    "VaDE",
    "layer_features",
]
