"""OBJECTS: rendered images of cubes, spheres and cylinders under varying light."""

from pathlib import Path

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_whole
from kerasclust.datasets.cache import Arrays, cached_arrays
from kerasclust.types import Array

SHAPES = ("cube", "sphere", "cylinder")
ELEVATION = (np.radians(30), np.radians(80))  # of the light; below it, the shadow would leave the image
INTENSITY = (0.5, 1.0)  # of the light: brightness of a white surface that faces it
VERSION = 1  # of the scene and its rendering; raise it with every change, so that old cached images are not read


def objects(
    n_samples: int = 10_000, seed: int = 0, cache_dir: str | Path | None = None, progress: bool = True
) -> DataSet:
    """Load or render gray images of cubes, spheres and cylinders, 3 known groups.

    The images have 64 x 64 pixels.

    The shapes are the clusters. Direction and intensity of the light are independent of the shape but change most
    pixels. The objects cast shadows on a dark floor; camera, objects and ambient light are fixed.

    The first call renders (a few minutes for the default size) and stores the result; later calls read it.

    Args:
        n_samples: number of images, at least 3; the shapes are equally frequent.
        seed: seed of lights and order.
        cache_dir: directory for results. None: the environment variable `KERASCLUST_CACHE`, by default
            `~/.cache/kerasclust`.
        progress: show a progress bar.

    Returns:
        A `DataSet`: x float32 (n_samples, 64, 64, 1) from 0 (black) to 1 (white); y (n_samples,) the shape. Its
        context: "light_direction" (n_samples, 3), unit vectors from the object to the light (x to the right, y away
        from the camera, z upwards), and "light_intensity" (n_samples,), at most 1.

    Raises:
        InputError: An argument is not a whole number or is too small, the renderer is not installed, or the cache
            folder cannot be written to.

    Source:
        The ACe/DeC paper, section 4 and figure 1b. Its images are not public; these images are not a copy.
        Renderer: W. Jakob and others, Mitsuba 3.

    Example:
        >>> data = objects()  # doctest: +SKIP
        >>> data.x.shape, data.label_names  # doctest: +SKIP
        ((10000, 64, 64, 1), ('cube', 'sphere', 'cylinder'))
    """
    sizes = {"n_samples": check_whole(n_samples, "n_samples", len(SHAPES)), "seed": check_whole(seed, "seed", 0)}

    def build() -> Arrays:
        from kerasclust.datasets.objects_process import render_apart

        random = np.random.default_rng(sizes["seed"])
        shape = random.permutation(np.arange(sizes["n_samples"]) % len(SHAPES))
        direction, intensity = draw_lights(sizes["n_samples"], random)
        images = render_apart([SHAPES[i] for i in shape], direction, intensity, progress)
        return {"images": images, "shape": shape, "light_direction": direction, "light_intensity": intensity}

    arrays = cached_arrays("objects", sizes | {"version": VERSION}, build, cache_dir)
    return DataSet(
        name="objects",
        x=arrays.pop("images")[..., np.newaxis].astype("float32") / 255,
        y=arrays.pop("shape"),
        label_names=SHAPES,
        channel_names=("brightness",),
        channel_units=("",),
        context=arrays,
    )


def draw_lights(n: int, random: np.random.Generator) -> tuple[Array, Array]:
    """Draw lights from all sides.

    Returns:
        Directions (n, 3), unit vectors from the object to the light, and intensities (n,).

    Example:
        >>> direction, intensity = draw_lights(5, np.random.default_rng(0))
        >>> direction.shape, intensity.shape
        ((5, 3), (5,))
    """
    azimuth, elevation = random.uniform(0, 2 * np.pi, n), random.uniform(*ELEVATION, n)
    flat = np.cos(elevation)
    direction = np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)], axis=1)
    return direction, random.uniform(*INTENSITY, n)
