"""Scikit-learn estimator for all methods."""

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from kerasclust.defaults import DEFAULT_METHOD, TIME_BUDGET
from kerasclust.errors import InputError
from kerasclust.types import Array, Labels

if TYPE_CHECKING:
    from kerasclust.choosing.automatic import Plan
    from kerasclust.training.selection import Candidate, FitResult

SHARED = ("latent_dim", "pretrain_epochs", "epochs", "batch_size", "learning_rate")  # settings of all models
MAX_SEED = 2**31 - 1


class DeepClustering(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator):
    """Deep clustering by any method, for scikit-learn's pipelines, searches and metrics.

    The estimator can be cloned, copied and pickled with its fitted model, since Keras pickles a model as its .keras
    file. Unpickle only files that you trust; `model_.save` writes a file without code.

    `DeepClustering("auto", "auto")` chooses the method and the number of clusters, as `kerasclust.cluster` does. The
    choice takes minutes for each `fit`, so it is not the default.

    There is no `score`. No measure without labels can compare methods, latent spaces and numbers of clusters at once.
    Pass a measure that fits your question to a search, as `scoring`.

    Args:
        method: name of the method, see `kerasclust methods`; "auto" for the best of several, ranked without labels.
        n_clusters: number of clusters k; "auto" for an estimate without labels, or for a method that finds it.
        latent_dim: number of latent dimensions d; None for the default of the method.
        pretrain_epochs: passes over the data in pretraining; "auto" or None for the default of the method.
        epochs: passes over the data in refinement; "auto" or None for the default of the method.
        batch_size: samples per training step; None for the default of the method.
        learning_rate: learning rate of Adam; None for the default of the method.
        random_state: seed of all random numbers, a `numpy.random.RandomState` that draws the seed, or None for the
            global random state of NumPy.
        time_budget: seconds for the choices; a compared run that is expected to end later does not begin.
        verbose: 0 for no output, otherwise a progress bar for each phase.
        settings: {name: value}, further settings of the method.

    Attributes:
        labels_: clusters of the samples of `fit`, integers (n,); -1 for a sample that cannot be used, because more than
            `max_missing` of its values are missing.
        embedding_: embedding (n, d) float32 of the samples of `fit`; NaN for a sample that cannot be used.
        n_clusters_: number of clusters with at least one sample.
        cluster_centers_: centers (k, at most d) in the first dimensions of the embedding, if the method has centers.
        method_: name of the method.
        comparison_: `Comparison` of the methods, with `sentences()` and all runs; None if the method is given.
        number_: `NumberOfClusters`, the estimate and its evidence; None if nothing is estimated.
        model_: fitted Keras model, with `diagnostics()`, `decode` and `export`.
        n_features_in_: length of the first axis of a sample, if `fit` got an array or a data frame.
        feature_names_in_: columns of the data frame, if `fit` got a data frame.

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
        method: str = DEFAULT_METHOD,
        n_clusters: int | str | None = 8,
        *,
        latent_dim: int | None = None,
        pretrain_epochs: int | str | None = "auto",
        epochs: int | str | None = "auto",
        batch_size: int | None = None,
        learning_rate: float | None = None,
        random_state: int | np.random.RandomState | None = None,
        time_budget: float = TIME_BUDGET,
        verbose: int = 0,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.method = method
        self.n_clusters = n_clusters
        self.latent_dim = latent_dim
        self.pretrain_epochs = pretrain_epochs
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.time_budget = time_budget
        self.verbose = verbose
        self.settings = settings

    def fit(self, X: Any, y: Any = None) -> "DeepClustering":
        """Cluster unlabeled samples.

        Args:
            X: array (n, features), (n, steps, channels) or (n, height, width, channels), where NaN is a missing value;
                a DataFrame; or any other form that `fit` of the models takes, such as a list of arrays
                (steps, channels) of unequal length.
            y: ignored.

        Returns:
            The estimator.

        Raises:
            InputError: The samples are invalid, or the method or a setting does not exist. It is a ValueError.
        """
        from kerasclust.choosing.automatic import clustered  # it loads TensorFlow

        X = self._validated(X, reset=True, ensure_min_samples=2)
        plan = self._plan()
        found = clustered(plan, X, self.verbose)
        self.model_, self.labels_ = found.model, found.labels
        self.method_, self.comparison_, self.number_ = found.method, found.comparison, found.number
        self.embedding_ = self.model_.encode(X)
        self.n_clusters_ = len(np.unique(self.labels_[self.labels_ >= 0]))
        return self

    def predict(self, X: Any) -> Labels:
        """Return the clusters of samples (n, ...), integers (n,); -1 for a sample that cannot be used."""
        return self._applied("predict_clusters", X)

    def predict_proba(self, X: Any) -> Array:
        """Return the soft assignments (n, k) float32 of samples (n, ...). Rows sum to 1."""
        return self._applied("predict", X)

    def transform(self, X: Any) -> Array:
        """Return the embedding (n, d) float32 of samples (n, ...)."""
        return self._applied("encode", X)

    @property
    def cluster_centers_(self) -> Array:
        """Centers of the clusters (k, at most d), in the first dimensions of the embedding.

        Raises:
            AttributeError: The method has no centers, or the estimator is not fitted.
        """
        centers = getattr(getattr(getattr(self, "model_", None), "assignment", None), "centers", None)
        if centers is None:
            raise AttributeError(f"{self.method!r} has no cluster centers, or is not fitted yet.")
        return np.array(centers)

    @property
    def _n_features_out(self) -> int:
        """Number of names that `get_feature_names_out` returns."""
        return self.embedding_.shape[1]

    def _applied(self, name: str, X: Any) -> Array:
        """Call a method of the fitted model on validated samples."""
        check_is_fitted(self)
        return getattr(self.model_, name)(self._validated(X, reset=False))

    def _validated(self, X: Any, reset: bool, **checks: Any) -> Any:
        from kerasclust.data.inputs import as_given, is_one_array  # it loads TensorFlow

        if not is_one_array(X):
            if not reset:
                return X
            self.__dict__.pop("n_features_in_", None)
            self.__dict__.pop("feature_names_in_", None)
            return as_given(X)  # read once: a dataset may shuffle
        # The errors of the models name the position of a missing or infinite value, unlike those of scikit-learn.
        types = (np.float64, np.float32)  # whole numbers become float64, which keeps all digits of counters
        checks |= {"dtype": types, "allow_nd": True, "ensure_all_finite": False}
        return validate_data(self, X, reset=reset, **checks)

    def _plan(self) -> "Plan":
        from kerasclust.choosing.automatic import Plan  # it loads TensorFlow

        given = {n: getattr(self, n) for n in SHARED if getattr(self, n) is not None and getattr(self, n) != "auto"}
        further = {} if self.settings is None else self.settings
        if not isinstance(further, dict):
            raise InputError(f"settings={further!r}: expected a dict of settings by name, or None.")
        twice = sorted(further.keys() & {*given, "n_clusters", "random_state"})
        if twice:
            raise InputError(f"settings has {', '.join(twice)}, which is an argument of its own; give it once.")
        return Plan(self.n_clusters, self.method, {**given, **further}, self.time_budget, self._seed())

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)  # the seed that a model of its own would get
        return int(check_random_state(self.random_state).randint(MAX_SEED))

    # Pickling ---------------------------------------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """Return the state, with the measurements that the file of the model lacks."""
        state = dict(super().__getstate__())
        if "model_" in state:
            state["_measured"] = _without_weights(state["model_"].result_)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the state that `__getstate__` returned."""
        measured = state.pop("_measured", None)
        super().__setstate__(state)
        if measured is not None:
            self.model_.result_ = measured

    def __sklearn_tags__(self) -> Any:
        """Return the tags: samples may be sequences or images with missing values, and embeddings are float32."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _without_weights(result: "FitResult | None") -> "FitResult | None":
    """Return a `FitResult` with the measurements of its runs, but without their weights."""

    def measured(run: "Candidate") -> "Candidate":
        return dataclasses.replace(run, weights=[], state={})

    if result is None:
        return None
    return dataclasses.replace(
        result, candidates=[measured(run) for run in result.candidates], kept=measured(result.kept)
    )
