"""`hos doctor`: what is set up, what is not, and what to do about it."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass

import click
import psycopg

from hos_pipelines.analyst.errors import ModelError
from hos_pipelines.analyst.prices import prices_of
from hos_pipelines.cli.database import require_dagster_database
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows
from hos_pipelines.cli.value_sources import source_of
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.adoption import is_untouched
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.postgres.rehearsal import rehearse
from hos_pipelines.postgres.schema_state import read_state, require_ready
from hos_pipelines.sahha.client import sahha_session
from hos_pipelines.sahha.errors import SahhaError
from hos_pipelines.settings.errors import SettingsError
from hos_pipelines.settings.settings import SETTING_NAMES
from hos_pipelines.settings.shown import show_values
from hos_pipelines.stages.database import database_url


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One thing that was looked at."""

    check: str
    ok: bool
    detail: str


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Check settings, database, schema version, Dagster's storage, the Sahha login and who writes the analyses."""
    values = _values()
    print_rows("settings", ["setting", "value", "from"], [list(one.values()) for one in values])
    findings = [
        _examine(name, check)
        for name, check in (
            ("settings", _settings),
            ("database", _database),
            ("schema", _schema),
            ("dagster storage", _dagster_storage),
            ("sahha login", _sahha_login),
            ("engine", _engine),
        )
    ]
    rows: list[list[object]] = [["ok" if one.ok else "FAILED", one.check, one.detail] for one in findings]
    print_rows("hos doctor", ["", "check", "finding"], rows)
    failed = [one for one in findings if not one.ok]
    answer = {"ok": not failed, "checks": [asdict(one) for one in findings], "settings": values}
    if failed:
        raise CommandError(f"{len(failed)} of {len(findings)} checks failed; first {failed[0].check}.", answer)
    if as_json:
        print_json(answer)


def _examine(name: str, check: Callable[[], str]) -> CheckOutcome:
    try:
        return CheckOutcome(name, ok=True, detail=check())
    except (SettingsError, DatabaseError, SahhaError, ModelError) as error:
        return CheckOutcome(name, ok=False, detail=str(error))
    except (psycopg.Error, OSError) as error:
        return CheckOutcome(name, ok=False, detail=f"failed ({type(error).__name__}); check the server and its disk.")


def _values() -> list[dict[str, object]]:
    """Every setting with its value and where that came from; without values where one of them cannot be used."""
    values: Mapping[str, str | None] = {}
    with suppress(SettingsError):
        values = show_values(read_settings())
    return [{"setting": name, "value": values.get(name), "source": source_of(name)} for name in SETTING_NAMES]


def _settings() -> str:
    settings = read_settings()
    where = "the configured server" if settings.database.url else f"the embedded server in {settings.house.home}"
    pace = f"{settings.sahha.request_delay_s:g} s between requests"
    return f"Sahha at {settings.sahha.base_url}, {pace}; database: {where}"


def _database() -> str:
    """Where it is and how it is reached, once all that a refresh does to it was tried and rolled back."""
    url = database_url(read_settings())
    with connect(url) as connection:
        state = None if is_untouched(connection) else read_state(connection)
    is_current = state is not None and state.is_current
    return rehearse(url, has_tables=is_current, needs_tables=state is None or bool(state.pending))


def _schema() -> str:
    with connect(database_url(read_settings())) as connection:
        schema = connection.place.schema
        if is_untouched(connection):
            return f"schema {schema} is empty; it gets the tables on first use, or now with `hos migrate`"
        state = require_ready(connection)
    return f"current, step {state.applied[-1]}, in schema {schema}"


def _dagster_storage() -> str:
    return require_dagster_database(read_settings())


def _engine() -> str:
    """Who writes the analyses. The model itself is not asked: that would cost something."""
    settings = read_settings()
    account = settings.model.account
    if settings.model.engine == "rules" or account is None:
        is_unused = account is not None and settings.model.chosen_engine is None
        rest = "; HOS_ENGINE=openai would use the key there is" if is_unused else ""
        return settings.model.notice() or f"the analyses are written by rules{rest}"
    prices_of(account.model, account.price_list, is_local=account.is_local)
    return f"the sentences of the analyses are chosen by {account.model} at {account.place}, and proven"


def _sahha_login() -> str:
    account = read_settings().sahha_account()

    async def log_in() -> None:
        async with sahha_session(account) as client:
            await client.log_in()

    asyncio.run(log_in())
    return f"logged in at {account.base_url}"
