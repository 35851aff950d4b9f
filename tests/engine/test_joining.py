"""Arrays joined, laid in blocks, appended, inserted; and what is left when some elements are deleted."""

import itertools
import math

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.arange(1.0, 7.0).reshape(2, 3)
Y = X * 10.0
V, W = X[0], Y[0]
CUBE = np.arange(24.0).reshape(2, 3, 4)

#: What to do, with ag or np as the library; with what.
JOINS = {
    "hstack": (lambda lib, x, y: lib.hstack([x, y]), (X, Y)),
    "hstack of vectors": (lambda lib, x, y: lib.hstack((x, y)), (V, W)),
    "hstack of numbers": (lambda lib, x, y: lib.hstack((x, y)), (2.0, 3.0)),
    "hstack of what is deep": (lambda lib, x, y: lib.hstack((x, y[:, :1])), (CUBE, CUBE)),
    "vstack": (lambda lib, x, y: lib.vstack([x, y]), (X, Y)),
    "vstack of vectors": (lambda lib, x, y: lib.vstack([x, y]), (V, W)),
    "vstack of a vector and a matrix": (lambda lib, x, y: lib.vstack([x, y]), (V, Y)),
    "dstack of vectors": (lambda lib, x, y: lib.dstack([x, y]), (V, W)),
    "dstack": (lambda lib, x, y: lib.dstack([x, y]), (X, Y)),
    "column_stack": (lambda lib, x, y: lib.column_stack([x, y, x]), (V, W)),
    "column_stack of a matrix and a vector": (lambda lib, x, y: lib.column_stack([x, y]), (X, Y[:, 0])),
    "block of rows": (lambda lib, x, y: lib.block([[x, y], [y, x]]), (X, Y)),
    "block of a list": (lambda lib, x, y: lib.block([x, y, 5.0]), (V, W)),
    "block of numbers": (lambda lib, x, y: lib.block([[x, y], [0.0, x]]), (2.0, 3.0)),
    "block of what is deeper than its lists": (lambda lib, x, y: lib.block([[x], [y]]), (CUBE, CUBE)),
    "block of lists deeper than it": (lambda lib, x, y: lib.block([[[x, y]], [[y, x]]]), (V, W)),
    "append": (lambda lib, x, y: lib.append(x, y), (X, W)),
    "append along an axis": (lambda lib, x, y: lib.append(x, y, axis=-1), (X, Y)),
    "insert": (lambda lib, x, y: lib.insert(x, 1, y), (V, 2.0)),
    "insert into all": (lambda lib, x, y: lib.insert(x, [1, 4], y), (X, np.array([8.0, 9.0]))),
    "insert a row": (lambda lib, x, y: lib.insert(x, 1, y, axis=0), (X, W)),
    "insert a column": (lambda lib, x, y: lib.insert(x, -1, y, axis=1), (X, Y[:, 0])),
    "insert columns": (lambda lib, x, y: lib.insert(x, [0, 3], y, axis=1), (X, Y[:, :2])),
    "insert by a slice": (lambda lib, x, y: lib.insert(x, slice(0, 2), y, axis=1), (X, Y[:, :2])),
    "insert by one place in a list": (lambda lib, x, y: lib.insert(x, [1], y[:, None], axis=1), (X, Y[:, 0])),
    "insert repeatedly": (lambda lib, x, y: lib.insert(x, [2, 0, 2], y), (V, W)),
}


@pytest.mark.parametrize(("join", "operands"), JOINS.values(), ids=JOINS)
def test_values_of_numpy_and_gradients(join, operands):
    expected = join(np, *operands)
    for lib in (ag, np):
        assert_values(join(lib, *map(Tensor, operands)), expected)
        assert_values(join(lib, weight(operands[0]), operands[1]), expected)
    gradcheck(lambda x, y: join(ag, x, y), *operands)
    single = [np.asarray(operand, np.float32) for operand in operands]
    result = join(ag, *map(weight, single))
    assert result.dtype == join(np, *single).dtype


DELETIONS = {
    "a place": (1, None),
    "a negative place": (-1, 1),
    "places": ([0, 2, 2], 1),
    "a slice": (slice(0, 3, 2), 1),
    "a mask": (np.array([True, False]), 0),
    "nothing": ([], 0),
    "an array": (np.array([1]), -1),
    "a Tensor": (Tensor([0, 1]), 1),
}


@pytest.mark.parametrize(("obj", "axis"), DELETIONS.values(), ids=DELETIONS)
def test_delete(obj, axis):
    plain = obj.data if isinstance(obj, Tensor) else obj
    expected = np.delete(X, plain, axis)
    assert_values(ag.delete(weight(X), obj, axis), expected)
    assert_values(np.delete(Tensor(X), obj, axis=axis), expected)
    kept = np.isin(X, expected)
    np.testing.assert_array_equal(gradients(lambda x: ag.delete(x, obj, axis), X), kept)


def test_a_dtype_can_be_asked_for():
    x = weight(V)
    assert ag.hstack([x, 1], dtype=np.float32).dtype == np.float32
    assert np.vstack([x, x], dtype=np.complex64, casting="unsafe").dtype == np.complex64
    with pytest.raises(TypeError, match="hstack: float64 cannot become int64 with casting='same_kind'"):
        ag.hstack([x, 1.0], dtype=int)
    assert_values(ag.row_stack([x, x]), [V, V])


@pytest.mark.parametrize(
    "join", [np.vstack, np.hstack, np.concatenate, np.stack, lambda x, **rule: np.einsum("i,i", *x, **rule)]
)
def test_a_rule_of_casting_holds_for_the_dtype_that_is_found_too(join):
    whole = np.arange(len(V))
    assert join([Tensor(V), whole], casting="same_kind").dtype == np.float64
    for parts in ([V, whole], [Tensor(V), whole]):
        with pytest.raises(TypeError, match="int64"):
            join(parts, casting="no")
    with pytest.raises(ValueError, match="casting must be one of"):
        join([Tensor(V), V], casting="same")


def test_the_parts_may_be_those_of_a_tensor():
    assert_values(ag.hstack(Tensor(X)), np.hstack(X))
    assert_values(np.vstack(Tensor(CUBE)), np.vstack(CUBE))


SHAPES = [(), (0,), (1,), (3,), (1, 3), (3, 1), (2, 0), (2, 3), (2, 1, 2)]
PLACES = [0, -1, 3, 9, [1], [[0]], [0, 0], [2, -1], [], slice(0, 2), slice(2, 0), np.array([True, False, True]), 0.5]
VALUES = [(), (1,), (2,), (3,), (0,), (1, 2), (2, 1), (1, 0), (0, 2), (2, 3), (1, 1, 2), (2, 1, 2)]


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_insert_takes_what_numpy_takes(shape, axis):
    x = np.arange(1.0, 1.0 + math.prod(shape)).reshape(shape)
    for place, given in itertools.product(PLACES, VALUES):
        values = -np.arange(1.0, 1.0 + math.prod(given)).reshape(given)
        try:
            expected = np.insert(x, place, values, axis=axis)
        except (ValueError, IndexError, TypeError) as error:
            with pytest.raises(type(error), match="insert"):
                np.insert(Tensor(x), place, values, axis=axis)
        else:
            assert_values(np.insert(Tensor(x), place, values, axis=axis), expected)


def test_a_mask_of_places_may_be_a_list():
    assert ag.insert([1.0, 2.0, 3.0], [True, False, True], 0.0).tolist() == [0.0, 1.0, 2.0, 0.0, 3.0]


def test_inserted_values_take_the_dtype():
    assert ag.insert(np.float32([1.0, 2.0]), 0, weight(5.0)).dtype == np.float32
    with pytest.raises(TypeError, match="insert: values of dtype float64 would lose something as int64"):
        ag.insert([1, 2], 0, weight(0.5))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: ag.hstack([x, x[:1]]), "hstack: the shapes must agree on all axes but 1"),
        (lambda x: ag.vstack([x, x[:, :1]]), "vstack: the shapes must agree"),
        (lambda x: ag.dstack([x, x[:1]]), "dstack: the shapes must agree"),
        (lambda x: ag.column_stack([x, x[:1]]), "column_stack: the shapes must agree"),
        (lambda x: ag.hstack([]), "hstack: at least one Tensor is needed"),
        (lambda x: ag.vstack(t for t in [x]), "vstack: takes a list or tuple of Tensors, got generator"),
        (lambda x: ag.block([[x], x]), "block: all lists must be nested equally deep"),
        (lambda x: ag.block([[x], []]), "block: an empty list"),
        (lambda x: ag.block((x, x)), "block: only lists"),
        (lambda x: ag.block([[x, x[:1]]]), "block: the shapes must agree"),
        (lambda x: ag.append(x, [1.0], axis=0), "append: the shapes must agree"),
        (lambda x: ag.insert(x, 10, 1.0), "insert.*out of bounds"),
        (lambda x: ag.insert(x, [0, 1], [1.0, 2.0, 3.0]), "insert"),
        (lambda x: ag.insert(x, True, 1.0), "insert.*boolean"),
        (lambda x: ag.delete(x, 3, axis=1), "delete.*out of bounds"),
        (lambda x: ag.delete(x, 0, axis=2), "delete"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, name):
    with pytest.raises((ValueError, TypeError, IndexError), match=name):
        call(weight(np.arange(9.0).reshape(3, 3)))


@pytest.mark.parametrize("function", [np.concatenate, np.stack, ag.concat, ag.stack, np.hstack, np.vstack])
def test_the_parts_of_one_tensor_are_joined_as_those_of_a_list(function):
    x = np.arange(12.0).reshape(2, 3, 2)
    assert_values(function(weight(x)), np.asarray(function(list(x))))
    np.testing.assert_array_equal(gradients(lambda x: function(x) ** 2, x), 2 * x)
