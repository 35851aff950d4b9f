"""Lines of the user's program: where an operation was recorded, and what is written there."""

from __future__ import annotations

import os
import re
import sys
from types import FrameType
from typing import Any, NamedTuple

_ROOT = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib would be the slowest import here
_OWN_FOLDERS = tuple(os.path.join(_ROOT, package, "") for package in ("autograd", "nn", "optim"))  # noqa: PTH118

_TRANSFORMS = tuple(os.path.join(_ROOT, "autograd", part) for part in ("transforms", "walk.py"))  # noqa: PTH118

#: What IPython calls the code of a cell, with the cell's number, and where its kernel for notebooks has a copy of one.
_NUMBERED = r"<ipython-input-(\d+)-\w+>"
_COPIED = r".*[/\\]ipykernel_\d+[/\\]\w+\.py"


class SourceLine(NamedTuple):
    """A line of a program. ``str`` gives ``file:number``, the file as seen from the working directory.

    >>> str(SourceLine("/elsewhere/model.py", 3)), str(SourceLine("<ipython-input-5-0a1b2c>", 3))
    ('/elsewhere/model.py:3', 'cell 5, line 3')
    """

    file: str
    number: int

    def __str__(self) -> str:
        cell = _cell(self.file)
        return f"{_short(self.file)}:{self.number}" if cell is None else f"{cell}, line {self.number}"

    def text(self) -> str:
        """Give what is written there; nothing if that is not known."""
        import linecache

        return linecache.getline(self.file, self.number).strip()


def line_of_user() -> SourceLine | None:
    """Where the innermost frame outside these packages is."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_of_these_packages(frame):
        frame = frame.f_back
    return None if frame is None else SourceLine(frame.f_code.co_filename, frame.f_lineno)


def called(kind: type) -> str | None:
    """Give the name of the function of these packages, or of the method of a class, that the user's program called.

    That is the outermost one that is public, or one of Python's own, as ``float``. ``None`` if there is none between
    the program, or a transform that has called it, and the transform that asks.
    """
    name: str | None = None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_TRANSFORMS):
        frame = frame.f_back
    while frame is not None and _is_between(frame):
        given = frame.f_code.co_name
        is_method = any(given in vars(base) for base in kind.__mro__) and not given.startswith("__array_")
        if is_method or (given in frame.f_globals and not given.startswith("_")):
            name = given
        frame = frame.f_back
    return None if name is None else name.strip("_")


def is_of_these_packages(frame: FrameType) -> bool:
    """Tell whether a function of ``autograd``, ``nn`` or ``optim`` runs in a frame."""
    return frame.f_code.co_filename.startswith(_OWN_FOLDERS)


def _is_between(frame: FrameType) -> bool:
    return is_of_these_packages(frame) and not frame.f_code.co_filename.startswith(_TRANSFORMS)


def _short(file: str) -> str:
    here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118
    return file.removeprefix(here)


def _cell(file: str) -> str | None:
    """The cell of a notebook that a file stands for; ``None`` if it is a file."""
    numbered = re.fullmatch(_NUMBERED, file)
    if numbered:
        return f"cell {numbered[1]}"
    known = re.search(r"\d+", _named_by_ipython(file))
    if known:
        return f"cell {known[0]}"
    return "a cell" if re.fullmatch(_COPIED, file) else None


def _named_by_ipython(file: str) -> str:
    """What the running IPython calls a file that it made of a cell, as in ``In[5]``; nothing if it made none."""
    ipython = sys.modules.get("IPython")
    shell: Any = None if ipython is None else ipython.get_ipython()
    name_of = getattr(getattr(shell, "compile", None), "format_code_name", None)  # from IPython 8 on
    label_and_name = None if name_of is None else name_of(file)
    return "" if label_and_name is None else str(label_and_name[1])
