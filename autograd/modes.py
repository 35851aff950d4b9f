"""What the current thread does with each operation: record it or not, and who watches.

One object holds it all. Every application of a primitive asks it, so a mode is a change of one attribute.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from .primitives.primitive import Primitive
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


#: The mode of this thread (of this task, under asyncio). A new thread starts with the default.
_current: ContextVar[Mode] = ContextVar("mode", default=Mode())  # noqa: B039 - a frozen dataclass

current_mode = _current.get


class _Setting:
    """Change the thread's mode for a ``with`` block, or for every call of a decorated function."""

    def __init__(self) -> None:
        self._outer: list[Mode] = []  # a stack, so that one object may be entered again inside itself

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block for the one outside."""
        raise NotImplementedError

    def __enter__(self) -> None:
        outer = _current.get()
        _current.set(self.change(outer))
        self._outer.append(outer)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _current.set(self._outer.pop())

    def __call__(self, function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @functools.wraps(function)
        def inside(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            outer = _current.get()
            _current.set(self.change(outer))
            try:
                return function(*args, **kwargs)
            finally:
                _current.set(outer)

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
        return dataclasses.replace(mode, recording=False)


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
        return dataclasses.replace(mode, recording=True)


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
        super().__init__()
        self._title = title

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return dataclasses.replace(mode, scopes=(*mode.scopes, self._title))


class intercepting(_Setting):  # noqa: N801 - used like no_grad
    """Have ``interceptor`` apply every primitive that this thread calls inside the block.

    This is the one choke point of the engine: whatever watches or replaces operations enters here. The interceptor
    gets the primitive, its operands and its static attributes; ``primitive.perform`` does what would have
    been done without it.
    """

    def __init__(self, interceptor: Interceptor) -> None:
        super().__init__()
        self._interceptor = interceptor

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return dataclasses.replace(mode, interceptor=self._interceptor)
