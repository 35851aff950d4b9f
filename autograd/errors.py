"""Error texts that name the operation, what it was given, and what would have been right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

#: Whole numbers of more bits are not written out.
_LONGEST = 128


def describe(operand: Any) -> str:
    """Say what an operand is in a few words: ``float32 (3, 4)``, or the number itself.

    >>> describe(np.zeros((3, 4), dtype=np.float32))
    'float32 (3, 4)'
    """
    if isinstance(operand, int) and operand.bit_length() > _LONGEST:
        return f"a whole number of {operand.bit_length()} bits"
    shape = None if isinstance(operand, (type, np.dtype)) else getattr(operand, "shape", None)
    if shape is None or isinstance(operand, np.generic):
        text = repr(operand) if shape is None else str(operand)
        return text if len(text) <= 40 else f"{text[:37]}..."
    return f"{operand.dtype} {tuple(shape)}"


def check_device(name: str, device: Any) -> None:
    """Raise ``ValueError`` for anything but the one device there is, ``"cpu"``, or ``None``.

    Another library's object that calls itself so, ``torch.device("cpu")``, serves, too.

    >>> check_device("zeros", "cpu")
    """
    if device is not None and str(device) != "cpu":
        raise ValueError(
            f"{name}: the only device is 'cpu', got {describe(device)}. Everything is computed on the CPU, wherever "
            "it was before: leave the device out, or write 'cpu'"
        )


def check_order(name: str, order: Any, allowed: str = "CFAK") -> None:
    """Raise ``ValueError`` for what is no order in memory, or one that an operation cannot follow.

    >>> check_order("ravel", "F", "CF")
    """
    if isinstance(order, str) and order in (*allowed,):
        return
    if order in ("A", "K"):
        raise ValueError(f"{name}: order is 'C' or 'F'; a Tensor shows no order in memory, which {order!r} asks for")
    raise ValueError(f"{name}: order is one of {', '.join(allowed)}; given {describe(order)}")


def refuse_complex(*operands: Any) -> None:
    """Raise ``TypeError`` for complex numbers, in a forward whose NumPy code would take them and be wrong.

    >>> refuse_complex(1.0, np.zeros(3))
    """
    if any(np.iscomplexobj(operand) for operand in operands):
        raise TypeError("takes real numbers only")


def refuse_to_lose(values: Any, dtype: Any, caller: str, *, only_complex: bool = False) -> None:
    """Raise where a conversion would drop imaginary parts or fractions."""
    try:
        given = np.dtype(getattr(values, "dtype", None) or np.asarray(values).dtype)
    except ValueError:  # of rows of different lengths nothing is made that could lose anything
        return
    wanted = np.dtype(dtype)
    losing = ("c",) if only_complex else ("c", "f")
    if given.kind in losing and "biufc".find(wanted.kind) < "biufc".find(given.kind):
        raise TypeError(f"{caller}: values of dtype {given} would lose something as {wanted}; convert them first")


def refuse_to_detach(value: Any, dtype: Any, caller: str) -> None:
    """Raise where a value that requires grad would go into integers or booleans, and lose its gradient in silence."""
    if np.dtype(dtype).kind not in "fc" and getattr(value, "requires_grad", False):
        raise TypeError(f"{caller}: {dtype} cannot hold a value that requires grad; detach() it if that is meant")


#: How that is written which has no name of its own for its users.
_WRITTEN = {"gather": "x{index}", "put": "x{index} = value"}


def explained(error: BaseException, name: str, operands: Sequence[Any], attributes: Mapping[str, Any]) -> Exception:
    """Make of an error in a forward one of the same kind that says which operation failed, and on what."""
    said = str(error).strip()
    if name in _WRITTEN and "template" in attributes:
        call = _WRITTEN[name].format(index=attributes["template"])
        names = ["x", *(["value"] if name == "put" else [])]
        parts = [*names, *["array"] * (len(operands) - len(names))]
        where = ", ".join(f"{part} is {describe(operand)}" for part, operand in zip(parts, operands, strict=True))
        return _same_kind(error)(f"{call}, where {where}: {said}")
    given = [describe(operand) for operand in operands]
    given += [f"{key}={describe(value)}" for key, value in attributes.items() if value is not None]
    hint = _hint(name, operands, said)
    return _same_kind(error)(f"{name}({', '.join(given)}): {said}{f'. {hint}' if hint else ''}")


#: What begins with the name of an operation says already what failed.
_NAMED = re.compile(r"(?!int\(|float\(|complex\()[A-Za-z_][\w.]*(\(|: )")


def named(error: Exception, call: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Exception:
    """Make of an error inside of a function one that names the function, and what it was given; or leave it as it is.

    >>> named(ValueError("too deep"), "np.take", [1.0], {})
    ValueError('np.take(1.0): too deep')
    >>> named(ValueError("np.asarray: of a Tensor"), "np.take", [1.0], {})
    ValueError('np.asarray: of a Tensor')
    """
    said = str(error).strip()
    if isinstance(error, np.exceptions.AxisError) or _NAMED.match(said) or call.rpartition(".")[2] in said:
        return error
    given = [*map(describe, args), *(f"{name}={describe(value)}" for name, value in kwargs.items())]
    return _same_kind(error)(f"{call}({', '.join(given)}): {said}")


def _same_kind(error: BaseException) -> type[Exception]:
    """The nearest class of an error that takes a text alone: others of NumPy's own take other arguments.

    What lacks an attribute of arrays is of a wrong type.
    """
    if isinstance(error, AttributeError):
        return TypeError
    kinds = (np.linalg.LinAlgError, FloatingPointError, OverflowError, IndexError, ValueError, TypeError, Exception)
    return next(kind for kind in type(error).__mro__ if kind in kinds)


def _hint(name: str, operands: Sequence[Any], said: str) -> str:
    if name in ("matmul", "linear"):
        hint = _hint_on_product(name, *(getattr(operand, "shape", ()) for operand in operands[:2]))
        if hint:
            return hint
    unbroadcast = _NOT_BROADCAST.search(said)
    return _clash([_sizes(shape) for shape in _SHAPE.findall(unbroadcast[1])]) if unbroadcast else ""


def _hint_on_product(name: str, first: Sequence[int], second: Sequence[int]) -> str:
    if not first or not second:
        return ""
    by_rows = name == "linear" or len(second) == 1
    inner = second[-1] if by_rows else second[-2]
    if first[-1] != inner:
        which = "last" if by_rows else "second to last"
        return f"The last axis of the first operand, {first[-1]}, must equal the {which} of the second, {inner}"
    return _clash([[*shape[:-2], 1, 1] for shape in (first, second)]) if name == "matmul" else ""


#: NumPy's words where it tried to broadcast, with the shapes that it tried.
_NOT_BROADCAST = re.compile(r"could not be broadcast together with shapes (.*)")
_SHAPE = re.compile(r"\(([\d,]*)\)")


def _sizes(shape: str) -> list[int]:
    return [int(size) for size in shape.split(",") if size]


def _clash(shapes: Sequence[Sequence[int]]) -> str:
    """Say on which axis shapes do not broadcast: the last such."""
    for axis in range(1, max(map(len, shapes)) + 1):
        sizes = list(dict.fromkeys(shape[-axis] for shape in shapes if len(shape) >= axis and shape[-axis] != 1))
        if len(sizes) > 1:
            return (
                f"Shapes are aligned at the right; on axis -{axis} the sizes {sizes[0]} and {sizes[1]} differ and "
                "neither is 1"
            )
    return ""


#: What PyTorch calls parameters that have NumPy's names here: one of these.
_NUMPYS_NAMES = {
    "dim": ["axis"],
    "dims": ["axis", "axes"],
    "keepdim": ["keepdims"],
    "input": ["x"],
    "other": ["y"],
}


def hint_on_parameter(name: str, known: Sequence[str]) -> str:
    """Say what a parameter is called here, if it was given by the name that PyTorch has for it.

    >>> hint_on_parameter("dim", ["axis", "keepdims"])
    "; NumPy's name for it is 'axis'"
    """
    here = [candidate for candidate in _NUMPYS_NAMES.get(name, ()) if candidate in known]
    return f"; NumPy's name for it is {here[0]!r}" if here else ""
