"""Key performance indicators of cells that a demand meets."""

import numpy as np

from kerasclust.datasets.cells.faults import Faults
from kerasclust.datasets.cells.noise import draw_noise
from kerasclust.datasets.cells.settings import CHANNELS, LOAD, PROFILES
from kerasclust.types import Array

MHZ = np.array([10.0, 15.0, 20.0, 30.0, 40.0])  # bandwidths of a cell, and their shares
MHZ_SHARES = np.array([0.25, 0.15, 0.35, 0.1, 0.15])
GB_AN_HOUR = 3600 / 8 / 1000  # of one Mbit/s
USERS_A_MHZ = 25.0  # most that can be connected
SESSIONS = 20.0  # that a connected user sets up in an hour
COMMUTING = 3  # number of the place


def measure(
    demand: Array, crowd: Array, weights: Array, days: Array, faults: Faults, venue: Array, rng: np.random.Generator
) -> Array:
    """Return the KPIs of all cells and hours, float64 (n, hours, 9).

    Cells are built for their demand: bandwidth, spectral efficiency and the load of the busy hour give the volume that
    is asked for. What does not fit waits or fails. Users share what is free, so that their throughput falls with the
    load. Hours without service have zeros, and NaN for what cannot be measured.

    Args:
        demand: array (n, hours), everyday demand in busy hours of the cell.
        crowd: array (n, hours), demand of crowds in the same unit.
        weights: array (n, 4), the mixture of places of each cell.
        days: array (n_days,), kinds of days.
        faults: what is wrong.
        venue: array (n,), whether the cell is built for crowds, and nearly idle without.
        rng: source of randomness.
    """
    n, hours = demand.shape

    def draw(median: float, spread: float) -> Array:
        """Draw a property of each cell, (n, 1)."""
        return rng.lognormal(np.log(median), spread, (n, 1))

    served = 1 - faults.down
    mhz = rng.choice(MHZ, (n, 1), p=MHZ_SHARES)
    best_rate = mhz * draw(1.7, 0.2)
    busy_load = np.where(venue[:, None], draw(0.12, 0.4), draw(0.45, 0.4) * (weights @ LOAD)[:, None])
    asked = (demand + crowd) * busy_load * best_rate * GB_AN_HOUR
    users_per_gb = draw(12.0, 0.3)
    shape = 2.5 * users_per_gb * asked + 0.5  # many users even out
    asked = asked * rng.gamma(shape) / shape

    rate = best_rate * np.exp(0.08 * draw_noise(rng, (n, hours), 0.8)) / (1 + 0.4 * faults.drops)
    load = asked / (rate * GB_AN_HOUR)
    used = _fit(load)
    lost = 1 - used / np.maximum(load, 1e-9)
    downlink = used * rate * GB_AN_HOUR * served
    uplink = downlink * draw(0.09, 0.3) * rng.lognormal(0.0, 0.12, (n, hours)) * (1 + crowd / (demand + crowd))
    users = users_per_gb * asked * rng.lognormal(0.0, 0.06, (n, hours))
    users = _fit(users / (USERS_A_MHZ * mhz)) * USERS_A_MHZ * mhz * served
    overhead = draw(0.04, 0.3)
    throughput = rate * np.maximum(1 - used, 0.02) * rng.lognormal(0.0, 0.1, (n, hours))

    attempts = rng.poisson(SESSIONS * users)
    unsteady = np.exp(0.3 * draw_noise(rng, (n, hours), 0.5))
    failing = draw(0.004, 0.4) * unsteady + 0.5 * lost + 0.08 * faults.failures
    failed = rng.binomial(attempts, np.minimum(failing, 0.95))
    dropping = draw(0.002, 0.4) * unsteady * (1 + 3 * used**3) * (1 + 12 * faults.drops)
    dropped = rng.binomial(attempts - failed, np.minimum(dropping, 0.95))
    flow = 0.4 + PROFILES[COMMUTING, days].ravel()  # people move at the same hours everywhere
    moving = draw(3.0, 0.3) * (1 + 2 * weights[:, [COMMUTING]])
    handovers = rng.poisson(users * moving * flow)

    kpis = {
        "downlink_volume": downlink,
        "uplink_volume": uplink,
        "connected_users": users,
        "prb_utilization": np.where(served > 0, 100 * (overhead + (1 - overhead) * used), np.nan),
        "user_throughput": np.where(attempts > 0, throughput, np.nan),
        "drop_rate": _percent(dropped, attempts - failed),
        "setup_failure_rate": _percent(failed, attempts),
        "handovers": handovers,
        "availability": 100 * served,
    }
    return np.stack([kpis[name] for name, _ in CHANNELS], axis=-1)


def _fit(asked: Array) -> Array:
    """Return what fits into 1: nearly all of little, and nearly 1 of much."""
    return np.asarray(asked / (1 + asked**6) ** (1 / 6))


def _percent(part: Array, whole: Array) -> Array:
    """Return a share in percent, NaN of nothing."""
    return np.asarray(np.divide(100.0 * part, whole, out=np.full(part.shape, np.nan), where=whole > 0))
