"""Files that are written whole or not at all."""

from __future__ import annotations

import glob
import os
import secrets
from contextlib import suppress
from pathlib import Path

#: How a file ends that is not whole yet.
_PART = ".part"


def write_whole(caller: str, path: str | os.PathLike[str], content: bytes) -> None:
    """Put a file in its place once all of it is on the disk; who reads or is interrupted meets the old one or the new.

    Raises ``OSError``, that of the system with what it means for the file: a folder that is missing or not writable, a
    full disk. The old file is then as it was, and nothing else is left behind.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}{_PART}")
    try:
        file = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    except OSError as error:
        raise _explained(error, caller, target) from error
    try:
        with os.fdopen(file, "wb") as opened:
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


def sweep(path: str | os.PathLike[str]) -> None:
    """Remove what is left of writings of a file that were killed. Nobody must be writing it at the moment."""
    target = Path(os.path.realpath(path))
    for part in target.parent.glob(f".{glob.escape(target.name)}.*{_PART}"):
        with suppress(OSError):
            part.unlink()


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
