"""What must hold for the arithmetic of turns, whoever asks in whatever order and however the clock moves."""

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hos_pipelines.sahha.throttle import (
    CLOCK_SLACK_S,
    GOOD_ANSWERS_A_STEP,
    LONGEST_DELAY_S,
    LONGEST_HOLD_S,
    SHORTEST_LEARNED_S,
    SPEED_UP,
    STEP_S,
    Throttle,
)

CONFIGURED = st.sampled_from([0.0, 0.005, 0.5, 3.0])
PAUSES = st.sampled_from([0.0, 0.5, 20.0, 86_400.0])
START = 1000.0
STEPS_FROM_THE_CAP = math.ceil(math.log(LONGEST_DELAY_S / SHORTEST_LEARNED_S) / -math.log(SPEED_UP))


class Machine(RuleBasedStateMachine):
    """Callers with one configured delay on a clock that steps; what each does is one change of the shared throttle."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.latest = START
        self.configured_s = 0.5
        self.throttle = Throttle()
        self.turns: list[float] = []

    @rule(configured_s=CONFIGURED)
    def configure(self, configured_s: float) -> None:
        if not self.turns:
            self.configured_s = configured_s

    @rule(seconds=st.floats(0, 200))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.latest = max(self.latest, self.now)

    @rule(seconds=st.floats(0, CLOCK_SLACK_S))
    def step_back(self, seconds: float) -> None:
        self.now = max(self.now - seconds, self.latest - CLOCK_SLACK_S)

    @rule()
    def reserve(self) -> None:
        believed = self.throttle.or_fresh(self.now, self.configured_s)
        assert believed == self.throttle
        delay_s = believed.delay_s(self.configured_s)
        self.throttle = believed.after_reserving(self.now, self.configured_s)
        turn = self.throttle.last_turn
        assert turn >= max(self.now, believed.hold_until)
        assert not self.turns or turn >= self.turns[-1] + delay_s
        self.turns.append(turn)

    @rule(pause_s=PAUSES, which=st.integers(1, 8))
    def refuse(self, pause_s: float, which: int) -> None:
        for turn in self._sent()[-which:][:1]:
            before = self.throttle
            self.throttle = before.after_429(turn, self.now, pause_s, self.configured_s)
            assert self.throttle.hold_until >= max(before.hold_until, self.now + min(pause_s, LONGEST_HOLD_S))
            assert self.throttle.hold_until <= max(before.hold_until, self.now + LONGEST_HOLD_S)
            assert self.throttle.learned_s >= before.learned_s

    @rule(which=st.integers(1, 8))
    def answer(self, which: int) -> None:
        for turn in self._sent()[-which:][:1]:
            before = self.throttle
            self.throttle = before.after_answer(turn, self.configured_s)
            assert self.throttle.learned_s <= before.learned_s
            assert (self.throttle.hold_until, self.throttle.last_turn) == (before.hold_until, before.last_turn)

    def _sent(self) -> list[float]:
        return [turn for turn in self.turns if turn <= self.latest]

    @invariant()
    def delay_is_bounded(self) -> None:
        assert self.configured_s <= self.throttle.delay_s(self.configured_s) <= LONGEST_DELAY_S
        assert self.throttle.learned_s in (0.0, self.throttle.delay_s(self.configured_s))


TestMachine = Machine.TestCase


def _slowed(refusals: int, configured_s: float) -> tuple[Throttle, float]:
    """After so many refusals one after the other, and the instant at which the last one's hold ends."""
    throttle, now = Throttle(), START
    for _ in range(refusals):
        throttle = throttle.after_reserving(now, configured_s)
        throttle = throttle.after_429(throttle.last_turn, now, 0.0, configured_s)
        now = throttle.hold_until
    return throttle, now


@given(CONFIGURED, st.integers(1, 30))
def test_enough_good_answers_bring_the_configured_delay_back(configured_s: float, refusals: int) -> None:
    throttle, now = _slowed(refusals, configured_s)
    assert throttle.learned_s > configured_s
    for _ in range(STEPS_FROM_THE_CAP * GOOD_ANSWERS_A_STEP):
        throttle = throttle.after_answer(now, configured_s)
    assert (throttle.learned_s, throttle.delay_s(configured_s)) == (0.0, configured_s)


@given(CONFIGURED, st.integers(1, 30))
def test_enough_quiet_seconds_and_one_good_answer_do_so_too(configured_s: float, refusals: int) -> None:
    throttle, now = _slowed(refusals, configured_s)
    later = now + (STEPS_FROM_THE_CAP + 1) * STEP_S
    assert throttle.after_answer(later, configured_s).delay_s(configured_s) == configured_s


def test_a_429_doubles_the_delay_from_ten_milliseconds_up_to_a_minute() -> None:
    delays = [_slowed(refusals, 0.0)[0].learned_s for refusals in range(1, 15)]
    assert delays == [min(60.0, 0.02 * 2**doublings) for doublings in range(14)]
    assert _slowed(1, 0.5)[0].learned_s == 1.0


def test_the_429s_of_requests_that_were_under_way_count_once() -> None:
    throttle = Throttle()
    turns = []
    for _ in range(8):
        throttle = throttle.after_reserving(START, 0.0)
        turns.append(throttle.last_turn)
    for turn in turns:
        throttle = throttle.after_429(turn, START + 1, 5.0, 0.0)
    assert (throttle.learned_s, throttle.hold_until) == (0.02, START + 6)
    assert throttle.after_429(START + 6, START + 7, 0.0, 0.0).learned_s == 0.04


def test_a_late_429_of_an_old_request_lengthens_the_hold_and_teaches_nothing() -> None:
    throttle = Throttle().after_429(START, START + 1, 5.0, 0.0).after_429(START, START + 4, 30.0, 0.0)
    assert (throttle.learned_s, throttle.hold_until) == (0.02, START + 34)


def test_a_good_answer_to_a_request_sent_before_the_429_changes_nothing() -> None:
    throttle, end = _slowed(3, 0.0)
    assert throttle.after_answer(end - 0.001, 0.0) == throttle


def test_twenty_good_answers_make_a_step_and_so_do_ten_seconds() -> None:
    slowed, end = _slowed(5, 0.0)
    throttle = slowed
    for _ in range(19):
        throttle = throttle.after_answer(end, 0.0)
    assert throttle.learned_s == slowed.learned_s
    assert throttle.after_answer(end, 0.0).learned_s == slowed.learned_s * 0.9
    assert slowed.after_answer(end + 10, 0.0).learned_s == slowed.learned_s * 0.9
    assert slowed.after_answer(end + 29, 0.0).learned_s == slowed.learned_s * 0.9**2


def test_a_throttle_of_another_boots_clock_is_not_believed() -> None:
    throttle = Throttle().after_429(START, START, 60.0, 0.5).after_reserving(START, 0.5)
    assert throttle.or_fresh(START, 0.5) == throttle
    assert throttle.or_fresh(START + 1e6, 0.5) == throttle
    assert throttle.or_fresh(3.0, 0.5) == Throttle()
    assert Throttle(last_turn=START).or_fresh(3.0, 0.5) == Throttle()
    assert Throttle(eased_at=math.nan).or_fresh(START, 0.5) == Throttle()


@given(CONFIGURED, st.integers(1, 200))
def test_a_long_queue_is_believed(configured_s: float, waiting: int) -> None:
    throttle, _ = _slowed(30, configured_s)
    for _ in range(waiting):
        now = throttle.hold_until - LONGEST_HOLD_S
        throttle = throttle.or_fresh(now, configured_s).after_reserving(now, configured_s)
    assert throttle.last_turn == throttle.hold_until + (waiting - 1) * LONGEST_DELAY_S
    eased = replace(throttle, learned_s=0.0)
    assert eased.or_fresh(throttle.hold_until - LONGEST_HOLD_S, configured_s) == eased
