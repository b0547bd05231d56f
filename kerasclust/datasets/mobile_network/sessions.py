"""The link at work: queues drained by what the serving cell has left, and the RRC states that follow from it."""

from dataclasses import dataclass

import numpy as np

from kerasclust.datasets.mobile_network.traffic import Background, FileTransfer, VoiceCalls, WebBrowsing

SUBSTEP_SECONDS = 0.5
INACTIVITY_SECONDS = 10.0  # without data, after which a device is released to idle: the usual network setting
UPLINK_SHARE = 0.25  # of the downlink's capacity: three slots in four are downlink, and devices send with less power
ACKNOWLEDGEMENTS = 0.02  # TCP's, as a share of what they acknowledge
BUFFER_BITS = 1.5e6  # of the base station for one user; what does not fit waits at the server and delays nothing
DRAINED_BITS = 1.0  # a queue with less than one bit is empty


@dataclass(frozen=True)
class Usage:
    """What each user did in each step; every array is (n_steps, n_users).

    Args:
        downlink: bits delivered to the user.
        uplink: bits delivered from the user.
        active: share of the step with data on its way.
        connected: share of the step in the state RRC connected.
        queueing: mean time that arriving data waits for the link, seconds.
        sharing: mean number of simulated users that the cell serves at the same time, while active.
    """

    downlink: np.ndarray
    uplink: np.ndarray
    active: np.ndarray
    connected: np.ndarray
    queueing: np.ndarray
    sharing: np.ndarray


def simulate_usage(traffic, serving, capacity, step_seconds: float, rng, tick) -> Usage:
    """Run the applications against the link.

    Args:
        traffic: (n_users,), "ftp", "voip" or "http".
        serving: (n_steps, n_users), the serving cell.
        capacity: (n_steps, n_users) bit/s that the serving cell could give to one user alone.
        step_seconds: length of a step.
        rng: source of randomness.
        tick: called after every step.

    Returns:
        What was delivered and when the users were active; uplink capacity is a fixed share of the downlink's.
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
    """The applications of all users together."""

    def __init__(self, traffic, rng: np.random.Generator):
        streams = rng.spawn(4)
        kinds = {"ftp": FileTransfer, "http": WebBrowsing}
        self.transfers = []
        self.rate_limit = np.full(len(traffic), 6e6)
        for (kind, application), stream in zip(kinds.items(), streams, strict=False):
            who = np.flatnonzero(traffic == kind)
            self.transfers.append((who, application(len(who), stream)))
            self.rate_limit[who] = self.transfers[-1][1].rate_limit
        self.callers = np.flatnonzero(traffic == "voip")
        self.calls = VoiceCalls(len(self.callers), streams[2])
        self.background = Background(len(traffic), streams[3])

    def arrivals(self, seconds: float, drained: np.ndarray):
        """Bits of data and of voice that arrive, each (2, n_users): downlink, uplink."""
        data = np.stack(self.background.arrivals(seconds))
        for who, application in self.transfers:
            data[:, who] += application.arrivals(seconds, drained[who])
        voice = np.zeros_like(data)
        voice[:, self.callers] = self.calls.arrivals(seconds)
        return data, voice


class Link:
    """The users' queues and their RRC timers."""

    def __init__(self, applications: Applications, n_users: int, n_cells: int):
        self.applications, self.n_cells = applications, n_cells
        self.queue = np.zeros((2, n_users))
        self.since_data = np.full(n_users, np.inf)

    def advance(self, seconds, serving, capacity, total):
        """Serve everybody for a moment and add what happened to `total`, whose rows are those of `Usage`."""
        data, voice = self.applications.arrivals(seconds, self.queue.sum(0) < DRAINED_BITS)
        self.queue += data
        waiting = self.queue.sum(0) >= DRAINED_BITS
        active = waiting | (voice.sum(0) > 0)
        # Proportional fair scheduling gives those with a full queue equal shares; a call needs hardly any.
        sharing = np.maximum(np.bincount(serving, waiting, self.n_cells)[serving], 1)
        budget = capacity / sharing * seconds * np.array([[1.0], [UPLINK_SHARE]])
        spoken = np.minimum(voice, budget)  # real time: what cannot be sent now is lost
        server = self.applications.rate_limit * seconds
        sent = np.minimum(self.queue, np.minimum(budget - spoken, server))
        # Data waits in the base station when the link is slower than the server; otherwise it comes as it is sent.
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
