"""Which function of another library asked for a plain array: what an error names, and what to write in its place."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterator
from itertools import accumulate
from types import FrameType

from .source_lines import is_of_these_packages

#: Where libraries are installed.
_INSTALLED = re.compile(r"[/\\](site|dist)-packages[/\\]")

#: Namespaces of SciPy whose functions have counterparts of the same names in those of this package.
_SHARED = ("fft", "linalg", "special")

#: What SciPy asks for when it is imported, and so do libraries that use it, to take other arrays than NumPy's.
_SWITCH = "with SCIPY_ARRAY_API=1 in the environment from the start"


def asking() -> str | None:
    """Give the name of the public function of another library that the program called, and that asks here.

    ``"scipy.special.polygamma"``, say, or ``"np.mean"``; ``None`` if the program asks by itself.
    """
    names = [name for frame in _of_one_library() if (name := _public_name(frame)) is not None]
    return re.sub("^numpy", "np", names[-1]) if names else None


def ways_out(function: str | None) -> str:
    """Say what to write in place of a call, of the function of that name, that would lose the gradient of a Tensor.

    >>> ways_out("np.mean")
    'np.stack makes one Tensor of several; t.detach(), or t.data, says that the gradient is not wanted'
    """
    library, *inner = (function or "np").split(".")
    ways = []
    if library == "np":
        ways.append("np.stack makes one Tensor of several")
    elif library == "scipy" and (counterpart := _counterpart(inner)) is not None:
        ways.append(f"{counterpart} takes Tensors")
    if library == "scipy" and os.environ.get("SCIPY_ARRAY_API") != "1":
        ways.append(f"{_SWITCH}, much of scipy takes Tensors")
    elif library == "sklearn":
        ways.append(f"{_SWITCH}, and sklearn.config_context(array_api_dispatch=True), much of sklearn takes Tensors")
    return "; ".join([*ways, "t.detach(), or t.data, says that the gradient is not wanted"])


def _of_one_library() -> Iterator[FrameType]:
    """Give the frames of the library that asks, of NumPy at first if that asks for it; none if it is not installed."""
    frame: FrameType | None = sys._getframe(1)
    library = "numpy"
    while frame is not None:
        module = _module(frame).partition(".")[0]
        if library == "numpy" and _INSTALLED.search(frame.f_code.co_filename) and not is_of_these_packages(frame):
            library = module
        if module == library:
            yield frame
        elif module not in sys.stdlib_module_names and not is_of_these_packages(frame):
            return
        frame = frame.f_back


def _module(frame: FrameType) -> str:
    name: str = frame.f_globals.get("__name__", "")
    return name


def _public_name(frame: FrameType) -> str | None:
    """Give the name by which users know the function of a frame: that of the first module which has it, and its own."""
    name = frame.f_code.co_qualname
    outermost = name.partition(".")[0]
    for path in accumulate(_module(frame).split("."), "{}.{}".format):
        is_private = re.search(r"(^|\.)_|<", f"{path}.{name}")  # or inside of a function
        if not is_private and callable(getattr(sys.modules.get(path), outermost, None)):
            return f"{path}.{name}"
    return None


def _counterpart(inner: list[str]) -> str | None:
    """Give the name of this package's function for that of a function of SciPy."""
    if len(inner) != 2 or inner[0] not in _SHARED:
        return None
    namespace = importlib.import_module(f".{inner[0]}", __package__)
    return ".".join([namespace.__name__, inner[1]]) if inner[1] in namespace.__all__ else None
