"""Reuters-10K from a collection of the shape of RCV1 that the tests make."""

import numpy as np
import pytest
import scipy.sparse
import sklearn.datasets
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score
from sklearn.utils import Bunch

from kerasclust.datasets import reuters10k
from kerasclust.errors import InputError

TOPICS = ["C15", "CCAT", "E11", "ECAT", "GCAT", "GPOL", "MCAT"]
ROOT_COLUMNS = [1, 3, 4, 6]
SMALL = {"n_samples": 150, "n_words": 40}


def collection(n=400, n_words=60):
    """Stories that use words of their topic, every seventh of two topics; words are rarer from left to right."""
    random = np.random.default_rng(0)
    topic = np.arange(n) % 4
    probability = np.linspace(0.5, 0.1, n_words) * np.where(np.arange(n_words) % 4 == topic[:, None], 1.6, 0.4)
    used = random.uniform(size=(n, n_words)) < probability
    target = np.zeros((n, len(TOPICS)), "uint8")
    target[np.arange(n), np.take(ROOT_COLUMNS, topic)] = 1
    target[::7, ROOT_COLUMNS[0]] = target[::7, ROOT_COLUMNS[1]] = 1
    target[:, [0, 2, 5]] = random.integers(0, 2, (n, 3))  # topics that are no roots
    return Bunch(
        data=scipy.sparse.csr_matrix(used * random.uniform(0.1, 1, used.shape)),
        target=scipy.sparse.csr_matrix(target),
        target_names=np.array(TOPICS, dtype=object),
        sample_id=2286 + np.arange(n),
    )


@pytest.fixture
def rcv1(monkeypatch, tmp_path):
    """Puts the collection in place of RCV1; returns it and the calls."""
    made, calls = collection(), []
    monkeypatch.setenv("KERASCLUST_CACHE", str(tmp_path))
    monkeypatch.setattr(sklearn.datasets, "fetch_rcv1", lambda: calls.append(1) or made)
    return made, calls


def test_shapes_and_names(rcv1):
    data = reuters10k(**SMALL)
    assert data.x.shape == (150, 40) and data.x.dtype == np.float32 and data.x.min() == 0
    np.testing.assert_allclose(np.linalg.norm(data.x, axis=1), 1, rtol=1e-6)
    assert data.label_names == ("corporate/industrial", "economics", "government/social", "markets")


def test_stories_have_exactly_one_root_and_it_is_their_label(rcv1):
    made, _ = rcv1
    data = reuters10k(**SMALL)
    roots = made.target.toarray()[data.context["story"] - 2286][:, ROOT_COLUMNS]
    assert (roots.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(roots.argmax(axis=1), data.y)
    assert len(np.unique(data.context["story"])) == 150


def test_the_words_are_those_that_most_stories_use(rcv1):
    made, _ = rcv1
    single = made.target[:, ROOT_COLUMNS].toarray().sum(axis=1) == 1
    frequency = (made.data.toarray()[single] > 0).sum(axis=0)
    chosen = [int(name.removeprefix("word ")) for name in reuters10k(**SMALL).channel_names]
    others = [word for word in range(60) if word not in chosen]
    assert len(chosen) == 40 and frequency[chosen].min() >= frequency[others].max()


def test_topics_can_be_found(rcv1):
    data = reuters10k(n_samples=300, n_words=60)
    labels = KMeans(4, n_init=5, random_state=0).fit_predict(data.x)
    assert normalized_mutual_info_score(data.y, labels) > 0.5


def test_the_seed_decides_and_the_second_call_reads(rcv1):
    _, calls = rcv1
    first, again, other = reuters10k(**SMALL), reuters10k(**SMALL), reuters10k(**SMALL, seed=1)
    np.testing.assert_array_equal(first.x, again.x)
    assert len(calls) == 2
    assert first.context["story"].tolist() != other.context["story"].tolist()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"n_samples": 0}, "n_samples must be a whole number"),
        ({"n_samples": 10_000}, r"n_samples is 10,000, but RCV1 has \d+ samples"),
        ({"n_words": 61}, r"n_words is 61, but RCV1 has 60 words"),
        ({"seed": 0.5}, "seed must be a whole number"),
    ],
)
def test_bad_sizes_are_named(rcv1, bad, message):
    with pytest.raises(InputError, match=message):
        reuters10k(**(SMALL | bad))


def test_without_a_network_the_message_says_what_to_do(rcv1, monkeypatch):
    def no_network():
        raise OSError("no route to host")

    monkeypatch.setattr(sklearn.datasets, "fetch_rcv1", no_network)
    with pytest.raises(InputError, match=r"cannot provide RCV1 \(no route to host\)\. Check the network, or put"):
        reuters10k(**SMALL)
