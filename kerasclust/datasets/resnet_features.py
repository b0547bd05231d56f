"""Features of images from ResNet50, a network trained on ImageNet."""

from pathlib import Path

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_whole
from kerasclust.datasets.cache import Arrays, cached_arrays
from kerasclust.datasets.draw import draw_samples
from kerasclust.errors import InputError
from kerasclust.system.progress import progress_of
from kerasclust.types import Array

SIDE = 224  # pixels; the size of ResNet50's training images
BATCH = 32
N_FEATURES = 2048
VERSION = 1  # of this module; raise it with every change, so that old cached features are not read


def features_of(
    name: str,
    split: str,
    weights: str | None,
    cache_dir: str | Path | None,
    progress: bool,
    n_samples: int | None = None,
    seed: int = 0,
) -> DataSet:
    """Load images of TensorFlow Datasets as features of ResNet50.

    Args:
        name: name in TensorFlow Datasets.
        split: part of the data set, such as "train+test".
        weights: "imagenet", the path of a weights file, or None for an untrained network.
        cache_dir: directory for the features, see `kerasclust.datasets.cache.cache_directory`.
        progress: show a progress bar.
        n_samples: number of samples, drawn without replacement. None: all.
        seed: seed of the draw.

    Returns:
        A `DataSet`: x float32 (n, 2048), not negative; y (n,). Its context: "index" (n,), the position in the split.

    Raises:
        InputError: The images or the weights cannot be loaded, there are fewer than `n_samples`, or the cache folder
            cannot be written to.
    """
    if n_samples is not None:
        n_samples = check_whole(n_samples, "n_samples", 1)
    seed = check_whole(seed, "seed", 0)

    def build() -> Arrays:
        from kerasclust.datasets.tfds import from_tfds

        data = from_tfds(name, split=split)
        index = draw_samples(len(data), n_samples, seed, name)
        features = resnet50_features(data.x[index], weights, progress)
        y = np.asarray(data.y)[index]
        return {"x": features, "y": y, "index": index, "label_names": np.array(data.label_names)}

    about = {"split": split, "n_samples": n_samples, "seed": seed, "weights": weights and str(weights)}
    arrays = cached_arrays(f"{name}_resnet50", about | {"version": VERSION}, build, cache_dir)
    return DataSet(
        name=name,
        x=arrays["x"],
        y=arrays["y"],
        label_names=tuple(arrays["label_names"].tolist()),
        channel_names=tuple(f"feature {i}" for i in range(N_FEATURES)),
        channel_units=("",) * N_FEATURES,
        context={"index": arrays["index"]},
    )


def resnet50_features(images: Array, weights: str | None = "imagenet", progress: bool = True) -> Array:
    """Compute ResNet50's features: its last layer before the classes, averaged over the image.

    Args:
        images: (n, height, width, 3) from 0 to 1; they are resized to 224 x 224 pixels.
        weights: "imagenet", the path of a weights file, or None for an untrained network.
        progress: show a progress bar.

    Returns:
        float32 (n, 2048), not negative.

    Raises:
        InputError: The weights cannot be loaded.
    """
    import keras

    from kerasclust.datasets.image_size import resized

    try:
        network = keras.applications.ResNet50(
            include_top=False, pooling="avg", weights=weights, input_shape=(SIDE, SIDE, 3)
        )
    except Exception as error:  # Keras raises no narrower class for a failed download
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(
            f"ResNet50 cannot be loaded with weights={str(weights)!r} ({reason}). Check the network, or download "
            "Keras's weights without the top by hand and give the path of that file as weights."
        ) from error
    features = np.empty((len(images), N_FEATURES), "float32")
    with progress_of("ResNet50", "image", total=len(images), shown=progress) as bar:
        for start in range(0, len(images), BATCH):
            batch = 255 * resized(images[start : start + BATCH], SIDE)
            batch = keras.applications.resnet50.preprocess_input(batch)
            features[start : start + BATCH] = network.predict_on_batch(batch)
            bar.update(len(batch))
    return features
