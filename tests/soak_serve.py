"""Attack `kerasclust serve` while honest clients go on asking.

Attackers have four addresses, and fifty honest clients a fifth. Run by a developer: `make soak-serve`. The table has a
line for each attack, and one for all of them at once. The status is 1 if an honest client got an error or waited too
long, or if the service took more memory or log than stated.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import click
import numpy as np

from kerasclust.serving.limits import Limits
from kerasclust.system.lines import aligned
from tests.serving.attacks import Target, attacking, attacks_on, honest_clients

MODEL = Path(__file__).parents[1] / "saved_models" / "mobile_network"
MOST_SECONDS = 1.0  # 99 of 100 answers to honest clients come within
MOST_LOG = 100_000  # bytes
FILES = 1024  # that the service may open
CONNECTION_MB, PREDICTION_MB, GROWTH = 0.25, 64.0, 1.25  # as docs/deploying.md states them


def bound_mb(started_mb):
    """Stated bound on the memory of a service that takes so much when it is ready."""
    limits, cores = Limits(), os.cpu_count()
    return started_mb + GROWTH * limits.max_bodies_mb + CONNECTION_MB * limits.connections + PREDICTION_MB * cores


def memory_mb(process, entry):
    """Memory of a process: now ("VmRSS") or at most ("VmHWM")."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(entry))


def closed(said):
    """Connections that the service closed so far."""
    with urlopen(f"{said['url']}/metrics", timeout=60) as answer:
        lines = [line.split() for line in answer.read().decode().splitlines()]
    return sum(float(line[1]) for line in lines if line[0].startswith("kerasclust_connections_closed_total"))


def limit_files():
    """Let the service open few files."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))


def measured(name, attacks, seconds, model):
    """Start a service, let honest clients ask, attack it, and let them ask again.

    Returns:
        {"before", "during": seconds of answers, "errors", "memory", "bound": MB, "logged": bytes, "closed"}.
    """
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "kerasclust", "serve", str(model), "--trust", "--port", "0", "--json"]
        service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, preexec_fn=limit_files)
        try:
            said = json.loads(service.stdout.readline())
            honest_clients(said, 2)
            bound = bound_mb(memory_mb(service, "VmRSS"))
            before, errors_before = honest_clients(said, seconds / 3)
            with attacking(said, attacks):
                time.sleep(3)
                during, errors = honest_clients(said, seconds)
                gone = closed(said)
            return {
                "before": before,
                "during": during,
                "errors": [*errors_before, *errors],
                "memory": memory_mb(service, "VmHWM"),
                "bound": bound,
                "logged": log.seek(0, os.SEEK_END),
                "closed": gone,
            }
        finally:
            service.terminate()
            service.wait(60)


def line_of(name, found):
    """Line of the table."""
    for error in found["errors"][:3]:
        click.echo(f"{name}: {error}", err=True)
    slowest = np.percentile(found["during"] or [np.inf], 99)
    is_bounded = found["memory"] <= found["bound"] and found["logged"] <= MOST_LOG
    is_met = not found["errors"] and slowest <= MOST_SECONDS and is_bounded
    parts = [(part, percent) for part in ("before", "during") for percent in (50, 99)]
    times = [f"{np.percentile(found[part] or [np.inf], percent) * 1000:,.0f}" for part, percent in parts]
    counts = [f"{len(found['during']):,}", f"{len(found['errors']):,}"]
    sizes = [f"{found[size]:,.0f}" for size in ("memory", "bound", "logged", "closed")]
    return [name, *times, *counts, *sizes, "met" if is_met else "missed"]


HEADER = (
    *("attack", "p50 before (ms)", "p99 before", "p50 under attack", "p99 under attack", "answers", "errors"),
    *("most MB", "bound MB", "log bytes", "closed", "aims"),
)


@click.command()
@click.option("--model", default=MODEL, type=click.Path(exists=True), show_default=True, help="A trusted model.")
@click.option("--seconds", default=30.0, show_default=True, help="Duration of each attack.")
@click.option("--attack", "only", multiple=True, help="An attack of the table; repeat for each. Default: all.")
def soak(model, seconds, only):
    """Attack a service in all ways, one by one and all at once."""
    known = list(attacks_on(Target({"url": ":0", "predict": "h://h/p", "sample_shape": [1]})))
    plans = {name: [name] for name in known} | {"all of these": known}
    rows = [line_of(name, measured(name, plans[name], seconds, model)) for name in only or plans]
    click.echo("\n".join(aligned([HEADER, *rows])))
    click.echo(f"Load average at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    sys.exit(int(any(row[-1] != "met" for row in rows)))


if __name__ == "__main__":
    soak()
