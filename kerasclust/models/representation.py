"""What every model shares: an encoder and mostly a decoder behind a front end, trained in named phases."""

from types import MappingProxyType

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.augmentations import AUTO, build_augmentation
from kerasclust.augmentations.views import views_of
from kerasclust.callbacks import LearningRateDecay
from kerasclust.compute.distribution import n_replicas, number_in, scaled, train_function
from kerasclust.compute.optimizers import FusedAdam, reset
from kerasclust.compute.precision import precision
from kerasclust.compute.workers import workers_watched
from kerasclust.data.inputs import Rows, read_samples
from kerasclust.data.large_arrays import slabs
from kerasclust.data.pipeline import BATCH, Samples, in_batches
from kerasclust.errors import InputError
from kerasclust.frontends import build_frontend
from kerasclust.models.parts.checks import (
    epochs_setting,
    layer_widths,
    number,
    positive,
    precision_setting,
    seed_setting,
)
from kerasclust.models.parts.encoding import Encoding
from kerasclust.models.parts.kept_settings import KeptSettings
from kerasclust.networks import build_autoencoder
from kerasclust.system.quiet import TracingOfNewModels
from kerasclust.training.backup import backup_of
from kerasclust.training.phases import PhaseRunner
from kerasclust.training.selection import Candidate
from kerasclust.training.training_samples import TrainingSamples

tf.get_logger().addFilter(TracingOfNewModels())


class RepresentationModel(KeptSettings, Encoding, keras.Model):
    """An autoencoder of what a front end shows of the samples; base of all models.

    A model declares `phase_names`, `run_<phase>(runner, seed, state)` for each of them, `<phase>_step(index, x, view)`
    for each that trains by gradient, `loss_names`, and `candidate(...)`, which measures a finished run. A step gets the
    index (b,), the features x (b, ...) and those of a view of each sample: x itself where nothing augments it.

    Args:
        latent_dim: number of latent dimensions d.
        frontend: what the networks see of a sample: "auto", a name or names joined by "+" (`kerasclust.frontends`), or
            a `FrontEnd` layer. It is adapted to the data in `fit` and saved with the model.
        network: "auto" (from the shape of the features), "dense", "dec", "conv1d", "conv2d"
            (`kerasclust.networks.build_autoencoder`), or a function
            (feature_shape, latent_dim, seed) -> (encoder, decoder) registered with `keras.saving`.
        units: widths (or filters) of the hidden layers; None for the default of the network, () for a linear one.
        batch_size: samples a training step.
        learning_rate: of Adam, for every optimizer of the model.
        pretrain_epochs: passes over the data in pretraining, or "auto": a number of updates, see `auto_updates`.
        augmentation: what makes the view of a sample that is encoded in training, while the sample itself is
            reconstructed: "auto" (parts of sequences, nothing else), None, names or a Keras layer
            (`kerasclust.augmentations.build_augmentation`).
        random_state: seed of everything random; None draws one.
        dtype: Keras dtype policy of the networks: "float32", "mixed_bfloat16" or "mixed_float16"; None for the global
            one. It is saved with the model. Front ends, assignments, targets and losses are float32.
    """

    phase_names = ("pretrain",)
    searched_phases = ()  # those that `n_runs` repeats
    auto_updates = MappingProxyType({"pretrain": 3000})
    loss_names = ("loss", "reconstruction_loss")
    n_runs = 1
    auto_augmentation = AUTO  # what augmentation="auto" stands for

    def __init__(
        self,
        *,
        latent_dim=10,
        frontend="auto",
        network="auto",
        units=None,
        batch_size=256,
        learning_rate=1e-3,
        pretrain_epochs="auto",
        augmentation="auto",
        random_state=None,
        dtype=None,
        **kwargs,
    ):
        super().__init__(dtype=precision_setting(dtype), **kwargs)
        self.latent_dim = positive("latent_dim", latent_dim)
        self.frontend_spec = frontend
        self.network = network
        self.units = None if units is None else layer_widths(units)
        self.batch_size = positive("batch_size", batch_size)
        self.learning_rate = number("learning_rate", learning_rate, above=0.0)
        self.pretrain_epochs = epochs_setting("pretrain_epochs", pretrain_epochs)
        self.augmentation_spec = augmentation
        self.random_state = seed_setting(random_state)
        self.result_ = None
        self.training_samples = None  # `TrainingSamples` of the last `fit`
        self.trackers = {name: keras.metrics.Mean(name) for name in self.loss_names}
        self.compile(optimizer=FusedAdam(learning_rate), jit_compile=False)

    @classmethod
    def resolve(cls, given):
        """The constructor's arguments {name: value}, with the precision that they or Keras's global policy ask for."""
        return {**given, "dtype": precision_setting(given.get("dtype"))}

    def get_compile_config(self):
        """None: the constructor compiles the model, there is nothing to restore."""
        return None

    # Building ---------------------------------------------------------------------------------------------------------

    def build(self, input_shape):
        """Create front end, encoder and decoder for samples of a shape (None, ...)."""
        self.sample_shape = tuple(input_shape[1:])
        self.frontend = build_frontend(self.frontend_spec, self.sample_shape, seed=self.random_state or 0)
        self.augmentation = build_augmentation(self.augmentation_spec, self.sample_shape, self.auto_augmentation)
        self.feature_shape = tuple(self.frontend.compute_output_shape((None, *self.sample_shape))[1:])
        with precision(self.dtype_policy):
            self.encoder, self.decoder = self.new_autoencoder(seed=0)
            self.build_further()
        self.noise = keras.random.SeedGenerator(0)
        self.phases_done = self.add_weight(
            shape=(), initializer="zeros", trainable=False, dtype="int32", name="phases_done"
        )
        self.optimizer.build(self.trained_variables)
        self.built = True

    def get_build_config(self):
        """What a file keeps beside settings and weights: the shape of the samples, and what they were."""
        config = super().get_build_config()
        return config and config | {"training_samples": self.training_samples and self.training_samples.as_dict()}

    def build_from_config(self, config):
        """Build from what `get_build_config` gave; files of earlier versions have the shape alone."""
        super().build_from_config({name: value for name, value in config.items() if name != "training_samples"})
        if kept := config.get("training_samples"):
            self.training_samples = TrainingSamples.from_dict(kept)

    def build_further(self):
        """Create what else a method trains with the model's own optimizer, when encoder and decoder are there."""

    @property
    def trained_variables(self):
        """All weights that the model's own optimizer trains in some phase."""
        return self.autoencoder_variables

    @property
    def autoencoder_variables(self):
        """theta_q and theta_q': the weights of encoder and decoder."""
        return [variable for network in self.networks for variable in network.trainable_variables]

    @property
    def networks(self):
        """Encoder and, where the model has one, decoder."""
        return [network for network in (self.encoder, self.decoder) if network is not None]

    def new_autoencoder(self, seed):
        """Encoder and decoder, or None, with the starting weights of a seed."""
        if callable(self.network):
            return self.network(self.feature_shape, self.latent_dim, seed)
        return build_autoencoder(self.feature_shape, self.latent_dim, self.network, self.units, seed)

    def reset_networks(self, seed):
        """Give encoder and decoder the starting weights of a seed, and start everything else anew."""
        for network, fresh in zip(self.networks, self.new_autoencoder(seed), strict=False):
            network.set_weights(fresh.get_weights())
        self.phases_done.assign(0)
        self.forget(seed)

    def given_weights(self):
        """Weights that training starts from, beside those that a seed gives."""
        return []

    def kept_variables(self):
        """All that a phase leaves behind, the state of random numbers included."""
        return self.variables

    @property
    def optimizers(self):
        """All optimizers of the model."""
        return [self.optimizer]

    def training_variables(self):
        """All that a phase changes while it trains, but how far the views' random numbers are: batches run ahead."""
        changed = [*self.kept_variables(), *(v for optimizer in self.optimizers for v in optimizer.variables)]
        of_views = {id(v) for v in self.augmentation.variables} if self.augmentation is not None else ()
        return [variable for variable in changed if id(variable) not in of_views]

    def forget(self, seed):
        """Start the optimizers and the noise anew; the weights stay."""
        self.noise.state.assign([seed % 2**31, 0])
        for optimizer in self.optimizers:
            reset(optimizer)

    def forget_clusters(self):
        """Forget what users said of clusters that are about to be replaced: nothing, where there are no clusters."""

    def new_optimizer(self, optimizer=None):
        """A further optimizer of the model, Adam unless given, with loss scaling where the precision asks for it."""
        optimizer = optimizer or FusedAdam(self.learning_rate)
        scaled = self.dtype_policy.compute_dtype == "float16"
        return keras.optimizers.LossScaleOptimizer(optimizer) if scaled else optimizer

    def epochs_of(self, phase, samples):
        """Passes over the samples in a phase: as set, or as many as make `auto_updates[phase]` updates."""
        epochs = self.epochs_set(phase)
        return max(1, -(-self.auto_updates[phase] // samples.steps_per_epoch)) if epochs == "auto" else epochs

    def epochs_set(self, phase):
        """The user's setting of the length of a phase, or "auto"."""
        return self.pretrain_epochs if phase == "pretrain" else "auto"

    # Training ---------------------------------------------------------------------------------------------------------

    def fit(self, x, *, phases=None, callbacks=None, verbose="auto", backup_dir=None):
        """Train on unlabeled samples: all phases in order.

        Args:
            x: array (n, ...) of any numeric type, or a batched tf.data.Dataset; labels in the dataset are ignored.
            phases: names of the phases to run, in their order; None runs all of them. Without the first phase the
                model goes on from the weights that it has; without one that `n_runs` repeats, there is a single run.
            callbacks: Keras callbacks; they see one continuous count of epochs.
            verbose: 0 is silent, anything else shows one bar a phase.
            backup_dir: folder for what each phase leaves behind and, about once a minute, for how far one is that
                trains on all samples (others, such as the search for clusters, begin anew). The same `fit` of the same
                samples, in another process if this one was killed, goes on from there and ends where it would have
                ended; of a finished training it takes the result. Callbacks of your own start anew. Delete the folder
                when it is no longer needed.

        Returns:
            keras.callbacks.History: one entry an epoch for every logged value, "run" and "phase"; values that a phase
            does not have are NaN.

        Raises:
            InputError: bad samples or settings, or a backup of another training, or one that another process writes,
                before any training.
            TrainingDiverged: a loss became NaN or infinite. The model has the weights of the last good epoch, or those
                of the best run that was finished. Of several runs, those that diverge are passed over.
            WorkerLost: of several processes that train together one is gone.
        """
        phases = self._check_phases(phases)
        with self.distribute_strategy.scope(), workers_watched():
            data = self.read(x)
            runner = self.runner(data, callbacks, verbose, adapt=phases[0] == self.phase_names[0])
            with backup_of(backup_dir, self, data.array(), phases).opened() as backup:
                return runner.run(phases, backup)

    def runner(self, x, callbacks=None, verbose=0, adapt=True):
        """A `PhaseRunner` for these samples: what `fit` uses, for those who run phases by their own plan.

        Args:
            x: as in `fit`, or what `read` made of that.
            callbacks: as in `fit`.
            verbose: as in `fit`.
            adapt: adapt the front end to the samples.
        """
        data = x if isinstance(x, Rows) else self.read(x)
        if not self.built:
            self.build((None, *data.shape[1:]))
        self.training_samples = TrainingSamples.of(data)
        if adapt:
            self.adapt_frontend(data)
        return PhaseRunner(self, Samples(self.shown(data), self.batch_size, self.views(data)), callbacks, verbose)

    def views(self, data):
        """What draws the views of the samples, or None without augmentation."""
        if self.augmentation is None:
            return None
        self.augmentation.adapt(data.array())
        return views_of(data.array(), self.augmentation, self.frontend, self.random_state or 0)

    def known_sample_shape(self):
        """Shape of a sample where it is known, None before the first `fit`."""
        return self.sample_shape if self.built else None

    def read(self, x):
        """Samples to learn from, checked, as `Rows`."""
        return read_samples(x, self.known_sample_shape(), warn_of_constants=True)

    def shown(self, data):
        """Features (n, ...) that the front end shows of the samples."""
        return in_batches(self.function("features"), data.array())

    def adapt_frontend(self, data):
        """Let the front end learn from the samples."""
        self.frontend.adapt(data.array())

    def _check_phases(self, phases):
        names = self.phase_names
        phases = names if phases is None else tuple(phases)
        first = names.index(phases[0]) if phases and phases[0] in names else len(names)
        if not phases or phases != names[first : first + len(phases)]:
            raise InputError(f"phases={list(phases)}: expected some of {list(names)} that follow one another.")
        done = int(number_in(self.phases_done)) if self.built else 0
        if first > done:
            raise InputError(f"Phase {phases[0]!r} needs a trained model; run {names[done]!r} first.")
        return phases

    def make_train_function(self, force=False):
        """Keras's own, or that of `kerasclust.compute.distribution` where several replicas train together."""
        if n_replicas() == 1:
            super().make_train_function(force)
        elif self.train_function is None or force:
            self.train_function = train_function(self)

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Nothing: `build` has made everything. Keras 3.15's own fails where workers have one replica each."""

    def train_step(self, data):
        """One step of the phase that runs."""
        return self.phase_step(*data)

    def run_pretrain(self, runner, seed, state):
        """Train the autoencoder."""
        self.train_autoencoder(runner, seed)

    def train_autoencoder(self, runner, seed):
        """Train encoder and decoder by `pretrain_step`."""
        epochs = self.epochs_of("pretrain", runner.samples)
        runner.train("pretrain", runner.samples, epochs, self.steering(runner.samples, epochs), seed)

    def steering(self, samples, epochs, rate=1.0, rise=0.0):
        """Callbacks that every phase on the samples has: the learning rate, times `rate`, falls over the phase.

        First it rises over the share `rise` of it.
        """
        return [LearningRateDecay(self.optimizer, rate * self.learning_rate, epochs, rise=rise)]

    def autoencode(self, index, x, view):
        """z (b, d) of the views and the losses of the autoencoder for a batch (index (b,), x and view (b, ...))."""
        z = self.encoder(view, training=True)
        return z, {"reconstruction_loss": self.reconstruction_loss(x, z)}

    def reconstruction_loss(self, x, z):
        """Mean squared difference, over batch and features, of x (b, ...) and what z (b, d) decodes to: DANCE eq. 1."""
        return ops.mean((x - self.decoder(z, training=True)) ** 2)

    def pretrain_step(self, index, x, view):
        """One iteration of pretraining: L (`pretrain_objective`) for encoder and decoder."""
        with tf.GradientTape() as tape:
            _, losses = self.autoencode(index, x, view)
            losses["loss"] = self.pretrain_objective(losses)
            share = scaled(self.optimizer, losses["loss"])
        return self.descend(tape, share, self.autoencoder_variables, losses)

    def pretrain_objective(self, losses):
        """The loss L of pretraining, of the losses {name: scalar} of a batch: L_rec."""
        return losses["reconstruction_loss"]

    def descend(self, tape, share, variables, losses):
        """Update variables by the gradient of a `scaled` loss, and return the logs of all losses."""
        self.optimizer.apply(tape.gradient(share, variables), variables)
        return self.logs(losses)

    def logs(self, losses):
        """Means over the epoch of the losses {name: scalar} of its steps."""
        for name, value in losses.items():
            self.trackers[name].update_state(value)
        return {name: self.trackers[name].result() for name in losses}

    # Measuring --------------------------------------------------------------------------------------------------------

    def candidate(self, samples, seed, state, seconds):
        """The trained model as a `Candidate`, with what can be measured of it."""
        z = in_batches(self.function("encode_features"), samples.x)
        evidence = {"seed": seed, "seconds": seconds, "reconstruction_loss": self.reconstruction_error(samples, z)}
        return Candidate(self.get_weights(), None, evidence, state)

    def reconstruction_error(self, samples, z):
        """Mean squared difference between the features of samples and what their latent points z (n, d) decode to."""
        reconstruct = self.function("reconstruct")
        sums = [
            np.sum((in_batches(reconstruct, z[i : i + len(x)], BATCH) - x) ** 2, dtype="float64")
            for i, x in slabs(samples.x)
        ]
        return float(sum(sums) / samples.x.size)
