"""What a Tensor becomes where somebody asks for an array, a number or a text."""

import math
import operator

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, weight

# ---------------------------------------------------------------------------------------- becoming a plain array


def test_a_plain_array_of_what_requires_grad_is_refused():
    for convert in (np.asarray, np.array, np.asfortranarray, lambda w: np.asarray([w, w])):
        with pytest.raises(TypeError, match="requires grad"):
            convert(weight([1.0, 2.0]))
    with ag.no_grad():
        np.testing.assert_array_equal(np.asarray(weight([1.0, 2.0])), [1.0, 2.0])


def test_a_plain_array_of_a_constant():
    t = Tensor([1.0, 2.0])
    plain = np.asarray(t)
    assert type(plain) is np.ndarray
    assert np.shares_memory(plain, t.data)
    assert np.asarray(t, dtype=np.float32).dtype == np.float32
    np.testing.assert_array_equal(np.asarray([t, t]), [[1.0, 2.0], [1.0, 2.0]])


def test_a_plain_array_with_and_without_copy():
    t = Tensor([1.0, 2.0])
    assert np.shares_memory(np.array(t, copy=False), t.data)
    assert not np.shares_memory(np.array(t, copy=True), t.data)
    assert not np.shares_memory(np.array(t), t.data)
    with pytest.raises(ValueError, match="needs a copy"):
        np.array(t, dtype=np.float32, copy=False)


# --------------------------------------------------------------------------------------- what Python asks of a number


def test_conversions_to_python_numbers():
    assert (float(Tensor([1.5])), int(Tensor(2.5)), complex(Tensor(1j)), bool(Tensor(0.0))) == (1.5, 2, 1j, False)
    assert float(weight(1.5)) == 1.5
    assert operator.index(Tensor(3)) == 3
    assert ["a", "b", "c"][Tensor(1)] == "b"
    assert math.floor(Tensor(2.5)) == 2
    assert math.sqrt(Tensor(4.0)) == 2.0


def test_only_a_single_element_is_a_number():
    for values in ([1.0, 2.0], []):
        for call in (int, float, complex, Tensor.item):
            with pytest.raises(
                ValueError, match=rf"{call.__name__}\(.*\).*: a Tensor of size 1 .* of size {len(values)}"
            ):
                call(Tensor(values))


def test_only_one_whole_number_is_an_index():
    assert [10, 20, 30][Tensor(1)] == 20
    for value in (1.0, True, [1], [1, 2]):
        with pytest.raises(TypeError, match="index: only a Tensor of one whole number, without axes, is one; given"):
            [10, 20, 30][Tensor(value)]


def test_several_elements_are_neither_true_nor_false():
    for t in (Tensor([1.0, 2.0]), Tensor([])):
        with pytest.raises(ValueError, match=r"use \.any\(\) or \.all\(\)"):
            bool(t)
    assert bool(Tensor([[1.0]])) is True


@pytest.mark.parametrize("t", [Tensor(1.0), Tensor([1, 2])])
def test_what_is_no_whole_number_is_no_index(t):
    with pytest.raises(TypeError):
        operator.index(t)


def test_format():
    assert f"{Tensor(3.14159):.2f}" == "3.14"
    assert f"{weight([3.14159]):8.3f}" == "   3.142"
    assert f"{Tensor([1.0, 2.0])}" == "Tensor([1., 2.], dtype=float64)"
    assert f"{Tensor(1.0)}" == "Tensor(1., dtype=float64)"
    with pytest.raises((TypeError, ValueError)):
        f"{Tensor([1.0, 2.0]):.2f}"


def test_len_and_iteration():
    x = weight([[1.0, 2.0], [3.0, 4.0]])
    assert len(x) == 2
    first, second = x
    (first * second).sum().backward()
    assert_values(x.grad, [[3.0, 4.0], [1.0, 2.0]])
    with pytest.raises(TypeError, match="0-d"):
        len(Tensor(1.0))
    with pytest.raises(TypeError, match="0-d"):
        iter(Tensor(1.0))
    assert sum(weight([1.0, 2.0])).requires_grad


def test_membership():
    t = Tensor([1.0, 2.0])
    assert 2.0 in t
    assert 3.0 not in t
    assert Tensor(1.0) in t
    assert 1.0 in weight([1.0])


def test_comparisons_are_elementwise_and_hashing_is_by_identity():
    t, u = Tensor([1.0, 2.0]), Tensor([1.0, 3.0])
    assert_values(t == u, [True, False])
    assert_values(t != u, [False, True])
    assert len({t, u, t}) == 2
    assert_values(t == None, [False, False])  # noqa: E711 - elementwise, as an array would
    assert (t == u).dtype == bool


def test_comparisons_of_what_requires_grad_are_constants():
    assert not (weight([1.0]) > 0.5).requires_grad
