"""TensorBoard: the dashboard callback and its projector."""
