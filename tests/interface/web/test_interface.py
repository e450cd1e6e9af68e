"""The JSON API: the documents of the command line, described in full, and never an error of ours."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

import quotaproof
from quotaproof.model.changes import ChooseReading, SetCap
from quotaproof.scenarios import identifiers
from quotaproof.web.app import create_app
from quotaproof.web.limits import Limits

from .conftest import Served, zipped

SOCHI = "/api/scenarios/sochi-2014"


def test_answers_are_those_of_python(client: TestClient) -> None:
    sochi = quotaproof.load_scenario("sochi-2014")
    assert client.get(f"{SOCHI}/allocation").json() == quotaproof.allocate(sochi).to_dict()
    assert client.get(f"{SOCHI}/whatif?decline=KAZ:men-1000&decline=ITA:men-1000=1&mode=rerun").json() == (
        quotaproof.whatif(sochi, ["KAZ:men-1000", "ITA:men-1000=1"], "rerun").to_dict()
    )
    assert client.get(f"{SOCHI}/whatif?exclude=GBR&engine=cp-sat").json() == (
        client.get(f"{SOCHI}/whatif?exclude=GBR&engine=greedy").json()
    )
    assert client.get(f"{SOCHI}/explanation?noc=KAZ&column=men-1000").json() == (
        quotaproof.explain(sochi, "KAZ", "men-1000").to_dict()
    )
    assert client.get(f"{SOCHI}/reserve/men-1000").json() == (
        [entry.to_dict() for entry in quotaproof.reserve(sochi, "men-1000")]
    )
    verified = client.get(f"{SOCHI}/verification").json()
    assert verified == quotaproof.verify(sochi).to_dict()
    assert [change["noc"] for change in verified["explanation"]] == ["KAZ", "ITA"]


def test_a_scenario_is_described(client: TestClient) -> None:
    beijing = client.get("/api/scenarios/beijing-2022").json()
    assert beijing["published"]["cells"]["KAZ"]["men-relay"] == 0
    assert not beijing["complete"]
    assert [listed["scenario"] for listed in client.get("/api/scenarios").json()] == list(identifiers())


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/scenarios/nothing", 404, "There is no scenario 'nothing'"),
        ("/api/scenarios/upload-1", 404, "is not an upload of this browser"),
        (f"{SOCHI}/whatif", 400, "There is nothing to change"),
        (f"{SOCHI}/whatif?decline=XXX", 400, "XXX has no start place to decline."),
        (f"{SOCHI}/explanation", 400, "The parameter noc is wrong"),
        (f"{SOCHI}/explanation?noc=KAZ&why_not=men>=99", 400, "cannot be asked"),
        ("/api/scenarios/beijing-2022/allocation", 400, "standings"),
        ("/api/nothing", 404, "There is no such page."),
    ],
)
def test_an_error_is_one_sentence(client: TestClient, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert words in answer.json()["error"]
    assert answer.json()["error"].endswith(".")


def test_an_upload_is_asked_about_with_its_cookie_and_removed(client: TestClient) -> None:
    sent = client.post("/api/uploads", files={"files": ("x.zip", zipped("sochi-2014"))})
    assert sent.status_code == 201
    own = sent.json()["scenario"]
    assert client.get(f"/api/scenarios/{own}/whatif?decline=KAZ:men-1000").json()["net_effect"] == {
        "ITA": {"men-1000": 1},
        "KAZ": {"men-1000": -1},
    }
    assert client.get("/api/scenarios").json()[-1] == {
        "scenario": own,
        "title": "Short track speed skating, Sochi 2014",
        "games": client.get(SOCHI).json()["games"],
        "host": "RUS",
        "quota_places": 120,
        "complete": True,
        "published": True,
        "uploaded": True,
    }
    assert client.delete(f"/api/uploads/{own}").status_code == 204
    assert client.delete(f"/api/uploads/{own}").status_code == 404
    assert client.get(f"/api/scenarios/{own}").status_code == 404


def test_an_upload_that_is_none_is_refused(client: TestClient) -> None:
    assert client.post("/api/uploads", json={"files": []}).status_code == 415
    assert client.post("/api/uploads", files={"other": ("x", b"y")}).status_code == 400
    answer = client.post("/api/uploads", files={"files": ("rules.toml", b"x")})
    assert answer.json() == {"error": "scenario.toml is missing; send it too, or choose a scenario whose rules apply."}


# The description -----------------------------------------

DESCRIPTION: dict[str, Any] = create_app(Limits()).openapi()
EXAMPLES = int(os.environ.get("QUOTAPROOF_EXAMPLES", "15"))
"""Calls of each address; more by hand, such as QUOTAPROOF_EXAMPLES=500."""

OPERATIONS = [(path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods]
SCHEMA = schemathesis.openapi.from_dict(
    DESCRIPTION, config=SchemathesisConfig.from_dict({"generation": {"allow-x00": True}})
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FITTING = {
    "scenario": ["sochi-2014", "beijing-2022", "altered-beijing-2022", "synthetic-rerun-takes"],
    "event": ["men-1000", "women-relay", "mixed-relay"],
    "noc": ["KAZ", "TOTAL", "AAA"],
    "column": ["men", "women-1500"],
    "why_not": ["men>=5", "men-500>=3", "men>=0"],
    "decline": [["KAZ"], ["KAZ:men-1000=1", "GBR:men"], ["AAA:men-500"]],
    "set": [["total=110"], ["men=0"], ["men-500:noc=1", "women-relay=0"]],
    "reading": [["gender-cap=hard"], ["declines=rerun"]],
    "move": [["KAZ:men-500=1"]],
    "disqualify": [["KAZ:men-1500@torino-2013"]],
    "host": [["KAZ"], ["none"]],
}


@pytest.fixture(scope="module")
def impatient() -> Any:
    served = Served("--workers", "2", "--solve-limit", "1")
    yield served
    assert served.stop() == ""


def test_every_address_is_described() -> None:
    assert len(OPERATIONS) == 9
    for path, method in OPERATIONS:
        operation = DESCRIPTION["paths"][path][method]
        assert operation["description"]
        for status, answer in operation["responses"].items():
            assert answer["description"], (path, status)
            assert status == "204" or "schema" in answer["content"]["application/json"]


def strict(path: str, method: str, status: int) -> Draft202012Validator:
    """The schema of an answer, with no key allowed but those that it declares."""
    described = copy.deepcopy(DESCRIPTION)
    for schema in described["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    answer = described["paths"][path][method]["responses"][str(status)]["content"]["application/json"]["schema"]
    return Draft202012Validator({**answer, "components": described["components"]})


ANSWERS = [
    ("/scenarios", ""),
    *(("/scenarios/{scenario}", name) for name in identifiers()),
    ("/scenarios/{scenario}/allocation", "sochi-2014"),
    ("/scenarios/{scenario}/allocation", "sochi-2014?reading=gender-cap=hard"),
    ("/scenarios/{scenario}/allocation", "synthetic-beijing-like"),
    ("/scenarios/{scenario}/allocation", "speed-skating-2026"),
    ("/scenarios/{scenario}/allocation", "figure-skating-2018"),
    *(("/scenarios/{scenario}/verification", name) for name in ("beijing-2022", "sochi-2014", "pyeongchang-2018")),
    *(("/scenarios/{scenario}/verification", name) for name in ("speed-skating-2026-after-two", "figure-skating-2014")),
    ("/scenarios/{scenario}/reserve/{event}", "speed-skating-2026?event=men-500"),
    ("/scenarios/{scenario}/whatif", "sochi-2014?decline=KAZ:men-1000&decline=ITA:men-1000=1"),
    ("/scenarios/{scenario}/whatif", "sochi-2014?decline=HUN:men-1000=1&from=published"),
    ("/scenarios/{scenario}/whatif", "sochi-2014?decline=KAZ:men-1000=1&decline=ITA:men-1000=2&from=rules"),
    ("/scenarios/{scenario}/whatif", "pyeongchang-2018?decline=GBR:men-1000=1"),
    ("/scenarios/{scenario}/whatif", "synthetic-rerun-takes?exclude=AAA"),
    ("/scenarios/{scenario}/whatif", "beijing-2022?decline=JPN:men-relay"),
    ("/scenarios/{scenario}/whatif", "speed-skating-2026?decline=ITA:men-500=1&withdraw=usa-jordan-stolz:men-500"),
    ("/scenarios/{scenario}/whatif", "speed-skating-2026?exclude=EST"),
    ("/scenarios/{scenario}/whatif", "figure-skating-2018?decline=FRA:pairs=1"),
    ("/scenarios/{scenario}/explanation", "speed-skating-2026?noc=kaz-altay-zhardembekuly"),
    ("/scenarios/{scenario}/explanation", "speed-skating-2026?noc=POL&column=men&why_not=men>=8&how_close=true"),
    ("/scenarios/{scenario}/explanation", "figure-skating-2018?noc=USA&column=pairs&why_not=pairs>=2&how_close=true"),
    ("/scenarios/{scenario}/explanation", "sochi-2014?noc=KAZ"),
    ("/scenarios/{scenario}/explanation", "sochi-2014?noc=HUN&column=men-1000"),
    ("/scenarios/{scenario}/explanation", "sochi-2014?noc=KAZ&why_not=men>=5&how_close=true"),
    ("/scenarios/{scenario}/explanation", "beijing-2022?noc=KAZ&column=men&why_not=men>=5"),
    ("/scenarios/{scenario}/reserve/{event}", "sochi-2014?event=men-1000"),
]


@pytest.mark.parametrize(("path", "asked"), ANSWERS)
def test_an_answer_has_the_declared_keys_and_no_others(client: TestClient, path: str, asked: str) -> None:
    name, _, query = asked.partition("?")
    event = query.removeprefix("event=")
    address = f"/api{path}".replace("{scenario}", name).replace("{event}", event)
    answer = client.get(f"{address}?{query}" if "{event}" not in path else address)
    assert answer.status_code == 200, answer.text
    strict(f"/api{path}", "get", 200).validate(answer.json())


def test_an_upload_and_a_refusal_have_the_declared_keys_and_no_others(client: TestClient) -> None:
    sent = client.post("/api/uploads", files={"files": ("x.zip", zipped("beijing-2022"))})
    strict("/api/uploads", "post", 201).validate(sent.json())
    refused = client.post("/api/uploads", files={"other": ("x", b"y")})
    strict("/api/uploads", "post", refused.status_code).validate(refused.json())


def test_every_address_with_an_answer_is_compared() -> None:
    get = {path for path, method in OPERATIONS if method == "get"}
    assert {f"/api{path}" for path, _ in ANSWERS} == get


def test_a_key_that_is_not_declared_is_found(client: TestClient) -> None:
    answer = client.get(f"{SOCHI}/reserve/men-1000").json()
    schema = strict("/api/scenarios/{scenario}/reserve/{event}", "get", 200)
    assert schema.is_valid(answer)
    assert not schema.is_valid([{**answer[0], "more": 1}])
    assert not schema.is_valid([{key: answer[0][key] for key in answer[0] if key != "turn"}])


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [
        (path, method, mode)
        for path, method in OPERATIONS
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        # An address without parameters cannot be asked wrongly.
        if mode == GenerationMode.POSITIVE or DESCRIPTION["paths"][path][method].keys() & {"parameters", "requestBody"}
    ],
)
def test_whatever_is_asked_there_is_no_error_of_ours(
    impatient: Served, path: str, method: str, mode: GenerationMode
) -> None:
    operation = SCHEMA[path][method]

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def ask(case: Any, data: st.DataObject) -> None:
        # Words drawn at random seldom get past the first check, so that most are exchanged for some that may fit.
        for place in (case.path_parameters, case.query):
            for name in list(place or {}):
                if name in FITTING and data.draw(st.integers(0, 3)):
                    place[name] = data.draw(st.sampled_from(FITTING[name]))
        response = case.call(base_url=impatient.url)
        case.validate_response(response, checks=CHECKS)

    ask()


def test_readings_of_how_results_are_ranked_are_listed_where_they_bear(client: TestClient) -> None:
    listed = {
        name: {reading["name"] for reading in client.get(f"/api/scenarios/{name}").json()["readings"]}
        for name in ("sochi-2014", "pyeongchang-2018", "beijing-2022")
    }
    ranking = {"soqc-ties", "tie-positions"}
    assert {name: own & ranking for name, own in listed.items()} == {
        "sochi-2014": {"soqc-ties"},
        "pyeongchang-2018": ranking,
        "beijing-2022": set(),
    }
    assert 'name="read.soqc-ties"' in client.get("/scenarios/sochi-2014/whatif").text
    assert 'name="read.soqc-ties"' not in client.get("/scenarios/beijing-2022/whatif").text


def test_a_reading_ranks_anew_in_what_ifs_and_is_refused_where_it_cannot_bear(client: TestClient) -> None:
    sochi = quotaproof.load_scenario("sochi-2014")
    reading, cap = ChooseReading("soqc-ties", "sum-of-positions"), SetCap("women-1000", 31)
    expected = quotaproof.whatif(sochi, [cap, reading]).to_dict()
    assert client.get(f"{SOCHI}/whatif?set=women-1000=31&reading=soqc-ties=sum-of-positions").json() == expected
    # At rank 31 UKR (45, 25) is ahead by its best result, and RUS's third (26, 30) by the sum.
    plain = client.get(f"{SOCHI}/whatif?set=women-1000=31").json()
    assert plain["after"]["places"]["women-1000"].get("RUS") == 2
    assert expected["after"]["places"]["women-1000"]["RUS"] == 3
    refused = client.get("/api/scenarios/beijing-2022/whatif?reading=soqc-ties=sum-of-positions")
    assert refused.status_code == 400
    assert "there is no classifications.csv" in refused.text


OF_THE_INTERFACE = "import json; from quotaproof.web.app import create_app; print(json.dumps(create_app().openapi()))"


def test_the_interface_is_described_where_python_leaves_docstrings_out() -> None:
    with_docstrings, without = (
        json.loads(
            subprocess.run(
                [sys.executable, *option, "-c", OF_THE_INTERFACE], capture_output=True, text=True, check=True
            ).stdout
        )
        for option in ([], ["-OO"])
    )
    assert with_docstrings["components"]["schemas"]["AllocationDocument"]["description"]
    assert without == with_docstrings
