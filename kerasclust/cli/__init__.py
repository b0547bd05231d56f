"""The command `kerasclust`.

Nothing here imports numpy or TensorFlow at module level: `kerasclust --help` has to answer at once.
"""

from kerasclust.cli import (
    about,
    choosing,
    clustering,
    deploying,
    measuring,
    serving,
)  # they add their commands to `main`
from kerasclust.cli.base import main

__all__ = ["about", "choosing", "clustering", "deploying", "main", "measuring", "serving"]
