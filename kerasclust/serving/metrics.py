"""What a service counts, for Prometheus."""

import time

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

ELSEWHERE = "other"  # where no route is: names that clients make up would be labels without end


class Metrics:
    """The counts of one service.

    Args:
        present: function () -> number of predictions that are being worked on.
    """

    def __init__(self, present):
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        here = {"registry": self.registry}
        self.requests = Counter("kerasclust_requests", "Requests by route and status.", ["route", "status"], **here)
        self.seconds = Histogram("kerasclust_request_seconds", "Time until a request is answered.", ["route"], **here)
        self.samples = Counter("kerasclust_samples", "Samples that were predicted on.", ["signature"], **here)
        self.clusters = Counter("kerasclust_cluster_samples", "Samples that a cluster was given.", ["cluster"], **here)
        progress = Gauge("kerasclust_predictions_in_progress", "Predictions that are being worked on.", **here)
        progress.set_function(present)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self.requests.labels(route, status).inc()
        self.seconds.labels(route).observe(seconds)

    def count_prediction(self, signature: str, outputs: dict[str, np.ndarray]) -> None:
        """Count the samples of a prediction, and those of each cluster where its outputs tell them."""
        self.samples.labels(signature).inc(len(next(iter(outputs.values()))))
        labels = outputs.get("labels")
        if labels is None and "soft_assignment" in outputs:
            labels = outputs["soft_assignment"].argmax(axis=1)
        if labels is not None:
            for cluster, size in zip(*np.unique(labels, return_counts=True), strict=True):
                self.clusters.labels(int(cluster)).inc(int(size))


class CountedRequests:
    """ASGI middleware that counts all requests, those that fail too.

    Args:
        app: what answers them.
        metrics: `Metrics`.
    """

    def __init__(self, app, metrics: Metrics):
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope, receive, send):
        """Answer as the app does."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def send_and_note(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            route = getattr(scope.get("route"), "path", ELSEWHERE)
            self.metrics.count_request(route, status, time.perf_counter() - started)
