"""Use of the link: queues of data, and the resulting RRC states."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kerasclust.datasets.mobile_network.traffic import Background, FileTransfer, VoiceCalls, WebBrowsing
from kerasclust.types import Array

SUBSTEP_SECONDS = 0.5
INACTIVITY_SECONDS = 10.0  # time without data after which a device becomes idle: the usual network setting
UPLINK_SHARE = 0.25  # of the downlink's capacity: three slots in four are downlink, and devices send with less power
ACKNOWLEDGEMENTS = 0.02  # TCP's, as a share of the acknowledged data
BUFFER_BITS = 1.5e6  # of the base station for one user; more data waits at the server, without delay on the link
DRAINED_BITS = 1.0  # a queue with less than one bit is empty


@dataclass(frozen=True)
class Usage:
    """Activity of each user in each step. Every array is (n_steps, n_users).

    Args:
        downlink: bits delivered to the user.
        uplink: bits delivered from the user.
        active: share of the step with data in transit.
        connected: share of the step in the state RRC connected.
        queueing: mean time that arriving data waits for the link, seconds.
        sharing: mean number of simulated users that share the cell, while active.
    """

    downlink: Array
    uplink: Array
    active: Array
    connected: Array
    queueing: Array
    sharing: Array


def simulate_usage(
    traffic: Array,
    serving: Array,
    capacity: Array,
    step_seconds: float,
    rng: np.random.Generator,
    tick: Callable[[], object],
) -> Usage:
    """Run the applications over the link.

    The uplink has a fixed share of the downlink's capacity.

    Args:
        traffic: (n_users,), "ftp", "voip" or "http".
        serving: (n_steps, n_users), the serving cell.
        capacity: (n_steps, n_users) bit/s that the serving cell could give to one user alone.
        step_seconds: length of a step.
        rng: random generator.
        tick: function to call after every step.
    """
    n_steps, n_users = capacity.shape
    total = np.zeros((6, n_steps, n_users))
    link = Link(Applications(traffic, rng), n_users, int(serving.max()) + 1)
    substeps = max(1, round(step_seconds / SUBSTEP_SECONDS))
    for step in range(n_steps):
        for _ in range(substeps):
            link.advance(step_seconds / substeps, serving[step], capacity[step], total[:, step])
        tick()
    active = np.maximum(total[2], 1)
    return Usage(
        downlink=total[0],
        uplink=total[1],
        active=total[2] / substeps,
        connected=total[3] / substeps,
        queueing=total[4] / active,
        sharing=total[5] / active,
    )


class Applications:
    """The applications of all users together.

    Args:
        traffic: (n_users,), "ftp", "voip" or "http".
        rng: random generator.
    """

    def __init__(self, traffic: Array, rng: np.random.Generator) -> None:
        streams = rng.spawn(4)
        users, surfers = np.flatnonzero(traffic == "ftp"), np.flatnonzero(traffic == "http")
        self.transfers: list[tuple[Array, FileTransfer | WebBrowsing]] = [
            (users, FileTransfer(len(users), streams[0])),
            (surfers, WebBrowsing(len(surfers), streams[1])),
        ]
        self.rate_limit = np.full(len(traffic), 6e6)
        for who, application in self.transfers:
            self.rate_limit[who] = application.rate_limit
        self.callers = np.flatnonzero(traffic == "voip")
        self.calls = VoiceCalls(len(self.callers), streams[2])
        self.background = Background(len(traffic), streams[3])

    def arrivals(self, seconds: float, drained: Array) -> tuple[Array, Array]:
        """Draw the bits of data and of voice that arrive, each (2, n_users): downlink, uplink.

        Args:
            seconds: length of the interval.
            drained: (n_users,) bool, whether the user's queue is empty.
        """
        data: Array = np.stack(self.background.arrivals(seconds))
        for who, application in self.transfers:
            data[:, who] += application.arrivals(seconds, drained[who])
        voice = np.zeros_like(data)
        voice[:, self.callers] = self.calls.arrivals(seconds)
        return data, voice


class Link:
    """The users' queues and their RRC timers.

    Args:
        applications: sources of data.
        n_users: number of users.
        n_cells: number of cells.
    """

    def __init__(self, applications: Applications, n_users: int, n_cells: int) -> None:
        self.applications, self.n_cells = applications, n_cells
        self.queue = np.zeros((2, n_users))
        self.since_data = np.full(n_users, np.inf)

    def advance(self, seconds: float, serving: Array, capacity: Array, total: Array) -> None:
        """Serve all users for a moment and add their activity to `total`.

        Args:
            seconds: length of the moment.
            serving: (n_users,), the serving cell.
            capacity: (n_users,) bit/s that the serving cell could give to one user alone.
            total: (6, n_users), with rows in the order of `Usage`; changed in place.
        """
        data, voice = self.applications.arrivals(seconds, self.queue.sum(0) < DRAINED_BITS)
        self.queue += data
        waiting = self.queue.sum(0) >= DRAINED_BITS
        active = waiting | (voice.sum(0) > 0)
        # Proportional fair scheduling gives equal shares to users with data in their queue. A call needs very little.
        sharing = np.maximum(np.bincount(serving, waiting, self.n_cells)[serving], 1)
        budget = capacity / sharing * seconds * np.array([[1.0], [UPLINK_SHARE]])
        spoken = np.minimum(voice, budget)  # real time: the rest is lost
        server = self.applications.rate_limit * seconds
        sent = np.minimum(self.queue, np.minimum(budget - spoken, server))
        # Data waits in the base station only if the link is slower than the server.
        backlog = np.where(budget[0] < server, np.minimum(self.queue[0] - sent[0], BUFFER_BITS), 0.0)
        self.queue = np.maximum(self.queue - sent, 0)
        room = np.maximum(budget - spoken - sent, 0)
        delivered = sent + spoken
        delivered += np.minimum(ACKNOWLEDGEMENTS * sent[::-1], room)
        self.since_data = np.where(active, 0.0, self.since_data + seconds)
        total[0] += delivered[0]
        total[1] += delivered[1]
        total[2] += active
        total[3] += self.since_data < INACTIVITY_SECONDS
        total[4] += active * backlog * seconds / np.maximum(budget[0], 1e3)
        total[5] += active * sharing
