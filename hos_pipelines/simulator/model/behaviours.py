"""The ways the stand-in can behave, and which of them the next request gets. What each of them says is elsewhere."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class Behaviour(StrEnum):
    """What a request is answered with. All but the first are what real models and their servers have done."""

    WELL_BEHAVED = "well_behaved"
    SLOW = "slow"
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    SERVER_ERROR = "server_error"
    CUT = "cut"
    REFUSAL = "refusal"
    FILTERED = "filtered"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    FENCED = "fenced"
    THINKING = "thinking"
    IN_PARTS = "in_parts"
    WRONG_SCHEMA = "wrong_schema"
    NOT_JSON = "not_json"
    INVENTED_NUMBER = "invented_number"
    INVENTED_NUMBER_ONCE = "invented_number_once"
    SWAPPED_USERS = "swapped_users"
    FLIPPED_DIRECTION = "flipped_direction"
    WRONG_SLOT = "wrong_slot"
    OWN_WORDS = "own_words"
    SHUFFLED_WORDS = "shuffled_words"
    INJECTED = "injected"
    OTHER_LANGUAGE = "other_language"
    HUGE = "huge"
    SMUGGLED_FOOD = "smuggled_food"
    DOSE = "dose"
    PROMISE = "promise"
    SPELT_NUMBER = "spelt_number"
    EXCHANGED_SLOTS = "exchanged_slots"
    EXCHANGED_PASSAGES = "exchanged_passages"


BEHAVIOURS = tuple(behaviour.value for behaviour in Behaviour)


@dataclass(slots=True)
class _Queued:
    behaviour: Behaviour
    times: int


class BehaviourBook:
    """The behaviours to come: those queued for a number of requests, then the standing one."""

    def __init__(self, default: Behaviour) -> None:
        self._default = default
        self.clear()

    def clear(self) -> None:
        """Forget everything but the default."""
        self._standing = self._default
        self._queue: deque[_Queued] = deque()

    def put(self, behaviour: Behaviour, times: int | None) -> None:
        """Queue a behaviour behind the earlier ones; with no number of times, it stands once the queue is through."""
        if times is None:
            self._standing = behaviour
        else:
            self._queue.append(_Queued(behaviour, times))

    def take(self) -> Behaviour:
        """The behaviour of this request."""
        if not self._queue:
            return self._standing
        first = self._queue[0]
        first.times -= 1
        if first.times == 0:
            self._queue.popleft()
        return first.behaviour
