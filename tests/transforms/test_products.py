"""vjp, jvp, linearize, hvp, vhp, jacobian, hessian: values, shapes, trees, what comes out, errors."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import rosen_hess

import autograd as ag
from autograd import Tensor, tensor
from autograd.transforms import batching
from autograd.walk import walk

MATRIX = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def affine(x: Any) -> Any:
    return np.tanh(MATRIX @ x)


def affine_jacobian(x: Any) -> Any:
    return (1 - np.tanh(MATRIX @ x) ** 2)[:, None] * MATRIX


@pytest.fixture
def x(rng) -> Any:
    return 0.1 * rng.standard_normal(3)


# -------------------------------------------------------------------------------------------- products with a Jacobian


def test_pulling_back(x):
    value, pullback = ag.vjp(affine, x)
    np.testing.assert_allclose(value, affine(x))
    for row in np.eye(2):  # as often as wanted
        (cotangent,) = pullback(row)
        np.testing.assert_allclose(cotangent, row @ affine_jacobian(x))
        assert type(cotangent) is np.ndarray


def test_pushing_forward(x):
    value, push = ag.linearize(affine, x)
    np.testing.assert_allclose(value, affine(x))
    for column in np.eye(3):
        np.testing.assert_allclose(push(column), affine_jacobian(x) @ column)
        np.testing.assert_allclose(ag.jvp(affine, (x,), (column,))[1], affine_jacobian(x) @ column)


def test_trees_go_in_and_out():
    def f(p, y):
        return {"sum": p["a"] + y, "product": [p["a"] * p["b"]], "constant": 3.0}

    p = {"a": 2.0, "b": np.array([1.0, 4.0])}
    value, pullback = ag.vjp(f, p, 5.0)
    assert value["sum"] == 7.0
    assert value["product"][0].tolist() == [2.0, 8.0]
    assert value["constant"] == 3.0
    by_p, by_y = pullback({"sum": 10.0, "product": [np.array([1.0, 0.0])], "constant": 1.0})
    assert by_p["a"] == 11.0
    assert by_p["b"].tolist() == [2.0, 0.0]
    assert by_y == 10.0
    _, pushed = ag.jvp(f, (p, 5.0), ({"a": 1.0, "b": np.zeros(2)}, 2.0))
    assert pushed["sum"] == 3.0
    assert pushed["product"][0].tolist() == [1.0, 4.0]
    assert pushed["constant"] == 0.0


def test_something_besides_is_passed_on():
    value, pullback, aux = ag.vjp(lambda x: (x**2, "seen"), 3.0, has_aux=True)
    assert (value, pullback(1.0), aux) == (9.0, (6.0,), "seen")
    assert ag.jvp(lambda x: (x**2, "seen"), (3.0,), (1.0,), has_aux=True) == (9.0, 6.0, "seen")
    value, push, aux = ag.linearize(lambda x: (x**2, "seen"), 3.0, has_aux=True)
    assert (value, push(2.0), aux) == (9.0, 12.0, "seen")
    assert ag.hvp(lambda x: (x**3, {"x": x}), (3.0,), (2.0,), has_aux=True) == ((36.0,), {"x": 3.0})
    assert ag.vhp(lambda x: (x**3, {"x": x}), (3.0,), (2.0,), has_aux=True) == ((36.0,), {"x": 3.0})
    slope, aux = ag.elementwise_grad(lambda x: (x**2, x + 1), has_aux=True)(np.array([1.0, 2.0]))
    assert (slope.tolist(), aux.tolist()) == ([2.0, 4.0], [2.0, 3.0])
    assert type(aux) is np.ndarray


def test_products_nest(x):
    def slope(x):
        return ag.jvp(np.sin, (x,), (1.0,))[1]

    np.testing.assert_allclose(slope(0.3), np.cos(0.3))
    np.testing.assert_allclose(ag.grad(slope)(0.3), -np.sin(0.3))
    np.testing.assert_allclose(ag.jvp(slope, (0.3,), (1.0,))[1], -np.sin(0.3))
    np.testing.assert_allclose(ag.grad(lambda x: ag.vjp(np.sin, x)[1](x)[0])(0.3), np.cos(0.3) - 0.3 * np.sin(0.3))
    assert ag.jvp(lambda x: x * ag.jvp(lambda y: x + y, (1.0,), (1.0,))[1], (2.0,), (1.0,))[1] == 1.0


def test_complex_products_are_those_of_the_jacobian(rng):
    z, v = (rng.standard_normal(3) + 1j * rng.standard_normal(3) for _ in range(2))
    np.testing.assert_allclose(ag.jvp(np.exp, (z,), (v,))[1], np.exp(z) * v)
    np.testing.assert_allclose(ag.vjp(np.exp, z)[1](v)[0], np.conj(np.exp(z)) * v)
    np.testing.assert_allclose(ag.jvp(np.abs, (z,), (v,))[1], np.real(np.conj(z) * v) / np.abs(z))


def test_tensors_give_tensors():
    x, v = Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0, 1.0], requires_grad=True)
    value, pullback = ag.vjp(lambda x: x**3, x)
    assert isinstance(value, Tensor)
    pullback(v)[0].sum().backward()
    assert x.grad.tolist() == [6.0, 12.0]
    assert v.grad.tolist() == [3.0, 12.0]
    x.grad = v.grad = None
    ag.jvp(lambda x: x**3, (x,), (v,))[1].sum().backward()
    assert x.grad.tolist() == [6.0, 12.0]
    assert v.grad.tolist() == [3.0, 12.0]


# ------------------------------------------------------------------------------------------- products with the Hessian


def test_products_with_the_hessian(rng):
    def f(x, y):
        return np.sum(np.exp(x) * y**2)

    x, y, u, v = rng.standard_normal((4, 3))
    expected = np.exp(x) * y**2 * u + 2 * np.exp(x) * y * v, 2 * np.exp(x) * y * u + 2 * np.exp(x) * v
    for product in (ag.hvp, ag.vhp):
        for found, wanted in zip(product(f, (x, y), (u, v)), expected, strict=True):
            np.testing.assert_allclose(found, wanted)


# -------------------------------------------------------------------------------------------------- whole Jacobians


@pytest.mark.parametrize("mode", [None, "reverse", "forward"])
@pytest.mark.parametrize(("inputs", "outputs"), [((3,), (2,)), ((2,), (3,)), ((), (2,)), ((2, 2), ()), ((0,), (2,))])
def test_jacobians_have_the_shape_of_the_result_and_of_the_argument(mode, inputs, outputs, rng):
    weights = rng.standard_normal((*outputs, *inputs))
    function = ag.jacobian(lambda x: np.sum(weights * x, axis=tuple(range(-len(inputs), 0))), mode=mode)
    np.testing.assert_allclose(function(np.ones(inputs)), weights)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_jacobians_of_trees_are_trees_of_jacobians(mode):
    def f(p, y):
        return {"product": p["a"] * y, "sum": np.sum(y)}

    found = ag.jacobian(f, (0, 1), mode=mode)({"a": 2.0}, np.array([3.0, 4.0]))
    by_p, by_y = found["product"]
    np.testing.assert_array_equal(by_p["a"], [3.0, 4.0])
    np.testing.assert_array_equal(by_y, 2 * np.eye(2))
    by_p, by_y = found["sum"]
    assert by_p["a"] == 0.0
    assert by_y.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_jacobians_nest(mode):
    third = ag.jacobian(ag.jacobian(lambda x: x**3, mode=mode), mode=mode)(np.array([1.0, 2.0]))
    assert third.shape == (2, 2, 2)
    assert third[0, 0, 0] == 6.0
    assert third[1, 1, 1] == 12.0
    assert third.sum() == 18.0


@pytest.fixture
def walks(monkeypatch):
    """Counts the walks."""
    seen: list[int] = []
    for module in (tensor, batching):
        monkeypatch.setattr(module, "walk", lambda *args, **kwargs: seen.append(1) or walk(*args, **kwargs))
    return seen


def test_the_walks_are_as_few_as_can_be(walks):
    ag.jacobian(lambda x: np.sum(x) * np.ones(2))(np.ones(50))
    assert len(walks) == 1
    walks.clear()
    ag.jacobian(lambda x: x * np.ones(50))(1.0)
    assert len(walks) == 2  # one back, recorded, and its transpose


def test_large_jacobians_are_made_in_batches(walks, monkeypatch):
    monkeypatch.setattr(batching, "_MOST", 100)
    x = np.arange(1.0, 31.0)
    np.testing.assert_allclose(ag.jacobian(lambda x: x**2)(x), np.diag(2 * x))
    assert len(walks) == 10


def test_hooks_see_each_row(rng):
    seen = []

    def f(x):
        hidden = np.sin(x)
        hidden.register_hook(lambda g: seen.append(g.data.copy()))
        return hidden**2

    x = rng.standard_normal(3)
    np.testing.assert_allclose(ag.jacobian(f)(x), np.diag(2 * np.sin(x) * np.cos(x)))
    np.testing.assert_allclose(seen, np.diag(2 * np.sin(x)))


class ByRow(ag.Function):
    """The square, whose backward gives nothing where the first two of its cotangents are zeros."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 2 * x if g.data[:2].any() else None


@pytest.mark.parametrize("most", [100, 6, 1])
def test_rows_that_no_gradient_reaches_are_zeros(most, monkeypatch):
    monkeypatch.setattr(batching, "_MOST", most)
    x = np.array([1.0, 2.0, 3.0])
    expected = np.diag([2.0, 4.0, 0.0])
    np.testing.assert_array_equal(ag.jacobian(ByRow.apply, mode="reverse")(x), expected)
    beside = ag.jacobian(lambda x, y: ByRow.apply(x) * 1 + y, argnum=(0, 1), mode="reverse")(x, x)
    np.testing.assert_array_equal(beside, [expected, np.eye(3)])
    backwards = ag.jacobian(lambda x: ByRow.apply(x[::-1]), mode="reverse")(x)  # the first rows have more
    np.testing.assert_array_equal(backwards, np.diag([6.0, 4.0, 0.0])[:, ::-1])
    np.testing.assert_array_equal(ag.jacobian(lambda x: ByRow.apply(x)[::-1], mode="reverse")(x), expected[::-1])


def test_hessians(rng):
    def f(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    x = rng.standard_normal(4)
    columns = [ag.hvp(f, (x,), (column,))[0] for column in np.eye(4)]
    np.testing.assert_allclose(ag.hessian(f)(x), np.stack(columns))
    np.testing.assert_allclose(ag.hessian(f)(x), rosen_hess(x), atol=1e-10)


def test_hessians_by_several_arguments():
    blocks = ag.hessian(lambda x, y: x**2 * y[0] * y[1], (0, 1))(3.0, np.array([2.0, 5.0]))
    assert blocks[0][0] == 20.0
    np.testing.assert_array_equal(blocks[0][1], [30.0, 12.0])
    np.testing.assert_array_equal(blocks[1][1], [[0.0, 9.0], [9.0, 0.0]])


# ------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("compute", "error", "words"),
    [
        (
            lambda: ag.vjp(affine, np.ones(3))[1](np.ones(3)),
            ValueError,
            r"cotangent must have the shape .* \(2,\), got",
        ),
        (lambda: ag.vjp(np.sin, 1.0)[1](1.0j), TypeError, "vjp: the cotangent is complex"),
        (lambda: ag.vjp(lambda x: [x], 1.0)[1](1.0), ValueError, "vjp: the cotangent must have the structure"),
        (lambda: ag.jvp(np.sin, 1.0, 1.0), TypeError, "jvp: primals is a tuple.* got a float"),
        (lambda: ag.jvp(np.sin, (1.0,), (1.0, 2.0)), TypeError, "there are 1 arguments, and tangents for 2"),
        (
            lambda: ag.jvp(np.sin, (np.ones(2),), (np.ones(3),)),
            ValueError,
            "tangent 0 must have the shape of argument 0",
        ),
        (lambda: ag.jvp(np.sin, (1,), (1,)), TypeError, "jvp: argument 0 is 1"),
        (lambda: ag.hvp(np.sum, np.ones(2), np.ones(2)), TypeError, "hvp: primals is a tuple"),
        (lambda: ag.hvp(np.sum, (np.ones(2),), (np.ones(3),)), ValueError, "hvp: tangent 0 must have the shape"),
        (
            lambda: ag.vhp(np.sum, (np.ones(2),), (np.ones(3),)),
            ValueError,
            "vhp: cotangent 0 must have the shape of argument 0",
        ),
        (lambda: ag.vhp(np.sin, (1.0,), 2.0), TypeError, "^vhp: cotangents is a tuple.* got a float"),
        (lambda: ag.vhp(np.sin, (1.0,), (1.0, 2.0)), TypeError, "^vhp: there are 1 arguments, and cotangents for 2"),
        (lambda: ag.vhp(np.sin, (1.0,), ([2.0],)), ValueError, "^vhp: cotangent 0 must have the structure of argument"),
        (lambda: ag.vhp(np.sin, (1.0,), (2.0j,)), TypeError, "^vhp: cotangent 0 is complex, and argument 0 is float64"),
        (lambda: ag.vhp(np.sum, (1,), (1,)), TypeError, "vhp: argument 0 is 1"),
        (lambda: ag.jacobian(np.sin, mode="backward"), ValueError, "mode is 'reverse', 'forward' or None"),
        (lambda: ag.jacobian(np.sin)(1.0j), TypeError, "jacobian: takes and gives real numbers"),
        (lambda: ag.hessian(np.sin)(np.ones(2)), RuntimeError, r"hessian: the function gives float64 \(2,\)"),
        (lambda: ag.linearize(3.0), TypeError, "linearize: takes a function"),
    ],
)
def test_errors_say_what_would_have_been_right(compute, error, words):
    with pytest.raises(error, match=words):
        compute()


@pytest.mark.parametrize("wrong", [np.array(None), "3", np.array("a")])
def test_vectors_are_numbers(wrong):
    with pytest.raises(TypeError, match="jvp: tangent 0 must be numbers, got"):
        ag.jvp(np.sin, (1.0,), (wrong,))
