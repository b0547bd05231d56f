"""`kerasclust serve` in a process of its own.

It is asked as clients of TensorFlow Serving ask, and ended by signals.
"""

import json
import resource
import signal
import socket
import subprocess
import sys
from contextlib import nullcontext
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from benchmarks.command import main as benchmarks
from benchmarks.speed import serving
from benchmarks.speed.serving import running_service, service_table
from kerasclust.cli import main
from kerasclust.cli.serving import with_files_for
from kerasclust.serving.limits import Limits


@pytest.fixture(autouse=True)
def _signals():
    """The command changes what SIGTERM does to its process, which is this one in some tests."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def ask(url, body=None):
    """(status, JSON) of an answer."""
    try:
        with urlopen(Request(url, None if body is None else json.dumps(body).encode()), timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        return error.code, json.loads(error.read())


def test_serves_a_run_to_several_clients_until_it_is_terminated(run, model, blobs, monkeypatch):
    x = blobs[0][:4]
    with running_service(run.path, "--name", "blobs", "--max-body-mb", "0.1") as (service, process):
        assert service["url"].startswith("http://127.0.0.1:")
        assert service["predict"] == f"{service['url']}/v1/models/blobs:predict"
        assert service["sample_shape"] == [6]
        labels = model.predict_clusters(x).tolist()
        asked = {"signature_name": "labels", "instances": x.tolist()}
        assert ask(service["predict"], asked) == (200, {"predictions": labels})
        assert ask(f"{service['url']}/ready") == (200, {"status": "ready"})
        status, said = ask(service["predict"], {"instances": [[1.0]]})
        assert (status, "A sample has the shape [6]" in said["error"]) == (400, True)
        assert ask(service["predict"], {"instances": [[0.0] * 6] * 20_000})[0] == 413
        port = service["url"].rpartition(":")[2]
        second = CliRunner().invoke(main, ["serve", str(run.path), "--port", port])
        assert (second.exit_code, "choose another --port" in second.output) == (2, True)
        load = measured(run, service, process, monkeypatch)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert (load["errors"], load["first_error"]) == (0, None)
    assert load["requests"] >= load["clients"] == 3
    assert 0 < load["latency_ms"]["p50"] <= load["latency_ms"]["p99"] <= load["latency_ms"]["max"]
    assert "3, 2 samples a request" in service_table(load)


def measured(run, service, process, monkeypatch):
    """What `bench serving` finds of a service that runs already.

    The start of another takes seconds.
    """
    monkeypatch.setattr(serving, "running_service", lambda *_: nullcontext((service, process)))
    load = ("--clients", "3", "--seconds", "0.5", "--samples", "2", "--json")
    result = CliRunner().invoke(benchmarks, ["bench", "serving", str(run.path), *load])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_load_with_errors_is_said_to_have_them():
    """The service is gone when the clients begin."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        said = {"url": url, "predict": f"{url}/predict", "sample_shape": [6]}
        load = serving.ask_service(said, clients=2, seconds=0.1, samples=1)
    assert load["errors"] >= 2
    assert "ConnectionRefusedError" in load["first_error"]
    assert (load["requests"], load["latency_ms"]["p50"]) == (0, None)
    assert "the first: ConnectionRefusedError" in service_table(load)


TRIVIAL = """
import sys
from kerasclust.cli.base import main
from starlette.applications import Starlette
from kerasclust.serving.admission import Admission
from kerasclust.serving.connections import Connections
from kerasclust.serving.limits import Limits
from kerasclust.serving.server import bound_socket, end_quietly_when_terminated, run

app = Starlette()
app.state.admission, app.state.connections = Admission(Limits()), Connections(Limits(), print)

@main.command()
def trivial():
    end_quietly_when_terminated()
    run(app, bound_socket("127.0.0.1", 0), lambda: print("up", flush=True))

main(["trivial"])
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_signals_end_a_service_without_a_traceback(number, status):
    process = subprocess.Popen(
        [sys.executable, "-c", TRIVIAL],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # even in the background
    )
    assert process.stdout.readline() == "up\n"
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == status
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--port", "70000"), "70000 is not in the range"),
        (("--rate", "0"), "0 is not in the range"),
        (("--max-body-mb", "0"), "0.0 is not in the range"),
        (("--name", "a/b"), "--name a/b: give letters"),
        (("--max-body-mb", "300"), "--max-body-mb 300: expected at most --max-bodies-mb 256"),
        (("--allowed-host", "example.org:80"), "without a port"),
        (("--allowed-host", "\x1b[2J"), "'\\x1b[2J': give a name"),
        (("--host", "no.such.host.invalid"), "choose another --port or --host"),
    ],
)
def test_bad_options_are_refused(run, options, reason):
    result = CliRunner().invoke(main, ["serve", str(run.path), *options])
    assert result.exit_code == 2
    assert reason in result.output


def test_few_open_files_leave_few_connections_and_this_is_said(run, monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (400, 400))
    limits = with_files_for(Limits())
    assert 100 < limits.connections < 300
    monkeypatch.setattr(resource, "getrlimit", lambda _: (50, 50))
    result = CliRunner().invoke(main, ["serve", str(run.path), "--port", "0"])
    assert (result.exit_code, "limit of open files is 50" in result.output) == (2, True)


def test_what_is_no_model_is_refused(tmp_path):
    result = CliRunner().invoke(main, ["serve", str(tmp_path), "--port", "0"])
    assert (result.exit_code, "holds no model.keras" in result.output) == (2, True)


def test_no_control_characters_are_printed(tmp_path):
    folder = tmp_path / "a\x1b[2J"
    folder.mkdir()
    result = CliRunner().invoke(main, ["serve", str(folder), "--port", "0"])
    assert (result.exit_code, "\x1b" in result.output, "a\\x1b[2J" in result.output) == (2, False, True)
