"""TensorBoard callback: losses, distributions and pictures of a clustering."""

import functools
import os
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasclust.data.inputs import read_samples
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import with_names
from kerasclust.inspection.clustered_space import ClusteredSpace, clustered_space
from kerasclust.reports.logged import Declared, declared_of, group_of
from kerasclust.reports.tensorboard.histograms import telling_dims, write_histograms
from kerasclust.reports.tensorboard.projector import MOST_DIMS, write_projector
from kerasclust.system.archives import first_line
from kerasclust.types import Array, Labels

FOLDERS = {"loss": "losses", "rate": "optimizer"}  # {group: folder of its tags} where the names differ
ABOUT = ("run", "phase")  # columns of a history that are no measurements
MAX_SHARE = 0.05  # largest share of the training time that pictures take
MAX_DIMS = 50  # dimensions of each part of a latent space with a histogram


def while_it_can(event: Callable[..., None]) -> Callable[..., None]:
    """Make an event of a dashboard warn if logs cannot be written, and do nothing from then on."""

    @functools.wraps(event)
    def guarded(dashboard: "ClusterDashboard", *arguments: Any, **named: Any) -> None:
        if not dashboard.writes:
            return
        try:
            event(dashboard, *arguments, **named)
        except (OSError, InputError, tf.errors.OpError) as error:  # the training continues without its logs
            dashboard.writes = False
            reason = getattr(error.__cause__ or error, "strerror", None) or first_line(error)
            warnings.warn(
                f"TensorBoard shows nothing from now on: its logs cannot be written ({reason}).", stacklevel=2
            )

    return guarded


class ClusterDashboard(keras.callbacks.Callback):
    """Callback that logs losses, distributions and pictures of the latent space to TensorBoard.

    The count of epochs continues through phases, runs and calls of `fit`. Every epoch it logs scalars: all values that
    the phase logs, in a folder for each group of `model.logged` ("losses/...", "adversary/...", "optimizer/..."), and
    the number of the phase. Every `figure_every` epochs and at the end of each phase it logs, of a fixed sample,
    histograms of the dimensions of Z_c and Z_r, of the largest soft assignments and of the weights, the cluster sizes,
    and a picture after figures 4 and 7 of the DANCE paper. These are postponed if they would take more than a twentieth
    of the time so far. At the end of each phase the embedding projector gets the sample, with its clusters and classes.
    `on_fit_end` updates the projector to the final model.

    Of more than 50 dimensions, the 50 in which the clusters differ most have a histogram, and the projector gets the
    first 50 principal components. TensorBoard's texts "left out" say so.

    Args:
        log_dir: directory for TensorBoard; created.
        x: raw samples (n, ...), an array, a `DataSet` or a batched tf.data.Dataset.
        y: known classes, integers (n,), negative for an unknown class, for pictures only; None for those of a
            `DataSet`.
        label_names: name of each class; None for those of a `DataSet`.
        figure_every: least number of epochs between two pictures.
        max_points: largest number of samples that are encoded and shown.

    Raises:
        InputError: the samples are bad, or `y` has another length.

    Example:
        >>> import tempfile
        >>> x = np.random.default_rng(0).normal(size=(60, 3))
        >>> dashboard = ClusterDashboard(tempfile.mkdtemp(), x, figure_every=5)
        >>> # model.fit(x, callbacks=[dashboard]), then: tensorboard --logdir <directory>
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        x: Any,
        y: Labels | None = None,
        *,
        label_names: Sequence[str] | None = None,
        figure_every: int = 10,
        max_points: int = 2000,
    ) -> None:
        super().__init__()
        read = read_samples(x)
        rows, used = read.raw(), read.used
        y = getattr(x, "y", None) if y is None else y
        if y is not None and len(y) != read.n_given:
            raise InputError(f"y has {len(y)} entries, but there are {read.n_given} samples; give one class a sample.")
        y = y if y is None or used is None else np.asarray(y)[used]
        shown = np.sort(np.random.default_rng(0).permutation(len(rows))[:max_points])
        self.log_dir = Path(log_dir)
        self.index = shown if used is None else used[shown]
        self.x = rows[shown]
        self.y = None if y is None else np.asarray(y)[shown]
        self.label_names = tuple(getattr(x, "label_names", ()) if label_names is None else label_names)
        self.figure_every = figure_every
        self._declared: dict[str, Declared] = {}
        self._dims: dict[tuple[str, bool], Labels] = {}  # {(part, whether there are clusters): shown dimensions}
        self._writer: Any = None
        self._started = 0.0
        self._step = self._shown_at = 0
        self._spent = 0.0
        self._draws = self.writes = True

    # Keras's events ---------------------------------------------------------------------------------------------------

    @while_it_can
    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Continue the count of epochs, and show the starting clusters."""
        self._open()
        if self._step and self._has_clusters:
            self._show(clusters=True)

    @while_it_can
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Log scalars, and pictures if they are due."""
        self._step = max(self._step, epoch) + 1  # a training from a backup does not start with epoch 0
        self._log(self._step, logs or {}, self._phase)
        due = self._step - self._shown_at >= self.figure_every
        if due and self._encoder_moves and self._affordable:
            self._show(self._has_clusters)

    @while_it_can
    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Show the end of the phase, and update the projector."""
        if self._encoder_moves:
            self._project(self._show(self._has_clusters), self._has_clusters)

    @while_it_can
    def on_fit_end(self) -> None:
        """Show the final model of `fit`: the chosen run with its final centers.

        This is not an event of Keras, which knows a single run of a single phase. The trainer of the phases calls it.
        """
        self._step += 1
        self._project(self._show(clusters=True), clusters=True)

    @while_it_can
    def replay(self, model: keras.Model, history: Mapping[str, Sequence[Any]]) -> None:
        """Log a training that ended without this callback: the values of each epoch, and the final model.

        Args:
            model: the fitted model.
            history: {name: one value for each epoch} as `fit` returns it.
        """
        self.set_model(model)
        self._open()
        for epoch, phase in enumerate(history.get("phase", ())):
            values = {name: column[epoch] for name, column in history.items() if name not in ABOUT}
            logged = {name: value for name, value in values.items() if value is not None and not np.isnan(value)}
            self._log(epoch + 1, logged, phase)
        self._step = len(history.get("phase", ()))
        self.on_fit_end()

    # ------------------------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._declared = declared_of(self.model)
        if self._writer is None:
            self._writer = tf.summary.create_file_writer(str(self.log_dir))
            self._started = time.perf_counter()

    def _log(self, step: int, values: Mapping[str, Any], phase: str) -> None:
        with self._writer.as_default(step):
            for name, value in values.items():
                tf.summary.scalar(self._tag(name), float(value))
            if phase in self.model.phase_names:
                tf.summary.scalar("phase", self.model.phase_names.index(phase) + 1)

    def _tag(self, name: str) -> str:
        group = group_of(name, self._declared)
        return f"{FOLDERS.get(group, group)}/{name}"

    @property
    def _phase(self) -> str:
        return getattr(self.model, "phase", "")

    @property
    def _has_clusters(self) -> bool:
        # Before the end of the search, assignments are those of random centers, or of the previous run.
        return self._phase not in self.model.searched_phases

    @property
    def _encoder_moves(self) -> bool:
        return self._phase != "initialize"

    @property
    def _affordable(self) -> bool:
        return self._spent <= MAX_SHARE * (time.perf_counter() - self._started)

    def _show(self, clusters: bool) -> ClusteredSpace:
        """Log histograms and a picture of the latent space, and return the space.

        The picture needs matplotlib.
        """
        started = time.perf_counter()
        space = clustered_space(self.model, self.x)
        if len(space.known) < len(self.x):  # the model has another limit of missing values
            known = space.known
            self.x, self.index, space = self.x[known], self.index[known], space.taken(known)
            self.y = None if self.y is None else self.y[known]
        with self._writer.as_default(self._step):
            self._log_points(space, clusters)
            write_histograms(_weights(self.model))
            if self._draws:
                self._draw(space, clusters)
        self._writer.flush()
        self._shown_at = self._step
        self._spent += time.perf_counter() - started
        return space

    def _log_points(self, space: ClusteredSpace, clusters: bool) -> None:
        for part, points in (("Z_c", space.z_c), ("Z_r", space.z_r)):
            dims = self._shown_dims(part, points, space.labels if clusters else None)
            write_histograms({f"{part}/{dim + 1}": points[:, dim] for dim in dims.tolist()})
        if clusters:
            write_histograms({"clusters/largest_soft_assignment": space.q.max(axis=1)})
            for cluster, size in enumerate(np.bincount(space.labels, minlength=space.n_clusters)):
                tf.summary.scalar(f"cluster_share/{cluster}", size / len(space.labels))

    def _shown_dims(self, part: str, points: Array, labels: Labels | None) -> Labels:
        """Return the dimensions that have a histogram.

        They are the same until the end, so that each one has a course.
        """
        key = (part, labels is not None)
        if key not in self._dims:
            self._dims[key] = telling_dims(points, labels, MAX_DIMS)
            if points.shape[1] > MAX_DIMS:
                chosen = "vary most" if labels is None else "differ most between the clusters"
                tf.summary.text(
                    f"left out/histograms of {part}",
                    f"The {MAX_DIMS} of {points.shape[1]:,} dimensions that {chosen} have a histogram.",
                )
        return self._dims[key]

    def _draw(self, space: ClusteredSpace, clusters: bool) -> None:
        from kerasclust.reports.figures import plot_latent
        from kerasclust.reports.figures.style import to_pixels

        try:
            figure = plot_latent(
                space.z_c,
                space.z_r,
                space.labels if clusters else None,
                self.y,
                centers=space.centers if clusters else None,
                sigma=space.sigma,
                class_names=self.label_names,
                names=self.model.cluster_names,
            )
        except InputError as error:  # without matplotlib, training and logging continue
            warnings.warn(f"TensorBoard gets no pictures. {error}", stacklevel=2)
            self._draws = False
            return
        tf.summary.image("latent space", to_pixels(figure)[None])

    def _project(self, space: ClusteredSpace, clusters: bool) -> None:
        columns: dict[str, Any] = {"sample": self.index.tolist()}
        if clusters:
            columns["cluster"] = space.labels.tolist()
            columns["soft assignment"] = [f"{share:.3f}" for share in space.q.max(axis=1)]
        if self.y is not None:
            columns["class"] = [self._class_name(int(value)) for value in self.y]
        columns = with_names(columns, self.model.cluster_names)
        embeddings = {"Z": space.z} | ({"Z_c": space.z_c} if space.z_r.shape[1] else {})
        write_projector(self.log_dir, embeddings, columns)
        if space.z.shape[1] > MOST_DIMS:
            words = f"The projector has the first {MOST_DIMS} principal components of {space.z.shape[1]:,} dimensions."
            with self._writer.as_default(0):  # at one step, so that it is said once
                tf.summary.text("left out/projector", words)

    def _class_name(self, value: int) -> str:
        return self.label_names[value] if 0 <= value < len(self.label_names) else str(value)


def _weights(model: keras.Model) -> dict[str, Array]:
    """Return the weights of a model's networks by tag.

    A tag names the attribute that holds the network.
    """
    parts = {name: getattr(part, "network", part) for name, part in vars(model).items()}  # a critic has a network
    networks = {name: part for name, part in parts.items() if isinstance(part, keras.Model)}
    # Paths repeat if two layers have the same name; the number makes the tag unique.
    return {
        f"weights/{name}/{i:02d}_{variable.path.split('/', 1)[-1]}": keras.ops.convert_to_numpy(variable)
        for name, network in networks.items()
        for i, variable in enumerate(network.trainable_variables)
    }
