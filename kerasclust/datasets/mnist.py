"""MNIST: handwritten digits, from IDX files or TensorFlow Datasets."""

from pathlib import Path

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.idx import load_parts


def mnist(part: str = "test", data_dir: str | Path | None = None) -> DataSet:
    """Load handwritten digits, 28 x 28 pixels, 10 known groups.

    Args:
        part: "test" (10,000 images, MNIST-Test in the papers), "train" (60,000) or "all".
        data_dir: directory with the IDX files, such as `mnist/t10k-images-idx3-ubyte.gz`, with or without the folder
            `mnist`. None: the environment variable `KERASCLUST_DATA`. Without the files, TensorFlow Datasets provides
            the images.

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
    x, y = load_parts("mnist", part, data_dir)
    return DataSet(
        name="mnist_test" if part == "test" else "mnist",
        x=x,
        y=y,
        label_names=tuple("0123456789"),
        channel_names=("ink",),
        channel_units=("",),
    )
