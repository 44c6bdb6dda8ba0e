"""Commands that people are pointed to, in sentences and in metadata: they work as they are pasted.

Sentences write them as `hos …` between backticks; whoever shows a sentence puts in how hos is called here.
"""

import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

HOS = "hos"
POINTER = re.compile(r"`hos(?= )")


def command(name: str, *operands: str, options: Sequence[str] = ()) -> str:
    """`hos NAME OPTIONS OPERANDS`, quoted for a shell; operands that begin with a dash are not taken for options."""
    dashed = ["--"] if any(one.startswith("-") for one in operands) else []
    return shlex.join([HOS, name, *options, *dashed, *operands])


def pointer(program: str | None, of_hos: str) -> str:
    """A command for whoever pastes it on this machine, whichever process says it."""
    return f"{program or installed_program()} {of_hos.removeprefix(f'{HOS} ')}"


def with_program(text: str, program: str) -> str:
    """The sentence with its commands as they are called by `program`."""
    return POINTER.sub(lambda _: f"`{program}", text)


def invoked_program() -> str:
    """How this process was called, where it is hos; `hos` where that is found under its name alone, or by any other."""
    called = sys.argv[0]
    if Path(called).name == "main.py" and Path(called).parent.name == "cli":
        return f"{shlex.quote(sys.executable)} -m hos_pipelines.cli.main"
    if Path(called).name != HOS or _is_found(Path(called)):
        return HOS
    return shlex.quote(called)


def installed_program() -> str:
    """How hos is called from any folder: by its name where that is found, else by its path beside this Python."""
    beside = Path(sys.executable).with_name(HOS)
    return HOS if _is_found(beside) or not beside.exists() else shlex.quote(str(beside))


def _is_found(program: Path) -> bool:
    found = shutil.which(HOS)
    return found is not None and program.exists() and Path(found).samefile(program)
