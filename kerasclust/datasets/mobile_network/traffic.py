"""Traffic: file transfer, web browsing, calls, and background traffic of devices.

Each application keeps the state of its users and returns the bits that arrive in half a second at a time. The models
are the agreed models of standards bodies for simulations. Sizes are scaled, because files and pages have grown since,
and users differ by log-normal factors.

References:
    3GPP2 C.R1002-B, cdma2000 Evaluation Methodology, section 2.1: FTP and HTTP.
    NGMN Radio Access Performance Evaluation Methodology (2008), annex A: the same models with LTE parameters.
    3GPP TR 36.814, annex A.2.1.3: FTP. 3GPP TR 36.822, section 5: background traffic.
    ITU-T P.59: talk spurts and pauses.
"""

import numpy as np

from kerasclust.types import Array

KBYTE, MBYTE = 8e3, 8e6  # bits


class FileTransfer:
    """FTP: files (log-normal size) and reading times (exponential) in turn.

    C.R1002: file sizes with mean 2 MB and standard deviation 0.722 MB, here times the user's factor.
    """

    def __init__(self, n_users: int, rng: np.random.Generator) -> None:
        self.rng, self.n = rng, n_users
        self.scale = rng.lognormal(np.log(12.0), 0.5, n_users)  # about 25 MB: photos, videos, updates
        self.reading_mean = rng.lognormal(np.log(120.0), 0.35, n_users)  # C.R1002: 180 s
        self.upload_share = rng.beta(1.0, 12.0, n_users)
        self.rate_limit = rng.lognormal(np.log(25e6), 0.5, n_users)
        self.transferring = np.zeros(n_users, bool)
        self.timer = rng.exponential(self.reading_mean)

    def arrivals(self, seconds: float, drained: Array) -> tuple[Array, Array]:
        """Draw the bits that arrive in the next seconds, downlink and uplink, each (n_users,).

        Args:
            seconds: length of the interval.
            drained: (n_users,) bool, whether the user's queue is empty.
        """
        finished = self.transferring & drained
        self.timer = np.where(finished, self.rng.exponential(self.reading_mean), self.timer - seconds)
        self.transferring &= ~finished
        start = ~self.transferring & (self.timer <= 0)
        self.transferring |= start
        size = np.minimum(self.rng.lognormal(0.6315, 0.3500, self.n), 5.0) * self.scale * MBYTE * start
        upload = self.rng.uniform(size=self.n) < self.upload_share
        return np.where(upload, 0, size), np.where(upload, size, 0)


class WebBrowsing:
    """HTTP: a main object, parsing, embedded objects, then reading time.

    C.R1002: main object log-normal with mean 10.7 kB (sigma 1.37), embedded objects log-normal with mean 7.8 kB and
    their number Pareto with shape 1.1 and at most 53, parsing time exponential with mean 0.13 s, reading time
    exponential with mean 30 s.
    """

    READING, MAIN, PARSING, EMBEDDED = range(4)

    def __init__(self, n_users: int, rng: np.random.Generator) -> None:
        self.rng, self.n = rng, n_users
        self.scale = rng.lognormal(np.log(22.0), 0.5, n_users)
        self.reading_mean = rng.lognormal(np.log(26.0), 0.3, n_users)
        # Round trips for objects make pages load more slowly than the link would allow.
        self.rate_limit = rng.lognormal(np.log(6e6), 0.5, n_users)
        self.stage = np.zeros(n_users, int)
        self.timer = rng.exponential(self.reading_mean)

    def arrivals(self, seconds: float, drained: Array) -> tuple[Array, Array]:
        """Draw the bits that arrive in the next seconds, see `FileTransfer.arrivals`."""
        rng, stage = self.rng, self.stage
        self.timer = self.timer - seconds
        ready = np.where((stage == self.MAIN) | (stage == self.EMBEDDED), drained, self.timer <= 0)
        stage = self.stage = np.where(ready, (stage + 1) % 4, stage)
        reading, parsing = ready & (stage == self.READING), ready & (stage == self.PARSING)
        self.timer[reading] = rng.exponential(self.reading_mean[reading])
        self.timer[parsing] = rng.exponential(0.13, parsing.sum())
        main = np.minimum(rng.lognormal(8.37, 1.37, self.n), 2e6)
        count = np.minimum(2.0 * rng.uniform(1e-4, 1, self.n) ** (-1 / 1.1), 55.0) - 1
        # Embedded objects of a page have similar sizes. Averaging over objects reduces the variation of their sum.
        embedded = 7758.0 * count * rng.lognormal(-0.18, 0.6, self.n)
        size = np.where(stage == self.MAIN, main, np.where(stage == self.EMBEDDED, embedded, 0.0))
        bits = np.where(ready, size * self.scale * 8, 0.0)
        return bits, np.where(ready & (bits > 0), 1.5 * KBYTE, 0.0) + 0.02 * bits


class VoiceCalls:
    """VoIP: calls and pauses (exponential), and talk spurts within a call.

    Talk and silence alternate in a call (two-state Markov).

    AMR 12.2 kbit/s: 40 bytes each 20 ms with compressed headers during talk (16 kbit/s), 15 bytes each 160 ms of
    comfort noise during silence (NGMN, table 4; the same in 3GPP TR 36.814). One side is silent while the other talks.
    """

    TALK, SILENCE = 16e3, 750.0  # bit/s
    SPURT_SECONDS = 2.0

    def __init__(self, n_users: int, rng: np.random.Generator) -> None:
        self.rng, self.n = rng, n_users
        self.call_mean = rng.lognormal(np.log(110.0), 0.4, n_users)
        self.pause_mean = rng.lognormal(np.log(90.0), 0.4, n_users)
        self.codec = rng.lognormal(0.0, 0.12, n_users)
        self.talkative = rng.uniform(0.35, 0.65, n_users)
        self.in_call = rng.uniform(size=n_users) < self.call_mean / (self.call_mean + self.pause_mean)
        self.talking = rng.uniform(size=n_users) < self.talkative
        self.timer = rng.exponential(np.where(self.in_call, self.call_mean, self.pause_mean))

    def arrivals(self, seconds: float) -> tuple[Array, Array]:
        """Draw the bits that arrive in the next seconds, downlink and uplink, each (n_users,)."""
        rng = self.rng
        self.timer -= seconds
        over = self.timer <= 0
        self.in_call = self.in_call ^ over
        length = rng.exponential(np.where(self.in_call, self.call_mean, self.pause_mean))
        self.timer = np.where(over, length, self.timer)
        turn_taken = rng.uniform(size=self.n) < 1 - np.exp(-seconds / self.SPURT_SECONDS)
        talking = rng.uniform(size=self.n) < self.talkative
        self.talking = np.where(turn_taken, talking, self.talking)
        rates = np.where(self.talking, self.TALK, self.SILENCE), np.where(self.talking, self.SILENCE, self.TALK)
        up, down = (rate * self.codec * self.in_call * seconds for rate in rates)
        return down, up


class Background:
    """Background traffic: keep-alive messages, notifications, synchronization (TR 36.822)."""

    def __init__(self, n_users: int, rng: np.random.Generator) -> None:
        self.rng, self.n = rng, n_users
        self.rate = rng.lognormal(np.log(1 / 120.0), 0.6, n_users)  # exchanges a second
        self.scale = rng.lognormal(np.log(6.0), 0.6, n_users) * KBYTE

    def arrivals(self, seconds: float) -> tuple[Array, Array]:
        """Draw the bits that arrive in the next seconds, downlink and uplink, each (n_users,)."""
        rng = self.rng
        happens = rng.uniform(size=self.n) < self.rate * seconds
        down, up = rng.lognormal(0.0, 1.2, (2, self.n)) * self.scale * happens
        return down, 0.5 * up
