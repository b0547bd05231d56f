"""The command `kerasclust`.

Nothing here imports numpy or TensorFlow at module level: `kerasclust --help` has to answer at once.
"""

from kerasclust.cli import about, choosing, clustering, measuring, naming  # they add their commands to `main`
from kerasclust.cli.base import main

__all__ = ["about", "choosing", "clustering", "main", "measuring", "naming"]
