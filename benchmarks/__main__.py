"""Run the benchmarks: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks import machine
from benchmarks.agreement import DisagreementError
from benchmarks.cases import CASES
from benchmarks.cases.base import Case, StepCase
from benchmarks.cases.derivatives import DerivativeCase
from benchmarks.libraries import OURS, MissingPeerError
from benchmarks.report import Outcome, table, unmeasured, write_json
from benchmarks.timing import SAMPLE_SECONDS, interleave

_METHOD: Final = """\
Each round times ours and the peer's one right after the other, in alternating order; "ours / peer's" is the median
of the rounds' ratios (for "import", of their differences), and half of the rounds lie between the quartiles. Each
sample begins with the same weights; that both sides compute the same was seen before anything was timed. The garbage
collector is on; what had been loaded before is frozen. PyTorch runs eagerly. HIPS autograd and JAX run in a process of
their own, which takes their seconds itself. All have their default numbers of threads."""


_PROFILED_REPETITIONS: Final = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for, and give the exit code."""
    options = _parse(arguments)
    if options.profile:
        return _profile(options.only)
    facts = machine.facts()
    print("\n".join(f"{title:10} {fact}" for title, fact in facts.items()), flush=True)
    start = time.perf_counter()
    outcomes = list(_outcomes(options.only, options.rounds))
    _progress("")
    print(f"\n{table(outcomes)}\n\n{_METHOD}")
    print(f"{options.rounds} rounds, {time.perf_counter() - start:.0f} seconds in all.")
    if missing := unmeasured(outcomes):
        print(f"Bars that were not measured: {missing}.")
    if options.json:
        write_json(options.json, outcomes, facts)
    return int(any(_is_bad(outcome, strict=options.strict) for outcome in outcomes))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The same work, ours and our peers'.")
    names = list(CASES)
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="CASE", help=_case_list())
    parser.add_argument("--rounds", type=_positive, default=41, help="how many pairs to time for each case (41)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every timing to this file")
    parser.add_argument("--strict", action="store_true", help="exit with 1 unless every bar was measured and met")
    parser.add_argument("--profile", action="store_true", help="show where our side spends its time, instead of timing")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one round")
    return number


def _case_list() -> str:
    return "run only these: " + "; ".join(f"{case.name} ({case.work})" for case in CASES.values())


def _outcomes(names: Sequence[str], rounds: int) -> Iterator[Outcome]:
    """Time the cases of these names against all of their peers."""
    for name in names:
        for peer in CASES[name].peers:
            yield _time(CASES[name], peer, rounds)


def _time(case: Case, peer: str, rounds: int) -> Outcome:
    """Time a case against a peer, or say why not."""
    title = f"{case.name} beside {peer}"
    _progress(f"{title}: the same work?")
    try:
        ours, theirs = case.prepare(peer)
        pairs = interleave(
            ours,
            theirs,
            rounds=rounds,
            sample_seconds=SAMPLE_SECONDS if case.repeatable else 0.0,
            on_round=lambda number: _progress(f"{title}: round {number} of {rounds}"),
        )
    except MissingPeerError as error:
        return Outcome(case, peer, reason=f"passed over, {error}")
    except DisagreementError as error:
        return Outcome(case, peer, reason=f"NOT THE SAME WORK, {error}")
    except Exception:  # noqa: BLE001 - one case that fails must not hide the others
        return Outcome(case, peer, reason=f"FAILED\n{traceback.format_exc()}")
    return Outcome(case, peer, pairs)


def _is_bad(outcome: Outcome, *, strict: bool) -> bool:
    """Whether an outcome spoils the exit code: an error always, a bar missed or not measured where that is asked."""
    if outcome.pairs is None and not outcome.reason.startswith("passed over"):
        return True
    return strict and outcome.bar is not None and outcome.verdict != "met"


def _profile(names: Sequence[str]) -> int:
    """Print where our side of these cases spends its time, function by function."""
    for case in (CASES[name] for name in names):
        if not isinstance(case, StepCase | DerivativeCase):
            print(f"{case.name}: runs in other processes; try python -X importtime")
            continue
        step = case.step(OURS)
        profiler = cProfile.Profile()
        for _ in range(_PROFILED_REPETITIONS):
            profiler.runcall(step)
        print(f"{case.name}: {_PROFILED_REPETITIONS} repetitions")
        pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(25)
    return 0


def _progress(text: str) -> None:
    """Replace the line of progress on stderr."""
    end = "" if sys.stderr.isatty() else "\n"
    lead = "\r\x1b[K" if sys.stderr.isatty() else ""
    if text or lead:
        print(f"{lead}{text}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
