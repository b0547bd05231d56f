"""GTSRB: photographs of traffic signs, from an archive or TensorFlow Datasets."""

import re
from pathlib import Path

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_whole
from kerasclust.datasets.sources import find_file
from kerasclust.errors import InputError
from kerasclust.system.archives import open_archive

FILE_NAME = "GTSRB_Final_Training_Images.zip"
TFDS_NAME = "visual_domain_decathlon/gtsrb"
N_SIGNS = 43
IMAGE = re.compile(r".*/(\d{5})/(\d{5})_\d{5}\.ppm")  # sign / track _ image
PPM_HEADER = re.compile(rb"P6\s+(\d+)\s+(\d+)\s+255\s")


def gtsrb(image_size: int = 32, data_dir: str | Path | None = None) -> DataSet:
    """Load photographs of traffic signs, 43 known groups.

    They are the 39,209 labeled images of the German benchmark.

    Args:
        image_size: height and width of the resized photographs; the originals have 15 to 250 pixels.
        data_dir: directory with `gtsrb/GTSRB_Final_Training_Images.zip`, or with the archive itself. None: the
            environment variable `KERASCLUST_DATA`. Without the file, TensorFlow Datasets provides the same
            photographs without the tracks.

    Returns:
        A `DataSet`: x float32 (39209, image_size, image_size, 3) from 0 to 1; y (39209,) the number of the sign;
        from the archive also groups (39209,), the track. A track is a series of similar images of one sign, taken
        from a passing car.

    Raises:
        InputError: `image_size` is not a whole number, the archive is damaged, or TensorFlow Datasets cannot provide
            the data.

    Source:
        J. Stallkamp, M. Schlipsing, J. Salmen, C. Igel, "Man vs. computer: benchmarking machine learning algorithms for
        traffic sign recognition", Neural Networks, 2012. The ACe/DeC paper gives neither its signs nor their size.

    Example:
        >>> data = gtsrb()  # doctest: +SKIP
        >>> data.x.shape  # doctest: +SKIP
        (39209, 32, 32, 3)
    """
    image_size = check_whole(image_size, "image_size", 1)
    path = find_file("gtsrb", FILE_NAME, data_dir)
    if path is None:
        from kerasclust.datasets.tfds import from_tfds

        data = from_tfds(TFDS_NAME, split="train+validation", image_size=image_size)  # the test part has no labels
        x, y, tracks = data.x, data.y, None
    else:
        x, y, tracks = _read(path, image_size)
    return DataSet(
        name="gtsrb",
        x=x,
        y=y,
        label_names=tuple(f"sign {i}" for i in range(N_SIGNS)),
        groups=tracks,
        channel_names=("red", "green", "blue"),
        channel_units=("",) * 3,
    )


def _read(path: Path, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return images (n, side, side, 3), signs (n,) and tracks (n,) of the archive."""
    from kerasclust.datasets.image_size import resized

    try:
        with open_archive(path) as archive:
            found = [match for match in map(IMAGE.fullmatch, sorted(archive.namelist())) if match]
            images = [resized(read_ppm(archive.read(match[0])), side).numpy() for match in found]
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is damaged ({error}): download it again.") from error
    y = np.array([int(match[1]) for match in found])
    if not len(y) or y.max() >= N_SIGNS:
        raise InputError(f"{path} holds no images of {N_SIGNS} signs, such as 00000/00000_00000.ppm.")
    tracks = np.array([f"{match[1]}/{match[2]}" for match in found])
    return np.stack(images) / 255, y, tracks


def read_ppm(content: bytes) -> np.ndarray:
    """Return the pixels of a binary PPM image of 8 bits.

    Returns:
        uint8 (height, width, 3).

    Raises:
        ValueError: The content is of another kind, or cut short.

    Example:
        >>> read_ppm(b"P6 2 1 255 abcdef").tolist()
        [[[97, 98, 99], [100, 101, 102]]]
    """
    header = PPM_HEADER.match(content)
    if header is None:
        raise ValueError(f"an image is not a binary PPM of 8 bits, it starts with {content[:15]!r}")
    width, height = int(header[1]), int(header[2])
    if len(content) - header.end() != 3 * width * height:
        raise ValueError(f"an image of {width} x {height} pixels has {len(content) - header.end():,} bytes")
    return np.frombuffer(content, "uint8", offset=header.end()).reshape(height, width, 3)
