"""What the parts of a split latent space know: on a model whose split is set by hand."""

import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.inspection.interpretation import cluster_dims, reconstruct_from, traverse_shared_space
from kerasclust.models import DANCE, DEC, ACeDeC
from kerasclust.reports.figures import plot_cluster_dims, plot_spaces, plot_traversal

QUICK = {"pretrain_epochs": 2, "epochs": 1, "n_tries": 2, "units": (16,), "random_state": 0}


@pytest.fixture(scope="module")
def acedec(blobs):
    model = ACeDeC(3, latent_dim=3, **QUICK)
    model.fit(blobs[0], verbose=0)
    layer = model.assignment
    layer.v.assign(np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0])
    layer.b.assign([3.0, -3.0, -1.0])
    return model


@pytest.fixture(scope="module")
def dance(blobs):
    model = DANCE(3, n_runs=1, **QUICK)
    model.fit(blobs[0], verbose=0)
    return model


def test_dimensions_soft_and_hardened(acedec, dance):
    found = cluster_dims(acedec)
    np.testing.assert_allclose(found.weights, 1 / (1 + np.exp([-3.0, 3.0, 1.0])), rtol=1e-4)
    assert found.hardened.tolist() == [True, False, False] and found.number == 1
    assert cluster_dims(dance).hardened.tolist() == [True] * 4 + [False] * 2


def test_a_part_holds_its_dimensions_and_the_mean_of_the_others(acedec, dance, blobs):
    x = blobs[0]
    for model in (acedec, dance):
        h = np.asarray(model.space.rotated(model.encode(x)))
        own = cluster_dims(model).hardened
        for part, kept in (("cluster", own), ("shared", ~own)):
            expected = np.where(kept, h, h.mean(axis=0)).astype("float32")
            decoded = model.decode(np.asarray(model.space.rotated_back(expected)))
            np.testing.assert_allclose(reconstruct_from(model, x, part, hardened=True), decoded, atol=1e-4)


def test_soft_parts_add_up_to_the_whole(acedec, blobs):
    h = np.asarray(acedec.space.rotated(acedec.encode(blobs[0])))
    beta = cluster_dims(acedec).weights
    expected = np.asarray(acedec.space.rotated_back((h.mean(axis=0) + beta * (h - h.mean(axis=0))).astype("float32")))
    np.testing.assert_allclose(reconstruct_from(acedec, blobs[0], "cluster"), acedec.decode(expected), atol=1e-4)


def test_a_traversal_moves_the_shared_part_only(dance, blobs):
    x = blobs[0]
    seen = []
    decode = dance.decode
    dance.decode = lambda z: seen.append(z) or decode(z)
    try:
        moved = traverse_shared_space(dance, x, [0, 5], steps=5)
    finally:
        del dance.decode
    assert moved.shape == (2, 5, *dance.feature_shape)
    z = seen[0].reshape(2, 5, -1)
    np.testing.assert_allclose(z[:, :, :4], np.repeat(dance.encode(x)[[0, 5], None, :4], 5, axis=1), atol=1e-4)
    way = np.diff(z[0, :, 4:], axis=0)
    np.testing.assert_allclose(way, np.repeat(way[:1], 4, axis=0), atol=1e-4)  # a straight line, in equal steps
    labels = np.asarray(dance.soft_assignment(seen[0])).argmax(axis=1).reshape(2, 5)
    assert (labels == labels[:, :1]).all()


def test_models_without_parts_and_unknown_parts_are_refused(acedec, blobs):
    model = DEC(3, latent_dim=2, **QUICK)
    model.fit(blobs[0], verbose=0)
    with pytest.raises(InputError, match="DEC has a single latent space"):
        cluster_dims(model)
    with pytest.raises(InputError, match="expected 'cluster' or 'shared'"):
        reconstruct_from(acedec, blobs[0], "rest")


@pytest.mark.parametrize("shape", [(4, 8, 8, 1), (4, 12), (4, 10, 3)])
def test_figures_of_parts_and_traversals(shape):
    features = np.random.default_rng(0).normal(size=shape)
    figure = plot_spaces(features, features, features, [f"f{i}" for i in range(12)])
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    legend = [text.get_text() for axes in figure.axes if axes.get_legend() for text in axes.get_legend().get_texts()]
    assert {"sample", "cluster part", "shared part"} <= {*texts, *legend}
    assert len(plot_traversal(np.stack([features] * 3)).axes) >= 3


def test_the_figure_of_dimensions_says_how_many():
    figure = plot_cluster_dims(np.array([0.2, 0.9, 0.8]), np.array([False, True, True]))
    assert figure.axes[0].get_title(loc="left") == "2 of 3 dimensions hold the clusters"
