"""The tasks a routine plan is chosen from, as a library holds them: what to do, for whom it fits, and why.

Fits are 0 to 1 by archetype and by mode of the day. Grades: A meta-analysis or trial, B single study, C guideline,
D ours; a star says that the source was not read again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hos_pipelines.domain.guidance.library_file import Entry, LibraryFile, check_single, table_entries

ARCHETYPES = {
    "fb": "Foundation Builder",
    "ts": "Transformation Seeker",
    "si": "Systematic Improver",
    "pp": "Peak Performer",
    "rr": "Resilience Rebuilder",
    "ce": "Connected Explorer",
}
MODES = ("low", "medium", "high")
TASK_TYPES = ("exercise", "nutrition", "work", "focus", "recovery", "wellness", "social")
CATEGORIES = ("nutrition", "exercise", "hydration", "recovery", "movement", "mindfulness", "sleep", "social", "focus")
DIFFICULTIES = ("easy", "moderate", "hard")
TIMES_OF_DAY = ("any", "morning", "afternoon", "evening")
BLOCKS = ("any", "morning", "peak", "midday", "evening", "winddown")
INTENSITIES = ("none", "light", "moderate", "vigorous")
ROLES = ("counted", "frame")
GRADES = ("A", "B", "C", "D", "A*", "B*", "C*")
# Flags and restrictions a person can state, and what only a questionnaire or a journal could tell.
STATED = (
    *("injury", "pregnancy", "fluid_limit", "heart_failure", "kidney_disease", "liver_disease", "pku"),
    *("eating_disorder", "diabetes_on_medicine", "cancer_treatment", "coeliac", "gluten", "gluten_free", "wheat"),
    *("low_fodmap", "no_caffeine", "mao_inhibitor", "blood_thinner"),
)
NOT_ASKED = (
    *("age_65_untrained", "chest_symptoms", "driving_drowsy", "earliest_type", "eye_condition"),
    *("fall_risk_unsupervised",),
    *("heat_intolerance", "insomnia_complaint", "low_residue_diet", "night_shift", "onset_latency_long"),
    *("photosensitising", "reflux_on_advice", "respiratory_disease", "shift_work", "sleep_debt_high", "trauma_flag"),
)
CONTRAINDICATIONS = frozenset({*STATED, *NOT_ASKED})
COLUMNS = (
    *("id", "task_type", "category", "name", "duration_min", "difficulty", "time_of_day", "block", "intensity"),
    *(f"fit_{short}" for short in ARCHETYPES),
    *(f"mode_{mode}" for mode in MODES),
    *("rotation_group", "role", "end_before_bed_min", "contraindications", "needs"),
    *("what", "why", "evidence", "grade"),
)
LONGEST_MINUTES, LONGEST_BEFORE_BED = 120, 720


@dataclass(frozen=True, slots=True)
class Task:
    """One task; `fits` by archetype and `modes` by low, medium, high readiness, `needs` what has to be there for it."""

    id: str
    task_type: str
    category: str
    name: str
    minutes: int
    difficulty: str
    time_of_day: str
    block: str
    intensity: str
    fits: Mapping[str, float]
    modes: Mapping[str, float]
    rotation_group: str
    role: str
    end_before_bed_minutes: int | None
    contraindications: tuple[str, ...]
    needs: str
    what: str
    why: str
    evidence: str
    grade: str


@dataclass(frozen=True, slots=True)
class TaskLibrary:
    """All tasks by id, in the order of their file, under its version."""

    version: str
    tasks: Mapping[str, Task]


def parse_tasks(file: LibraryFile) -> TaskLibrary:
    """The library that a file holds.

    Raises:
        LibraryFaultError: an entry is incomplete or names something unknown, such as a task without a category.
    """
    entries = table_entries(file, COLUMNS, "id")
    check_single(entries, ["id"])
    check_single(entries, ["name"])
    tasks = [_task(entry) for entry in entries]
    return TaskLibrary(file.version, {task.id: task for task in tasks})


def _task(entry: Entry) -> Task:
    minutes_before_bed = entry.optional_decimal("end_before_bed_min", 0, LONGEST_BEFORE_BED)
    return Task(
        id=entry.identifier("id"),
        task_type=entry.choice("task_type", TASK_TYPES),
        category=entry.choice("category", CATEGORIES),
        name=entry.text("name"),
        minutes=entry.whole("duration_min", 1, LONGEST_MINUTES),
        difficulty=entry.choice("difficulty", DIFFICULTIES),
        time_of_day=entry.choice("time_of_day", TIMES_OF_DAY),
        block=entry.choice("block", BLOCKS),
        intensity=entry.choice("intensity", INTENSITIES),
        fits={name: float(entry.decimal(f"fit_{short}", 0, 1)) for short, name in ARCHETYPES.items()},
        modes={mode: float(entry.decimal(f"mode_{mode}", 0, 1)) for mode in MODES},
        rotation_group=entry.identifier("rotation_group"),
        role=entry.choice("role", ROLES),
        end_before_bed_minutes=None if minutes_before_bed is None else int(minutes_before_bed),
        contraindications=entry.words("contraindications", CONTRAINDICATIONS, separator="|"),
        needs=entry.text("needs", may_be_empty=True),
        what=entry.text("what"),
        why=entry.text("why"),
        evidence=entry.text("evidence"),
        grade=entry.choice("grade", GRADES),
    )
