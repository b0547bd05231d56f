"""The label of a sample is the most frequent one of its rows that have one."""

import numpy as np
import pandas as pd
import pytest


@pytest.mark.parametrize("every", ["1h", "3h"])
@pytest.mark.parametrize("stride", ["1d", "6h"])
def test_labels_are_the_most_frequent_ones(stride, every, cut_frame, hourly):
    random = np.random.default_rng(0)
    frame = hourly(3, 6)
    frame["label"] = np.array(["busy", "idle", "off", None], object)[random.integers(0, 4, len(frame))]
    frame.loc[(frame["id"] == "c1") & (frame["time"] < "2024-01-02"), "label"] = None
    found = cut_frame(frame.sample(frac=1.0, random_state=1), window="1d", stride=stride, every=every)
    assert found.label_names == ("busy", "idle", "off")
    for group, start, label in zip(found.groups, found.start_time, found.labels, strict=True):
        inside = (frame["time"] >= start) & (frame["time"] < pd.Timestamp(start) + pd.Timedelta(days=1))
        counts = frame["label"][inside & (frame["id"] == group)].mode()  # ties in the order of names
        assert label == (-1 if counts.empty else found.label_names.index(counts.iloc[0]))
    assert (found.labels == -1).any()


def test_labels_of_ids(cut_frame, hourly):
    frame = hourly(3, 2)
    frame["label"] = frame["id"].map({"c0": "town", "c1": None, "c2": "field"})
    found = cut_frame(frame, window="1d")
    assert found.label_names == ("field", "town")
    assert found.labels.tolist() == [1, 1, -1, -1, 0, 0]


def test_names_of_samples_that_are_left_out_are_dropped(cut_frame, hourly):
    frame = hourly(2, 2)
    frame["label"] = frame["id"].map({"c0": "town", "c1": "field"})
    frame = frame[(frame["id"] == "c0") | (frame["time"].dt.hour < 3)]
    found = cut_frame(frame, window="1d")
    assert found.label_names == ("town",) and found.labels.tolist() == [0, 0]


def test_rows_without_labels_have_none(cut_frame, hourly):
    assert cut_frame(hourly(2, 2), window="1d").labels is None
