"""What a call may do: give NumPy's value, or refuse with a reason."""

import re
import traceback
import warnings
from pathlib import Path

import numpy as np

import autograd
from autograd import Tensor

#: What a refusal may be. An ``AttributeError``, ``KeyError`` or ``AssertionError`` explains nothing to a user.
REFUSALS = (TypeError, ValueError, IndexError, RuntimeError, OverflowError, ZeroDivisionError, MemoryError)
INTERNAL = (RecursionError, UnboundLocalError, UnicodeError)

#: Marks of a message that was not written for the user.
FOREIGN = re.compile(r"has no attribute '_|\b_\w+\(\)|argument: '_")

#: Where our engine stands.
OUR_CODE = Path(autograd.__file__).parent

#: What an explanation begins with: the operation, or a parameter of it.
NAMED = re.compile(r"(?!int\(|float\(|complex\()[A-Za-z_][\w.]*( \(\w+\))?[(:\[]")


class Outcome:
    """What a call gave, or what it raised."""

    def __init__(self, function, args, kwargs):
        self.value = self.error = None
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self.value = function(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is judged
                self.error = error


def check_refusal(error, what, words=None):
    """An error must be of a kind that a user can expect, and say what was wrong with what."""
    kind = type(error).__name__
    if isinstance(error, KeyError) and not came_through_us(error):  # of a dict, which was asked for a Tensor
        return
    assert isinstance(error, REFUSALS), f"{what} raised {kind}: {error}"
    assert not isinstance(error, INTERNAL), f"{what} raised {kind}: {error}"
    text = str(error)
    assert not FOREIGN.search(text), f"{what} raised {kind}, not written for a user: {text}"
    is_named = words is None or NAMED.match(text) or any(word in text for word in words) or not came_through_us(error)
    assert is_named, f"{what} raised {kind}, which names nothing of the call: {text}"


def came_through_us(error):
    """Whether our code had a hand in it; of a function without an array among its operands NumPy asks nobody."""
    frames = traceback.extract_tb(error.__traceback__)
    return any(OUR_CODE in Path(frame.filename).parents for frame in frames)


def words_of(name, args, kwargs, parameters=()):
    """What the message of an error may name: the function, a parameter, or something that was given."""
    words = [name.rpartition(".")[2], *(parameter.name for parameter in parameters if len(parameter.name) > 1)]
    for value in flat([*args, *kwargs.values()]):
        if isinstance(value, np.ndarray):
            words += [
                str(value.shape),
                str(value.dtype),
                f"{value.ndim}-d",
                f"dimension {value.ndim}",
                f"size {value.size}",
            ]
        else:
            words.append(repr(value))
    return words


def flat(values):
    for value in values:
        if isinstance(value, (list, tuple)):
            yield value
            yield from flat(value)
        else:
            yield value


def plain(value):
    """What is in Tensors."""
    if isinstance(value, Tensor):
        return value.detach().data
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return value


def check_same(found, expected, what, digits):
    """The values must be NumPy's, and their shapes and dtypes; a Python number may stand for one of NumPy's."""
    found, expected = plain(found), plain(expected)
    if isinstance(expected, list):
        is_alike = isinstance(found, list) and len(found) == len(expected)
        assert is_alike, f"{what} is {found!r}; NumPy: {expected!r}"
        for one, other in zip(found, expected, strict=True):
            check_same(one, other, what, digits)
    elif isinstance(expected, (np.ndarray, np.generic, int, float, complex)):
        one, other = without_repeats(np.asarray(found), np.asarray(expected))
        is_number = isinstance(found, (int, float, complex)) and other.ndim == 0
        same = is_number or (one.shape, one.dtype) == (other.shape, other.dtype)
        assert same, f"{what} is {one.dtype} {one.shape}; NumPy: {other.dtype} {other.shape}"
        assert alike(one, other, digits), f"{what} is {one.tolist()}; NumPy: {other.tolist()}"


def without_repeats(*arrays):
    """The arrays, along axes on which all of them repeat one value in memory only once: they may be of any length."""
    if len({array.shape for array in arrays}) > 1:
        return arrays
    repeated = [all(array.strides[axis] == 0 for array in arrays) for axis in range(arrays[0].ndim)]
    return [array[tuple(slice(1 if once else None) for once in repeated)] for array in arrays]


def alike(one, other, digits):
    """Equal up to rounding; what NumPy makes NaN of infinities may have a better value."""
    if one.dtype.kind not in "fc":
        return np.array_equal(one, other)
    with np.errstate(all="ignore"):
        is_better = np.isnan(other) & np.isinf(one)
        return bool((np.isclose(one, other, rtol=digits, atol=digits, equal_nan=True) | is_better).all())
