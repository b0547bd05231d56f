"""TensorBoard: the dashboard callback and the files of the embedding projector."""
