"""Front ends: Keras layers between raw data and networks, with `adapt()`."""

from kerasclust.frontends.base import FrontEnd
from kerasclust.frontends.categorical_columns import CategoricalColumns
from kerasclust.frontends.combined import Combined, build_frontend
from kerasclust.frontends.missing_features import MissingFeatures
from kerasclust.frontends.profile import MeanProfile
from kerasclust.frontends.random_convolutions import RandomConvolutions
from kerasclust.frontends.scaling import RobustScaling
from kerasclust.frontends.spectrum import LogSpectrum
from kerasclust.frontends.standardization import Standardization
from kerasclust.frontends.statistics import SequenceStatistics
from kerasclust.frontends.unit_range import UnitRange

__all__ = [
    "CategoricalColumns",
    "Combined",
    "FrontEnd",
    "LogSpectrum",
    "MeanProfile",
    "MissingFeatures",
    "RandomConvolutions",
    "RobustScaling",
    "SequenceStatistics",
    "Standardization",
    "UnitRange",
    "build_frontend",
]
