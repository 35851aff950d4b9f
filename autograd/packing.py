"""What rules keep until the backward, packed by functions of the user: in a smaller form, or somewhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import describe
from .graph import Pullback
from .modes import Interceptor, Mode, Packing, Setting, current_mode, joining
from .ownership import is_held_once
from .tensor import Tensor

if TYPE_CHECKING:
    from .primitives.declaration import Primitive


class saved_tensors_hooks(joining):  # noqa: N801 - PyTorch's name
    """Pack what gradient rules keep, when an operation is recorded, and unpack it when the backward needs it.

    A context manager and a decorator, with PyTorch's name and meaning: to keep arrays on a disk, or as float16, or to
    see what is kept. Of several around an operation the innermost counts. The backward may run outside.

    Parameters
    ----------
    pack_hook
        Gets a constant Tensor with an array that a rule keeps, an operand, the result, or what the forward of a
        ``Function`` has saved; what it returns, of any type, is kept in its place. It is called once for each operand
        or result of an operation that is kept, so twice for the one array of ``x * x``, as in PyTorch. An operand may
        well be a weight or a result that something else holds anyway.
    unpack_hook
        Gets what ``pack_hook`` returned; returns a Tensor or an array with the values, of the same shape and dtype. It
        is called again in each walk, and where someone looks at the values of a node.

    Raises
    ------
    TypeError
        If a hook cannot be called, or one unpacks what is no Tensor and no array, or has another dtype.
    ValueError
        If what is unpacked has another shape.

    >>> import numpy as np
    >>> import autograd as ag
    >>> def pack(tensor):
    ...     return tensor.data.astype(np.float16), tensor.dtype
    >>> def unpack(packed):
    ...     return packed[0].astype(packed[1])
    >>> x = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.saved_tensors_hooks(pack, unpack):
    ...     y = ag.exp(x)
    >>> y.sum().backward()
    >>> x.grad  # exp keeps its result, here with three digits
    Tensor([2.71875   , 7.390625...], dtype=float64)
    """

    def __init__(self, pack_hook: Callable[[Tensor], Any], unpack_hook: Callable[[Any], Any]) -> None:
        for name, hook in (("pack_hook", pack_hook), ("unpack_hook", unpack_hook)):
            if not callable(hook):
                raise TypeError(f"saved_tensors_hooks: {name} must be a function, got {type(hook).__name__}")
        self._hooks: Packing = pack_hook, unpack_hook

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block; where there are hooks around, these take their place."""
        inside = mode.inside() if mode.packing is not None else super().change(mode)
        inside.packing = self._hooks
        return inside

    def apply(
        self, inner: Interceptor, primitive: Primitive, operands: Sequence[Any], attributes: dict[str, Any]
    ) -> Tensor:
        """Have a primitive applied, and pack what its rules keep."""
        result = inner(primitive, operands, attributes)
        node, hooks = result.node, current_mode().packing
        pullbacks = None if node is None else getattr(node, "pullbacks", None)
        if hooks is not None and isinstance(pullbacks, list):
            node.pullbacks = Packed(pullbacks, hooks, primitive.name)  # type: ignore[union-attr]
        return result


class Packed:
    """The pullbacks of an operation, with arrays packed; unpacks them as the walk goes from one to the next."""

    __slots__ = ("_name", "_packed", "_pullbacks", "_unpack")

    def __init__(self, pullbacks: Iterable[Pullback], hooks: Packing, name: str) -> None:
        pack, self._unpack = hooks
        self._name = name
        self._packed: dict[int, tuple[Any, tuple[int, ...], Any]] = {}

        def put(value: Any, place: int) -> Any:
            if not isinstance(value, np.ndarray):
                return value
            if place not in self._packed:  # several rules may need it
                with _apart():
                    self._packed[place] = pack(Tensor._made(value)), value.shape, value.dtype
            return Packed

        self._pullbacks = [
            (parent, rule, _changed(needed, places, put), places) for parent, rule, needed, places in pullbacks
        ]

    def __iter__(self) -> Iterator[Pullback]:
        unpacked: dict[int, Any] = {}

        def take(value: Any, place: int) -> Any:
            if value is not Packed:
                return value
            if place not in unpacked:
                unpacked[place] = self._unpacked(place)
            return unpacked[place]

        for parent, rule, needed, places in self._pullbacks:
            if parent.requires_grad:
                yield parent, rule, _changed(needed, places, take), places

    def held(self) -> Iterator[Any]:
        """Give what is kept, as it is packed."""
        return (packed for packed, _, _ in self._packed.values())

    def _unpacked(self, place: int) -> Any:
        packed, shape, dtype = self._packed[place]
        with _apart():
            given = self._unpack(packed)
        wanted = f"saved_tensors_hooks: unpack_hook must give a Tensor or an array, {dtype} {shape}, for {self._name}"
        if not isinstance(given, (Tensor, np.ndarray)):
            raise TypeError(f"{wanted}; it gave {describe(given)}, a {type(given).__name__}")
        if given.shape != shape:
            raise ValueError(f"{wanted}; it gave {describe(given)}")
        if given.dtype != dtype:
            raise TypeError(f"{wanted}; it gave {describe(given)}")
        if isinstance(given, Tensor):
            return given._array
        return given if is_held_once(given) else given.copy()


class _apart(Setting):  # noqa: N801 - used like no_grad
    """Neither record nor show to anybody what the hooks compute."""

    def change(self, mode: Mode) -> Mode:
        """Give the mode inside the block."""
        return Mode(recording=False, scopes=mode.scopes, outer=mode)


def _changed(needed: Any, places: Sequence[int | slice], change: Callable[[Any, int], Any]) -> Any:
    """What a rule needs, with its arrays changed, and all else left as it is."""
    if len(places) == 1:
        return _changed_at(needed, places[0], change)
    return tuple(_changed_at(value, place, change) for value, place in zip(needed, places, strict=True))


def _changed_at(value: Any, place: int | slice, change: Callable[[Any, int], Any]) -> Any:
    if isinstance(place, slice):
        return [change(part, at) for at, part in enumerate(value, start=place.start)]
    return change(value, place)
