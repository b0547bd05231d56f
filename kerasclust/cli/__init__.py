"""The command `kerasclust`.

Nothing here imports numpy or TensorFlow at module level: `kerasclust --help` has to answer at once.
"""

# They add their commands to `main`.
from kerasclust.cli import about, choosing, clustering, deploying, naming, serving
from kerasclust.cli.base import main

__all__ = ["about", "choosing", "clustering", "deploying", "main", "naming", "serving"]
