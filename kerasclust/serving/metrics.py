"""Counts of a service, for Prometheus."""

import time
from collections.abc import Callable

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kerasclust.data.labels import labels_of
from kerasclust.serving.answers import noting_start
from kerasclust.types import Array

ELSEWHERE = "other"  # label of all unknown routes: clients could make up labels without end


class Metrics:
    """Counts of one service.

    Args:
        present: function () -> number of predictions in progress.
        connected: function () -> number of open connections.
    """

    def __init__(self, present: Callable[[], float], connected: Callable[[], float]) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.requests = Counter(
            "kerasclust_requests", "Requests by route and status.", ["route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "kerasclust_request_seconds", "Time until a request is answered.", ["route"], registry=registry
        )
        self.samples = Counter(
            "kerasclust_samples", "Samples with a prediction, by signature.", ["signature"], registry=registry
        )
        self.clusters = Counter(
            "kerasclust_cluster_samples", "Samples assigned to a cluster.", ["cluster"], registry=registry
        )
        progress = Gauge("kerasclust_predictions_in_progress", "Predictions in progress.", registry=registry)
        progress.set_function(present)
        connections = Gauge("kerasclust_connections", "Open connections.", registry=registry)
        connections.set_function(connected)
        self.closed = Counter(
            "kerasclust_connections_closed",
            "Connections that the service closed: refused as it was full, evicted for others, or slow.",
            ["reason"],
            registry=registry,
        )

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self.requests.labels(route, status).inc()
        self.seconds.labels(route).observe(seconds)

    def count_closed(self, reason: str) -> None:
        """Count a connection that was closed for a reason."""
        self.closed.labels(reason).inc()

    def count_prediction(self, signature: str, outputs: dict[str, Array]) -> None:
        """Count the samples of a prediction, by cluster if the outputs contain the clusters."""
        self.samples.labels(signature).inc(len(next(iter(outputs.values()))))
        labels = outputs.get("labels")
        if labels is None and "soft_assignment" in outputs:
            labels = labels_of(outputs["soft_assignment"])
        if labels is not None:
            for cluster, size in zip(*np.unique(labels, return_counts=True), strict=True):
                self.clusters.labels(int(cluster)).inc(int(size))


class CountedRequests:
    """ASGI middleware that counts all requests, including requests that fail.

    Args:
        app: application that answers the requests.
        metrics: counts of the service.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the application, and count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        def note(start: Message) -> None:
            nonlocal status
            status = start["status"]

        try:
            await self.app(scope, receive, noting_start(send, note))
        finally:
            route = getattr(scope.get("route"), "path", ELSEWHERE)
            self.metrics.count_request(route, status, time.perf_counter() - started)
