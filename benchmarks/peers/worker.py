"""The program that does a peer's work in the peer's own environment; it imports nothing of ours.

Each line that it reads is a request in JSON, and each gets one line in answer:

- ``{"prepare": {"file": ..., "peer": ..., "case": ..., "arrays": [...]}}`` builds the work and does it once;
  ``{"values": [...]}`` are the numbers of its result
- ``{"run": {"repetitions": ..., "untimed": ..., "rest": ...}}`` does the work so many times; ``{"seconds": ...}`` are
  taken in here, so that the way of the lines is not part of them
- ``{"missing": ...}`` answers that a library is not installed, ``{"failed": ...}`` is a traceback
"""

from __future__ import annotations

import gc
import json
import runpy
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


class Side:
    """One peer's side of a case: the work, once it is prepared."""

    def __init__(self) -> None:
        self._function: Callable[..., Any]
        self._operands: tuple[Any, ...]

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what is asked, or say why not."""
        try:
            if "prepare" in request:
                return {"values": self._prepare(**request["prepare"])}
            return {"seconds": self._run(**request["run"])}
        except ModuleNotFoundError as error:
            return {"missing": str(error)}
        except Exception:  # noqa: BLE001 - whatever it is, the other end of the pipe reports it
            return {"failed": traceback.format_exc()}

    def _prepare(self, file: str, peer: str, case: str, arrays: list[Any]) -> list[float]:
        build = runpy.run_path(file)["BUILDERS"][peer][case]
        self._function, self._operands = build(*map(np.array, arrays))
        result = self._function(*self._operands)
        gc.collect()
        gc.freeze()
        return _flat(result)

    def _run(self, repetitions: int, untimed: int, rest: float) -> float:
        """Do the work so many times, the very way in which `benchmarks.timing.sampler` does ours."""
        function, operands = self._function, self._operands
        gc.collect()
        time.sleep(rest)
        for _ in range(untimed):
            function(*operands)
        start = time.perf_counter()
        for _ in range(repetitions):
            function(*operands)
        return time.perf_counter() - start


def _flat(result: Any) -> list[float]:
    """Give the numbers of an array, or of nested lists and tuples of arrays."""
    if isinstance(result, list | tuple):
        return [number for part in result for number in _flat(part)]
    return list(map(float, np.ravel(result)))


def main() -> None:
    """Answer requests until there are no more; what libraries print goes to stderr, where it disturbs no answer."""
    answers, sys.stdout = sys.stdout, sys.stderr
    side = Side()
    for line in sys.stdin:
        print(json.dumps(side.answer(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
