"""Reuters-10K: news stories as weights of their words, from the public RCV1 collection."""

from pathlib import Path
from typing import Any

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_whole
from kerasclust.datasets.cache import cached_arrays
from kerasclust.datasets.draw import draw_samples
from kerasclust.errors import InputError
from kerasclust.types import Array

ROOTS = {  # of RCV1's tree of topics
    "CCAT": "corporate/industrial",
    "ECAT": "economics",
    "GCAT": "government/social",
    "MCAT": "markets",
}
VERSION = 1  # of this module; raise it with every change, so that old cached samples are not read


def reuters10k(
    n_samples: int = 10_000, n_words: int = 2000, seed: int = 0, cache_dir: str | Path | None = None
) -> DataSet:
    """Load news stories of 4 known groups, each as the tf-idf weights of frequent words.

    The stories are a random draw from the stories of RCV1 in exactly one of its four root categories. The words are
    the words in most of these stories. The weights are RCV1's own (log frequency times inverse document frequency, of
    word stems), scaled to length 1. The papers share another draw from the same stories.

    The first call downloads RCV1 with scikit-learn (to its data directory, about 660 MB) and stores the sample; later
    calls read it.

    Args:
        n_samples: number of stories, drawn at random.
        n_words: number of words.
        seed: seed of the draw.
        cache_dir: directory for the sample. None: the environment variable `KERASCLUST_CACHE`, by default
            `~/.cache/kerasclust`.

    Returns:
        A `DataSet`: x float32 (n_samples, n_words), not negative, rows of length 1 (0 for a story with none of the
        words); y (n_samples,) the root category. Its context: "story" (n_samples,), RCV1's number of the story.

    Raises:
        InputError: An argument is not a whole number or is too large, RCV1 cannot be downloaded, or the cache folder
            cannot be written to.

    Source:
        D. D. Lewis, Y. Yang, T. G. Rose, F. Li, "RCV1: a new benchmark collection for text categorization research",
        Journal of Machine Learning Research, 2004. Preprocessing: the CDC paper, section 4.1.

    Example:
        >>> data = reuters10k()  # doctest: +SKIP
        >>> data.x.shape  # doctest: +SKIP
        (10000, 2000)
    """
    sizes = {
        "n_samples": check_whole(n_samples, "n_samples", 1),
        "n_words": check_whole(n_words, "n_words", 1),
        "seed": check_whole(seed, "seed", 0),
    }
    arrays = cached_arrays("reuters10k", sizes | {"version": VERSION}, lambda: _sample(**sizes), cache_dir)
    return DataSet(
        name="reuters10k",
        x=arrays["x"],
        y=arrays["y"],
        label_names=tuple(ROOTS.values()),
        channel_names=tuple(f"word {i}" for i in arrays["word"]),
        channel_units=("",) * len(arrays["word"]),
        context={"story": arrays["story"]},
    )


def _sample(n_samples: int, n_words: int, seed: int) -> dict[str, Array]:
    """Draw stories and choose words."""
    from sklearn.preprocessing import normalize

    collection = _rcv1()
    topics = list(collection.target_names)
    roots = collection.target[:, [topics.index(root) for root in ROOTS]].toarray()
    single = np.flatnonzero(roots.sum(axis=1) == 1)
    weights = collection.data[single]
    frequency = np.bincount(weights.indices, minlength=weights.shape[1])  # number of stories with each word
    if n_words > np.count_nonzero(frequency):
        raise InputError(f"n_words is {n_words:,}, but RCV1 has {np.count_nonzero(frequency):,} words: choose fewer.")
    words = np.sort(np.argsort(-frequency, kind="stable")[:n_words])
    chosen = draw_samples(len(single), n_samples, seed, "RCV1")
    return {
        "x": normalize(weights[chosen][:, words]).toarray().astype("float32"),
        "y": roots[single[chosen]].argmax(axis=1),
        "word": words,
        "story": np.asarray(collection.sample_id)[single[chosen]],
    }


def _rcv1() -> Any:
    """Return scikit-learn's bunch of RCV1, downloaded on first use."""
    from sklearn import datasets

    try:
        return datasets.fetch_rcv1()
    except (OSError, EOFError, ValueError) as error:  # a missing network is an OSError, a damaged file any of them
        raise InputError(
            f"scikit-learn cannot provide RCV1 ({error}). Check the network, or put the RCV1 folder of another "
            f"machine's scikit-learn data into {datasets.get_data_home()}."
        ) from error
