"""The scene of the OBJECTS data set: a solid on a floor, lit from around and by one distant light."""

import numpy as np
from tqdm import tqdm

SIDE = 64  # pixels
SURROUNDINGS = 0.4  # the light from all around, in the unit of the distant one: what a white surface sends back
SOLID, FLOOR = 0.7, 0.1  # share of the light that a surface sends back: shapes stand out, whatever the light
SAMPLES_OF_SURROUNDINGS = 256  # a pixel; rendered once for each shape, and free of noise
SAMPLES_OF_LIGHT = 4  # a pixel; one light makes no noise, so that they only have to smooth the edges
GAMMA = 2.2


def render(shapes: list[str], direction: np.ndarray, intensity: np.ndarray, progress: bool) -> np.ndarray:
    """One picture of each shape under its light.

    Light adds up, so that a picture is that of the surroundings, the same for every picture of a shape, plus that of
    the light, times its intensity.

    Args:
        shapes: n names of shapes.
        direction: (n, 3), from the object to the light.
        intensity: (n,).
        progress: whether to show a progress bar.

    Returns:
        uint8 (n, 64, 64).
    """
    import mitsuba

    mitsuba.set_variant("scalar_rgb")  # needs no graphics card, no driver and no compiler
    around = {shape: _photograph(mitsuba, _scene(mitsuba, shape, _surroundings())) for shape in sorted(set(shapes))}
    lit = {shape: _scene(mitsuba, shape, _distant_light()) for shape in around}
    images = np.empty((len(shapes), SIDE, SIDE), "uint8")
    for i, shape in enumerate(tqdm(shapes, desc="objects", unit=" images", disable=not progress)):
        _turn_light(mitsuba, lit[shape], direction[i])
        images[i] = _developed(around[shape] + intensity[i] * _photograph(mitsuba, lit[shape]))
    return images


def _photograph(mitsuba, scene) -> np.ndarray:
    """The light that reaches each pixel, (64, 64)."""
    return np.array(mitsuba.render(scene, seed=0))[..., 0]


def _developed(light: np.ndarray) -> np.ndarray:
    """Light as the brightness of pixels, 0 to 255."""
    return np.round(255 * np.clip(light, 0, 1) ** (1 / GAMMA)).astype("uint8")


def _turn_light(mitsuba, scene, direction):
    parameters = mitsuba.traverse(scene)
    parameters["light.to_world"] = _looking(mitsuba, (0, 0, 0), -direction, up=(0, 1, 0))  # never level: not along y
    parameters.update()


def _looking(mitsuba, origin, target, up):
    return mitsuba.ScalarTransform4f().look_at(*([float(value) for value in point] for point in (origin, target, up)))


def _surroundings() -> dict:
    light = {"type": "constant", "radiance": _gray(SURROUNDINGS)}
    # Rays from the surface, more of them where they count more: without anything in their way there is no noise.
    rays = {"type": "direct", "emitter_samples": 0, "bsdf_samples": 1}
    return {"samples": SAMPLES_OF_SURROUNDINGS, "light": light, "integrator": rays}


def _distant_light() -> dict:
    light = {"type": "directional", "direction": [0, 0, -1], "irradiance": _gray(np.pi)}
    rays = {"type": "direct", "emitter_samples": 1, "bsdf_samples": 0}
    return {"samples": SAMPLES_OF_LIGHT, "light": light, "integrator": rays}


def _scene(mitsuba, shape: str, lighting: dict):
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


def _matt(share: float) -> dict:
    return {"type": "diffuse", "reflectance": _gray(share)}


def _gray(value: float) -> dict:
    return {"type": "rgb", "value": float(value)}
