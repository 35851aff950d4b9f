"""The formulas of the optimizers, against the same computed by hand."""

import math

import numpy as np
import pytest

import nn
import optim

GRADIENTS = np.array([[1.0, -2.0], [0.5, 0.0], [-3.0, 1.0], [0.25, 4.0]])
START = np.array([1.0, -1.0])


def run(optimizer_class, **options):
    """Step along the gradients; give all iterates."""
    w = nn.Parameter(START)
    optimizer = optimizer_class([w], **options)
    iterates = []
    for gradient in GRADIENTS:
        w.grad = gradient
        optimizer.step()
        iterates.append(w.data.copy())
    return np.array(iterates)


# ---------------------------------------------------------------------------------------------------------------- SGD


def test_gradient_descent():
    np.testing.assert_allclose(run(optim.SGD, lr=0.1), START - 0.1 * np.cumsum(GRADIENTS, axis=0), rtol=1e-15)


def test_maximize_climbs():
    np.testing.assert_allclose(
        run(optim.SGD, lr=0.1, maximize=True), START + 0.1 * np.cumsum(GRADIENTS, axis=0), rtol=1e-15
    )


@pytest.mark.parametrize(("nesterov", "dampening"), [(False, 0.0), (False, 0.3), (True, 0.0)])
@pytest.mark.parametrize("weight_decay", [0.0, 0.2])
def test_momentum(nesterov, dampening, weight_decay):
    w, buffer, expected = START, None, []
    for gradient in GRADIENTS:
        g = gradient + weight_decay * w
        buffer = g if buffer is None else 0.9 * buffer + (1 - dampening) * g
        w = w - 0.1 * (g + 0.9 * buffer if nesterov else buffer)
        expected.append(w)
    options = {"lr": 0.1, "momentum": 0.9, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov}
    np.testing.assert_allclose(run(optim.SGD, **options), expected, rtol=1e-14)


def test_momentum_can_be_switched_on_later():
    w = nn.Parameter(START)
    optimizer = optim.SGD([w], lr=1.0)
    w.grad = GRADIENTS[0]
    optimizer.step()
    optimizer.param_groups[0]["momentum"] = 0.5
    optimizer.step()
    optimizer.step()
    np.testing.assert_allclose(w.data, START - GRADIENTS[0] * (1 + 1 + 1.5))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": -0.1}, "Invalid learning rate: -0.1"),
        ({"lr": float("nan")}, "Invalid learning rate: nan"),
        ({"momentum": -1.0}, "Invalid momentum value: -1.0"),
        ({"weight_decay": -1.0}, "Invalid weight_decay value: -1.0"),
        ({"nesterov": True}, "Nesterov momentum requires a momentum and zero dampening"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "Nesterov momentum requires"),
    ],
)
def test_invalid_options_of_sgd(options, message):
    with pytest.raises(ValueError, match=message):
        optim.SGD([nn.Parameter([1.0])], **options)


def test_a_rate_of_zero_changes_nothing():
    assert (run(optim.SGD, lr=0.0, momentum=0.9) == START).all()
    assert (run(optim.Adam, lr=0.0) == START).all()


# --------------------------------------------------------------------------------------------------------------- Adam


@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("weight_decay", [0.0, 0.2])
@pytest.mark.parametrize("maximize", [False, True])
def test_adam(amsgrad, weight_decay, maximize):
    w, m, v, largest, expected = START, 0.0, 0.0, 0.0, []
    for t, gradient in enumerate(GRADIENTS, start=1):
        g = (-gradient if maximize else gradient) + weight_decay * w
        m = 0.8 * m + 0.2 * g
        v = 0.95 * v + 0.05 * g * g
        largest = np.maximum(largest, v)
        root = np.sqrt((largest if amsgrad else v) / (1 - 0.95**t))
        w = w - 0.1 * m / (1 - 0.8**t) / (root + 1e-3)
        expected.append(w)
    options = {"betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": weight_decay}
    np.testing.assert_allclose(
        run(optim.Adam, lr=0.1, amsgrad=amsgrad, maximize=maximize, **options), expected, rtol=1e-12
    )


def test_adams_first_step_is_as_long_as_the_rate_whatever_the_gradient():
    for scale in (1e-3, 1.0, 1e6):
        w = nn.Parameter(np.array([0.0, 0.0]))
        w.grad = np.array([scale, -scale])
        optim.Adam([w], lr=0.1).step()
        np.testing.assert_allclose(w.data, [-0.1, 0.1], rtol=1e-4)


def test_a_gradient_of_zero_divides_nothing_by_zero():
    w = nn.Parameter(np.array([1.0]))
    w.grad = np.array([0.0])
    optim.Adam([w]).step()
    assert w.tolist() == [1.0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": -0.1}, "Invalid learning rate: -0.1"),
        ({"eps": -1.0}, "Invalid epsilon value: -1.0"),
        ({"betas": (1.0, 0.9)}, "Invalid beta parameter at index 0: 1.0"),
        ({"betas": (0.9, -0.1)}, "Invalid beta parameter at index 1: -0.1"),
        ({"weight_decay": -1.0}, "Invalid weight_decay value: -1.0"),
    ],
)
def test_invalid_options_of_adam(options, message):
    with pytest.raises(ValueError, match=message):
        optim.Adam([nn.Parameter([1.0])], **options)


# --------------------------------------------------------------------------------------------------------------- Lion


@pytest.mark.parametrize("weight_decay", [0.0, 0.2])
@pytest.mark.parametrize("maximize", [False, True])
def test_lion(weight_decay, maximize):
    """Chen et al. (2023), algorithm 2."""
    options = {"lr": 0.1, "betas": (0.8, 0.95), "weight_decay": weight_decay, "maximize": maximize}
    w, m, expected = START.copy(), np.zeros(2), []
    for gradient in -GRADIENTS if maximize else GRADIENTS:
        w = w - 0.1 * (np.sign(0.8 * m + (1 - 0.8) * gradient) + weight_decay * w)
        m = 0.95 * m + (1 - 0.95) * gradient
        expected.append(w)
    np.testing.assert_allclose(run(optim.Lion, **options), expected, rtol=1e-14)


# ----------------------------------------------------------------------------------- formulas as functions of arrays


SIGNS = {np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/"}


class Symbol:
    """Stands for an array and writes down what is done to it: what a program that is recorded once sees."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def __array_function__(self, *_):
        raise TypeError("a Symbol has no values")

    def __array_ufunc__(self, ufunc, method, *operands, out=None):
        assert (method, out) == ("__call__", None)
        return Symbol(f"({operands[0]} {SIGNS[ufunc]} {operands[1]})")

    def __bool__(self):
        raise TypeError("Python must not branch on values")


def _operation(symbol):
    return lambda self, other: Symbol(f"({self} {symbol} {other})"), lambda self, other: Symbol(
        f"({other} {symbol} {self})"
    )


for name, symbol in {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}.items():
    forwards, backwards = _operation(symbol)
    setattr(Symbol, f"__{name}__", forwards)
    setattr(Symbol, f"__r{name}__", backwards)
Symbol.__gt__ = lambda self, other: Symbol(f"({self} > {other})")


def test_a_formula_can_be_written_down_without_values():
    """Augmented assignment works in place on arrays; on what stands for an array it gives something new."""
    options = optim.SGD([nn.Parameter([1.0])], lr=0.1, momentum=0.9, dampening=0.5).param_groups[0]
    numbers = optim.SGD.numbers(Symbol("lr"), Symbol("step"), options)
    assert repr(numbers[2]) == "(1 - (0.5 * (step > 1)))"
    states = {"momentum_buffer": Symbol("b")}
    new, new_states = optim.SGD.formula(
        Symbol("w"), Symbol("g"), states, map(Symbol, ("lr", "m", "s", "d")), options, scratch=None
    )
    assert repr(new) == "(w - (lr * ((b * m) + (s * g))))"
    assert repr(new_states) == "{'momentum_buffer': ((b * m) + (s * g))}"


class Unknown(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for an array of which nothing is known but its shape, whatever is done to it."""

    def __init__(self, shape):
        self.shape, self.ndim, self.size, self.dtype = shape, len(shape), math.prod(shape), np.dtype(float)

    def __array_ufunc__(self, ufunc, method, *operands, out=()):
        results = tuple(Unknown(self.shape) for _ in range(ufunc.nout))
        return results if ufunc.nout > 1 else results[0]

    def __array_function__(self, function, types, args, kwargs):
        return Unknown(self.shape)

    def __getitem__(self, place):
        return self

    def mean(self, **options):
        return self

    T = property(lambda self: self)

    def __bool__(self):
        raise TypeError("Python must not branch on values")

    __float__ = __int__ = __index__ = __bool__


RULES = [
    rule
    for rule in (getattr(optim, name) for name in optim.__all__)
    if isinstance(rule, type) and issubclass(rule, optim.Optimizer) and rule not in (optim.Optimizer, optim.LBFGS)
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_can_be_recorded_once_for_all_rates_steps_and_values(rule):
    """The rate and the number of the step are arrays, too, of which a program that is compiled knows no values."""
    shape = (2, 3) if rule.workspace else (6,)
    options = rule([nn.Parameter(np.ones((2, 3)))]).param_groups[0]
    scalars = [Unknown(()) for _ in rule.scalars(options)]
    count = len(rule.numbers(Unknown(()), Unknown(()), options, *scalars))
    states = {name: Unknown(shape) for name in rule.states(options)}
    numbers = tuple(Unknown(()) for _ in range(count))
    new, remembered = rule.formula(Unknown(shape), Unknown(shape), states, numbers, options, None)
    assert isinstance(new, Unknown)
    assert set(remembered) <= set(states)
