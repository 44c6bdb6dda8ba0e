"""How fast Sahha may be asked, as arithmetic on instants of one clock: whose turn is when, what a 429 and a good answer
change. Where this is kept, and who waits for it, is the business of `pace_store` and `pacing`.
"""

import math
from dataclasses import dataclass, replace

LONGEST_HOLD_S = 60.0
LONGEST_DELAY_S = 60.0
SHORTEST_LEARNED_S = 0.01
SLOW_DOWN = 2.0
SPEED_UP = 0.9
GOOD_ANSWERS_A_STEP = 20
STEP_S = 10.0

CLOCK_SLACK_S = 5.0
MOST_WAITING = 256


@dataclass(frozen=True, slots=True)
class Throttle:
    """What everyone who asks Sahha from this machine shares. Instants and durations in seconds of a monotonic clock.

    The delay between two turns is the configured one or the learned one, whichever is longer. It is learned as in AIMD,
    multiplicative in both directions because the allowed rate is unknown by orders of magnitude:

    - A 429 holds everyone for as long as Sahha asks (`Retry-After`, at most `LONGEST_HOLD_S`), and for the new delay at
      least. The learned delay becomes `SLOW_DOWN` times the present one, from `SHORTEST_LEARNED_S` up to
      `LONGEST_DELAY_S`: once an epoch. An epoch ends with the hold; the 429s of requests sent before then lengthen the
      hold where they ask for more, and teach nothing new.
    - Good answers to requests sent since then take the learned delay down by the factor `SPEED_UP`: once every
      `GOOD_ANSWERS_A_STEP` of them, or once for every `STEP_S` since the last change, whichever comes first. Halving
      the delay takes 140 good answers or 70 s. At the configured delay (or `SHORTEST_LEARNED_S`) it is forgotten.

    `spacing_s` is the longest delay among the turns that are still ahead.
    """

    last_turn: float = -math.inf
    spacing_s: float = 0.0
    learned_s: float = 0.0
    hold_until: float = -math.inf
    epoch_end: float = -math.inf
    eased_at: float = -math.inf
    good_answers: int = 0

    def delay_s(self, configured_s: float) -> float:
        """Seconds between two turns."""
        return max(configured_s, self.learned_s)

    def lets_pass(self, now: float, configured_s: float) -> bool:
        """Whether a request may go at once without anybody having to know of it."""
        return configured_s <= 0 and self.learned_s <= 0 and self.hold_until <= now and self.last_turn <= now

    def or_fresh(self, now: float, configured_s: float) -> "Throttle":
        """This, or a fresh start where it lies further in the future than any hold or queue: another boot's clock."""
        horizon = now + LONGEST_HOLD_S + CLOCK_SLACK_S
        queue_s = MOST_WAITING * max(self.spacing_s, configured_s)
        is_of_this_clock = (
            self.hold_until <= horizon
            and self.epoch_end <= horizon
            and self.eased_at <= horizon
            and self.last_turn <= horizon + queue_s
        )
        return self if is_of_this_clock else Throttle()

    def after_reserving(self, now: float, configured_s: float) -> "Throttle":
        """With the next free turn given away: `last_turn` is the instant at which its owner may send."""
        delay_s = self.delay_s(configured_s)
        turn = max(now, self.hold_until, self.last_turn + delay_s)
        return replace(self, last_turn=turn, spacing_s=max(delay_s, self.spacing_s if self.last_turn > now else 0.0))

    def after_429(self, turn: float, now: float, pause_s: float, configured_s: float) -> "Throttle":
        """After a 429 to the request of this turn, which asks for a pause of so many seconds (0: it does not say)."""
        hold_until = max(self.hold_until, now + min(pause_s, LONGEST_HOLD_S))
        if turn < self.epoch_end:
            return replace(self, hold_until=hold_until, good_answers=0)
        learned_s = min(LONGEST_DELAY_S, SLOW_DOWN * max(self.learned_s, configured_s, SHORTEST_LEARNED_S))
        end = max(hold_until, now + learned_s)
        return replace(self, learned_s=learned_s, hold_until=end, epoch_end=end, eased_at=end, good_answers=0)

    def after_answer(self, turn: float, configured_s: float) -> "Throttle":
        """After a good answer to the request of this turn."""
        if self.learned_s <= 0 or turn < self.epoch_end:
            return self
        good_answers = self.good_answers + 1
        steps = max((turn - self.eased_at) // STEP_S, good_answers // GOOD_ANSWERS_A_STEP)
        if steps < 1:
            return replace(self, good_answers=good_answers)
        learned_s = self.learned_s * SPEED_UP**steps
        is_forgotten = learned_s <= max(configured_s, SHORTEST_LEARNED_S)
        return replace(
            self,
            learned_s=0.0 if is_forgotten else learned_s,
            eased_at=max(self.eased_at, turn),
            good_answers=0,
        )
