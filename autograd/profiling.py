"""Where the time and the memory go: measured for each operation, forward and backward."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, get_args
from weakref import WeakValueDictionary

import numpy as np

from .modes import Attendant, Interceptor, Rule, current_mode, joining_walks
from .patches import Patch
from .tables import in_time, in_units, table
from .tensor import Tensor

if TYPE_CHECKING:
    from .graph import Node, Operation
    from .primitives.declaration import Primitive

Phase = Literal["forward", "backward"]
Order = Literal["time", "calls", "made", "peak", "operation"]


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One application of an operation, or of a gradient rule of it.

    ``start`` and ``duration`` are in nanoseconds, the start on the clock of ``time.perf_counter_ns``; ``own`` is the
    duration without that of other events inside. ``made`` counts the bytes of the array that it gave, if that is
    neither a view nor was made by another event, as by one inside of it; ``peak``, how much the memory in use had risen
    at most meanwhile, temporary arrays included, if that was measured. ``scopes`` are the modules that it belongs to.
    """

    operation: str
    phase: Phase
    start: int
    duration: int
    own: int
    thread: int
    shape: tuple[int, ...]
    dtype: str
    made: int
    peak: int | None
    scopes: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class OperationProfile:
    """All applications of one operation in one phase together: their number, own time in nanoseconds, and bytes."""

    operation: str
    phase: Phase | Literal[""]
    calls: int
    time: int
    made: int
    peak: int | None


class profile(joining_walks):  # noqa: N801 - PyTorch's name
    """Measure the time and the memory of every operation inside the block, forward and backward.

    A context manager, which gives itself, and a decorator. ``str`` of it is a table, the slowest operation first;
    ``save`` writes a trace that ``chrome://tracing`` and https://ui.perfetto.dev show. It can be entered again and
    goes on where it was.

    Parameters
    ----------
    memory
        Measure also how much memory each operation takes at most while it runs, by ``tracemalloc``, which slows
        Python down and counts what all threads do.

    Notes
    -----
    Time is that of the forwards and the gradient rules themselves, with some microseconds of Python for each. What
    is between them (the program, the adding up of gradients, an optimizer) is in ``elapsed`` alone. An operation that
    a rule applies in a backward that records itself is listed as a forward, and not part of the rule's own time.

    >>> import numpy as np
    >>> import autograd as ag
    >>> x = ag.Tensor(np.ones((100, 100)), requires_grad=True)
    >>> with ag.profile() as measured:
    ...     (ag.tanh(x) * x).sum().backward()
    >>> [(row.operation, row.phase, row.calls, row.made) for row in measured.rows("made")][:2]
    [('multiply', 'backward', 2, 160000), ('multiply', 'forward', 1, 80000)]
    """

    def __init__(self, *, memory: bool = False) -> None:
        if not isinstance(memory, bool):
            raise TypeError(f"profile: memory is True or False, got {memory!r}")
        self._memory = memory
        self._running = threading.local()
        self._tracing: list[bool] = []
        #: The memory that events have given, as long as it is there, by its id.
        self._given: WeakValueDictionary[int, Any] = WeakValueDictionary()
        self.events: list[Event] = []
        #: The time spent inside the block, in nanoseconds.
        self.elapsed: int = 0

    def __enter__(self) -> Self:
        super().__enter__()
        if self._memory:
            self._tracing.append(not tracemalloc.is_tracing())
            if self._tracing[-1]:
                tracemalloc.start()
        _stack(self._running, "entered").append(time.perf_counter_ns())
        return self

    def __exit__(self, *raised: object) -> None:
        since = _stack(self._running, "entered")
        began = since.pop()
        if not since:
            self.elapsed += time.perf_counter_ns() - began
        if self._memory and self._tracing.pop():
            tracemalloc.stop()
        super().__exit__(None, None, None)

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied, and measure it."""
        scopes = current_mode().scopes

        def compute() -> Tensor:
            return inner(primitive, operands, attributes)

        result: Tensor = self._measured(compute, primitive.name, "forward", scopes, operands)
        if scopes and result.node is not None:
            result.node.annotate().scopes = scopes
        return result

    def walk(self, inner: Attendant | None, seeds: Mapping[Node, Any]) -> Attendant:  # noqa: ARG002 - as declared
        """Give who measures the gradient rules of a walk."""
        return _Measuring(inner, self)

    def _measured(
        self, compute: Callable[[], Any], name: str, phase: Phase, scopes: tuple[str, ...], given: Sequence[Any]
    ) -> Any:
        running = _stack(self._running, "spans")
        span = _Span(running[-1] if running else None, self._memory and tracemalloc.is_tracing())
        running.append(span)
        try:
            outcome = compute()
        finally:
            span.end()
            running.pop()
        array = _array(outcome)
        is_new = self._is_new(_memory_of(array), given)
        event = Event(
            operation=name,
            phase=phase,
            start=span.start,
            duration=span.duration,
            own=span.duration - span.inside,
            thread=threading.get_ident(),
            shape=tuple(getattr(array, "shape", ())),
            dtype=str(getattr(array, "dtype", "")),
            made=int(getattr(array, "nbytes", 0)) if is_new else 0,
            peak=span.peak,
            scopes=scopes,
        )
        self.events.append(event)
        return outcome

    def _is_new(self, memory: Any, given: Sequence[Any]) -> bool:
        """Whether memory was neither given to an event nor by an earlier one."""
        is_known = any(memory is each for each in _memories(given))
        if isinstance(memory, np.ndarray):
            is_known = is_known or self._given.get(id(memory)) is memory
            self._given[id(memory)] = memory
        return not is_known

    # What was measured

    def rows(self, sort_by: Order = "time") -> list[OperationProfile]:
        """Give a row for each operation and phase, the largest first, or by name if ``sort_by`` is ``"operation"``.

        ``time`` and ``made`` are sums over the calls, ``peak`` is the highest. Raises ``ValueError`` for another order.
        """
        if sort_by not in get_args(Order):
            raise ValueError(f"profile: sort_by is one of {', '.join(map(repr, get_args(Order)))}; got {sort_by!r}")
        together: dict[tuple[str, Phase], list[Event]] = {}
        for event in self.events:
            together.setdefault((event.operation, event.phase), []).append(event)
        rows = [
            OperationProfile(
                *key,
                calls=len(events),
                time=sum(event.own for event in events),
                made=sum(event.made for event in events),
                peak=max((event.peak for event in events if event.peak is not None), default=None),
            )
            for key, events in together.items()
        ]
        rows.sort(key=lambda row: (row.operation, row.phase == "backward"))
        if sort_by != "operation":
            rows.sort(key=lambda row: -(getattr(row, sort_by) or 0))
        return rows

    def table(self, sort_by: Order = "time", limit: int | None = None) -> str:
        """Give the rows as a text, at most ``limit`` of them, and their sum."""
        if limit is not None and (type(limit) is not int or limit < 1):
            raise ValueError(f"profile: limit is a number of rows, 1 or more, or None for all; got {limit!r}")
        rows = self.rows(sort_by)
        spent = sum(row.time for row in rows)
        lines = [self._line(row, spent) for row in rows[:limit]]
        if limit is not None and len(rows) > limit:
            rest = rows[limit:]
            lines.append(self._line(_together(f"{len(rest)} more", rest), spent))
        lines.append(self._line(_together("all", rows), spent))
        heads = ["operation", "phase", "calls", "time", "share", "each", "makes", *(["peak"] if self._memory else [])]
        between = in_time(max(0, self.elapsed - spent))
        return f"{table(heads, lines, texts=2)}\n{in_time(self.elapsed)} in all, {between} of it between operations"

    def _line(self, row: OperationProfile, spent: int) -> list[str]:
        share = f"{100 * row.time / spent:.1f} %" if spent else ""
        each = in_time(row.time / row.calls) if row.calls else ""
        peak = ["" if row.peak is None else in_units(row.peak)] if self._memory else []
        return [row.operation, row.phase, f"{row.calls:,}", in_time(row.time), share, each, in_units(row.made), *peak]

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"<profile: {len(self.events):,} events in {in_time(self.elapsed)}>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write what was measured as a Chrome trace, in JSON; the file is written whole or not at all.

        >>> import tempfile, pathlib, autograd as ag
        >>> with ag.profile() as measured:
        ...     _ = ag.exp(1.0)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     measured.save(pathlib.Path(folder, "trace.json"))
        """
        import json
        from pathlib import Path

        from .drawing.files import write_whole

        trace = {"traceEvents": [_traced(event) for event in self.events], "displayTimeUnit": "ms"}
        write_whole(Path(path), json.dumps(trace, allow_nan=False).encode())


class _Measuring(Attendant):
    """Measures the gradient rules of one walk."""

    def __init__(self, inner: Attendant | None, profile: profile) -> None:
        super().__init__(inner)
        self._profile = profile

    def apply(self, node: Operation, parent: Node, rule: Rule, g: Any, needed: Any) -> Any:
        def compute() -> Any:
            return super(_Measuring, self).apply(node, parent, rule, g, needed)

        return self._profile._measured(compute, node.operation, "backward", node.scopes, (g, needed))


class _Span:
    """A stretch of time, and the memory that is in use meanwhile; it may be inside another one."""

    def __init__(self, around: _Span | None, traces_memory: bool) -> None:
        self._around = around
        self._traces_memory = traces_memory
        self._highest = 0
        self.inside = 0
        self.duration = 0
        self.peak: int | None = None
        if traces_memory:
            self._before, highest = tracemalloc.get_traced_memory()
            if around is not None:  # which must not lose what it has seen, for the peak starts anew
                around._highest = max(around._highest, highest)
            tracemalloc.reset_peak()
        self.start = time.perf_counter_ns()

    def end(self) -> None:
        self.duration = time.perf_counter_ns() - self.start
        around = self._around
        if around is not None:
            around.inside += self.duration
        if self._traces_memory:
            self._highest = max(self._highest, tracemalloc.get_traced_memory()[1])
            self.peak = max(0, self._highest - self._before)
            if around is not None:
                around._highest = max(around._highest, self._highest)


def _stack(local: threading.local, name: str) -> list[Any]:
    """Give a list that the current thread has to itself."""
    found: list[Any] = local.__dict__.setdefault(name, [])
    return found


def _array(value: Any) -> Any:
    if isinstance(value, Patch):
        return value._values
    return value._array if isinstance(value, Tensor) else value


def _memory_of(array: Any) -> Any:
    """The array to which the memory belongs that an array shows."""
    while isinstance(getattr(array, "base", None), np.ndarray):
        array = array.base
    return array


def _memories(values: Any) -> Iterator[Any]:
    """Give the memory of all arrays that an operation was given."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _memories(value)
        elif isinstance(array := _array(value), np.ndarray):
            yield _memory_of(array)


def _together(name: str, rows: Sequence[OperationProfile]) -> OperationProfile:
    return OperationProfile(
        name,
        "",
        calls=sum(row.calls for row in rows),
        time=sum(row.time for row in rows),
        made=sum(row.made for row in rows),
        peak=max((row.peak for row in rows if row.peak is not None), default=None),
    )


def _traced(event: Event) -> dict[str, Any]:
    """An event as the Trace Event Format has it, with times in microseconds."""
    about: dict[str, Any] = {"shape": list(event.shape), "dtype": event.dtype, "bytes made": event.made}
    if event.peak is not None:
        about["bytes at most"] = event.peak
    if event.scopes:
        about["module"] = " / ".join(event.scopes)
    return {
        "name": event.operation if event.phase == "forward" else f"{event.operation}, backward",
        "cat": event.phase,
        "ph": "X",
        "ts": event.start / 1000,
        "dur": event.duration / 1000,
        "pid": os.getpid(),
        "tid": event.thread,
        "args": about,
    }
