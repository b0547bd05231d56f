"""A clustering as one HTML file that anyone can open, print and pass on."""

from pathlib import Path

from kerasclust.inspection.clustered_space import clustered_space
from kerasclust.reports import content
from kerasclust.reports.evidence import evidence_of, evidence_table, runs_table, warnings_in_words
from kerasclust.reports.figures import (
    plot_clusters,
    plot_history,
    plot_latent,
    plot_mean_images,
    plot_members,
    plot_profiles,
)
from kerasclust.reports.figures.history import history_columns
from kerasclust.reports.figures.style import cluster_color, to_picture
from kerasclust.reports.parts import part_figures
from kerasclust.reports.profiles import cluster_profiles, typical_members
from kerasclust.system.files import complete_file
from kerasclust.system.optional import require

TEMPLATES = Path(__file__).parent / "templates"
MEMBERS = {2: 4, 3: 4, 4: 12}  # shown of each cluster, by the number of axes of the data
MEMBER_CHANNELS = {2: 16, 3: 4, 4: 0}


def write_report(path, model, data, history=None, *, extra_figures=None) -> Path:
    """Write the report of a clustering: one HTML file without scripts or anything that has to be loaded.

    It holds what ran, a summary and warnings in words, the clusters with their sizes, descriptions, mean profiles in
    real units and most typical members, the figures, the diagnostics, and, for reporting only, the scores against
    known classes. The file appears as a whole or not at all.

    Args:
        path: of the HTML file; its directory is created.
        model: a fitted `DeepClusteringModel`.
        data: `DataSet` to report on: usually what the model was fitted to.
        history: what `fit` returned, or its dict of lists; None leaves the course of the training out.
        extra_figures: {caption: matplotlib Figure} shown after the others, such as a map of the network.

    Returns:
        The path.

    Raises:
        InputError: matplotlib or jinja2 is not installed, the model is not fitted, or to samples of another shape, or
            the file cannot be written.
    """
    jinja2 = require("jinja2")
    require("matplotlib")
    path = Path(path)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    html = environment.get_template("report.html.j2").render(_sections(model, data, history, extra_figures or {}))
    with complete_file(path) as partial:
        partial.write_text(html, encoding="utf-8")
    return path


def _sections(model, data, history, extra_figures):
    space = clustered_space(model, data.x)
    labels = space.labels
    profiles = cluster_profiles(data, labels, space.n_clusters)
    evidence = evidence_of(model, space)
    names = model.cluster_names
    warnings = warnings_in_words(evidence, space, names)
    method = type(model).__name__
    figures = part_figures(model, data, space) | extra_figures
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
        "latent": to_picture(_latent(model, data, space)),
        "start": _start(model, space),
        "has_rest": bool(space.z_r.shape[1]),
        "has_classes": data.y is not None,
        "history": to_picture(plot_history(history)) if history and history_columns(history) else None,
        "extra_figures": {caption: to_picture(figure) for caption, figure in figures.items()},
        "scores": content.scores(data, labels, names),
        "evidence": evidence_table(evidence),
        "runs": runs_table(model),
        "settings": content.settings_of(model),
        "circumstances": content.circumstances(model),
    }


def _overview(data, labels, profiles, names):
    if data.x.ndim == 4:
        return plot_mean_images(data.x, labels, profiles.n_clusters, names)
    return plot_profiles(profiles, names=names)


def _latent(model, data, space):
    return plot_latent(
        space.z_c,
        space.z_r,
        space.labels,
        data.y,
        centers=space.centers,
        sigma=getattr(model, "sigma", 1.0),
        class_names=data.label_names,
        names=model.cluster_names,
    )


def _start(model, space):
    """Figure of where refinement started, when the model remembers it for these samples."""
    result = getattr(model, "result_", None)
    state = result.kept.state if result else {}  # a loaded model has forgotten its training
    initial = state.get("initial_labels")
    if initial is None or len(initial) != len(space.z):
        return None
    before = (initial, state.get("initial_z_c"))
    figure = plot_clusters(space.z_c, space.labels, space.centers, *before, model.cluster_names)
    return to_picture(figure)


def _details(data, space, profiles):
    """What is shown of each cluster that has samples."""
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
