"""Figures show what they are given, with named axes, for every shape of data and latent space."""

import io
import sys
import time
from dataclasses import dataclass

import numpy as np
import pytest

from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.reports import cluster_profiles
from kerasclust.reports.figures import (
    plot_clusters,
    plot_curves,
    plot_history,
    plot_latent,
    plot_mean_images,
    plot_members,
    plot_places,
    plot_profiles,
    plot_scores,
)
from kerasclust.reports.figures.projection import Projection, principal_axes
from kerasclust.reports.figures.style import PALETTE, class_colors, cluster_color, cluster_marker

RANDOM = np.random.default_rng(0)
LABELS = np.arange(50) % 3


def drawn(figure):
    figure.savefig(io.BytesIO(), format="png", dpi=40)
    return figure


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes]


@pytest.mark.parametrize("dims", [1, 2, 4])
def test_latent_of_any_dimension(dims):
    z = RANDOM.normal(size=(50, dims))
    figure = drawn(plot_latent(z, z, LABELS, LABELS, centers=z[:3]))
    assert len([title for title in titles(figure) if title]) == 4
    labels = [axes.get_xlabel() + axes.get_ylabel() for axes in figure.axes]
    assert any("principal component 1 of 4" in label for label in labels) == (dims == 4)
    assert all(axes.get_xlabel() or axes.get_ylabel() for axes in figure.axes)


def test_latent_leaves_out_what_there_is_not():
    z = RANDOM.normal(size=(50, 2))
    assert [t for t in titles(drawn(plot_latent(z, z[:, :0], LABELS))) if t] == [
        "Density of $Z_c$",
        "Clusters and their centers",
    ]
    assert [t for t in titles(drawn(plot_latent(z))) if t] == ["$Z_c$", "Density of $Z_c$"]
    unknown = np.full(50, -1)
    assert "$Z_c$ by known class" not in titles(drawn(plot_latent(z, None, LABELS, unknown)))


def test_clusters_side_by_side_skip_centers_that_are_missing():
    z = RANDOM.normal(size=(50, 2))
    centers = np.array([[0.0, 0], [1, 1], [np.nan, np.nan]])
    figure = drawn(plot_clusters(z, LABELS, centers, initial_labels=LABELS[::-1]))
    assert [len(axes.texts) for axes in figure.axes] == [3, 2]


def test_places_are_in_kilometers_and_speeds_by_cluster():
    latitude = np.array([[52.0, 52.0], [53.0, 53.0], [51.0, 51.0], [52.0, 52.0], [np.nan, np.nan]])
    labels, speed = np.array([0, 2, 2, 0, 0]), np.array([[3.0, 5.0], [90, 90], [110, 110], [4, 4], [np.nan, 1.0]])
    figure = drawn(plot_places(latitude, np.full((5, 2), -8.0), labels, speed))
    places, speeds = figure.axes
    assert (places.get_xlabel(), places.get_ylabel()) == ("west to east [km]", "south to north [km]")
    assert [len(part.get_offsets()) for part in places.collections] == [3, 2]
    np.testing.assert_allclose(places.collections[1].get_offsets(), [[0, 111.2], [0, -111.2]], atol=1e-6)
    assert speeds.get_xlabel() == "speed [km/h]"
    assert [text.get_text() for text in speeds.get_yticklabels()] == ["cluster 0", "cluster 2"]
    assert len(drawn(plot_places(latitude[:, 0], latitude[:, 0], labels)).axes) == 1


def test_figures_say_the_names_of_clusters(sequences):
    names = {0: "_idle", 1: "a name much too long for a figure, cut where it would not fit"}
    short = [" _idle", "a name much too long for a …"]

    def legend_of(axes):
        return [text.get_text() for text in axes.get_legend().get_texts()]

    z, two = RANDOM.normal(size=(60, 2)), sequences.y
    assert legend_of(drawn(plot_latent(z, labels=two, names=names)).axes[-1]) == [f"{i}  {short[i]}" for i in (0, 1)]
    after = drawn(plot_clusters(z, two, initial_labels=two, names=names)).axes
    assert [axes.get_legend() is None for axes in after] == [True, False]
    rows = drawn(plot_profiles(cluster_profiles(sequences, two), names=names)).axes[0].get_yticklabels()
    assert [row.get_text() for row in rows] == [f"{short[0]}  (n = 30)", f"{short[1]}  (n = 30)", "all samples"]
    places, speeds = drawn(plot_places(z[:, 0], z[:, 1], two, z[:, 0], names)).axes
    assert legend_of(places) == [text.get_text() for text in speeds.get_yticklabels()] == short
    images = drawn(plot_mean_images(RANDOM.random(size=(60, 6, 6, 1)), two, names={0: "zeros"}))
    assert [axes.get_title() for axes in images.axes] == ["zeros", "cluster 1"]


@pytest.mark.parametrize("sight", [None, "deuteranomaly", "protanomaly", "tritanomaly"])
def test_ten_clusters_are_told_apart_by_color_whatever_the_sight_and_more_by_markers(sight):
    colors = pytest.importorskip("colorspacious")
    rgb = np.array([[int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)] for color in PALETTE[:10]])
    if sight:
        rgb = colors.cspace_convert(rgb, {"name": "sRGB1+CVD", "cvd_type": sight, "severity": 100}, "sRGB1")
    lab = colors.cspace_convert(np.clip(rgb, 0, 1), "sRGB1", "CAM02-UCS")
    distances = np.linalg.norm(lab[:, None] - lab[None], axis=2)[np.triu_indices(10, 1)]
    assert distances.min() > 10  # 1 is about what a sharp eye sees side by side
    assert len({(cluster_color(i), cluster_marker(i)) for i in range(40)}) == 40
    axes = drawn(plot_latent(RANDOM.normal(size=(50, 2)), labels=np.arange(50) % 12)).axes[-1]
    assert sum(len(part.get_offsets()) for part in axes.collections[:2]) == 50


def test_palette_has_twenty_colors_and_classes_take_that_of_their_cluster():
    assert len(set(PALETTE)) == 20
    y = np.array([2, 2, 2, 5, 5, -1])
    assert class_colors(y, np.array([1, 1, 0, 0, 0, 0])) == {2: cluster_color(1), 5: cluster_color(0)}
    more_classes = class_colors(np.arange(4), np.array([0, 0, 1, 1]))
    assert len(set(more_classes.values())) == 4


def test_profile_cells_hold_the_means(sequences):
    figure = drawn(plot_profiles(cluster_profiles(sequences, sequences.y)))
    axes = figure.axes[0]
    cells = {tuple(text.get_position()): text.get_text() for text in axes.texts}
    mean = sequences.x[sequences.y == 1, :, 0].mean()
    assert float(cells[0, 1]) == pytest.approx(mean, rel=0.05)
    assert axes.get_xticklabels()[0].get_text() == "load <script> [kbit/s]"


def test_profiles_of_many_channels_show_the_most_different(sequences):
    x = RANDOM.normal(size=(60, 300)).astype("float32")
    x[:, 250] += 9 * sequences.y
    figure = drawn(plot_profiles(cluster_profiles(DataSet("wide", x), sequences.y), max_channels=10))
    assert "channel 250" in [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert figure.axes[0].get_xlabel() == "the 10 of 300 channels that differ most"


def test_members_of_sequences_are_the_samples_over_time(sequences):
    figure = drawn(plot_members(sequences, [3, 8], [0, 2]))
    line = figure.axes[0].lines[1]
    np.testing.assert_allclose(line.get_ydata(), sequences.x[3, :, 0])
    np.testing.assert_allclose(line.get_xdata(), np.arange(16) * 5.0)
    assert figure.axes[2].get_xlabel() == "time [s]"
    assert figure.axes[0].get_ylabel() == "load <script>\n[kbit/s]"


def test_members_of_tables_and_images():
    table = DataSet("t", RANDOM.normal(size=(20, 5)).astype("float32"))
    assert len(drawn(plot_members(table, [0, 1])).axes) == 2
    for channels in (1, 3):
        images = DataSet("i", RANDOM.random(size=(20, 6, 6, channels)).astype("float32"))
        assert len(drawn(plot_members(images, [0, 1, 2])).axes) == 3
        assert len(drawn(plot_mean_images(images.x, LABELS[:20], 4)).axes) == 4


@pytest.mark.parametrize("shape", [(50, 6), (6, 50), (300, 200)])
def test_principal_axes_are_those_of_the_covariance_but_for_their_sign(shape):
    points = RANDOM.normal(size=shape) * np.where(np.arange(shape[1]) < 2, [9.0] * shape[1], 0.5)
    points[:, 1] *= 2
    centered = points - points.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(centered.T))
    axes, shares = principal_axes(centered)
    np.testing.assert_allclose(np.abs(axes), np.abs(vectors[:, [-1, -2]]), atol=1e-4)
    np.testing.assert_allclose(shares, values[[-1, -2]] / values.sum(), rtol=1e-4)
    assert (axes[np.abs(axes).argmax(axis=0), [0, 1]] > 0).all()
    np.testing.assert_array_equal(principal_axes(centered)[0], axes)


def test_few_samples_of_many_features_are_projected_at_once():
    started = time.perf_counter()
    points = RANDOM.normal(size=(14, 24 * 480)).astype("float32")
    view = Projection(points, "Z")
    assert view(points).shape == (14, 2)
    assert time.perf_counter() - started < 2.0
    assert "principal component 1 of 11,520" in view.labels[0]


def test_a_single_point_has_a_projection_too():
    assert np.isfinite(Projection(np.ones((1, 5)), "Z")(np.ones((1, 5)))).all()


@dataclass(frozen=True)
class Logged:
    """As much of `kerasclust.training.logged.Logged` as figures read."""

    name: str
    group: str
    label: str
    shown: bool = True
    chance: float | None = None


def test_history_groups_what_is_declared_and_gives_the_rest_a_place():
    history = {
        "gap_loss": [1.0, 0.5],
        "loss": [2.0, 0.6],
        "own_loss": [0.1, 0.2],
        "certainty": [0.5, 0.6],
        "rate_of_critic": [0.1, 0.01],
        "my_measure": [3.0, 4.0],
        "learning_rate": [0.1, 0.05],
        "never": [np.nan, np.nan],
    }
    logged = (
        Logged("loss", "loss", "sum"),
        Logged("gap_loss", "adversary", "gap"),
        Logged("certainty", "adversary", "certain samples", chance=0.5),
        Logged("rate_of_critic", "rate", "critic's rate"),
    )
    figure = drawn(plot_history(history, logged))
    shown = {
        axes.get_title(loc="left"): {text.get_text() for text in axes.get_legend().get_texts()} for axes in figure.axes
    }
    assert shown == {
        "Losses": {"sum", "own loss"},
        "Adversary": {"gap"},
        "Rates": {"critic's rate", "learning rate"},
        "Certain samples": {"certain samples", "chance"},
        "My measure": {"my measure"},
    }


def test_history_of_two_runs_has_chance_line_and_gaps():
    nan = np.nan
    history = {
        "phase": ["pretrain", "pretrain", "initialize", "refine"] * 2,
        "run": [0] * 4 + [1] * 4,
        "reconstruction_loss": [1.0, 0.5, nan, 0.4] * 2,
        "critic_accuracy": [0.7, 0.6, nan, 0.5] * 2,
        "rim_loss": [nan, nan, -2.0, nan] * 2,
        "label_change": [nan, nan, nan, 0.1],  # shorter, as Keras leaves what is not logged in each epoch
    }
    logged = [
        Logged("critic_accuracy", "progress", "right guesses", chance=0.5),
        Logged("rim_loss", "clustering", "search"),
    ]
    figure = drawn(plot_history(history, logged))
    critic = next(axes for axes in figure.axes if axes.get_title(loc="left") == "Right guesses")
    assert any(line.get_label() == "chance" and line.get_ydata()[0] == 0.5 for line in critic.lines)
    losses = next(axes for axes in figure.axes if axes.get_title(loc="left") == "Losses")
    assert [list(line.get_xdata()) for line in losses.lines if line.get_marker() == "."] == [[1, 2], [4], [5, 6], [8]]


def test_missing_matplotlib_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r'pip install "kerasclust\[plots\]"'):
        plot_latent(np.zeros((3, 2)))


NAN = float("nan")
MEASURED = {("DEC", "a"): (0.7, 0.5, 1.2), ("DEC", "b"): (0.8, NAN, NAN), ("DCN", "b"): (0.9, 0.85, 0.95)}


def test_scores_show_each_mean_its_interval_and_the_published_figure():
    figure = drawn(plot_scores(["DEC", "DCN"], ["a", "b"], MEASURED, {("DCN", "a"): 0.6}, "NMI", bounds=(0, 1)))
    assert titles(figure) == ["a", "b"]
    first, second = figure.axes
    assert [text.get_text() for text in first.get_yticklabels()] == ["DEC", "DCN"]
    shown = [dots.get_offsets().filled(np.nan).tolist() for dots in first.collections]
    assert [[0.7, 0.0]] in shown
    assert [[0.6, 1.0]] in shown
    assert any(np.array_equal(line.get_xdata(), [0.5, 1.2]) for line in first.lines)
    assert first.get_xlim()[1] < 1.05  # the interval goes further than a score can
    assert any(np.array_equal(line.get_xdata(), [0.85, 0.95]) for line in second.lines)


def test_curves_have_a_point_for_each_place_that_was_measured():
    places = {"a": 0.0, "b": 25.0}
    (axes,) = drawn(plot_curves(["DEC", "DCN"], places, MEASURED, {("DEC", "a"): 1.0}, "NMI", "dimensions")).axes
    curves = {line.get_label(): line.get_ydata().tolist() for line in axes.lines}
    assert curves == {"DEC": [0.7, 0.8], "DCN": [0.9]}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("dimensions", "NMI")


def test_a_table_without_any_run_is_a_figure_too():
    scores = drawn(plot_scores(["DEC"], ["a"], {}, {}, "NMI", bounds=(0, 1)))
    curves = drawn(plot_curves(["DEC"], {"a": 0.0}, {}, {}, "NMI", "dimensions", bounds=(0, 1)))
    assert [axes.get_xlabel() for axes in scores.axes] == ["NMI"]
    assert [(axes.get_xlabel(), axes.get_ylabel()) for axes in curves.axes] == [("dimensions", "NMI")]
