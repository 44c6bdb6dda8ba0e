"""The file that processes share their pace through: what it survives, and what it refuses."""

import fcntl
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.sahha.errors import MisconfiguredError
from hos_pipelines.sahha.pace_store import SIZE, PaceFile
from hos_pipelines.sahha.throttle import Throttle

COUNTING = """
import sys
from dataclasses import replace
from pathlib import Path
from hos_pipelines.sahha.pace_store import PaceFile

file, done = PaceFile(Path(sys.argv[1])), 0
sys.stdin.read()
while done < 1000:
    done += file.update(lambda kept: replace(kept, good_answers=kept.good_answers + 1)) is not None
"""

SLOWED = Throttle(1000.0, 1.0, 0.5, 1020.0, 1020.0, 1020.0, 7)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "sahha.pace"


def _keep(throttle: Throttle, file: PaceFile) -> None:
    assert file.update(lambda _: throttle) == throttle


def test_a_change_is_seen_by_everyone_who_names_the_file(path: Path) -> None:
    one, other = PaceFile(path), PaceFile(path)
    _keep(SLOWED, one)
    assert (one.read(), other.read()) == (SLOWED, SLOWED)
    _keep(Throttle(), other)
    assert (one.read(), other.read()) == (Throttle(), Throttle())


def test_the_file_is_made_with_its_folder_for_this_user_alone(path: Path) -> None:
    assert PaceFile(path).read() is None
    _keep(SLOWED, PaceFile(path))
    assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, SIZE)


def test_a_deleted_file_is_made_again_for_everyone(path: Path) -> None:
    one, other = PaceFile(path), PaceFile(path)
    _keep(SLOWED, one)
    path.unlink()
    assert one.read() is None
    _keep(SLOWED, other)
    assert one.read() == SLOWED


def test_nothing_is_written_where_nothing_changes(path: Path) -> None:
    _keep(SLOWED, PaceFile(path))
    os.utime(path, ns=(0, 0))
    _keep(SLOWED, PaceFile(path))
    assert path.stat().st_mtime_ns == 0


def _assert_starts_afresh(path: Path) -> None:
    assert PaceFile(path).read() is None
    assert PaceFile(path).update(lambda kept: kept) == Throttle()
    assert PaceFile(path).read() == Throttle()


@given(st.binary(max_size=3 * SIZE))
def test_content_that_is_none_counts_as_nothing_known(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("pace") / "sahha.pace"
    path.write_bytes(content)
    _assert_starts_afresh(path)


@given(st.integers(0, SIZE - 1), st.integers(1, 255), st.booleans())
def test_torn_or_damaged_content_counts_as_nothing_known(
    tmp_path_factory: pytest.TempPathFactory, at: int, damage: int, is_cut: bool
) -> None:
    path = tmp_path_factory.mktemp("pace") / "sahha.pace"
    _keep(SLOWED, PaceFile(path))
    content = bytearray(path.read_bytes())
    content[at] ^= damage
    path.write_bytes(content[:at] if is_cut else content)
    _assert_starts_afresh(path)


def test_the_content_of_another_boot_counts_as_nothing_known(path: Path, tmp_path: Path) -> None:
    boot = tmp_path / "boot_id"
    boot.write_text(f"{uuid4()}\n")
    _keep(SLOWED, PaceFile(path, boot))
    assert PaceFile(path, boot).read() == SLOWED
    boot.write_text(f"{uuid4()}\n")
    assert PaceFile(path, boot).read() is None
    assert PaceFile(path, boot).update(lambda kept: kept) == Throttle()


@pytest.mark.parametrize("content", [None, "", "no boot id"])
def test_without_a_boot_id_the_file_is_shared_all_the_same(path: Path, tmp_path: Path, content: str | None) -> None:
    boot = tmp_path / "boot_id"
    if content is not None:
        boot.write_text(content)
    _keep(SLOWED, PaceFile(path, boot))
    assert PaceFile(path, boot).read() == SLOWED


def test_a_locked_file_can_be_read_and_is_changed_once_it_is_free(path: Path) -> None:
    file = PaceFile(path)
    _keep(SLOWED, file)
    with path.open() as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert file.update(lambda _: Throttle()) is None
        assert file.read() == SLOWED
    _keep(Throttle(), file)


def test_no_change_is_lost_between_processes(path: Path) -> None:
    command = [sys.executable, "-c", COUNTING, str(path)]
    with ExitStack() as stack:
        counters = [stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE)) for _ in range(4)]
        for counter in counters:
            assert counter.stdin is not None
            counter.stdin.close()
    kept = PaceFile(path).read()
    assert kept is not None
    assert kept.good_answers == 4 * 1000


def test_a_process_forked_in_the_middle_of_a_change_does_not_keep_the_lock(path: Path) -> None:
    """The copy of the descriptor stands for what a forked process would hold on to."""
    copies = []

    def fork(kept: Throttle) -> Throttle:
        (open_now,) = [int(one.name) for one in Path("/proc/self/fd").iterdir() if one.resolve() == path]
        copies.append(os.dup(open_now))
        return kept

    PaceFile(path).update(fork)
    _keep(SLOWED, PaceFile(path))
    os.close(copies.pop())


def test_a_path_that_cannot_be_a_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError) as refusal:
        PaceFile(tmp_path).update(lambda kept: kept)
    assert str(refusal.value) == (
        f"HOS_HOME: {tmp_path}, which spaces requests to Sahha out, cannot be written (Is a directory); free it, or "
        "name another folder in HOS_HOME."
    )
    assert PaceFile(tmp_path).read() is None


@pytest.mark.parametrize("kind", ["pipe", "below a file"])
def test_no_odd_path_hangs_or_passes_silently(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "sahha.pace"
    os.mkfifo(path) if kind == "pipe" else path.touch()
    odd = PaceFile(path if kind == "pipe" else path / "sahha.pace")
    assert odd.read() is None
    with pytest.raises(MisconfiguredError, match=r"^HOS_HOME: .*cannot be written"):
        odd.update(lambda kept: kept)
