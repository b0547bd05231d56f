"""The scene of the OBJECTS data set: a solid on a floor, under two lights.

One light is ambient, the other is distant.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kerasclust.system.progress import progress_of
from kerasclust.types import Array

SIDE = 64  # pixels
SURROUNDINGS = 0.4  # ambient light, in the unit of the distant light: brightness of a white surface
SOLID, FLOOR = 0.7, 0.1  # reflected share of the light; different, so that shapes stand out under every light
SAMPLES_OF_SURROUNDINGS = 256  # for each pixel; rendered once for each shape, without visible noise
SAMPLES_OF_LIGHT = 4  # for each pixel; only to smooth edges, because a single light makes no noise
GAMMA = 2.2


def render(shapes: list[str], direction: Array, intensity: Array, progress: bool) -> Array:
    """Render one image of each shape under its light.

    Light is additive. An image is the sum of the ambient image, which each shape has once, and the image of the distant
    light times its intensity.

    Args:
        shapes: n names of shapes.
        direction: (n, 3), from the object to the light.
        intensity: (n,).
        progress: show a progress bar.

    Returns:
        uint8 (n, 64, 64).
    """
    import mitsuba

    mitsuba.set_variant("scalar_rgb")  # needs no graphics card, no driver and no compiler
    around = {shape: _photograph(mitsuba, _scene(mitsuba, shape, _surroundings())) for shape in sorted(set(shapes))}
    lit = {shape: _scene(mitsuba, shape, _distant_light()) for shape in around}
    images = np.empty((len(shapes), SIDE, SIDE), "uint8")
    for i, shape in enumerate(progress_of("objects", "image", items=shapes, shown=progress)):
        _turn_light(mitsuba, lit[shape], direction[i])
        images[i] = _developed(around[shape] + intensity[i] * _photograph(mitsuba, lit[shape]))
    return images


def _photograph(mitsuba: Any, scene: Any) -> Array:
    """Return the light at each pixel, (64, 64)."""
    return np.array(mitsuba.render(scene, seed=0))[..., 0]


def _developed(light: Array) -> Array:
    """Convert light to the brightness of pixels, 0 to 255."""
    return np.round(255 * np.clip(light, 0, 1) ** (1 / GAMMA)).astype("uint8")


def _turn_light(mitsuba: Any, scene: Any, direction: Array) -> None:
    parameters = mitsuba.traverse(scene)
    parameters["light.to_world"] = _looking(mitsuba, (0, 0, 0), -direction, up=(0, 1, 0))  # never level: not along y
    parameters.update()


def _looking(mitsuba: Any, origin: ArrayLike, target: ArrayLike, up: Sequence[float]) -> Any:
    """Return the transform of a camera or light at `origin` that looks at `target`."""
    return mitsuba.ScalarTransform4f().look_at(*(np.asarray(point, float).tolist() for point in (origin, target, up)))


def _surroundings() -> dict[str, Any]:
    light = {"type": "constant", "radiance": _gray(SURROUNDINGS)}
    # Rays from the surface, sampled by their weight in the sum: an unobstructed surface then has no noise.
    rays = {"type": "direct", "emitter_samples": 0, "bsdf_samples": 1}
    return {"samples": SAMPLES_OF_SURROUNDINGS, "light": light, "integrator": rays}


def _distant_light() -> dict[str, Any]:
    light = {"type": "directional", "direction": [0, 0, -1], "irradiance": _gray(np.pi)}
    rays = {"type": "direct", "emitter_samples": 1, "bsdf_samples": 0}
    return {"samples": SAMPLES_OF_LIGHT, "light": light, "integrator": rays}


def _scene(mitsuba: Any, shape: str, lighting: dict[str, Any]) -> Any:
    camera = {
        "type": "perspective",
        "fov": 27,
        "to_world": _looking(mitsuba, (0, -6, 3.5), (0, 0, 0.8), up=(0, 0, 1)),
        "film": {
            "type": "hdrfilm",
            "width": SIDE,
            "height": SIDE,
            "pixel_format": "luminance",
            "rfilter": {"type": "box"},
        },
        "sampler": {"type": "multijitter", "sample_count": lighting["samples"]},
    }
    move = mitsuba.ScalarTransform4f
    parts = {
        "cube": [{"type": "cube", "to_world": move().translate([0, 0, 0.8]).rotate([0, 0, 1], 30).scale(0.8)}],
        "sphere": [{"type": "sphere", "center": [0, 0, 1], "radius": 1}],
        "cylinder": [
            {"type": "cylinder", "p0": [0, 0, 0], "p1": [0, 0, 1.8], "radius": 0.8},
            {"type": "disk", "to_world": move().translate([0, 0, 1.8]).scale(0.8)},
        ],
    }[shape]
    floor = {"type": "rectangle", "to_world": move().scale(40), "bsdf": _matt(FLOOR)}
    solids = {f"solid {i}": {**part, "bsdf": _matt(SOLID)} for i, part in enumerate(parts)}
    scene = {"type": "scene", "camera": camera, "floor": floor, **{k: lighting[k] for k in ("light", "integrator")}}
    return mitsuba.load_dict(scene | solids)


def _matt(share: float) -> dict[str, Any]:
    return {"type": "diffuse", "reflectance": _gray(share)}


def _gray(value: float) -> dict[str, Any]:
    return {"type": "rgb", "value": float(value)}
