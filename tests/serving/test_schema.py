"""The description of the service is true.

What a client makes from it is answered, and all else is refused as it says.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from kerasclust.serving.app import create_app

# Beside the usual ones: numbers as large as float32 has them are described, but a model may have no answer to them.
ACCEPTED = ["2xx", "422"]
few = settings(
    max_examples=20,  # of each operation
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def operations(served):
    config = schemathesis.Config.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}})
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(served, hosts=["testserver"]), config=config)
    return [found.ok() for found in schema.get_all_operations()]


def ask(operation, mode):
    """Ask what a client might, and return the statuses of the answers."""
    statuses = set()

    @few
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case):
        statuses.add(case.call_and_validate().status_code)

    check()
    return statuses


def test_what_is_described_is_answered(operations):
    assert {operation.path for operation in operations} >= {"/health", "/ready", "/metrics"}
    for operation in operations:
        assert 200 in ask(operation, GenerationMode.POSITIVE)


def test_what_is_not_described_is_refused(operations):
    with_body = [operation for operation in operations if operation.body]
    assert len(with_body) == 2
    for operation in with_body:
        assert 400 in ask(operation, GenerationMode.NEGATIVE)
