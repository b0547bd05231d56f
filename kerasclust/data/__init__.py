"""Input of the models: checks of samples, arrays larger than memory, and tf.data pipelines."""
