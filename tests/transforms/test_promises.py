"""What could go wrong in silence: changes in place, orders of keys, graphs of other Tensors, modes, later changes."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor


def in_place(x: Any) -> Any:
    x *= x
    return x.sum()


def assigned(x: Any) -> Any:
    x[0] = x[1] * 2
    return (x**2).sum()


@pytest.mark.parametrize("wrap", [lambda f: f, ag.checkpoint], ids=["plain", "checkpoint"])
@pytest.mark.parametrize("given", [np.array, lambda x: Tensor(x, requires_grad=True)], ids=["array", "Tensor"])
def test_a_function_may_change_its_argument_in_place(given, wrap):
    x = given([1.0, 2.0])
    np.testing.assert_array_equal(np.array(ag.stop_gradient(ag.grad(wrap(in_place))(x))), [2.0, 4.0])
    np.testing.assert_array_equal(np.array(ag.stop_gradient(ag.grad(wrap(assigned))(x))), [0.0, 20.0])
    np.testing.assert_array_equal(np.array(ag.stop_gradient(ag.hessian(wrap(in_place))(x))), 2 * np.eye(2))
    np.testing.assert_array_equal(np.array(ag.stop_gradient(x)), [1.0, 2.0])


def test_accumulation_in_place_has_the_right_product_with_the_hessian():
    def f(x):
        t = x
        t += x**2
        return (t**2).sum()

    (product,) = ag.hvp(f, (np.array([1.0, 2.0]),), (np.ones(2),))
    np.testing.assert_allclose(product, [26.0, 74.0])


def test_keys_are_matched_whatever_their_order():
    assert ag.vjp(lambda x: {"a": x, "b": 2 * x}, 1.0)[1]({"b": 0.0, "a": 1.0}) == (1.0,)
    (product,) = ag.hvp(lambda p: p["a"] ** 2 * p["b"], ({"a": 2.0, "b": 5.0},), ({"b": 0.0, "a": 1.0},))
    assert (product["a"], product["b"]) == (10.0, 4.0)


def test_gradients_of_constant_tensors_keep_the_graph_of_weights():
    w, x = Tensor([2.0, 3.0], requires_grad=True), Tensor([1.0, 1.0])
    g = ag.grad(lambda x: (w * x**2).sum())(x)
    ((w * x).sum() + (g**2).sum()).backward()  # a gradient penalty
    np.testing.assert_array_equal(w.grad.data, [17.0, 25.0])
    assert ag.grad(lambda a, b: a * b**2)(Tensor(2.0), Tensor(3.0, requires_grad=True)).requires_grad


def test_values_do_not_keep_a_graph_that_was_released():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with ag.no_grad():
        value, gradient = ag.value_and_grad(lambda x: (x**2).sum())(x)
    assert not value.requires_grad
    assert not gradient.requires_grad
    assert not ag.value_and_grad(lambda x: (x**2).sum())(Tensor([1.0]))[0].requires_grad


def test_no_grad_inside_makes_constants_of_inner_derivatives():
    def f(x):
        with ag.no_grad():
            g = ag.grad(lambda y: y**3)(x)
        return g * x

    assert ag.grad(f)(2.0) == 12.0


def test_transforms_inside_of_checkpoints_see_the_variables_outside():
    def f(x):
        return x * ag.grad(lambda y: x * y**2)(1.0)

    assert ag.grad(ag.checkpoint(f))(3.0) == ag.grad(f)(3.0) == 12.0


def test_checkpoints_keep_arguments_as_they_were():
    w, a, c = Tensor([1.0, 1.0], requires_grad=True), np.array([1.0, 2.0]), Tensor([1.0, 1.0])
    y = ag.checkpoint(lambda w, a, c: w * a * c)(w, a, c)
    a[:] = 0
    c *= 0
    y.sum().backward()
    np.testing.assert_array_equal(w.grad.data, [1.0, 2.0])


@dataclass
class Layer:
    w: Any
    scale: Any = field(default=1.0, init=False)

    def __post_init__(self) -> None:
        self.w *= 2


def test_dataclasses_are_rebuilt_as_they_are():
    layer = Layer(2.0)
    layer.scale = 5.0
    gradient = ag.grad(lambda p: p.w**2 * p.scale)(layer)
    assert (gradient.w, gradient.scale) == (40.0, 16.0)


def test_arguments_named_twice_are_refused():
    for argnum in ((0, 0), (0, -2), (0, "a")):
        with pytest.raises(ValueError, match="names an argument twice"):
            ag.grad(lambda a, b: a * b**2, argnum)(2.0, 3.0)


def test_names_of_keywords_are_no_positions():
    def f(x, *rest, y=1.0):
        return x * rest[0] * rest[1] * y

    with pytest.raises(ValueError, match="argnum is 'y'"):
        ag.grad(f, "y")(2.0, 3.0, 5.0)
    assert ag.grad(f, "y")(2.0, 3.0, 5.0, y=1.0) == 30.0


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_jacobians_have_the_dtype_of_the_argument(mode):
    assert ag.jacobian(lambda x: x * np.ones(2), mode=mode)(np.ones(2, np.float32)).dtype == np.float32


def test_retained_gradients_are_not_counted_twice():
    x = Tensor(3.0, requires_grad=True)
    y = x * 1
    y.retain_grad()
    ag.backward(2 * y, inputs=[y])
    assert y.grad.item() == 2.0


def test_gradients_of_ones_own_lose_nothing_in_silence():
    w = Tensor(3.0, requires_grad=True)
    captures = ag.custom_gradient(lambda x: (x * w, lambda g: g * w))
    option = ag.custom_gradient(lambda x, *, f: (x * f, lambda g: g * f))
    with pytest.raises(TypeError, match="uses a Tensor that requires grad and is no positional argument"):
        captures(Tensor(2.0, requires_grad=True))
    with pytest.raises(TypeError, match="got a Tensor that requires grad by name"):
        option(2.0, f=w)


def test_gradients_of_ones_own_see_the_same_random_numbers():
    masks = []

    @ag.custom_gradient
    def drop(x):
        mask = (ag.generator().random(50) > 0.5) * 2.0
        masks.append(mask)
        return x * mask, lambda g: g * mask

    gradient = ag.grad(lambda x: drop(x).sum())(Tensor(np.ones(50), requires_grad=True))
    np.testing.assert_array_equal(gradient.detach().data, masks[0])


@pytest.mark.parametrize("result", [lambda x: (x, x), lambda x: [x], lambda x: {"a": x}])
def test_trees_are_no_single_number(result):
    with pytest.raises(TypeError, match=r"grad: the result is a .*, and must be one number"):
        ag.grad(result)(1.0)


def test_operations_bear_the_names_that_users_know():
    x = Tensor(1.0, requires_grad=True)
    assert ag.checkpoint(np.sin)(x).node.operation == "checkpoint"
    assert ag.custom_gradient(lambda x: (x * 2, lambda g: g * 2))(x).node.operation == "custom_gradient"
