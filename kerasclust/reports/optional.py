"""Packages that only reports and figures need: `kerasclust.optional` under the name that the figures know."""

from kerasclust.optional import require

__all__ = ["require"]
