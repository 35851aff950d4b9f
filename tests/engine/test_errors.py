"""The words of the errors: each names the operation, what it was given, and what would have been right.

The texts are pinned, so that a change of them is seen and meant. What NumPy says is asked of NumPy.
"""

import matplotlib.figure
import numpy as np
import pytest
import scipy.fft
import scipy.linalg
import scipy.special
import sklearn.linear_model

import autograd as ag
from autograd import Graph, Tensor, primitive
from tests.engine.helpers import weight


def said(error, function, *operands):
    """What a call says when it raises exactly this kind of error."""
    with pytest.raises(error) as info:
        function(*operands)
    assert type(info.value) is error
    return str(info.value)


def numpy_says(function, *operands):
    """What NumPy says of the same, without the blanks that it leaves behind."""
    with pytest.raises((ValueError, TypeError, IndexError)) as info:
        function(*operands)
    return str(info.value).strip()


def ones(*shape, dtype=np.float64):
    return np.ones(shape, dtype)


# -------------------------------------------------------------------------------------------------- shapes and dtypes


def test_shapes_that_do_not_broadcast():
    assert said(ValueError, np.add, Tensor(ones(2, 3)), ones(4, dtype=np.float32)) == (
        f"add(float64 (2, 3), float32 (4,)): {numpy_says(np.add, ones(2, 3), ones(4))}. "
        "Shapes are aligned at the right; on axis -1 the sizes 3 and 4 differ and neither is 1"
    )


def test_shapes_that_differ_further_left():
    assert said(ValueError, np.multiply, weight(ones(2, 1, 3)), ones(4, 5, 1)).endswith(
        "Shapes are aligned at the right; on axis -3 the sizes 2 and 4 differ and neither is 1"
    )


def test_matrices_that_do_not_fit():
    assert said(ValueError, np.matmul, Tensor(ones(2, 3)), ones(4, 5)) == (
        f"matmul(float64 (2, 3), float64 (4, 5)): {numpy_says(np.matmul, ones(2, 3), ones(4, 5))}. "
        "The last axis of the first operand, 3, must equal the second to last of the second, 4"
    )


def test_batches_of_matrices_that_do_not_fit():
    assert said(ValueError, np.matmul, Tensor(ones(2, 3, 4)), ones(5, 4, 6)).endswith(
        "Shapes are aligned at the right; on axis -3 the sizes 2 and 5 differ and neither is 1"
    )


def test_a_matrix_and_a_vector_that_do_not_fit():
    assert said(ValueError, np.matmul, Tensor(ones(2, 3)), ones(4)).endswith(
        "The last axis of the first operand, 3, must equal the last of the second, 4"
    )


def test_a_layer_that_does_not_fit():
    text = said(ValueError, ag.linear, Tensor(ones(2, 3)), ones(5, 4), ones(5))
    assert text.startswith("linear(float64 (2, 3), float64 (5, 4), float64 (5,)): ")
    assert text.endswith("The last axis of the first operand, 3, must equal the last of the second, 4")


def test_a_bias_that_does_not_fit():
    assert said(ValueError, ag.linear, Tensor(ones(4, 3)), ones(5, 3), ones(7)) == (
        "linear(float64 (4, 3), float64 (5, 3), float64 (7,)): bias must be (out,), (5,)"
    )


def test_a_layer_whose_weight_is_no_matrix():
    assert said(ValueError, ag.linear, Tensor(ones(2, 3)), ones(3)) == (
        "linear(float64 (2, 3), float64 (3,), None): x must be (..., in) and weight (out, in)"
    )


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        (lambda: Tensor(ones(2, 3, 4)) @ ones(5, 4, 6), "sizes 4 and 6"),  # it is 2 and 5 that do not fit
        (lambda: ag.linear(Tensor(ones(4, 3)), ones(5, 3), ones(7)), "sizes 4 and 5"),  # it is the bias
        (lambda: ag.concat([Tensor(ones(2, 3)), ones(3, 2)]), "neither is 1"),  # joining does not broadcast
        (lambda: ag.concat([Tensor(ones(2, 3)), ones(1, 4)]), "aligned at the right"),
        (lambda: Tensor(ones(5))[[0, 7, 1, 2]], "neither is 1"),  # an index is not broadcast with what it picks from
        (lambda: Tensor(ones(5)).__setitem__(slice(0, 2), ones(3)), "sizes 5 and 3"),
    ],
)
def test_a_hint_does_not_mislead(call, wrong):
    with pytest.raises((ValueError, IndexError)) as info:
        call()
    assert wrong not in str(info.value)


def test_a_reduction_over_an_axis_that_is_not_there():
    assert said(ValueError, lambda: Tensor(ones(2, 3)).sum(axis=2)) == (
        f"sum(float64 (2, 3), axis=2, keepdims=False): {numpy_says(lambda: ones(2, 3).sum(axis=2))}"
    )


def test_a_shape_that_does_not_fit():
    assert said(ValueError, lambda: Tensor(ones(2, 3)).reshape(4, 2)) == (
        f"reshape(float64 (2, 3), shape=(4, 2)): {numpy_says(lambda: ones(2, 3).reshape(4, 2))}"
    )


def test_a_dtype_that_an_operation_does_not_have():
    assert said(TypeError, lambda: ~Tensor([1.5])) == (
        f"bitwise_invert(float64 (1,)): {numpy_says(np.invert, np.array([1.5]))}"
    )


def test_an_operand_that_is_no_number():
    assert said(TypeError, lambda: Tensor([1.5]) + "text") == "add: takes Tensors, arrays and numbers, got str 'text'"
    assert said(ValueError, lambda: ag.exp([[1.0], 2.0])).startswith("exp: NumPy makes no array of list '[[1.0], 2.0]'")
    none = "takes Tensors, arrays and numbers, got None for"
    assert said(TypeError, lambda: Tensor([1.5]) + None) == f"add: {none} 'y'"
    assert said(TypeError, lambda: np.where([True, False], None, Tensor([1.5]))) == f"where: {none} 'x'"
    assert said(TypeError, lambda: ag.hypot(2.5, None)) == f"hypot: {none} 'y'"
    assert said(TypeError, lambda: ag.mean(None)) == f"mean: {none} 'x'"


def test_a_number_where_a_forward_needs_an_array(throwaway):
    @ag.primitive(rules={"x": lambda g: g})
    def halved(x, /):
        return x.reshape(-1, 2)

    expected = "halved(2.5): 'float' object has no attribute 'reshape'"
    assert said(TypeError, lambda: halved(2.5)) == expected


def test_a_long_operand_is_cut_short():
    text = said(TypeError, lambda: Tensor([1.5]) + "a" * 1000)
    assert text.endswith(f"got str '{'a' * 36}...")


def test_an_error_has_the_error_of_numpy_as_its_cause():
    with pytest.raises(ValueError, match="add") as info:
        Tensor(ones(2)) + ones(3)
    assert type(info.value.__cause__) is ValueError


def test_a_floating_point_error_stays_one():
    with np.errstate(divide="raise"):
        assert said(FloatingPointError, lambda: Tensor([1.0]) / [0.0]) == (
            "divide(float64 (1,), float64 (1,)): divide by zero encountered in divide"
        )


# ------------------------------------------------------------------------------------------------------ requires_grad


def test_integers_that_shall_require_grad():
    expected = (
        "requires_grad: a Tensor of dtype int64 cannot require grad, for it has no small changes; "
        "give it a floating or complex dtype, as in Tensor(data, dtype=float)"
    )
    assert said(TypeError, lambda: Tensor([1, 2], requires_grad=True)) == expected
    assert said(TypeError, Tensor([1, 2]).requires_grad_) == expected


def test_a_tensor_of_a_tensor_that_requires_grad():
    assert said(TypeError, Tensor, weight(1.0)) == (
        "Tensor(t): this Tensor requires grad, and a plain array would lose its gradient in silence; "
        "np.stack makes one Tensor of several; t.detach(), or t.data, says that the gradient is not wanted"
    )


def test_a_plain_array_of_what_requires_grad():
    assert said(TypeError, np.asarray, weight(1.0)) == (
        "np.asarray: this Tensor requires grad, and a plain array would lose its gradient in silence; "
        "np.stack makes one Tensor of several; t.detach(), or t.data, says that the gradient is not wanted"
    )


SWITCHED = "with SCIPY_ARRAY_API=1 in the environment from the start"


@pytest.mark.parametrize(
    ("function", "name", "ways"),
    [
        (lambda t: np.mean([t, t]), "np.mean", "np.stack makes one Tensor of several; "),
        (lambda t: np.array([t, t]), "np.asarray", "np.stack makes one Tensor of several; "),
        (
            lambda t: scipy.special.polygamma(1, t),
            "scipy.special.polygamma",
            f"autograd.special.polygamma takes Tensors; {SWITCHED}, much of scipy takes Tensors; ",
        ),
        (
            lambda t: scipy.fft.fft(t[np.newaxis]),
            "scipy.fft.fft",
            f"autograd.fft.fft takes Tensors; {SWITCHED}, much of scipy takes Tensors; ",
        ),
        (
            lambda t: scipy.linalg.expm(np.outer(t, t)),
            "scipy.linalg.expm",
            f"{SWITCHED}, much of scipy takes Tensors; ",
        ),
        (
            lambda t: sklearn.linear_model.Ridge().fit(np.outer(t, t), [1.0]),
            "sklearn.linear_model.Ridge.fit",
            f"{SWITCHED}, and sklearn.config_context(array_api_dispatch=True), much of sklearn takes Tensors; ",
        ),
        (matplotlib.figure.Figure().subplots().plot, "matplotlib.axes.Axes.plot", ""),
    ],
)
def test_a_function_of_another_library_that_makes_plain_arrays(function, name, ways, monkeypatch):
    monkeypatch.delenv("SCIPY_ARRAY_API", raising=False)
    assert said(TypeError, function, weight(1.0)) == (
        f"{name}: this Tensor requires grad, and a plain array would lose its gradient in silence; {ways}"
        "t.detach(), or t.data, says that the gradient is not wanted"
    )


def test_a_function_of_scipy_that_calls_one_of_numpy(monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    assert said(TypeError, scipy.linalg.solve, np.eye(1), weight([1.0])) == (
        "scipy.linalg.solve: this Tensor requires grad, and a plain array would lose its gradient in silence; "
        "autograd.linalg.solve takes Tensors; t.detach(), or t.data, says that the gradient is not wanted"
    )


def test_a_history_that_shall_be_switched_off():
    assert said(RuntimeError, (weight(1.0) * 2.0).requires_grad_, False) == (
        "requires_grad: this Tensor was computed by multiply from Tensors that require grad; "
        "use detach() to get its value without its history"
    )


def test_data_that_are_no_numbers():
    assert said(TypeError, Tensor, "text") == "Tensor: the data must be numbers; NumPy makes <U4 of str 'text'"


# ---------------------------------------------------------------------------------------------------- missing rules


def test_a_numpy_function_without_a_rule():
    assert said(TypeError, np.packbits, weight([1.0, 2.0])) == (
        "np.packbits has no gradient rule in autograd, and an operand requires grad. Pass it as detach() if its "
        "gradient is not wanted, or build the function from operations that have one (autograd.primitive declares "
        "new ones)"
    )


def test_an_operand_without_a_rule():
    assert said(TypeError, ag.where, weight([1.0]), 1.0, 2.0) == (
        "where: there is no gradient rule for the operand 'condition', and it requires grad; "
        "pass it as detach() if its gradient is not wanted"
    )


@pytest.mark.usefixtures("throwaway")
def test_one_of_any_number_of_operands_without_a_rule():
    @primitive(rules={"x": lambda g: g})
    def first(x, /, *others):
        return x * 1.0

    assert first(weight(1.0), 2.0, 3.0).requires_grad
    assert said(TypeError, first, 1.0, 2.0, weight(3.0)) == (
        "first: there is no gradient rule for the operand 'others', and it requires grad; "
        "pass it as detach() if its gradient is not wanted"
    )


# ----------------------------------------------------------------------------------------------------------- in place


def test_a_leaf_that_is_changed_in_place():
    w = weight([1.0, 2.0], name="w")
    words = (
        "this Tensor is a leaf that requires grad ('w'), and its gradient belongs to the value it had. To update a "
        "weight, do it inside `with autograd.no_grad():`; to compute with the changed value, make a new Tensor, as in "
        "x = x + y"
    )

    def add():
        nonlocal w
        w += 1.0

    def assign():
        w[0] = 1.0

    assert said(RuntimeError, add) == f"+=: {words}"
    assert said(RuntimeError, assign) == f"x[index] = value: {words}"
    assert said(RuntimeError, lambda: np.exp(w.detach(), out=w)) == f"np.exp with out=: {words}"


def test_a_leaf_without_a_name_that_is_changed_in_place():
    w = weight([1.0, 2.0])
    assert said(RuntimeError, w.__imul__, 2.0).startswith("*=: this Tensor is a leaf that requires grad, and its")


def test_a_shape_that_changes_in_place():
    assert said(ValueError, Tensor([1.0, 2.0]).__iadd__, ones(3, 2)) == (
        "+=: the result has shape (3, 2), which does not fit in (2,)"
    )


def test_a_dtype_that_changes_in_place():
    assert said(TypeError, Tensor([1, 2]).__itruediv__, 2) == (
        "/=: the result is float64 and cannot become int64 in place"
    )


def test_data_of_a_result():
    y = weight([1.0]) * 2.0
    assert said(RuntimeError, setattr, y, "data", [1.0]) == (
        "data: this Tensor was computed by multiply; new values would not fit its graph. "
        "Assign to the data of leaves only, or make a new Tensor"
    )


# ----------------------------------------------------------------------------------------------------------- backward


def test_a_backward_from_several_numbers():
    assert said(RuntimeError, (weight([1.0, 2.0]) * 2.0).backward) == (
        "backward: a gradient starts from a single number, and this Tensor has shape (2,); reduce it, as in "
        "t.sum().backward(), or give gradient= of that shape to weight its elements"
    )


def test_a_backward_from_a_constant():
    assert said(RuntimeError, Tensor(1.0).backward) == (
        "backward: the Tensor does not require grad and has no graph: no operand of what computed it requires grad, "
        "or it was computed under no_grad, or detached"
    )


def test_a_second_backward():
    x = weight(2.0)
    y = x * x
    y.backward()
    assert said(RuntimeError, y.backward) == (
        "backward: the graph was walked before, and what multiply needs was released then. A backward frees the "
        "arrays it has used. To walk twice, give the first call retain_graph=True; to get several gradients at once, "
        "add up the results and walk once; in a training loop, compute the loss anew in each step (and detach() what "
        "is carried over from one step to the next)."
    )


def test_a_second_backward_names_the_result_and_what_was_released():
    x = weight(2.0, name="x")
    hidden = x * x
    loss = hidden + 1.0
    hidden.name, loss.name = "hidden", "loss"
    loss.backward()
    again = ag.exp(hidden)
    assert said(RuntimeError, loss.backward).startswith(
        "backward: the graph was walked before, and what add ('loss') needs was released then. A backward frees the "
    )
    assert said(RuntimeError, again.backward).startswith(
        "backward: the graph was walked before, and what multiply ('hidden') needs was released then. "
    )
    first, second = ag.exp(hidden), ag.log(hidden)
    first.name, second.name = "first", "second"
    assert said(RuntimeError, first.backward).startswith(
        "backward: the graph of 'first' was walked before, and what multiply ('hidden') needs was released then. "
    )
    first, second = ag.exp(hidden), ag.log(hidden)
    first.name, second.name = "first", "second"
    assert said(RuntimeError, lambda: ag.backward([first, second])).startswith(
        "backward: the graph of 'first' and 'second' was walked before, and what multiply ('hidden') needs was "
    )


@pytest.mark.parametrize("wrong", [3, None, "print", Tensor([1.0])])
def test_a_hook_that_is_no_function(wrong):
    x = weight([1.0], name="x")
    assert said(TypeError, x.register_hook, wrong).startswith(
        "register_hook: a hook is a function of the gradient, got "
    )
    x.sum().backward()
    assert x.grad.tolist() == [1.0]


def test_a_gradient_of_another_shape():
    assert said(ValueError, (weight([1.0, 2.0]) * 2.0).backward, ones(3)) == (
        "gradient: expected the shape of the Tensor it belongs to, (2,), got (3,)"
    )


def test_an_input_that_does_not_require_grad():
    assert said(RuntimeError, lambda: (weight(1.0) * 2.0).backward(inputs=Tensor(1.0, name="c"))) == (
        "backward: one of the inputs does not require grad ('c')"
    )


def test_no_inputs():
    with pytest.raises((ValueError, RuntimeError), match="inputs"):
        (weight(1.0) * 2.0).backward(inputs=[])


def test_a_graph_of_a_constant():
    assert said(ValueError, Graph, Tensor(1.0)) == (
        "Graph: the Tensor has no graph: it was not computed from a Tensor that requires grad, or it was made under "
        "no_grad or by detach()"
    )


# --------------------------------------------------------------------------------------------------------------- index


def test_an_index_out_of_bounds():
    text = said(IndexError, lambda: Tensor(ones(2, 3))[5])
    assert text.endswith(numpy_says(lambda: ones(2, 3)[5]))
    assert "float64 (2, 3)" in text
    assert "5" in text


def test_an_index_array_out_of_bounds():
    text = said(IndexError, lambda: Tensor(ones(2, 3))[:, [0, 5]])
    assert text.endswith(numpy_says(lambda: ones(2, 3)[:, [0, 5]]))
    assert "slice(None, None, None), 'array'" not in text  # the inner form of an index is nobody's business
    assert "[:, array]" in text


def test_an_index_that_is_no_index():
    assert said(IndexError, lambda: Tensor([1.0, 2.0])[0.5]) == (
        "x[...]: an index is an integer, a slice, None, ..., or an array of integers or booleans; got float64"
    )


# --------------------------------------------------------------------------------------------------------- declarations


def declare(rules, name="thing"):
    def thing(x, y, /, power=1): ...

    thing.__name__ = name
    return primitive(rules=rules)(thing)


@pytest.mark.usefixtures("throwaway")
@pytest.mark.parametrize(
    ("operand", "rule", "given"),
    [
        ("x", lambda g, z: g, "('g', 'z')"),  # unknown
        ("x", lambda x, g: g, "('x', 'g')"),  # g not first
        ("x", lambda y: y, "('y',)"),  # no g
        ("z", lambda g: g, "('g',)"),  # no such operand
        ("power", lambda g, z: g, "('g', 'z')"),
    ],
)
def test_a_rule_that_cannot_be(operand, rule, given):
    text = said(TypeError, declare, {operand: rule})
    operands = "('x', 'y', 'power')" if operand == "power" else "('x', 'y')"
    known = "('x', 'y', 'power', 'out')"
    assert text == (
        f"thing: a rule belongs to one of the operands {operands} and takes g, then any of {known}; "
        f"the rule for {operand!r} takes {given}"
    )


@pytest.mark.usefixtures("throwaway")
@pytest.mark.parametrize(
    "rule",
    [
        lambda: 1.0,  # takes nothing
        lambda g, index: g,  # there is no *operands to count
        lambda *g: g,  # takes everything
        lambda g, *, y: g * y,  # cannot be given what it needs in order
    ],
)
def test_a_rule_that_cannot_be_called(rule):
    assert said(TypeError, declare, {"x": rule}).startswith("thing: ")


def test_options_that_are_not_given_by_name():
    assert said(TypeError, primitive, np.exp) == (
        "primitive: takes its options by name, and the function after that: @primitive(rules=...)"
    )


@pytest.mark.usefixtures("throwaway")
def test_a_name_that_is_taken():
    assert said(ValueError, declare, {"x": lambda g: g}, "exp") == (
        "an operation of the name 'exp' is declared already, in autograd.primitives.elementwise as exp; names of "
        "operations are the same everywhere, so give this one another"
    )


@pytest.mark.usefixtures("throwaway")
def test_a_numpy_function_that_is_taken():
    def other(x, /): ...

    with pytest.raises(ValueError, match="exp"):
        primitive(forward=np.exp)(other)
    assert ag.registry.by_numpy[np.exp] is ag.exp


@pytest.mark.usefixtures("throwaway")
def test_a_declaration_that_fails_leaves_no_trace():
    said(TypeError, declare, {"x": lambda g, z: g}, "failing")
    assert "failing" not in ag.registry.primitives
    assert not hasattr(ag.registry.operations, "failing")
    assert declare({"x": lambda g: g}, "failing").name == "failing"
