"""Tables of the simulation: user groups, channels and network layers."""

from typing import NamedTuple

# Part of the cache key. Raise it with every change of the simulated data.
SIMULATOR_VERSION = 5


class Group(NamedTuple):
    """A user group of the DANCE paper's table III."""

    label: str
    traffic: str  # "ftp", "voip" or "http"
    mobility: str  # "stationary", "pedestrian" or "vehicular"


GROUPS = (
    Group("Stationary FTP", "ftp", "stationary"),
    Group("Stationary VoIP", "voip", "stationary"),
    Group("Stationary HTTP", "http", "stationary"),
    Group("Pedestrian FTP", "ftp", "pedestrian"),
    Group("Pedestrian VoIP", "voip", "pedestrian"),
    Group("Pedestrian HTTP", "http", "pedestrian"),
    Group("Vehicular VoIP", "voip", "vehicular"),
    Group("Vehicular HTTP", "http", "vehicular"),
)

CHANNELS = (
    ("downlink throughput", "kbit/s"),
    ("uplink throughput", "kbit/s"),
    ("packet delay", "ms"),
    ("jitter", "ms"),
    ("packet loss", "%"),
    ("PRB share", "%"),
    ("CQI", ""),
    ("SINR", "dB"),
    ("MCS", ""),
    ("scheduling delay", "ms"),
    ("serving RSRP", "dBm"),
    ("best neighbor RSRP", "dBm"),
    ("RRC connected", "share"),
    ("RRC idle", "share"),
    ("radio link failure", "share"),
    ("handovers", "count"),
    ("serving layer", "0 macro, 1 micro, 2 WiFi"),
)


class Layer(NamedTuple):
    """A network layer: CRRM's parameters of its cells, and the rules by which users select them.

    Shadowing (standard deviation and decorrelation distance) is from 3GPP TR 38.901, tables 7.4.1-1 and 7.5-6.
    """

    name: str
    model: str  # CRRM's name of the 3GPP TR 38.901 path loss model
    carrier_ghz: float
    bandwidth_mhz: float
    subcarriers: int  # that share the power; RSRP is the power of one subcarrier
    power_w: float  # before CRRM's antenna gain of 8 dB
    height_m: float
    sectors: int
    subbands: int  # channels that neighboring cells use without interference
    shadowing_los_db: float
    shadowing_nlos_db: float
    decorrelation_m: float
    bias_db: float  # added to RSRP in cell selection, so that small cells relieve large cells
    min_rsrp_dbm: float  # lowest RSRP of a cell that is selected
    steps_to_trigger: int  # number of measurements in a row in which a cell must be better to be selected
    typical_load: float


LAYERS = (
    Layer("macro", "UMa", 1.8, 20.0, 1200, 40.0, 25.0, 3, 1, 4.0, 6.0, 45.0, 0.0, -140.0, 1, 0.45),
    Layer("micro", "UMi", 3.5, 40.0, 1272, 2.0, 10.0, 1, 1, 4.0, 7.82, 13.0, 6.0, -125.0, 1, 0.35),
    # 12 dBm and 8 dB of gain: the 20 dBm EIRP that most countries allow WiFi.
    Layer("WiFi", "InH", 5.2, 20.0, 1200, 0.0158, 3.0, 1, 3, 3.0, 8.03, 8.0, 12.0, -108.0, 3, 0.3),
)
