"""The Sahha endpoints: token, data, profiles. Order of checks: token, person, fault, query."""

from asyncio import sleep
from collections.abc import Callable
from datetime import date
from hmac import compare_digest
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from hos_pipelines.simulator import answers
from hos_pipelines.simulator.archetypes import ArchetypeQuery, archetype_rows
from hos_pipelines.simulator.biomarkers import BiomarkerQuery, Row, biomarker_rows
from hos_pipelines.simulator.faults import SLOW_S, Fault, FaultKind, spoil
from hos_pipelines.simulator.people import SimulatedPerson, zone_on
from hos_pipelines.simulator.person_view import PersonView
from hos_pipelines.simulator.profiles import SearchQuery, search_page, single_profile
from hos_pipelines.simulator.queries import BadQueryError, Bounds, bounds_of, read_list, whole_number
from hos_pipelines.simulator.scores import score_rows
from hos_pipelines.simulator.simulation import Simulation

_DEFAULT_PAGE = 25
Builder = Callable[[Simulation, PersonView, QueryParams], list[Row] | Row]

_REFUSALS: dict[FaultKind, Callable[[], Response]] = {
    "unauthorized": lambda: answers.failure(401),
    "404": lambda: answers.failure(404),
    "410": lambda: answers.failure(410),
    "429": answers.too_many,
    "500": answers.internal_error,
    "html": answers.web_page,
}


async def token(request: Request) -> Response:
    """POST /api/v1/oauth/account/token: client credentials for an account token."""
    simulation: Simulation = request.app.state.simulation
    try:
        body = await request.json()
    except ValueError:
        return answers.bad_request()
    if not isinstance(body, dict):
        return answers.bad_request()
    settings = simulation.settings
    pairs = ((body.get("clientId"), settings.client_id), (body.get("clientSecret"), settings.client_secret))
    if not all(isinstance(given, str) and compare_digest(given.encode(), held.encode()) for given, held in pairs):
        return answers.failure(401)
    return answers.as_json({"accountToken": simulation.tokens.issue(), "expiresIn": settings.token_lifetime_s})


async def biomarkers(request: Request) -> Response:
    """GET /api/v1/profile/biomarker/{externalId}."""
    return await _about_person(request, _biomarkers)


async def scores(request: Request) -> Response:
    """GET /api/v1/profile/score/{externalId}."""
    return await _about_person(request, _scores)


async def archetypes(request: Request) -> Response:
    """GET /api/v1/profile/archetypes/{externalId}."""
    return await _about_person(request, _archetypes)


async def profile(request: Request) -> Response:
    """GET /api/v1/account/profile/{externalId}."""
    return await _about_person(request, _profile)


async def search(request: Request) -> Response:
    """GET /api/v1/account/profile/search: a page of profiles, `currentPage` from 0."""
    simulation: Simulation = request.app.state.simulation
    await _latency(simulation)
    if not _is_authorised(simulation, request):
        return answers.failure(401)
    fault, query = simulation.faults.next_for(None), request.query_params
    if fault is not None and (refusal := _refusal(fault)):
        return refusal
    try:
        page, size = whole_number(query, "currentPage", 0, 0), whole_number(query, "pageSize", _DEFAULT_PAGE, 1)
    except BadQueryError:
        return answers.bad_request()
    wanted, gone = query.get("searchParameter", ""), simulation.faults.removed_ids()
    content = search_page(simulation.settings.users, SearchQuery(wanted, page, size, gone), simulation.view_now)
    return await _finish(simulation, content, "", fault)


async def needs_profile_token(_request: Request) -> Response:
    """The path without an external id belongs to profile tokens, which are not served: always 401."""
    return answers.failure(401)


async def _about_person(request: Request, build: Builder) -> Response:
    simulation: Simulation = request.app.state.simulation
    await _latency(simulation)
    if not _is_authorised(simulation, request):
        return answers.failure(401)
    external_id = request.path_params["external_id"]
    view = simulation.view(external_id)
    if view is None:
        return answers.failure(404)
    fault = simulation.faults.next_for(external_id)
    if fault is not None and (refusal := _refusal(fault)):
        return refusal
    try:
        content = build(simulation, view, request.query_params)
    except BadQueryError:
        return answers.bad_request()
    return await _finish(simulation, content, external_id, fault)


def _refusal(fault: Fault) -> Response | None:
    """The whole answer of a fault that sends no data at all."""
    if fault.kind == "timeout":
        return answers.LateAnswer(fault.seconds)
    make = _REFUSALS.get(fault.kind)
    return None if make is None else make()


async def _finish(simulation: Simulation, content: list[Row] | Row, external_id: str, fault: Fault | None) -> Response:
    kind = None if fault is None else fault.kind
    if kind == "slow":
        await sleep(SLOW_S)
    if kind is not None:
        content = _spoil(content, external_id, kind)
    if content == [] and simulation.settings.empty_as_204:
        return Response(status_code=204)
    answer = answers.as_json(content)
    if kind == "cut":
        return answers.CutAnswer(answer.body, headers=dict(answer.headers))
    return answer


def _spoil(content: list[Row] | Row, external_id: str, kind: FaultKind) -> list[Row] | Row:
    if isinstance(content, list):
        return [] if kind == "empty" else spoil(content, external_id, kind)
    return dict.fromkeys(content) if kind == "malformed" else content


def _biomarkers(simulation: Simulation, view: PersonView, query: QueryParams) -> list[Row]:
    categories = read_list(query, "categories")
    if not categories:
        raise BadQueryError("categories")
    wanted = BiomarkerQuery(categories, read_list(query, "types"), _bounds(view.person, query))
    return biomarker_rows(view, wanted, simulation.wire)


def _scores(simulation: Simulation, view: PersonView, query: QueryParams) -> list[Row]:
    return score_rows(view, read_list(query, "types"), _bounds(view.person, query), simulation.wire)


def _archetypes(_simulation: Simulation, view: PersonView, query: QueryParams) -> list[Row]:
    wanted = ArchetypeQuery(read_list(query, "name"), read_list(query, "periodicity"), _bounds(view.person, query))
    return archetype_rows(view, wanted)


def _profile(_simulation: Simulation, view: PersonView, _query: QueryParams) -> Row:
    return single_profile(view)


def _bounds(person: SimulatedPerson, query: QueryParams) -> Bounds:
    def zone_of(day: date) -> ZoneInfo:
        return zone_on(person, day)

    return bounds_of(query, zone_of)


def _is_authorised(simulation: Simulation, request: Request) -> bool:
    return simulation.tokens.accepts(request.headers.get("authorization", ""))


async def _latency(simulation: Simulation) -> None:
    if simulation.settings.latency_ms:
        await sleep(simulation.settings.latency_ms / 1000)
