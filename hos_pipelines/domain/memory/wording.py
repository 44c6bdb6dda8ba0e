"""What is remembered, as people are told it: one plain line for a key and its value, and what it rests on."""

from collections.abc import Mapping

from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.memory.memory_key import MemoryCategory, category_of

LEVELS = {"low": "low", "mid": "middling", "high": "high"}
LIKINGS = {
    "low": "liked little",
    "mid": "liked somewhat",
    "high": "liked much",
    "liked": "liked",
    "disliked": "disliked",
}
REASONS = {
    "no_time": "for lack of time",
    "too_hard": "because it is too hard",
    "too_easy": "because it is too easy",
    "not_well": "because of not feeling well",
    "not_wanted": "because it is not wanted",
    "forgot": "because it is forgotten",
    "travelling": "because of travelling",
}
RHYTHMS = {
    "anchor": "The steadiest event of the day",
    "chronotype": "Chronotype",
    "living": "Sleep lies",
    "nights": "Nights are",
    "self_regulation": "Self-regulation",
    "sleep": "Sleep is",
}
HOURS = {
    "wake_time_work": "Wants to wake on work days at",
    "wake_time_free": "Wants to wake on free days at",
    "sleep_time_work": "Wants to fall asleep on work days at",
    "sleep_time_free": "Wants to fall asleep on free days at",
}
PREFERENCES = {
    "numbers": "Wants to see no numbers",
    "switching": "A change of archetype is allowed",
    "work": "Works in shifts",
}


def memory_text(key: str, value: str) -> str:
    """A line without an end mark, such as `Exercise is mostly done in the morning`."""
    subject = key.partition(".")[2]
    name, said = _words(subject), _words(value)
    sentences: Mapping[MemoryCategory, str] = {
        MemoryCategory.TIMING: f"{name} is mostly done in the {said}" if value != "night" else f"{name} at night",
        MemoryCategory.FEELING: f"{name} is mostly {LEVELS.get(value, said)}",
        MemoryCategory.LIKING: f"{name} is {LIKINGS.get(value, said)}",
        MemoryCategory.BARRIER: f"{name} is mostly left out {REASONS.get(value, said)}",
        MemoryCategory.HABIT: f"{name} as a habit: {said}",
        MemoryCategory.RHYTHM: f"{RHYTHMS.get(subject, name)}: {said}",
        MemoryCategory.STRATEGY: f"{name} has {said}",
        MemoryCategory.INSIGHT: f"insights on {name} get {said}",
        MemoryCategory.RESTRICTION: f"allergic to {name}" if value == "allergic" else f"{name} is avoided",
        MemoryCategory.GOAL: f"the goal is to {said}",
        MemoryCategory.PREFERENCE: _preference(subject, value),
        MemoryCategory.HEALTH: f"{name} was stated",
    }
    text = sentences[category_of(key)]
    return text[:1].upper() + text[1:]


def basis_text(source: str, supports: int, contradictions: int) -> str:
    """What a line rests on: `said`, or `seen on 12 days, 2 against`."""
    if source == "stated":
        return "said"
    return f"seen on {count_text(supports, 'day')}" + (f", {contradictions} against" if contradictions else "")


def _preference(subject: str, value: str) -> str:
    if subject in HOURS:
        return f"{HOURS[subject]} {value.removeprefix('h').replace('_', ':')}"
    if subject.startswith("diet_"):
        return f"the diet is {_words(subject.removeprefix('diet_'))}"
    return PREFERENCES.get(subject, f"{_words(subject)}: {_words(value)}")


def _words(name: str) -> str:
    return name.replace("_", " ")
