"""The numbers of a report are those that NumPy finds, and their words say the same."""

import numpy as np
import pytest

from kerasclust.data.dataset import DataSet
from kerasclust.reports import cluster_profiles, describe_cluster, typical_members
from kerasclust.reports.words import number


def test_profiles_agree_with_numpy(sequences):
    labels = sequences.y
    profiles = cluster_profiles(sequences, labels)
    x = sequences.x.astype("float64")
    assert profiles.sizes.tolist() == [30, 30]
    for cluster in (0, 1):
        np.testing.assert_allclose(profiles.level.means[cluster], x[labels == cluster].mean(axis=(0, 1)))
        np.testing.assert_allclose(profiles.variation.means[cluster], x[labels == cluster].std(axis=1).mean(axis=0))
    np.testing.assert_allclose(profiles.level.overall, x.mean(axis=(0, 1)))
    np.testing.assert_allclose(profiles.level.deviation, x.mean(axis=1).std(axis=0), atol=1e-12)
    expected = (profiles.level.means[1, 0] - x[..., 0].mean()) / x[..., 0].mean(axis=1).std()
    assert profiles.level.z[1, 0] == pytest.approx(expected)
    assert profiles.level.z[:, 1].tolist() == [0, 0], "a constant channel differs nowhere"


def test_large_values_keep_their_digits():
    x = np.full((3000, 4, 1), 16_777_216.0, "float32")
    x[::2] += 2
    profiles = cluster_profiles(DataSet("d", x), np.arange(3000) % 2)
    assert (profiles.level.means[0] - profiles.level.means[1]).tolist() == [2.0]


@pytest.mark.parametrize("shape", [(90, 3000), (30, 4, 500)])
def test_of_many_channels_the_largest_differences_are_found(shape):
    random = np.random.default_rng(1)
    x, labels = random.normal(size=shape).astype("float32"), np.arange(shape[0]) % 3
    profiles = cluster_profiles(DataSet("d", x), labels)
    for cluster in range(3):
        found = profiles.differences(cluster)
        strength = np.abs(profiles.level.z[cluster])
        if profiles.variation is not None:
            strength = np.maximum(strength, 0.7 * np.abs(profiles.variation.z[cluster]))
        assert found[0].channel == strength.argmax()
        assert [one.strength for one in found] == sorted((one.strength for one in found), reverse=True)
        assert len({one.channel for one in found}) == len(found) > 4


def test_empty_cluster_has_no_mean_and_is_named_empty(sequences):
    profiles = cluster_profiles(sequences, sequences.y, n_clusters=3)
    assert profiles.sizes.tolist() == [30, 30, 0]
    assert np.isnan(profiles.level.means[2]).all()
    assert "empty" in describe_cluster(profiles, 2)


def test_description_names_the_channel_its_direction_and_its_ratio(sequences):
    profiles = cluster_profiles(sequences, sequences.y)
    ratio = profiles.level.means[1, 0] / profiles.level.overall[0]
    assert f"high load <script> ({ratio:.2g}× mean)" in describe_cluster(profiles, 1)
    assert "low load <script>" in describe_cluster(profiles, 0)
    assert "price" not in describe_cluster(profiles, 0)


def test_description_of_levels_in_decibel_is_a_difference_and_of_counts_is_many():
    x = np.zeros((40, 2), "float32")
    x[20:] = [20, 3]
    x[:, 0] -= 100 + np.arange(40) % 3
    x[:, 1] += np.arange(40) % 5 == 0
    data = DataSet("d", x, channel_names=("rsrp", "handovers"), channel_units=("dBm", "count"))
    profiles = cluster_profiles(data, np.repeat([0, 1], 20))
    shown = profiles.level.means[1, 0] - profiles.level.overall[0]
    assert f"high rsrp (+{number(shown)} dB)" in describe_cluster(profiles, 1)
    separate = cluster_profiles(
        DataSet("d", x[:, 1:], channel_names=("handovers",), channel_units=("count",)), np.repeat([0, 1], 20)
    )
    assert "many handovers" in describe_cluster(separate, 1)
    assert "few handovers" in describe_cluster(separate, 0)


def test_description_tells_no_story_twice():
    random = np.random.default_rng(0)
    busy = np.concatenate([random.uniform(0, 0.2, 30), random.uniform(0.8, 1, 30)])
    data = DataSet("d", np.column_stack([busy, 1 - busy]).astype("float32"), channel_names=("connected", "idle"))
    words = describe_cluster(cluster_profiles(data, np.repeat([0, 1], 30)), 1)
    assert ("connected" in words) != ("idle" in words)


def test_description_tells_rhythm_where_levels_are_equal():
    x = np.zeros((40, 20, 1), "float32")
    x[20:, ::2], x[20:, 1::2] = 5, -5
    x += np.random.default_rng(0).normal(size=x.shape)
    profiles = cluster_profiles(DataSet("d", x, channel_names=("load",)), np.repeat([0, 1], 20))
    assert describe_cluster(profiles, 1).startswith("strongly varying load")
    assert describe_cluster(profiles, 0).startswith("steady load")


def test_typical_members_are_the_surest_ones():
    q = np.random.default_rng(0).dirichlet(np.ones(3), size=200)
    labels = q.argmax(axis=1)
    for cluster, members in enumerate(typical_members(q, labels, 5)):
        expected = sorted(np.flatnonzero(labels == cluster), key=lambda i: -q[i, cluster])[:5]
        assert members.tolist() == expected


def test_typical_members_come_from_different_groups_first():
    q = np.column_stack([[0.9, 0.8, 0.7, 0.6], [0.1, 0.2, 0.3, 0.4]])
    members = typical_members(q, np.zeros(4, int), 3, groups=np.array(["a", "a", "a", "b"]))
    assert [m.tolist() for m in members] == [[0, 3, 1], []]
