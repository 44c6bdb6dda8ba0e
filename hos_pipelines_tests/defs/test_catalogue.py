"""What the catalogue shows: columns with their meaning, where things come from, and what a launchpad is filled with."""

import ast
from typing import Any

import dagster as dg
import pytest

from hos_pipelines.definitions import defs
from hos_pipelines.domain.sync import Stream
from hos_pipelines.project import PROJECT_ROOT


@pytest.fixture(scope="module")
def specs() -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs().resolve_all_asset_specs()}


def test_every_column_of_the_three_tables_is_shown_with_its_comment(specs: dict[str, dg.AssetSpec]) -> None:
    for stream in Stream:
        schema: dg.TableSchema = specs[stream].metadata["dagster/column_schema"]
        assert {"profile_id", "local_date", "observed_at"} <= {column.name for column in schema.columns}
        assert all(column.description for column in schema.columns)
        assert specs[stream].metadata["dagster/table_name"] == stream.value


def test_everything_comes_from_sahha_by_way_of_ticks(specs: dict[str, dg.AssetSpec]) -> None:
    parents = {name: {dep.asset_key.to_user_string() for dep in spec.deps} for name, spec in specs.items()}
    assert parents["sahha"] == set()
    assert parents["refresh_ticks"] == {"sahha"}
    for stream in Stream:
        assert parents[stream] == {"sahha", "refresh_ticks"}


def test_every_asset_has_tags_and_leads_to_its_code(specs: dict[str, dg.AssetSpec]) -> None:
    for spec in specs.values():
        assert spec.tags
        [reference] = spec.metadata["dagster/code_references"].code_references
        assert reference.file_path.endswith(".py")


def test_ticks_and_freshness_have_a_deadline(specs: dict[str, dg.AssetSpec]) -> None:
    assert specs["refresh_ticks"].freshness_policy is not None
    assert specs["data_freshness"].freshness_policy is not None


def test_ticks_are_made_by_their_job_alone_and_by_no_materialize_all() -> None:
    graph = defs().resolve_asset_graph()
    assert not graph.get(dg.AssetKey("refresh_ticks")).is_executable
    assert not graph.get(dg.AssetKey("sahha")).is_executable


def test_every_resource_says_what_it_is() -> None:
    for name, resource in (defs().resources or {}).items():
        assert resource.description, name


def test_checks_of_each_table_are_listed() -> None:
    keys = {(key.asset_key.to_user_string(), key.name) for key in defs().resolve_asset_graph().asset_check_keys}
    for stream in Stream:
        assert {name for asset, name in keys if asset == stream} == {
            "nobody_fails", "no_duplicates", "no_future_readings", "few_nulls", "known_types", "few_quarantined",
            "as_many_rows_as_last_week", "watermark_reaches_data",
        }  # fmt: skip


def shown(job: str, op: str) -> dict[str, Any]:
    """The fields a launchpad is filled with that have a default, by name."""
    schema = defs().resolve_job_def(job).graph.node_named(op).definition.config_schema
    fields: dict[str, Any] = getattr(getattr(schema, "config_type", None), "fields", {})
    return {name: field.default_value for name, field in fields.items() if field.default_provided}


def test_the_launchpad_shows_days_and_profile_ids() -> None:
    assert {"days": -1, "profile_ids": []}.items() <= shown("refresh_profiles", "sahha_streams").items()
    assert shown("refresh_people", "pull_people")["days"] == -1


def test_the_policy_of_the_house_holds_for_every_definition() -> None:
    repository = defs().get_repository_def()
    for spec in defs().resolve_all_asset_specs():
        assert spec.owners == ["team:data-engineering"], spec.key
        assert spec.description, spec.key
        assert spec.code_version, spec.key
        assert spec.kinds, spec.key
        assert spec.group_name != "default", spec.key
    assert {job.executor_def.name for job in repository.get_all_jobs()} == {"in_process"}
    described = {one.name: one.description for one in repository.get_all_jobs() if not one.name.startswith("__")}
    described |= {one.name: one.description for one in repository.sensor_defs}
    described |= {one.name: one.description for one in repository.schedule_defs}
    assert [name for name, description in described.items() if not description] == []


def test_a_file_of_definitions_has_them_at_module_level_or_in_one_function_never_both() -> None:
    """Dagster would take the function's and leave the others out, without a word."""
    for path in (PROJECT_ROOT / "hos_pipelines" / "defs").rglob("*.py"):
        body = ast.parse(path.read_text()).body
        decorators = [
            [ast.unparse(one) for one in node.decorator_list]
            for node in body
            if isinstance(node, ast.FunctionDef) and node.decorator_list
        ]
        functions = sum("dg.definitions" in one for one in decorators)
        others = [node for node in body if isinstance(node, ast.Assign) and "dg." in ast.unparse(node.value)]
        assert functions == 0 or (functions == 1 == len(decorators) and not others), path
