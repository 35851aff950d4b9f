"""Every sentence of the standard on special values, by its function, its operator, and that operator in place."""

import itertools
import math
import operator
import re

import numpy as np
import pytest

from tests.standard import corrections, sentences, specification
from tests.standard.reference import COMPLEX, FLOATING, quiet, xp

VERSION = "2024.12"

#: What special cases speak of, and what they do not, of either sign.
SIZES = [0.0, 1e-40, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 1e9, 1e30, math.inf, math.nan]
NUMBERS = [math.copysign(size, sign) for size in SIZES for sign in (1.0, -1.0)]
FEW = [0.0, -0.0, 1.5, -2.0, math.inf, -math.inf, math.nan]
PAIRS = list(itertools.product(NUMBERS, repeat=2))

#: Of these the results are numbers of Python, and one sentence may ask for an exception.
CONVERSIONS = {"__bool__": bool, "__int__": int, "__float__": float, "__complex__": complex}

#: Of these the sentences speak of whole arrays: tests of their own are below.
OF_WHOLE_ARRAYS = {"max", "mean", "min", "prod", "slogdet", "std", "sum", "trace", "var"}

OPERATORS = {
    "abs": operator.abs,
    "add": operator.add,
    "divide": operator.truediv,
    "equal": operator.eq,
    "floor_divide": operator.floordiv,
    "multiply": operator.mul,
    "not_equal": operator.ne,
    "pow": operator.pow,
    "remainder": operator.mod,
}
IN_PLACE = {
    "add": operator.iadd,
    "divide": operator.itruediv,
    "floor_divide": operator.ifloordiv,
    "multiply": operator.imul,
    "pow": operator.ipow,
    "remainder": operator.imod,
}

CASES = [
    case
    for name, said in specification.special_cases(VERSION).items()
    if name not in OF_WHOLE_ARRAYS
    for case in sentences.read(name, corrections.corrected(name, said))
]


BINARY = {case.function for case in CASES if "x1_i" in case.sentence}


def of_functions(names):
    """The sentences on these functions, as parameters of a test."""
    return [pytest.param(case, id=f"{case.function}: {case.sentence}") for case in CASES if case.function in names]


def parts_of(dtype):
    """The dtype of a real number, or of the parts of a complex one."""
    return {"complex128": "float64", "complex64": "float32"}.get(dtype, dtype)


def operands(case, dtype):
    """The numbers of a dtype of which the sentence speaks: an array for each operand, and all of them by name."""
    parts = parts_of(dtype)
    names = operand_names(case)
    numbers = np.array(NUMBERS if len(names) < 3 else FEW).astype(parts).tolist()
    values = [dict(zip(names, each, strict=True)) for each in itertools.product(numbers, repeat=len(names))]
    chosen = [each for each in values if case.holds(each)]
    assert chosen, f"no number is such that: {case.sentence}"
    columns = np.array([list(each.values()) for each in chosen], parts)
    if case.complex:
        columns = columns.view(dtype)
    return [np.ascontiguousarray(column) for column in columns.T], chosen


def operand_names(case):
    if case.function == "clip":
        return ["x_i", "min_i", "max_i"]
    two = case.function in BINARY
    if case.complex:
        return ["a", "b", "c", "d"] if two else ["a", "b"]
    return ["x1_i", "x2_i"] if two else ["x_i"]


def assert_kept(case, apply):
    for dtype in COMPLEX if case.complex else FLOATING:
        arrays, values = operands(case, dtype)
        with quiet():
            result = apply(*map(xp.asarray, arrays))
        results = np.asarray(result).tolist()
        precision = parts_of(dtype)
        pairs = zip(values, results, strict=True)
        broken = [(each, found) for each, found in pairs if not case.kept(each, found, precision)]
        assert not broken, f"{case.function} of {dtype}: {broken[0][0]} gives {broken[0][1]}; {case.sentence}"


@pytest.mark.parametrize("case", of_functions({case.function for case in CASES} - {*CONVERSIONS}))
def test_functions(case):
    assert_kept(case, getattr(xp, case.function))


@pytest.mark.parametrize("case", of_functions(OPERATORS))
def test_operators(case):
    assert_kept(case, OPERATORS[case.function])


@pytest.mark.parametrize("case", of_functions(IN_PLACE))
def test_operators_in_place(case):
    def apply(x, *others):
        changed = xp.asarray(x, copy=True)
        return IN_PLACE[case.function](changed, *others)

    assert_kept(case, apply)


@pytest.mark.parametrize("case", of_functions(CONVERSIONS))
def test_numbers_of_python(case):
    numbers = [value for value in [*NUMBERS, True, False] if case.holds({"self": value})]
    assert numbers
    for value in numbers:
        try:
            result = CONVERSIONS[case.function](xp.asarray(value))
        except (OverflowError, ValueError) as error:
            result = error
        assert case.kept({"self": value}, result)


# Identities


@pytest.mark.parametrize(("function", "left", "right"), specification.identities(VERSION))
def test_identities(function, left, right):
    of_reals, of_complex = not re.search("conj|real|imag", left), function != "hypot"
    for dtype in FLOATING * of_reals + COMPLEX * of_complex:
        x = np.array(NUMBERS if dtype in FLOATING else list(itertools.starmap(complex, PAIRS)), dtype)
        names = vars(xp) | {name: xp.asarray(x) for name in ("x", "x1", "z")} | {"x2": xp.asarray(x[::-1].copy())}
        with quiet():
            first, second = (np.asarray(eval(side, names)) for side in (left, right))
        assert_near_with_signs(first, second)


def assert_near_with_signs(first, second):
    """Assert equality up to rounding, with the signs of zeros, but for parts beside NaN, whose signs are open."""
    beside = np.isnan(first) | np.isnan(second)
    parts = ("real", "imag") if first.dtype.kind == "c" else ("real",)
    for one, other in ((getattr(first, part), getattr(second, part)) for part in parts):
        np.testing.assert_allclose(np.where(beside, abs(one), one), np.where(beside, abs(other), other), rtol=1e-6)
        np.testing.assert_array_equal(np.signbit(one)[~beside], np.signbit(other)[~beside])


# Of whole arrays


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize(("name", "value"), [("sum", 0.0), ("prod", 1.0), ("mean", math.nan)])
def test_of_no_elements(name, value, dtype):
    for shape, axis in [((0,), None), ((2, 0), 1), ((0, 3), 0)]:
        with quiet():
            result = getattr(xp, name)(xp.zeros(shape, dtype=getattr(xp, dtype)), axis=axis)
        np.testing.assert_array_equal(np.asarray(result), value)


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize("name", ["max", "mean", "min", "std", "var"])
def test_nan_propagates(name, dtype):
    x = np.array([[1.0, math.nan, 3.0], [4.0, 5.0, 6.0]], dtype)
    result = np.asarray(getattr(xp, name)(xp.asarray(x), axis=1))
    assert np.isnan(result).tolist() == [True, False]
    assert np.isnan(np.asarray(getattr(xp, name)(xp.asarray(x))))


@pytest.mark.parametrize("dtype", COMPLEX)
def test_the_mean_of_complex_numbers(dtype):
    with quiet():
        empty = complex(xp.mean(xp.zeros((0,), dtype=getattr(xp, dtype))))
    assert math.isnan(empty.real)
    assert math.isnan(empty.imag)
    assert math.isnan(complex(xp.mean(xp.asarray(np.array([complex(math.nan, 1.0), 2.0], dtype)))).real)
    assert math.isnan(complex(xp.mean(xp.asarray(np.array([complex(1.0, math.nan), 2.0], dtype)))).imag)


@pytest.mark.parametrize("name", ["std", "var"])
def test_more_degrees_of_freedom_than_elements(name):
    for dtype, correction in itertools.product(FLOATING, [2, 3.5]):
        with quiet():
            result = getattr(xp, name)(xp.asarray(np.array([1.0, 2.0], dtype)), correction=correction)
        assert math.isnan(float(result))


@pytest.mark.parametrize("dtype", FLOATING + COMPLEX)
def test_a_singular_matrix(dtype):
    sign, logarithm = xp.linalg.slogdet(xp.asarray(np.array([[1.0, 2.0], [2.0, 4.0]], dtype)))
    assert complex(sign) == 0.0
    assert float(logarithm) == -math.inf


@pytest.mark.parametrize("dtype", FLOATING)
def test_the_trace_of_no_diagonal(dtype):
    assert float(xp.linalg.trace(xp.zeros((0, 3), dtype=getattr(xp, dtype)))) == 0.0
