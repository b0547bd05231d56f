"""Pictures of an encoding by DANCE: of the training that `fit` would have made."""

import matplotlib.image
import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.command import main
from benchmarks.tables import encodings
from kerasclust.data.dataset import DataSet
from kerasclust.models import DANCE

pytestmark = pytest.mark.full  # each trains DANCE several times

TINY = {"n_runs": 2, "pretrain_epochs": 2, "epochs": 2, "n_tries": 2, "units": (8,), "batch_size": 64}


def test_shows_the_points_before_refinement_and_the_clusters_before_and_after(blobs, tmp_path, monkeypatch):
    shown = {}

    def watched(plot):
        def keep(*arrays, **more):
            shown[plot.__name__] = arrays
            return plot(*arrays, **more)

        return keep

    for plot in (encodings.plot_latent, encodings.plot_clusters):
        monkeypatch.setattr(encodings, plot.__name__, watched(plot))
    files = encodings.draw_encoding("blobs", DataSet("blobs", *blobs[:2]), tmp_path, 1, TINY)
    model = DANCE(3, random_state=1, **TINY)
    model.fit(blobs[0], verbose=0)
    state = model.result_.kept.state
    z_c, z_r, labels, y = shown["plot_latent"]
    np.testing.assert_allclose(z_c, state["initial_z_c"], atol=1e-5)
    np.testing.assert_array_equal(labels, state["initial_labels"])
    np.testing.assert_array_equal(y, blobs[1])
    assert z_r.shape == (len(y), 2)
    after, _, centers, before, z_before = shown["plot_clusters"]
    np.testing.assert_allclose(after, model.split(model.encode(blobs[0]))[0], atol=1e-5)
    np.testing.assert_array_equal(z_before, z_c)
    np.testing.assert_array_equal(before, labels)
    assert centers.shape == (3, z_c.shape[1])
    assert [path.name for path in files] == ["blobs_encoding.png", "blobs_clusters.png"]
    assert all(matplotlib.image.imread(path).std() > 0.01 for path in files)


def test_the_command_needs_known_groups(tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(50, 4)))
    command = ["bench", "encoding", str(tmp_path / "x.npy"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "known groups" in result.output
    assert not (tmp_path / "out").exists()
