"""A trained model as an HTTP service that speaks TensorFlow Serving's REST API."""
