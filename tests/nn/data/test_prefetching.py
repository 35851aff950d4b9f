"""The thread that prepares batches: it ends however the loop is left, passes errors on, and leaves nothing behind."""

import gc
import subprocess
import sys
import threading
import weakref

import numpy as np
import pytest

import autograd as ag
import nn
from nn.data import DataLoader, Dataset, IterableDataset, TensorDataset
from nn.data.prefetching import ahead


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "DataLoader"]


@pytest.fixture(autouse=True)
def _no_thread_is_left():
    assert threads() == []
    yield
    assert threads() == []


@pytest.fixture
def no_garbage():
    """Have nothing but reference counts free memory."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class UnreadableError(Exception):
    pass


class Failing(Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, index):
        if index == 5:
            raise UnreadableError("sample 5 cannot be read")
        return index


def loader(prefetch=3, dataset=None):
    return DataLoader(dataset or TensorDataset(np.arange(8)), 2, prefetch=prefetch)


def test_the_thread_ends_with_the_loop():
    names = set()
    assert len([names.update(thread.name for thread in threads()) for _ in loader()]) == 4
    assert threads() == []
    assert names <= {"DataLoader"}


def test_the_thread_ends_when_the_loop_is_left():
    for _ in loader(1):
        assert len(threads()) == 1
        break
    assert threads() == []
    with pytest.raises(ZeroDivisionError):
        [1 / batch.sum().item() for (batch,) in DataLoader(TensorDataset([0, 0]), prefetch=1)]
    assert threads() == []


def test_the_thread_lives_as_long_as_somebody_may_ask():
    batches = iter(loader(1))
    assert threads() == []
    next(batches)
    assert len(threads()) == 1
    del batches
    assert threads() == []


def test_no_more_is_prepared_than_wanted():
    seen, reached = [], threading.Event()

    def samples():
        for number in range(9):
            seen.append(number)
            if number == 3:
                reached.set()
            yield number

    batches = ahead(samples(), 3)
    assert next(batches) == 0
    assert reached.wait(20)
    batches.close()
    assert seen == [0, 1, 2, 3]


def test_closing_does_not_wait_for_all_that_was_wanted():
    asked, go_on, seen = threading.Event(), threading.Event(), []

    def samples():
        for number in range(9):
            seen.append(number)
            if number == 1:
                asked.set()
                go_on.wait(20)
            yield number

    batches = ahead(samples(), 5)
    next(batches)
    assert asked.wait(20)
    closing = threading.Timer(0.01, go_on.set)
    closing.start()
    batches.close()
    closing.join()
    assert seen == [0, 1]


@pytest.mark.parametrize("prefetch", [0, 1, 5])
def test_errors_are_passed_on_at_their_place(prefetch):
    batches = iter(loader(prefetch, Failing()))
    assert [next(batches).tolist() for _ in range(2)] == [[0, 1], [2, 3]]
    with pytest.raises(UnreadableError, match="sample 5 cannot be read") as caught:
        next(batches)
    assert list(batches) == []
    assert caught.traceback[-1].name == "__getitem__"


@pytest.mark.parametrize("prefetch", [0, 2])
def test_no_graph_is_recorded_where_none_is_wanted(prefetch):
    with_weights = nn.Linear(1, 1)
    batches = DataLoader(TensorDataset(np.zeros((4, 1), np.float32)), 2, prefetch=prefetch, transform=with_weights)
    with ag.no_grad():
        assert [x.requires_grad for (x,) in batches] == [False, False]
    assert [x.requires_grad for (x,) in batches] == [True, True]


def test_even_what_is_no_exception_is_passed_on():
    def interrupted():
        yield 1
        raise KeyboardInterrupt

    batches = iter(loader(2, IterableDataset(interrupted)))
    with pytest.raises(KeyboardInterrupt):
        next(batches)


@pytest.mark.usefixtures("no_garbage")
@pytest.mark.parametrize("prefetch", [0, 2])
def test_nothing_is_kept(prefetch):
    dataset = Failing()
    gone = weakref.ref(dataset)
    try:
        for _ in loader(prefetch, dataset):
            pass
    except UnreadableError as error:
        failed = weakref.ref(error)
    for _ in loader(prefetch, dataset):
        break
    batches = iter(loader(prefetch, dataset))
    next(batches)
    del dataset, batches
    assert gone() is None
    assert failed() is None


def test_the_thread_may_be_the_one_that_drops_the_loop():
    holder, returned, dropped = [], threading.Event(), threading.Event()

    def items():
        yield 1
        assert returned.wait(20)
        holder.clear()
        dropped.set()
        yield 2

    holder.append(ahead(items(), 1))
    assert next(holder[0]) == 1
    (thread,) = threads()
    returned.set()
    assert dropped.wait(20)
    thread.join(20)
    assert not thread.is_alive()


def test_the_interpreter_ends_while_a_loop_is_held():
    program = """
import numpy as np, nn
batches = iter(nn.data.DataLoader(nn.data.TensorDataset(np.arange(8)), 2, prefetch=2))
print(next(batches)[0].tolist())
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=600, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "[0, 1]\n", "")
