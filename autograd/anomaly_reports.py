"""What is said of a NaN or Inf that was made: ``AnomalyError``, its text, and the drawing of the neighbourhood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import describe
from .excerpts import cut_out
from .graph import Graph, Node, Operation, operation
from .modes import Rule, current_mode
from .patches import Patch
from .retaining import line_of_user
from .tensor import Tensor

if TYPE_CHECKING:
    from .drawing import Drawing
    from .primitives.declaration import Primitive

#: How many values are shown on either side of a bad one.
_BESIDE = 2


class AnomalyError(FloatingPointError):
    """A NaN or Inf that was made of finite values; see ``detect_anomaly``.

    Attributes
    ----------
    phase
        ``"forward"`` or ``"backward"``.
    operation
        The name of the primitive whose forward, or whose gradient rule, made it.
    operand
        In the backward, the name of the operand that the gradient is for.
    shape
        The shape of what was made.
    index
        Where the first bad value is in it.
    line
        The line of the program that recorded the operation, as ``file:number``, or that called it if nothing was
        recorded; ``None`` if the forward was not inside the mode.
    scopes
        The modules and scopes that the operation belongs to, outermost first.
    """

    phase: str = ""
    operation: str = ""
    operand: str | None = None
    shape: tuple[int, ...] = ()
    index: tuple[int, ...] = ()
    line: str | None = None
    scopes: tuple[str, ...] = ()

    _center: Operation | None = None
    _ends: tuple[Node, ...] = ()
    _gradients: dict[Node, Tensor]

    def graph(self, distance: int = 2) -> Graph:
        """Give the operations up to ``distance`` steps away from the one that failed, with their values and gradients.

        They are copies: of what lies beyond them, the values alone are there.

        >>> import autograd as ag
        >>> x = ag.Tensor([1.0, -1.0], requires_grad=True)
        >>> try:
        ...     with ag.detect_anomaly():
        ...         (ag.log(x * 2) + 1).sum()
        ... except ag.AnomalyError as error:
        ...     [node.operation for node in error.graph()]
        ['leaf', 'multiply', 'log']
        """
        if type(distance) is not int or distance < 0:
            raise ValueError(f"AnomalyError: distance is a number of steps, 0 or more; got {distance!r}")
        if self._center is None or self._center.value is None:
            raise RuntimeError(
                "AnomalyError: the values around are not known any more; compute the forward, too, inside "
                "`with autograd.detect_anomaly():`, and draw in the process in which the error was raised"
            )
        return cut_out(self._center, distance, self._ends, self._gradients)

    def draw(self, distance: int = 2, **options: Any) -> Drawing:
        """Draw the operations up to ``distance`` steps away from the one that failed; the options are ``draw``'s.

        >>> import autograd as ag
        >>> x = ag.Tensor([0.0, 4.0], requires_grad=True)
        >>> try:
        ...     with ag.detect_anomaly():
        ...         ag.sqrt(x).sum().backward()
        ... except ag.AnomalyError as error:
        ...     drawing = error.draw()
        """
        from .drawing import draw

        return draw(self.graph(distance), **options)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what the error says, without the graph."""
        said = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return type(self), self.args, said


def arrays_in(value: Any) -> Iterator[Any]:
    """Give all floating and complex arrays and numbers in what an operation was given, or gave."""
    if isinstance(value, Patch):
        value = value._values
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from arrays_in(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from arrays_in(part)
    elif isinstance(value, (float, complex)) or getattr(getattr(value, "dtype", None), "kind", "") in ("f", "c"):
        yield value._array if isinstance(value, Tensor) else value


def in_forward(primitive: Primitive, operands: Sequence[Any], result: Tensor, bad: Any) -> AnomalyError:
    """Say that an operation has made what is ``bad`` in its result."""
    index = _first(bad)
    scopes, line = current_mode().scopes, line_of_user()
    lines = [
        f"{primitive.name}: the forward gave {_found(result._array, bad, index)}, of finite values",
        f"result: {_shown(result._array, index, result.shape)}",
    ]
    for position, operand in enumerate(operands):
        if operand is not None:
            shown = _shown(operand, index, result.shape)
            lines.append(f"{_operand_name(primitive, position, operand)}: {shown}")
    error = _error(lines, line, scopes)
    error.phase, error.operation, error.shape, error.index = "forward", primitive.name, result.shape, index
    error._center = _as_operation(primitive, operands, result)
    error._ends, error._gradients = (), {}
    return error


def in_backward(
    node: Operation, parent: Node, rule: Rule, ends: tuple[Node, ...], g: Any, contribution: Any, bad: Any
) -> AnomalyError:
    """Say that a gradient rule of an operation has made what is ``bad`` in its contribution."""
    (made,) = arrays_in(contribution)
    index, shape = _first(bad), made.shape
    name = _operand_name(node.primitive, _position(node, parent, rule), parent)
    lines = [
        f"{node.operation}: the gradient rule for {name} gave {_found(made, bad, index)}, of finite values",
        f"gradient for {name}: {_shown(made, index, shape)}",
        f"gradient of the result: {_shown(g, index, shape)}",
    ]
    for position, operand in enumerate(node.operands):
        known = operand if operand is not None else getattr(node.parents[position], "value", None)
        if known is not None:
            of = node.parents[position] or operand
            lines.append(f"{_operand_name(node.primitive, position, of)}: {_shown(known, index, shape)}")
    if node.value is not None:
        lines.append(f"result: {_shown(node.value, index, shape)}")
    error = _error(lines, node.line, node.scopes)
    error.phase, error.operation, error.shape, error.index = "backward", node.operation, shape, index
    error.operand = name
    error._center, error._ends, error._gradients = node, ends, {node: _gradient(g)}
    if shape == parent.shape:
        error._gradients[parent] = _gradient(made)
    return error


def in_sum(node: Operation, ends: tuple[Node, ...], g: Any, bad: Any) -> AnomalyError:
    """Say that finite gradients of the result of an operation add up to what is ``bad``."""
    (array,) = arrays_in(g)
    index = _first(bad)
    found = f"{_found(array, bad, index)} as {node.dtype}"
    lines = [
        f"{node.operation}: the gradients that arrive for its result are finite, and add up to {found}",
        f"gradient of the result: {_shown(array, index, array.shape)}",
    ]
    error = _error(lines, node.line, node.scopes)
    error.phase, error.operation, error.shape, error.index = "backward", node.operation, node.shape, index
    error._center, error._ends, error._gradients = node, ends, {node: _gradient(g)}
    return error


def _error(lines: list[str], line: str | None, scopes: tuple[str, ...]) -> AnomalyError:
    if line is not None:
        lines.append(f"at {line}")
    if scopes:
        lines.append(f"in {' / '.join(scopes)}")
    error = AnomalyError("\n  ".join([*lines, "AnomalyError.draw() draws the neighbourhood"]))
    error.line, error.scopes = line, scopes
    return error


def _first(bad: Any) -> tuple[int, ...]:
    return tuple(int(place) for place in np.unravel_index(int(np.argmax(bad)), np.shape(bad)))


def _found(array: Any, bad: Any, index: tuple[int, ...]) -> str:
    count, size = int(np.count_nonzero(bad)), np.size(array)
    where = f" at [{', '.join(map(str, index))}]" if index else ""
    others = f", the first of {count:,} such among {size:,}" if count > 1 else ""
    return f"{_number(np.asarray(array)[index])}{where}{others}"


def _shown(value: Any, index: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """Say what a value is, in which range, and what it holds near the index of a result of that shape."""
    array = np.asarray(value.data if isinstance(value, Tensor) else value)
    if array.ndim == 0:
        return f"{array.dtype} {_number(array[()])}"
    text = describe(array)
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    if finite.size and array.dtype.kind in "iuf" and finite.size == array.size:
        text += f", from {_number(finite.min())} to {_number(finite.max())}"
    place = _place_in(array.shape, index, shape)
    if place is None:
        return text
    *row, column = place
    start, stop = max(0, column - _BESIDE), min(array.shape[-1], column + _BESIDE + 1)
    values = ", ".join(map(_number, array[tuple(row)][start:stop]))
    return f"{text}, [{', '.join([*map(str, row), f'{start}:{stop}'])}] = [{values}]"


def _place_in(own: tuple[int, ...], index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Where an array is read for the element of a result at an index, if it is broadcast to its shape."""
    if len(own) > len(shape) or any(
        size not in (1, wanted) for size, wanted in zip(own[::-1], shape[::-1], strict=False)
    ):
        return None
    return tuple(0 if size == 1 else place for size, place in zip(own, index[len(index) - len(own) :], strict=True))


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, np.inexact) else str(value)


def _operand_name(primitive: Primitive, position: int, operand: Any) -> str:
    names = primitive.operand_names
    name = names[min(position, len(names) - 1)]
    if primitive.is_variadic and position >= len(names) - 1:
        name = f"{name}[{position - len(names) + 1}]"
    given = getattr(operand, "name", None)
    return name if given is None else f"{name} ({given!r})"


def _position(node: Operation, parent: Node, rule: Rule) -> int:
    """Which operand of an operation a rule is for."""
    places = (position for position, each in enumerate(node.parents) if each is parent)
    for of, its, _, _ in node.pullbacks or ():
        if of is parent:
            place = next(places)
            if its is rule:
                return place
    return 0


def _gradient(cotangent: Any) -> Tensor:
    """What a user sees of a cotangent."""
    (array,) = arrays_in(cotangent)
    return Tensor._made(np.conj(array) if array.dtype.kind == "c" else array)


def _as_operation(primitive: Primitive, operands: Sequence[Any], result: Tensor) -> Operation:
    """A node for an operation that failed, whether it was recorded or not."""
    parents = [operand.node if isinstance(operand, Tensor) else None for operand in operands]
    depth = 1 + max((parent.depth for parent in parents if parent is not None), default=0)
    node = operation(primitive, parents, [], result.shape, result.dtype, depth)
    notes = node.annotate()
    notes.value, notes.operands = result.data, tuple(operands)
    notes.scopes, notes.line = current_mode().scopes, line_of_user()
    return node
