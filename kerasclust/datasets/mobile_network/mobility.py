"""Movement of stationary people, of pedestrians and of vehicles on the streets."""

from collections.abc import Callable

import numpy as np

from kerasclust.datasets.mobile_network.city import ARTERIAL, City
from kerasclust.types import Array

KMH = 1 / 3.6  # m/s
MIN_CRUISE, MAX_SPEED = 10.0 * KMH, 100.0 * KMH
BRAKING, ACCELERATION = 2.0, 1.8  # m/s^2, ordinary driving
CREEP = 0.6  # m/s; without it a braking vehicle would never reach the stop line
STOP_LINE_M = 1.5


def simulate_movement(
    city: City,
    mobility: Array,
    places: Array,
    n_steps: int,
    step_seconds: float,
    rng: np.random.Generator,
    tick: Callable[[], object],
) -> Array:
    """Simulate the positions of all users.

    Args:
        city: the street network.
        mobility: (n_users,) of "stationary", "pedestrian" or "vehicular".
        places: (n_users, 2), the positions of the stationary users, in meters.
        n_steps: number of positions.
        step_seconds: seconds between two positions.
        rng: random generator.
        tick: function to call after every step.

    Returns:
        float32 array (n_users, n_steps, 2) in meters.
    """
    positions = np.empty((n_steps, len(mobility), 2), np.float32)
    positions[:] = places
    movers = np.flatnonzero(mobility != "stationary")
    travelers = Travelers(city, mobility[movers] == "vehicular", rng)
    substeps = max(1, round(step_seconds))  # of about one second: short compared with braking and waiting
    for step in range(n_steps):
        positions[step, movers] = travelers.position()
        for _ in range(substeps):
            travelers.move(step_seconds / substeps)
        tick()
    return positions.transpose(1, 0, 2)


class Travelers:
    """Pedestrians and vehicles on the street network, moved together.

    Pedestrians walk on the sidewalk at about 8 km/h and turn at random at crossings. Sometimes they turn around or
    stand. Vehicles drive at the speed limit times their driver's factor, between 10 and 100 km/h. They slow down for
    turns, stop at some crossings and in traffic, and prefer large streets and straight ways.

    Args:
        city: the street network.
        is_vehicle: (n,) bool.
        rng: random generator.
    """

    def __init__(self, city: City, is_vehicle: Array, rng: np.random.Generator) -> None:
        self.rng = rng
        self.is_vehicle = is_vehicle
        n = len(is_vehicle)
        self._directed_edges(city)
        self.turns = (_turn_table(self, city, vehicles=False), _turn_table(self, city, vehicles=True))
        self.walking_speed = np.clip(rng.normal(8.0, 0.7, n), 6.0, 10.0) * KMH
        self.driver = rng.lognormal(-0.05, 0.15, n)
        self.stop_probability = np.where(is_vehicle, rng.uniform(0.2, 0.5, n), rng.uniform(0.1, 0.4, n))
        self.wait_mean = np.where(is_vehicle, rng.uniform(10, 30, n), rng.uniform(5, 15, n))
        self.rest_rate = np.where(is_vehicle, 1 / 900, 1 / 700)  # per second: double parking, shop windows
        self.side = np.where(is_vehicle, 2.5, rng.choice([-1.0, 1.0], n) * rng.uniform(5.0, 8.0, n))
        self.edge = rng.integers(len(self.start), size=n)
        self.along = rng.uniform(0, 1, n) * self.length[self.edge]
        self.speed = np.where(is_vehicle, MIN_CRUISE, self.walking_speed)
        self.wait = np.zeros(n)
        self.offset = self._target_offset()
        self.next_edge = np.empty(n, int)
        self.will_stop = np.empty(n, bool)
        self._plan(np.arange(n))

    def position(self) -> Array:
        """Return the current positions, (n, 2) meters."""
        return self.start[self.edge] + self.along[:, None] * self.direction[self.edge] + self.offset

    def move(self, seconds: float) -> None:
        """Move all travelers for a time of about a second."""
        waiting = self.wait > 0
        self.wait = np.maximum(self.wait - seconds, 0)
        change = self._target_speed() - self.speed
        self.speed = np.maximum(self.speed + np.clip(change, -2 * BRAKING * seconds, ACCELERATION * seconds), 0)
        self.speed[waiting] = 0
        self.along += self.speed * seconds
        self.offset += 0.3 * (self._target_offset() - self.offset)
        self._stop_at_crossings()
        self._rest_and_turn_around(seconds)
        self._enter_next_street()

    def _directed_edges(self, city: City) -> None:
        ends = np.concatenate([city.edges, city.edges[:, ::-1]])
        vector = city.nodes[ends[:, 1]] - city.nodes[ends[:, 0]]
        self.ends = ends
        self.start = city.nodes[ends[:, 0]]
        self.length = np.linalg.norm(vector, axis=1)
        self.direction = vector / self.length[:, None]
        self.limit = np.tile(city.speed_limit, 2)
        self.reverse = np.roll(np.arange(len(ends)), len(city.edges))

    def _target_speed(self) -> Array:
        cruise = np.clip(self.limit[self.edge] * KMH * self.driver, MIN_CRUISE, MAX_SPEED)
        cosine = np.sum(self.direction[self.edge] * self.direction[self.next_edge], axis=1)
        at_crossing = np.where(self.will_stop, 0.0, np.where(cosine > 0.8, cruise, 18.0 * KMH))
        distance = np.maximum(self.length[self.edge] - self.along, 0)
        braking = np.sqrt(at_crossing**2 + 2 * BRAKING * distance) + CREEP
        return np.where(self.is_vehicle, np.minimum(cruise, braking), self.walking_speed)

    def _target_offset(self) -> Array:
        return self.side[:, None] * self.direction[self.edge][:, ::-1] * [1.0, -1.0]

    def _stop_at_crossings(self) -> None:
        stopping = self.will_stop & (self.length[self.edge] - self.along < STOP_LINE_M)
        self.wait[stopping] = self.rng.exponential(self.wait_mean[stopping])
        self.speed[stopping] = 0
        self.along[stopping] = np.minimum(self.along, self.length[self.edge])[stopping]
        self.will_stop[stopping] = False

    def _rest_and_turn_around(self, seconds: float) -> None:
        chance = self.rng.uniform(size=len(self.wait)) / seconds
        rest = (chance < self.rest_rate) & (self.wait == 0)
        self.wait[rest] = self.rng.exponential(40.0, rest.sum())
        turn = ~self.is_vehicle & (chance > 1 / seconds - 1 / 400)
        self.edge[turn] = self.reverse[self.edge[turn]]
        self.along[turn] = np.maximum(self.length[self.edge[turn]] - self.along[turn], 0)
        self._plan(np.flatnonzero(turn))

    def _enter_next_street(self) -> None:
        arrived = np.flatnonzero((self.along >= self.length[self.edge]) & (self.wait == 0))
        self.along[arrived] -= self.length[self.edge[arrived]]
        self.edge[arrived] = self.next_edge[arrived]
        self._plan(arrived)

    def _plan(self, who: Array) -> None:
        """Choose the next street of these travelers, and whether they stop before it."""
        draw = self.rng.uniform(size=(3, len(who)))
        edge = self.edge[who]
        vehicle = self.is_vehicle[who]
        for kind, (choices, cumulative) in enumerate(self.turns):
            mine = vehicle == bool(kind)
            index = (draw[0, mine, None] > cumulative[edge[mine]]).sum(1)
            self.next_edge[who[mine]] = choices[edge[mine], index]
        # Large roads have priority and green waves.
        priority = np.where(vehicle & (self.limit[edge] == ARTERIAL), 0.3, 1.0)
        self.will_stop[who] = draw[1] < self.stop_probability[who] * priority


def _turn_table(streets: Travelers, city: City, vehicles: bool) -> tuple[Array, Array]:
    """Return the possible next streets of every directed street.

    Returns their numbers and their cumulative probabilities, padded to one length.
    """
    leaving = [np.flatnonzero(streets.ends[:, 0] == node) for node in range(len(city.nodes))]
    width = max(map(len, leaving))
    choices = np.zeros((len(streets.ends), width), int)
    cumulative = np.ones((len(streets.ends), width))
    for edge, (_, node) in enumerate(streets.ends):
        follow = leaving[node][leaving[node] != streets.reverse[edge]]
        if len(follow) == 0:
            follow = leaving[node]
        weight = np.ones(len(follow))
        if vehicles:
            straight = streets.direction[follow] @ streets.direction[edge]
            weight = np.exp(1.5 * straight) * streets.limit[follow]
        choices[edge, : len(follow)] = follow
        cumulative[edge, : len(follow)] = np.cumsum(weight) / weight.sum()
        cumulative[edge, len(follow) - 1 :] = 1.0
    return choices, cumulative
