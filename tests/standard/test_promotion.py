"""Operands of different dtypes, and a dtype that is asked for: the results have those of the table of promotion."""

import itertools

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
    SIGNED,
    UNSIGNED,
    array,
    assert_agrees,
    assert_same_bits,
    quiet,
    shapes,
    tensors,
    to_strict,
    values_of,
    xp,
    xps,
)
from tests.standard.test_elementwise import BINARY, COMPARISONS, OPERATORS, SHIFTS, dtypes_of, pairs
from tests.standard.test_functions import agree, options

#: Dtypes of which the standard promotes any to any other.
FAMILIES = [SIGNED + UNSIGNED[:3], UNSIGNED, FLOATING + COMPLEX]


def different(dtypes):
    """Pairs of different dtypes that the standard promotes."""
    return [(first, second) for first, second in pairs(dtypes) if first != second]


def promoted(*dtypes):
    return strict.result_type(*(getattr(strict, dtype) for dtype in dtypes))._np_dtype


def kept(dtypes):
    """Pairs of different dtypes whose result has the first of them."""
    return [(first, second) for first, second in different(dtypes) if promoted(first, second) == np.dtype(first)]


def broadcast_into(draw, shape):
    """A shape that broadcasting makes into this one."""
    return tuple(draw(st.sampled_from([size, 1])) for size in shape[draw(st.integers(0, len(shape))) :])


def within_the_standard(name, x, y):
    """The same operands without those of whose values the standard says nothing."""
    whole = y.dtype.kind in "iu"
    if name in SHIFTS or (name == "pow" and whole):
        return array(np.abs(values_of(x))), array(np.abs(values_of(y)))
    if name in ("floor_divide", "remainder") and whole:
        return x, array(np.where(values_of(y) == 0, 3, values_of(y)), y.dtype)
    return x, y


#: Functions whose results are boolean, whatever the operands are.
COMPARED = {name for _, name in COMPARISONS.values()}

BOTH = {name: different(dtypes_of(name)) for name in [*BINARY, *SHIFTS]}
INTO_THE_FIRST = {symbol: kept(dtypes_of(name)) for symbol, (_, _, name) in OPERATORS.items()}


@pytest.mark.parametrize("name", [name for name, dtypes in BOTH.items() if dtypes])
@given(data=st.data())
def test_functions_of_two_dtypes(name, data):
    dtypes = data.draw(st.sampled_from(BOTH[name]), label="dtypes")
    both = data.draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_dims=3)).input_shapes
    drawn = (data.draw(tensors([dtype], shape, small=True)) for dtype, shape in zip(dtypes, both, strict=True))
    x, y = within_the_standard(name, *drawn)
    agree(name, getattr(xp, name), getattr(strict, name), [x, y], {}, 1e-14)
    with quiet():
        assert getattr(xp, name)(x, y).dtype == ("bool" if name in COMPARED else promoted(*dtypes))


@pytest.mark.parametrize("symbol", [*OPERATORS, *COMPARISONS])
@given(data=st.data())
def test_operators_of_two_dtypes(symbol, data):
    apply, *_, name = {**OPERATORS, **COMPARISONS}[symbol]
    dtypes = data.draw(st.sampled_from(BOTH[name]), label="dtypes")
    shape = data.draw(shapes())
    both = [shape, broadcast_into(data.draw, shape)]
    drawn = (data.draw(tensors([dtype], shape, small=True)) for dtype, shape in zip(dtypes, both, strict=True))
    x, y = within_the_standard(name, *drawn)
    agree(name, apply, getattr(strict, name), [x, y], {}, 1e-14)


@pytest.mark.parametrize("symbol", OPERATORS)
@given(data=st.data())
def test_operators_in_place_of_two_dtypes(symbol, data):
    _, in_place, name = OPERATORS[symbol]
    first, second = data.draw(st.sampled_from(INTO_THE_FIRST[symbol]), label="dtypes")
    x = data.draw(tensors([first], small=True))
    y = data.draw(tensors([second], broadcast_into(data.draw, x.shape), small=True))
    x, y = within_the_standard(name, x, y)
    with quiet():
        expected = getattr(strict, name)(to_strict(x), to_strict(y))
        assert_agrees(in_place(xp.asarray(x, copy=True), y), expected, rtol=1e-14)


@given(data=st.data())
def test_matrix_products_in_place_of_two_dtypes(data):
    first, second = data.draw(st.sampled_from(kept(NUMERIC)), label="dtypes")
    size = data.draw(st.integers(0, 3))
    x = data.draw(tensors([first], (data.draw(st.integers(0, 3)), size), small=True))
    y = data.draw(tensors([second], (size, size), small=True))
    expected = to_strict(x) @ to_strict(y)
    x @= y
    assert_agrees(x, expected)


@given(data=st.data())
def test_writing_values_of_another_dtype(data):
    first, second = data.draw(st.sampled_from(kept(ALL)), label="dtypes")
    x = data.draw(tensors([first]))
    index = data.draw(xps.indices(x.shape), label="index")
    plain = values_of(x).copy()
    value = data.draw(tensors([second], broadcast_into(data.draw, plain[index].shape)))
    written = xp.asarray(x, copy=True)
    with quiet():
        written[index] = value
        plain[index] = values_of(value)
    assert_same_bits(written, plain)


@given(data=st.data())
def test_writing_a_value_of_another_dtype_by_a_mask(data):
    first, second = data.draw(st.sampled_from(kept(ALL)), label="dtypes")
    x = data.draw(tensors([first]))
    mask = data.draw(tensors(["bool"], x.shape))
    value = data.draw(tensors([second], ()))
    plain = values_of(x).copy()
    with quiet():
        plain[values_of(mask)] = values_of(value)
        x[mask] = value
    assert_same_bits(x, plain)


# Functions of several arrays

SEVERAL = {}


def case(*names):
    """Enter what draws the arguments of these functions: ``draw, dtype -> (operands, options)``.

    ``dtype()`` draws another of the dtypes that stand together.
    """

    def enter(arguments):
        SEVERAL.update(dict.fromkeys(names, arguments))
        return arguments

    return enter


@case("concat")
def joined(draw, dtype):
    if draw(st.booleans()):
        parts = draw(st.lists(shapes(), min_size=1, max_size=4))
        return [[draw(tensors([dtype()], shape, small=True)) for shape in parts]], {"axis": None}
    shape = draw(shapes(min_dims=1))
    count = draw(st.integers(1, 4))
    return [[draw(tensors([dtype()], shape, small=True)) for _ in range(count)]], options(draw, axis=st.just(-1))


@case("stack")
def stacked(draw, dtype):
    shape = draw(shapes(max_dims=2))
    parts = [draw(tensors([dtype()], shape, small=True)) for _ in range(draw(st.integers(1, 4)))]
    return [parts], options(draw, axis=st.integers(-len(shape) - 1, len(shape)))


@case("where")
def chosen(draw, dtype):
    all_three = draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=3, min_side=0)).input_shapes
    dtypes = ["bool", dtype(), dtype()]
    return [draw(tensors([each], shape, small=True)) for each, shape in zip(dtypes, all_three, strict=True)], {}


@case("matmul", "linalg.matmul")
def products(draw, dtype):
    both = draw(arrays_of_numpy.mutually_broadcastable_shapes(signature=np.matmul.signature, min_side=0, max_side=3))
    return [draw(tensors([dtype()], shape, small=True)) for shape in both.input_shapes], {}


@case("vecdot", "linalg.vecdot")
def dots(draw, dtype):
    both = draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_dims=2)).input_shapes
    size = draw(st.integers(0, 3))
    return [draw(tensors([dtype()], (*shape, size), small=True)) for shape in both], {}


@case("tensordot", "linalg.tensordot")
def contractions(draw, dtype):
    shared, before, behind = (draw(shapes(max_dims=2)) for _ in range(3))
    operands = [draw(tensors([dtype()], shape, small=True)) for shape in (before + shared, shared + behind)]
    return operands, {"axes": len(shared)}


@case("linalg.cross")
def crossed(draw, dtype):
    both = draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_dims=2)).input_shapes
    return [draw(tensors([dtype()], (*shape, 3), small=True)) for shape in both], {}


@case("linalg.outer")
def outer_products(draw, dtype):
    return [draw(tensors([dtype()], (draw(st.integers(0, 3)),), small=True)) for _ in range(2)], {}


def found(namespace, name):
    *place, name = name.split(".")
    return getattr(getattr(namespace, *place) if place else namespace, name)


@pytest.mark.parametrize("name", SEVERAL)
@given(data=st.data())
def test_functions_of_several_arrays(name, data):
    family = data.draw(st.sampled_from(FAMILIES), label="family")
    operands, given_ones = SEVERAL[name](data.draw, lambda: data.draw(st.sampled_from(family), label="dtype"))
    agree(name, found(xp, name), found(strict, name), operands, given_ones, 1e-14)


# result_type

#: Families of dtypes, and Python's numbers that may stand beside them.
NUMBERS = {
    "integers": (SIGNED + UNSIGNED[:3], [0, 100]),
    "signed": (SIGNED, [0, -1, 100]),
    "unsigned": (UNSIGNED, [0, 100]),
    "floating": (FLOATING, [0, -1, 2.5, 2j]),
    "complex": (FLOATING + COMPLEX, [0, -1, 2.5, 2j]),
    "boolean": (BOOLEAN, [True, False]),
}


@pytest.mark.parametrize("kind", NUMBERS)
@given(data=st.data())
def test_arrays_and_dtypes_and_numbers_in_any_order(kind, data):
    family, numbers = NUMBERS[kind]
    dtypes = data.draw(st.lists(st.sampled_from(family), min_size=1, max_size=4), label="dtypes")
    arguments = [data.draw(st.sampled_from([getattr(xp, each), array(np.ones((2, 1), each))])) for each in dtypes]
    arguments += data.draw(st.lists(st.sampled_from(numbers), max_size=2), label="numbers")
    arguments = data.draw(st.permutations(arguments), label="arguments")
    assert xp.result_type(*arguments) == strict.result_type(*map(to_strict, arguments))._np_dtype


# The dtype that is asked for


def asked(dtype):
    """All dtypes that it promotes with, narrower ones too; a complex number is never made a real one."""
    return [other for first, other in pairs(NUMERIC) if first == dtype and not (dtype in COMPLEX) > (other in COMPLEX)]


def numbers(dtype, shape):
    """Integers as large as the dtype holds, of which most wrap around in a narrower one, or a few small numbers."""
    if dtype not in INTEGERS:
        return np.resize(np.array([2.0, -3.0, 0.5, 1.0, -1.0, 1.5]), shape).astype(dtype)
    limits = np.iinfo(dtype)
    values = [limits.max, 3, limits.max // 3, limits.min, 7, limits.max - 4, limits.min + 5, 1]
    return np.resize(np.array(values, dtype), shape)


def cases(dtype, *shapes_of_them):
    for wanted, shape in itertools.product(asked(dtype), shapes_of_them):
        x = numbers(dtype, shape)
        with quiet():
            yield array(x), getattr(xp, wanted), strict.asarray(x.astype(wanted)), getattr(strict, wanted)


@pytest.mark.parametrize("dtype", NUMERIC)
@pytest.mark.parametrize("name", ["sum", "prod"])
def test_the_dtype_of_a_sum(name, dtype):
    for x, wanted, theirs, same in cases(dtype, (3, 5), (1, 1), (0, 2), ()):
        for axis, keepdims in itertools.product([None, (), *([0, -1, (1, 0)] if x.ndim else [])], [False, True]):
            with quiet():
                expected = getattr(strict, name)(theirs, axis=axis, dtype=same, keepdims=keepdims)
                result = getattr(xp, name)(x, axis=axis, dtype=wanted, keepdims=keepdims)
            assert_agrees(result, expected, rtol=1e-14)


@pytest.mark.parametrize("dtype", NUMERIC)
@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
def test_the_dtype_of_running_sums(name, dtype):
    for x, wanted, theirs, same in cases(dtype, (3, 5), (0, 2), (2, 0), (6,), (0,)):
        for axis, initial in itertools.product([0, -1], [False, True]):
            with quiet():
                expected = getattr(strict, name)(theirs, axis=axis, dtype=same, include_initial=initial)
                result = getattr(xp, name)(x, axis=axis, dtype=wanted, include_initial=initial)
            assert_agrees(result, expected, rtol=1e-14)


@pytest.mark.parametrize("dtype", NUMERIC)
def test_the_dtype_of_a_trace(dtype):
    for x, wanted, theirs, same in cases(dtype, (3, 5), (2, 4, 3), (0, 2), (2, 0, 3, 3)):
        for offset in (0, 1, -1, 9):
            with quiet():
                expected = strict.linalg.trace(theirs, offset=offset, dtype=same)
                result = xp.linalg.trace(x, offset=offset, dtype=wanted)
            assert_agrees(result, expected, rtol=1e-14)
