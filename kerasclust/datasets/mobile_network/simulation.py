"""The whole simulation, from streets to measurements."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import j0

from kerasclust.datasets.mobile_network.attachment import CellSelection
from kerasclust.datasets.mobile_network.cells import Sites, cell_loads, first_order_noise, hours, place_sites
from kerasclust.datasets.mobile_network.city import City, build_city
from kerasclust.datasets.mobile_network.kpis import RadioState, measurements
from kerasclust.datasets.mobile_network.mobility import simulate_movement
from kerasclust.datasets.mobile_network.radio import RadioLayer, Surroundings, import_crrm, radio_layers
from kerasclust.datasets.mobile_network.sessions import simulate_usage
from kerasclust.datasets.mobile_network.settings import LAYERS
from kerasclust.datasets.mobile_network.users import Users, draw_users
from kerasclust.system.progress import progress_of
from kerasclust.types import Array

ROWS_AT_ONCE = 16_384  # users times steps in a call of CRRM: a few hundred MB
CONTROL_OVERHEAD = 0.25  # share of the resources that carry no user data: 3GPP TR 36.814, annex A.3
ALWAYS_SENT = 0.15  # share of the time in which a cell sends pilots and broadcasts
TARGET_ERRORS, BLIND_ERRORS = 0.1, 0.3  # share of failed first transmissions, with a fresh and with a useless CQI
CQI_AGE_SECONDS = 0.005
LIGHT_SPEED = 3e8
FADING_MEMORY_SECONDS = 20.0
OUT_OF_SYNC_DB = -8.0  # Qout: 10 % block errors on the control channel, 3GPP TS 36.133, section 7.6


def simulate(n_users: int, n_steps: int, step_seconds: float, seed: int, progress: bool) -> dict[str, Array]:
    """Simulate the network.

    Returns:
        "x" (n_users, n_steps, 17), and facts about users, city and cells by name.
    """
    import_crrm()
    streams = dict(zip(_STREAMS, np.random.default_rng(seed).spawn(len(_STREAMS)), strict=True))
    city = build_city(streams["city"])
    sites = place_sites(city, streams["cells"])
    users = draw_users(n_users, city, sites, streams["users"])
    with progress_of("mobile network", "step", total=3 * n_steps, shown=progress) as bar:
        positions = simulate_movement(
            city, users.mobility, users.places, n_steps, step_seconds, streams["movement"], bar.update
        )
        loads = cell_loads(sites, n_steps, step_seconds, streams["load"])
        radio = simulate_radio(users, sites, city, positions, loads, step_seconds, streams["radio"], bar.update)
        spare = (1 - radio.load) * (1 - radio.outage)
        capacity = radio.efficiency * radio.bandwidth * (1 - CONTROL_OVERHEAD) * (1 - radio.errors) * spare
        usage = simulate_usage(users.traffic, radio.serving, capacity, step_seconds, streams["traffic"], bar.update)
    x = measurements(users, radio, usage, step_seconds, streams["measurements"])
    return {"x": x, "link_capacity": (capacity.T / 1e3).astype(np.float32)} | _known(
        users, sites, city, positions, loads, radio, hours(n_steps, step_seconds)
    )


_STREAMS = ("city", "cells", "users", "movement", "load", "radio", "traffic", "measurements")


def simulate_radio(
    users: Users,
    sites: Sites,
    city: City,
    positions: Array,
    loads: Array,
    step_seconds: float,
    rng: np.random.Generator,
    tick: Callable[[int], object],
) -> RadioState:
    """Compute received powers, serving cells and link quality along the users' ways.

    Args:
        users: the users.
        sites: the sites of the cells.
        city: the city.
        positions: (n_users, n_steps, 2) meters.
        loads: (n_steps, n_cells).
        step_seconds: length of a step.
        rng: random generator.
        tick: function to call with the number of finished steps.
    """
    field_rng, fading_rng, outage_rng = rng.spawn(3)
    n_users, n_steps, _ = positions.shape
    layers = radio_layers(sites, city.half_side, field_rng)
    selection = CellSelection(sites.cell_layer(), n_users)
    fading = users.fading_db * first_order_noise((n_steps, n_users), step_seconds / FADING_MEMORY_SECONDS, fading_rng)
    chunk = max(1, ROWS_AT_ONCE // n_users)
    parts = []
    for start in range(0, n_steps, chunk):
        steps = slice(start, min(start + chunk, n_steps))
        xy = positions[:, steps].transpose(1, 0, 2)
        parts.append(_radio_chunk(layers, selection, users, xy, loads[steps], fading[steps]))
        tick(len(xy))
    link = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    layer = sites.cell_layer()[link["serving"]]
    # The link fails after the timer T310 (1 s) below Qout, and its recovery takes up to 1.5 s.
    down = np.minimum(link["sinr"], link.pop("old_sinr")) < OUT_OF_SYNC_DB
    carrier = np.array([item.carrier_ghz * 1e9 for item in LAYERS])[layer]
    return RadioState(
        layer=layer,
        outage=down * np.minimum(outage_rng.uniform(1.0, 2.5, down.shape) / step_seconds, 1),
        load=np.take_along_axis(loads, link["serving"], 1),
        errors=_transmission_errors(positions, step_seconds, carrier),
        bandwidth=np.array([item.bandwidth_mhz * 1e6 for item in LAYERS])[layer],
        **link,
    )


def _radio_chunk(
    layers: list[RadioLayer], selection: CellSelection, users: Users, xy: Array, loads: Array, fading: Array
) -> dict[str, Array]:
    """Compute the radio links of some steps, by their names in `RadioState`."""
    n_steps, n_users, _ = xy.shape
    xyz = np.concatenate([xy, np.broadcast_to(users.height[:, None], (n_steps, n_users, 1))], -1).reshape(-1, 3)
    around = Surroundings(*(np.tile(item, n_steps) for item in (users.building, users.high_loss, users.inside_db)))
    rsrp = np.concatenate([layer.received(xyz.astype(float), around) for layer in layers], axis=1)
    before = selection.serving
    serving, changed = selection.follow(rsrp.reshape(n_steps, n_users, -1))
    activity = ALWAYS_SENT + (1 - ALWAYS_SENT) * np.repeat(loads, n_users, axis=0)
    rows = np.arange(len(rsrp))
    quality = _link_quality(layers, rows, serving.ravel(), activity, fading.ravel())
    # A user who drives around a corner is still connected to the old cell: the handover comes late.
    old = np.concatenate([(serving[0] if before is None else before)[None], serving[:-1]]).ravel()
    moved = np.flatnonzero(changed)
    quality["old_sinr"] = quality["sinr"].copy()
    quality["old_sinr"][moved] = _link_quality(layers, moved, old, activity, fading.ravel())["sinr"]
    own = rsrp[rows, serving.ravel()] + fading.ravel()
    rsrp[rows, serving.ravel()] = -np.inf
    values = {"rsrp": own, "neighbor": rsrp.max(1)} | quality
    return {"serving": serving, "changed": changed} | {k: v.reshape(n_steps, n_users) for k, v in values.items()}


def _transmission_errors(positions: Array, step_seconds: float, carrier: Array) -> Array:
    """Compute the share of failed first transmissions, (n_steps, n_users).

    Fast changes of the channel make the CQI outdated.

    The correlation of the channel after a delay is Clarke's: J0(2 pi * Doppler frequency * delay).
    """
    meters = np.linalg.norm(np.diff(positions, axis=1, append=positions[:, -1:]), axis=2).T
    doppler = meters / step_seconds * carrier / LIGHT_SPEED
    known = j0(2 * np.pi * doppler * CQI_AGE_SECONDS) ** 2
    return TARGET_ERRORS + (BLIND_ERRORS - TARGET_ERRORS) * (1 - known)


def _link_quality(
    layers: Sequence[RadioLayer], rows: Array, serving: Array, activity: Array, fading: Array
) -> dict[str, Array]:
    """Compute SINR, CQI, MCS and spectral efficiency of some rows."""
    quality = np.empty((4, len(rows)))
    first = 0
    for layer in layers:
        end = first + layer.n_cells
        here = (serving[rows] >= first) & (serving[rows] < end)
        mine = rows[here]
        quality[:, here] = layer.link(mine, serving[mine] - first, activity[mine, first:end], fading[mine])
        first = end
    return dict(zip(("sinr", "cqi", "mcs", "efficiency"), quality, strict=True))


def _known(
    users: Users, sites: Sites, city: City, positions: Array, loads: Array, radio: RadioState, hour: Array
) -> dict[str, Array]:
    """Return the facts about the simulation that a report may show."""
    return {
        "group": users.group,
        "positions": positions,
        "serving_cell": radio.serving.T.astype(np.int16),
        "user_indoors": users.building >= 0,
        "user_height": users.height,
        "cell_xyz": sites.cell_xyz(),
        "cell_layer": sites.cell_layer(),
        "cell_load": loads.astype(np.float32),
        "layer_names": np.array([layer.name for layer in LAYERS]),
        "street_nodes": city.nodes,
        "street_edges": city.edges,
        "street_speed_limit": city.speed_limit,
        "buildings": city.buildings,
        "parks": city.parks,
        "hour": hour,
    }
