"""USPS: digits from envelopes of the US postal service, from the public LIBSVM files."""

import bz2
import io
from pathlib import Path

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.sources import fetch_file, find_file
from kerasclust.errors import InputError
from kerasclust.system.archives import read_at_most
from kerasclust.types import Array

URL = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/"
MD5 = {"usps.bz2": "ec16c51db3855ca6c91edd34d0e9b197", "usps.t.bz2": "8ea070ee2aca1ac39742fdd1ef5ed118"}
SIDE = 16  # pixels
MOST = 2**27  # bytes; the larger file has 19 million


def usps(data_dir: str | Path | None = None) -> DataSet:
    """Load handwritten digits, 16 x 16 pixels, 10 known groups.

    The 7,291 training images come first, then the 2,007 test images.

    Args:
        data_dir: directory with `usps/usps.bz2` and `usps/usps.t.bz2`, or with the files themselves. None: the
            environment variable `KERASCLUST_DATA`. Missing files are downloaded once, to the cache.

    Returns:
        A `DataSet`: x float32 (9298, 16, 16, 1) from 0 (paper) to 1 (ink); y (9298,) the digit.

    Raises:
        InputError: A file is damaged or cannot be downloaded.

    Source:
        J. J. Hull, "A database for handwritten text recognition research", IEEE Transactions on Pattern Analysis and
        Machine Intelligence, 1994; https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html#usps

    Example:
        >>> data = usps()  # doctest: +SKIP
        >>> data.x.shape  # doctest: +SKIP
        (9298, 16, 16, 1)
    """
    paths = [
        find_file("usps", name, data_dir) or fetch_file("usps", name, URL + name, md5) for name, md5 in MD5.items()
    ]
    parts = [_read(path) for path in paths]
    return DataSet(
        name="usps",
        x=np.concatenate([x for x, _ in parts]),
        y=np.concatenate([y for _, y in parts]),
        label_names=tuple("0123456789"),
        channel_names=("ink",),
        channel_units=("",),
    )


def _read(path: Path) -> tuple[Array, Array]:
    """Return images and digits of a file.

    The file has pixels from -1 to 1 and labels from 1 (digit 0) to 10 (digit 9).
    """
    from sklearn.datasets import load_svmlight_file

    try:
        with bz2.open(path) as file:
            content = io.BytesIO(read_at_most(file, MOST))
        pixels, labels = load_svmlight_file(content, n_features=SIDE**2, dtype="float32")
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path} cannot be read as LIBSVM's file of USPS ({error}): download it again.") from error
    x, y = pixels.toarray(), labels.astype("int64") - 1
    if not len(x) or np.abs(x).max() > 1 or y.min() < 0 or y.max() > 9:
        raise InputError(f"{path} is not LIBSVM's file of USPS, with pixels from -1 to 1 and labels from 1 to 10.")
    return (x.reshape(-1, SIDE, SIDE, 1) + 1) / 2, y
