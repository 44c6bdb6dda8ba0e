"""What to do about an insight, as this person can: whoever has no usual hour is not sent to bed at one."""

from collections.abc import Mapping

from hos_pipelines.domain.living import Living

WELL = "If you feel well, nothing needs changing."
EASE = "Take it easy until it is back to usual. The menstrual cycle, alcohol, fever, heat and late meals move it too."
# Down and up; the second of a pair is for whoever has no usual hour.
ADVICE: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "sleep_duration": (
        (
            "Tonight begin the evening a quarter of an hour earlier, and keep the hour of waking.",
            "Give the next sleeps a quarter of an hour more, at whatever hour they begin.",
        ),
        ("If you wake rested, keep it as it is.", "If you wake rested, keep it as it is."),
    ),
    "bedtime": (
        ("If it suits you, keep the new hour.", ""),
        ("If it was not meant, move the evening back by a quarter of an hour every second day.", ""),
    ),
    "sleep_efficiency": (
        (
            "Go to bed when sleepy rather than by the clock, and keep the hour of waking.",
            "Go to bed when sleepy rather than by the clock.",
        ),
        (WELL, WELL),
    ),
    "steps": (
        ("Add one walk of ten minutes at a fixed moment of the day.", "Add one walk of ten minutes after waking."),
        ("Keep what is new in your days, where it feels easy.", "Keep what is new in your days, where it feels easy."),
    ),
    "active_duration": (
        ("Put ten minutes of movement at a fixed moment of the day.", "Put ten minutes of movement after waking."),
        ("Keep what is new in your days, where it feels easy.", "Keep what is new in your days, where it feels easy."),
    ),
    "resting_heart_rate": ((WELL, WELL), (EASE, EASE)),
    "hrv": ((f"Prefer easy movement for some days. {EASE.partition('. ')[2]}",) * 2, (WELL, WELL)),
    "plan_completion": (
        ("Take the hardest item out of the next plan, and keep those that get done.",) * 2,
        (WELL, WELL),
    ),
    "mood": (("Plan one thing you like for each of the next days, however small.",) * 2, (WELL, WELL)),
    "energy": (("Leave a free hour in each of the next days, and keep the nights long enough.",) * 2, (WELL, WELL)),
    "stress": ((WELL, WELL), ("Put one pause of ten minutes into each of the next days, at a fixed moment.",) * 2),
    "free_days_midsleep": (
        ("Keep the hour of waking on work days, and let bedtime follow.", ""),
        ("On free days get up within an hour of the work days, and go out into the light soon after.", ""),
    ),
    "free_days_sleep": (
        ("Leave as much room for sleep on free days as on work days.",) * 2,
        ("Give work nights a quarter of an hour more at a time.",) * 2,
    ),
    "free_days_steps": (
        ("Plan one walk for each free day.",) * 2,
        ("Put one short walk into each work day.",) * 2,
    ),
}
# Where there is nothing to be done but to go on, nothing of ours moves it.
GOES_ON = {WELL, "If you wake rested, keep it as it is.", "If it suits you, keep the new hour."}


def advice_of(subject: str, living: Living, *, rises: bool) -> str:
    """What to do, for somebody who lives so."""
    usual, other = ADVICE[subject][rises]
    return usual if living.has_usual_hours or not other else other
