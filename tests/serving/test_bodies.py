"""What bodies may say, in both formats, and what is said of bad ones."""

import json
import re
import tracemalloc

import numpy as np
import pytest
from pydantic import ValidationError

from kerasclust.models import KMeans
from kerasclust.serving.app import create_app
from kerasclust.serving.bodies import BodyFormat, Question
from kerasclust.serving.model import load_served_model
from tests.serving.conftest import PREDICT, client_for

ROW = [0.5] * 6


def refused(client, body, status=400):
    body = body if isinstance(body, str | bytes) else json.dumps(body)
    answer = client.post(PREDICT, content=body)
    assert answer.status_code == status, answer.text
    assert answer.json().keys() == {"error"}
    return answer.json()["error"]


def test_rows_of_several_outputs_are_objects(client, model, blobs):
    x = blobs[0][:5]
    rows = client.post(PREDICT, json={"instances": x.tolist()}).json()["predictions"]
    assert [row["labels"] for row in rows] == model.predict_clusters(x).tolist()
    np.testing.assert_allclose([row["soft_assignment"] for row in rows], model.predict(x), atol=1e-5)
    np.testing.assert_allclose([row["embedding"] for row in rows], model.encode(x), atol=1e-4)


def test_a_single_output_is_bare_and_columns_are_whole(client, model, blobs):
    x = blobs[0][:5].tolist()
    labels = model.predict_clusters(blobs[0][:5]).tolist()
    by_signature = {"signature_name": "labels"}
    assert client.post(PREDICT, json=by_signature | {"instances": x}).json() == {"predictions": labels}
    assert client.post(PREDICT, json=by_signature | {"inputs": x}).json() == {"outputs": labels}
    outputs = client.post(PREDICT, json={"inputs": x}).json()["outputs"]
    assert outputs.keys() == {"soft_assignment", "labels", "embedding"}
    assert outputs["labels"] == labels


def test_samples_may_have_the_name_of_the_input(client, blobs):
    x = blobs[0][:3].tolist()
    bare = client.post(PREDICT, json={"instances": x}).json()
    assert client.post(PREDICT, json={"instances": [{"x": row} for row in x]}).json() == bare
    columns = client.post(PREDICT, json={"inputs": {"x": x}}).json()
    assert columns == client.post(PREDICT, json={"inputs": x}).json()


def test_whole_numbers_are_numbers(client):
    assert client.post(PREDICT, json={"instances": [[1, 2, 3, 4, 5, 6]]}).status_code == 200


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "Invalid JSON"),
        ("hello", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        ("[" * 100_000, "Invalid JSON"),
        ('{"instances": [' + "[" * 100_000, r"instances\[0\]: (Invalid JSON: recursion limit|.* characters)"),
        ('{"instances": [' + '{"x":' * 100_000, r"instances\[0\]: (Invalid JSON: recursion limit|.* characters)"),
        ('{"instances": [[' + "0," * 100_000, r"instances\[0\]: This takes more than 1,792 characters"),
        ('{"instances": [[' + "9" * 100_000, r"instances\[0\]: This takes more than|Exceeds the limit"),
        ('{"' + "k" * 100_000 + '": 1}', "Invalid JSON"),
        ('{"signature_name": "' + "k" * 100_000 + '"}', "Invalid JSON"),
        ('{"instances": [[0, 0, 0, 0, 0, 0]]', "Invalid JSON: expected"),
        ('{"instances": [[0, 0, 0, 0, 0, 0]]} {}', "Invalid JSON: more follows"),
        ('{"instances": [[0, 0, 0, 0, 0, 0],]}', "Invalid JSON"),
        ('{"instances": [[0, 0, 0, 0, 0, 0] [0, 0, 0, 0, 0, 0]]}', "Invalid JSON: expected , or"),
        (
            '{"instances": [[0, 0, 0, 0, 0, 0]], "instances": [[0, 0, 0, 0, 0, 0]]}',
            "instances: This name is there twice",
        ),
        ('{"instances": [[0, 0, 0, 0, 0, 0]], }', "Invalid JSON: expected a name"),
        ("{\"instances\": [{'x': 1}]}", "Invalid JSON"),
        ([ROW], "should be an object"),
        ({}, 'should have "instances"'),
        ({"instances": [[*ROW[:5], 10**400]]}, r"instances\[0\]"),
        ({"instances": [ROW], "inputs": [ROW]}, "one of them"),
        ({"instances": None}, "instances: Input should be a valid array"),
        ({"instances": []}, "instances: List should have at least 1 item"),
        ({"inputs": {"x": []}}, r"inputs\.x: List should have at least 1 item"),
        ({"inputs": {"y": [ROW]}}, "inputs: Field required: x"),
        ({"instances": [{"x": ROW, "y": 1}]}, r"instances\[0\]\.y: Extra inputs"),
        ({"inputs": {}}, "inputs: Field required: x"),
        ({"inputs": {"x": [ROW], "y": 1}}, "inputs: Extra inputs"),
        ({"instances": [ROW], "signature": "labels"}, "signature: Extra inputs"),
        ({"instances": [ROW], "signature_name": None}, "signature_name: Input should be"),
        ({"instances": [ROW], "signature_name": ["labels"]}, "signature_name: Input should be"),
        ({"instances": [ROW], "signature_name": "classify"}, "signature_name: Input should be 'serving_default'"),
        ({"instances": ROW}, r"instances\[0\]: Expected lists of numbers .*, bare or .* the shape \[6\]"),
        ({"instances": [ROW, ROW[:5]]}, r"instances\[1\]: .*at least 6 items, not 5. A sample has the shape \[6\]"),
        ({"inputs": [[*ROW, 1.0]]}, r"inputs\[0\]: .*at most 6 items"),
        ({"instances": [[*ROW[:5], "1.0"]]}, r"instances\[0\]\[5\]: Input should be a valid number"),
        ({"instances": [{"x": [*ROW[:5], "null"]}]}, r"instances\[0\]\.x\[5\]: Input should be a valid number"),
        ({"instances": [None]}, r"instances\[0\]: Expected lists of numbers \(null for a missing value\)"),
        ({"instances": [[*ROW[:5], True]]}, r"instances\[0\]\[5\]: Input should be a valid number"),
        ({"instances": [[*ROW[:5], [1.0]]]}, r"instances\[0\]\[5\]: Input should be a valid number"),
        ({"instances": [[*ROW[:5], float("inf")]]}, r"instances\[0\]\[5\]: Input should be a finite number"),
        ({"instances": [[*ROW[:5], float("-inf")]]}, r"instances\[0\]\[5\]: Input should be a finite number"),
        ('{"instances": [[0, 0, 0, 0, 0, 1e400]]}', r"instances\[0\]\[5\]: Input should be a finite number"),
        ({"instances": [[*ROW[:5], 1e39]]}, r"instances\[0\]\[5\]: .*less than or equal to 34028"),
    ],
)
def test_bad_bodies_are_refused_with_place_and_reason(client, body, reason):
    assert re.search(reason, refused(client, body))


def test_of_many_errors_only_the_first_is_looked_for():
    format = BodyFormat(["labels"], (1000,), max_samples=1000)
    with pytest.raises(ValidationError) as found:
        format.sample.validate_python(["1"] * 1000)
    assert found.value.error_count() == 1


def test_an_empty_name_is_the_default_signature(client):
    x = {"instances": [ROW]}
    assert client.post(PREDICT, json=x | {"signature_name": ""}).json() == client.post(PREDICT, json=x).json()


@pytest.mark.parametrize("text", ["0", "0.123456"])
def test_a_body_takes_little_more_memory_than_its_bytes(text):
    """Lists of Python numbers would take thirty times as much."""
    row = f"[{','.join([text] * 1000)}]"
    format = BodyFormat(["labels"], (1000,), max_samples=10**6)
    body = f'{{"instances": [{",".join([row] * (2**20 // len(row)))}]}}'.encode()
    tracemalloc.start()
    question = Question(body, format)
    for _ in question.read():
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(map(len, question.parts)) == 2**20 // len(row)
    assert most < 2.5 * len(body)


def test_white_space_is_allowed_everywhere(client):
    body = {"signature_name": "labels", "instances": [{"x": ROW}, ROW]}
    assert client.post(PREDICT, content=" " + json.dumps(body, indent=16) + "\r\n\t ").status_code == 200


@pytest.mark.parametrize("odd", [[3.4e38] * 6, [*ROW[:5], None], [*ROW[:5], float("nan")]])
def test_a_sample_that_the_model_cannot_use_has_no_cluster_and_the_others_have_one(client, odd):
    answer = client.post(PREDICT, content=json.dumps({"instances": [ROW, odd]})).json()["predictions"]
    alone = client.post(PREDICT, json={"instances": [ROW]}).json()["predictions"]
    assert answer[0]["labels"] == alone[0]["labels"] >= 0
    assert answer[0]["soft_assignment"] == pytest.approx(alone[0]["soft_assignment"])
    assert answer[1]["labels"] == -1
    assert set(answer[1]["soft_assignment"]) == set(answer[1]["embedding"]) == {None}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (r'{"\ud800": 1}', r"\ud800: Extra inputs are not permitted."),
        (r'{"instances": [{"x": [0, 0, 0, 0, 0, 0]}], "\udc00": []}', r"\udc00: Extra inputs are not permitted."),
        (r'{"instances": [{"\ud800": 1}]}', "instances[0].x: Field required."),
        (r'{"instances": [{"x": [0, 0, 0, 0, 0, 0], "\ud800": 1}]}', r"instances[0].\ud800: Extra inputs"),
        (r'{"instances": [{"\ud800": {"a": {"\ud800": 1, "\ud800": 2}}}]}', r"instances[0].\ud800: This name is"),
        (r'{"inputs": {"\udfff": 1}}', "inputs: Field required: x."),
        (r'{"inputs": {"x": [[0, 0, 0, 0, 0, 0]], "\udfff": 1}}', "inputs: Extra inputs"),
        (r'{"signature_name": "\ud800"}', "signature_name: Input should be"),
        (r'{"signature_name": {"\ud800": 1}}', "signature_name: Input should be"),
        (r'{"instances": ["\ud800"]}', "instances[0]: Expected lists"),
        (r'{"instances": [[0, 0, 0, 0, 0, "\ud800"]]}', "instances[0][5]: Input should be a valid number."),
        ('{"é": 1}'.encode(), "é: Extra inputs"),
        ('{"instances": [{"x": [0, 0, 0, 0, 0, 0], "é": 1}]}'.encode(), "instances[0].é: Extra inputs"),
        (b'{"\xff": 1}', "\ufffd: Extra inputs"),
        (r'{"\u001b[2J": 1}', r"\x1b[2J: Extra inputs"),
        (r'{"\u202e": 1}', r"\u202e: Extra inputs"),
    ],
)
def test_refusals_name_any_key(client, body, reason):
    assert reason in refused(client, body)


@pytest.mark.parametrize("second", ["[2, 2, 2, 2, 2, 2]", '"bad"', "[0, 0, 0, 0, 0, 0]"])
@pytest.mark.parametrize("name", ['"x"', r'"\u0078"'])
def test_a_name_that_is_there_twice_is_refused(client, second, name):
    body = f'{{"instances": [[0, 0, 0, 0, 0, 0], {{"x": [0, 0, 0, 0, 0, 0], {name}: {second}}}]}}'
    assert "instances[1].x: This name is there twice." in refused(client, body)


@pytest.mark.parametrize("number", ["3.4028235e38", "-3.4028235e38", "3.40282346638528859811704183484516925440e+38"])
def test_the_largest_number_of_the_model_may_be_printed_short(number):
    question = Question(f'{{"instances": [[{number}]]}}'.encode(), BodyFormat(["labels"], (1,), 1))
    list(question.read())
    assert abs(question.parts[0]) == np.finfo("float32").max


def test_what_rounds_to_no_number_of_the_model_is_refused(client):
    assert "less than or equal" in refused(client, '{"instances": [[0, 0, 0, 0, 0, 3.4028236e38]]}')


def test_series_of_any_length_and_samples_in_float64(tmp_path):
    random = np.random.default_rng(0)
    series = [random.normal(size=(random.integers(6, 12), 2)) for _ in range(40)]
    counters = 1e12 + 100.0 * random.integers(0, 9, (40, 2))
    for x, settings in ((series, {"frontend": "variability"}), (counters, {})):
        model = KMeans(2, n_tries=2, random_state=0, **settings)
        model.fit(x, verbose=0)
        model.save(tmp_path / "model.keras")
        client = client_for(create_app(load_served_model(tmp_path / "model.keras")))
        rows = [one.tolist() for one in x]
        found = client.post(PREDICT, json={"signature_name": "labels", "instances": rows}).json()["predictions"]
        assert found == model.predict_clusters(x).tolist()
        assert client.post(PREDICT, json={"inputs": [[[1.0]]] if x is series else [[1.0]]}).status_code == 400
