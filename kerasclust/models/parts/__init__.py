"""Parts that models have: critics, paths, mini-batch centers, generation, a given autoencoder."""
