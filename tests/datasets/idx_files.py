"""IDX files for the tests of the data sets that are published in them."""

import gzip
import struct

import numpy as np

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype="uint8")
LABELS = np.arange(7, dtype="uint8")


def idx(array, type_code=8):
    """The content of an IDX file."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, type_code, array.ndim, *array.shape) + array.tobytes()


def write_part(folder, prefix="t10k", images=None, labels=None):
    """Write the two files of a part; their contents are those of all images and labels where None."""
    folder.mkdir(exist_ok=True)
    for name, content, usual in (("images-idx3", images, IMAGES), ("labels-idx1", labels, LABELS)):
        (folder / f"{prefix}-{name}-ubyte.gz").write_bytes(gzip.compress(idx(usual) if content is None else content))
    return folder
