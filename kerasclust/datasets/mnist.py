"""MNIST: handwritten digits, from the IDX files of its authors or from TensorFlow Datasets."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from kerasclust.datasets.dataset import DataSet
from kerasclust.datasets.sources import find_file
from kerasclust.errors import InputError

FILE_PREFIXES = {"test": "t10k", "train": "train"}
IDX_UINT8 = 0x08  # the type code of unsigned bytes, the only type MNIST uses


def mnist(part: str = "test", data_dir: str | Path | None = None) -> DataSet:
    """Handwritten digits, 28 x 28 pixels, 10 known groups.

    Args:
        part: "test", the 10,000 images that the papers call MNIST-Test; "train", the other 60,000; or "all".
        data_dir: directory with the IDX files, `mnist/t10k-images-idx3-ubyte.gz` and so on, or without the folder,
            instead of the environment variable `KERASCLUST_DATA`. Without the files TensorFlow Datasets is asked.

    Returns:
        A `DataSet`: x float32 (n, 28, 28, 1) from 0 (paper) to 1 (ink); y (n,) the digit.

    Raises:
        InputError: `part` is unknown, a file is damaged, or TensorFlow Datasets cannot provide the data.

    Source:
        Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition",
        Proceedings of the IEEE, 1998.

    Example:
        >>> data = mnist()  # doctest: +SKIP
        >>> data.x.shape  # doctest: +SKIP
        (10000, 28, 28, 1)
    """
    if part == "all":
        parts = [_part(name, data_dir) for name in ("train", "test")]
    elif part in FILE_PREFIXES:
        parts = [_part(part, data_dir)]
    else:
        raise InputError(f"part must be 'test', 'train' or 'all'; found {part!r}.")
    return DataSet(
        name="mnist_test" if part == "test" else "mnist",
        x=np.concatenate([x for x, _ in parts]),
        y=np.concatenate([y for _, y in parts]),
        label_names=tuple("0123456789"),
        channel_names=("ink",),
        channel_units=("",),
    )


def _part(part: str, data_dir) -> tuple[np.ndarray, np.ndarray]:
    prefix = FILE_PREFIXES[part]
    images = find_file("mnist", f"{prefix}-images-idx3-ubyte.gz", data_dir)
    labels = find_file("mnist", f"{prefix}-labels-idx1-ubyte.gz", data_dir)
    if images is None or labels is None:
        from kerasclust.datasets.tfds import from_tfds  # TensorFlow: only where the files are not there

        data = from_tfds("mnist", split=part)
        return data.x, data.y
    x, y = read_idx(images), read_idx(labels)
    if x.ndim != 3 or y.shape != x.shape[:1]:
        raise InputError(f"{images} has shape {x.shape} and {labels} shape {y.shape}: they do not belong together.")
    return x[..., np.newaxis].astype("float32") / 255, y.astype("int64")


def read_idx(path: Path) -> np.ndarray:
    """The uint8 array in a gzipped IDX file.

    An IDX file is 0, 0, a type code, the number of axes, one big-endian 32-bit size an axis, then the values.

    Raises:
        InputError: the file is not a gzipped IDX file of unsigned bytes, or is damaged.
    """
    try:
        with gzip.open(path) as file:
            content = file.read()
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path} is not a readable gzip file ({error}): download it again.") from error
    if len(content) < 4 or content[:3] != bytes([0, 0, IDX_UINT8]):
        raise InputError(f"{path} is not an IDX file of unsigned bytes, it starts with {content[:4]!r}.")
    start = 4 + 4 * content[3]
    shape = tuple(int(size) for size in np.frombuffer(content[4:start], ">u4")) if len(content) >= start else ()
    if len(shape) != content[3] or len(content) - start != math.prod(shape):
        raise InputError(
            f"{path} is damaged: its header promises shape {shape}, {math.prod(shape):,} bytes; "
            f"found {max(len(content) - start, 0):,}. Download it again."
        )
    return np.frombuffer(content, "uint8", offset=start).reshape(shape)
