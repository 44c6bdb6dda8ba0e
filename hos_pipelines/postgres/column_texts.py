"""What the columns of a table mean, as the comments of the schema's steps say it; read without a database, once."""

import re
from functools import lru_cache

from hos_pipelines.postgres.step_files import STEPS

COMMENT = re.compile(r"COMMENT ON COLUMN (\w+)\.(\w+) IS\s+'((?:[^']|'')*)'((?:\s+'(?:[^']|'')*')*)\s*;")
PIECE = re.compile(r"'((?:[^']|'')*)'")


@lru_cache(maxsize=1)
def column_texts() -> dict[tuple[str, str], str]:
    """The comment of each column, by table and column; a later step overrules an earlier one."""
    texts = {}
    for step in sorted(STEPS.glob("*.sql")):
        if step.name.endswith(".rollback.sql"):
            continue
        for table, column, first, more in COMMENT.findall(step.read_text(encoding="utf-8")):
            whole = first + "".join(PIECE.findall(more))
            texts[table, column] = whole.replace("''", "'")
    return texts
