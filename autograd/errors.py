"""Error texts that name the operation, what it was given, and what would have been right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def describe(operand: Any) -> str:
    """Say what an operand is in a few words: ``float32 (3, 4)``, or the number itself.

    >>> describe(np.zeros((3, 4), dtype=np.float32))
    'float32 (3, 4)'
    """
    shape = getattr(operand, "shape", None)
    if shape is None:
        text = repr(operand)
        return text if len(text) <= 40 else f"{text[:37]}..."
    return f"{operand.dtype} {tuple(shape)}"


def explained(error: Exception, name: str, operands: Sequence[Any], attributes: Mapping[str, Any]) -> Exception:
    """Make of an error in a forward one of the same kind that says which operation failed, and on what."""
    given = [describe(operand) for operand in operands]
    given += [f"{key}={describe(value)}" for key, value in attributes.items() if value is not None]
    text = f"{name}({', '.join(given)}): {error}"
    hint = _hint(name, operands)
    return _same_kind(error)(f"{text}. {hint}" if hint else text)


def _same_kind(error: Exception) -> type[Exception]:
    """The nearest built-in class of an error: NumPy's own take other arguments."""
    return next(kind for kind in type(error).__mro__ if kind in (FloatingPointError, IndexError, ValueError, TypeError, Exception))


def _hint(name: str, operands: Sequence[Any]) -> str:
    shapes = [operand.shape for operand in operands if getattr(operand, "shape", None)]
    if len(shapes) < 2:
        return ""
    first, second = shapes[0], shapes[1]
    if name in ("matmul", "linear"):
        inner = second[-1] if name == "linear" or len(second) == 1 else second[-2]
        which = "last" if name == "linear" or len(second) == 1 else "second to last"
        if first[-1] != inner:
            return f"The last axis of the first operand, {first[-1]}, must equal the {which} of the second, {inner}"
    for axis, (one, other) in enumerate(zip(first[::-1], second[::-1], strict=False), start=1):
        if one != other and 1 not in (one, other):
            return (
                f"Shapes are aligned at the right; on axis -{axis} the sizes {one} and {other} differ and neither is 1"
            )
    return ""
