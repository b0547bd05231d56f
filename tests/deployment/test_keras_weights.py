"""Weights in .keras files: plain arrays, and a bound on what is created for them."""

import io
import threading

import h5py
import keras
import numpy as np
import pytest

from kerasclust.deployment.keras_weights import TooManyWeights, Weights, check_weights
from kerasclust.system.archives import UnreadableFile


def external(file):
    file.create_dataset("w", (4,), "f4", external=[("/etc/passwd", 0, 16)])


def virtual(file):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/hosts", "x", (4,))
    file.create_virtual_dataset("w", layout)


def endless(file):
    file.create_group("a")["b"] = file["/"]


def crowded(file):
    for number in range(10_001):
        file.create_group(str(number))


def repeated(file):
    """A text of a kilobyte, a thousand times."""
    file.create_dataset("w", data=np.zeros(4, "f4")).attrs["dtype"] = np.array(["x" * 1000] * 1000, dtype=object)


WRITERS = {
    "have a long attribute 'dtype'": repeated,
    "have a long attribute 'name'": lambda file: file.create_group("a").attrs.__setitem__("name", np.zeros(5000)),
    "more than 10,000 names": crowded,
    "are a link": lambda file: file.__setitem__("w", h5py.ExternalLink("/etc/passwd", "/")),
    "w are a link": lambda file: file.__setitem__("w", h5py.SoftLink("/")),
    "are not plain numbers": external,
    "w are not plain numbers": virtual,
    "under two names": endless,
    "are not plain": lambda file: file.create_dataset("w", (10**6,), "f4", chunks=True, compression="gzip"),
    "are not complete": lambda file: file.create_dataset("w", (10**12,), "f4"),
    "/w are not plain": lambda file: file.create_dataset("w", data=["text"]),
}


def content(write):
    """Content of an HDF5 file."""
    found = io.BytesIO()
    with h5py.File(found, "w") as file:
        write(file)
    return found.getvalue()


@pytest.mark.parametrize("message", WRITERS)
def test_weights_are_plain_arrays_in_the_file(message):
    with pytest.raises(UnreadableFile, match=message):
        check_weights(content(WRITERS[message]))


def test_arrays_and_numbers_are_counted():
    def write(file):
        file.create_group("a").create_dataset("w", data=np.zeros((2, 3)))
        file.create_dataset("seed", data=np.uint32(7))

    assert check_weights(content(write)) == Weights(arrays=2, numbers=7)


def test_weights_beyond_those_of_the_file_are_not_created():
    made = []

    def ones(shape, dtype=None):
        made.append(shape)
        return keras.ops.ones(shape, dtype)

    with Weights(1, 10**6).bounded():
        keras.Variable(ones, (1000, 1000))
        with pytest.raises(TooManyWeights):
            keras.Variable(ones, (1000, 10**9))
    with Weights(1, 10**6).bounded():  # at most twice as many
        keras.Variable(ones, (10**6,))
        keras.Variable(ones, (10**6,))
        with pytest.raises(TooManyWeights):
            keras.Variable(ones, (10**6,))
    with Weights(10, 10).bounded(), pytest.raises(TooManyWeights):
        for _ in range(1000):
            keras.Variable(ones, (1,))
    with Weights(9000, 9000).bounded(), pytest.raises(TooManyWeights):
        for _ in range(5000):
            keras.Variable(ones, (1,))
    keras.Variable(ones, (1001, 1001))  # no bound is left
    assert made[0] == (1000, 1000)
    assert made[-1] == (1001, 1001)
    assert (1000, 10**9) not in made
    assert len(made) < 4200


def test_weights_of_other_threads_are_not_counted():
    with Weights(1, 10).bounded():
        other = threading.Thread(target=lambda: made.append(keras.Variable("zeros", (1000, 1000))))
        made = []
        other.start()
        other.join()
    assert made[0].shape == (1000, 1000)
