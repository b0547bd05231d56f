"""Search for clusters by RIM, as a training that is recorded like a phase."""

from kerasclust.data.pipeline import Samples
from kerasclust.initializers import RIM
from kerasclust.training.logged import Logged
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Array, Tensor

RIM_STEPS = 20  # updates that the progress bar counts as an epoch
RIM_UPDATES = 600
RIM_LOGS = (
    Logged("rim_conditional_entropy", "clustering", "entropy"),
    Logged("rim_loss", "clustering", "RIM's loss", shown=False),
)


class RIMSearch:
    """Search by several tries of RIM, trained at once on latent points.

    Args:
        n_clusters: number of clusters k.
        n_tries: number of nets.
    """

    def __init__(self, n_clusters: int, n_tries: int) -> None:
        self.rim, self.updates = RIM(n_clusters, n_tries), RIM_UPDATES

    def step(self, index: Tensor, z: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration of all tries of RIM (DANCE paper, eq. 7)."""
        return self.rim.train_step(z)

    def tries(self, run: Run, z: Array, seed: int, batch_size: int) -> tuple[list[dict[str, Array]], Array, Array]:
        """Train all tries on latent points.

        Args:
            run: the `Run`.
            z: points (n, d).
            seed: seed of the starting weights and of the order of the points.
            batch_size: points in a batch.

        Returns:
            (nets, labels (n_tries, n), conditional entropies (n_tries,)).
        """
        self.rim.reset(z, seed)
        phase = Phase("initialize", self.step, updates=self.updates)
        run.train(phase, Samples(z, batch_size), seed, steps_per_epoch=RIM_STEPS)
        return self.rim.nets(), *self.rim.tries(z)
