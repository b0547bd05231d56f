"""Layers that assign points to clusters."""

from kerasclust.layers.diagonal_mixture import DiagonalMixture
from kerasclust.layers.gaussian_mixture import GaussianMixtureAssignment
from kerasclust.layers.nearest_member import NearestMemberAssignment
from kerasclust.layers.net import NetAssignment
from kerasclust.layers.softmax import SoftmaxAssignment
from kerasclust.layers.space_split import SpaceSplitAssignment
from kerasclust.layers.student_t import StudentTAssignment
from kerasclust.layers.subspace import SubspaceAssignment

__all__ = [
    "DiagonalMixture",
    "GaussianMixtureAssignment",
    "NearestMemberAssignment",
    "NetAssignment",
    "SoftmaxAssignment",
    "SpaceSplitAssignment",
    "StudentTAssignment",
    "SubspaceAssignment",
]
