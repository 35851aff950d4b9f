"""What the current thread does with each operation: record it or not, and who watches.

One object holds it all. Every application of a primitive asks it, so a mode is a change of one attribute.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from .primitives.declaration import Primitive
    from .tensor import Tensor

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

#: Takes over the application of a primitive: gets it with its operands and attributes, returns the result.
Interceptor = Callable[["Primitive", Sequence[Any], dict[str, Any]], "Tensor"]


@dataclasses.dataclass(frozen=True, slots=True)
class Mode:
    """How a thread treats operations: whether it records them, who takes them over, and in which scopes they are."""

    recording: bool = True
    interceptor: Interceptor | None = None
    scopes: tuple[str, ...] = ()
    outer: Mode | None = None  # the mode around the block, so that blocks need no state of their own


#: The mode of this thread (of this task, under asyncio). A new thread starts with the default.
_current: ContextVar[Mode] = ContextVar("mode", default=Mode())  # noqa: B039 - a frozen dataclass

current_mode = _current.get


class _Setting:
    """Change the mode of this thread for a ``with`` block, or for every call of a decorated function."""

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block for the one outside."""
        raise NotImplementedError

    def __enter__(self) -> None:
        _current.set(self.change(_current.get()))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        outer = _current.get().outer
        _current.set(Mode() if outer is None else outer)

    def __call__(self, function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        inside: Any = self._around
        if inspect.isgeneratorfunction(function):
            inside = self._around_generator
        elif inspect.isasyncgenfunction(function):
            inside = self._around_asynchronous_generator
        elif inspect.iscoroutinefunction(function):
            inside = self._around_coroutine
        decorated: Callable[Arguments, Result] = functools.wraps(function)(inside(function))
        return decorated

    def _around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def inside(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return inside

    def _around_coroutine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        async def inside(*args: Any, **kwargs: Any) -> Any:
            with self:
                return await function(*args, **kwargs)

        return inside

    def _around_asynchronous_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        async def inside(*args: Any, **kwargs: Any) -> Any:
            generator = function(*args, **kwargs)
            try:
                while True:
                    try:
                        with self:
                            value = await anext(generator)
                    except StopAsyncIteration:
                        return
                    yield value
            finally:
                with self:
                    await generator.aclose()

        return inside

    def _around_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Enter the mode for each stretch between two values, so that who receives them is not in it."""

        def inside(*args: Any, **kwargs: Any) -> Any:
            generator = function(*args, **kwargs)
            resume: Callable[[], Any] = functools.partial(next, generator)
            while True:
                try:
                    with self:
                        value = resume()
                except StopIteration as stop:
                    return stop.value
                try:
                    resume = functools.partial(generator.send, (yield value))
                except GeneratorExit:
                    with self:
                        generator.close()
                    raise
                except BaseException as error:  # noqa: BLE001 - whatever is thrown in goes on to the generator
                    resume = functools.partial(generator.throw, error)

        return inside


class no_grad(_Setting):  # noqa: N801 - PyTorch's name
    """Record nothing: results inside the block never require grad.

    A context manager and a decorator; the mode belongs to the thread that enters it.

    >>> import autograd as ag
    >>> w = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.no_grad():
    ...     (w * 2).requires_grad
    False
    """

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return Mode(False, mode.interceptor, mode.scopes, mode)


class enable_grad(_Setting):  # noqa: N801 - PyTorch's name
    """Record again inside a ``no_grad`` block.

    >>> import autograd as ag
    >>> w = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.no_grad(), ag.enable_grad():
    ...     (w * 2).requires_grad
    True
    """

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return Mode(True, mode.interceptor, mode.scopes, mode)


def is_grad_enabled() -> bool:
    """Tell whether this thread records operations at the moment.

    >>> import autograd as ag
    >>> ag.is_grad_enabled()
    True
    """
    return _current.get().recording


class scope(_Setting):  # noqa: N801 - used like no_grad
    """Name the part of a program that the operations inside belong to; drawings frame it with that title.

    Scopes nest: the operations of a block belong to all that are open. They are kept with the operations that
    ``retain_all`` looks at. ``nn.Module`` opens one for each call.

    >>> import autograd as ag
    >>> with ag.retain_all(), ag.scope("hidden"):
    ...     y = ag.Tensor(2.0, requires_grad=True) * 3
    >>> y.node.scopes
    ('hidden',)
    """

    def __init__(self, title: str) -> None:
        self._title = title

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return Mode(mode.recording, mode.interceptor, (*mode.scopes, self._title), mode)


class intercepting(_Setting):  # noqa: N801 - used like no_grad
    """Have ``interceptor`` apply every primitive that this thread calls inside the block.

    This is the one choke point of the engine: whatever watches or replaces operations enters here. The interceptor
    gets the primitive, its operands and its static attributes; ``primitive.perform`` does what would have
    been done without it.
    """

    def __init__(self, interceptor: Interceptor) -> None:
        self._interceptor = interceptor

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return Mode(mode.recording, self._interceptor, mode.scopes, mode)
