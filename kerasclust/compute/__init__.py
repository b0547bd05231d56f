"""Computation: replicas, worker processes, optimizers, precision."""
