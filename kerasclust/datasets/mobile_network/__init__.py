"""Simulated mobile network: users of 8 groups, described by 17 key performance indicators."""

import numbers
from pathlib import Path
from typing import Any

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_whole
from kerasclust.datasets.cache import Arrays, cached_arrays
from kerasclust.datasets.mobile_network.settings import CHANNELS, GROUPS, SIMULATOR_VERSION
from kerasclust.errors import InputError

__all__ = ["mobile_network"]


def mobile_network(
    n_users: int = 400,
    n_sequences: int = 10,
    n_steps: int = 256,
    step_seconds: float = 5.0,
    seed: int = 0,
    cache_dir: str | Path | None = None,
    progress: bool = True,
) -> DataSet:
    """Load or simulate key performance indicators of mobile users.

    The users form groups by their movement and their use of the network.

    Macro cells, micro cells and WiFi cover a city with streets, blocks and parks. Users of 8 groups (table III of the
    DANCE paper: stationary, walking or driving; file transfer, calls or web browsing) use the network for some hours
    of an afternoon. CRRM simulates the radio network (3GPP TR 38.901 path loss; CQI, MCS and spectral efficiency of
    TS 38.214). Users of a group differ in device, place, serving layer, signal, cell load, sizes of files and habits.
    Sequences are cut at fixed times, whatever happens in them.

    The first call simulates (about a minute for the default size) and stores the result; later calls read it.

    Args:
        n_users: number of users, at least 8. User u belongs to group u modulo 8.
        n_sequences: number of consecutive sequences of each user.
        n_steps: steps of a sequence, at least 2.
        step_seconds: seconds between two steps, from 1 to 60. Every measurement is a mean or a sum over a step.
        seed: seed of the simulation. The same seed and sizes give the same bytes.
        cache_dir: directory for results. None: the environment variable `KERASCLUST_CACHE`, by default
            `~/.cache/kerasclust`.
        progress: show a progress bar.

    Returns:
        A `DataSet` of n = n_users * n_sequences samples, the sequences of a user in order of time:
        x float32 (n, n_steps, 17), y (n,) the group, groups (n,) the user. `context` has

        - for each sample: "sequence" (n,), its number among the user's sequences, and "start_time" (n,) s;
        - for each user, with all = n_sequences * n_steps: "positions" (n_users, all, 2) m, "serving_cell"
          (n_users, all), "link_capacity" (n_users, all) kbit/s that the cell could give to the user,
          "user_indoors", "user_height" m;
        - for the network: "cell_xyz" (n_cells, 3) m, "cell_layer", "layer_names", "cell_load" (all, n_cells);
        - for the city: "street_nodes" (m, 2) m, "street_edges" (e, 2), "street_speed_limit" km/h,
          "buildings" and "parks" (b, 4, 2) m; and for the time: "hour" (all,).

        Delay, jitter, loss, scheduling delay and MCS are 0 in steps without data, and CQI is 0 in steps without a
        connection. RSRP of WiFi has the scale of the cells' RSRP, power per 15 kHz.

    Raises:
        InputError: A size is out of range, CRRM is not installed, or the cache folder cannot be written to.

    Reference:
        The DANCE paper, section IV-C and table III. Its simulator is not public; this simulator is not a copy.
        Traffic: see `kerasclust.datasets.mobile_network.traffic`. Radio: 3GPP TR 38.901, TS 38.214; K. Briggs,
        I. Nur, CRRM 2.0.

    Example:
        data = mobile_network()
        data.x.shape                # (4000, 256, 17)
        data.channel_label(0)       # 'downlink throughput [kbit/s]'
    """
    sizes: dict[str, Any] = {
        "n_users": check_whole(n_users, "n_users", len(GROUPS)),
        "n_sequences": check_whole(n_sequences, "n_sequences", 1),
        "n_steps": check_whole(n_steps, "n_steps", 2),
        "step_seconds": _seconds(step_seconds),
        "seed": check_whole(seed, "seed", 0),
    }

    def build() -> Arrays:
        from kerasclust.datasets.mobile_network.simulation import simulate

        total = sizes["n_sequences"] * sizes["n_steps"]
        return simulate(sizes["n_users"], total, sizes["step_seconds"], sizes["seed"], progress)

    arrays = cached_arrays("mobile_network", sizes | {"version": SIMULATOR_VERSION}, build, cache_dir)
    return _data_set(arrays, **{name: sizes[name] for name in ("n_users", "n_sequences", "n_steps", "step_seconds")})


def _data_set(arrays: Arrays, n_users: int, n_sequences: int, n_steps: int, step_seconds: float) -> DataSet:
    x = arrays.pop("x").reshape(n_users * n_sequences, n_steps, len(CHANNELS))
    sequence = np.tile(np.arange(n_sequences), n_users)
    context = arrays | {"sequence": sequence, "start_time": sequence * n_steps * step_seconds}
    return DataSet(
        name="mobile network",
        x=x,
        y=np.repeat(context.pop("group"), n_sequences),
        label_names=tuple(group.label for group in GROUPS),
        groups=np.repeat(np.arange(n_users), n_sequences),
        channel_names=tuple(name for name, _ in CHANNELS),
        channel_units=tuple(unit for _, unit in CHANNELS),
        step_seconds=step_seconds,
        context=context,
    )


def _seconds(value: Any) -> float:
    """Check the length of a step."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool) or not 1 <= float(value) <= 60:
        raise InputError(f"step_seconds must be a number from 1 to 60, but it is {value!r}.")
    return float(value)
