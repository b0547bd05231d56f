"""What a clustering does while it trains, for TensorBoard."""

import functools
import time
import warnings
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kerasclust.data.inputs import read_samples
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import with_names
from kerasclust.inspection.clustered_space import clustered_space
from kerasclust.reports.tensorboard.projector import write_projector
from kerasclust.system.archives import first_line

ADVERSARY = ("critic_accuracy", "critic_loss", "decorrelation_loss", "interpolation_loss", "beta_cor")
MAX_SHARE = 0.05  # of the training time that pictures may take


def while_it_can(event):
    """Have an event of a dashboard warn when logs cannot be written, and do nothing afterwards."""

    @functools.wraps(event)
    def guarded(dashboard, *arguments, **named):
        if not dashboard.writes:
            return
        try:
            event(dashboard, *arguments, **named)
        except (OSError, InputError, tf.errors.OpError) as error:  # the training is worth more than its pictures
            dashboard.writes = False
            reason = getattr(error.__cause__ or error, "strerror", None) or first_line(error)
            warnings.warn(
                f"TensorBoard shows nothing from now on: its logs cannot be written ({reason}).", stacklevel=2
            )

    return guarded


class ClusterDashboard(keras.callbacks.Callback):
    """Logs losses, distributions and pictures of the latent space to TensorBoard, through all phases and runs.

    One count of epochs goes on through phases, runs and calls of `fit`. Scalars, each epoch: everything that the
    phase logs ("losses/...", "adversary/...", "clusters/..."), the learning rates and the number of the phase. On a
    fixed sample, every `figure_every` epochs and at the end of each phase: histograms of the dimensions of Z_c and
    Z_r, of the largest soft assignments and of the weights, the cluster sizes, and a picture as figures 4 and 7 of
    the DANCE paper. They are put off where they would take more than a twentieth of the time so far. The embedding
    projector gets the sample with clusters and, if given, classes at the end of each phase; `on_fit_end` brings it up
    to the model that `fit` leaves.

    Args:
        log_dir: directory for TensorBoard; created.
        x: raw samples (n, ...), an array, a `DataSet` or a batched tf.data.Dataset.
        y: known classes, integers (n,), negative where not known; None for those of a `DataSet`, if it has any. For
            pictures only.
        label_names: the name of each class; None for those of a `DataSet`.
        figure_every: epochs between two pictures, at least.
        max_points: samples that are encoded and shown.

    Raises:
        InputError: bad samples, or `y` is not of their length.

    Example:
        >>> import tempfile
        >>> x = np.random.default_rng(0).normal(size=(60, 3))
        >>> dashboard = ClusterDashboard(tempfile.mkdtemp(), x, figure_every=5)
        >>> # model.fit(x, callbacks=[dashboard]), then: tensorboard --logdir <directory>
    """

    def __init__(self, log_dir, x, y=None, *, label_names=None, figure_every=10, max_points=2000):
        super().__init__()
        rows = read_samples(x).array()
        y = getattr(x, "y", None) if y is None else y
        if y is not None and len(y) != len(rows):
            raise InputError(f"y has {len(y)} entries, but there are {len(rows)} samples; give one class a sample.")
        shown = np.sort(np.random.default_rng(0).permutation(len(rows))[:max_points])
        self.log_dir = Path(log_dir)
        self.index = shown
        self.x = rows[shown]
        self.y = None if y is None else np.asarray(y)[shown]
        self.label_names = tuple(getattr(x, "label_names", ()) if label_names is None else label_names)
        self.figure_every = figure_every
        self._writer = self._started = None
        self._step = self._shown_at = 0
        self._spent = 0.0
        self._draws = self.writes = True

    # Keras's events ---------------------------------------------------------------------------------------------------

    @while_it_can
    def on_train_begin(self, logs=None):
        """Go on with the count; show where the clusters start from."""
        if self._writer is None:
            self._writer = tf.summary.create_file_writer(str(self.log_dir))
            self._started = time.perf_counter()
        if self._step and self._has_clusters:
            self._show(clusters=True)

    @while_it_can
    def on_epoch_end(self, epoch, logs=None):
        """Log scalars, and pictures when their time has come."""
        self._step = max(self._step, epoch) + 1  # a training that goes on from a backup does not begin with epoch 0
        with self._writer.as_default(self._step):
            for name, value in (logs or {}).items():
                tf.summary.scalar(_tag(name), float(value))
            if self._phase in self.model.phase_names:
                tf.summary.scalar("phase", self.model.phase_names.index(self._phase) + 1)
        due = self._step - self._shown_at >= self.figure_every
        if due and self._encoder_moves and self._affordable:
            self._show(self._has_clusters)

    @while_it_can
    def on_train_end(self, logs=None):
        """Show the end of the phase, and bring the projector up to date."""
        if self._encoder_moves:
            self._project(self._show(self._has_clusters), self._has_clusters)

    @while_it_can
    def on_fit_end(self):
        """Show the model that `fit` leaves: the chosen run with its final centers.

        Not an event of Keras, which knows a single run of a single phase: whoever runs the phases calls it.
        """
        self._step += 1
        self._project(self._show(clusters=True), clusters=True)

    # ------------------------------------------------------------------------------------------------------------------

    @property
    def _phase(self):
        return getattr(self.model, "phase", "")

    @property
    def _has_clusters(self):
        # Before that, assignments are those of random centers, or of the run before.
        return self._phase not in self.model.searched_phases

    @property
    def _encoder_moves(self):
        return self._phase != "initialize"

    @property
    def _affordable(self):
        return self._spent <= MAX_SHARE * (time.perf_counter() - self._started)

    def _show(self, clusters):
        """Log histograms and, where matplotlib is there, a picture of the latent space; returns what was shown."""
        started = time.perf_counter()
        space = clustered_space(self.model, self.x)
        with self._writer.as_default(self._step):
            _log_points(space, clusters)
            _log_weights(self.model)
            if self._draws:
                self._draw(space, clusters)
        self._writer.flush()
        self._shown_at = self._step
        self._spent += time.perf_counter() - started
        return space

    def _draw(self, space, clusters):
        from kerasclust.reports.figures import plot_latent
        from kerasclust.reports.figures.style import to_pixels

        try:
            figure = plot_latent(
                space.z_c,
                space.z_r,
                space.labels if clusters else None,
                self.y,
                centers=space.centers if clusters else None,
                sigma=getattr(self.model, "sigma", 1.0),
                class_names=self.label_names,
                names=self.model.cluster_names,
            )
        except InputError as error:  # no matplotlib: train and log all the same
            warnings.warn(f"TensorBoard gets no pictures. {error}", stacklevel=2)
            self._draws = False
            return
        tf.summary.image("latent space", to_pixels(figure)[None])

    def _project(self, space, clusters):
        columns = {"sample": self.index.tolist()}
        if clusters:
            columns["cluster"] = space.labels.tolist()
            columns["soft assignment"] = [f"{share:.3f}" for share in space.q.max(axis=1)]
        if self.y is not None:
            columns["class"] = [self._class_name(int(value)) for value in self.y]
        columns = with_names(columns, self.model.cluster_names)
        embeddings = {"Z": space.z} | ({"Z_c": space.z_c} if space.z_r.shape[1] else {})
        write_projector(self.log_dir, embeddings, columns)

    def _class_name(self, value):
        return self.label_names[value] if 0 <= value < len(self.label_names) else str(value)


def _tag(name):
    if name in ADVERSARY:
        return f"adversary/{name}"
    if name.endswith("learning_rate"):
        return f"optimizer/{name}"
    return f"losses/{name}" if name.endswith("loss") else f"clusters/{name}"


def _log_points(space, clusters):
    for part, points in (("Z_c", space.z_c), ("Z_r", space.z_r)):
        for dim in range(points.shape[1]):
            tf.summary.histogram(f"{part}/{dim + 1}", points[:, dim])
    if clusters:
        tf.summary.histogram("clusters/largest_soft_assignment", space.q.max(axis=1))
        for cluster, size in enumerate(np.bincount(space.labels, minlength=space.n_clusters)):
            tf.summary.scalar(f"cluster_share/{cluster}", size / len(space.labels))


def _log_weights(model):
    """Histograms of the weights of a model's networks, by the attribute that holds the network."""
    networks = {name: part for name, part in vars(model).items() if isinstance(part, keras.Model)}
    for name, network in networks.items():
        for i, variable in enumerate(network.trainable_variables):
            # Paths repeat when two layers have the same name; the number keeps them apart.
            tf.summary.histogram(f"weights/{name}/{i:02d}_{variable.path.split('/', 1)[-1]}", variable.value)
