"""Where the throttle is kept: in a small file for all processes of the machine, or in memory for one client alone."""

import fcntl
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID
from zlib import crc32

from hos_pipelines.private_files import private_folder
from hos_pipelines.sahha.errors import MisconfiguredError
from hos_pipelines.sahha.throttle import Throttle

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

Change = Callable[[Throttle], Throttle]

# Magic, boot, the fields of Throttle in their order, checksum.
CONTENT = struct.Struct("<8s16s6dI")
CHECKSUM = struct.Struct("<I")
MAGIC = b"hospace1"
SIZE = CONTENT.size + CHECKSUM.size


class PaceMemory:
    """Keeps the throttle of one client."""

    def __init__(self) -> None:
        self._throttle = Throttle()

    def read(self) -> Throttle:
        """The throttle as it stands."""
        return self._throttle

    def update(self, change: Change) -> Throttle:
        """Changes it, and gives what came of it."""
        self._throttle = change(self._throttle)
        return self._throttle


class PaceFile:
    """Keeps the throttle for every process of this machine, since CLOCK_MONOTONIC is one for all processes of a boot.

    Content of another boot, of another program, torn or damaged counts as none: everyone starts afresh. The file is
    opened for each access, so that a deleted one is replaced for all, and no fork shares its lock.
    """

    def __init__(self, path: Path, boot_id: Path = BOOT_ID) -> None:
        self._path = path
        self._boot = _boot(boot_id)
        self._seen: tuple[bytes, Throttle | None] = b"", None

    def read(self) -> Throttle | None:
        """The throttle as it stands, without a lock; None where only `update` can tell."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            return self._parse(os.pread(descriptor, SIZE, 0))  # mapped memory would kill the reader of a cut file
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def update(self, change: Change) -> Throttle | None:
        """Changes it for everyone, and gives what came of it; None where somebody else is just about it.

        Raises:
            MisconfiguredError: the file cannot be made, read or written.
        """
        try:
            with self._lock() as descriptor:
                return self._change(descriptor, change)
        except BlockingIOError:
            return None
        except OSError as error:
            raise MisconfiguredError(
                f"HOS_HOME: {self._path}, which spaces requests to Sahha out, cannot be written ({error.strerror}); "
                "free it, or name another folder in HOS_HOME."
            ) from error

    @contextmanager
    def _lock(self) -> Iterator[int]:
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield descriptor
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing alone would leave it to a process forked meanwhile
            os.close(descriptor)

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            return os.open(self._path, flags, 0o600)
        except FileNotFoundError:
            private_folder(self._path.parent)
            return os.open(self._path, flags, 0o600)

    def _change(self, descriptor: int, change: Change) -> Throttle:
        kept = self._parse(os.pread(descriptor, SIZE, 0))
        changed = change(kept or Throttle())
        if changed != kept:
            os.pwrite(descriptor, self._content(changed), 0)
        return changed

    def _parse(self, content: bytes) -> Throttle | None:
        seen, throttle = self._seen
        if content != seen:
            throttle = _throttle(content, self._boot)
            self._seen = content, throttle
        return throttle

    def _content(self, throttle: Throttle) -> bytes:
        content = CONTENT.pack(
            MAGIC,
            self._boot,
            throttle.last_turn,
            throttle.spacing_s,
            throttle.learned_s,
            throttle.hold_until,
            throttle.epoch_end,
            throttle.eased_at,
            throttle.good_answers,
        )
        return content + CHECKSUM.pack(crc32(content))


def _throttle(content: bytes, boot: bytes) -> Throttle | None:
    if len(content) != SIZE or CHECKSUM.unpack_from(content, CONTENT.size) != (crc32(content[: CONTENT.size]),):
        return None
    magic, its_boot, *fields = CONTENT.unpack_from(content)
    return Throttle(*fields) if (magic, its_boot) == (MAGIC, boot) else None


def _boot(boot_id: Path) -> bytes:
    """Which start of the machine this is; the same for all where the system does not say."""
    try:
        return UUID(boot_id.read_text().strip()).bytes
    except (OSError, ValueError):
        return bytes(16)
