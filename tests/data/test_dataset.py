"""A data set's short description, and the facts that reports read from it."""

import numpy as np
import pytest

from kerasclust.data.dataset import DataSet

IMAGES = np.zeros((10_000, 28, 28, 1), "float32")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            DataSet("mnist", IMAGES, np.arange(10_000) % 10, tuple("0123456789")),
            "DataSet('mnist', 10000 samples of shape (28, 28, 1), 10 groups)",
        ),
        (DataSet("a", np.zeros((1, 3)), np.array([7])), "DataSet('a', 1 sample of shape (3,), 1 group)"),
        (DataSet("a", np.zeros((5, 3)), np.array([2, 2, 4, 4, 9])), "DataSet('a', 5 samples of shape (3,), 3 groups)"),
        (DataSet("b", np.zeros((6, 128, 12))), "DataSet('b', 6 samples of shape (128, 12))"),
    ],
)
def test_the_description_is_one_short_line(data, expected):
    assert repr(data) == str(data) == expected


@pytest.mark.parametrize(
    ("context", "kind"),
    [
        ((), None),
        (("latitude",), None),
        (("latitude", "longitude", "speed"), "places"),
        (("street_nodes", "positions"), "network"),
    ],
)
def test_the_context_says_which_map_there_is(context, kind):
    assert DataSet("a", np.zeros((2, 3)), context=dict.fromkeys(context, np.zeros(2))).map_kind == kind
