"""Every method as a scikit-learn estimator."""

import dataclasses

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from kerasclust.defaults import DEFAULT_METHOD
from kerasclust.errors import InputError

SHARED = ("latent_dim", "pretrain_epochs", "epochs", "batch_size", "learning_rate")  # arguments that models share
MAX_SEED = 2**31 - 1


class DeepClustering(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator):
    """Deep clustering by any method of kerasclust, for scikit-learn's pipelines, searches and metrics.

    It can be cloned, and pickled or copied with its fitted model: Keras pickles a model as its .keras file. As always,
    unpickle only what you trust; `model_.save` writes a file without code.

    There is no `score`: no measure without labels ranks methods, latent spaces and numbers of clusters alike. A search
    gets the one that fits the question as its `scoring`.

    Args:
        method: name of the method, see `kerasclust methods`.
        n_clusters: number of clusters k.
        latent_dim: number of latent dimensions d; None for the method's default, as in what follows.
        pretrain_epochs: passes over the data in pretraining.
        epochs: passes over the data in refinement.
        batch_size: samples a training step.
        learning_rate: of Adam.
        random_state: seed of everything random, a `numpy.random.RandomState` that draws one, or None for NumPy's own.
        verbose: 0 is silent, anything else shows one bar a phase.
        settings: {name: value} of further settings of the method.

    Attributes:
        labels_: clusters of the samples of `fit`, integers (n,).
        embedding_: their embedding (n, d) float32.
        n_clusters_: number of clusters that got a sample.
        cluster_centers_: centers (k, at most d) in the first dimensions of the embedding, where the method has them.
        model_: the fitted Keras model, with `diagnostics()`, `decode` and `export`.
        n_features_in_: length of the first axis of a sample.
        feature_names_in_: columns of the data frame that it was fitted to.

    Example:
        >>> import numpy as np
        >>> from sklearn.pipeline import make_pipeline
        >>> from sklearn.preprocessing import StandardScaler
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> clustering = DeepClustering("dec", n_clusters=2, pretrain_epochs=20, epochs=5, random_state=0)
        >>> labels = make_pipeline(StandardScaler(), clustering).fit_predict(x)
        >>> np.bincount(labels).tolist()
        [30, 30]
        >>> clustering.transform(x).shape, clustering.predict_proba(x).shape
        ((60, 10), (60, 2))
    """

    def __init__(
        self,
        method=DEFAULT_METHOD,
        n_clusters=8,
        *,
        latent_dim=None,
        pretrain_epochs="auto",
        epochs="auto",
        batch_size=None,
        learning_rate=None,
        random_state=None,
        verbose=0,
        settings=None,
    ):
        self.method = method
        self.n_clusters = n_clusters
        self.latent_dim = latent_dim
        self.pretrain_epochs = pretrain_epochs
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.verbose = verbose
        self.settings = settings

    def fit(self, X, y=None):
        """Cluster unlabeled samples.

        Args:
            X: array (n, features), (n, steps, channels) or (n, height, width, channels), or a DataFrame.
            y: ignored.

        Returns:
            The estimator.

        Raises:
            InputError: bad samples, or a method or setting that does not exist; it is a ValueError.
        """
        X = self._validated(X, reset=True, ensure_min_samples=2)
        model = self._new_model()
        model.fit(X, verbose=self.verbose)
        self.model_ = model
        self.embedding_ = model.encode(X)
        self.labels_ = model.predict_clusters(X)
        self.n_clusters_ = len(np.unique(self.labels_[self.labels_ >= 0]))  # -1 is noise
        return self

    def predict(self, X):
        """Clusters of samples (n, ...), integers (n,)."""
        return self._applied("predict_clusters", X)

    def predict_proba(self, X):
        """Soft assignments of samples (n, ...): array (n, k) float32, rows sum to 1."""
        return self._applied("predict", X)

    def transform(self, X):
        """Embedding of samples (n, ...): array (n, d) float32."""
        return self._applied("encode", X)

    @property
    def cluster_centers_(self):
        """Centers of the clusters (k, at most d), in the first dimensions of the embedding."""
        centers = getattr(getattr(getattr(self, "model_", None), "assignment", None), "centers", None)
        if centers is None:
            raise AttributeError(f"{self.method!r} has no cluster centers, or is not fitted yet.")
        return np.array(centers)

    @property
    def _n_features_out(self):
        """What `get_feature_names_out` counts."""
        return self.embedding_.shape[1]

    def _applied(self, name, X):
        check_is_fitted(self)
        return getattr(self.model_, name)(self._validated(X, reset=False))

    def _validated(self, X, **checks):
        # The models say where a missing or infinite value is; scikit-learn does not.
        return validate_data(self, X, dtype=(np.float32, np.float64), allow_nd=True, ensure_all_finite=False, **checks)

    def _new_model(self):
        from kerasclust.models.catalog import new_model  # TensorFlow loads with it

        given = {n: getattr(self, n) for n in SHARED if getattr(self, n) is not None and getattr(self, n) != "auto"}
        further = {} if self.settings is None else self.settings
        if not isinstance(further, dict):
            raise InputError(f"settings={further!r}: expected a dict of settings by name, or None.")
        twice = sorted(further.keys() & {*given, "n_clusters", "random_state"})
        if twice:
            raise InputError(f"settings has {', '.join(twice)}, which is an argument of its own; give it once.")
        return new_model(self.method, self.n_clusters, {**given, **further, "random_state": self._seed()})

    def _seed(self):
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)  # the same as the model's own
        return int(check_random_state(self.random_state).randint(MAX_SEED))

    # Pickling ---------------------------------------------------------------------------------------------------------

    def __getstate__(self):
        """The state, with what the training measured: the model's file has its weights only."""
        state = dict(super().__getstate__())
        if "model_" in state:
            state["_measured"] = _without_weights(state["model_"].result_)
        return state

    def __setstate__(self, state):
        """Restore the state of `__getstate__`."""
        measured = state.pop("_measured", None)
        super().__setstate__(state)
        if measured is not None:
            self.model_.result_ = measured

    def __sklearn_tags__(self):
        """Sequences and images are understood; embeddings are float32 whatever the samples are."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _without_weights(result):
    """A `FitResult` with the measurements of its runs, but not their weights."""

    def measured(run):
        return dataclasses.replace(run, weights=[], state={})

    if result is None:
        return None
    return dataclasses.replace(
        result, candidates=[measured(run) for run in result.candidates], kept=measured(result.kept)
    )
