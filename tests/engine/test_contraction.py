"""Sums of products over named axes, in all forms."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

RANDOM = np.random.default_rng(0)
X, Y, Z = (RANDOM.standard_normal(shape) for shape in [(2, 3, 4), (4, 3), (3, 3)])

FORMS = [
    ("ijk,kl->ijl", X, Y),
    ("ijk,kj", X, Y),
    ("ba", Z),
    ("ii", Z),
    ("ii->i", Z),
    ("Aa", Z),
    ("i j k , k l -> i l", X, Y),
    ("...k,kl->...l", X, Y),
    ("...j,j...->...", Z, Z),
    ("i...,i...", X, X),
    ("...", X),
    ("...ii->...i", Z),
    ("ij->", Z),
    ("i->", Z[0]),
    (",ij", 2.5, Z),
    ("->", 2.5),
    ("ij,kj,jl,ml->im", Z, Y, Z, Z),
    ("ij,ij,ij->j", Z, Z, Z),
    ("ij,jj->i", Y, Z),
    ("ij,ij->ij", Z, Z[:1]),
    ("i,i->", Z[0], Z[0, :1]),
    ("...ij,...jk->...ik", X.transpose(0, 2, 1), Z),
    (X, [0, 1, 2], Y, [2, 3], [0, 3]),
    (X, [0, 1, 2], Y, [2, 1]),
    (Z, [30, 2]),
    (X, [..., 0], Y, [0, 1], [..., 1]),
    (Z, [0, 0], []),
]


def with_arrays(form, convert):
    return [convert(part) if isinstance(part, (np.ndarray, float)) else part for part in form]


@pytest.mark.parametrize(
    "form", FORMS, ids=lambda form: str([part for part in form if not isinstance(part, np.ndarray)])
)
def test_every_form_has_numpys_values_and_right_gradients(form):
    arrays = [part for part in form if isinstance(part, np.ndarray)]

    def call(*operands):
        left = iter(operands)
        return np.einsum(*(next(left) if isinstance(part, np.ndarray) else part for part in form))

    expected = np.einsum(*form)
    assert_values(ag.einsum(*with_arrays(form, Tensor)), expected, rtol=1e-13)
    if arrays:
        gradcheck(call, *arrays)
        gradgradcheck(call, *arrays)


def test_complex_operands():
    z = Z + 1j * Z.T
    gradcheck(lambda x, y: np.einsum("ij,jj,kj->ik", x, y, x), z, Z)


def test_single_precision_stays():
    x, y = weight(X, np.float32), weight(Y, np.float32)
    result = np.einsum("ijk,kj->i", x, y)
    result.sum().backward()
    assert [result.dtype, x.grad.dtype, y.grad.dtype] == [np.float32] * 3


def test_whole_numbers():
    result = np.einsum("ij,j->i", Tensor([[1, 2], [3, 4]]), np.array([1, 10]))
    assert result.dtype == np.int64
    assert result.tolist() == [21, 43]


@pytest.mark.parametrize("optimize", [True, "greedy", "optimal", ("greedy", 100), ["einsum_path", (0, 1), (0, 1)]])
def test_an_order_of_products_can_be_asked_for(optimize):
    form = "ij,jk,kl->il"
    expected = np.einsum(form, Z, Z, Z)
    result = np.einsum(form, weight(Z), Z, Z, optimize=optimize)
    np.testing.assert_allclose(result.data, expected, rtol=1e-13)
    result.sum().backward()


def test_the_path_is_plain():
    path, text = np.einsum_path("ij,jk->ik", weight(Z), Z)
    assert path == ["einsum_path", (0, 1)]
    assert "ij,jk->ik" in text


def test_dtype_is_what_is_calculated_in():
    x = weight(Z, np.float32)
    result = np.einsum("ij->i", x, dtype=np.float64)
    result.sum().backward()
    assert (result.dtype, x.grad.dtype) == (np.float64, np.float32)
    assert np.einsum("ij->i", weight(Z), dtype=np.float32, casting="same_kind").dtype == np.float32
    with pytest.raises(TypeError, match=r"einsum.*float32"):
        np.einsum("ij->i", x.detach().astype(np.float64), dtype=np.float32)


def test_large_gradients_are_matrix_products():
    x, y = RANDOM.standard_normal((40, 30)), RANDOM.standard_normal((30, 20))
    seed = RANDOM.standard_normal((40, 20))
    by_x, by_y = gradients(lambda x, y: np.einsum("ij,jk->ik", x, y), x, y, seed=seed)
    np.testing.assert_allclose(by_x, seed @ y.T, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(by_y, x.T @ seed, rtol=1e-12, atol=1e-13)


def test_out_moves_on_to_the_result():
    out, x = Tensor(np.zeros(3)), weight(Z)
    np.einsum("ij->i", x, out=out)
    out.sum().backward()
    assert_values(x.grad, np.ones((3, 3)))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (("ij->i",), "for 1 operands, and 0"),
        (("ij,jk", Z), "for 2 operands, and 1"),
        (("ijk->i", Z), "names 3 axes, and the operand has 2"),
        (("i->i", Z), "names 1 axes, and the operand has 2"),
        (("ij->ii", Z), "each letter of the output"),
        (("ij->k", Z), "each letter of the output"),
        (("...i->i", Z), "output must keep"),
        (("i.j", Z), "letters and at most one"),
        (("......i", Z), "letters and at most one"),
        (("i1->i", Z), "letters and at most one"),
        (("ij,jk", Z, Y), "einsum|contraction"),
        ((Z,), "give subscripts"),
        ((Z, [0, 99]), "from 0 to 51"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(form, said):
    with pytest.raises(ValueError, match=said):
        ag.einsum(*form)


def test_other_mistakes_are_refused():
    with pytest.raises(TypeError, match="list of whole numbers"):
        ag.einsum(Z, Z)
    with pytest.raises(ValueError, match="order"):
        ag.einsum("ij", Z, order="Z")
