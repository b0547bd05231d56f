"""Choices of `python -m benchmarks bench speed`, without TensorFlow, so that the help is quick."""

DEFAULT_PARTS = (
    "steps",
    "prediction",
    "growth",
    "start",
    "overhead",
    "profile",
)  # the others take hours or another library
PARTS = (*DEFAULT_PARTS, "precision", "peers")
SHAPES = {"dec": (784,), "conv1d": (128, 8), "conv2d": (28, 28, 1)}  # {network: shape of a sample}
BATCHES = (256, 1024)
DEFAULT_POLICIES = ("float32", "mixed_bfloat16")  # processors are slow in float16
