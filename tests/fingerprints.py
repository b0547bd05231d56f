"""Fingerprints of every method: whether a change of the code changed what is computed.

    python tests/fingerprints.py            # compare with tests/fingerprints.json, exit status 1 where one differs
    python tests/fingerprints.py --write    # keep the fingerprints of this code
    python tests/fingerprints.py dec dance  # of some methods

A fingerprint is the SHA-256 of the labels and of the soft assignments, rounded to 1e-5. It depends on the processor and
on the versions of TensorFlow and Keras, so the file is for comparing two states of the code on one machine.
"""

import os

os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}

import argparse
import hashlib
import json
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from kerasclust.datasets.loading import load
from kerasclust.errors import InputError
from kerasclust.models.catalog import methods, new_model, settings_of

KEPT = Path(__file__).with_suffix(".json")
SMALL = {"pretrain_epochs": 3, "epochs": 4, "n_tries": 3, "n_runs": 2, "random_state": 0}


def data_sets():
    """Samples {name: (array (n, ...), number of clusters)}: digits, and 200 simulated sequences."""
    digits = load_digits()
    network = load("mobile_network", n_users=40, n_sequences=5, seed=0)
    return {"digits": (digits.data[:500].astype("float32"), 10), "network": (np.asarray(network.x), 8)}


def fingerprint(method, x, n_clusters):
    """SHA-256 of labels and rounded soft assignments after a small training."""
    known = settings_of(methods()[method])
    settings = {name: value for name, value in SMALL.items() if name in known}
    try:
        model = new_model(method, n_clusters, settings)
        model.fit(x, verbose=0)
    except InputError:  # too many features for matrices of all with each other
        model = new_model(method, n_clusters, settings | {"frontend": "statistics"})
        model.fit(x, verbose=0)
    q = np.round(model.predict(x).astype("float64"), 5) + 0.0
    parts = {"labels": model.predict_clusters(x).astype("int64"), "assignments": q}
    return {name: hashlib.sha256(np.ascontiguousarray(part)).hexdigest()[:16] for name, part in parts.items()}


def main():
    """Compare or keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("methods", nargs="*")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    differing = 0
    for name, (x, n_clusters) in data_sets().items():
        for method in arguments.methods or methods():
            found = fingerprint(method, x, n_clusters)
            before = kept.get(name, {}).get(method)
            same = before == found
            differing += not same
            print(f"{name:8} {method:12} {'same' if same else f'differs: {before} -> {found}'}", flush=True)
            kept.setdefault(name, {})[method] = found
            if arguments.write:
                KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    sys.exit(bool(differing) and not arguments.write)


if __name__ == "__main__":
    main()
