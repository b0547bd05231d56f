"""Cell selection with layer bias, hysteresis and time to trigger."""

import numpy as np

from kerasclust.datasets.mobile_network.settings import LAYERS
from kerasclust.types import Array

HYSTERESIS_DB = 3.0
FILTER = 0.8  # weight of the newest measurement: the layer 3 filter of 3GPP TS 36.331, nearly settled after 5 s


class CellSelection:
    """Selection of the serving cell of each user, step by step.

    A cell takes over when its filtered RSRP plus the bias of its layer exceeds the serving cell's by the hysteresis,
    for as many measurements in a row as the layer demands (event A3 of 3GPP TS 36.331, section 5.5.4.4). WiFi demands
    more measurements, because joining takes time; users who pass by do not join.

    Args:
        cell_layer: (n_cells,), the number of each cell's layer.
        n_users: number of users.
    """

    def __init__(self, cell_layer: Array, n_users: int) -> None:
        self.bias = np.array([layer.bias_db for layer in LAYERS])[cell_layer]
        self.minimum = np.array([layer.min_rsrp_dbm for layer in LAYERS])[cell_layer]
        self.steps_to_trigger = np.array([layer.steps_to_trigger for layer in LAYERS])[cell_layer]
        self.users = np.arange(n_users)
        self.filtered: Array | None = None
        self.serving: Array | None = None
        self.candidate = np.full(n_users, -1)
        self.count = np.zeros(n_users, int)

    def follow(self, rsrp: Array) -> tuple[Array, Array]:
        """Select cells for the next steps.

        Args:
            rsrp: (steps, n_users, n_cells) dBm.

        Returns:
            serving: (steps, n_users), the serving cell.
            changed: (steps, n_users) bool, whether the serving cell differs from the step before.
        """
        serving = np.empty(rsrp.shape[:2], int)
        changed = np.empty(rsrp.shape[:2], bool)
        for step, measured in enumerate(rsrp):
            serving[step], changed[step] = self._select(measured)
        return serving, changed

    def _select(self, measured: Array) -> tuple[Array, Array]:
        before = self.filtered
        self.filtered = measured if before is None else FILTER * measured + (1 - FILTER) * before
        score = np.where(self.filtered >= self.minimum, self.filtered + self.bias, -np.inf)
        best = score.argmax(1)
        if self.serving is None:
            self.serving = best
            return best, np.zeros(len(best), bool)
        better = score[self.users, best] > score[self.users, self.serving] + HYSTERESIS_DB
        self.count = np.where(better, np.where(best == self.candidate, self.count + 1, 1), 0)
        self.candidate = np.where(better, best, -1)
        lost = np.isneginf(score[self.users, self.serving])
        change = (better & (self.count >= self.steps_to_trigger[best])) | (lost & (best != self.serving))
        self.serving = np.where(change, best, self.serving)
        self.count[change] = 0
        return self.serving, change
