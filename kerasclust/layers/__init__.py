"""Layers of deep clustering models."""

from kerasclust.layers.student_t import StudentTAssignment

__all__ = ["StudentTAssignment"]
