"""Sums of products over named axes: ``einsum``.

The gradient of a sum of products is another: the cotangent takes the place of the operand.
"""

from __future__ import annotations

import functools
import math
import string
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import check_order, describe
from ..registry import implements, operations
from .declaration import primitive
from .domains import REAL, Drawn

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "einsum",
]

#: The letters that name axes, in the order in which whole numbers name them too, and implicit output is sorted.
_LETTERS = string.ascii_uppercase + string.ascii_lowercase

#: From how many products on it pays to look for a path and for matrix products.
_MANY = 4096


class _Plan(NamedTuple):
    """How the gradient by one operand is made; see ``_planned``."""

    subscripts: str
    wanted: str  #: the axes of the operand, those that come again renamed
    again: tuple[int, ...]  #: which come again
    missing: frozenset[str]  #: which nobody else has


@functools.lru_cache(maxsize=1024)
def _planned(subscripts: str, index: int) -> _Plan:
    """Plan the gradient by the operand at ``index``: a sum of products of the cotangent and the other operands.

    An axis whose letter comes again in the operand's own term was read on the diagonal: the gradient lies there, and
    identity matrices put it there. An axis whose letter nobody else has was added up: there the gradient is the same.
    """
    inputs, _, output = subscripts.partition("->")
    terms = inputs.split(",")
    fed = [output, *terms[:index], *terms[index + 1 :]]
    free = (letter for letter in _LETTERS if letter not in subscripts)
    wanted = ""
    again = []
    for place, letter in enumerate(terms[index]):
        if letter in wanted:
            again.append(place)
            wanted += next(free)
            fed.append(letter + wanted[-1])
        else:
            wanted += letter
    missing = frozenset(wanted).difference(*fed)
    kept = "".join(letter for letter in wanted if letter not in missing)
    return _Plan(f"{','.join(fed)}->{kept}", wanted, tuple(again), missing)


def _gradient(g: Any, subscripts: str, others: Sequence[Any], index: int, shape: Any) -> Any:
    plan = _planned(subscripts, index)
    fed = [g, *others, *(np.eye(shape[place], dtype=g.dtype) for place in plan.again)]
    found = np.einsum(plan.subscripts, *fed, optimize=len(fed) > 2 or _is_large(plan.subscripts, fed))
    laid: tuple[int, ...] = found.shape
    if plan.missing:
        sizes = iter(laid)
        laid = tuple(1 if letter in plan.missing else next(sizes) for letter in plan.wanted)
        found = np.reshape(found, laid)
    if laid == shape:
        return found
    spread = np.broadcast_shapes(laid, shape)  # larger than the operand where that was itself broadcast
    return found if spread == laid else np.broadcast_to(found, spread)


def _is_large(subscripts: str, operands: Sequence[Any]) -> bool:
    """Whether so many products are added up that it pays to look for matrix products."""
    if math.prod(operand.size for operand in operands) < _MANY:
        return False  # there are at most as many products
    sizes: dict[str, int] = {}
    for term, operand in zip(subscripts.partition("->")[0].split(","), operands, strict=True):
        for letter, size in zip(term, operand.shape, strict=True):
            sizes[letter] = max(size, sizes.get(letter, 1))
    return math.prod(sizes.values()) > _MANY


def _by_one(g: Any, x_shape: tuple[int, ...], subscripts: str) -> Any:
    return _gradient(g, subscripts, (), 0, x_shape)


def _by_one_of(g: Any, operands: Sequence[Any], subscripts: str, index: int) -> Any:
    return _gradient(g, subscripts, [*operands[:index], *operands[index + 1 :]], index, operands[index].shape)


_OF_ONE = ["i->i", "i->", "ij->ji", "ij->j", "ij->", "ii->i", "ii->", "iij->j", "iji->ij", "iii->i", "ijk->ki", "->"]
_OF_SEVERAL = [
    "i,i->",
    "i,j->ij",
    "ij,jk->ik",
    "ij,jk->",
    "bij,bjk->kib",
    "ij,ij->i",
    "ii,ij->j",
    "ij,k->k",
    ",i->i",
    "i,i,i->i",
    "ij,jk,kl->il",
    "ij,jj,->ij",
    "ik,jk,ij->",
]


def _operands_for(draw: Draw, subscripts: str) -> Drawn:
    """Operands with an axis of some size for each letter; now and then an axis has size 1 instead, and is broadcast."""
    terms = subscripts.partition("->")[0].split(",")
    sizes = {letter: draw.integer(0, 3) for letter in sorted({*"".join(terms)})}
    shapes = []
    for term in terms:
        stretched = {letter for letter in term if term.count(letter) == 1 and draw.integer(0, 4) == 4}
        shapes.append(tuple(1 if letter in stretched else sizes[letter] for letter in term))
    return tuple(draw.array(REAL, shape) for shape in shapes), {"subscripts": subscripts}


@primitive(
    rules={"x": _by_one},
    domain=lambda draw: _operands_for(draw, draw.choice(_OF_ONE)),
    label="einsum",
    analytic=True,
)
def rearrangement(x: Any, /, subscripts: str) -> Any:
    """``einsum`` of one operand, all axes named; the operand is not kept for the gradient."""
    return np.einsum(subscripts, x)


@primitive(
    rules={"operands": _by_one_of},
    domain=lambda draw: _operands_for(draw, draw.choice(_OF_SEVERAL)),
    label="einsum",
    analytic=True,
)
def contraction(*operands: Any, subscripts: str, optimize: Any = False) -> Any:
    """``einsum`` of two operands or more, all axes named."""
    return np.einsum(subscripts, *operands, optimize=optimize)


@implements(np.einsum)
def einsum(*operands: Any, optimize: Any = False, dtype: Any = None, casting: str = "safe", order: str = "K") -> Any:
    """Sum of products of operands over named axes, in all forms of NumPy's.

    Parameters
    ----------
    *operands
        ``"ij,jk->ik", x, y`` with letters, ``"ij,jk", x, y`` with the output implied (the letters that come once, in
        alphabetical order), ``...`` for axes that broadcast, a letter twice in a term for a diagonal; or
        ``x, [0, 1], y, [1, 2], [0, 2]`` with whole numbers, and ``...``, for letters.
    optimize
        As NumPy's: how to look for a good order of the products. Gradients look for one whenever it pays.
    dtype, casting
        In which dtype to calculate, and what conversion of operands to it is allowed.
    order
        Taken for NumPy's sake: the result has the same values in whatever order of memory.

    Raises
    ------
    ValueError
        If the subscripts do not fit the operands, or the sizes of an axis differ.

    >>> import autograd as ag
    >>> x = ag.Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> trace = ag.einsum("ii", x)
    >>> trace.backward()
    >>> trace.item(), x.grad.tolist()
    (5.0, [[1.0, 0.0], [0.0, 1.0]])
    """
    check_order("einsum", order)
    written, arrays = _read(operands)
    tensors = [operations.asarray(array) for array in arrays]
    subscripts = _all_named(written, tuple(tensor.ndim for tensor in tensors))
    if dtype is not None or casting != "safe":
        wanted = np.result_type(*(tensor.dtype for tensor in tensors)) if dtype is None else dtype
        tensors = [_converted(tensor, wanted, casting) for tensor in tensors]
    if len(tensors) == 1:
        return rearrangement(tensors[0], subscripts)
    return contraction(*tensors, subscripts=subscripts, optimize=optimize)


def _converted(tensor: Any, dtype: Any, casting: Any) -> Any:
    if not np.can_cast(tensor.dtype, dtype, casting):
        raise TypeError(
            f"einsum: an operand, {describe(tensor)}, cannot become {np.dtype(dtype)} by the rule casting={casting!r}"
        )
    return operations.astype(tensor, dtype, copy=False)


def _read(operands: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """Give the subscripts as a text without blanks, and the arrays."""
    if operands and isinstance(operands[0], str):
        return operands[0].replace(" ", ""), operands[1:]
    if len(operands) < 2:
        raise ValueError('einsum: give subscripts and operands, "ij,jk->ik", x, y; or x, [0, 1], y, [1, 2], [0, 2]')
    pairs = len(operands) // 2 * 2
    written = ",".join(map(_lettered, operands[1:pairs:2]))
    return written + (f"->{_lettered(operands[-1])}" if len(operands) % 2 else ""), operands[:pairs:2]


def _lettered(axes: Any) -> str:
    """The axes of one operand as letters; whole numbers name them in the other form."""
    if not isinstance(axes, (list, tuple)):
        raise TypeError(f"einsum: the axes of an operand are a list of whole numbers and ..., got {describe(axes)}")
    letters = []
    for axis in axes:
        if axis is Ellipsis:
            letters.append("...")
        elif isinstance(axis, (int, np.integer)) and 0 <= axis < len(_LETTERS):
            letters.append(_LETTERS[axis])
        else:
            raise ValueError(f"einsum: axes are named by ... and whole numbers from 0 to 51, got {axis!r}")
    return "".join(letters)


@functools.lru_cache(maxsize=1024)
def _all_named(written: str, ndims: tuple[int, ...]) -> str:
    """Name the axes that ``...`` stands for, and the output."""
    inputs, arrow, output = written.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ndims):
        raise ValueError(f"einsum: {written!r} has subscripts for {len(terms)} operands, and {len(ndims)} are given")
    for term in [*terms, output]:
        if not {*term.replace("...", "", 1)} <= {*_LETTERS}:
            raise ValueError(f"einsum: subscripts are letters and at most one ... for an operand; got {written!r}")
    behind = [_dots(written, term, ndim) for term, ndim in zip(terms, ndims, strict=True)]
    free = [letter for letter in _LETTERS if letter not in written]
    most = max(behind)
    if most > len(free):
        raise ValueError(f"einsum: {written!r} has more axes than there are letters")
    dots = "".join(free[:most])
    named = [term.replace("...", dots[most - count :]) for term, count in zip(terms, behind, strict=True)]
    return f"{','.join(named)}->{_output(written, output if arrow else None, terms, dots)}"


def _dots(written: str, term: str, ndim: int) -> int:
    """How many axes ``...`` stands for in a term."""
    letters = len(term.replace("...", ""))
    if letters > ndim or ("..." not in term and letters < ndim):
        raise ValueError(f"einsum: in {written!r}, {term!r} names {letters} axes, and the operand has {ndim}")
    return ndim - letters


def _output(written: str, output: str | None, terms: Sequence[str], dots: str) -> str:
    letters = "".join(terms).replace(".", "")
    if output is None:
        return dots + "".join(letter for letter in sorted({*letters}) if letters.count(letter) == 1)
    if dots and "..." not in output:
        raise ValueError(f"einsum: {written!r} has axes under ... that the output must keep: put ... into it")
    for letter in output.replace("...", ""):
        if letter not in letters or output.count(letter) > 1:
            raise ValueError(f"einsum: in {written!r} each letter of the output comes once there, and in an operand")
    return output.replace("...", dots)
