"""Latency of a service under many clients."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np

from benchmarks.types import FilePath, Record
from kerasclust.errors import InputError
from kerasclust.system.lines import aligned

PERCENTILES = (50, 90, 99)
PATIENCE = 60  # seconds to wait for an answer, or for the end of a service
UNBOUNDED = 10**6  # predictions a second of a client: all clients share one address


@contextmanager
def running_service(model: Any, *options: object) -> Iterator[tuple[Record, subprocess.Popen[str]]]:
    """Run a service in its own process on a free port of this machine; end it with SIGTERM.

    Args:
        model: argument of `kerasclust serve`.
        *options: options of that command.

    Yields:
        (JSON answer of the command, process).

    Raises:
        InputError: the service does not start.
    """
    command = [sys.executable, "-m", "kerasclust", "serve", str(model), "--port", "0", "--json", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = process.stdout.readline() if process.stdout else ""
            if not said:  # the user sees the reason on standard error
                raise InputError(f"{' '.join(command)} ended with status {process.wait()}; see its message above.")
            yield json.loads(said), process
        finally:
            process.terminate()
            process.wait(PATIENCE)


class _Client(threading.Thread):
    """Thread that sends requests on one connection for a number of seconds."""

    def __init__(self, url, body, start, seconds):
        super().__init__(daemon=True)
        self.seconds, self.errors, self.first_error = [], 0, None
        self._url, self._body, self._start, self._duration = urlsplit(url), body, start, seconds

    def run(self) -> None:
        connection = http.client.HTTPConnection(self._url.hostname, self._url.port, timeout=PATIENCE)
        self._start.wait()
        end = time.perf_counter() + self._duration
        while (started := time.perf_counter()) < end:
            try:
                connection.request("POST", self._url.path, self._body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                said = answer.read()
                if answer.status == http.HTTPStatus.OK:
                    self.seconds.append(time.perf_counter() - started)
                else:
                    self._note(f"{answer.status} {said[:200].decode(errors='replace')}")
            except (OSError, http.client.HTTPException) as error:
                self._note(f"{type(error).__name__}: {error}")
                connection.close()  # the next request opens it again
        connection.close()

    def _note(self, error: str) -> None:
        self.errors += 1
        self.first_error = self.first_error or error


def measure_service(
    model: FilePath, clients: int = 50, seconds: float = 60.0, samples: int = 1, trust: bool = False
) -> Record:
    """Start a service and measure its answers.

    Args:
        model: a run directory, a .keras file or a SavedModel directory.
        clients: as for `ask_service`.
        seconds: as for `ask_service`.
        samples: as for `ask_service`.
        trust: serve a SavedModel, which is code.

    Returns:
        Result of `ask_service`.

    Raises:
        InputError: the service does not start.
    """
    limits = ("--rate", UNBOUNDED, "--concurrency", 2 * clients, "--max-samples", samples)
    with running_service(model, *limits, *["--trust"] * trust) as (service, _process):
        return ask_service(service, clients, seconds, samples)


def ask_service(service: Record, clients: int, seconds: float, samples: int) -> Record:
    """Let clients send requests to a service, each as soon as it has its last answer.

    Args:
        service: {"url", "predict", "sample_shape"}, from the JSON answer of the command.
        clients: number of clients, each with its own connection.
        seconds: duration.
        samples: number of samples in a request, random numbers.

    Returns:
        {"clients", "samples", "seconds", "requests" (answered with 200), "errors", "first_error",
        "requests_per_second", "latency_ms": {"p50", "p90", "p99", "max"}, "memory_mb" of the service}; latencies are
        None without answers.
    """
    x = np.random.default_rng(0).normal(size=(samples, *service["sample_shape"]))
    body = json.dumps({"instances": x.round(4).tolist()}).encode()
    start = threading.Event()
    asking = [_Client(service["predict"], body, start, seconds) for _ in range(clients)]
    for client in asking:
        client.start()
    begun = time.perf_counter()
    start.set()
    for client in asking:
        client.join()
    taken = time.perf_counter() - begun
    latencies = np.concatenate([client.seconds for client in asking]) * 1000
    named = {f"p{percent}": np.percentile(latencies, percent) if len(latencies) else None for percent in PERCENTILES}
    return {
        "clients": clients,
        "samples": samples,
        "seconds": taken,
        "requests": len(latencies),
        "errors": sum(client.errors for client in asking),
        "first_error": next(filter(None, (client.first_error for client in asking)), None),
        "requests_per_second": len(latencies) / taken,
        "latency_ms": named | {"max": latencies.max() if len(latencies) else None},
        "memory_mb": _memory_mb(service["url"]),
    }


def _memory_mb(url: str) -> float | None:
    """Return the memory in use by the service's own metrics, or None if it does not tell."""
    try:
        with urlopen(f"{url}/metrics", timeout=PATIENCE) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("process_resident_memory_bytes ")]
    return float(found[0]) / 2**20 if found else None


def service_table(found: Record) -> str:
    """Return the result of `ask_service` as text."""
    shown = {
        "clients": f"{found['clients']:,}, {found['samples']:,} samples a request",
        "answered": f"{found['requests']:,} in {found['seconds']:.1f} s",
        "errors": f"{found['errors']:,}" + (f", the first: {found['first_error']}" if found["errors"] else ""),
        "a second": f"{found['requests_per_second']:,.1f}",
    }
    for name, value in found["latency_ms"].items():
        shown[f"{name} (ms)"] = "-" if value is None else f"{value:,.1f}"
    shown["memory (MB)"] = "-" if found["memory_mb"] is None else f"{found['memory_mb']:,.0f}"
    return "\n".join(aligned([("service", "measured"), *shown.items()]))
