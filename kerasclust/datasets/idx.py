"""IDX files, the format of MNIST and its successors."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from kerasclust.datasets.sources import find_file
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, read_at_most
from kerasclust.types import Array

FILE_PREFIXES = {"test": "t10k", "train": "train"}
MOST = 2**30  # bytes; the images of MNIST have 47 MB
IDX_UINT8 = 0x08  # the type code of unsigned bytes, the only type that these data sets use


def load_parts(
    name: str, part: str, data_dir: str | Path | None = None, *, folder_only: bool = False
) -> tuple[Array, Array]:
    """Load images and labels from the user's IDX files or from TensorFlow Datasets.

    Args:
        name: name of the data set in TensorFlow Datasets, and of its folder in the data directory.
        part: "test", "train" or "all".
        data_dir: directory with the files. None: the environment variable `KERASCLUST_DATA`.
        folder_only: ignore files outside of the folder, because another data set has files of the same names.

    Returns:
        Images float32 (n, height, width, 1) from 0 to 1, and labels (n,).

    Raises:
        InputError: `part` is unknown, a file is damaged, or TensorFlow Datasets cannot provide the data.
    """
    if part not in ("all", *FILE_PREFIXES):
        raise InputError(f"part must be 'test', 'train' or 'all'; found {part!r}.")
    names = ("train", "test") if part == "all" else (part,)
    parts = [_load_part(name, each, data_dir, folder_only) for each in names]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def _load_part(name: str, part: str, data_dir: str | Path | None, folder_only: bool) -> tuple[Array, Array]:
    file_names = [f"{FILE_PREFIXES[part]}-{content}-ubyte.gz" for content in ("images-idx3", "labels-idx1")]
    images, labels = (find_file(name, file_name, data_dir, folder_only=folder_only) for file_name in file_names)
    if images is None or labels is None:
        from kerasclust.datasets.tfds import from_tfds  # imports TensorFlow, so only without the files

        data = from_tfds(name, split=part)
        return data.x, np.asarray(data.y)
    x, y = read_idx(images), read_idx(labels)
    if x.ndim != 3 or y.shape != x.shape[:1]:
        raise InputError(f"{images} has shape {x.shape} and {labels} shape {y.shape}: they do not belong together.")
    return x[..., np.newaxis].astype("float32") / 255, y.astype("int64")


def read_idx(path: Path) -> Array:
    """Read the uint8 array of a gzipped IDX file.

    An IDX file consists of 0, 0, a type code, the number of axes, a big-endian 32-bit size for each axis, and the
    values.

    Raises:
        InputError: The file is not a gzipped IDX file of unsigned bytes, or is damaged.
    """
    try:
        with gzip.open(path) as file:
            content = read_at_most(file, MOST)
    except (OSError, EOFError, zlib.error, UnreadableFile) as error:
        raise InputError(f"{path} is not a readable gzip file ({error}): download it again.") from error
    if len(content) < 4 or content[:3] != bytes([0, 0, IDX_UINT8]):
        raise InputError(f"{path} is not an IDX file of unsigned bytes, it starts with {content[:4]!r}.")
    start = 4 + 4 * content[3]
    shape = tuple(int(size) for size in np.frombuffer(content[4:start], ">u4")) if len(content) >= start else ()
    if len(shape) != content[3] or 0 in shape or len(content) - start != math.prod(shape):
        raise InputError(
            f"{path} is damaged: its header promises shape {shape}, {math.prod(shape):,} bytes; "
            f"found {max(len(content) - start, 0):,}. Download it again."
        )
    return np.frombuffer(content, "uint8", offset=start).reshape(shape)
