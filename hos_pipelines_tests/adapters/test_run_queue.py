"""How many runs a pool takes at a time, and that the queue knows of it before the first of them come."""

import dagster as dg
import pytest

from hos_pipelines.adapters.instance.run_queue import can_enqueue, slots_of_pool
from hos_pipelines.definitions import defs


@pytest.mark.parametrize(
    ("concurrency", "slots"),
    [
        ({"pools": {"default_limit": 3, "granularity": "run"}}, 3),
        ({"pools": {"default_limit": 5, "granularity": "run"}, "runs": {"max_concurrent_runs": 4}}, 4),
        ({"pools": {"default_limit": 5, "granularity": "run"}, "runs": {"max_concurrent_runs": -1}}, 5),
    ],
)
def test_a_pool_has_as_many_slots_as_the_queue_gives_it(concurrency: dict[str, object], slots: int) -> None:
    with dg.instance_for_test(overrides={"concurrency": concurrency}) as instance:
        assert slots_of_pool(instance, "sahha") == slots
        [known] = instance.event_log_storage.get_pool_limits()
        assert known.name == "sahha"
        instance.event_log_storage.set_concurrency_slots("sahha", 1)
        assert slots_of_pool(instance, "sahha") == 1


def test_a_run_of_no_code_server_puts_nothing_into_the_queue() -> None:
    with dg.instance_for_test() as instance:
        assert not can_enqueue(instance, instance.create_run_for_job(defs().resolve_job_def("plan_refresh")))
