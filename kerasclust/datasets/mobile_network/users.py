"""The users: their group, place, device and surroundings."""

from dataclasses import dataclass

import numpy as np

from kerasclust.datasets.mobile_network.cells import Sites
from kerasclust.datasets.mobile_network.city import City, points_in_buildings, points_on_streets
from kerasclust.datasets.mobile_network.settings import GROUPS
from kerasclust.types import Array

FLOOR_HEIGHT_M, FLOORS = 3.0, 4  # below 13 m, because CRRM's macro model draws random numbers above
DEVICE_HEIGHT_M = 1.5


@dataclass(frozen=True)
class Users:
    """Constant properties of the users. Every array has one entry for each user.

    Args:
        group: number of the user group.
        traffic: "ftp", "voip" or "http".
        mobility: "stationary", "pedestrian" or "vehicular".
        places: (n, 2) meters, the positions of the stationary users.
        height: meters above the street.
        building: the building around the user, or -1.
        high_loss: bool, whether the building has metal-coated windows.
        inside_db: loss besides the building's wall.
        device_db: offset of the RSRP in the device's reports.
        fading_db: standard deviation of the slow fading by movement around the user.
        core_delay_ms: delay between the base station and the user's servers.
    """

    group: Array
    traffic: Array
    mobility: Array
    places: Array
    height: Array
    building: Array
    high_loss: Array
    inside_db: Array
    device_db: Array
    fading_db: Array
    core_delay_ms: Array

    def __len__(self) -> int:
        return len(self.group)


def draw_users(n_users: int, city: City, sites: Sites, rng: np.random.Generator) -> Users:
    """Draw users. User u belongs to group u modulo 8.

    Three in four stationary users are indoors, half of them in a building with WiFi. Only buildings with WiFi have
    metal-coated windows, because nobody works without a connection. The penetration losses of 3GPP TR 38.901 are half a
    decibel for each meter indoors (table 7.4.3-2) and 9 dB on average into a car (section 7.4.3.2).
    """
    group = np.arange(n_users) % len(GROUPS)
    traffic = np.array([item.traffic for item in GROUPS])[group]
    mobility = np.array([item.mobility for item in GROUPS])[group]
    stationary, vehicular = mobility == "stationary", mobility == "vehicular"
    indoors = stationary & (rng.uniform(size=n_users) < 0.75)
    at_wifi = indoors & (rng.uniform(size=n_users) < 0.5)
    access_point = rng.integers(len(sites.building), size=n_users)
    anywhere = rng.choice(np.setdiff1d(np.arange(len(city.buildings)), sites.building), n_users)
    building = np.where(at_wifi, sites.building[access_point], np.where(indoors, anywhere, -1))
    near = sites.xyz[-1][access_point, :2] + rng.normal(0, 11.0, (n_users, 2))
    inside, outside = points_in_buildings(city, building, rng), points_on_streets(city, n_users, rng)
    places = np.where(at_wifi[:, None], near, np.where(indoors[:, None], inside, outside))
    floor = np.where(indoors & ~at_wifi, rng.integers(FLOORS, size=n_users), 0)
    depth = rng.uniform(0, 25, n_users)
    car = np.maximum(rng.normal(9.0, 5.0, n_users), 2.0)
    return Users(
        group=group,
        traffic=traffic,
        mobility=mobility,
        places=places,
        height=DEVICE_HEIGHT_M + FLOOR_HEIGHT_M * floor,
        building=building,
        high_loss=at_wifi & (rng.uniform(size=len(city.buildings)) < 0.4)[building],
        inside_db=np.where(indoors, 0.5 * depth, np.where(vehicular, car, 0.0)),
        device_db=rng.normal(0, 2.0, n_users),
        fading_db=rng.lognormal(np.log(1.3), 0.4, n_users),
        core_delay_ms=rng.lognormal(np.log(18.0), 0.3, n_users),
    )
