"""The pytest plugin: profiles for Hypothesis, and the graph of a failing gradient check as a drawing.

pytest loads it in every run where this library is installed, so that it loads nothing more than that: Hypothesis when
one of the profiles is asked for, the drawings when a check fails, and where either is missing it does nothing.

``pytest --hypothesis-profile=autograd-thorough`` tries 1000 examples a test, ``autograd-quick`` 25. Where a gradient
check fails, in whatever test, the error ends with the path of an SVG file that shows the graph of the failing example,
with all its values and gradients. The files are in pytest's cache, or where ``--gradient-graphs=FOLDER`` says.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from .profiles import QUICK, THOROUGH, register
from .report import GradientMismatch

if TYPE_CHECKING:
    import pytest

_FOLDER = "--gradient-graphs"

#: Graphs of more nodes than this are drawn folded, as ``autograd.draw`` says, so that it is a matter of seconds.
_NODES = 150

#: So long are the names of drawings at most, but for what keeps them apart.
_LETTERS = 120


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the folder of the drawings."""
    group = parser.getgroup("autograd", "gradient checks of glassgrad")
    group.addoption(_FOLDER, metavar="FOLDER", help="where the graphs of failing gradient checks are drawn (as SVG)")


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Register the profiles before Hypothesis loads the one that was asked for, which it does a little later."""
    wanted = getattr(early_config.known_args_namespace, "hypothesis_profile", None)
    if wanted in (QUICK, THOROUGH) and find_spec("hypothesis"):
        register()


def pytest_configure() -> None:
    """Register the profiles where Hypothesis has been loaded anyway."""
    if "hypothesis" in sys.modules:
        register()


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Draw the graph of each gradient check that has failed, before the report of the test is written."""
    if call.excinfo is None:
        return
    for mismatch in _mismatches(call.excinfo.value):
        if mismatch.results:
            mismatch.add_note(_drawn(mismatch, item))


def _mismatches(error: BaseException | None) -> Iterator[GradientMismatch]:
    """Find failed gradient checks: an error itself, those of a group, and what they were raised from, or meanwhile."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        error = waiting.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        if isinstance(error, GradientMismatch):
            yield error
        waiting += [
            error.__cause__ if error.__suppress_context__ else error.__context__,
            *getattr(error, "exceptions", ()),
        ]


def _drawn(mismatch: GradientMismatch, item: pytest.Item) -> str:
    """Draw a graph into a file; say where it is, or why there is none."""
    try:
        from ..drawing import draw

        drawing = draw(*mismatch.results, fold_above=_NODES)
        path = drawing.save_as(_folder(item.config) / f"{_name(item)}.svg")
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not hide the failure that is reported
        reason = str(error).partition("\n")[0]
        return f"  graph        not drawn: {reason or type(error).__name__}"
    return f"  graph        {path}"


def _name(item: pytest.Item) -> str:
    """Give each drawing of a run a name of its own: its test's, with a hash where letters are lost, and a count."""
    parameters = item.nodeid.partition("[")[2]
    kept = re.sub(r"[^\w.=-]+", "-", item.nodeid).strip("-")
    is_lossy = len(kept) > _LETTERS or re.search(r"[^\w.=-]", parameters.removesuffix("]"))
    name = f"{kept[-_LETTERS:]}-{crc32(item.nodeid.encode()):08x}" if is_lossy else kept
    drawn: Counter[str] = item.session.__dict__.setdefault("_gradient_graphs", Counter())
    count = drawn[name]
    drawn[name] += 1
    return f"{name}-{count}" if count else name


def _folder(config: pytest.Config) -> Path:
    """Give the folder for the drawings: the one asked for, else in pytest's cache, else a temporary one."""
    asked: str | None = config.getoption(_FOLDER)
    if asked:
        return Path(asked)
    with suppress(AttributeError, OSError):
        return Path(config.cache.mkdir("gradient-graphs"))  # there is no cache where pytest goes without
    return Path(tempfile.gettempdir()) / "gradient-graphs"
