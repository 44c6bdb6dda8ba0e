"""Profiles: the search page and the single profile, with `dataLastReceivedAtUtc`, Sahha's only sign of change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hos_pipelines.simulator.identity import account_id, profile_id
from hos_pipelines.simulator.people import SimulatedPerson, external_id_of
from hos_pipelines.simulator.person_view import PersonView
from hos_pipelines.simulator.wire import iso

LARGEST_PAGE = 1000
_SDK_VERSION = "1.2.6"


def profile_item(view: PersonView) -> dict[str, object]:
    """One item of the search answer."""
    person = view.person
    return {
        "profileId": profile_id(person.seed, person.external_id),
        "accountId": account_id(person.seed),
        "externalId": person.external_id,
        "sdkId": "ios" if person.index % 2 == 0 else "android",
        "sdkVersion": _SDK_VERSION,
        "deviceType": _device(person),
        "dataLastReceivedAtUtc": iso(view.changed_at()),
        "createdAtUtc": iso(view.connected),
        "isSampleProfile": False,
    }


def single_profile(view: PersonView) -> dict[str, object]:
    """The answer about one profile: the item and where its data comes from."""
    sources = [{"sourceName": "phone", "deviceType": _device(view.person)}]
    if view.person.wearable:
        sources.append({"sourceName": "wearable", "deviceType": "watch"})
    return profile_item(view) | {"dataSources": sources}


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search: part of an external id, the page (from 0), its size, and who is removed and not to be listed."""

    wanted: str
    page: int
    size: int
    gone: frozenset[str]


def search_page(users: int, search: SearchQuery, view: Callable[[int], PersonView]) -> dict[str, object]:
    """One page of profiles in the order of their ids, each as it is seen now. It never holds more than LARGEST_PAGE."""
    page, size = search.page, min(search.size, LARGEST_PAGE)
    found = _matching(users, search.wanted, search.gone)
    listed = found[page * size : (page + 1) * size]
    return {
        "items": [profile_item(view(index)) for index in listed],
        "currentPage": page,
        "totalPages": -(-len(found) // size),
        "pageSize": size,
        "totalCount": len(found),
    }


# The pages of one search follow each other; going through a large account for each would cost more than the pages.
@lru_cache(maxsize=2)
def _matching(users: int, wanted: str, gone: frozenset[str]) -> Sequence[int]:
    if not wanted and not gone:
        return range(users)
    names = ((index, external_id_of(index)) for index in range(users))
    return [index for index, name in names if wanted in name and name not in gone]


def _device(person: SimulatedPerson) -> str:
    return "iPhone15,2" if person.index % 2 == 0 else "Pixel 8"
