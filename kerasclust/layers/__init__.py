"""Layers of deep clustering models."""

from kerasclust.layers.space_split import SpaceSplitAssignment
from kerasclust.layers.student_t import StudentTAssignment

__all__ = ["SpaceSplitAssignment", "StudentTAssignment"]
