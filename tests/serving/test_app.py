"""The service as its clients meet it: what it says of itself, its limits, its counts."""

import base64
import hashlib
import re
import threading
import tracemalloc

import anyio
import numpy as np
import pytest

from kerasclust.serving.app import create_app
from kerasclust.serving.limits import Limits
from tests.serving.conftest import PREDICT, client_for

BODY = {"instances": [[0.5] * 6]}


async def asked(app, receive, sent, client="10.0.0.9"):
    """Ask without a server, for bodies that clients of tests do not send."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": PREDICT,
        "headers": [],
        "query_string": b"",
        "client": (client, 1),
    }

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)


def counts(client):
    lines = [line for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_says_what_model_it_has_as_tensorflow_serving_does(client):
    version = {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    metadata = client.get("/v1/models/kerasclust/metadata").json()
    assert metadata["model_spec"] == {"name": "kerasclust", "signature_name": "", "version": "1"}
    signatures = metadata["metadata"]["signature_def"]["signature_def"]
    assert signatures.keys() == {"serving_default", "soft_assignment", "labels", "embedding"}
    x = signatures["serving_default"]["inputs"]["x"]
    assert (x["dtype"], [dim["size"] for dim in x["tensor_shape"]["dim"]]) == ("DT_FLOAT", ["-1", "6"])
    assert signatures["labels"]["outputs"]["labels"]["dtype"] == "DT_INT64"
    for path in ("/v1/models/kerasclust", "/v1/models/kerasclust/versions/1"):
        assert client.get(path).json() == {"model_version_status": [version]}
        assert client.get(f"{path}/metadata").json() == metadata
        assert client.post(f"{path}:predict", json=BODY).status_code == 200


@pytest.mark.parametrize("path", ["/v1/models/other:predict", "/v1/models/kerasclust/versions/2:predict", "/nothing"])
def test_other_models_and_versions_are_not_there(client, path):
    answer = client.post(path, json=BODY)
    assert answer.status_code == 404
    assert answer.json()["error"].startswith(f"There is no {path}: the model is at /v1/models/kerasclust,")


@pytest.mark.parametrize("verb", ["classify", "regress", "foo", "predict2", "predict%1b[2J"])
@pytest.mark.parametrize("version", ["", "/versions/1"])
def test_only_predict_is_served(client, verb, version):
    """Models have no other method.

    TensorFlow Serving refuses :classify and :regress so for models whose signatures are made for :predict.
    """
    answer = client.post(f"/v1/models/kerasclust{version}:{verb}", json=BODY)
    assert (answer.status_code, answer.json().keys()) == (400, {"error"})
    assert "the model has only the method 'predict'" in answer.json()["error"]
    assert "\x1b" not in answer.json()["error"]


@pytest.mark.parametrize(("method", "rest"), [("POST", ":predict"), ("GET", ""), ("GET", "/metadata")])
def test_versions_have_no_labels(client, method, rest):
    answer = client.request(method, f"/v1/models/kerasclust/labels/stable{rest}", json=BODY)
    assert (answer.status_code, "no labels" in answer.json()["error"]) == (400, True)


def test_no_control_characters_come_back(client):
    text = client.get("/%1b[2J%c2%9b%7f%e2%80%ae").text
    assert "There is no /" in text
    assert text.isprintable()


def test_other_methods_are_refused(client):
    answer = client.get(PREDICT)
    assert answer.status_code == 405
    assert answer.json() == {"error": f"{PREDICT} does not take the method GET: use POST."}
    assert answer.headers["Allow"] == "POST"


def test_the_model_has_the_name_that_it_is_given(served):
    client = client_for(create_app(served, "network-2.1"))
    assert client.post("/v1/models/network-2.1:predict", json=BODY).status_code == 200
    assert client.post(PREDICT, json=BODY).status_code == 404


def test_a_body_needs_no_type_as_with_tensorflow_serving(client):
    content = '{"instances": [[0, 0, 0, 0, 0, 0]]}'
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):  # curl -d sends the second
        assert client.post(PREDICT, content=content, headers={"Content-Type": kind}).status_code == 200
    assert client.post(PREDICT, content=content, headers={"Content-Encoding": "gzip"}).status_code == 415


def test_many_samples_at_once_equal_the_models_own(client, model, blobs):
    x = np.concatenate([blobs[0]] * 5)
    found = client.post(PREDICT, json={"signature_name": "soft_assignment", "inputs": x.tolist()}).json()["outputs"]
    np.testing.assert_allclose(found, model.predict(x), atol=1e-5)


def test_large_bodies_are_refused_with_or_without_their_length(client_of):
    client = client_of(max_body_mb=0.001)
    for content in (b" " * 2000, (b" " * 500 for _ in range(4))):
        answer = client.post(PREDICT, content=content)
        assert answer.status_code == 413
        assert "more than 0.001 MB" in answer.json()["error"]
    assert client.post(PREDICT, json=BODY).status_code == 200


def test_of_an_endless_body_no_more_than_the_limit_is_held(served):
    app, sent, held = create_app(served, limits=Limits(max_body_mb=1, body_seconds=1.0)), [], []
    tracemalloc.start()

    async def receive():
        await anyio.sleep(0 if len(held) < 60 else 60)
        held.append(tracemalloc.get_traced_memory()[0])
        return {"type": "http.request", "body": bytes(2**18), "more_body": True}

    anyio.run(asked, app, receive, sent)
    tracemalloc.stop()
    assert sent[0]["status"] == 408
    assert len(held) > 40
    assert max(held) - held[0] < 2**22


def test_too_many_samples_are_refused(client_of):
    client = client_of(max_samples=3)
    row = BODY["instances"][0]
    assert client.post(PREDICT, json={"instances": [row] * 3}).status_code == 200
    for body in ({"instances": [row] * 4}, {"inputs": [row] * 4}, {"inputs": {"x": [row] * 4}}):
        answer = client.post(PREDICT, json=body)
        assert answer.status_code == 400
        assert "at most 3 items" in answer.json()["error"]


def test_a_client_that_asks_too_often_is_told_when_to_ask_again(client_of):
    client = client_of(rate=2)
    answers = [client.post(PREDICT, json=BODY) for _ in range(40)]  # in less than twenty seconds
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and int(refused[0].headers["Retry-After"]) >= 1
    assert "more than 2 predictions a second" in refused[0].json()["error"]
    assert client.get("/health").status_code == 200


def test_a_slow_body_is_not_waited_for(served):
    sent = []
    anyio.run(asked, create_app(served, limits=Limits(body_seconds=0.05)), anyio.sleep_forever, sent)
    assert sent[0]["status"] == 408


def test_slow_bodies_take_no_place_of_others(served):
    """A hundred bodies that do not end leave the service ready."""
    app, sent = create_app(served, limits=Limits(body_seconds=0.5, concurrency=4)), []

    async def attacked():
        async with anyio.create_task_group() as group:
            for _ in range(100):
                group.start_soon(asked, app, anyio.sleep_forever, sent)
            await anyio.sleep(0.1)
            assert app.state.admission.is_ready("10.0.0.1") and app.state.admission.is_ready("")

    anyio.run(attacked)
    assert {message["status"] for message in sent if "status" in message} == {408}


def test_bodies_have_a_limit_together_and_the_largest_client_gives_way(served):
    """One client may fill it, but a client that asks for less is answered."""
    app, sent, small = create_app(served, limits=Limits(max_body_mb=1, max_bodies_mb=2, body_seconds=5)), [], []
    most = 0

    def bodies():
        parts = [{"type": "http.request", "body": b" " * 2**18, "more_body": True}] * 4

        async def receive():
            nonlocal most
            await anyio.sleep(0)
            most = max(most, app.state.admission.bodies.used)
            if parts:
                return parts.pop()
            await anyio.sleep_forever()

        return receive

    async def attacked():
        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(asked, app, bodies(), sent)
            await anyio.sleep(0.2)
            assert app.state.admission.bodies.used > 2**20
            body = [{"type": "http.request", "body": b'{"instances": [[0, 0, 0, 0, 0, 0]]}' + b" " * 2**19}]

            async def receive():
                return body.pop() if body else await anyio.sleep_forever()

            await asked(app, receive, small, "10.0.0.1")
            group.cancel_scope.cancel()

    anyio.run(attacked)
    assert most <= 2**21
    refused = [message for message in sent if message["type"] == "http.response.start"]
    assert {message["status"] for message in refused} == {503}
    assert all(dict(message["headers"])[b"retry-after"] == b"1" for message in refused)
    assert small[0]["status"] == 200
    assert app.state.admission.bodies.used == 0


def test_when_full_the_service_says_so_and_recovers(served):
    begun, go_on = threading.Event(), threading.Event()

    class Slow:
        signatures, sample_shape, kind = served.signatures, served.sample_shape, served.kind

        def __call__(self, *question):
            begun.set()
            go_on.wait(20)
            return served(*question)

    with client_for(create_app(Slow(), limits=Limits(concurrency=1))) as client:
        answers = []
        first = threading.Thread(target=lambda: answers.append(client.post(PREDICT, json=BODY)))
        first.start()
        assert begun.wait(20)
        full = client.post(PREDICT, json=BODY)
        assert (full.status_code, full.headers["Retry-After"]) == (503, "1")
        assert client.get("/ready").status_code == 503
        assert client.get("/health").json() == {"status": "ok"}  # a prediction does not hold up the rest
        assert counts(client)["kerasclust_predictions_in_progress"] == 1
        go_on.set()
        first.join()
        assert answers[0].status_code == 200
        assert client.get("/ready").json() == {"status": "ready"}
        assert client.post(PREDICT, json=BODY).status_code == 200


def test_counts_requests_samples_and_clusters(client, model, blobs):
    x = blobs[0][:20]
    client.post(PREDICT, json={"instances": x.tolist()})
    client.post(PREDICT, json={"signature_name": "embedding", "instances": x[:3].tolist()})
    client.post(PREDICT, content="no")
    client.get("/v1/models/made-up")
    found = counts(client)
    assert found[f'kerasclust_requests_total{{route="{PREDICT}",status="200"}}'] == 2
    assert found[f'kerasclust_requests_total{{route="{PREDICT}",status="400"}}'] == 1
    assert found['kerasclust_requests_total{route="other",status="404"}'] == 1
    assert found[f'kerasclust_request_seconds_count{{route="{PREDICT}"}}'] == 3
    assert found['kerasclust_samples_total{signature="serving_default"}'] == 20
    assert found['kerasclust_samples_total{signature="embedding"}'] == 3
    for cluster, size in enumerate(np.bincount(model.predict_clusters(x), minlength=3)):
        assert found.get(f'kerasclust_cluster_samples_total{{cluster="{cluster}"}}', 0) == size


def test_a_failure_is_answered_without_its_traceback(served):
    class Broken:
        signatures, sample_shape, kind = served.signatures, served.sample_shape, served.kind

        def __call__(self, *question):
            raise RuntimeError("secret")

    client = client_for(create_app(Broken()))
    answer = client.post(PREDICT, json=BODY)
    assert (answer.status_code, answer.json()) == (500, {"error": "The service failed: its log says why."})
    assert counts(client)[f'kerasclust_requests_total{{route="{PREDICT}",status="500"}}'] == 1


def test_browsers_are_told_what_answers_may_do(client):
    for path in ("/health", "/docs", "/nothing", "/docs/files/swagger-ui.css"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    policy = client.get("/docs").headers["Content-Security-Policy"]
    script = re.search("<script>(.*?)</script>", client.get("/docs").text, re.DOTALL)[1]
    assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy


def test_the_page_needs_nothing_from_elsewhere(client):
    page = client.get("/docs").text
    assert "://" not in page
    for file in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"):
        assert f'"docs/files/{file}"' in page
        assert client.get(f"/docs/files/{file}").status_code == 200


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_health_can_be_asked_without_its_body(client, path):
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("coding", ["identity", "Identity", "IDENTITY"])
def test_the_name_of_no_compression_has_no_case(client, coding):
    asked = client.post(PREDICT, json={"instances": [[0.0] * 6]}, headers={"Content-Encoding": coding})
    assert asked.status_code == 200
