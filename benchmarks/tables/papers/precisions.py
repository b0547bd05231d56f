"""Table of methods in single and half precision."""

from benchmarks.tables.papers.specification import Column, Row, Table

TRAINED = ("acedec", "acedec_idec", "cdc", "dcn", "dec", "idec", "vade")
ONE_RUN = {"n_runs": 1}  # one of DANCE's ten; the others would show the same

PRECISIONS = Table(
    "precisions",
    "Every method that trains networks, in single and in mixed precision",
    "nothing is published on this",
    columns=tuple(
        Column(policy, "mobile_network", precision=policy) for policy in ("float32", "mixed_float16", "mixed_bfloat16")
    ),
    rows=(*(Row(name, name, autoencoder=None) for name in TRAINED), Row("dance", "dance", ONE_RUN, autoencoder=None)),
    seeds=3,
    note="On the simulated mobile network. A run of DANCE is one training here, not the best of ten.",
)

TABLES = (PRECISIONS,)
