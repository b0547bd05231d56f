"""Style of all figures: colors, markers, texts, and figures without pyplot's state."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from kerasclust.system.optional import require
from kerasclust.types import Array, Labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The first six colors are from Okabe and Ito's palette. Each further color is that of the RGB cube (lightness 28 to 80)
# with the largest distance to all earlier colors in CIELAB, for normal, protanopic, deuteranopic and tritanopic sight
# (Machado et al. 2009). The lightest color was moved to the tenth place. The first ten colors can be told apart with
# each of these sights. Nobody tells all twenty apart reliably, so figures also write the number of a cluster at its
# center, and the second ten clusters have another marker.
PALETTE = (
    *("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#6000fc", "#841818", "#543c54", "#a8cc78"),
    *("#003cb4", "#0084fc", "#e43054", "#e4b4b4", "#780c78", "#b41800", "#00d8e4", "#3060fc", "#246c3c", "#30e448"),
)
MARKERS = ("o", "^", "s", "D")  # each for ten clusters
DISTINCT = 10  # number of colors that can be told apart with any sight
CSS_PIXELS = 96  # CSS pixels of an inch
INK, FAINT, GRAY = "#1f2933", "#d5dbe1", "#8a95a1"


def cluster_color(cluster: int) -> str:
    """Return the color of a cluster, the same in all figures; after 20 clusters the colors repeat."""
    return PALETTE[cluster % len(PALETTE)]


def cluster_marker(cluster: int) -> str:
    """Return the marker of a cluster; clusters with similar colors have different markers."""
    return MARKERS[cluster // DISTINCT % len(MARKERS)]


def class_colors(y: Labels, labels: Labels | None = None) -> dict[int, str]:
    """Return the color of each known class: that of its best matching cluster, so that equal colors mean agreement.

    Args:
        y: classes (n,); negative values are unknown classes and left out.
        labels: clusters (n,), or None.

    Returns:
        {class: color}.

    Example:
        >>> colors = class_colors(np.array([0, 0, 1]), np.array([1, 1, 0]))
        >>> colors[0] == cluster_color(1), colors[1] == cluster_color(0)
        (True, True)
    """
    classes = [int(value) for value in np.unique(y) if value >= 0]
    if labels is None or not classes:
        return {value: cluster_color(i) for i, value in enumerate(classes)}
    clusters = np.unique(labels)
    counts = np.array([[np.sum((y == a) & (labels == b)) for b in clusters] for a in classes]).reshape(len(classes), -1)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    matched = {classes[r]: int(clusters[c]) for r, c in zip(rows, columns, strict=True)}
    free = (i for i in range(len(classes) + len(clusters)) if i not in matched.values())
    return {value: cluster_color(matched[value] if value in matched else next(free)) for value in classes}


def new_figure(width: float, height: float, layout: str = "constrained") -> Figure:
    """Return an empty figure of a size in inches, outside of pyplot: nothing to close, no display needed.

    Raises:
        InputError: matplotlib is not installed.
    """
    return require("matplotlib.figure").Figure(figsize=(width, height), layout=layout, facecolor="white")


def tidy(axes: Axes, title: str | None = None) -> None:
    """Remove the box of a plot and set its title (in matplotlib's markup)."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GRAY)
    axes.tick_params(colors=INK, labelsize=8)
    if title:
        axes.set_title(title, fontsize=10, color=INK, loc="left")


def plain(text: object) -> str:
    r"""Return text without tabs, escaped so that matplotlib does not read mathematics.

    Example:
        >>> plain("price in $, tax in $")
        'price in \\$, tax in \\$'
    """
    return "\n".join(" ".join(line.split()) for line in str(text).split("\n")).replace("$", r"\$")


def legend_text(text: object, longest: int = 28) -> str:
    """Return a short text for a legend or a title.

    A leading underscore gets a space before it, because matplotlib leaves out labels that start with an underscore.

    Example:
        >>> legend_text("_idle"), legend_text("a name as long as a sentence", 12)
        (' _idle', 'a name as l…')
    """
    text = str(text)
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    return plain(text) if not text.startswith("_") else f" {plain(text)}"


def short_label(name: object, unit: str) -> str:
    """Return an axis label with the unit in brackets, without a long unit such as "0 macro, 1 micro, 2 WiFi".

    Example:
        >>> short_label("rsrp", "dBm"), short_label("layer", "0 macro, 1 micro")
        ('rsrp [dBm]', 'layer')
    """
    name = legend_text(name, 40)
    return f"{name} [{plain(unit)}]" if unit and len(unit) <= 10 else name


def to_png(figure: Figure, dpi: float = 130) -> bytes:
    """Return a figure as the content of a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()


@dataclass(frozen=True)
class Picture:
    """Figure as an HTML image.

    Args:
        source: source of the image, which contains all of it.
        width: width in CSS pixels, 96 an inch.
        height: height in CSS pixels.
    """

    source: str
    width: int
    height: int


def to_picture(figure: Figure, dpi: float = 130) -> Picture:
    """Return a figure as an HTML image of its own size."""
    source = "data:image/png;base64," + base64.b64encode(to_png(figure, dpi)).decode()
    return Picture(source, *(round(CSS_PIXELS * inches) for inches in figure.get_size_inches()))


def to_pixels(figure: Figure, dpi: float = 72) -> Array:
    """Return a figure as an image, uint8 (height, width, 4)."""
    canvas = require("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    canvas.draw()
    return np.array(canvas.buffer_rgba())
