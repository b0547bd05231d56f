"""Names of hosts.

A page of another site cannot reach the service through a browser (DNS rebinding).
"""

import pytest

from kerasclust.serving.app import create_app
from tests.serving.conftest import PREDICT, client_for

BODY = {"instances": [[0.5] * 6]}


@pytest.fixture
def named(served):
    """Client of a service with two more names."""
    return client_for(create_app(served, hosts=["Models.example.org", "10.0.0.1"]))


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost:8501",
        "localhost.",
        "localhost.:80",
        "127.0.0.1",
        "127.0.0.1:8501",
        "192.168.7.9:80",
        "[::1]",
        "[::1]:8501",
        "[2001:DB8::1]:80",
        "models.example.org",
        "MODELS.EXAMPLE.ORG.:443",
    ],
)
def test_addresses_and_own_names_are_answered(named, host):
    assert named.post(PREDICT, json=BODY, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8501",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io",
        "evil.example:127.0.0.1",
        "evil.example@localhost",
        "localhost:80:80",
        "localhost, evil.example",
        "localhost/evil",
        "[::1].evil.example",
        "[evil.example]",
        "models.example.org.evil.example",
        "xmodels.example.org",
        "example.org",
        "",
        "::1",
        "2130706433",
        "localhost\x1b",
    ],
)
@pytest.mark.parametrize("path", [PREDICT, "/health", "/docs", "/metrics", "/nothing"])
def test_other_names_are_refused(named, host, path):
    answer = named.request("POST" if path == PREDICT else "GET", path, headers={"Host": host})
    assert (answer.status_code, answer.json().keys()) == (421, {"error"})
    assert "--allowed-host" in answer.json()["error"]
    assert "evil" not in answer.text
