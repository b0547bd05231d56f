"""Pictures of a typical encoding by DANCE, as in figures 4, 5 and 7 of its paper."""

from pathlib import Path
from typing import Any

from benchmarks.tables.groups import n_groups
from benchmarks.types import FilePath, Settings
from kerasclust.choosing.written import check_place, write_bytes
from kerasclust.inspection.clustered_space import clustered_space
from kerasclust.reports.figures import plot_clusters, plot_latent
from kerasclust.reports.figures.style import to_png


def draw_encoding(name: str, data: Any, out: FilePath, seed: int = 0, settings: Settings | None = None) -> list[Path]:
    """Train DANCE and draw the latent space before refinement, and its clusters before and after.

    Args:
        name: name of the data set, for the names of the files.
        data: a `DataSet` with known groups, which only color the points.
        out: directory for NAME_encoding.png (figures 4 and 7: Z_r and its prior, Z_c by known group, density of Z_c,
            starting clusters) and NAME_clusters.png (figure 5: clusters before and after refinement).
        seed: seed of the training.
        settings: settings of `DANCE` other than its defaults.

    Returns:
        Paths of the two files.

    Raises:
        InputError: the data has no known groups, or matplotlib is missing.
    """
    from kerasclust.models.methods.dance import DANCE

    given: Settings = {"random_state": seed} | (settings or {})
    model = DANCE(n_groups(data.y), **given)
    check_place(out)
    model.fit(data.x, phases=model.searched_phases)
    assert model.result_ is not None  # fit has set it
    start, found = clustered_space(model, data.x), model.result_.kept.state["initial_labels"]
    encoding = plot_latent(
        start.z_c,
        start.z_r,
        found,
        data.y,
        centers=start.centers,
        sigma=model.sigma,
        class_names=data.label_names,
    )
    model.fit(data.x, phases=("refine",))
    end = clustered_space(model, data.x)
    clusters = plot_clusters(end.z_c, end.labels, end.centers, found, start.z_c)
    drawn = {f"{name}_encoding.png": encoding, f"{name}_clusters.png": clusters}
    return [write_bytes(Path(out, file), to_png(figure)) for file, figure in drawn.items()]
