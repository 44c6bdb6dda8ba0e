"""Follows a request on stderr until it has ended: what waits, which stage is under way, what each came to."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hos_pipelines.cli.output import console, say
from hos_pipelines.domain.requests.asked import RequestView
from hos_pipelines.domain.requests.verdicts import RUNNING, WAITING
from hos_pipelines.postgres.request_store import StageProgress

LOOKED_EVERY_S = 0.3
DAEMON_LOOKED_EVERY_S = 15.0
NO_DAEMON = (
    "No daemon runs that would answer it: start one with `hos up`. It is filed and is answered then; `hos requests` "
    "lists it."
)


@dataclass(frozen=True, slots=True)
class RequestStory:
    """A request, and its stages, which are those of its original where it is a duplicate."""

    view: RequestView
    stages: Sequence[StageProgress]


def follow(
    story: RequestStory, read: Callable[[], RequestStory], is_daemon_alive: Callable[[], bool], wait_s: float
) -> RequestStory:
    """The request once it has ended; or as it is, where no daemon runs, or so many seconds are over."""
    deadline = time.monotonic() + wait_s
    look_at_daemon = 0.0
    told: set[str] = set()
    with console.status(_present(story)) as status:
        while story.view.completed_at is None:
            if story.view.started_at is None and time.monotonic() >= look_at_daemon:
                if not is_daemon_alive():
                    say(NO_DAEMON)
                    return story
                look_at_daemon = time.monotonic() + DAEMON_LOOKED_EVERY_S
            if time.monotonic() >= deadline:
                say(f"Not answered after {wait_s:.0f} s; it stays filed, and `hos requests` lists it.")
                return story
            time.sleep(LOOKED_EVERY_S)
            story = read()
            _tell(story, told)
            status.update(_present(story))
    _tell(story, told)
    return story


def _present(story: RequestStory) -> str:
    running = [one.stage for one in story.stages if one.status == RUNNING]
    if not running:
        return f"{story.view.kind}: {story.view.status}"
    ended = sum(one.status not in (WAITING, RUNNING) for one in story.stages)
    return f"{story.view.kind}: {running[0]} ({ended} of {len(story.stages)} stages done)"


def _tell(story: RequestStory, told: set[str]) -> None:
    """Each stage once it has ended."""
    for one in story.stages:
        if one.status in (WAITING, RUNNING) or one.stage in told or one.attempt < story.view.attempt:
            continue
        told.add(one.stage)
        outcome = f" ({one.outcome})" if one.outcome else ""
        reason = f": {one.reason}" if one.reason else ""
        say(f"  {one.stage} {one.status}{outcome}{reason}")
