"""Who is let in: tokens, schemes, paths, and people who are not or no longer there."""

import time

import httpx
import pytest

from hos_pipelines_tests.simulator.conftest import Caller, Start

_BIOMARKER = "/api/v1/profile/biomarker/sim-0001?categories=sleep"
_UNAUTHORIZED = {"title": "Unauthorized", "statusCode": 401, "location": "domain", "errors": []}


def _token(caller: Caller) -> str:
    return caller.http.headers["Authorization"].removeprefix("account ")


def test_the_token_answer_names_account_token_and_whole_seconds(caller: Caller) -> None:
    answer = caller.http.post(
        "/api/v1/oauth/account/token", json={"clientId": "simulator", "clientSecret": "simulator"}
    )
    assert answer.status_code == 200
    assert answer.json().keys() == {"accountToken", "expiresIn"}
    assert answer.json()["expiresIn"] == 86400
    assert answer.json()["accountToken"].count(".") == 2


@pytest.mark.parametrize(
    "body",
    [
        {"clientId": "simulator", "clientSecret": "wrong"},
        {"clientId": "wrong", "clientSecret": "simulator"},
        {},
        {"clientId": 1},
    ],
)
def test_wrong_credentials_are_401_with_the_json_error_body(caller: Caller, body: dict[str, object]) -> None:
    answer = caller.http.post("/api/v1/oauth/account/token", json=body)
    assert (answer.status_code, answer.json()) == (401, _UNAUTHORIZED)


@pytest.mark.parametrize("scheme", ["account", "Account", "ACCOUNT"])
def test_the_scheme_is_read_in_any_case(caller: Caller, scheme: str) -> None:
    answer = caller.http.get(_BIOMARKER, headers={"Authorization": f"{scheme} {_token(caller)}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Bearer {}", "profile {}", "{}", "account {}x", "account", "account a.b.c", ""])
def test_everything_but_an_account_token_is_401(caller: Caller, header: str) -> None:
    answer = caller.http.get(_BIOMARKER, headers={"Authorization": header.format(_token(caller))})
    assert (answer.status_code, answer.json()) == (401, _UNAUTHORIZED)


def test_no_authorization_at_all_is_401(caller: Caller) -> None:
    with httpx.Client(base_url=caller.http.base_url, trust_env=False) as stranger:
        assert stranger.get(_BIOMARKER).status_code == 401
        assert stranger.get("/api/v1/account/profile/search").status_code == 401


def test_a_token_of_another_seed_is_401(start: Start, caller: Caller) -> None:
    other = start(seed=99)
    answer = caller.http.get(_BIOMARKER, headers={"Authorization": other.http.headers["Authorization"]})
    assert answer.status_code == 401


def test_a_path_without_an_external_id_belongs_to_profile_tokens(caller: Caller) -> None:
    for path in ("biomarker", "score", "archetypes"):
        assert caller.http.get(f"/api/v1/profile/{path}?categories=sleep").status_code == 401


def test_a_path_without_api_is_404(caller: Caller) -> None:
    assert caller.http.get("/v1/profile/biomarker/sim-0001").status_code == 404
    assert caller.http.post("/v1/oauth/account/token", json={}).status_code == 404


@pytest.mark.parametrize("person", ["sim-0026", "sim-0000", "sim-1", "sim-00001", "SampleProfile-1", "sim-99999999999"])
def test_an_unknown_person_is_404(caller: Caller, person: str) -> None:
    for path in ("biomarker", "score", "archetypes"):
        assert caller.get(path, person, categories="sleep").status_code == 404
    assert caller.http.get(f"/api/v1/account/profile/{person}").status_code == 404


def test_a_token_dies_after_its_real_lifetime_though_the_virtual_clock_stands(start: Start) -> None:
    caller = start(token_lifetime_s=1)
    assert caller.http.get(_BIOMARKER).status_code == 200
    time.sleep(2.1)
    assert caller.http.get(_BIOMARKER).status_code == 401
    caller.log_in()
    assert caller.http.get(_BIOMARKER).status_code == 200


def test_expired_on_demand_every_older_token_is_401_and_a_new_one_works(start: Start) -> None:
    caller = start()
    old = _token(caller)
    caller.http.post("/simulator/expire-tokens").raise_for_status()
    assert caller.http.get(_BIOMARKER).status_code == 401
    caller.log_in()
    assert _token(caller) != old
    assert caller.http.get(_BIOMARKER).status_code == 200


def test_a_removed_person_is_410_and_no_longer_found(start: Start) -> None:
    caller = start()
    caller.fault("sim-0002", "410")
    for path in ("biomarker", "score", "archetypes"):
        assert caller.get(path, "sim-0002", categories="sleep").status_code == 410
    assert caller.search()["totalCount"] == 24
    caller.http.delete("/simulator/faults").raise_for_status()
    assert caller.get("score", "sim-0002").status_code == 200
