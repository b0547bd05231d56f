"""What all figures have in common: colors, numbers of clusters, and how they are made without pyplot's state."""

import base64
import io
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from kerasclust.system.optional import require

# Six colors of Okabe and Ito's palette, then, one after the other, the color of the RGB cube (lightness 28 to 80)
# that is farthest from all before it in CIELAB for normal, protanopic, deuteranopic and tritanopic sight (Machado et
# al. 2009); the lightest comes earlier, as the tenth. The first ten are told apart with each of these sights. Twenty
# are not with certainty by anyone: figures write the number of a cluster at its center as well, and the second ten have
# another marker.
PALETTE = (
    *("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#6000fc", "#841818", "#543c54", "#a8cc78"),
    *("#003cb4", "#0084fc", "#e43054", "#e4b4b4", "#780c78", "#b41800", "#00d8e4", "#3060fc", "#246c3c", "#30e448"),
)
MARKERS = ("o", "^", "s", "D")  # of ten clusters each
DISTINCT = 10  # colors that are told apart whatever the sight
CSS_PIXELS = 96  # an inch
INK, FAINT, GRAY = "#1f2933", "#d5dbe1", "#8a95a1"


def cluster_color(cluster: int) -> str:
    """Color of a cluster, the same in all figures; after 20 they repeat."""
    return PALETTE[cluster % len(PALETTE)]


def cluster_marker(cluster: int) -> str:
    """Marker of the points of a cluster: clusters whose colors are not told apart with certainty have others."""
    return MARKERS[cluster // DISTINCT % len(MARKERS)]


def class_colors(y, labels=None) -> dict[int, str]:
    """Color of each known class: that of the cluster it matches best, so that equal colors mean agreement.

    Args:
        y: classes (n,); negative ones are not known and left out.
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


def new_figure(width, height, layout="constrained"):
    """An empty figure of a size in inches, outside pyplot: nothing to close, no display needed.

    Raises:
        InputError: matplotlib is not installed.
    """
    return require("matplotlib.figure").Figure(figsize=(width, height), layout=layout, facecolor="white")


def tidy(axes, title=None):
    """Take the box off a plot and give it a title (in matplotlib's markup)."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GRAY)
    axes.tick_params(colors=INK, labelsize=8)
    if title:
        axes.set_title(title, fontsize=10, color=INK, loc="left")


def plain(text) -> str:
    """Text without tabs that matplotlib does not take for mathematics.

    Example:
        >>> plain("price in $, tax in $")
        'price in \\\\$, tax in \\\\$'
    """
    return "\n".join(" ".join(line.split()) for line in str(text).split("\n")).replace("$", r"\$")


def legend_text(text, longest=28) -> str:
    """Text for a legend or a title: short, and not left out, as matplotlib does with what begins with an underscore.

    Example:
        >>> legend_text("_idle"), legend_text("a name as long as a sentence", 12)
        (' _idle', 'a name as l…')
    """
    text = str(text)
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    return plain(text) if not text.startswith("_") else f" {plain(text)}"


def short_label(name, unit) -> str:
    """Axis label: name and unit, the unit only where it is short ("0 macro, 1 micro, 2 WiFi" is not).

    Example:
        >>> short_label("rsrp", "dBm"), short_label("layer", "0 macro, 1 micro")
        ('rsrp [dBm]', 'layer')
    """
    name = legend_text(name, 40)
    return f"{name} [{plain(unit)}]" if unit and len(unit) <= 10 else name


def to_png(figure, dpi=130) -> bytes:
    """The figure as a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()


@dataclass(frozen=True)
class Picture:
    """A figure as an HTML image.

    Args:
        source: of the image; it needs no other file.
        width: in CSS pixels, of which an inch has 96.
        height: the same.
    """

    source: str
    width: int
    height: int


def to_picture(figure, dpi=130) -> Picture:
    """The figure as an HTML image of its own size."""
    source = "data:image/png;base64," + base64.b64encode(to_png(figure, dpi)).decode()
    return Picture(source, *(round(CSS_PIXELS * inches) for inches in figure.get_size_inches()))


def to_pixels(figure, dpi=72) -> np.ndarray:
    """The figure as an image, uint8 (height, width, 4)."""
    canvas = require("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    canvas.draw()
    return np.array(canvas.buffer_rgba())
