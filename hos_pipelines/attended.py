"""Runs a program of this environment for as long as another process lives: PIPE [KEPT…] -- NAME [ARGUMENT…].

No part of the command `hos`: its signals are the program's own.

PIPE is the read end of a pipe whose other end that process holds; the kernel closes it with the process, however that
ends. What else is kept open, such as a lock, is closed with this process and not handed on to those it starts.
"""

import os
import signal
import sys
from importlib.metadata import entry_points
from threading import Thread
from time import sleep

END_WITHIN_S = 3


def main() -> None:
    """Ends as by Ctrl-C when the pipe does, and by force where that does not help."""
    place = sys.argv.index("--")
    kept = [int(number) for number in sys.argv[1:place]]
    for descriptor in kept:
        os.set_inheritable(descriptor, False)
    name, *arguments = sys.argv[place + 1 :]
    Thread(target=_end_with, args=(kept[0],), daemon=True).start()
    (program,) = entry_points(group="console_scripts", name=name)
    sys.argv = [name, *arguments]
    sys.exit(program.load()())


def _end_with(pipe: int) -> None:
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGINT)
    sleep(END_WITHIN_S)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
