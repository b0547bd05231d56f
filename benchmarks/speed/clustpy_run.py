"""Timed run of ClustPy: a program for an environment with ClustPy and without kerasclust.

    python clustpy_run.py METHOD SAMPLES.npz '{"batch_size": 256, ...}'

prints {"seconds", "peak_memory_mb", "labels"} as JSON.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

METHODS = {"dec": "DEC", "idec": "IDEC", "dcn": "DCN", "acedec": "ACeDeC", "vade": "VaDE"}


def timed_run(method: str, x: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
    """Fit a method of ClustPy.

    Args:
        method: name in kerasclust, a key of `METHODS`.
        x: samples (n, features), float32.
        settings: {"n_clusters", "units": widths of the encoder and of the latent space, "batch_size", "learning_rate":
            for pretraining, "pretrain_epochs", "epochs", "seed"}.

    Returns:
        {"seconds", "peak_memory_mb", "labels": list of n clusters}
    """
    import clustpy.deep
    import torch

    layers = [x.shape[1], *settings["units"]]
    model = getattr(clustpy.deep, METHODS[method])(
        settings["n_clusters"],
        batch_size=settings["batch_size"],
        pretrain_optimizer_params={"lr": settings["learning_rate"]},
        pretrain_epochs=settings["pretrain_epochs"],
        clustering_epochs=settings["epochs"],
        neural_network=(network_class(method), {"layers": layers, "activation_fn": torch.nn.ReLU}),
        embedding_size=layers[-1],
        device="cpu",
        random_state=settings["seed"],
    )
    started = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak_memory_mb": peak_memory_mb(), "labels": np.ravel(model.labels_).tolist()}


def network_class(method: str) -> type:
    """Return the class of autoencoder that ClustPy uses for a method."""
    if method == "vade":
        from clustpy.deep.vade import _VaDE_VAE

        return _VaDE_VAE
    from clustpy.deep.neural_networks import FeedforwardAutoencoder

    return FeedforwardAutoencoder


def peak_memory_mb() -> float:
    """Return the peak memory of this process in MB, as `results.peak_memory_mb`, which needs kerasclust."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, `resource` counts the memory of the parent process
        lines = status.read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 2**10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # bytes on macOS


if __name__ == "__main__":
    with np.load(sys.argv[2], allow_pickle=False) as arrays:
        samples = arrays["x"]
    print(json.dumps(timed_run(sys.argv[1], samples, json.loads(sys.argv[3]))))
