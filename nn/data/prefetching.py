"""Batches that are prepared ahead, by a thread that lives as long as somebody may ask for them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from queue import SimpleQueue
from threading import Event, Thread, current_thread
from typing import Any

from autograd import is_grad_enabled, no_grad

#: What stands in the queue: whether it is an item, or the error in the place of one; ``None`` at the end.
Result = tuple[bool, Any] | None


def ahead(items: Iterator[Any], count: int) -> Generator[Any, None, None]:
    """Give what an iterator gives, while a thread has it prepare up to ``count`` items ahead.

    The iterator is used as it would be here, under ``no_grad`` if that holds when the first item is asked for. An error
    of it is raised where its item is asked for. The thread has ended when the last item was asked for, or this
    generator is closed or dropped.

    >>> list(ahead(iter("abc"), 2))
    ['a', 'b', 'c']
    """
    # Both queues are safe to use in a finalizer, at any moment and in any thread: they hold no lock of Python's.
    wishes: SimpleQueue[bool] = SimpleQueue()
    results: SimpleQueue[Result] = SimpleQueue()
    stopped = Event()
    # The interpreter must be able to end while somebody still holds this generator; so it is a daemon.
    prepare = _prepare if is_grad_enabled() else no_grad()(_prepare)
    thread = Thread(target=prepare, args=(items, wishes, results, stopped), name="DataLoader", daemon=True)
    thread.start()
    try:
        for _ in range(count):
            wishes.put(True)
        while (result := results.get()) is not None:
            is_item, value = result
            del result
            if not is_item:
                try:
                    raise value
                finally:
                    del value  # its traceback refers to this frame
            wishes.put(True)
            yield value
    finally:
        stopped.set()
        wishes.put(False)
        if thread is not current_thread():  # which may be the one that collects garbage
            thread.join()


def _prepare(items: Iterator[Any], wishes: SimpleQueue[bool], results: SimpleQueue[Result], stopped: Event) -> None:
    """Prepare an item for each wish, until the end or an error, or nobody wants them any more."""
    while wishes.get() and not stopped.is_set():
        try:
            item = next(items)
        except StopIteration:
            results.put(None)
            return
        except BaseException as error:  # noqa: BLE001 - raised where the item is asked for
            results.put((False, error))
            return
        results.put((True, item))
        del item  # so that it lives no longer than its reader wants
