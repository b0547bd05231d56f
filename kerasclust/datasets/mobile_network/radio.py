"""The radio network: one CRRM simulator for each layer, in the city.

The city adds shadowing, line of sight and walls.

CRRM computes received power, SINR, CQI, MCS and spectral efficiency. A row is one user at one step. CRRM gets many rows
at a time, as if each row were a separate user.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasclust.datasets.mobile_network.cells import Sites
from kerasclust.datasets.mobile_network.propagation import RandomFields, line_of_sight_probability, wall_loss_db
from kerasclust.datasets.mobile_network.settings import LAYERS, Layer
from kerasclust.system.optional import require
from kerasclust.types import Array

INH_RANGE_M = (1.0, 150.0)  # distances of the indoor model
SITE_CORRELATION = 0.5  # of the shadowing toward different sites: 3GPP TR 36.814, table A.2.1.1-1


def import_crrm() -> Any:
    """Import the CRRM package.

    Raises:
        InputError: The package is not installed.
    """
    return require("CRRM")


@dataclass(frozen=True)
class Surroundings:
    """Obstacles between the user of each row and the network.

    Args:
        building: (rows,), the building around the user, or -1.
        high_loss: (rows,) bool, whether the building has metal-coated windows.
        inside_db: (rows,), loss besides the outer wall, by rooms or the body of a car.
    """

    building: Array
    high_loss: Array
    inside_db: Array


class RadioLayer:
    """The cells of one layer, simulated by CRRM.

    Args:
        layer: row of the layer in the table of layers.
        sites: (n_sites, 3) meters.
        building: (n_sites,), the building of each site, or -1 for an outdoor site.
        half_side_m: half the side of the area.
        rng: random generator.
    """

    def __init__(
        self, layer: Layer, sites: Array, building: Array, half_side_m: float, rng: np.random.Generator
    ) -> None:
        crrm = import_crrm()
        self.layer, self.building = layer, building
        self.n_cells = len(sites) * layer.sectors
        power = np.zeros((len(sites), layer.subbands))
        power[np.arange(len(sites)), rng.integers(layer.subbands, size=len(sites))] = layer.power_w
        shared = {
            "cell_locations": sites,
            "ue_initial_locations": np.array([[0.0, 0.0, 1.5]]),
            "pathloss_model_name": layer.model,
            "fc_GHz": layer.carrier_ghz,
            "bw_MHz": layer.bandwidth_mhz,
            "h_BS_default": layer.height_m,
            "n_sectors": layer.sectors,
            "n_subbands": layer.subbands,
            "power_matrix": power,
            "smart_update": False,
        }
        self.simulator = crrm.Simulator(crrm.Parameters(**shared, LOS=False))
        self.models = (
            crrm.Simulator(crrm.Parameters(**shared, LOS=True)).params.pathloss_model,
            self.simulator.params.pathloss_model,
        )
        # CRRM's own shadowing is one constant for each user, in all places and toward all cells.
        self.simulator.g.pathgain_function = self._path_gain
        self.shadowing = RandomFields(len(sites) + 1, layer.decorrelation_m, half_side_m, rng)
        self.visibility = RandomFields(len(sites), 50.0, half_side_m, rng)  # TR 38.901, table 7.6.3.1-2
        self.subband = np.repeat(power.argmax(1), layer.sectors)
        self.walls = np.array([wall_loss_db(layer.carrier_ghz, high_loss) for high_loss in (False, True)])

    def received(self, xyz: Array, surroundings: Surroundings) -> Array:
        """Return the RSRP of every cell in dBm, (rows, n_cells), at positions (rows, 3) meters."""
        self._surroundings = surroundings
        self.simulator.params.n_ues = len(xyz)
        self.simulator.ue_locations.set_data(xyz)
        self.simulator.rsrp.update()
        watts = self.simulator.rsrp.data.sum(-1)
        return 10 * np.log10(np.maximum(watts, 1e-30) * 1e3 / self.layer.subcarriers)

    def link(self, rows: Array, serving: Array, activity: Array, fading_db: Array) -> tuple[Array, ...]:
        """Compute the quality of some links of the last call of `received`.

        Args:
            rows: (m,), numbers of rows of that call.
            serving: (m,), the serving cell of each row, counted within the layer.
            activity: (m, n_cells), the share of time in which each cell sends and interferes.
            fading_db: (m,), the serving cell's fading around its local mean.

        Returns:
            SINR (dB), CQI, MCS and spectral efficiency (bit/s/Hz), each (m,).
        """
        simulator, received = self.simulator, self.simulator.rsrp.data
        power = received[rows] * activity[..., None]
        rows = np.arange(len(power))
        power[rows, serving] *= (10 ** (fading_db / 10) / activity[rows, serving])[:, None]
        simulator.rsrp.data = power
        simulator.a.data = serving
        nodes = (simulator.sinr, simulator.cqi, simulator.mcs, simulator.se_from_mcs)
        for node in nodes:
            node.update_data()
        simulator.rsrp.data = received
        sinr, cqi, mcs, efficiency = (node.data[rows, self.subband[serving]] for node in nodes)
        return 10 * np.log10(np.maximum(sinr, 1e-6)), cqi, mcs, efficiency

    def _path_gain(self, d2d: Array, d3d: Array, users: Array, cells: Array) -> Array:
        """Return path gains (rows, n_cells), with and without line of sight, for CRRM."""
        every = self.layer.sectors  # the sectors of a site differ only in their antennas
        d2d, d3d, cells = d2d[:, ::every], d3d[:, ::every], cells[::every]
        beyond: Array | float = 0.0
        if self.layer.model == "InH":
            beyond = 40 * np.log10(np.maximum(d3d / INH_RANGE_M[1], 1))
            d3d = np.clip(d3d, *INH_RANGE_M)
        sight, hidden = (model.get_pathloss_dB(d2d, d3d, users, cells) for model in self.models)
        clear = self._line_of_sight(d2d, users)
        shadowing = self.shadowing.at(users[:, :2])
        shadowing = np.sqrt(1 - SITE_CORRELATION) * shadowing[:, 1:] + np.sqrt(SITE_CORRELATION) * shadowing[:, :1]
        sigma = clear * self.layer.shadowing_los_db + (1 - clear) * self.layer.shadowing_nlos_db
        loss = clear * sight + (1 - clear) * hidden + sigma * shadowing + beyond + self._walls()
        return np.repeat(10 ** (-loss / 10), every, axis=1)

    def _line_of_sight(self, d2d: Array, users: Array) -> Array:
        """Return the clearness of the view, from 0 to 1.

        It is a soft threshold, and its mean is the standard's probability of a line of sight.
        """
        probability = np.clip(line_of_sight_probability(self.layer.model, d2d), 1e-3, 1 - 1e-3)
        level = np.log(probability / (1 - probability)) + 1.7 * self.visibility.at(users[:, :2])
        return 1 / (1 + np.exp(-4 * level))

    def _walls(self) -> Array:
        """Return the loss in walls, (rows, 1) or (rows, n_sites)."""
        around = self._surroundings
        outer = np.where(around.building >= 0, self.walls[around.high_loss.astype(int)], 0.0) + around.inside_db
        if self.layer.model != "InH":
            return outer[:, None]
        same = (around.building[:, None] == self.building) & (around.building[:, None] >= 0)
        return np.where(same, 0.0, outer[:, None] + self.walls[0])


def radio_layers(sites: Sites, half_side_m: float, rng: np.random.Generator) -> list[RadioLayer]:
    """Build the layers of the network, in the order of the table of layers."""
    layers = []
    for layer, xyz in zip(LAYERS, sites.xyz, strict=True):
        building = sites.building if layer.model == "InH" else np.full(len(xyz), -1)
        layers.append(RadioLayer(layer, xyz, building, half_side_m, rng))
    return layers
