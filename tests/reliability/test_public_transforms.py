"""Every transform, called with random functions and arguments, gives the right derivative or an explained error."""

import traceback
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor
from tests.reliability.arguments import arrays, numbers, strange
from tests.reliability.judging import Outcome, check_refusal
from tests.reliability.test_public_functions import examples

#: Take a function, and give one.
OF_FUNCTIONS = {
    name: getattr(ag, name)
    for name in ("grad", "value_and_grad", "elementwise_grad", "jacobian", "hessian", "vmap", "checkpoint")
}
OF_FUNCTIONS["custom_gradient"] = ag.custom_gradient

#: Take a function and where to differentiate it; or values.
AT_A_POINT = {name: getattr(ag, name) for name in ("vjp", "jvp", "hvp", "vhp", "linearize")}
OF_VALUES = {"stop_gradient": ag.stop_gradient, "backward": ag.backward, "grad": ag.grad}

#: Smooth, of one argument, of numbers of any shape; the first two give one number.
SMOOTH = {
    "sum of squares": lambda x: (x * x).sum(),
    "mean of sines": lambda x: np.mean(np.sin(x)),
    "exponentials": np.exp,
    "cubes of the first row": lambda x: x[:1] ** 3,
    "a dict": lambda x: {"both": (x * 2.0, np.tanh(x))},
    "a constant": lambda x: np.ones(2),
}

#: Other functions, and what is none.
OTHER = [
    lambda x, y: x @ y,
    lambda x: (x.sum(), "aux"),
    lambda x: None,
    lambda *xs: sum(xs),
    lambda x, *, k=1.0: x * k,
    lambda x: x["a"] * 2.0,
    lambda x: (x * 2.0, lambda g: g * 2.0),
    len,
    np.sort,
    np.linalg.inv,
    nn.Linear(3, 2),
    int,
    "sum",
    None,
    3.0,
]

OPTIONS = {
    "argnum": [0, 1, -1, (0, 1), "x", "k", None, 1.5],
    "has_aux": [True, False],
    "mode": ["forward", "reverse", None, "sideways"],
    "in_axes": [0, 1, -1, None, (0, None), {"a": 0}, "a"],
    "out_axes": [0, -1, None, (0, 1), "a"],
    "loops": [True, False],
    "randomness": ["same", "error", "none"],
    "create_graph": [True, False],
    "allow_unused": [True, False],
    "grad_outputs": [None, 1.0, np.ones(3), [None], "a"],
}

FUNCTIONS = st.sampled_from([*SMOOTH.values(), *OTHER])


@st.composite
def values(draw: Any) -> Any:
    """An argument: an array or a Tensor in most cases, a tree of them, or something else."""
    leaf = st.one_of(arrays(), arrays(dtypes=("f8",)), numbers)
    leaf = st.one_of(leaf, leaf, arrays(dtypes=("f8", "f4")).map(lambda x: Tensor(x, requires_grad=True)))
    trees = st.one_of(
        leaf.map(lambda x: {"a": x}), leaf.map(lambda x: [x, (x,)]), st.tuples(leaf), st.tuples(leaf, leaf), strange
    )
    return draw(st.one_of(leaf, leaf, leaf, trees))


@st.composite
def options(draw: Any) -> dict[str, Any]:
    """Mostly none."""
    name = draw(st.sampled_from([None, None, *OPTIONS]))
    return {} if name is None else {name: draw(st.sampled_from(OPTIONS[name]))}


def judged(function: Any, args: Any, kwargs: Any, name: str) -> Outcome:
    """Call a function; an error must be explained, but for one of the functions here."""
    note(f"{name}(*{args}, **{kwargs})")
    outcome = Outcome(function, args, kwargs)
    if outcome.error is not None and traceback.extract_tb(outcome.error.__traceback__)[-1].filename != __file__:
        check_refusal(outcome.error, name)
    return outcome


def slopes(function: Any, x: Any, step: float = 1e-3) -> Any:
    """The derivatives of all results by all elements of an array, as numbers show them; of the fourth order."""
    columns = []
    for place in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[place] = step
        near, far = (np.asarray(function(x + n * e)) - np.asarray(function(x - n * e)) for n in (1, 2))
        columns.append((8 * near - far) / (12 * step))
    return np.moveaxis(np.array(columns), 0, -1).reshape((*np.shape(function(x)), *x.shape))


@given(st.sampled_from([AttributeError("'X' object has no attribute '_y'"), AssertionError(), RecursionError("deep")]))
def test_an_error_that_explains_nothing_is_found(error):
    broken = mock.patch("autograd.transforms.gradients.Call", mock.Mock(side_effect=error))
    with broken, pytest.raises(AssertionError, match=f"grad raised {type(error).__name__}"):
        judged(ag.grad(np.sum), [1.0], {}, "grad")


@examples(4)
@given(st.data())
def test_transforms_of_functions(data):
    name = data.draw(st.sampled_from(sorted(OF_FUNCTIONS)))
    made = judged(OF_FUNCTIONS[name], [data.draw(FUNCTIONS)], data.draw(options()), name)
    if callable(made.value):
        judged(made.value, data.draw(st.lists(values(), max_size=3)), {}, f"{name}(...)")


@examples(4)
@given(st.data())
def test_transforms_at_a_point(data):
    name = data.draw(st.sampled_from(sorted(AT_A_POINT)))
    points = st.one_of(values(), st.tuples(values()), st.tuples(values(), values()))
    args = [data.draw(FUNCTIONS), *data.draw(st.lists(points, min_size=1, max_size=3))]
    made = judged(AT_A_POINT[name], args, data.draw(options()), name)
    if isinstance(made.value, tuple) and len(made.value) == 2 and callable(made.value[1]):
        judged(made.value[1], [data.draw(values())], {}, f"what {name} gave")


@examples(2)
@given(st.data())
def test_gradients_of_tensors(data):
    name = data.draw(st.sampled_from(sorted(OF_VALUES)))
    x = Tensor(data.draw(arrays(dtypes=("f8", "f4"))), requires_grad=True)
    with np.errstate(all="ignore"):
        y = np.exp(x * x)
        results = st.sampled_from([x, y, y.sum(), [x.sum(), (x * 2.0).sum()], x.detach(), (x, None)])
    args = [data.draw(st.one_of(results, values()))]
    if name != "stop_gradient":
        args += data.draw(st.sampled_from([[], [x], [[x]], [x.detach()], [None], [x * 1.0], ["x"]]))
    judged(OF_VALUES[name], args, data.draw(options()), name)


@examples(2)
@given(st.data())
def test_derivatives_are_those_that_numbers_show(data):
    function = SMOOTH[data.draw(st.sampled_from(["sum of squares", "mean of sines", "exponentials"]))]
    x = data.draw(arrays(dtypes=("f8",)).filter(lambda x: x.size and np.abs(np.nan_to_num(x, nan=9.0)).max() < 3))

    def total(x: Any) -> Any:
        return np.sum(function(x))

    expected = {"jacobian": slopes(function, x), "grad": slopes(total, x), "hessian": slopes(ag.grad(total), x)}
    for mode in ("forward", "reverse"):
        np.testing.assert_allclose(ag.jacobian(function, mode=mode)(x), expected["jacobian"], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(ag.grad(total)(x), expected["grad"], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(ag.hessian(total)(x), expected["hessian"], rtol=1e-8, atol=1e-8)
