"""Compute losses and their gradients on two logical devices: `on_two_replicas.py OUT`.

OUT gets, for each loss, the mean of the replicas' values and the gradient in the first argument, in the order of the
whole batch.
"""

import sys

import numpy as np
import tensorflow as tf

from kerasclust import losses

RANDOM = np.random.default_rng(3)
Z, X = RANDOM.normal(size=(2, 12, 4)).astype("float32")
P, Q = RANDOM.dirichlet(np.ones(3), size=(2, 12)).astype("float32")
HEADS, OTHER_HEADS = RANDOM.dirichlet(np.ones(3), size=(2, 12, 2)).astype("float32")
COUNTED = np.array([1, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1], "float32")  # not the same number on each replica


def first(x):
    """Assignments (heads, n, k) of an array (n, heads, k), which is divided among replicas by samples."""
    return tf.transpose(x, (1, 0, 2))


CASES = {
    "correlation": (losses.correlation_loss, Z, X),
    "affinity": (lambda z, q: losses.affinity_loss(q, z), Z, Q),
    "mutual information": (losses.mutual_information, P, Q),
    "heads": (lambda p, q: losses.mutual_information(first(p), first(q)), HEADS, OTHER_HEADS),
    "label entropy": (lambda p, _: losses.label_entropy(p), P, Q),
    "label entropy of heads": (lambda p, _: losses.label_entropy(first(p)), HEADS, OTHER_HEADS),
    "conditional entropy": (lambda p, _: losses.conditional_entropy(p), P, Q),
    "balance": (lambda q, _: losses.balanced_assignment(q), Q, P),
    "locality": (lambda z, x: losses.locality_preserving(z, x, 3), Z, X),
    "critic": (lambda z, x: losses.critic_loss(z[:, :1], x[:, :1], x[:, 4]), Z, np.c_[X, COUNTED]),
}


def value_and_gradient(loss, a, b):
    """Return the mean of a loss and its gradient in a."""
    with tf.GradientTape() as tape:
        tape.watch(a)
        value = tf.reduce_mean(loss(a, b))
    return value, tape.gradient(value, a)


def main(out):
    """Compute all cases and write them."""
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    found = {}
    for name, (loss, a, b) in CASES.items():

        def of_replica(context, array):
            return tf.constant(np.split(array, 2)[context.replica_id_in_sync_group])

        parts = [
            strategy.experimental_distribute_values_from_function(lambda c, array=array: of_replica(c, array))
            for array in (a, b)
        ]
        step = tf.function(lambda a, b, loss=loss: value_and_gradient(loss, a, b), autograph=False)
        value, gradient = strategy.run(step, args=parts)
        found[f"{name}: value"] = np.mean([float(part) for part in value.values])
        found[f"{name}: gradient"] = (
            np.concatenate([part.numpy() for part in gradient.values]) / 2
        )  # the loss is a mean
    np.savez(out, **found)


if __name__ == "__main__":
    main(sys.argv[1])
