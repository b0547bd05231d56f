"""Report of a clustering: one HTML file to open, print and pass on."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasclust.data.dataset import DataSet
from kerasclust.inspection.cluster_names import Names
from kerasclust.inspection.clustered_space import ClusteredSpace, clustered_space, known_part
from kerasclust.inspection.fitted import FittedModel
from kerasclust.reports import content
from kerasclust.reports.evidence import evidence_of, evidence_table, meanings_of, runs_table, warnings_in_words
from kerasclust.reports.figures import (
    plot_clusters,
    plot_history,
    plot_latent,
    plot_mean_images,
    plot_members,
    plot_profiles,
)
from kerasclust.reports.figures.history import history_columns
from kerasclust.reports.figures.latent import Z_C
from kerasclust.reports.figures.projection import Projection
from kerasclust.reports.figures.style import Picture, cluster_color, to_picture
from kerasclust.reports.logged import declared_of
from kerasclust.reports.parts import part_figures
from kerasclust.reports.profiles import ClusterProfiles, cluster_profiles, typical_members
from kerasclust.system.files import complete_file
from kerasclust.system.optional import require
from kerasclust.types import Labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEMPLATES = Path(__file__).parent / "templates"
MEMBERS = {2: 4, 3: 4, 4: 12}  # {number of axes of the data: members shown of each cluster}
MEMBER_CHANNELS = {2: 16, 3: 4, 4: 0}


def write_report(
    path: str | os.PathLike[str],
    model: FittedModel,
    data: DataSet,
    history: Any = None,
    *,
    extra_figures: Mapping[str, Figure] | None = None,
    space: ClusteredSpace | None = None,
    choices: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Write the report of a clustering: one HTML file without scripts and without links to other files.

    It has a summary and warnings in words, the clusters with their sizes, descriptions, mean profiles in the units of
    the data and most typical members, the figures, the diagnostics, the settings, and the scores against known classes.
    The scores are for reporting only. The file appears as a whole or not at all.

    Args:
        path: path of the HTML file; its directory is created.
        model: a fitted `DeepClusteringModel`.
        data: samples to report on, usually those of the training. Samples that the model cannot use are left out.
        history: result of `fit`, or its dict of lists; None leaves the course of the training out.
        extra_figures: {caption: matplotlib Figure} shown after the others, such as a map of the network.
        space: `ClusteredSpace` of the samples, where it is already computed.
        choices: choices before the training, such as that of the method, each {"title": text, "sentences": texts,
            "header": texts, "rows": lists of texts, "explained": text, "chosen": place of a row or None}.

    Returns:
        The path.

    Raises:
        InputError: matplotlib or jinja2 is not installed, the model is not fitted, the samples have another shape than
            in training, or the file cannot be written.
    """
    check_installed()
    jinja2 = require("jinja2")
    path = Path(path)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    data, space = known_part(data, clustered_space(model, data.x) if space is None else space)
    sections = _sections(model, data, space, history, extra_figures or {}) | {"choices": choices}
    html = environment.get_template("report.html.j2").render(sections)
    with complete_file(path) as partial:
        partial.write_text(html, encoding="utf-8")
    return path


def check_installed() -> None:
    """Check that the packages of a report are installed.

    Raises:
        InputError: matplotlib or jinja2 is not installed.
    """
    require("jinja2")
    require("matplotlib")


def _sections(
    model: FittedModel,
    data: DataSet,
    space: ClusteredSpace,
    history: Any,
    extra_figures: Mapping[str, Figure],
) -> dict[str, Any]:
    """Return the variables of the template."""
    labels = space.labels
    profiles = cluster_profiles(data, labels, space.n_clusters)
    evidence = evidence_of(model, space)
    names = model.cluster_names
    warnings = warnings_in_words(evidence, space, names)
    method = type(model).__name__
    view = Projection(space.z_c, Z_C)
    figures = part_figures(model, data, space) | dict(extra_figures)
    return {
        "title": f"{method} on {data.name}",
        "method": method,
        "data_name": data.name,
        "data_words": content.data_in_words(data),
        "shape": " × ".join(f"{size:,}" for size in data.x.shape),
        "summary": content.summary(method, data, profiles, warnings, "warnings" in evidence, names),
        "warnings": warnings,
        "clusters": content.cluster_rows(profiles, names),
        "details": _details(data, space, profiles),
        "overview": to_picture(_overview(data, labels, profiles, names)),
        "overview_is_images": data.x.ndim == 4,
        "latent": to_picture(_latent(model, data, space, view)),
        "start": _start(model, space, view),
        "has_rest": bool(space.z_r.shape[1]),
        "has_classes": data.y is not None,
        "history": _history(model, history),
        "extra_figures": {caption: to_picture(figure) for caption, figure in figures.items()},
        "scores": content.scores(data, labels, names),
        "evidence": evidence_table(evidence, meanings_of(model)),
        "runs": runs_table(model),
        "settings": content.settings_of(model),
        "circumstances": content.circumstances(model),
    }


def _overview(data: DataSet, labels: Labels, profiles: ClusterProfiles, names: Names) -> Figure:
    if data.x.ndim == 4:
        return plot_mean_images(data.x, labels, profiles.n_clusters, names)
    return plot_profiles(profiles, names=names)


def _latent(model: FittedModel, data: DataSet, space: ClusteredSpace, view: Projection) -> Figure:
    return plot_latent(
        space.z_c,
        space.z_r,
        space.labels,
        data.y,
        centers=space.centers,
        sigma=space.sigma,
        class_names=data.label_names,
        names=model.cluster_names,
        view=view,
    )


def _start(model: FittedModel, space: ClusteredSpace, view: Projection) -> Picture | None:
    """Return the figure of the start of refinement, if the model remembers it for these samples."""
    result = getattr(model, "result_", None)
    state = result.kept.state if result else {}  # a model from a file has no memory of its training
    initial = state.get("initial_labels")
    if initial is None or len(initial) != len(space.z):
        return None
    before = (initial, state.get("initial_z_c"))
    return to_picture(plot_clusters(space.z_c, space.labels, space.centers, *before, model.cluster_names, view=view))


def _history(model: FittedModel, history: Any) -> Picture | None:
    if not history or not history_columns(history):
        return None
    return to_picture(plot_history(history, declared_of(model).values()))


def _details(data: DataSet, space: ClusteredSpace, profiles: ClusterProfiles) -> list[dict[str, Any]]:
    """Return the details of each cluster with samples."""
    members = typical_members(space.q, space.labels, MEMBERS[data.x.ndim], data.groups)
    details = []
    for cluster, indices in enumerate(members):
        if not len(indices):
            continue
        channels = [found.channel for found in profiles.differences(cluster)][: MEMBER_CHANNELS[data.x.ndim]]
        figure = plot_members(data, indices, channels, cluster_color(cluster))
        details.append(
            {
                "number": cluster,
                "members": to_picture(figure),
                "indices": indices.tolist(),
                "rows": content.profile_rows(profiles, cluster),
            }
        )
    return details
