"""All functions that are not elementwise, against the reference, on arguments of every form the standard has."""

import itertools

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of_numpy

from tests.standard import test_elementwise
from tests.standard.reference import (
    ALL,
    COMPLEX,
    FLOATING,
    INTEGERS,
    NUMERIC,
    REAL,
    SIGNED,
    array,
    assert_agrees,
    assert_same_bits,
    axes_of,
    is_array,
    quiet,
    shapes,
    some_axes_of,
    tensors,
    to_strict,
    values_of,
    xp,
)
from tests.standard.test_names import OWN

CASES = {}


def case(*names, rtol=0.0):
    """Enter what draws the arguments of these functions: ``draw, name -> (operands, options)``."""

    def enter(arguments):
        for name in names:
            assert name not in CASES
            CASES[name] = arguments, rtol
        return arguments

    return enter


@pytest.mark.parametrize("name", CASES)
def test_there_is_such_a_function(name):
    assert callable(getattr(strict, name))


def options(draw, **strategies):
    """Some of these arguments by name, and the others left away."""
    return {name: draw(strategy) for name, strategy in strategies.items() if draw(st.booleans())}


DTYPES = st.sampled_from([getattr(xp, name) for name in ALL])

# Creation


@case("arange")
def ranges(draw, name):
    numbers = st.integers(-5, 5)
    if draw(st.booleans()):
        numbers = st.sampled_from([-3.0, -0.5, 0.0, 1.5, 4.0])
    count = draw(st.integers(1, 3))
    bounds = [draw(numbers) for _ in range(min(count, 2))]
    if count == 3:
        bounds.append(draw(numbers.filter(bool)))
    dtypes = st.sampled_from(
        [xp.float32, xp.float64, xp.int64, xp.int8] if isinstance(bounds[0], int) else [xp.float32]
    )
    return bounds, options(draw, dtype=dtypes | st.none())


@case("linspace", rtol=1e-15)
def ramps(draw, name):
    ends = [draw(st.sampled_from([-2.0, 0.0, 1.5, 4])) for _ in range(2)]
    given = options(draw, endpoint=st.booleans(), dtype=st.sampled_from([xp.float32, xp.float64]))
    return [*ends, draw(st.integers(0, 4))], given


@case("ones", "zeros")
def constants(draw, name):
    return [draw(shapes() | st.integers(0, 3))], options(draw, dtype=DTYPES | st.none())


@case("full")
def full_ones(draw, name):
    value = draw(st.sampled_from([True, 3, -2.5, 1j]))
    return [draw(shapes() | st.integers(0, 3)), value], {}


@case("eye")
def identities(draw, name):
    rows, columns = draw(st.integers(0, 3)), draw(st.integers(0, 3) | st.none())
    return [rows, columns][: draw(st.integers(1, 2))], options(draw, k=st.integers(-4, 4), dtype=DTYPES)


@case("ones_like", "zeros_like")
def alike(draw, name):
    return [draw(tensors(ALL))], options(draw, dtype=DTYPES | st.none())


@case("full_like")
def full_alike(draw, name):
    return [draw(tensors(NUMERIC)), draw(st.integers(0, 5))], {}


@case("tril", "triu")
def triangles(draw, name):
    return [draw(tensors(ALL, shapes(min_dims=2)))], options(draw, k=st.integers(-4, 4))


@case("meshgrid")
def grids(draw, name):
    vectors = st.lists(tensors(["float32"], shapes(min_dims=1, max_dims=1)), min_size=1, max_size=3)
    return draw(vectors), options(draw, indexing=st.sampled_from(["xy", "ij"]))


# Dtypes


@case("astype")
def conversions(draw, name):
    x = draw(tensors(ALL, small=True))
    wanted = draw(st.sampled_from([getattr(xp, each) for each in (COMPLEX if x.dtype.kind == "c" else ALL)]))
    return [x, wanted], options(draw, copy=st.booleans())


# Arrangement


@case("broadcast_to")
def broadcast_ones(draw, name):
    wanted = draw(shapes())
    return [draw(tensors(ALL, tuple(draw(st.sampled_from([size, 1])) for size in wanted))), wanted], {}


@case("broadcast_arrays")
def broadcast_together(draw, name):
    both = draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=draw(st.integers(1, 3)), min_side=0))
    return [draw(tensors(ALL, shape)) for shape in both.input_shapes], {}


@case("concat")
def joined(draw, name):
    shape = list(draw(shapes(min_dims=1)))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    dtype = draw(st.sampled_from(NUMERIC))
    others = [dtype, "complex128"] if np.dtype(dtype).kind == "c" else [dtype]
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        shape[axis] = draw(st.integers(0, 3))
        parts.append(draw(tensors(others, tuple(shape))))
    return [draw(st.sampled_from([tuple, list]))(parts)], {"axis": draw(st.sampled_from([axis, None]))}


@case("stack")
def stacked(draw, name):
    shape = draw(shapes(max_dims=2))
    dtype = draw(st.sampled_from(ALL))
    parts = [draw(tensors([dtype], shape)) for _ in range(draw(st.integers(1, 3)))]
    return [parts], options(draw, axis=st.integers(-len(shape) - 1, len(shape)))


@case("unstack")
def taken_apart(draw, name):
    x = draw(tensors(ALL, shapes(min_dims=1)))
    return [x], options(draw, axis=axes_of(x))


@case("expand_dims")
def expanded(draw, name):
    x = draw(tensors(ALL))
    one = st.integers(-x.ndim - 1, x.ndim)
    several = st.lists(st.integers(0, x.ndim + 1), min_size=2, max_size=2, unique=True).map(tuple)
    return [x], {"axis": draw(one | several)}


@case("squeeze")
def squeezed(draw, name):
    x = draw(tensors(ALL, shapes(max_side=1)))
    ones = [axis for axis, size in enumerate(x.shape) if size == 1]
    several = st.lists(st.sampled_from(ones), unique=True).map(tuple) if ones else st.just(())
    return [x], {"axis": draw(several | st.sampled_from(ones) if ones else several)}


@case("flip")
def flipped(draw, name):
    x = draw(tensors(ALL))
    return [x], options(draw, axis=some_axes_of(x))


@case("moveaxis")
def moved(draw, name):
    x = draw(tensors(ALL, shapes(min_dims=1)))
    if draw(st.booleans()):
        return [x, draw(axes_of(x)), draw(axes_of(x))], {}
    count = draw(st.integers(1, x.ndim))
    axes = [tuple(draw(st.permutations(range(x.ndim)))[:count]) for _ in range(2)]
    return [x, *axes], {}


@case("permute_dims")
def permuted(draw, name):
    x = draw(tensors(ALL))
    return [x], {"axes": tuple(draw(st.permutations(range(x.ndim))))}


@case("matrix_transpose")
def transposed(draw, name):
    return [draw(tensors(ALL, shapes(min_dims=2)))], {}


@case("repeat")
def repeated(draw, name):
    x = draw(tensors(ALL))
    axis = draw(st.none() | axes_of(x)) if x.ndim else None
    size = x.size if axis is None else x.shape[axis]
    each = arrays_of_numpy.arrays(draw(st.sampled_from(INTEGERS)), size, elements=st.integers(0, 3)).map(array)
    return [x, draw(st.integers(0, 3) | each)], {} if axis is None else {"axis": axis}


@case("reshape")
def reshaped(draw, name):
    x = draw(tensors(ALL))
    shape = list(draw(st.permutations(x.shape)))
    if shape and x.size and draw(st.booleans()):
        shape[draw(st.integers(0, len(shape) - 1))] = -1
    return [x], {"shape": tuple(shape), **options(draw, copy=st.sampled_from([None, True]))}


@case("roll")
def rolled(draw, name):
    x = draw(tensors(ALL))
    shift = draw(st.integers(-9, 9))
    if not x.ndim or draw(st.booleans()):
        return [x, shift], {}
    if draw(st.booleans()):
        return [x, shift], {"axis": draw(axes_of(x))}
    axes = draw(st.lists(axes_of(x), min_size=1, max_size=3).map(tuple))
    return [x, tuple(draw(st.integers(-9, 9)) for _ in axes)], {"axis": axes}


@case("tile")
def tiled(draw, name):
    return [draw(tensors(ALL)), tuple(draw(st.lists(st.integers(0, 3), max_size=4)))], {}


# Picking and searching


@case("take")
def taken(draw, name):
    x = draw(tensors(ALL, shapes(min_dims=1, min_side=1)))
    axis = draw(axes_of(x))
    limit = x.shape[axis]
    shape = draw(shapes(min_dims=1, max_dims=1))
    indices = arrays_of_numpy.arrays(draw(st.sampled_from(INTEGERS)), shape, elements=st.integers(0, limit - 1))
    left_away = x.ndim == 1 and draw(st.booleans())
    return [x, array(draw(indices))], {} if left_away else {"axis": axis}


@case("take_along_axis")
def taken_along(draw, name):
    x = draw(tensors(ALL, shapes(min_dims=1, min_side=1)))
    axis = draw(axes_of(x))
    shape = list(x.shape)
    shape[axis] = draw(st.integers(0, 4))
    indices = arrays_of_numpy.arrays(
        draw(st.sampled_from(INTEGERS)), tuple(shape), elements=st.integers(0, x.shape[axis] - 1)
    )
    return [x, array(draw(indices))], {} if axis == -1 and draw(st.booleans()) else {"axis": axis}


@case("argmax", "argmin")
def extremes(draw, name):
    x = draw(tensors(REAL, shapes(min_side=1), small=True))
    axis = st.none() | axes_of(x) if x.ndim else st.none()
    return [x], options(draw, axis=axis, keepdims=st.booleans())


@case("count_nonzero")
def counted(draw, name):
    x = draw(tensors(ALL, small=True))
    return [x], options(draw, axis=some_axes_of(x), keepdims=st.booleans())


@case("nonzero")
def places(draw, name):
    return [draw(tensors(ALL, shapes(min_dims=1), small=True))], {}


@case("searchsorted")
def searched(draw, name):
    dtype = draw(st.sampled_from(REAL))
    sorted_ones = np.sort(values_of(draw(tensors([dtype], shapes(min_dims=1, max_dims=1), small=True))))
    values = draw(tensors([dtype], small=True) | st.integers(0, 3))
    given = options(draw, side=st.sampled_from(["left", "right"]))
    if draw(st.booleans()):
        order = draw(st.permutations(range(sorted_ones.size)))
        given["sorter"] = array(np.argsort(np.array(order, np.int64)))
        sorted_ones = sorted_ones[np.array(order, np.int64)]
    return [array(sorted_ones), values], given


@case("where")
def chosen(draw, name):
    all_three = draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=3, min_side=0)).input_shapes
    dtype = draw(st.sampled_from(NUMERIC))
    branches = [draw(tensors([dtype], shape)) for shape in all_three[1:]]
    branches[draw(st.integers(0, 1))] = draw(st.sampled_from([branches[0], 1]))
    if not any(is_array(branch) for branch in branches):
        branches[0] = draw(tensors([dtype], all_three[1]))
    return [draw(tensors(["bool"], all_three[0])), *branches], {}


@case("isin")
def members(draw, name):
    dtype = draw(st.sampled_from(INTEGERS))
    operands = [draw(tensors([dtype], small=True)) for _ in range(2)]
    if draw(st.booleans()):
        operands[draw(st.integers(0, 1))] = 1
    return operands, {}


# Sorting and sets


@case("sort", "argsort")
def sorted_ones(draw, name):
    x = draw(tensors(REAL, shapes(min_dims=1), small=True))
    either = st.booleans() if name == "sort" else st.just(True)
    return [x], options(draw, axis=axes_of(x), descending=st.booleans(), stable=either)


@case("unique_all", "unique_counts", "unique_inverse")
def sets(draw, name):
    return [draw(tensors(ALL, small=True))], {}


@given(x=tensors(ALL, small=True))
def test_unique_values_in_any_order(x):
    found = xp.unique_values(x)
    assert is_array(found)
    assert_same_bits(array(np.sort(values_of(found))), values_of(strict.unique_all(to_strict(x)).values))


@given(x=tensors(INTEGERS, small=True))
def test_what_is_not_among_others(x):
    assert_agrees(xp.isin(x, 1, invert=True), strict.asarray(~np.isin(values_of(x), 1)))


# Statistics


@case("max", "min")
def largest(draw, name):
    x = draw(tensors(REAL, shapes(min_side=1), allow_nan=False))
    return [x], options(draw, axis=some_axes_of(x), keepdims=st.booleans())


@case("sum", "prod", rtol=1e-14)
def sums(draw, name):
    x = draw(tensors(NUMERIC, small=True))
    given = options(draw, axis=some_axes_of(x), keepdims=st.booleans())
    wider = {"c": xp.complex128, "f": xp.float64, "i": xp.int64, "u": xp.uint64}[x.dtype.kind]
    return [x], given | options(draw, dtype=st.sampled_from([None, wider]))


@case("mean", "std", "var", rtol=1e-14)
def means(draw, name):
    x = draw(tensors(FLOATING + COMPLEX if name == "mean" else FLOATING, shapes(min_side=1), small=True))
    given = options(draw, axis=some_axes_of(x), keepdims=st.booleans())
    return [x], given | ({} if name == "mean" else options(draw, correction=st.sampled_from([0, 0.5, 1.0])))


@case("cumulative_sum", "cumulative_prod", rtol=1e-14)
def running(draw, name):
    x = draw(tensors(NUMERIC, shapes(min_dims=1), small=True))
    axis = {"axis": draw(axes_of(x))} if x.ndim > 1 or draw(st.booleans()) else {}
    dtypes = {"c": COMPLEX, "f": FLOATING, "i": INTEGERS, "u": INTEGERS}[x.dtype.kind]
    wanted = [None, *(getattr(xp, name) for name in dtypes)]
    return [x], axis | options(draw, dtype=st.sampled_from(wanted), include_initial=st.booleans())


@case("diff")
def differences(draw, name):
    x = draw(tensors(SIGNED + FLOATING + COMPLEX, shapes(min_dims=1, min_side=1), small=True))
    axis = draw(axes_of(x))
    edge = list(x.shape)
    edge[axis] = draw(st.integers(0, 2))
    edges = tensors([x.dtype.name], tuple(edge), small=True)
    given = options(draw, n=st.integers(0, 3), prepend=edges | st.none(), append=edges | st.none())
    return [x], {"axis": axis} | given


@case("all", "any")
def truths(draw, name):
    x = draw(tensors(ALL))
    return [x], options(draw, axis=some_axes_of(x), keepdims=st.booleans())


# Products


def wider_pair(draw):
    dtype = draw(st.sampled_from(NUMERIC))
    others = {"f": FLOATING, "c": FLOATING + COMPLEX}.get(np.dtype(dtype).kind, [dtype])
    return dtype, draw(st.sampled_from(others))


@case("matmul", rtol=1e-14)
def products(draw, name):
    both = draw(arrays_of_numpy.mutually_broadcastable_shapes(signature=np.matmul.signature, min_side=0, max_side=3))
    dtypes_and_shapes = zip(wider_pair(draw), both.input_shapes, strict=True)
    return [draw(tensors([dtype], shape, small=True)) for dtype, shape in dtypes_and_shapes], {}


@case("vecdot", rtol=1e-14)
def dots(draw, name):
    size = draw(st.integers(0, 3))
    both = draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_dims=2)).input_shapes
    operands = [
        draw(tensors([dtype], (*shape, size), small=True)) for dtype, shape in zip(wider_pair(draw), both, strict=True)
    ]
    return operands, options(draw, axis=st.just(-1))


@case("tensordot", rtol=1e-14)
def contractions(draw, name):
    shared = draw(shapes(max_dims=2))
    before, behind = draw(shapes(max_dims=2)), draw(shapes(max_dims=2))
    first, second = wider_pair(draw)
    if draw(st.booleans()):
        operands = [
            draw(tensors([first], before + shared, small=True)),
            draw(tensors([second], shared + behind, small=True)),
        ]
        return operands, {"axes": len(shared)}
    operands = [
        draw(tensors([first], before + shared, small=True)),
        draw(tensors([second], behind + shared, small=True)),
    ]
    ends = [tuple(range(-len(shared), 0))] * 2
    return operands, {"axes": tuple(ends)}


@pytest.mark.parametrize("name", ["sort", "argsort"])
def test_many_elements_are_sorted(name):
    for dtype, descending, axis in itertools.product(REAL, [False, True], [0, 1]):
        x = array((np.arange(400) * 7919 % 97 - (0 if dtype.startswith("u") else 40)).astype(dtype).reshape(4, 100))
        theirs = getattr(strict, name)(to_strict(x), axis=axis, descending=descending)
        assert_agrees(getattr(xp, name)(x, axis=axis, descending=descending), theirs)


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_the_function_agrees_with_the_reference(name, data):
    arguments, rtol = CASES[name]
    operands, given = arguments(data.draw, name)
    agree(name, getattr(xp, name), getattr(strict, name), operands, given, rtol)


def agree(name, ours, theirs, operands, given, rtol):
    """Assert the same of both, and that no operand has changed."""
    before = [values_of(operand).copy() for operand in operands if is_array(operand)]
    with quiet():
        expected = theirs(*map(to_strict, operands), **{key: to_strict(value) for key, value in given.items()})
        result = ours(*operands, **given)
    assert_agrees(result, expected, rtol=rtol)
    after = [values_of(operand) for operand in operands if is_array(operand)]
    assert all(np.array_equal(x, y, equal_nan=x.dtype.kind in "fc") for x, y in zip(before, after, strict=True))


def test_every_function_has_a_case():
    of_dtypes = {"can_cast", "finfo", "iinfo", "isdtype", "result_type"}
    elsewhere = {
        "asarray",
        "broadcast_shapes",
        "clip",
        "empty",
        "empty_like",
        "from_dlpack",
        "unique_values",
    } | of_dtypes
    elsewhere |= {*test_elementwise.UNARY, *test_elementwise.BINARY, *test_elementwise.SHIFTS}
    functions = {name for name in strict.__all__ if callable(getattr(strict, name)) and not name.startswith("__")}
    assert functions - elsewhere - OWN - {*ALL} == {*CASES}
