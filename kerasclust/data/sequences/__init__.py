"""Sequences from rows of series: an even clock, windows, holes, and what is left out."""

from kerasclust.data.sequences.cutting import cut
from kerasclust.data.sequences.options import ClockOptions
from kerasclust.data.sequences.types import Rows, Sequences

__all__ = ["ClockOptions", "Rows", "Sequences", "cut"]
