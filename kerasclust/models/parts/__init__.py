"""Parts of models: critics, paths, centers, generation, a given autoencoder."""
