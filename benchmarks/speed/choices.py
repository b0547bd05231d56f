"""Parts of `python -m benchmarks bench speed`; imports no TensorFlow, so that the help is quick."""

DEFAULT_PARTS = ("steps", "prediction", "growth", "start", "overhead", "profile")  # neither hours nor another library
PARTS = (*DEFAULT_PARTS, "precision", "peers")
SHAPES = {"dec": (784,), "conv1d": (128, 8), "conv2d": (28, 28, 1)}  # features of a sample, by the network for it
BATCHES = (256, 1024)
DEFAULT_POLICIES = ("float32", "mixed_bfloat16")  # processors compute in float16 as slowly as it gets
