"""OBJECTS: rendered pictures of cubes, spheres and cylinders, each under a light of its own."""

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_whole
from kerasclust.datasets.cache import cached_arrays

SHAPES = ("cube", "sphere", "cylinder")
ELEVATION = np.radians([30, 80])  # of the light; lower ones throw the shadow out of the picture
INTENSITY = (0.5, 1.0)  # of the light: what a white surface that faces it sends back
VERSION = 1  # of the scene and of how it is rendered: cached images of another version are not read


def objects(n_samples: int = 10_000, seed: int = 0, cache_dir=None, progress: bool = True) -> DataSet:
    """Gray pictures of 3 known groups, cubes, spheres and cylinders, 64 x 64 pixels.

    The shapes are the clusters; direction and intensity of the light say nothing about them, but much about the
    pixels. The objects cast shadows on a dark floor; camera, objects and the light of the surroundings do not change.

    The first call renders (a few minutes for the default size) and stores the result; later calls read it.

    Args:
        n_samples: how many images, at least 3; the shapes are equally frequent.
        seed: of lights and order.
        cache_dir: where results are stored; None for the environment variable `KERASCLUST_CACHE` or
            `~/.cache/kerasclust`.
        progress: whether to show a progress bar.

    Returns:
        A `DataSet`: x float32 (n_samples, 64, 64, 1) from 0 (black) to 1 (white); y (n_samples,) the shape. Its
        context: "light_direction" (n_samples, 3), from the object to the light, of length 1 (x to the right, y away
        from the camera, z upwards), and "light_intensity" (n_samples,), 1 at most.

    Raises:
        InputError: an argument is not a whole number or too small, the renderer is not installed, or the cache folder
            cannot be written to.

    Source:
        The ACe/DeC paper, section 4 and figure 1b; its images are not public and these are not a copy of them.
        Renderer: W. Jakob and others, Mitsuba 3.

    Example:
        >>> data = objects()  # doctest: +SKIP
        >>> data.x.shape, data.label_names  # doctest: +SKIP
        ((10000, 64, 64, 1), ('cube', 'sphere', 'cylinder'))
    """
    sizes = {"n_samples": check_whole(n_samples, "n_samples", len(SHAPES)), "seed": check_whole(seed, "seed", 0)}

    def build():
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


def draw_lights(n: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Lights from all sides.

    Returns:
        Directions (n, 3), from the object to the light, of length 1, and intensities (n,).

    Example:
        >>> direction, intensity = draw_lights(5, np.random.default_rng(0))
        >>> direction.shape, intensity.shape
        ((5, 3), (5,))
    """
    azimuth, elevation = random.uniform(0, 2 * np.pi, n), random.uniform(*ELEVATION, n)
    flat = np.cos(elevation)
    direction = np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)], axis=1)
    return direction, random.uniform(*INTENSITY, n)
