"""What a forward that raised was applied to, kept with the error, so that it can be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import explained
from .modes import current_mode
from .source_lines import SourceLine, line_of_user

if TYPE_CHECKING:
    from .primitives.declaration import Primitive


class Failure(NamedTuple):
    """An application of a primitive that raised; an error that is pickled leaves it behind."""

    primitive: Primitive
    operands: tuple[Any, ...]
    scopes: tuple[str, ...]
    line: SourceLine | None

    def __reduce__(self) -> tuple[Any, ...]:
        return type(None), ()


def failed(
    error: BaseException,
    primitive: Primitive,
    operands: Sequence[Any],
    arrays: Sequence[Any],
    attributes: Mapping[str, Any],
) -> Exception:
    """Make of an error in a forward one that says which operation failed, on what, and that ``failure_of`` knows."""
    said = explained(error, primitive.name, arrays, attributes)
    said._failure = Failure(primitive, tuple(operands), current_mode().scopes, line_of_user())  # type: ignore[attr-defined]
    return said


def failure_of(error: BaseException) -> Failure | None:
    """Give the failed application behind an error, or behind one that it was raised for.

    >>> import autograd as ag
    >>> try:
    ...     ag.Tensor([1.0, 2.0]) @ ag.Tensor([1.0, 2.0, 3.0])
    ... except ValueError as error:
    ...     failure_of(error).primitive.name
    'matmul'
    """
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        found = getattr(each, "_failure", None)
        if isinstance(found, Failure):
            return found
        seen.add(id(each))
        each = each.__cause__ or each.__context__
    return None
