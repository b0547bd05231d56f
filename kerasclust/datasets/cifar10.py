"""CIFAR-10: small photographs of animals and vehicles, as features of a network trained on ImageNet."""

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.resnet_features import features_of


def cifar10(
    n_samples: int | None = 30_000,
    seed: int = 0,
    weights: str | None = "imagenet",
    cache_dir=None,
    progress: bool = True,
) -> DataSet:
    """Photographs of 10 known groups, each as 2048 features of ResNet50; the images themselves are "tfds:cifar10".

    The first call downloads the images and the network, computes the features and stores them; later calls read them.

    Args:
        n_samples: how many of the 60,000 images, drawn at random; 30,000 as in the CDC paper; None for all.
        seed: of the draw. The paper's is not known.
        weights: "imagenet"; the path of a file with ResNet50's weights; or None for an untrained network, to try the
            code without downloading them.
        cache_dir: where results are stored; None for the environment variable `KERASCLUST_CACHE` or
            `~/.cache/kerasclust`.
        progress: whether to show a progress bar.

    Returns:
        A `DataSet`: x float32 (n, 2048), not negative; y (n,) what the photograph shows. Its context: "index" (n,),
        the position among the 60,000.

    Raises:
        InputError: the images or the weights cannot be downloaded, or the cache folder cannot be written to.

    Source:
        A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009. Preprocessing: the CDC paper,
        section 4.1.

    Example:
        >>> data = cifar10()  # doctest: +SKIP
        >>> data.x.shape  # doctest: +SKIP
        (30000, 2048)
    """
    return features_of("cifar10", "train+test", weights, cache_dir, progress, n_samples, seed)
