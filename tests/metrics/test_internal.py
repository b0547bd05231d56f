"""The scores that need no ground truth."""

import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.metrics import calinski_harabasz, conditional_entropy, davies_bouldin, label_entropy, silhouette


@pytest.fixture
def blobs():
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 40)
    return labels[:, None] * np.array([[4.0, 1.0]]) + random.normal(size=(120, 2)), labels


def silhouette_by_definition(z, labels):
    distances = np.linalg.norm(z[:, None] - z[None], axis=-1)
    scores = []
    for i, own in enumerate(labels):
        to = {c: distances[i, labels == c].sum() for c in set(labels.tolist())}
        a = to.pop(own) / (np.sum(labels == own) - 1)
        b = min(total / np.sum(labels == c) for c, total in to.items())
        scores.append((b - a) / max(a, b))
    return np.mean(scores)


def test_silhouette_follows_its_definition(blobs):
    assert silhouette(*blobs) == pytest.approx(silhouette_by_definition(*blobs))


def test_davies_bouldin_and_calinski_harabasz_follow_their_definitions(blobs):
    z, labels = blobs
    centers = np.array([z[labels == c].mean(0) for c in range(3)])
    spread = np.array([np.linalg.norm(z[labels == c] - centers[c], axis=1).mean() for c in range(3)])
    ratios = [
        [(spread[i] + spread[j]) / np.linalg.norm(centers[i] - centers[j]) for j in range(3) if j != i]
        for i in range(3)
    ]
    assert davies_bouldin(z, labels) == pytest.approx(np.mean(np.max(ratios, axis=1)))
    between = 40 * np.sum((centers - z.mean(0)) ** 2) / 2
    within = np.sum((z - centers[labels]) ** 2) / 117
    assert calinski_harabasz(z, labels) == pytest.approx(between / within)


def test_the_sampled_silhouette_is_close_and_repeatable(blobs):
    sampled = silhouette(*blobs, max_samples=60, seed=1)
    assert sampled == silhouette(*blobs, max_samples=60, seed=1) != silhouette(*blobs, max_samples=60, seed=2)
    assert sampled == pytest.approx(silhouette(*blobs), abs=0.1)


@pytest.mark.parametrize(("score", "worst"), [(silhouette, -1.0), (davies_bouldin, np.inf), (calinski_harabasz, 0.0)])
def test_a_collapse_gets_the_worst_score(blobs, score, worst):
    z, labels = blobs
    assert score(z, np.zeros_like(labels)) == worst
    assert score(z, np.arange(len(z))) == worst


@pytest.mark.parametrize("score", [silhouette, davies_bouldin, calinski_harabasz])
def test_noise_is_left_out(blobs, score):
    z, labels = blobs
    noisy = np.where(np.arange(120) % 5 == 0, -1, labels)
    assert score(z, noisy) == score(z[noisy >= 0], labels[noisy >= 0])
    with pytest.raises(InputError, match="No point is in a cluster"):
        score(z, np.full(120, -1))
    with pytest.raises(InputError, match="shape"):
        score(z, labels[:-1])


def test_entropies_follow_their_definitions():
    q = np.random.default_rng(0).dirichlet(np.ones(5), size=50)
    assert conditional_entropy(q) == pytest.approx(-np.mean(np.sum(q * np.log(q), axis=1)))
    mean = q.mean(0)
    assert label_entropy(q) == pytest.approx(-np.sum(mean * np.log(mean)))


def test_certain_assignments_have_no_conditional_entropy():
    q = np.eye(4)[np.arange(100) % 4]
    assert conditional_entropy(q) == 0
    assert label_entropy(q) == pytest.approx(np.log(4))
    assert label_entropy(np.eye(4)[np.zeros(100, int)]) == 0


@pytest.mark.parametrize("q", [[0.5, 0.5], [[0.5, 0.6]], [[1.5, -0.5]], [[np.nan, 1.0]], np.zeros((0, 3))])
def test_entropies_want_probabilities(q):
    for entropy in (conditional_entropy, label_entropy):
        with pytest.raises(InputError, match="Soft assignments must"):
            entropy(q)
