"""Where the project lies around the package, and where its data lies unless something else is said."""

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[1]
IS_CHECKOUT = (PROJECT_ROOT / "workspace.yaml").is_file()  # not where the package is installed without its project


def own_folder() -> Path:
    """Where `.env` and `.hos` lie unless something else is said: the checkout, else the working directory."""
    return PROJECT_ROOT if IS_CHECKOUT else Path.cwd()
