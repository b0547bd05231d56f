"""Fashion-MNIST: pictures of clothes, from the IDX files of its authors or from TensorFlow Datasets."""

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
    """Gray pictures of clothes, 28 x 28 pixels, 10 known groups.

    Args:
        part: "all", the 70,000 images that the papers cluster; "train", 60,000 of them; or "test", the other 10,000.
        data_dir: directory with the IDX files in a folder of their own (MNIST's have the same names),
            `fashion_mnist/t10k-images-idx3-ubyte.gz` and so on, instead of the environment variable
            `KERASCLUST_DATA`. Without the files TensorFlow Datasets is asked.

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
