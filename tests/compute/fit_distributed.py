"""A process of its own that fits models on several replicas: python fit_distributed.py OUT MODELS [WORKERS NUMBER].

MODELS: JSON list of [method, settings]. With WORKERS ("host:port,host:port") it is worker NUMBER of them, else it has
two logical devices. OUT gets the soft assignments and the losses of each model. BACKUP in the environment is a folder
to go on from.
"""

import json
import os
import sys

import numpy as np


def samples():
    """Three groups that overlap a little."""
    random = np.random.default_rng(0)
    return (4.0 * np.eye(3, 8)[np.arange(300) % 3] + random.normal(size=(300, 8))).astype("float32")


def fitted(method, settings):
    """Soft assignments and losses of a model."""
    from kerasclust.models.catalog import methods

    model = methods()[method](3, **settings)
    history = model.fit(samples(), verbose=0, backup_dir=os.environ.get("BACKUP"))
    return model.predict(samples()), np.array(history.history["loss"])


def two_devices():
    """A strategy over two logical devices of this processor."""
    import tensorflow as tf

    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


if __name__ == "__main__":
    from kerasclust.compute.workers import strategy_over

    out, models, *cluster = sys.argv[1:]
    strategy = strategy_over(cluster[0], int(cluster[1])) if cluster else two_devices()
    found = {}
    for number, (method, settings) in enumerate(json.loads(models)):
        with strategy.scope():
            found[f"q{number}"], found[f"loss{number}"] = fitted(method, settings)
    np.savez(out, **found)
