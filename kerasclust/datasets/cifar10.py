"""CIFAR-10: photographs of animals and vehicles, as features of ResNet50."""

from pathlib import Path

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.resnet_features import features_of


def cifar10(
    n_samples: int | None = 30_000,
    seed: int = 0,
    weights: str | None = "imagenet",
    cache_dir: str | Path | None = None,
    progress: bool = True,
) -> DataSet:
    """Load photographs of 10 known groups, each as 2048 features of ResNet50.

    The first call downloads the images and the network, computes the features and stores them; later calls read them.
    `kerasclust.datasets.load("tfds:cifar10")` loads the images themselves.

    Args:
        n_samples: number of images, drawn at random from 60,000; 30,000 as in the CDC paper. None: all.
        seed: seed of the draw. The paper does not give its own.
        weights: "imagenet"; the path of a file with ResNet50's weights; or None for an untrained network, to try the
            code without a download.
        cache_dir: directory for results. None: the environment variable `KERASCLUST_CACHE`, by default
            `~/.cache/kerasclust`.
        progress: show a progress bar.

    Returns:
        A `DataSet`: x float32 (n, 2048), not negative; y (n,) the object in the photograph. Its context: "index" (n,),
        the position among the 60,000.

    Raises:
        InputError: The images or the weights cannot be downloaded, or the cache folder cannot be written to.

    Source:
        A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009. Preprocessing: the CDC paper,
        section 4.1.

    Example:
        >>> data = cifar10()  # doctest: +SKIP
        >>> data.x.shape  # doctest: +SKIP
        (30000, 2048)
    """
    return features_of("cifar10", "train+test", weights, cache_dir, progress, n_samples, seed)
