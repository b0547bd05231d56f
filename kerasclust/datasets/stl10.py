"""STL-10: photographs of animals and vehicles, as features of a network trained on ImageNet."""

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.resnet_features import features_of


def stl10(weights: str | None = "imagenet", cache_dir=None, progress: bool = True) -> DataSet:
    """Photographs of 10 known groups, each as 2048 features of ResNet50; the images themselves are "tfds:stl10".

    The images are the 13,000 with labels, as in the CDC paper. STL-10 was taken from ImageNet, on which the network
    was trained with labels: what is found here is not found without labels.

    The first call downloads the images and the network, computes the features and stores them; later calls read them.

    Args:
        weights: "imagenet"; the path of a file with ResNet50's weights; or None for an untrained network, to try the
            code without downloading them.
        cache_dir: where results are stored; None for the environment variable `KERASCLUST_CACHE` or
            `~/.cache/kerasclust`.
        progress: whether to show a progress bar.

    Returns:
        A `DataSet`: x float32 (13000, 2048), not negative; y (13000,) what the photograph shows. Its context:
        "index" (13000,), the position among the images for training and then those for testing.

    Raises:
        InputError: the images or the weights cannot be downloaded, or the cache folder cannot be written to.

    Source:
        A. Coates, A. Ng, H. Lee, "An analysis of single-layer networks in unsupervised feature learning", AISTATS
        2011. Preprocessing: the CDC paper, section 4.1.

    Example:
        >>> data = stl10()  # doctest: +SKIP
        >>> data.x.shape  # doctest: +SKIP
        (13000, 2048)
    """
    return features_of("stl10", "train+test", weights, cache_dir, progress)
