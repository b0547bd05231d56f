"""What every clustering method shares: the contract of fit, predict, evaluate, diagnostics, save and export."""

import numpy as np

from kerasclust.compute.distribution import number_in
from kerasclust.data.inputs import Rows, with_labels
from kerasclust.data.pipeline import in_batches
from kerasclust.data.validation import check_n_clusters
from kerasclust.deployment import SAVED_MODEL, export_model
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import checked_names
from kerasclust.inspection.diagnostics import measure, tries_evidence, warnings_about
from kerasclust.metrics import external_scores
from kerasclust.models.parts.checks import epochs_setting, positive
from kerasclust.models.parts.pretrained import Pretrained, with_architecture
from kerasclust.models.representation import RepresentationModel
from kerasclust.training.selection import Candidate


class DeepClusteringModel(RepresentationModel):
    """Clusters in the latent space of an autoencoder; base of all methods.

    A method defines, beside its phases, `soft_assignment(z)`.

    Args:
        n_clusters: number of clusters k, at least 2.
        epochs: passes over the data in refinement, or "auto": a number of updates, see `auto_updates`.
        autoencoder: a fitted autoencoder (`kerasclust.models.autoencoders`) to start from instead of random weights.
            Its front end, architecture and weights are copied; it stays as it is, and pretraining has nothing to do.
        n_runs: trainings from different starting weights, up to the starting clusters; refinement goes on from the best
            by label-free evidence (`kerasclust.training.selection.choose_run`).
        **shared: settings of `RepresentationModel`.
    """

    derived_settings = ("autoencoder",)
    unused_settings = ()  # arguments of a base class that mean nothing to a method; they are derived, too
    _cluster_names = None

    def __init__(self, n_clusters, *, autoencoder=None, epochs="auto", n_runs=1, **shared):
        super().__init__(**with_architecture(autoencoder, shared))
        self.pretrained = None if autoencoder is None else Pretrained.of(autoencoder)
        self.n_clusters = check_n_clusters(n_clusters)
        self.epochs = epochs_setting("epochs", epochs)
        self.n_runs = positive("n_runs", n_runs)
        self.targets = None

    @classmethod
    def resolve(cls, given):
        """The constructor's arguments {name: value}, with the architecture of a given autoencoder.

        Raises:
            InputError: one of them would be without effect.
        """
        if unused := [name for name in given if name in cls.unused_settings]:
            raise InputError(f"{cls.__name__} has no {', '.join(unused)}: it does not train what this is about.")
        return with_architecture(given.get("autoencoder"), super().resolve(given))

    def known_sample_shape(self):
        """Shape of a sample where it is known, from a `fit` or from the given autoencoder."""
        return super().known_sample_shape() or (self.pretrained and self.pretrained.sample_shape)

    def read(self, x):
        """Samples to learn from, of which there have to be enough different ones."""
        data = super().read(x)
        check_n_clusters(self.n_clusters, data.n_distinct(self.n_clusters))
        return data

    def shown(self, data):
        """Features (n, ...) of the samples, of which there have to be enough different ones left."""
        features = super().shown(data)
        if Rows(features).n_distinct(self.n_clusters) < self.n_clusters:
            raise InputError(
                f"To the front end {self.frontend_spec!r} the samples look alike: it leaves fewer different ones than "
                f"{self.n_clusters} clusters need. Choose another with frontend, such as 'statistics' or 'raw'."
            )
        return features

    def adapt_frontend(self, data):
        """Let the front end learn from the samples, or take over the given autoencoder's."""
        if self.pretrained is None:
            super().adapt_frontend(data)
        else:
            self.frontend.set_weights(self.pretrained.frontend)

    def reset_networks(self, seed):
        """Start anew from the weights of a seed, or from those of the given autoencoder."""
        super().reset_networks(seed)
        if self.pretrained is not None:
            for network, weights in zip(
                self.networks, (self.pretrained.encoder, self.pretrained.decoder), strict=False
            ):
                network.set_weights(weights)

    def given_weights(self):
        """Weights that training starts from: those of the given autoencoder."""
        return [] if self.pretrained is None else [*self.pretrained.encoder, *self.pretrained.decoder]

    def run_pretrain(self, runner, seed, state):
        """Train the autoencoder, unless a fitted one was given."""
        if self.pretrained is None:
            super().run_pretrain(runner, seed, state)

    def epochs_set(self, phase):
        """The user's setting of the length of a phase, or "auto"."""
        return self.epochs if phase == "refine" else super().epochs_set(phase)

    def training_variables(self):
        """All that a phase changes while it trains, the targets of its samples included."""
        return [*super().training_variables(), *([] if self.targets is None else [self.targets])]

    def call(self, x, training=False):
        """Soft assignments (b, k) of raw samples x (b, ...)."""
        return self.soft_assignment(self.encoder(self.features(x), training=training))

    def soft_assignment(self, z):
        """Soft assignments (b, k) of latent points z (b, d)."""
        raise NotImplementedError(f"{type(self).__name__} does not define soft_assignment.")

    def assign_features(self, features):
        """Soft assignments (b, k) of features (b, ...)."""
        return self.soft_assignment(self.encode_features(features))

    def predict(self, x, batch_size=1024, verbose=0):
        """Soft assignments of samples.

        Args:
            x: raw samples (n, ...), an array or a batched tf.data.Dataset.
            batch_size: samples a step.
            verbose: 0 is silent, anything else shows a bar.

        Returns:
            Array (n, k) float32, rows sum to 1.

        Raises:
            InputError: not fitted, or samples of another shape than in `fit`.
        """
        return self._apply("call", x, batch_size, "predict" if verbose else None)

    def predict_clusters(self, x, batch_size=1024, verbose=0):
        """Cluster of each sample, integers (n,): that of its largest soft assignment."""
        return self.predict(x, batch_size, verbose).argmax(axis=1)

    def evaluate(self, x, y=None, batch_size=1024, verbose=0):
        """External scores against known labels, for reporting only.

        Args:
            x: raw samples (n, ...), or a batched tf.data.Dataset of (x, y), or a `DataSet` with labels.
            y: integer labels (n,), where x does not hold them; -1 for a sample whose label is not known.
            batch_size: samples a step.
            verbose: 0 is silent, anything else shows a bar.

        Returns:
            {"acc": ..., "nmi": ..., "ari": ...}

        Raises:
            InputError: as `predict`, or there are no labels, or not one for each sample.
        """
        x, y = with_labels(x) if y is None else (x, np.asarray(y))
        if y is None:
            raise InputError("There are no labels to evaluate against: give y, or a dataset of (x, y).")
        labels = self.predict_clusters(x, batch_size, verbose)
        if y.shape != labels.shape:
            raise InputError(f"y has shape {y.shape}, but there are {len(labels)} samples; give one label a sample.")
        return external_scores(y, labels)

    def split(self, z):
        """(z_c, z_r) of latent points z (b, d): the dimensions that are clustered, here all, and the rest."""
        return z, z[:, :0]

    def candidate(self, samples, seed, state, seconds):
        """The trained model as a candidate for `choose_run`, with label-free evidence."""
        z = in_batches(self.function("encode_features"), samples.x)
        q = in_batches(self.function("soft_assignment"), z)
        evidence = measure(samples.x, self.split(z)[0], q) | {"seed": seed, "seconds": seconds}
        evidence |= self.further_evidence(samples, z, seed)
        if "tries" in state:
            evidence |= tries_evidence(state)
        return Candidate(self.get_weights(), q.argmax(axis=1), evidence, state)

    def further_evidence(self, samples, z, seed):
        """Measurements {name: value} that only some methods have, for latent points z (n, d) of samples."""
        return {"reconstruction_loss": self.reconstruction_error(samples, z)}

    @property
    def cluster_names(self):
        """Names of clusters, {number: name}; empty where none has one (`kerasclust.inspection.cluster_names`).

        Set it to a name for each cluster, to {number: name} for some of them, or to None. The file of the model keeps
        them; a `fit` that finds new clusters forgets them.

        Raises:
            InputError: not fitted, a cluster that there is not, or a name that is empty, too long, or given twice.
        """
        return dict(self._cluster_names or {})

    @cluster_names.setter
    def cluster_names(self, names):
        if names is not None:
            self.check_clusters()
        # Pairs, because Keras would make a dict one of its own.
        self._cluster_names = None if names is None else tuple(checked_names(names, self.n_clusters_).items())

    @property
    def has_clusters(self):
        """Whether a `fit` came as far as clusters; one that was interrupted may not have."""
        return self.built and number_in(self.phases_done) > self.phase_names.index(self.searched_phases[-1])

    def check_clusters(self):
        """Refuse to go on without clusters.

        Raises:
            InputError: not fitted, or not as far as the clusters.
        """
        self.check_fitted()
        if not self.has_clusters:
            raise InputError(f"This {type(self).__name__} has no clusters yet: go on with its training first.")

    @property
    def n_clusters_(self):
        """Number of clusters that the last fit found: k, but for methods that find it themselves."""
        return self.n_clusters

    def forget_clusters(self):
        """Forget the names of clusters that are about to be replaced."""
        self.cluster_names = None

    def get_build_config(self):
        """What the file of the model keeps beside settings and weights: the shape of the samples, names of clusters."""
        names = {str(cluster): name for cluster, name in self.cluster_names.items()}  # as JSON has them
        config = super().get_build_config()  # None of a model that is not fitted
        return config and config | {"cluster_names": names}

    def build_from_config(self, config):
        """Build the model from the result of `get_build_config`."""
        names = config.get("cluster_names", {})
        super().build_from_config({name: value for name, value in config.items() if name != "cluster_names"})
        self._cluster_names = tuple((int(cluster), name) for cluster, name in names.items())

    @property
    def runs_(self):
        """Label-free measurements of every run of the last `fit`, before refinement: a list of {name: value}."""
        return [candidate.evidence for candidate in self.result_.candidates] if self.result_ else []

    @property
    def chosen_run_(self):
        """Index of the run that the model keeps."""
        return self.result_.chosen if self.result_ else None

    def diagnostics(self):
        """How far the last `fit` can be trusted, measured without labels.

        Returns:
            {name: value} of the run that was kept, with "warnings": plain sentences about what makes it doubtful.
            `runs_` has the measurements of all runs, `chosen_run_` says which one was kept.

        Raises:
            InputError: nothing was fitted in this process.
        """
        if self.result_ is None:
            raise InputError("There is nothing to diagnose: fit the model in this process first.")
        evidence = dict(self.result_.kept.evidence)
        return evidence | {"warnings": warnings_about(evidence, sum(evidence["cluster_sizes"]))}

    def export(self, path, format=SAVED_MODEL):
        """Write a model to deploy: it takes raw samples in batches of any size, without kerasclust installed.

        All formats give soft assignment (b, k), labels (b,) and embedding (b, d), and say what they were made from:
        `kerasclust.runs.saved.metadata`.

        Args:
            path: directory, or file with the ending of the format, to write; an earlier export there is replaced as a
                whole when the new one is complete.
            format: "saved_model", a directory with the signatures "serving_default" (all outputs), "soft_assignment",
                "labels" and "embedding"; "litert", a .tflite file with the same signatures; or "onnx", an .onnx file
                with all outputs (`pip install "kerasclust[onnx]"`).

        Raises:
            InputError: not fitted, no such format, it has no counterpart of what the model computes, the path has
                another ending, holds anything but an earlier export, or cannot be written to.
        """
        export_model(self, path, format)
