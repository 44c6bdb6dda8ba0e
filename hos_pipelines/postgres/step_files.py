"""The steps of the schema as the files of `sql/` name them; what runs them is imported by who migrates."""

from pathlib import Path

STEPS = Path(__file__).resolve().parents[1] / "sql"
UNDOES = ".rollback"


def step_names() -> list[str]:
    """The steps of this code, oldest first."""
    return sorted(path.stem for path in STEPS.glob("*.sql") if not path.stem.endswith(UNDOES))
