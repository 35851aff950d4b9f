"""Elementwise functions of the standard: dtypes, broadcasting, Python numbers, and every special value."""

import itertools
import operator

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of_numpy

from tests.standard.reference import (
    ALL,
    BOOLEAN,
    COMPLEX,
    FLOATING,
    INTEGERS,
    NUMERIC,
    REAL,
    array,
    assert_agrees,
    assert_same_bits,
    quiet,
    tensors,
    values_of,
    xp,
)

UNARY = {
    **dict.fromkeys(["abs", "negative", "positive", "sign", "square"], NUMERIC),
    **dict.fromkeys(["ceil", "floor", "trunc"], REAL),
    **dict.fromkeys(["isfinite", "isinf", "isnan", "round"], NUMERIC),
    **dict.fromkeys(["acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh"], FLOATING + COMPLEX),
    **dict.fromkeys(["exp", "expm1", "log", "log1p", "log2", "log10"], FLOATING + COMPLEX),
    **dict.fromkeys(["reciprocal", "sin", "sinh", "sqrt", "tan", "tanh"], FLOATING + COMPLEX),
    **dict.fromkeys(["conj", "real"], NUMERIC),
    "imag": COMPLEX,
    "signbit": FLOATING,
    "logical_not": BOOLEAN,
    "bitwise_invert": BOOLEAN + INTEGERS,
}

BINARY = {
    **dict.fromkeys(["add", "multiply", "subtract"], NUMERIC),
    **dict.fromkeys(["divide"], FLOATING + COMPLEX),
    "pow": NUMERIC,
    **dict.fromkeys(["atan2", "copysign", "hypot", "logaddexp", "nextafter"], FLOATING),
    **dict.fromkeys(["floor_divide", "remainder", "maximum", "minimum"], REAL),
    **dict.fromkeys(["equal", "not_equal"], ALL),
    **dict.fromkeys(["greater", "greater_equal", "less", "less_equal"], REAL),
    **dict.fromkeys(["logical_and", "logical_or", "logical_xor"], BOOLEAN),
    **dict.fromkeys(["bitwise_and", "bitwise_or", "bitwise_xor"], BOOLEAN + INTEGERS),
}

SHIFTS = ["bitwise_left_shift", "bitwise_right_shift"]

#: Zeros and infinities of both signs, NaN, whole numbers, halves, others, the large and the small.
SPECIAL = [0.0, np.inf, 1.0, 0.5, 1.5, 2.0, 2.5, 3.0, 4.0, 1e30, 1e-300]
SPECIAL = [*SPECIAL, *(-value for value in SPECIAL), np.nan]


def special_values(dtype):
    """All values of a dtype at which functions tend to be special."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return np.array(SPECIAL).astype(dtype)
    if dtype.kind == "c":
        return np.array([complex(re, im) for re in SPECIAL for im in SPECIAL]).astype(dtype)
    if dtype.kind == "b":
        return np.array([False, True])
    limits = np.iinfo(dtype)
    return np.array(sorted({0, 1, 2, 3, 5, limits.max // 2, limits.max, limits.min, limits.min + 1}), dtype)


#: What the reference, which is made of NumPy, has not as the standard asks for it: test_special_cases.py looks at it.
BETTER = {"expm1", "sign"}


@pytest.mark.parametrize(("name", "dtype"), [(name, dtype) for name in UNARY for dtype in UNARY[name]])
def test_one_operand_at_special_values(name, dtype):
    x = special_values(dtype)
    with quiet():
        expected = values_of(getattr(strict, name)(strict.asarray(x)))
        result = getattr(xp, name)(array(x))
    if name in BETTER and np.dtype(dtype).kind in "fc":
        assert result.dtype == expected.dtype
        ordinary = np.isfinite(x) & (x != 0) & (abs(x) < 100)
        np.testing.assert_allclose(values_of(result)[ordinary], expected[ordinary], rtol=1e-6)
        return
    assert_same_bits(result, expected)


def pairs(dtypes):
    """Pairs of dtypes that the standard promotes: both boolean, both integers, or none of them."""
    kinds = [{"b": 0, "i": 1, "u": 1}.get(np.dtype(dtype).kind, 2) for dtype in dtypes]
    both = itertools.product(zip(dtypes, kinds, strict=True), repeat=2)
    return [(first, second) for (first, kind), (second, other) in both if kind == other and not mixed(first, second)]


def mixed(first, second):
    """Whether it is uint64 and a signed one, which the standard does not promote."""
    return "uint64" in (first, second) and {np.dtype(first).kind, np.dtype(second).kind} == {"u", "i"}


@pytest.mark.parametrize("name", BINARY)
def test_two_operands_at_special_values(name):
    for first, second in pairs(BINARY[name]):
        x, y = np.broadcast_arrays(special_values(first)[:, None], special_values(second))
        if name == "pow" and np.dtype(first).kind in "iu":
            y = np.abs(y) % 8
        with quiet():
            expected = values_of(getattr(strict, name)(strict.asarray(x.copy()), strict.asarray(y.copy())))
            result = getattr(xp, name)(array(x), array(y))
        assert_same_bits(result, expected)


@pytest.mark.parametrize("name", SHIFTS)
def test_shifts(name):
    for first, second in pairs(INTEGERS):
        x, places = special_values(first)[:, None], np.arange(8, dtype=second)
        expected = values_of(getattr(strict, name)(strict.asarray(x), strict.asarray(places)))
        assert_same_bits(getattr(xp, name)(array(x), array(places)), expected)


#: The numbers of Python that may stand beside an array of a kind of dtype.
NUMBERS = {"b": [True, False], "i": [0, 1, 3, -2], "u": [0, 1, 3]}
NUMBERS["f"] = [*NUMBERS["i"], 0.0, -0.0, 1.5, -2.5, float("inf"), float("nan")]
NUMBERS["c"] = [*NUMBERS["f"], 2j, 1.5 - 2j]


@pytest.mark.parametrize(("name", "dtype"), [(name, dtype) for name in BINARY for dtype in BINARY[name]])
def test_a_number_of_python_beside_an_array(name, dtype):
    x = special_values(dtype)
    whole_power = name == "pow" and x.dtype.kind in "iu"
    if whole_power:
        x = np.abs(x) % 8
    for number in NUMBERS[x.dtype.kind]:
        if whole_power and number < 0:
            continue
        operands = [x, x.dtype.type(number)]  # an array of no axes, which promotes nothing
        for ours, theirs in (((array(x), number), operands), ((number, array(x)), operands[::-1])):
            with quiet():
                result = getattr(xp, name)(*ours)
                expected = getattr(np, name)(*theirs)
            assert result.dtype == expected.dtype
            np.testing.assert_allclose(values_of(result), expected, rtol=1e-6 if x.dtype.kind in "fc" else 0)


# Operators

OPERATORS = {
    "+": (operator.add, operator.iadd, "add"),
    "-": (operator.sub, operator.isub, "subtract"),
    "*": (operator.mul, operator.imul, "multiply"),
    "/": (operator.truediv, operator.itruediv, "divide"),
    "//": (operator.floordiv, operator.ifloordiv, "floor_divide"),
    "%": (operator.mod, operator.imod, "remainder"),
    "**": (operator.pow, operator.ipow, "pow"),
    "&": (operator.and_, operator.iand, "bitwise_and"),
    "|": (operator.or_, operator.ior, "bitwise_or"),
    "^": (operator.xor, operator.ixor, "bitwise_xor"),
    "<<": (operator.lshift, operator.ilshift, "bitwise_left_shift"),
    ">>": (operator.rshift, operator.irshift, "bitwise_right_shift"),
}

COMPARISONS = {
    "==": (operator.eq, "equal"),
    "!=": (operator.ne, "not_equal"),
    "<": (operator.lt, "less"),
    "<=": (operator.le, "less_equal"),
    ">": (operator.gt, "greater"),
    ">=": (operator.ge, "greater_equal"),
}


def dtypes_of(name):
    return BINARY.get(name, INTEGERS)


@pytest.mark.parametrize("symbol", OPERATORS)
@given(data=st.data())
def test_an_operator_is_its_function(symbol, data):
    apply, in_place, name = OPERATORS[symbol]
    x, y = two_operands(name, data)
    number = number_beside(name, x, data)
    with quiet():
        assert_same_bits(apply(x, y), values_of(getattr(xp, name)(x, y)))
        expected = values_of(apply(x, number))
        assert_same_bits(getattr(xp, name)(x, number), expected)
        assert_same_bits(in_place(xp.asarray(x, copy=True), number), expected)
        reflected, x = (2, x % 8) if name in SHIFTS else (number, x)
        assert_same_bits(apply(reflected, x), values_of(getattr(xp, name)(reflected, x)))


def two_operands(name, data):
    dtypes = dtypes_of(name)
    x = data.draw(tensors(dtypes, small=True), label="x")
    y = data.draw(tensors([x.dtype.name], x.shape, small=True), label="y")
    if name in SHIFTS or (name == "pow" and x.dtype.kind in "iu"):
        x, y = abs(x), abs(y)
    return x, y


def number_beside(name, x, data):
    if x.dtype.kind == "b":
        return data.draw(st.booleans(), label="number")
    low = 0 if x.dtype.kind == "u" or name in (*SHIFTS, "pow") else -5
    numbers = st.integers(low, 5)
    if x.dtype.kind in "fc":
        numbers |= st.sampled_from([0.5, -1.5, 2.0])
    return data.draw(numbers, label="number")


@pytest.mark.parametrize("symbol", OPERATORS)
def test_an_operator_in_place_at_special_values(symbol):
    apply, in_place, name = OPERATORS[symbol]
    for dtype in dtypes_of(name):
        x, y = map(np.ravel, np.broadcast_arrays(special_values(dtype)[:, None], special_values(dtype)))
        if name in SHIFTS or (name == "pow" and x.dtype.kind in "iu"):
            y = np.abs(y) % 8
        with quiet():
            expected = values_of(apply(array(x), array(y)))
            assert_same_bits(in_place(array(x), array(y)), expected)


@given(data=st.data())
def test_matrix_products(data):
    dtype = data.draw(st.sampled_from(NUMERIC))
    size, rows = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    x, y = (data.draw(tensors([dtype], shape, small=True)) for shape in ((rows, size), (size, size)))
    expected = strict.asarray(values_of(x)) @ strict.asarray(values_of(y))
    assert_agrees(x @ y, expected)
    x @= y
    assert_agrees(x, expected)


@pytest.mark.parametrize("symbol", COMPARISONS)
@given(data=st.data())
def test_a_comparison_is_its_function(symbol, data):
    apply, name = COMPARISONS[symbol]
    x, y = two_operands(name, data)
    assert_same_bits(
        apply(x, y), values_of(getattr(strict, name)(strict.asarray(values_of(x)), strict.asarray(values_of(y))))
    )
    if x.dtype.kind != "b":
        assert_same_bits(apply(x, 1), apply(values_of(x), 1))
        assert_same_bits(apply(1, x), np.asarray(apply(1, values_of(x))))


@pytest.mark.parametrize(
    ("apply", "dtypes"),
    [(operator.neg, NUMERIC), (operator.pos, NUMERIC), (abs, NUMERIC), (operator.invert, BOOLEAN + INTEGERS)],
)
@given(data=st.data())
def test_operators_of_one_operand(apply, dtypes, data):
    x = data.draw(tensors(dtypes), label="x")
    with quiet():
        assert_same_bits(apply(x), values_of(apply(strict.asarray(values_of(x)))))


@pytest.mark.parametrize("name", [*UNARY, *BINARY, *SHIFTS])
@given(data=st.data())
def test_any_shapes_that_broadcast(name, data):
    dtype = data.draw(st.sampled_from({**UNARY, **BINARY}.get(name, INTEGERS)), label="dtype")
    count = 1 if name in UNARY else 2
    both = data.draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=count, min_side=0), label="shapes")
    operands = [data.draw(tensors([dtype], shape, small=True)) for shape in both.input_shapes]
    if name in SHIFTS or (name == "pow" and np.dtype(dtype).kind in "iu"):
        operands = [abs(operand) for operand in operands]
    with quiet():
        theirs = getattr(strict, name)(*(strict.asarray(values_of(operand)) for operand in operands))
        assert_agrees(getattr(xp, name)(*operands), theirs, rtol=1e-14)
