"""What an import costs, in fresh interpreters."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.cases.base import Bar, Case
from benchmarks.timing import Sampler

ROOT: Final = Path(__file__).resolve().parents[2]

# Prints the seconds that the statement took.
_SCRIPT: Final = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


@dataclass(frozen=True)
class ImportCase(Case):
    """Our import beside that of other packages; the time of the statement itself, without the start of Python."""

    name: str
    work: str
    modules: Mapping[str, str]
    bars: Mapping[str, Bar] = field(default_factory=dict)
    operations: int = 1
    repeatable: bool = False

    @property
    def peers(self) -> tuple[str, ...]:
        """The packages to compare with."""
        return tuple(self.modules)

    def prepare(self, peer: str) -> tuple[Sampler, Sampler]:
        """Import both once, so that their bytecode is written and their files are cached."""
        samplers = _importing("autograd"), _importing(self.modules[peer])
        for sample in samplers:
            sample(1)
        return samplers


def _importing(module: str) -> Sampler:
    """Sample the import of a module, a fresh interpreter for each."""
    command = [sys.executable, "-c", _SCRIPT.format(module)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def sample(repetitions: int) -> float:
        seconds = 0.0
        for _ in range(repetitions):
            run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            if run.returncode:
                raise ImportError(f"import {module} failed:\n{run.stderr}")
            seconds += float(run.stdout)
        return seconds

    return sample


IMPORT: Final = ImportCase(
    name="import",
    work="import autograd in a fresh interpreter, beside import numpy",
    modules={"NumPy": "numpy"},
    bars={"NumPy": Bar(0.040, "difference")},
)
