"""Base of all models: encoder and decoder behind a front end, trained in phases."""

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import ArrayLike

from kerasclust.augmentations import AUTO, build_augmentation
from kerasclust.augmentations.views import views_of
from kerasclust.compute.distribution import n_replicas, number_in, train_function
from kerasclust.compute.forks import check_not_forked, unpickled
from kerasclust.compute.gradients import Tape
from kerasclust.compute.missing import missing_where
from kerasclust.compute.optimizers import FusedAdam, reset
from kerasclust.compute.precision import precision
from kerasclust.compute.workers import workers_watched
from kerasclust.data.inputs import ANY_KIND, MAX_MISSING, Rows, TableKind, raw_samples, read_samples
from kerasclust.data.large_arrays import slabs
from kerasclust.data.pipeline import BATCH, Samples, Views, in_batches
from kerasclust.deployment.keras_config import unreadable_reason
from kerasclust.errors import InputError
from kerasclust.frontends import build_frontend
from kerasclust.frontends.base import Shape
from kerasclust.layers.entry import SampleEntry, known_where, rows_like
from kerasclust.losses import observed_mean_squared_error
from kerasclust.models.parts.clock import clock_of, in_words
from kerasclust.models.parts.critic import Critic, Objective
from kerasclust.models.parts.pretrained import Pretrained
from kerasclust.models.settings import OF_AUTOENCODERS, Setting, checked, declared, documented, signature
from kerasclust.networks import build_autoencoder, fills_missing
from kerasclust.system.quiet import TracingOfNewModels
from kerasclust.training.backup import backup_of
from kerasclust.training.logged import LEARNING_RATE, LOSS, RECONSTRUCTION, Logged
from kerasclust.training.phase import Phase, Run, Steered
from kerasclust.training.selection import Candidate, FitResult
from kerasclust.training.trainer import Trainer
from kerasclust.training.training_samples import TrainingSamples
from kerasclust.types import Array, Tensor

tf.get_logger().addFilter(TracingOfNewModels())
# Attributes of settings that have another name than the setting.
ATTRIBUTES = MappingProxyType({"frontend": "frontend_spec", "augmentation": "augmentation_spec"})


class RepresentationModel(keras.Model):
    """Encoder and decoder behind a front end; base of all models.

    A model class declares its settings in `takes` and its losses in `losses`. It lists its `phases` and defines the
    step of each phase. A step gets the numbers `index` (b,) of the samples, their features x (b, ...), and the features
    `view` (b, ...) of an augmented view. Without augmentation the view is x. The step applies gradients by a `Tape` and
    returns `logs`.
    """

    takes: tuple[Setting, ...] = OF_AUTOENCODERS
    losses: tuple[Logged, ...] = (RECONSTRUCTION,)  # the losses of the steps, without their sum "loss"
    further_logs: tuple[Logged, ...] = (LEARNING_RATE,)  # the values that callbacks log
    auto_augmentation: Mapping[int, str] = AUTO  # meaning of augmentation="auto"
    # Values for models without these settings.
    n_runs: int = 1
    batch_size: int = 256
    learning_rate: float = 1e-3
    missing: str = "auto"
    max_missing: float = MAX_MISSING
    network: Any = "auto"
    units: tuple[int, ...] | None = None
    augmentation_spec: Any = None
    encoder: keras.Model
    decoder: Any  # Keras model; None for a model without decoder
    train_function: Any  # Keras's own
    critic: Critic | None = None  # the adversary of the autoencoder
    pretrained: Pretrained | None = None  # copies of the weights of a given autoencoder
    targets: Tensor = None  # variable with the targets of all samples
    running: Any = None  # the `Phase` that runs or was interrupted
    result_: FitResult | None = None  # of the last `fit` in this process
    training_samples: TrainingSamples | None = None
    typical_steps: int | None = None  # of series of unequal length
    period: int | None = None  # of a clock that all samples share
    weekend: tuple[int, ...] = ()  # days of a week of 7 periods that differ from the others
    _cluster_names: tuple[tuple[int, str], ...] | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__signature__ = signature(declared(cls.takes))
        cls.__doc__ = documented(cls.__doc__ or "", declared(cls.takes))

    def __init__(self, *args: Any, name: str | None = None, **given: Any) -> None:
        check_not_forked()
        settings = declared(self.takes)
        values = checked(type(self).__name__, settings, args, self.completed(given, settings))
        super().__init__(name=name, dtype=values.get("dtype", "float32"))
        self.autocast = False  # raw samples keep their digits, whatever the precision of the networks
        self.settings = MappingProxyType({name: value for name, value in values.items() if settings[name].kept})
        for setting, value in self.settings.items():
            if setting != "dtype":
                setattr(self, ATTRIBUTES.get(setting, setting), value)
        self.trackers = {logged.name: keras.metrics.Mean(logged.name) for logged in (LOSS, *self.losses)}
        self.compile(optimizer=FusedAdam(self.learning_rate), jit_compile=False)
        self.set_up(values)

    def completed(self, given: dict[str, Any], settings: Mapping[str, Setting]) -> dict[str, Any]:
        """Return the user's settings {name: value} and the settings that follow from them."""
        return given

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the parts that do not depend on the shape of the samples.

        Args:
            values: {name: checked value} of all settings.
        """

    @property
    def logged(self) -> tuple[Logged, ...]:
        """`Logged` of every value that training logs."""
        return (LOSS, *self.losses, *self.further_logs)

    def save(self, filepath: str | os.PathLike[str], overwrite: bool = True, **given: Any) -> None:
        """Write the model as a .keras file, which `kerasclust.load_model` reads.

        Args:
            filepath: path of the file.
            overwrite: replace an earlier file without asking.
            **given: further arguments of `keras.Model.save`.

        Raises:
            InputError: the name has another ending, such as .h5, which holds no such model.
        """
        if not os.fspath(filepath).endswith(".keras"):
            raise InputError(f"{filepath} does not end in .keras, the only format that can be loaded again as a model.")
        super().save(filepath, overwrite=overwrite, **given)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickles and copies of the model are made of."""
        return unpickled, super().__reduce__()

    def get_config(self) -> dict[str, Any]:
        """Return the settings, for saving and cloning."""
        return keras.saving.serialize_keras_object(dict(self.settings))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a model from the result of `get_config`."""
        return cls(**keras.saving.deserialize_keras_object(config))

    def get_compile_config(self) -> None:
        """Return None, because the constructor compiles the model."""
        return None

    # Building ---------------------------------------------------------------------------------------------------------

    def build(self, input_shape: Shape) -> None:
        """Create entry, front end, encoder and decoder for samples of a shape (None, ...)."""
        self.sample_shape = tuple(input_shape[1:])
        self.entry = SampleEntry(self.sample_shape, self.max_missing)
        self.frontend = build_frontend(
            self.frontend_spec,
            self.sample_shape,
            seed=self.random_state or 0,
            steps=self.typical_steps,
            period=self.period,
            weekend=self.weekend,
            categories=self.table_kind().category_sizes,
            missing_feature=self.missing == "feature",
        )
        self.augmentation = build_augmentation(
            self.augmentation_spec, self.sample_shape, self.auto_augmentation, keeps_time=self.period is not None
        )
        self.feature_shape = tuple(self.frontend.compute_output_shape((None, *self.sample_shape))[1:])
        with precision(self.dtype_policy):
            self.encoder, self.decoder = self.new_autoencoder(seed=0)
            self.build_further()
            if self.critic is not None:
                self.critic.create()
        self.noise = keras.random.SeedGenerator(0)
        self.phases_done = self.add_weight(
            shape=(), initializer="zeros", trainable=False, dtype="int32", name="phases_done"
        )
        self.optimizer.build(self.trained_variables)
        self.built = True

    def build_further(self) -> None:
        """Create the other parts that a method trains, after encoder and decoder."""

    def get_build_config(self) -> dict[str, Any] | None:
        """Return shape, typical length, clock and fingerprint of the samples, for the file of the model.

        The file also has settings and weights.
        """
        samples = self.training_samples and self.training_samples.as_dict()
        config = super().get_build_config()
        clock = {"period": self.period, "weekend": list(self.weekend)}
        return config and config | clock | {"training_samples": samples, "typical_steps": self.typical_steps}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build from the result of `get_build_config`."""
        self.typical_steps = config["typical_steps"]
        self.period, self.weekend = config["period"], tuple(config["weekend"])
        if kept := config["training_samples"]:
            self.training_samples = TrainingSamples.from_dict(kept)
        self.build(tuple(config["input_shape"]))  # Keras's own method makes a warning of every error

    @property
    def trained_variables(self) -> list[keras.Variable]:
        """All weights that the model's own optimizer trains in some phase."""
        return self.autoencoder_variables

    @property
    def autoencoder_variables(self) -> list[keras.Variable]:
        """theta_q and theta_q': the weights of encoder and decoder."""
        return [variable for network in self.networks for variable in network.trainable_variables]

    @property
    def networks(self) -> list[keras.Model]:
        """Encoder and, where the model has one, decoder."""
        return [network for network in (self.encoder, self.decoder) if network is not None]

    def new_autoencoder(self, seed: int) -> tuple[keras.Model, keras.Model | None]:
        """Return (encoder, decoder) with the starting weights of a seed.

        The decoder is None for a model without decoder.
        """
        if callable(self.network):
            return self.given_networks(self.latent_dim, seed)
        return build_autoencoder(self.feature_shape, self.latent_dim, self.network, self.units, seed)

    def given_networks(self, latent_dim: int, seed: int) -> tuple[keras.Model, keras.Model | None]:
        """Return the user's own (encoder, decoder); missing features become 0 before the encoder."""
        encoder, decoder = self.network(self.feature_shape, latent_dim, seed)
        return fills_missing(encoder), decoder

    # Training ---------------------------------------------------------------------------------------------------------

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Phases of a training in order, each a `Phase`."""
        return (self.pretraining(),)

    @property
    def phase_names(self) -> tuple[str, ...]:
        """Names of the phases, in order."""
        return tuple(phase.name for phase in self.phases)

    @property
    def searched_phases(self) -> tuple[str, ...]:
        """Names of the phases that `n_runs` repeats, in order."""
        return tuple(phase.name for phase in self.phases if phase.repeated)

    @property
    def phase(self) -> str | None:
        """Name of the phase that runs or was interrupted, or None."""
        return self.running and self.running.name

    def pretraining(self) -> Phase:
        """Return the phase that trains the autoencoder.

        Its step is None where a fitted autoencoder was given.
        """
        return Phase(
            "pretrain",
            None if self.pretrained else self.pretrain_step,
            updates=3000,
            epochs=self.pretrain_epochs,
            steers=self.steered(),
            repeated=True,
        )

    def steered(self, share: float = 1.0, rise: float = 0.0) -> tuple[Steered, ...]:
        """Return the optimizers that act in a phase on the samples.

        Args:
            share: highest learning rate of the phase, as a share of the model's.
            rise: share of the phase over which the rate rises first.
        """
        of_critic = () if self.critic is None else (self.critic.steered(share, rise),)
        return (Steered(self.optimizer, share * self.learning_rate, rise=rise), *of_critic)

    def fit(
        self,
        x: Any,
        *,
        phases: Iterable[str] | None = None,
        callbacks: Sequence[keras.callbacks.Callback] | None = None,
        verbose: int | str = "auto",
        backup_dir: str | os.PathLike[str] | None = None,
    ) -> keras.callbacks.History:
        """Train on unlabeled samples: all phases in order.

        Args:
            x: array (n, ...) of any numeric type, where NaN is a missing value; a list of arrays (steps, channels) of
                unequal length or a ragged tensor; a DataFrame; a `DataSet`; or batches: a tf.data.Dataset, a Keras
                PyDataset or a PyTorch DataLoader, whose labels are ignored.
            phases: names of the phases to run, in their order; None runs all of them. Without the first phase the
                model continues from its present weights. Unless all phases that `n_runs` repeats are named, there is a
                single run.
            callbacks: Keras callbacks; they get one continuous count of epochs.
            verbose: 0 is silent, any other value shows one bar for each phase.
            backup_dir: directory for the result of each phase, and for a checkpoint of the running phase about once a
                minute. The same `fit` of the same samples in another process continues from there, and ends with the
                same result. A finished training is not repeated. A phase that does not train on all samples, such as
                the search for clusters, restarts from its beginning. Your own callbacks restart as well. Delete the
                directory when it is no longer needed.

        Returns:
            keras.callbacks.History with one entry for each epoch: every logged value, "run" and "phase". Values that a
            phase does not have are NaN.

        Raises:
            InputError: before any training: bad samples or settings, a backup of another training, or a backup that
                another process writes.
            TrainingDiverged: a loss became NaN or infinite. The model has the weights of the last good epoch, or the
                weights of the best finished run. Of several runs, diverged runs are skipped.
            WorkerLost: one of several processes that train together is gone.
        """
        check_not_forked()
        phases = self._check_phases(phases)
        with self.distribute_strategy.scope(), workers_watched():
            adapt = phases[0] == self.phase_names[0]
            data = self.read(x, adapt)
            trainer = self.trainer(data, callbacks, verbose, adapt)
            with backup_of(backup_dir, self, data.array(), phases).opened() as backup:
                return trainer.run(phases, backup)

    def trainer(
        self,
        x: Any,
        callbacks: Sequence[keras.callbacks.Callback] | None = None,
        verbose: int | str = 0,
        adapt: bool = True,
    ) -> Trainer:
        """Return the `Trainer` that `fit` uses, for users who run the phases themselves.

        Args:
            x: as in `fit`, or the result of `read`.
            callbacks: as in `fit`.
            verbose: as in `fit`.
            adapt: adapt the front end to the samples.
        """
        data = x if isinstance(x, Rows) else self.read(x, adapt)
        described = TrainingSamples.of(data)
        if not self.built:
            self.training_samples = described
            if self.typical_steps is None:
                self.typical_steps = data.typical_steps
            if self.pretrained is None and (clock := clock_of(self.frontend_spec, data)):
                self.period, self.weekend = clock.period, clock.weekend
                if verbose:
                    print(in_words(clock), file=sys.stderr)
            if reason := unreadable_reason(self):
                warnings.warn(f"A file of this model could not be loaded again: {reason}.", stacklevel=3)
            self.build((None, *data.sample_shape))
        self.training_samples = described
        if adapt:
            self.entry.set_up(data.origin, self.masks_missing(data))
            self.adapt_frontend(data)
        return Trainer(self, Samples(self.shown(data), self.batch_size, self.views(data)), callbacks, verbose)

    def _check_phases(self, phases: Iterable[str] | None) -> tuple[str, ...]:
        names = self.phase_names
        phases = names if phases is None else tuple(phases)
        first = names.index(phases[0]) if phases and phases[0] in names else len(names)
        if not phases or phases != names[first : first + len(phases)]:
            raise InputError(f"phases={list(phases)}: expected some of {list(names)} that follow one another.")
        done = int(number_in(self.phases_done)) if self.built else 0
        if first > done:
            raise InputError(f"Phase {phases[0]!r} needs a trained model; run {names[done]!r} first.")
        return phases

    def views(self, data: Rows) -> Views | None:
        """Return the source of views of the samples, or None without augmentation."""
        if self.augmentation is None:
            return None
        self.augmentation.adapt(data.array())
        return views_of(data.array(), self.augmentation, self.frontend, self.random_state or 0)

    def known_sample_shape(self) -> tuple[int | None, ...] | None:
        """Return the shape of a sample, or None before the first `fit`.

        The shape of sequences of unequal length is (None, channels).
        """
        return self.sample_shape if self.built else None

    def known_origin(self) -> Array | None:
        """Return the origin (channels,) of the last `fit`, or None before."""
        return self.entry.origin_array() if self.built else None

    def origin_for(self, adapt: bool) -> Array | None:
        """Return the origin (channels,) of samples to learn from, or None for an origin of their own.

        Args:
            adapt: the front end will be adapted to the samples.
        """
        return None if adapt else self.known_origin()

    def table_kind(self) -> TableKind:
        """Return what is known of the tables that the model was fitted to."""
        return ANY_KIND if self.training_samples is None else self.training_samples.table_kind

    def masks_missing(self, data: Rows) -> bool:
        """Return whether missing values are masked rather than refused, by the samples to learn from."""
        return self.missing != "auto" or len(data.shape) > 2 or data.has_missing

    def read(self, x: Any, adapt: bool = True) -> Rows:
        """Return checked samples to learn from, as `Rows`.

        Args:
            x: as in `fit`.
            adapt: the front end will be adapted to the samples, so they may have an origin of their own.
        """
        return read_samples(
            x,
            self.known_sample_shape(),
            kind=self.table_kind(),
            origin=self.origin_for(adapt),
            max_missing=self.max_missing,
            warn_of_constants=True,
        )

    def shown(self, data: Rows) -> Array:
        """Return the features (n, ...) of the samples, the output of the front end."""
        return in_batches(self.traced(self.fronted), data.array())

    def adapt_frontend(self, data: Rows) -> None:
        """Adapt the front end to the samples."""
        self.frontend.adapt(data.array())

    def make_train_function(self, force: bool = False) -> None:
        """Make the training function.

        One replica has Keras's own function, several replicas have that of `kerasclust.compute.distribution`.
        """
        if n_replicas() == 1:
            super().make_train_function(force)
        elif self.train_function is None or force:
            self.train_function = train_function(self)

    def _maybe_symbolic_build(self, iterator: Any = None, data_batch: Any = None) -> None:
        """Do nothing, because `build` has created everything.

        The method of Keras 3.15 fails where each worker has one replica.
        """

    def train_step(self, data: tuple[Tensor, Tensor, Tensor]) -> dict[str, Tensor]:
        """Make one step of the running phase on a batch (index, x, view)."""
        return self.running.step(*data)

    def pretrain_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration of pretraining.

        Encoder and decoder lower L (`pretrain_objective`), a critic lowers its own loss.
        """
        with Tape() as tape:
            _, losses = self.autoencode(index, x, view)
            losses["loss"] = self.pretrain_objective(losses)
        tape.minimize(*self.of_critic(losses), (self.optimizer, losses["loss"], self.autoencoder_variables))
        return self.logs(losses)

    def of_critic(self, losses: dict[str, Tensor]) -> tuple[Objective, ...]:
        """Return the objectives of the critic for `Tape.minimize`; none without a critic."""
        return () if self.critic is None else (self.critic.objective(losses),)

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return latent points z (b, d) and the losses of the autoencoder for a batch.

        Args:
            index: numbers (b,) of the samples.
            x: features (b, ...), which are reconstructed.
            view: features (b, ...) of the views, which are encoded.

        Returns:
            (z, {name: scalar}).
        """
        z = self.encoder(view, training=True)
        return z, {"reconstruction_loss": self.reconstruction_loss(x, z)}

    def reconstruction_loss(self, x: Tensor, z: Tensor) -> Tensor:
        """Return L_rec of x (b, ...) and latent points z (b, d), a mean over what was observed of x.

        Reference:
            DANCE paper, eq. 1.
        """
        return observed_mean_squared_error(x, self.decoder(z, training=True))

    def pretrain_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return the loss L of pretraining from the losses {name: scalar} of a batch: L_rec."""
        return losses["reconstruction_loss"]

    def logs(self, losses: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the means of losses {name: scalar} since the start of the epoch."""
        for name, value in losses.items():
            self.trackers[name].update_state(value)
        return {name: self.trackers[name].result() for name in losses}

    # What the trainer resets and keeps --------------------------------------------------------------------------------

    def reset_networks(self, seed: int) -> None:
        """Reset encoder and decoder to the starting weights of a seed, and everything else."""
        for network, fresh in zip(self.networks, self.new_autoencoder(seed), strict=False):
            network.set_weights(fresh.get_weights())
        if self.critic is not None:
            self.critic.reset(seed)
        self.phases_done.assign(0)
        self.forget(seed)

    def forget(self, seed: int) -> None:
        """Reset the optimizers and the random state, without the weights."""
        self.noise.state.assign([seed % 2**31, 0])
        for optimizer in self.optimizers:
            reset(optimizer)

    def forget_clusters(self) -> None:
        """Forget the names of clusters before new clusters replace them.

        A model without clusters has none.
        """

    def given_weights(self) -> list[Array]:
        """Return starting weights that do not come from a seed: here none."""
        return []

    def kept_variables(self) -> list[keras.Variable]:
        """Return all variables that a phase leaves behind, with the random state."""
        return self.variables

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """All optimizers of the model."""
        return [self.optimizer, *([] if self.critic is None else [self.critic.optimizer])]

    def training_variables(self) -> list[keras.Variable]:
        """Return all variables that training changes, without the random state of views.

        Views are drawn ahead of the steps, so their random state belongs to a later step.
        """
        changed = [*self.kept_variables(), *(v for optimizer in self.optimizers for v in optimizer.variables)]
        of_views = {id(v) for v in self.augmentation.variables} if self.augmentation is not None else ()
        return [variable for variable in changed if id(variable) not in of_views]

    def new_optimizer(self, optimizer: keras.optimizers.Optimizer | None = None) -> keras.optimizers.Optimizer:
        """Return another optimizer of the model, by default Adam; float16 adds loss scaling."""
        optimizer = optimizer or FusedAdam(self.learning_rate)
        is_half = self.dtype_policy.compute_dtype == "float16"
        return keras.optimizers.LossScaleOptimizer(optimizer) if is_half else optimizer

    # Using a fitted model ---------------------------------------------------------------------------------------------

    def check_fitted(self) -> None:
        """Raise an error if the model is not fitted.

        Raises:
            InputError: the model is not fitted.
        """
        if not self.built:
            raise InputError(f"This {type(self).__name__} is not fitted yet; call fit first.")

    def fronted(self, x: Tensor) -> Tensor:
        """Return the features (b, ...) of samples x (b, ...) to learn from, without their origin."""
        return self.frontend(x)

    def features(self, x: Tensor) -> Tensor:
        """Return the features (b, ...) that the networks see of raw samples x (b, ...).

        NaN is a missing value, as are all features of a sample that cannot be used.
        """
        x, usable = self.entry(x)
        features = self.frontend(x)
        return missing_where(ops.logical_not(rows_like(usable, features)), features)

    def latent(self, x: Tensor, training: bool = False) -> Tensor:
        """Return the embedding (b, d) of raw samples x (b, ...); NaN for a sample that cannot be used."""
        x, usable = self.entry(x)
        return known_where(usable, self.encoder(self.frontend(x), training=training))

    def encode_features(self, features: Tensor) -> Tensor:
        """Return the latent points (b, d) of features (b, ...)."""
        return self.encoder(features, training=False)

    def reconstruct(self, z: Tensor) -> Tensor:
        """Return the features (b, ...) of latent points z (b, d)."""
        return self.decoder(z, training=False)

    def traced(self, method: Callable[[Tensor], Tensor]) -> Callable[[Array], Tensor]:
        """Return a method of one tensor as a compiled function, which is created once.

        TensorFlow warns of a function that is traced often, and counts over all models. Each `partial` counts for
        itself.
        """
        functions = self.__dict__.setdefault("_compiled_functions", {})
        if method.__name__ not in functions:
            functions[method.__name__] = tf.function(partial(method), reduce_retracing=True)
        return functions[method.__name__]

    def raw(self, x: Any) -> Array:
        """Return raw samples (n, ...) as one array, unchanged: float32, or float64 where the model needs it.

        Args:
            x: samples in any form that `fit` takes, in an order that the caller knows.

        Raises:
            InputError: the model is not fitted, the samples have another shape, or a value is missing and the model was
                fitted to a table without missing values.
        """
        self.check_fitted()
        return raw_samples(
            x,
            self.sample_shape,
            kind=self.table_kind(),
            masks=self.entry.masks_missing,
            has_origin=self.entry.has_origin,
        )

    def _apply(
        self, method: Callable[[Tensor], Tensor], x: Any, batch_size: int | None, title: str | None = None
    ) -> Array:
        return in_batches(self.traced(method), self.raw(x), batch_size, title)

    def encode(self, x: Any, batch_size: int | None = 1024) -> Array:
        """Return the embedding (n, d) float32 of raw samples (n, ...); NaN for a sample that cannot be used."""
        return self._apply(self.latent, x, batch_size)

    def decode(self, z: ArrayLike, batch_size: int | None = 1024) -> Array:
        """Return the features (n, ...) float32 of latent points z (n, d).

        Features are the output of the front end, not raw samples.

        Raises:
            InputError: the model is not fitted or has no decoder, or z has another shape.
        """
        self.check_fitted()
        if self.decoder is None:
            raise InputError(
                f"{type(self).__name__} has no decoder: it learns to tell samples apart, not to make them."
            )
        z = np.asarray(z, "float32")
        if z.shape[1:] != (self.latent_dim,):
            raise InputError(f"z has shape {z.shape}; decode takes latent points (n, {self.latent_dim}).")
        return in_batches(self.traced(self.reconstruct), z, batch_size)

    # Measuring --------------------------------------------------------------------------------------------------------

    def candidate(self, run: Run) -> Candidate:
        """Return the trained model of a finished `Run` as a `Candidate`, with measurements."""
        z = in_batches(self.traced(self.encode_features), run.samples.x)
        evidence = self.run_evidence(run) | {"reconstruction_loss": self.reconstruction_error(run.samples, z)}
        return Candidate(self.get_weights(), None, evidence, run.state)

    def run_evidence(self, run: Run) -> dict[str, Any]:
        """Return the seed and the seconds of a run."""
        return {"seed": run.seed, "seconds": run.trainer.clock.seconds}

    def reconstruction_error(self, samples: Samples, z: Array) -> float:
        """Return the mean squared error of the reconstruction of what was observed of samples.

        Args:
            samples: `Samples` with the features.
            z: their latent points (n, d).
        """
        reconstruct = self.traced(self.reconstruct)
        total, count = 0.0, 0
        for i, x in slabs(samples.x):
            errors = (in_batches(reconstruct, z[i : i + len(x)], BATCH) - x) ** 2
            total += float(np.nansum(errors, dtype="float64"))
            count += int(np.isfinite(errors).sum())
        return total / max(1, count)
