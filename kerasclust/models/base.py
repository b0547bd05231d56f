"""Base of all clustering methods: predict, evaluate, diagnostics, names and export."""

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from kerasclust.compute.distribution import number_in
from kerasclust.data.inputs import Rows, TableKind, with_labels
from kerasclust.data.labels import labels_of
from kerasclust.data.pipeline import in_batches
from kerasclust.data.validation import check_n_clusters
from kerasclust.deployment import SAVED_MODEL, export_model
from kerasclust.errors import InputError
from kerasclust.inspection.cluster_names import checked_names
from kerasclust.inspection.diagnostics import measure, tries_evidence, warnings_about
from kerasclust.layers.entry import known_where
from kerasclust.metrics import external_scores
from kerasclust.models.parts.pretrained import Pretrained, with_architecture
from kerasclust.models.representation import RepresentationModel
from kerasclust.models.settings import OF_AUTOENCODER_METHODS, Setting, declared
from kerasclust.training.phase import Run
from kerasclust.training.selection import Candidate
from kerasclust.types import Array, Labels, Tensor


class DeepClusteringModel(RepresentationModel):
    """Clusters in the latent space of a representation; base of all methods.

    A method lists its `phases` and defines `soft_assignment(z)`. It declares for comparisons and reports:

    - `cost`: relative duration of a single run, measured on the simulated mobile network, where DEC has 22. Comparisons
      train the cheapest method first, and expect the durations of the others by it.
    - `compared`: comparisons have the method by default.
    - `leads`: an automatic choice ranks its runs before those of other methods on sequences that share no clock, as
      labelled sets have it, each left out once (docs/measured.md).
    - `evidence_words`: {name: (title, format, explanation)} of its further measurements.
    """

    takes: tuple[Setting, ...] = OF_AUTOENCODER_METHODS
    cost: float = 100.0
    compared: bool = False
    leads: bool = False
    evidence_words: Mapping[str, tuple[str, str, str]] = MappingProxyType({})
    # Set for each method: its pretraining is that of a plain autoencoder, so methods can share the autoencoder.
    pretrains_plainly: bool = False
    method_name: str  # these three by `register_method`
    method_kind: str
    method_paper: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        names = ("pretraining", "pretrain_step", "autoencode", "pretrain_objective", "new_autoencoder")
        is_plain = all(getattr(cls, name) is getattr(RepresentationModel, name) for name in names)
        cls.pretrains_plainly = is_plain and "autoencoder" in declared(cls.takes)

    def completed(self, given: dict[str, Any], settings: Mapping[str, Setting]) -> dict[str, Any]:
        """Return the user's settings with the architecture of a given autoencoder."""
        return (
            with_architecture(given["autoencoder"], given, settings)
            if "autoencoder" in settings.keys() & given
            else given
        )

    def set_up(self, values: dict[str, Any]) -> None:
        """Keep the weights of a given autoencoder.

        Raises:
            InputError: the autoencoder has another number of latent dimensions than all parts of the latent space.
        """
        autoencoder = values.get("autoencoder")
        if autoencoder is None:
            return
        if autoencoder.latent_dim != self.latent_dim:
            raise InputError(
                f"The autoencoder has latent_dim={autoencoder.latent_dim}, but the parts of the latent space of "
                f"{type(self).__name__} add up to {self.latent_dim}: choose other sizes of the parts."
            )
        self.pretrained = Pretrained.of(autoencoder)
        self.typical_steps = self.pretrained.typical_steps
        self.period, self.weekend = self.pretrained.period, self.pretrained.weekend

    def known_sample_shape(self) -> tuple[int | None, ...] | None:
        """Return the shape of a sample, of the last `fit` or of the given autoencoder.

        Without both it is None.
        """
        given = None if self.pretrained is None else self.pretrained.sample_shape
        return super().known_sample_shape() or given

    def table_kind(self) -> TableKind:
        """Return what is known of the tables that the model, or a given autoencoder, was fitted to."""
        if self.training_samples is None and self.pretrained is not None:
            return self.pretrained.table_kind
        return super().table_kind()

    def origin_for(self, adapt: bool) -> Array | None:
        """Return the origin (channels,) of samples to learn from: of a given autoencoder its own."""
        return super().origin_for(adapt) if self.pretrained is None else self.pretrained.origin

    def masks_missing(self, data: Rows) -> bool:
        """Return whether missing values are masked, as by the given autoencoder or by the samples."""
        return super().masks_missing(data) or (self.pretrained is not None and self.pretrained.masks)

    def read(self, x: Any, adapt: bool = True) -> Rows:
        """Return checked samples to learn from, as `Rows`.

        Args:
            x: as in `fit`.
            adapt: the front end will be adapted to the samples.

        Raises:
            InputError: there are fewer different samples than clusters.
        """
        data = super().read(x, adapt)
        check_n_clusters(self.n_clusters, data.n_distinct(self.n_clusters))
        return data

    def shown(self, data: Rows) -> Array:
        """Return the features (n, ...) of the samples, the output of the front end.

        Raises:
            InputError: there are fewer different features than clusters.
        """
        features = super().shown(data)
        if Rows(features).n_distinct(self.n_clusters) < self.n_clusters:
            raise InputError(
                f"To the front end {self.frontend_spec!r} the samples look alike: it leaves fewer different ones than "
                f"{self.n_clusters} clusters need. Choose another with frontend, such as 'statistics' or 'raw'."
            )
        return features

    def adapt_frontend(self, data: Rows) -> None:
        """Adapt the front end to the samples, or copy that of the given autoencoder."""
        if self.pretrained is None:
            super().adapt_frontend(data)
        else:
            self.frontend.set_weights(self.pretrained.frontend)

    def reset_networks(self, seed: int) -> None:
        """Reset everything to the weights of a seed, or of the given autoencoder."""
        super().reset_networks(seed)
        if self.pretrained is not None:
            for network, weights in zip(
                self.networks, (self.pretrained.encoder, self.pretrained.decoder), strict=False
            ):
                network.set_weights(weights)

    def given_weights(self) -> list[Array]:
        """Return the weights of the given autoencoder, or none."""
        return [] if self.pretrained is None else self.pretrained.weights

    def training_variables(self) -> list[keras.Variable]:
        """Return all variables that training changes, with the targets of the samples."""
        return [*super().training_variables(), *([] if self.targets is None else [self.targets])]

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return soft assignments (b, k) of raw samples x (b, ...); NaN for a sample that cannot be used."""
        return self.assigned(x, training)[1]

    def assigned(self, x: Tensor, training: bool = False) -> tuple[Tensor, Tensor]:
        """Return embedding (b, d) and soft assignments (b, k) of raw samples x (b, ...).

        Both are NaN for a sample that cannot be used, or whose values are so large that the networks have no finite
        answer.
        """
        x, usable = self.entry(x)
        z = self.encoder(self.frontend(x), training=training)
        q = known_where(usable, self.soft_assignment(z))
        return known_where(ops.logical_not(ops.isnan(q[:, 0])), z), q

    def soft_assignment(self, z: Tensor) -> Tensor:
        """Return soft assignments (b, k) of latent points z (b, d)."""
        raise NotImplementedError(f"{type(self).__name__} does not define soft_assignment.")

    def assign_features(self, features: Tensor) -> Tensor:
        """Return soft assignments (b, k) of features (b, ...)."""
        return self.soft_assignment(self.encode_features(features))

    def predict(self, x: Any, batch_size: int | None = 1024, verbose: int | str = 0) -> Array:
        """Return the soft assignments of samples.

        Args:
            x: raw samples (n, ...) in any form that `fit` takes. Series may have lengths that `fit` has not seen.
            batch_size: samples in a batch.
            verbose: 0 is silent, any other value shows a bar.

        Returns:
            Array (n, k) float32, rows sum to 1. The row of a sample that cannot be used is NaN: a value is infinite, or
            more than `max_missing` of the values are missing.

        Raises:
            InputError: the model is not fitted, or the samples have another shape than in `fit`.
        """
        return self._apply(self.call, x, batch_size, "predict" if verbose else None)

    def predict_clusters(self, x: Any, batch_size: int | None = 1024, verbose: int | str = 0) -> Labels:
        """Return the cluster (n,) of each sample, by its largest soft assignment.

        The label of a sample that cannot be used is -1. Arguments and errors are those of `predict`.
        """
        return labels_of(self.predict(x, batch_size, verbose))

    def evaluate(
        self, x: Any, y: ArrayLike | None = None, batch_size: int | None = 1024, verbose: int | str = 0
    ) -> dict[str, float]:
        """Return scores against known labels, for reports only.

        Args:
            x: raw samples (n, ...), or batches of (x, y), or a `DataSet` with labels.
            y: integer labels (n,), unless x has them; -1 for a sample with an unknown label. A sample that the model
                cannot use, with a known label, counts as an error.
            batch_size: samples in a batch.
            verbose: 0 is silent, any other value shows a bar.

        Returns:
            {"acc": ..., "nmi": ..., "ari": ...}

        Raises:
            InputError: as `predict`, or the labels are missing, or their number differs from that of the samples.
        """
        x, y = with_labels(x) if y is None else (x, np.asarray(y))
        if y is None:
            raise InputError("There are no labels to evaluate against: give y, or a dataset of (x, y).")
        labels = self.predict_clusters(x, batch_size, verbose)
        if y.shape != labels.shape:
            raise InputError(f"y has shape {y.shape}, but there are {len(labels)} samples; give one label a sample.")
        return external_scores(y, labels)

    def split(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return (z_c, z_r) of latent points z (b, d): the clustered part and the rest.

        Here z_c has all dimensions, and z_r has none.
        """
        return z, z[:, :0]

    def candidate(self, run: Run) -> Candidate:
        """Return the trained model of a finished `Run` as a `Candidate` for `choose_run`.

        All its measurements are made without labels.
        """
        x = run.samples.x
        z = in_batches(self.traced(self.encode_features), x)
        q = in_batches(self.traced(self.soft_assignment), z)
        evidence = measure(x, self.split(z)[0], q) | self.run_evidence(run)
        evidence |= self.further_evidence(run, z)
        if "tries" in run.state:
            evidence |= tries_evidence(run.state)
        return Candidate(self.get_weights(), labels_of(q), evidence, run.state)

    def further_evidence(self, run: Run, z: Array) -> dict[str, Any]:
        """Return further measurements {name: value} of a method.

        Args:
            run: the finished `Run`.
            z: latent points (n, d) of its samples.
        """
        return {"reconstruction_loss": self.reconstruction_error(run.samples, z)}

    @property
    def is_split(self) -> bool:
        """True for a latent space with a clustered part and another part."""
        return False

    @property
    def cluster_names(self) -> dict[int, str]:
        """Names of clusters, {number: name}, without the clusters that have no name.

        Set it to a list of names for all clusters, to {number: name} for some clusters, or to None. The file of the
        model keeps the names. A `fit` that finds new clusters forgets them.

        Raises:
            InputError: the model has no clusters, or `kerasclust.inspection.cluster_names.checked_names` refuses the
                names.
        """
        return dict(self._cluster_names or {})

    @cluster_names.setter
    def cluster_names(self, names: Mapping[int, str | None] | Iterable[str | None] | None) -> None:
        if names is not None:
            self.check_clusters()
        # Pairs, because Keras would make a dict one of its own.
        self._cluster_names = None if names is None else tuple(checked_names(names, self.n_clusters_).items())

    @property
    def has_clusters(self) -> bool:
        """True once a `fit` has found clusters; an interrupted `fit` may not have."""
        return self.built and number_in(self.phases_done) >= len(self.searched_phases)

    def check_clusters(self) -> None:
        """Raise an error if the model has no clusters.

        Raises:
            InputError: the model is not fitted, or its training was interrupted before there were clusters.
        """
        self.check_fitted()
        if not self.has_clusters:
            raise InputError(f"This {type(self).__name__} has no clusters yet: go on with its training first.")

    @property
    def n_clusters_(self) -> int:
        """Number of clusters: k, or for methods that find it the number that `fit` found."""
        return self.n_clusters

    def forget_clusters(self) -> None:
        """Forget the names of clusters before new clusters replace them."""
        self.cluster_names = None

    def get_build_config(self) -> dict[str, Any] | None:
        """Return shape and fingerprint of the samples, and names of clusters, for the file.

        The file also has settings and weights.
        """
        names = {str(cluster): name for cluster, name in self.cluster_names.items()}  # as JSON has them
        config = super().get_build_config()  # None of a model that is not fitted
        return config and config | {"cluster_names": names}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build the model from the result of `get_build_config`."""
        names = config["cluster_names"]
        super().build_from_config({name: value for name, value in config.items() if name != "cluster_names"})
        self._cluster_names = tuple(checked_names({int(c): name for c, name in names.items()}, self.n_clusters).items())

    @property
    def runs_(self) -> list[dict[str, Any]]:
        """Measurements of every run of the last `fit`, a list of {name: value}.

        They are made without labels and before refinement.
        """
        return [candidate.evidence for candidate in self.result_.candidates] if self.result_ else []

    @property
    def chosen_run_(self) -> int | None:
        """Index of the run that the model keeps."""
        return self.result_.chosen if self.result_ else None

    def diagnostics(self) -> dict[str, Any]:
        """Return measurements without labels that tell how far to trust the last `fit`.

        Returns:
            {name: value} of the kept run, with "warnings": sentences that say why the clusters are doubtful. `runs_`
            has the measurements of all runs, and `chosen_run_` is the index of the kept run.

        Raises:
            InputError: the model was not fitted in this process.
        """
        if self.result_ is None:
            raise InputError("There is nothing to diagnose: fit the model in this process first.")
        evidence = dict(self.result_.kept.evidence)
        return evidence | {"warnings": warnings_about(evidence, sum(evidence["cluster_sizes"]))}

    def export(self, path: str | os.PathLike[str], format: str = SAVED_MODEL) -> None:
        """Write the model for deployment without kerasclust.

        The exported model takes batches of raw samples of any size.

        All formats return the soft assignment (b, k), the labels (b,) and the embedding (b, d). All formats contain the
        metadata that `kerasclust.runs.saved.metadata` reads.

        Args:
            path: directory to write, or file with the ending of the format. An earlier export there is replaced once
                the new export is complete.
            format: "saved_model", a directory with the signatures "serving_default" (all outputs), "soft_assignment",
                "labels" and "embedding"; "litert", a .tflite file with the same signatures; or "onnx", an .onnx file
                with all outputs (`pip install "kerasclust[onnx]"`).

        Raises:
            InputError: the model is not fitted, the format is unknown, or the format lacks an operation of the model.
                Or the path has another ending, holds anything but an earlier export, or cannot be written.
        """
        export_model(self, path, format)
