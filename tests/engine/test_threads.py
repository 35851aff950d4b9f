"""Work that is shared among threads: all of it is done, errors arrive, children of the process have threads, too."""

import multiprocessing
import threading

import numpy as np
import pytest

from autograd import threads


def test_each_part_is_done_by_a_thread_of_its_own(monkeypatch):
    monkeypatch.setattr(threads, "_pool", None)
    monkeypatch.setattr(threads, "count", 3)
    together, seen = threading.Barrier(3, timeout=60), []

    def work(part):
        together.wait()
        seen.append((part, threading.get_ident()))

    threads.share(work, [1, 2, 3])
    assert sorted(part for part, _ in seen) == [1, 2, 3]
    assert len({thread for _, thread in seen}) == 3


@pytest.mark.parametrize("bad", [0, 1])
def test_an_error_of_any_part_arrives_once_all_are_done(bad):
    done = []

    def work(part):
        if part == bad:
            raise FloatingPointError(f"part {part}")
        done.append(part)

    with pytest.raises(FloatingPointError, match=f"part {bad}"):
        threads.share(work, [0, 1])
    assert done == [1 - bad]


def test_the_treatment_of_floating_point_errors_holds_in_all_threads():
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        threads.share(lambda part: np.divide(np.ones(2), part), [np.ones(2), np.zeros(2)])


def _in_child(results):
    threads.share(results.put, [1, 2])


def test_a_child_of_the_process_has_threads_of_its_own():
    threads.share(list, [[], []])  # the parent's are there
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    child = context.Process(target=_in_child, args=(results,))
    child.start()
    assert {results.get(timeout=60), results.get(timeout=60)} == {1, 2}
    child.join()
