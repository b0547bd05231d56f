"""Computation on replicas and in worker processes, optimizers, gradients and precision."""
