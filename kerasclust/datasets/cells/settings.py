"""Tables of the simulation of cells: kinds, channels and profiles of a week."""

import numpy as np

PLACES = ("business", "residential", "nightlife", "commuting")  # profiles that all cells are mixtures of
KINDS = (*PLACES, "event", "faulty", "mixed")
EVERYDAY = (*PLACES, "mixed")  # kinds of a day without event or fault
FAULTS = ("drops", "failures", "availability")

CHANNELS = (
    ("downlink_volume", "GB"),
    ("uplink_volume", "GB"),
    ("connected_users", ""),
    ("prb_utilization", "%"),
    ("user_throughput", "Mbit/s"),
    ("drop_rate", "%"),
    ("setup_failure_rate", "%"),
    ("handovers", ""),
    ("availability", "%"),
)
COUNTERS = ("downlink_volume", "uplink_volume", "handovers")  # channels that a network element counts up

# Demand of the hours 0 to 23, relative to the busy hour of a weekday. Rows: Monday to Thursday, Friday and the eve of
# a holiday, Saturday, Sunday and holidays. Drawn after the descriptions in the references of `cells`:
# business: peaks before and after lunch, little at weekends and nights; nearly two times more on weekdays.
# residential: lowest about 4 o'clock, a peak about 21 o'clock on all days, more by day at weekends.
# nightlife: lunch and evening on weekdays, far into the night after Friday and Saturday.
# commuting: peaks about 8 and 18 o'clock on weekdays, next to nothing at night, flat at weekends.
PROFILES = (
    np.array(
        [
            [
                [7, 5, 4, 4, 5, 8, 16, 38, 72, 93, 100, 98, 90, 92, 98, 97, 93, 84, 66, 45, 32, 24, 17, 11],
                [7, 5, 4, 4, 5, 8, 16, 37, 70, 91, 97, 95, 86, 85, 86, 80, 70, 58, 45, 34, 27, 22, 17, 12],
                [8, 6, 5, 4, 5, 6, 9, 14, 21, 29, 36, 40, 41, 41, 41, 40, 38, 35, 31, 27, 23, 20, 16, 12],
                [8, 6, 5, 4, 4, 5, 7, 10, 15, 20, 25, 29, 31, 31, 31, 30, 29, 28, 26, 23, 20, 17, 14, 10],
            ],
            [
                [42, 26, 17, 13, 12, 15, 27, 45, 50, 46, 44, 46, 53, 52, 49, 51, 56, 64, 73, 83, 93, 100, 92, 68],
                [43, 27, 18, 13, 12, 15, 27, 44, 49, 46, 45, 47, 54, 54, 53, 56, 61, 67, 72, 78, 85, 90, 86, 71],
                [52, 36, 25, 18, 14, 13, 18, 28, 41, 53, 61, 65, 67, 66, 65, 65, 66, 69, 73, 78, 84, 89, 84, 71],
                [56, 40, 28, 20, 15, 14, 17, 25, 38, 51, 61, 66, 69, 68, 68, 69, 71, 75, 81, 89, 97, 100, 89, 64],
            ],
            [
                [42, 26, 13, 8, 5, 5, 7, 11, 17, 24, 32, 44, 57, 54, 46, 46, 52, 63, 76, 88, 97, 100, 93, 72],
                [45, 28, 14, 8, 5, 5, 7, 11, 17, 25, 34, 46, 58, 57, 53, 56, 64, 78, 95, 110, 124, 133, 135, 122],
                [100, 78, 56, 36, 20, 12, 10, 12, 19, 31, 45, 60, 71, 74, 75, 78, 82, 90, 102, 116, 130, 140, 142, 130],
                [110, 88, 66, 44, 25, 14, 10, 11, 16, 27, 40, 55, 66, 67, 64, 62, 62, 64, 68, 72, 73, 69, 60, 48],
            ],
            [
                [4, 2, 1, 1, 2, 8, 32, 82, 100, 62, 40, 36, 39, 40, 42, 52, 74, 97, 98, 66, 40, 29, 20, 10],
                [4, 2, 1, 1, 2, 8, 31, 80, 97, 61, 41, 39, 44, 48, 55, 68, 82, 93, 87, 62, 42, 33, 26, 16],
                [9, 5, 3, 2, 3, 6, 12, 20, 29, 37, 43, 47, 49, 49, 49, 50, 52, 53, 49, 41, 33, 28, 24, 18],
                [11, 7, 4, 2, 2, 4, 8, 13, 19, 27, 34, 39, 41, 42, 43, 46, 50, 54, 54, 47, 37, 28, 20, 12],
            ],
        ]
    )
    / 100.0
)  # (place, kind of day, hour)
SUMMER = np.array([-0.12, -0.06, 0.12, -0.10])  # change of the demand of a place on the first of August
LOAD = np.array([1.0, 1.1, 1.0, 0.9])  # load of the busy hour of a place, relative to all
