"""Inspection of fitted models: diagnostics, interpretation, drift, clustered space, cluster names."""
