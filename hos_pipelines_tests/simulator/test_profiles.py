"""The profile search and the single profile."""

import pytest

from hos_pipelines_tests.simulator.conftest import Caller, Start

_KEYS = [
    "profileId", "accountId", "externalId", "sdkId", "sdkVersion", "deviceType",
    "dataLastReceivedAtUtc", "createdAtUtc", "isSampleProfile",
]  # fmt: skip


def test_pages_count_from_0_and_together_hold_everybody_once(caller: Caller) -> None:
    pages = [caller.search(currentPage=number, pageSize=10) for number in range(3)]
    assert [len(page["items"]) for page in pages] == [10, 10, 5]
    assert [page["currentPage"] for page in pages] == [0, 1, 2]
    assert {(page["totalPages"], page["totalCount"], page["pageSize"]) for page in pages} == {(3, 25, 10)}
    people = [item["externalId"] for page in pages for item in page["items"]]
    assert people == [f"sim-{number:04d}" for number in range(1, 26)]
    assert all(list(item) == _KEYS for page in pages for item in page["items"])


def test_a_page_behind_the_last_is_empty(caller: Caller) -> None:
    assert caller.search(currentPage=9, pageSize=10)["items"] == []


def test_the_search_parameter_is_a_part_of_the_external_id(caller: Caller) -> None:
    page = caller.search(searchParameter="001")
    assert [item["externalId"] for item in page["items"]] == ["sim-0001", *(f"sim-001{digit}" for digit in range(10))]
    assert caller.search(searchParameter="nobody") == {
        "items": [], "currentPage": 0, "totalPages": 0, "pageSize": 25, "totalCount": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "query", [{"currentPage": "-1"}, {"pageSize": "0"}, {"pageSize": "many"}, {"currentPage": "٣"}]
)
def test_paging_that_makes_no_sense_is_400(caller: Caller, query: dict[str, str]) -> None:
    assert caller.http.get("/api/v1/account/profile/search", params=query).status_code == 400


def test_a_large_account_is_listed_without_being_built(start: Start) -> None:
    page = start(users=1_000_000).search(currentPage=9_999, pageSize=100)
    assert (page["totalCount"], page["totalPages"]) == (1_000_000, 10_000)
    assert page["items"][-1]["externalId"] == "sim-1000000"


def test_a_single_profile_adds_its_data_sources(caller: Caller) -> None:
    phone, wearable = (
        caller.http.get(f"/api/v1/account/profile/{person}").json() for person in ("sim-0011", "sim-0012")
    )
    assert list(phone) == [*_KEYS, "dataSources"]
    assert [source["sourceName"] for source in phone["dataSources"]] == ["phone"]
    assert [source["sourceName"] for source in wearable["dataSources"]] == ["phone", "wearable"]
