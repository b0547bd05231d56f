"""Fashion-MNIST: images of clothes, from IDX files or TensorFlow Datasets."""

from pathlib import Path

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.idx import load_parts

LABEL_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def fashion_mnist(part: str = "all", data_dir: str | Path | None = None) -> DataSet:
    """Load gray images of clothes, 28 x 28 pixels, 10 known groups.

    Args:
        part: "all" (70,000 images, as in the papers), "train" (60,000) or "test" (10,000).
        data_dir: directory with the IDX files in a folder `fashion_mnist`, such as
            `fashion_mnist/t10k-images-idx3-ubyte.gz`. None: the environment variable `KERASCLUST_DATA`. Files
            outside of the folder are ignored, because MNIST's have the same names. Without the files, TensorFlow
            Datasets provides the images.

    Returns:
        A `DataSet`: x float32 (n, 28, 28, 1) from 0 (background) to 1; y (n,) the kind of article.

    Raises:
        InputError: `part` is unknown, a file is damaged, or TensorFlow Datasets cannot provide the data.

    Source:
        H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning
        algorithms", 2017.

    Example:
        >>> data = fashion_mnist()  # doctest: +SKIP
        >>> data.x.shape  # doctest: +SKIP
        (70000, 28, 28, 1)
    """
    x, y = load_parts("fashion_mnist", part, data_dir, folder_only=True)
    return DataSet(
        name="fashion_mnist_test" if part == "test" else "fashion_mnist",
        x=x,
        y=y,
        label_names=LABEL_NAMES,
        channel_names=("brightness",),
        channel_units=("",),
    )
