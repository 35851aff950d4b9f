"""Files that are written whole or not at all."""

from __future__ import annotations

import glob
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

#: How a file ends that is not whole yet.
_PART = ".part"


def write_whole(caller: str, path: str | os.PathLike[str], content: bytes) -> None:
    """Put a file in its place once all of it is on the disk; who reads or is interrupted meets the old one or the new.

    Raises ``OSError``, that of the system with what it means for the file: a folder that is missing or not writable, a
    full disk. The old file is then as it was, and nothing else is left behind. What a writing of the same file has left
    that was killed is removed.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}{_PART}")
    try:
        file = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    except OSError as error:
        raise _explained(error, caller, target) from error
    try:
        with os.fdopen(file, "wb") as opened:
            with suppress(OSError):  # not every disk has locks
                _hold(file)
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        _keep_permissions(part, target)
        part.replace(target)
    except BaseException as error:
        with suppress(OSError):
            part.unlink()
        if isinstance(error, OSError):
            raise _explained(error, caller, target) from error
        raise
    _settle(target.parent)
    sweep(target)


def sweep(path: str | os.PathLike[str]) -> None:
    """Remove what is left of writings of a file that were killed; what is being written stays."""
    target = Path(os.path.realpath(path))
    for part in target.parent.glob(f".{glob.escape(target.name)}.*{_PART}"):
        with suppress(OSError):
            if sys.platform != "win32":  # there, what somebody has open cannot be removed
                with part.open("rb") as opened:
                    _hold(opened.fileno())
            part.unlink()


def _hold(file: int) -> None:
    """Lock a file until it is closed, or the process ends. Raises ``OSError`` if another one has it."""
    if sys.platform != "win32":
        from fcntl import LOCK_EX, LOCK_NB, flock

        flock(file, LOCK_EX | LOCK_NB)


def _explained(error: OSError, caller: str, target: Path) -> OSError:
    state = "the file that was there is as it was" if target.exists() else "there is no such file still"
    return type(error)(error.errno, f"{caller}: cannot write {target}: {error.strerror or error}; {state}")


def _keep_permissions(part: Path, target: Path) -> None:
    """Give a new file the permissions of the old one, if there was one."""
    with suppress(OSError):
        part.chmod(target.stat().st_mode & 0o777)


def _settle(folder: Path) -> None:
    """Have the disk hold the new name of a file, where the system can be asked for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
