"""Measurements: the counters of a network and the reports of a device in each step."""

from dataclasses import dataclass

import numpy as np

from kerasclust.datasets.mobile_network.cells import first_order_noise
from kerasclust.datasets.mobile_network.sessions import Usage
from kerasclust.datasets.mobile_network.users import Users
from kerasclust.types import Array

MAX_SCHEDULING_LOAD = 0.93
HARQ_MS = 8.0  # until the repetition of a failed transmission: 3GPP TS 36.321, section 5.3.2
DISCARD_MS = 300.0  # a usual PDCP discard timer: 3GPP TS 38.323, section 5.3
RSRP_RANGE_DBM, SINR_RANGE_DB = (-140.0, -44.0), (-23.0, 40.0)  # reporting ranges: 3GPP TS 36.133, 38.133
# Errors of transmitter and receiver act like noise at this level below the signal. It is an error vector magnitude of
# 3.5 %, the limit of a base station for 256QAM (3GPP TS 38.104, section 6.5.2). No device reports a better SINR.
ERROR_VECTOR_DB = -29.0


@dataclass(frozen=True)
class RadioState:
    """The radio link of each user in each step. Every array is (n_steps, n_users).

    Args:
        serving: serving cell.
        layer: layer of the serving cell.
        changed: bool, whether the serving cell differs from the step before.
        outage: share of the step without a link.
        rsrp: RSRP of the serving cell, dBm.
        neighbor: highest RSRP of the other cells, dBm.
        sinr: signal to interference and noise ratio, dB.
        cqi: channel quality indicator, 0 to 15.
        mcs: index of the modulation and coding scheme, 0 to 28.
        efficiency: spectral efficiency, bit/s/Hz.
        errors: share of failed first transmissions.
        load: share of the serving cell's resources in use by others.
        bandwidth: bandwidth of the serving cell, Hz.
    """

    serving: Array
    layer: Array
    changed: Array
    outage: Array
    rsrp: Array
    neighbor: Array
    sinr: Array
    cqi: Array
    mcs: Array
    efficiency: Array
    errors: Array
    load: Array
    bandwidth: Array


def measurements(users: Users, radio: RadioState, usage: Usage, step_seconds: float, rng: np.random.Generator) -> Array:
    """Compute all channels, in the order of `settings.CHANNELS`.

    Returns:
        float32 array (n_users, n_steps, 17).
    """
    failure = radio.outage * usage.connected
    connected = usage.connected - failure
    prb = 100 * np.clip(usage.downlink / np.maximum(radio.efficiency * radio.bandwidth * step_seconds, 1), 0, 1)
    scheduling = _scheduling_delay(radio, usage, rng)
    delay, jitter, loss = _packets(users, radio, usage, scheduling, rng)
    noise = rng.normal(0, 1, (4, *radio.rsrp.shape))
    reports, transmits = connected > 0, usage.active > 0
    channels = (
        usage.downlink / step_seconds / 1e3,
        usage.uplink / step_seconds / 1e3,
        delay,
        jitter,
        loss,
        prb,
        np.clip(radio.cqi + 0.4 * noise[0], 0, 15) * reports,
        np.clip(_reported_sinr(radio.sinr) + 0.8 * noise[1], *SINR_RANGE_DB),
        np.maximum(radio.mcs, 0) * transmits,
        scheduling,
        np.clip(radio.rsrp + users.device_db + 0.8 * noise[2], *RSRP_RANGE_DBM),
        np.clip(radio.neighbor + users.device_db + noise[3], *RSRP_RANGE_DBM),
        connected,
        1 - connected - failure,
        failure,
        radio.changed * (connected > 0),
        radio.layer,
    )
    return np.stack([channel.astype(np.float32) for channel in channels], axis=-1).transpose(1, 0, 2)


def _reported_sinr(sinr: Array) -> Array:
    """Return the SINR (dB) including errors of transmitter and receiver."""
    return -10 * np.log10(10 ** (-sinr / 10) + 10 ** (ERROR_VECTOR_DB / 10))


def _scheduling_delay(radio: RadioState, usage: Usage, rng: np.random.Generator) -> Array:
    """Draw the scheduling delay of a packet, in milliseconds.

    It is one slot, and longer by the factor rho / (1 - rho) of queueing theory in a busy cell.
    """
    rho = np.minimum(radio.load + 0.05 * (usage.sharing - 1), MAX_SCHEDULING_LOAD)
    waiting = (1.0 + 4.0 * rho / (1 - rho)) * np.exp(0.15 * rng.standard_normal(rho.shape))
    return waiting * (usage.active > 0)


def _packets(
    users: Users, radio: RadioState, usage: Usage, scheduling: Array, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Draw delay (ms), jitter (ms) and loss (%) of the packets of each step.

    They are 0 in steps without packets.
    """
    shape = radio.rsrp.shape
    sent = usage.active > 0
    core = users.core_delay_ms * np.exp(0.08 * first_order_noise(shape, 0.1, rng))
    retransmission = HARQ_MS * radio.errors / (1 - radio.errors)
    queueing = np.minimum(1e3 * usage.queueing, DISCARD_MS)
    interruption = 40.0 * radio.changed + 300.0 * radio.outage
    delay = core + scheduling + retransmission + queueing + interruption
    jitter = (
        0.5 + 0.3 * scheduling + HARQ_MS * np.sqrt(radio.errors) / 2 + 0.15 * queueing + 0.3 * interruption
    ) * np.exp(0.2 * rng.standard_normal(shape))
    congestion = np.maximum(radio.load - 0.7, 0)
    weak = 2.0 / (1 + np.exp((radio.sinr + 2.0) / 2.0))
    loss = (0.05 + weak + 2.0 * congestion + 0.8 * radio.changed) * np.exp(0.4 * rng.standard_normal(shape))
    loss = np.clip(loss + 100 * radio.outage, 0, 100)
    return delay * sent, jitter * sent, loss * sent
