"""What the current thread does with each operation: record it or not, and who watches.

One object holds it all. Every application of a primitive asks it, so a mode is a change of one attribute.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from .graph import Node, Operation
    from .primitives.declaration import Primitive
    from .tensor import Tensor

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

#: Takes over the application of a primitive: gets it with its operands and attributes, returns the result.
Interceptor = Callable[["Primitive", Sequence[Any], dict[str, Any]], "Tensor"]

#: A gradient rule, as a function of the cotangent and what it needs.
Rule = Callable[[Any, Any], Any]

#: Asked once at the start of each walk, with the cotangents that it starts from: who takes part in this walk.
WalkInterceptor = Callable[[Mapping["Node", Any]], "Attendant"]

#: What packs an array when a rule keeps it, and what unpacks it when the rule needs it.
Packing = tuple[Callable[["Tensor"], Any], Callable[[Any], Any]]


@dataclasses.dataclass(slots=True, eq=False)
class Mode:
    """How a thread treats operations: whether it records them, who takes them over, and in which scopes they are.

    ``walks`` does for the rules of a backward what ``interceptor`` does for the forward. Nothing changes once the
    mode is the current one.
    """

    recording: bool = True
    interceptor: Interceptor | None = None
    scopes: tuple[str, ...] = ()
    outer: Mode | None = None  # the mode around the block, so that blocks need no state of their own
    walks: WalkInterceptor | None = None
    packing: Packing | None = None  # the innermost ``saved_tensors_hooks``
    setting: Setting | None = None  # who made this mode, and ends it

    def inside(
        self,
        *,
        recording: bool | None = None,
        interceptor: Interceptor | None = None,
        scopes: tuple[str, ...] | None = None,
    ) -> Mode:
        """Give the mode for a block in here, where some of it is something else; who enters the block sets itself."""
        return Mode(
            self.recording if recording is None else recording,
            interceptor or self.interceptor,
            self.scopes if scopes is None else scopes,
            self,
            self.walks,
            self.packing,
        )


#: The mode of this thread (of this task, under asyncio). A new thread starts with the default.
_current: ContextVar[Mode] = ContextVar("mode", default=Mode())  # noqa: B039 - nobody changes it

current_mode = _current.get


class Setting:
    """Change the mode of this thread for a ``with`` block, or for every call of a decorated function."""

    #: Why nobody draws random numbers inside of the block, where that is so.
    refuses_random: str | None = None

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block for the one outside."""
        raise NotImplementedError

    def __enter__(self) -> Any:
        inside = self.change(_current.get())
        inside.setting = self
        _current.set(inside)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Restore what was before the block, also where a generator that is suspended in there has left a mode on."""
        mode: Mode | None = _current.get()
        while mode is not None and mode.setting is not self:
            mode = mode.outer
        if mode is not None and mode.outer is not None:
            _current.set(mode.outer)

    def __call__(self, function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        """Decorate a function, a coroutine or a generator."""
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


@contextmanager
def outside(setting: Setting) -> Iterator[None]:
    """Be where this thread was before it entered a block; whether operations are recorded stays as it is."""
    here: Mode | None = _current.get()
    recording = _current.get().recording
    while here is not None and here.setting is not setting:
        here = here.outer
    around = Mode() if here is None or here.outer is None else here.outer
    token = _current.set(dataclasses.replace(around, recording=recording))
    try:
        yield
    finally:
        _current.reset(token)


class no_grad(Setting):  # noqa: N801 - PyTorch's name
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
        return mode.inside(recording=False)


class enable_grad(Setting):  # noqa: N801 - PyTorch's name
    """Record again inside a ``no_grad`` block.

    >>> import autograd as ag
    >>> w = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.no_grad(), ag.enable_grad():
    ...     (w * 2).requires_grad
    True
    """

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return mode.inside(recording=True)


def is_grad_enabled() -> bool:
    """Tell whether this thread records operations at the moment.

    >>> import autograd as ag
    >>> ag.is_grad_enabled()
    True
    """
    return _current.get().recording


class scope(Setting):  # noqa: N801 - used like no_grad
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
        return mode.inside(scopes=(*mode.scopes, self._title))


class intercepting(Setting):  # noqa: N801 - used like no_grad
    """Have ``interceptor`` apply every primitive that this thread calls inside the block.

    This is the one choke point of the engine: whatever watches or replaces operations enters here. The interceptor
    gets the primitive, its operands and its static attributes; ``primitive.perform`` does what would have
    been done without it. Inside ``vmap`` it sees what is done to all examples at once.
    """

    def __init__(self, interceptor: Interceptor) -> None:
        self._interceptor = interceptor

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return mode.inside(interceptor=_beneath_batches(mode.interceptor, lambda _: self._interceptor))


def _beneath_batches(outer: Interceptor | None, join: Callable[[Interceptor | None], Interceptor]) -> Interceptor:
    """Have somebody join those who intercept already, beneath those who take batches, which nobody else is to meet."""
    setting = getattr(getattr(outer, "func", None), "__self__", None)
    if not isinstance(outer, functools.partial) or not getattr(setting, "takes_batches", False):
        return join(outer)
    (inner,) = outer.args
    return functools.partial(outer.func, _beneath_batches(inner, join))


def _performed(primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor:
    return primitive.perform(operands, attributes, _current.get().recording)


class joining(Setting):  # noqa: N801 - used like no_grad
    """Take part in what every primitive does inside the block, together with who intercepts it already.

    A subclass says in ``apply`` what it adds. ``inner`` is who would have applied the primitive without it.
    """

    #: Whether it takes Tensors that stand for batches, as in ``vmap``. Who does not sees what is done to the whole.
    takes_batches = False

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        join = self._joined
        interceptor = join(mode.interceptor) if self.takes_batches else _beneath_batches(mode.interceptor, join)
        return mode.inside(interceptor=interceptor)

    def _joined(self, inner: Interceptor | None) -> Interceptor:
        return functools.partial(self.apply, inner or _performed)

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have ``inner`` apply a primitive, and add something."""
        raise NotImplementedError


class Attendant:
    """Takes part in one walk, together with ``inner`` if somebody did already; a subclass adds something."""

    def __init__(self, inner: Attendant | None) -> None:
        self._inner = inner

    def arrive(self, node: Node, g: Any) -> None:
        """See a cotangent, when all that arrives at its node has been added up."""
        if self._inner is not None:
            self._inner.arrive(node, g)

    def apply(self, node: Operation, parent: Node, rule: Rule, g: Any, needed: Any) -> Any:
        """Apply the gradient rule of an operation for one of its operands to a cotangent and what the rule needs."""
        return rule(g, needed) if self._inner is None else self._inner.apply(node, parent, rule, g, needed)


class joining_walks(joining):  # noqa: N801 - used like no_grad
    """Take part, too, in the backwards inside the block: a subclass says in ``walk`` who does so in one that starts."""

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""

        def begin(seeds: Mapping[Node, Any]) -> Attendant:
            return self.walk(None if mode.walks is None else mode.walks(seeds), seeds)

        inside = super().change(mode)
        inside.walks = begin
        return inside

    def walk(self, inner: Attendant | None, seeds: Mapping[Node, Any]) -> Attendant:
        """Give who takes part in a walk, together with ``inner``."""
        raise NotImplementedError


class accumulating(Setting):  # noqa: N801 - used like no_grad
    """Add a gradient to the one that a node has; recorded where one of them is, whatever the mode."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return mode.inside(recording=True)


class differentiating(Setting):  # noqa: N801 - used like no_grad
    """Call a function that a transform differentiates: what is computed inside may be differentiated again."""

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return mode.inside(recording=True)


def is_differentiating() -> bool:
    """Tell whether a transform is differentiating what is computed here."""
    return _is_inside(differentiating)


class transposing(Setting):  # noqa: N801 - used like no_grad
    """Record a walk, linear in the cotangents that it starts from, to transpose it: its values count for nothing."""

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return mode.inside(recording=True)


def is_transposing() -> bool:
    """Tell whether the values that are computed here count for nothing."""
    return _is_inside(transposing)


def _is_inside(kind: type[Setting]) -> bool:
    mode: Mode | None = _current.get()
    while mode is not None:
        if type(mode.setting) is kind:
            return True
        mode = mode.outer
    return False
