"""The command `kerasclust`.

No module here imports numpy or TensorFlow at module level, because `kerasclust --help` has to answer at once.
"""

# Each of these modules adds its commands to `main`.
from kerasclust.cli import (
    about,
    checking,
    choosing,
    deploying,
    fitting,
    listing,
    monitoring,
    naming,
    predicting,
    reporting,
    serving,
    simulating,
)
from kerasclust.cli.base import main

__all__ = [
    "about",
    "checking",
    "choosing",
    "deploying",
    "fitting",
    "listing",
    "main",
    "monitoring",
    "naming",
    "predicting",
    "reporting",
    "serving",
    "simulating",
]
