"""grad, value_and_grad, elementwise_grad and PyTorch's forms: values, nesting, trees, what comes out, errors."""

import gc
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.trees import flatten
from tests.engine.helpers import live_operations


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_gradient(x: Any) -> Any:
    g = np.zeros_like(x)
    g[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    g[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return g


# ------------------------------------------------------------------------------------------------------------ values


def test_it_is_the_gradient(rng):
    x = rng.standard_normal(7)
    np.testing.assert_allclose(ag.grad(rosenbrock)(x), rosenbrock_gradient(x))


@pytest.mark.parametrize("order", range(1, 6))
def test_it_nests_to_any_order(order):
    function: Any = np.sin
    for _ in range(order):
        function = ag.grad(function)
    np.testing.assert_allclose(function(0.3), np.sin(0.3 + order * np.pi / 2))


def test_variables_of_nested_transforms_are_not_confused():
    assert ag.grad(lambda x: x * ag.grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert ag.grad(lambda x: x * ag.grad(lambda y: x * y)(2.0))(5.0) == 10.0
    assert ag.grad(lambda x: ag.grad(lambda y: (x * y) ** 2)(x))(3.0) == 2 * 3 * 3.0**2  # of 2 x^3, by both ways


def test_an_inner_variable_may_be_the_outer_one():
    def f(x):
        return x**3 + ag.grad(lambda y: y**3)(x)

    np.testing.assert_allclose(ag.grad(f)(2.0), 3 * 4 + 6 * 2)


def test_several_arguments_and_keywords():
    def f(x, y, *, z=1.0):
        return x * y**2 * z

    assert ag.grad(f, 1)(2.0, 3.0) == 12.0
    assert ag.grad(f, (0, 1))(2.0, 3.0, z=10.0) == (90.0, 120.0)
    assert ag.grad(f, -1)(2.0, 3.0) == 12.0
    assert ag.grad(f, np.int64(1))(2.0, 3.0) == 12.0
    assert ag.grad(f, "z")(2.0, 3.0, z=10.0) == 18.0
    assert ag.grad(f, "y")(2.0, 3.0) == 12.0
    assert ag.grad(f, ("x", "z"))(2.0, 3.0, z=10.0) == (90.0, 18.0)


def test_something_besides_is_passed_on():
    def f(x):
        return np.sum(x**2), {"twice": 2 * x, "note": "seen"}

    gradient, aux = ag.grad(f, has_aux=True)(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(gradient, [2.0, 4.0])
    assert type(aux["twice"]) is np.ndarray
    assert aux["note"] == "seen"
    (value, aux), gradient = ag.value_and_grad(f, has_aux=True)(np.array([1.0, 2.0]))
    assert value == 5.0
    assert aux["twice"].tolist() == [2.0, 4.0]
    assert gradient.tolist() == [2.0, 4.0]


def test_what_does_not_depend_on_the_argument_has_gradient_zero():
    np.testing.assert_array_equal(ag.grad(lambda x: 3.0)(np.ones(2)), np.zeros(2))
    np.testing.assert_array_equal(ag.grad(lambda x, y: y.sum())(np.ones(2), np.ones(3)), np.zeros(2))
    assert ag.grad(lambda x: x)(2.0) == 1.0


def test_complex_gradients_follow_pytorchs_convention():
    z = np.array([1.0 + 2.0j, -3.0j])
    np.testing.assert_allclose(ag.grad(lambda z: np.sum(np.abs(z) ** 2))(z), 2 * z)
    np.testing.assert_allclose(ag.grad(lambda z: np.sum(np.real(z**2)))(z), np.conj(2 * z))


def test_the_derivative_of_each_element(rng):
    x = rng.standard_normal((2, 3))
    np.testing.assert_allclose(ag.elementwise_grad(np.tanh)(x), 1 - np.tanh(x) ** 2)
    second = ag.elementwise_grad(ag.elementwise_grad(np.sin))
    np.testing.assert_allclose(second(x), -np.sin(x))
    assert [g.shape for g in ag.elementwise_grad(np.multiply, (0, 1))(x, x)] == [(2, 3), (2, 3)]


# ------------------------------------------------------------------------------------------------------------- trees


class Pair(NamedTuple):
    first: Any
    second: Any


@dataclass
class Layer:
    weight: Any
    bias: Any = None


@pytest.mark.parametrize(
    ("tree", "gradient"),
    [
        ([1.0, 2.0], [2.0, 4.0]),
        ((1.0, [2.0, ()]), (2.0, [4.0, ()])),
        ({"b": 1.0, "a": None}, {"b": 2.0, "a": None}),
        (Pair(1.0, {"x": 3.0}), Pair(2.0, {"x": 6.0})),
        (Layer(1.0, [3.0]), Layer(2.0, [6.0])),
        ([], []),
    ],
)
def test_gradients_have_the_structure_of_the_argument(tree, gradient):
    def squares(tree):
        leaves, _ = flatten(tree)
        return sum((leaf**2 for leaf in leaves), start=0.0)

    assert ag.grad(squares)(tree) == gradient


def test_an_ordered_mapping_of_arrays_trains():
    rng = np.random.default_rng(0)
    parameters = {"w": rng.standard_normal((3, 2)), "b": np.zeros(2)}
    x, y = rng.standard_normal((8, 3)), rng.standard_normal((8, 2))
    step = ag.value_and_grad(lambda p: np.mean((x @ p["w"] + p["b"] - y) ** 2))
    losses = []
    for _ in range(20):
        loss, g = step(parameters)
        losses.append(loss)
        parameters = {name: value - 0.1 * g[name] for name, value in parameters.items()}
    assert losses[-1] < 0.8 * losses[0]
    assert all(type(value) is np.ndarray for value in parameters.values())


# ------------------------------------------------------------------------------------------------------ what comes out


def test_arrays_give_arrays_that_may_be_written():
    x = np.ones(3, np.float32)
    value, gradient = ag.value_and_grad(lambda x: (x * x).sum())(x)
    assert type(gradient) is np.ndarray
    assert gradient.dtype == np.float32
    assert isinstance(value, np.float32)
    gradient += 1
    assert x.tolist() == [1.0, 1.0, 1.0]


def test_tensors_give_tensors_that_keep_the_graph():
    x = Tensor([1.0, 2.0], requires_grad=True)
    gradient = ag.grad(lambda x: (x**3).sum())(x)
    assert isinstance(gradient, Tensor)
    gradient.sum().backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_constant_tensors_give_constant_tensors():
    gradient = ag.grad(lambda x: (x**3).sum())(Tensor([1.0, 2.0]))
    assert isinstance(gradient, Tensor)
    assert not gradient.requires_grad
    with ag.no_grad():
        recorded = ag.grad(lambda x: (x**3).sum())(Tensor([1.0], requires_grad=True))
    assert not recorded.requires_grad


def test_arrays_give_arrays_though_the_function_holds_weights():
    w = Tensor([2.0, 3.0], requires_grad=True)
    gradient = ag.grad(lambda x: (w * x).sum())(np.ones(2))
    assert type(gradient) is np.ndarray
    assert gradient.tolist() == [2.0, 3.0]
    assert w.grad is None


def test_arguments_and_leaves_elsewhere_are_left_alone():
    x = Tensor([1.0], requires_grad=True)
    ag.grad(lambda y: (x * y).sum())(x)
    assert x.grad is None


@pytest.mark.parametrize("compute", [lambda: ag.grad(rosenbrock)(np.ones(5)), lambda: ag.grad(ag.grad(np.sin))(1.0)])
def test_a_graph_is_gone_when_the_gradient_is_there(compute):
    compute()
    gc.collect()
    gc.disable()
    try:
        before = live_operations()
        compute()
        assert live_operations() == before
    finally:
        gc.enable()


# ------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("compute", "error", "words"),
    [
        (lambda: ag.grad(np.sin)(3), TypeError, "grad: argument 0 is 3"),
        (lambda: ag.grad(np.sum)(np.arange(3)), TypeError, r"int64.*astype\(float\)"),
        (lambda: ag.grad(len)("text"), TypeError, "grad: argument 0 is a str"),
        (lambda: ag.grad(lambda p: p["a"])({"a": [1.0, True]}), TypeError, r"argument 0\['a'\]\[1\] is True"),
        (lambda: ag.grad(np.sin)(np.ones(2)), RuntimeError, r"the function gives float64 \(2,\), .* use jacobian"),
        (lambda: ag.value_and_grad(np.sin)(np.ones(2)), RuntimeError, "value_and_grad: the function gives float64"),
        (lambda: ag.grad(np.argmax)(np.ones(2)), TypeError, "grad: the result is .*int64.* has no derivative"),
        (lambda: ag.grad(lambda x: "text")(1.0), TypeError, "the result is a str"),
        (
            lambda: ag.grad(lambda x: x)(1.0j),
            RuntimeError,
            r"grad: the function gives complex128 \(\), and only a real",
        ),
        (lambda: ag.grad(np.sin, 1)(1.0), ValueError, "grad: argnum is 1, .* 1 positional arguments"),
        (lambda: ag.grad(np.sin, "y")(1.0), ValueError, "grad: argnum is 'y'"),
        (lambda: ag.grad(max, "y")(1.0), ValueError, "grad: argnum is 'y'"),  # of which Python knows no parameters
        (lambda: ag.grad(np.sin, 1.0), TypeError, "argnum is a position, a name, or a tuple of them, got 1.0"),
        (lambda: ag.grad(np.sin, np.ones(2)), TypeError, "argnum is a position, a name, or a tuple of them"),
        (lambda: ag.grad(np.sin, 0, argnum=1), TypeError, "^grad: 'argnum' is given twice, by position and by name"),
        (lambda: ag.grad(np.sin, function=np.cos), TypeError, "^grad: 'function' is given twice"),
        (lambda: ag.grad(Tensor(1.0)), TypeError, r"^grad: Tensors take inputs, too: grad\(outputs, inputs\)"),
        (lambda: ag.grad(outputs=Tensor(1.0)), TypeError, "^grad: Tensors take inputs, too"),
        (lambda: ag.grad(Tensor(1.0), Tensor(1.0), inputs=Tensor(1.0)), TypeError, "^grad: 'inputs' is given twice"),
        (lambda: ag.grad(3.0), TypeError, "grad: takes a function, got a float"),
        (lambda: ag.value_and_grad(np.sin(1.0)), TypeError, "value_and_grad: takes a function"),
        (lambda: ag.grad(np.sin, has_aux=True)(1.0), TypeError, "has_aux=True the function gives a pair"),
    ],
)
def test_errors_say_what_would_have_been_right(compute, error, words):
    with pytest.raises(error, match=words):
        compute()


# ------------------------------------------------------------------------------------------------------- PyTorch's form


def test_gradients_of_tensors():
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor(3.0, requires_grad=True)
    loss = (x**2).sum() * y
    by_x, by_y = ag.grad(loss, [x, y])
    assert by_x.tolist() == [6.0, 12.0]
    assert by_y.item() == 5.0
    assert x.grad is None
    (weighted,) = ag.grad([x**2, 3 * x], x, [Tensor([1.0, 0.0]), np.array([0.0, 1.0])])
    assert weighted.tolist() == [2.0, 3.0]
    (first,) = ag.grad(outputs=x[0] ** 3, inputs=x, create_graph=True)
    assert ag.grad(first.sum(), x)[0].tolist() == [6.0, 0.0]


def test_inputs_that_nothing_depends_on():
    x, unused = Tensor(1.0, requires_grad=True), Tensor([1.0, 2.0], requires_grad=True, name="unused")
    with pytest.raises(RuntimeError, match=r"do not depend on input 1 \('unused'\); with allow_unused=True"):
        ag.grad(2 * x, [x, unused])
    assert ag.grad(2 * x, [x, unused], allow_unused=True)[1] is None
    assert ag.grad(2 * x, [x, unused], materialize_grads=True)[1].tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="materialize_grads=True gives zeros"):
        ag.grad(2 * x, [x], allow_unused=False, materialize_grads=True)


def test_gradients_of_tensors_refuse_what_they_cannot_do():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match="grad: inputs is a Tensor, or a sequence of Tensors, got float"):
        ag.grad(x.sum(), 1.0)
    with pytest.raises(ValueError, match="there are 2 outputs, and grad_outputs has 1"):
        ag.grad([x, x], x, [Tensor([1.0, 1.0])])
    with pytest.raises(RuntimeError, match="grad: one of the inputs does not require grad"):
        ag.grad(x.sum(), Tensor(1.0))


def test_what_to_write_is_said_in_the_words_of_the_function_that_was_called():
    x, z = Tensor([1.0, 2.0], requires_grad=True), Tensor(1.0j, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"grad: gradients start .* Tensor 1 is float64 \(2,\).* with grad_outputs="):
        ag.grad([x.sum(), x * 2], x)
    with pytest.raises(RuntimeError, match=r"backward: gradients start .* Tensor 0 is complex128.* with grad_tensors="):
        ag.backward(z * 2)
    with pytest.raises(RuntimeError, match="or give gradient= of that shape"):
        (x * 2).backward()


def test_an_input_that_is_given_twice_gets_a_gradient_of_its_own_each_time():
    x = Tensor([1.0, 2.0], requires_grad=True)
    for create_graph in (False, True):
        first, second = ag.grad((x**2).sum(), [x, x], create_graph=create_graph)
        first[0] = 7.0
        assert second.tolist() == [2.0, 4.0]
        assert first is not second
        assert not np.shares_memory(first.data, second.data)


def test_gradients_share_memory_with_nothing():
    c, x = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    given = [c, x]
    found = list(ag.grad(lambda x, y: np.sum(x * c) + np.sum(y * c), (0, 1))(x, x))
    value, pullback = ag.vjp(lambda x, y: (x, y), x, x)
    found += [*value, *pullback((c, c))]
    found += [*ag.jvp(lambda x: (x, x), (x,), (c,))[1], ag.vjp(lambda x: c, x)[0], ag.linearize(lambda x: c, x)[0]]
    found += [ag.grad(lambda x: np.sum(x * ag.stop_gradient(x)))(x)]
    own = ag.custom_gradient(lambda x: (np.sum(x), lambda g: c))
    found += [ag.grad(own)(x), ag.grad(own)(x), ag.grad(ag.checkpoint(own))(x)]
    kept = Tensor(c)
    found += [ag.grad(ag.custom_gradient(lambda x: (np.sum(x), lambda g: kept)))(x) for _ in range(2)]
    found += [ag.value_and_grad(np.sum, has_aux=False)(x)[1]]
    for i, one in enumerate(found):
        assert one.flags.writeable
        assert not any(np.shares_memory(one, other) for other in (*found[:i], *given, kept.data))


def test_several_tensors_walk_back_at_once():
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor(3.0, requires_grad=True)
    shared = x * y
    ag.backward([shared, x.sum()], [np.array([1.0, 10.0]), None])
    assert x.grad.tolist() == [4.0, 31.0]
    assert y.grad.item() == 21.0
    ag.backward((x * y).sum(), inputs=[y])
    assert x.grad.tolist() == [4.0, 31.0]
    assert y.grad.item() == 24.0
    with pytest.raises(ValueError, match="backward: inputs is empty"):
        ag.backward(x.sum(), inputs=[])


def test_inputs_can_be_any_iterable_of_tensors():
    x, y = (Tensor(value, requires_grad=True) for value in (2.0, 3.0))
    gradients = ag.grad(x * y, iter([x, y]))
    assert [gradient.item() for gradient in gradients] == [3.0, 2.0]
    for wrong in (3, [x, 3.0], np.ones(2)):
        with pytest.raises(TypeError, match="grad: inputs is a Tensor, or a sequence of Tensors, got"):
            ag.grad(x * y, wrong)
        with pytest.raises(TypeError, match="backward: inputs is a Tensor, or a sequence of Tensors, got"):
            (x * y).backward(inputs=wrong)
