"""RIM's nets trained by a model's runner, as a phase that is seen and recorded like the others."""

from kerasclust.data.pipeline import Samples
from kerasclust.initializers import RIM

RIM_STEPS = 20  # updates that the progress bar counts as an epoch


class RIMSearch:
    """The search for clusters by RIM: a mixin before the model's class, whose `auto_updates` say how long it takes."""

    def rim_tries(self, runner, z, seed):
        """All tries at points z (n, d): (nets, labels (n_tries, n), conditional entropies (n_tries,))."""
        self.rim.reset(z, seed)
        epochs = -(-self.auto_updates["initialize"] // RIM_STEPS)
        runner.train("initialize", Samples(z, 4 * self.batch_size), epochs, seed=seed, steps_per_epoch=RIM_STEPS)
        return self.rim.nets(), *self.rim.tries(z)

    def new_rim(self):
        """The nets of `n_tries` tries."""
        return RIM(self.n_clusters, self.n_tries)

    def initialize_step(self, index, z, view):
        """One iteration of all tries of RIM (DANCE paper, eq. 7)."""
        return self.rim.train_step(z)
