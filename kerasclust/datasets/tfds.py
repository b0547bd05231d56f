"""TensorFlow Datasets by name: images, and tables of numbers."""

import warnings
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core.download.util import DownloadError

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_whole
from kerasclust.datasets.image_size import resized
from kerasclust.errors import InputError
from kerasclust.types import Array, Tensor

BATCH = 1024  # samples read at a time


def from_tfds(name: str, split: str = "all", data_dir: str | None = None, image_size: int | None = None) -> DataSet:
    """Load a data set of the TensorFlow Datasets catalog, downloaded and prepared on first use.

    Args:
        name: name in the catalog, such as "mnist", "cifar10" or "iris", optionally with a configuration and a
            version, "name/config:1.0.0".
        split: part of the data set, such as "test", "train[:1000]" or "all".
        data_dir: directory of TensorFlow Datasets. None: its own default.
        image_size: height and width of the resized images. None: keep the size.

    Returns:
        A `DataSet`: x float32, images (n, height, width, channels) from 0 to 1, or the numbers of each sample side by
        side (n, features); y (n,) if the data set has a class label.

    Warns:
        UserWarning: Columns of a table are left out because they are not numbers.

    Raises:
        InputError: The name or split does not exist, the data cannot be downloaded, the samples are neither images nor
            numbers, or the images differ in size and `image_size` is not set.

    Source:
        https://www.tensorflow.org/datasets/catalog

    Example:
        >>> from_tfds("cifar10", split="test").x.shape  # doctest: +SKIP
        (10000, 32, 32, 3)
    """
    if image_size is not None:
        image_size = check_whole(image_size, "image_size", 1)
    try:
        builder = tfds.builder(name, data_dir=data_dir)
        inputs, label = _inputs_and_label(name, builder.info, image_size)
        builder.download_and_prepare()
        wanted = [*inputs, *([label] if label else [])]
        rows = builder.as_dataset(split=split, shuffle_files=False)
        columns = _read(rows.map(lambda row: [_input(row[key], inputs.get(key), image_size) for key in wanted]))
    except InputError:
        raise
    except (tfds.core.DatasetNotFoundError, DownloadError, OSError, ValueError, ImportError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(
            f"TensorFlow Datasets cannot provide {name!r}, split {split!r} ({reason}). "
            "Check the name, the split and the network, or load the data from a file."
        ) from error
    if not columns:
        raise InputError(f"The split {split!r} of {name!r} is empty: choose another.")
    y = columns.pop() if label else None
    x, channel_names = _side_by_side(inputs, columns)
    return DataSet(
        name=builder.info.name,
        x=x,
        y=None if y is None else y.astype("int64"),
        label_names=tuple(builder.info.features[label].names) if label else (),
        channel_names=channel_names,
        channel_units=("",) * len(channel_names),
    )


def _inputs_and_label(name: str, info: Any, image_size: int | None) -> tuple[dict[str, Any], str | None]:
    """Return the input features by name, and the name of the class label.

    The inputs are one image, or numbers.
    """
    features, keys = dict(info.features), info.supervised_keys
    label = keys[1] if keys and isinstance(features.get(keys[1]), tfds.features.ClassLabel) else None
    chosen = [key for key in (tf.nest.flatten(keys[0]) if keys else features) if key != label]
    image = next((key for key in chosen if isinstance(features[key], tfds.features.Image)), None)
    if image:
        if None in features[image].shape and image_size is None:
            raise InputError(f"The images of {name!r} differ in size: say with image_size to which size to bring them.")
        return {image: features[image]}, label
    if image_size is not None:
        raise InputError(f"image_size is {image_size}, but {name!r} holds no images: leave it out.")
    numbers = {key: features[key] for key in chosen if _is_numbers(features[key])}
    if not numbers:
        raise InputError(f"{name!r} holds neither images nor numbers, but {', '.join(map(str, features))}.")
    left_out = [key for key in chosen if key not in numbers]
    if left_out:
        warnings.warn(f"{name!r}: left out, because they are not numbers: {', '.join(left_out)}.", stacklevel=3)
    return numbers, label


def _is_numbers(feature: Any) -> bool:
    plain = isinstance(feature, tfds.features.Tensor) and not isinstance(feature, tfds.features.ClassLabel)
    return plain and None not in feature.shape and np.dtype(feature.np_dtype).kind in "biuf"


def _input(value: Tensor, feature: Any, image_size: int | None) -> Tensor:
    """Return a feature of a sample, resized if it is an image and there is a size."""
    if image_size is None or not isinstance(feature, tfds.features.Image):
        return value
    return tf.cast(tf.round(resized(value, image_size)), value.dtype)


def _read(samples: tf.data.Dataset) -> list[Array]:
    """Read all samples into one array for each feature."""
    batches = list(samples.batch(BATCH).as_numpy_iterator())
    return [np.concatenate(parts) for parts in zip(*batches, strict=True)]


def _side_by_side(inputs: dict[str, Any], columns: list[Array]) -> tuple[Array, tuple[str, ...]]:
    """Join columns to one float32 array and return it with the names of its last axis."""
    if isinstance(next(iter(inputs.values())), tfds.features.Image):
        (pixels,) = columns
        return pixels.astype("float32") / np.iinfo(pixels.dtype).max, ()
    flat = [column.reshape(len(column), -1).astype("float32") for column in columns]
    names = [
        key if part.shape[1] == 1 else f"{key} {i}"
        for key, part in zip(inputs, flat, strict=True)
        for i in range(part.shape[1])
    ]
    return np.concatenate(flat, axis=1), tuple(names)
