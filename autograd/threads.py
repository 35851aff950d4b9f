"""Large pieces of work, shared among the processors: NumPy uses one, and lets other threads go on meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Part = TypeVar("Part")

_pool: ThreadPoolExecutor | None = None


def _processors() -> int:
    """How many threads share a piece of work: ``OMP_NUM_THREADS``, as for NumPy's products, or one a processor.

    More than eight would wait for memory, and for one another.
    """
    asked = os.environ.get("OMP_NUM_THREADS", "")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(int(asked) if asked.isdecimal() and int(asked) else usable, 8)


#: How many threads share a piece of work.
count = _processors()


def share(work: Callable[[Part], Any], parts: Sequence[Part]) -> None:
    """Do the work on each of the parts, in threads of their own; all are done when it returns.

    ``numpy.errstate`` holds in all of them. What a part raises is raised here, once no thread works any more.

    >>> squares = [0, 0]
    >>> share(lambda place: squares.__setitem__(place, place**2), [0, 1])
    >>> squares
    [0, 1]
    """
    first, *others = parts
    futures = [_threads().submit(copy_context().run, work, part) for part in others]
    try:
        work(first)
    finally:
        problems = [future.exception() for future in futures]
    for problem in problems:
        if problem is not None:
            raise problem


def _threads() -> ThreadPoolExecutor:
    global _pool  # noqa: PLW0603 - threads are the process's
    if _pool is None:
        from concurrent.futures import ThreadPoolExecutor

        _pool = ThreadPoolExecutor(max(count - 1, 1), thread_name_prefix="autograd")
    return _pool


def _forget() -> None:
    global _pool  # noqa: PLW0603
    _pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)  # a child has none of its parent's threads
