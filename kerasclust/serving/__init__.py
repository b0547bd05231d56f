"""HTTP service for a trained model, with the REST API of TensorFlow Serving."""
