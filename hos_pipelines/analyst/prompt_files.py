"""The prompts of one version as they lie in its folder. Knows no numpy: code versions of assets are made from it."""

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

PROMPT_VERSION = "4"
ROOT = Path(__file__).parent / "prompts"
ANY = "any"


class PromptFiles(NamedTuple):
    """The texts of a version, and a digest of all its files."""

    system: str
    facts: str
    repair: str
    voices: dict[str, str]
    aims: dict[str, str]
    digest: str


@lru_cache(maxsize=4)
def prompt_files(version: str = PROMPT_VERSION) -> PromptFiles:
    """The files of a version, read once."""
    folder = ROOT / f"v{version}"
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if path.is_file()}
    words = tomllib.loads(texts["voices.toml"])
    digest = hashlib.sha256("\0".join(f"{name}\0{text}" for name, text in texts.items()).encode()).hexdigest()
    return PromptFiles(
        texts["system.md.jinja"],
        texts["facts.md.jinja"],
        texts["repair.md.jinja"],
        words["voices"],
        words["aims"],
        digest,
    )
