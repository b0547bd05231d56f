"""Timings of training, prediction and serving."""
