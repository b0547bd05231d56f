"""STL-10: photographs of animals and vehicles, as features of ResNet50."""

from pathlib import Path

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.resnet_features import features_of


def stl10(weights: str | None = "imagenet", cache_dir: str | Path | None = None, progress: bool = True) -> DataSet:
    """Load photographs of 10 known groups, each as 2048 features of ResNet50.

    The images are the 13,000 with labels, as in the CDC paper. STL-10 is a part of ImageNet, and the network learned
    from ImageNet with labels: clusters of these features are not found without labels.

    The first call downloads the images and the network, computes the features and stores them; later calls read them.
    `kerasclust.datasets.load("tfds:stl10")` loads the images themselves.

    Args:
        weights: "imagenet"; the path of a file with ResNet50's weights; or None for an untrained network, to try the
            code without a download.
        cache_dir: directory for results. None: the environment variable `KERASCLUST_CACHE`, by default
            `~/.cache/kerasclust`.
        progress: show a progress bar.

    Returns:
        A `DataSet`: x float32 (13000, 2048), not negative; y (13000,) the object in the photograph. Its context:
        "index" (13000,), the position among the training images followed by the test images.

    Raises:
        InputError: The images or the weights cannot be downloaded, or the cache folder cannot be written to.

    Source:
        A. Coates, A. Ng, H. Lee, "An analysis of single-layer networks in unsupervised feature learning", AISTATS
        2011. Preprocessing: the CDC paper, section 4.1.

    Example:
        >>> data = stl10()  # doctest: +SKIP
        >>> data.x.shape  # doctest: +SKIP
        (13000, 2048)
    """
    return features_of("stl10", "train+test", weights, cache_dir, progress)
