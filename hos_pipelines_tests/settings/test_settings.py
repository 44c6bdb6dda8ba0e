"""Settings by their parts: each bad value is refused by name, no secret is shown, and rooms get what they take."""

from pathlib import Path
from pprint import pformat

import pytest

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.domain.batches import BatchBounds
from hos_pipelines.domain.retention import KeepRules
from hos_pipelines.domain.sync import SyncRules
from hos_pipelines.domain.tolerance import Tolerance
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.settings.errors import SettingsError
from hos_pipelines.settings.sahha import SANDBOX
from hos_pipelines.settings.settings import PARTS, SETTING_NAMES, Settings
from hos_pipelines.settings.shown import show_values

SECRET = "hunter2"  # noqa: S105
SECRETS = {
    "SAHHA_CLIENT_ID": f"id-{SECRET}",
    "SAHHA_CLIENT_SECRET": f"secret-{SECRET}",
    "SAHHA_WEBHOOK_SECRET": f"webhook-{SECRET}",
    "OPENAI_API_KEY": f"sk-{SECRET}",
    "HOS_DATABASE_URL": f"postgresql://me:{SECRET}@host/hos",
    "HOS_DAGSTER_DATABASE_URL": f"host=there dbname=dagster password={SECRET}",
}
# Any text will do for these: what they open tells whether it is the right one.
OPAQUE = {"SAHHA_CLIENT_ID", "SAHHA_CLIENT_SECRET", "SAHHA_WEBHOOK_SECRET", "HOS_OPENAI_PRICES"}
WEB_ADDRESSES = (
    "sandbox-api.sahha.ai", "ftp://host", "http://", "http://host:0", "http://host:99999", "http://[::1", "http://a b",
    f"http://me:{SECRET}@host", f"http://:{SECRET}@host", f"http://{SECRET}@host", f"http://@host/{SECRET}",
    f"http://host?key={SECRET}", f"http://host#{SECRET}", "http://host\nname", "http://ho\0st", "http://host/\0",
    "http://.host", "http://a..b", f"http://{'a' * 64}.org", f"http://{'a.' * 127}org", "http://-a.org", "http://a,b",
    "http://a\\b", "http://%41", "http://256.1.1.1", "http://[v1.a]", "http://\u2603.org", "http://xn--a.org",
)  # fmt: skip
HOSTS = (
    "localhost:8000", "127.0.0.1:8000", "127.1", "[::1]:8000", "[fe80::1%25eth0]", "api.sahha.ai.", "sahha_simulator",
    "m\u00fcnchen.de", "xn--mnchen-3ya.de", f"{'a' * 63}.org",
)  # fmt: skip
BAD = {
    "SAHHA_API_BASE_URL": WEB_ADDRESSES,
    "USE_SAHHA_DIRECT": ("maybe", "2"),
    "HOS_DATABASE_URL": ("mysql://host/hos", f"postgresql://me:{SECRET}@host"),
    "HOS_DAGSTER_DATABASE_URL": ("nonsense", f"postgresql://me:{SECRET}@host:x/hos"),
    "HOS_SCHEMA": ("s" * 64, "pg_own"),
    "HOS_HOME": ("~nobody-of-this-name/.hos",),
    "HOS_COMMAND": ("docker\ncompose", "h" * 1001),
    "HOS_PICTURES_IN_EVENTS": ("perhaps",),
    "HOS_VIRTUAL_NOW": ("yesterday", "2026-11-01T12:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    "HOS_COUNTRY": ("Germany", "XX"),
    "HOS_FREE_DAYS": ("someday", "monday,,sunday"),
    "HOS_ENGINE": ("gpt", "Rules"),
    "OPENAI_API_KEY": (f"sk-{SECRET}\nx", f"sk-{SECRET}-\u00fc"),
    "OPENAI_BASE_URL": WEB_ADDRESSES,
    "HOS_OPENAI_MODEL": ("m" * 201,),
    "HOS_OPENAI_API": ("assistants",),
}
NUMBERS = {
    info.alias
    for part in PARTS.values()
    for info in part.model_fields.values()
    if info.alias and any(kind in str(info.annotation) for kind in ("int", "float"))
}


def test_every_setting_has_one_place() -> None:
    names = [info.alias for part in PARTS.values() for info in part.model_fields.values()]
    assert all(names)
    assert len(set(names)) == len(names) == len(SETTING_NAMES)
    assert {*BAD, *NUMBERS, *OPAQUE} == SETTING_NAMES


BAD_VALUES = [
    (name, value)
    for name, values in {**dict.fromkeys(sorted(NUMBERS), ("many", "-1", "1e400", "9" * 20)), **BAD}.items()
    for value in values
]


@pytest.mark.parametrize(("name", "value"), BAD_VALUES)
def test_a_bad_value_is_refused_by_the_name_of_its_setting_and_not_quoted_where_it_may_be_secret(
    name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_mapping({name: value})
    said = str(refused.value)
    assert said.startswith(f"{name}: ")
    assert said.endswith("; see .env.example for what it takes.")
    assert SECRET not in said + repr(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("host", HOSTS)
def test_whatever_can_be_a_host_may_be_named(host: str) -> None:
    settings = Settings.from_mapping({"SAHHA_API_BASE_URL": f"http://{host}", "OPENAI_BASE_URL": f"http://{host}"})
    assert (settings.sahha.base_url, settings.model.base_url) == (f"http://{host}",) * 2


def test_what_every_pull_reads_again_must_be_kept() -> None:
    reaching = {"HOS_OVERLAP_AFTER_CONNECT_DAYS": "60", "HOS_KEEP_READINGS_DAYS": "60"}
    with pytest.raises(SettingsError, match=r"^HOS_KEEP_READINGS_DAYS: must be more than HOS_OVERLAP_AFTER_CONNECT_"):
        Settings.from_mapping(reaching)
    assert Settings.from_mapping({**reaching, "HOS_KEEP_READINGS_DAYS": "61"}).keep.readings_days == 61


def test_what_is_empty_or_nobodys_is_not_set() -> None:
    assert Settings.from_mapping({**dict.fromkeys(SETTING_NAMES, "  "), "HOS_OTHER": "x"}) == Settings.from_mapping({})


def test_no_secret_is_shown_by_whatever_holds_it() -> None:
    settings = Settings.from_mapping(SECRETS)
    holders = [settings, *dict(settings).values(), settings.sahha_account(), settings.model.account]
    for holder in holders:
        for shown in (repr(holder), str(holder), f"{holder}", pformat(holder)):
            assert SECRET not in shown
    address = f"https://me:{SECRET}@host/v1?key={SECRET}"
    for account in (SahhaAccount(address, SECRET, SECRET), ModelAccount("gpt-test", SECRET, address)):
        assert SECRET not in repr(account) + pformat(account)
    assert SECRET not in str(settings.model_dump()) + settings.model_dump_json() + str(show_values(settings))


def test_what_may_be_shown_is_shown_as_it_would_be_written() -> None:
    given = {
        "SAHHA_REQUEST_TIMEOUT": "12.5", "SAHHA_MAX_RETRIES": "0", "USE_SAHHA_DIRECT": "false", "HOS_HOME": "/a/home",
        "HOS_VIRTUAL_NOW": "2026-11-01T12:00:00+00:00", "HOS_OPENAI_DAY_USD": "1000000", "HOS_COUNTRY": "DE",
    }  # fmt: skip
    shown = show_values(Settings.from_mapping({**given, **SECRETS}))
    assert shown.keys() == SETTING_NAMES
    assert {name: shown[name] for name in given} == given
    assert {shown[name] for name in SECRETS} == {"**********"}
    assert shown["HOS_SCHEMA"] is None


def test_rooms_take_what_they_take_by_themselves_where_nothing_is_set(tmp_path: Path) -> None:
    given = {name: SECRETS[name] for name in ("SAHHA_CLIENT_ID", "SAHHA_CLIENT_SECRET", "OPENAI_API_KEY")}
    settings = Settings.from_mapping({**given, "HOS_HOME": str(tmp_path)})
    assert settings.sync.rules == SyncRules()
    assert settings.sync.tolerance == Tolerance()
    assert settings.keep.rules == KeepRules()
    assert settings.model.account == ModelAccount(settings.model.name, given["OPENAI_API_KEY"])
    account = settings.sahha_account()
    assert account.pace_file is not None
    assert account.pace_file.parent == tmp_path
    assert account == SahhaAccount(
        SANDBOX, given["SAHHA_CLIENT_ID"], given["SAHHA_CLIENT_SECRET"], pace_file=account.pace_file
    )


def test_env_example_can_be_used_as_it_is_and_names_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    lines = [line.lstrip("# ") for line in (PROJECT_ROOT / ".env.example").read_text().splitlines() if "=" in line]
    examples = dict(line.split("=", 1) for line in lines)
    shown = show_values(Settings.from_mapping(examples))
    for name, default in show_values(Settings.from_mapping({})).items():
        assert default is None or shown[name] == default


@pytest.mark.parametrize(
    ("values", "delay_s", "expected"),
    [
        ({}, 0, BatchBounds(500, 5000, 2)),
        ({"HOS_BATCH_SIZE": "40"}, 0, BatchBounds(40, 40, 2)),
        ({"HOS_BATCH_SIZE": "40", "HOS_BATCH_SIZE_MIN": "7"}, 0, BatchBounds(7, 40, 2)),
        ({}, 0.5, BatchBounds(500, 600, 2)),
        ({}, 1, BatchBounds(300, 300, 2)),
        ({}, 60, BatchBounds(5, 5, 2)),
    ],
)
def test_a_batch_is_within_its_bounds_and_pulled_in_half_an_hour(
    values: dict[str, str], delay_s: float, expected: BatchBounds
) -> None:
    assert Settings.from_mapping(values).sync.batch_bounds(2, delay_s) == expected


def test_a_smallest_batch_above_the_largest_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"^HOS_BATCH_SIZE_MIN: must not be more than HOS_BATCH_SIZE; see"):
        Settings.from_mapping({"HOS_BATCH_SIZE": "40", "HOS_BATCH_SIZE_MIN": "41"})
