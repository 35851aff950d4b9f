"""Peers in processes of their own, with an environment of their own; HIPS autograd's import name is ours, too.

The seconds are taken inside the worker, so that nothing of the talk with it is timed. While our side runs, the worker
waits for a line and uses no processor.
"""

from __future__ import annotations

import json
import subprocess
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.agreement import Floats
from benchmarks.libraries import HIPS, JAX, JAX_JIT, MissingPeerError
from benchmarks.timing import REST_SECONDS, UNTIMED_REPETITIONS

ENVIRONMENT: Final = Path(__file__).resolve().parents[1] / ".venv-peers"

_PEERS: Final = Path(__file__).resolve().parent / "peers"
FILES: Final[Mapping[str, Path]] = {
    HIPS: _PEERS / "hips_derivatives.py",
    JAX: _PEERS / "jax_derivatives.py",
    JAX_JIT: _PEERS / "jax_derivatives.py",
}
"""Where the builders of each peer are."""


class Worker:
    """A process that does a peer's work, from its making until it is dropped."""

    def __init__(self, python: Path = ENVIRONMENT / "bin" / "python") -> None:
        if not python.exists():
            raise MissingPeerError(f"there is no {python}, which `make bench` makes")
        # Isolated (-I): neither the working directory nor PYTHONPATH can lead to our package of the same name.
        command = [str(python), "-I", str(_PEERS / "worker.py")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        weakref.finalize(self, _end, self._process)

    def prepare(self, peer: str, case: str, arrays: Sequence[npt.NDArray[Any]], file: Path) -> Floats:
        """Make a peer's side of a case ready, by its builder in a file, and give the numbers of its result.

        Raises `MissingPeerError` where a library is not installed.
        """
        request = {"file": str(file), "peer": peer, "case": case, "arrays": [array.tolist() for array in arrays]}
        return np.array(self._ask({"prepare": request})["values"])

    def sample(self, repetitions: int) -> float:
        """Do the work so many times, and give the seconds that all of them took together; a `Sampler`."""
        request = {"repetitions": repetitions, "untimed": UNTIMED_REPETITIONS, "rest": REST_SECONDS}
        return float(self._ask({"run": request})["seconds"])

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request, and wait for the answer."""
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None  # noqa: S101 - both are pipes
        assert answers is not None  # noqa: S101
        with suppress(BrokenPipeError):  # it ended; there will be no answer either
            print(json.dumps(request), file=requests, flush=True)
        line = answers.readline()
        if not line:
            raise RuntimeError(f"the worker ended, with exit code {self._process.wait()}, instead of answering")
        answer: dict[str, Any] = json.loads(line)
        if "missing" in answer:
            raise MissingPeerError(f"it is not installed in {ENVIRONMENT.name} ({answer['missing']})")
        if "failed" in answer:
            raise RuntimeError(f"the worker failed:\n{answer['failed']}")
        return answer


def _end(process: subprocess.Popen[str]) -> None:
    """End a process that waits for requests: there will be none."""
    process.communicate()
