"""The library's one source of random numbers: initialisation, dropout and shuffling draw from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from .modes import Mode, current_mode


class _Source:
    """Holds the generator, so that seeding it anew reaches everybody who draws."""

    generator: np.random.Generator | None = None


_source = _Source()


def manual_seed(seed: int) -> np.random.Generator:
    """Start the library's random numbers anew from ``seed``, a whole number of at least 0; give their generator.

    The same seed gives the same bits, in initialisation, dropout and shuffling.

    >>> import autograd as ag
    >>> first = ag.manual_seed(7).normal()
    >>> first == ag.manual_seed(7).normal()
    True
    """
    _refuse_where_set(current_mode())
    drawing = _drawing.get()
    if drawing is not None:
        drawing.current()  # so that the generator outside will go on from here
    holder = drawing or _source
    holder.generator = np.random.default_rng(seed)
    return holder.generator


def generator() -> np.random.Generator:
    """Give NumPy's generator that the library draws from at the moment.

    Raises ``RuntimeError`` inside ``vmap``, unless that says ``randomness="same"``.
    """
    _refuse_where_set(current_mode())
    drawing = _drawing.get()
    return _shared() if drawing is None else drawing.current()


def _refuse_where_set(mode: Mode) -> None:
    inner: Mode | None = mode if mode.interceptor else None
    while inner is not None:
        if inner.setting is not None and inner.setting.refuses_random:
            raise RuntimeError(f"generator: {inner.setting.refuses_random}")
        inner = inner.outer


def _shared() -> np.random.Generator:
    if _source.generator is None:
        _source.generator = np.random.default_rng()
    return _source.generator


#: How many numbers a generator leaves to a stretch that has begun to draw.
_FAR = 1 << 96


class Stretch:
    """A part of a program of which the random numbers can be given again, in ``with stretch.numbers()``.

    The first time they are those that it would draw without it. It draws them from a generator of its own, which starts
    where the one outside is; that one jumps far ahead meanwhile, and comes back to where the stretch has ended, unless
    another thread has drawn from it. So nobody gets what a stretch draws, and drawing again concerns nobody.

    >>> import autograd as ag
    >>> stretch = Stretch()
    >>> with stretch.numbers():
    ...     first = ag.generator().normal()
    >>> with stretch.numbers():
    ...     again = ag.generator().normal()
    >>> first == again
    True
    """

    def __init__(self) -> None:
        self._start: Any = None

    @contextmanager
    def numbers(self) -> Iterator[None]:
        """Have what is inside the block draw the numbers of this stretch."""
        drawing = _Drawing(self._start)
        token = _drawing.set(drawing)
        try:
            yield
        finally:
            _drawing.reset(token)
            drawing.end()
            self._start = drawing.start


class _Drawing:
    """The generator of a stretch, made when it is first asked for."""

    def __init__(self, start: Any) -> None:
        self.start = start
        self.generator: np.random.Generator | None = None
        self._outer = _drawing.get()
        self._ahead: Any = None  # the state in which the generator outside is left

    def current(self) -> np.random.Generator:
        """Give the generator inside."""
        if self.generator is None:
            if self.start is None:
                self.start, self._ahead = _jumped(self._around())
            self.generator = np.random.Generator(np.random.PCG64(0))
            self.generator.bit_generator.state = self.start
        return self.generator

    def end(self) -> None:
        """Have the generator outside go on from here."""
        if self._ahead is not None:
            _replace_state(self._around(), self._ahead, self.current().bit_generator.state)

    def _around(self) -> np.random.Generator:
        return _shared() if self._outer is None else self._outer.current()


class _Own:
    """A generator for a block alone, made when it is first asked for."""

    def __init__(self, make: Callable[[], np.random.Generator]) -> None:
        self.generator: np.random.Generator | None = None
        self._make = make

    def current(self) -> np.random.Generator:
        """Give the generator."""
        if self.generator is None:
            self.generator = self._make()
        return self.generator


@contextmanager
def drawing_from(make: Callable[[], np.random.Generator]) -> Iterator[None]:
    """Have this thread draw from a generator of its own inside the block, which ``make`` gives if anybody asks for it.

    >>> import autograd as ag, numpy as np
    >>> with drawing_from(lambda: np.random.default_rng(7)):
    ...     inside = ag.generator().normal()
    >>> inside == np.random.default_rng(7).normal()
    True
    """
    token = _drawing.set(_Own(make))
    try:
        yield
    finally:
        _drawing.reset(token)


#: From where this thread draws, if not from the shared generator.
_drawing: ContextVar[_Drawing | _Own | None] = ContextVar("drawing", default=None)


def _jumped(random: np.random.Generator) -> tuple[Any, Any]:
    """Have a generator jump far ahead; give its states before and after that."""
    bits: Any = random.bit_generator
    with bits.lock:
        start = bits.state
        bits.advance(_FAR)
        return start, bits.state


def _replace_state(random: np.random.Generator, known: Any, state: Any) -> None:
    """Set the state of a generator if it is still the one that is known."""
    bits = random.bit_generator
    with bits.lock:
        if bits.state == known:
            bits.state = state
