"""Peers in processes of their own: the talk with them, shown with a peer made up here."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.agreement import DisagreementError, assert_equal_values
from benchmarks.cases.derivatives import DERIVATIVES
from benchmarks.libraries import HIPS, JAX, MissingPeerError
from benchmarks.neighbours import _children
from benchmarks.report import Outcome, unmeasured
from benchmarks.timing import UNTIMED_REPETITIONS, interleave
from benchmarks.workers import FILES, Worker

PEER = '''
"""A peer for tests."""
import importlib
import os

def double(x, y):
    with open(__file__ + ".calls", "a") as calls:
        calls.write("x")
    print("what a library prints is no answer")
    return 2 * x, [2 * y]

BUILDERS = {
    "made up": {
        "doubles": lambda x, y: (double, (x, y)),
        "shadowed": lambda: (importlib.import_module("only_on_the_path"), ()),
        "broken": lambda: (lambda: 1 / 0, ()),
        "fatal": lambda: (os._exit, (3,)),
    }
}
'''
X = np.array([[0.1, 1 / 3], [np.pi, 1e-300]])
Y = np.array([1.0, -2.0])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "made_up.py"
    path.write_text(PEER, encoding="utf-8")
    return path


@pytest.fixture
def worker():
    return Worker(Path(sys.executable))


def test_arrays_go_there_and_back_unchanged(worker, file):
    values = worker.prepare("made up", "doubles", [X, Y], file)
    assert np.array_equal(values, [*2 * X.ravel(), *2 * Y])


def test_it_works_as_often_as_asked(worker, file):
    worker.prepare("made up", "doubles", [X, Y], file)
    pairs = interleave(worker.sample, worker.sample, rounds=2, sample_seconds=0.0, on_round=lambda number: None)
    assert worker.sample(5) > 0.0
    assert min(pairs.ours + pairs.theirs) > 0.0
    calls = Path(f"{file}.calls").read_text(encoding="utf-8")
    assert len(calls) == 1 + 4 * (UNTIMED_REPETITIONS + 1) + (UNTIMED_REPETITIONS + 5)


def test_the_path_that_leads_to_ours_does_not_lead_there(file, tmp_path, monkeypatch):
    (tmp_path / "only_on_the_path.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingPeerError, match="only_on_the_path"):
        Worker(Path(sys.executable)).prepare("made up", "shadowed", [], file)


def test_a_peer_without_an_environment_is_missing(tmp_path):
    with pytest.raises(MissingPeerError, match="make bench"):
        Worker(tmp_path / "python")


def test_an_error_there_is_told_here(worker, file):
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        worker.prepare("made up", "broken", [], file)


def test_a_process_that_ended_is_told(worker, file):
    for _ in range(2):  # while it works, and before it is asked
        with pytest.raises(RuntimeError, match="exit code 3"):
            worker.prepare("made up", "fatal", [], file)


def test_the_process_ends_when_nobody_needs_it():
    worker = Worker(Path(sys.executable))
    process = worker._process
    del worker
    assert process.returncode == 0


def test_its_seconds_are_not_those_of_other_programs():
    burn = "import time\nwhile time.process_time() < 0.1: pass\nprint(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", burn], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        before_it_ends = process.stdout.readline() and _children()
        process.communicate(b"\n")
    assert (before_it_ends >= 5) == (sys.platform == "linux")


def test_the_same_numbers_are_the_same_work():
    assert_equal_values([(X, Y), [X[0]]], np.array([*X.ravel(), *Y, *X[0]]) * (1 + 1e-12))


@pytest.mark.parametrize("theirs", [Y * (1 + 1e-6), Y[:1], Y[::-1], Y * np.nan])
def test_other_numbers_are_another_work(theirs):
    with pytest.raises(DisagreementError, match="differ"):
        assert_equal_values(Y, theirs)


def test_every_peer_has_every_case():
    for peer, path in FILES.items():
        source = path.read_text(encoding="utf-8")
        assert all(f'"{name}"' in source for name in [peer, *(case.name for case in DERIVATIVES)])


def test_bars_that_nothing_was_measured_for_are_named():
    first, second, _ = DERIVATIVES
    outcomes = [Outcome(first, HIPS, reason="passed over"), Outcome(second, "JAX with jit"), Outcome(second, JAX)]
    assert unmeasured(outcomes) == "rosenbrock-gradient beside HIPS autograd, rosenbrock-hessian beside JAX"
