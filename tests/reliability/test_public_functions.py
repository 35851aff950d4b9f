"""Every public function, called with random arguments, valid and invalid, gives the right value or an explained error.

The functions are taken from the registry and from ``__all__``. What stands for a function of NumPy must do as that does
with plain arrays; a sample of what succeeds has its gradient checked. A call that hangs is shown by pytest's
``faulthandler_timeout``; all arrays are small.
"""

import inspect
import operator
import warnings

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor, registry
from autograd.testing import gradcheck
from tests.reliability import arguments
from tests.reliability.judging import Outcome, check_refusal, check_same, flat, plain, words_of

registry.load_further()
OPERATIONS = list(vars(registry.operations).values())

#: What NumPy gives in no particular order, or without saying what.
UNORDERED = {"argsort", "argpartition", "partition", "unique_values", "empty_like"}

#: What says that it keeps leading zeros, where NumPy drops them: there the shape would depend on values. So zeros times
#: infinities are NaN, where NumPy has none.
KEEP_ZEROS = {"numpy.polymul"}

#: What is a product with each element if an operand is one number, but for BLAS, which makes 0 of 0 times infinity.
DOTS = {"numpy.dot", "numpy.inner", "Tensor.dot"}

#: What sums products in an order of its own, where large ones cancel each other.
SUMS = {"numpy.vecdot", "numpy.linalg.vecdot"}

#: What is a product where a matrix is wider than high, and NaN at infinities there, of which LAPACK leaves some.
PRODUCTS = {"numpy.linalg.qr"}

#: What gives nothing of a dtype of its own of nothing: whole numbers, weighted or not; floating ones of whole ones.
OF_NOTHING = {"numpy.bincount", "numpy.nanquantile", "numpy.nanpercentile"}

#: What NumPy says where it need not refuse: pinv(x, rtol=None) asks np.finfo of whole numbers; tensorsolve takes axes
#: counted from the front only; var takes a correction of None for one that is given.
OWN_REFUSALS = ("not inexact", "list.remove(x)", "ddof and correction can't be provided")

#: What sorts a single number, which NumPy refuses.
SORTS = {"numpy.sort", "numpy.sort_complex", "Tensor.sort"}

#: What takes any offset, where NumPy refuses what is no C int; beyond a matrix, diagonals are empty.
OFFSETS = {"numpy.linalg.diagonal", "numpy.linalg.trace"}


def public(module, prefix):
    """The functions of a namespace, by name; of ``autograd`` itself those that are operations."""
    found = {f"{prefix}.{name}": getattr(module, name) for name in module.__all__}
    return {
        name: each
        for name, each in found.items()
        if callable(each) and not isinstance(each, type) and (module is not ag or each in OPERATIONS)
    }


def of_numpy():
    """The functions of NumPy that Tensors answer, by name."""
    owners = {function: getattr(function, "__module__", None) or "another" for function in registry.by_numpy}
    known = {f"{owner}.{function.__name__}": function for function, owner in owners.items()}
    return {name: each for name, each in known.items() if name.startswith("numpy") and registry.by_numpy[each]}


def methods(of_arrays):
    """The methods that Tensors have, those of arrays or the others, as functions of the Tensor."""
    names = [name for name in dir(Tensor) if not name.startswith("_") and callable(getattr(Tensor, name, None))]
    return {f"Tensor.{name}": method(name) for name in names if hasattr(np.ndarray, name) is of_arrays}


def method(name):
    def call(self, *args, **kwargs):
        return getattr(self, name)(*args, **kwargs)

    call.__signature__ = inspect.signature(getattr(Tensor, name))
    return call


def operators():
    """Python's operators, with two operands or one."""
    names = "add sub mul truediv floordiv mod pow matmul neg pos abs invert lt le eq ne gt ge and_ or_ xor getitem"
    return {f"operator.{name}": getattr(operator, name) for name in names.split()}


NUMPY, METHODS, OPERATORS = of_numpy(), methods(of_arrays=True), operators()
OURS = {
    **public(ag, "autograd"),
    **public(ag.linalg, "linalg"),
    **public(ag.fft, "fft"),
    **public(ag.special, "special"),
    **public(nn.functional, "functional"),
    **methods(of_arrays=False),
}
MODULES = {
    name: each
    for name in nn.__all__
    if isinstance(each := getattr(nn, name), type) and issubclass(each, nn.Module) and each is not nn.Module
}


def examples(number):
    """So many times what the profile says."""
    return settings(max_examples=number * settings.default.max_examples)


@st.composite
def on_tensors(draw, args):
    """The same arguments, with Tensors in the place of some arrays, the first among them."""
    return [draw(as_tensor(value, always=place == 0)) for place, value in enumerate(args)]


@st.composite
def as_tensor(draw, value, *, always=False):
    if isinstance(value, (list, tuple)):
        return type(value)(draw(as_tensor(part)) for part in value)
    if not isinstance(value, np.ndarray):
        return value
    if not always and draw(st.booleans()):
        return value.copy()
    return Tensor(value, requires_grad=value.dtype.kind in "fc" and draw(st.booleans()))


def copied(value):
    if isinstance(value, (list, tuple)):
        return type(value)(copied(part) for part in value)
    return value.copy() if isinstance(value, np.ndarray) else value


def as_numbers(value):
    """Numbers in the place of arrays without axes."""
    if isinstance(value, (list, tuple)):
        return type(value)(as_numbers(part) for part in value)
    return value[()] if isinstance(value, np.ndarray) else value


def is_empty(value):
    """Whether there is nothing in an array, or in all of several."""
    return all(map(is_empty, value)) if isinstance(value, (list, tuple)) else np.size(value) == 0


def is_met(value):
    """Whether a Tensor is in there."""
    return isinstance(value, Tensor) or (isinstance(value, (list, tuple)) and any(map(is_met, value)))


def met_arrays(args):
    """The floating arrays among the arguments."""
    return [value for value in flat(args) if isinstance(value, np.ndarray) and value.dtype.kind in "fc"]


def check_as_numpy(data, functions, *, is_named=True):
    """Call one of the functions on Tensors: it must give what it gives for arrays, or refuse with a reason."""
    name = data.draw(st.sampled_from(sorted(functions)))
    function = functions[name]
    args, kwargs = data.draw(arguments.calls(function))
    mixed = data.draw(on_tensors(args))
    note(f"{name}(*{args}, **{kwargs}), as {mixed}")
    if not is_met(mixed):
        return
    given = [copied(value) for value in args]
    ours = Outcome(function, mixed, kwargs)
    words = words_of(name, args, kwargs, arguments.parameters_of(function)) if is_named else None
    if "takes finite numbers only; given infinities" in str(ours.error):  # of which NumPy's own would never end
        check_refusal(ours.error, name, words)
        return
    theirs = Outcome(function, given, kwargs)
    if theirs.error is not None and ours.error is None:  # a Tensor without axes stands for a number of NumPy as well
        theirs = Outcome(function, [as_numbers(copied(value)) for value in args], kwargs)
    if ours.error is not None:
        if str(ours.error) != str(theirs.error):  # NumPy's own words will do
            check_refusal(ours.error, name, words)
    elif theirs.error is not None:
        # Whether an argument has the type that NumPy's code happens to need is its own affair; so is what is empty.
        # A Tensor full of one value takes no memory, however large it is.
        is_its_own = isinstance(theirs.error, (TypeError, AttributeError, MemoryError))
        is_its_own = is_its_own or is_empty(given[0]) or is_empty(ours.value)
        is_its_own = is_its_own or any(words in str(theirs.error) for words in OWN_REFUSALS)
        is_its_own = is_its_own or (name in OFFSETS and isinstance(theirs.error, OverflowError))
        assert is_its_own or name in SORTS, f"{name} gave {ours.value!r}; NumPy: {theirs.error!r}"
    elif name.rpartition(".")[2] not in UNORDERED and "overwrite_input" not in kwargs:
        is_single = kwargs.get("dtype") == "f4" or any(value.dtype.itemsize < 8 for value in met_arrays(args))
        digits = 1e-4 if is_single else 1e-9
        check_values(name, ours, theirs, given, digits)
        check_same(mixed, given, f"after {name}, the arguments", digits)


def check_values(name, ours, theirs, given, digits):
    """What both gave must be the same, but for what is known to differ."""
    if isinstance(theirs.value, np.ndarray) and theirs.value.dtype.kind == "O":  # np.diff(x, append=None): left out
        return
    if name in PRODUCTS | KEEP_ZEROS and not all(np.isfinite(value).all() for value in met_arrays(given)):
        return
    if name in OF_NOTHING and not np.size(given[0]):
        return
    if name in SUMS and any(np.abs(value).max(initial=0) > 1e15 for value in met_arrays(given)):
        return
    if name == "numpy.interp" and not (np.diff(np.ravel(given[1])) >= 0).all():  # which no search is made for
        return
    if name in DOTS and any(isinstance(value, (list, tuple)) and not value for value in given[:2]):
        return  # a list of nothing is whole numbers there, and floating ones anywhere else
    if name in DOTS and 0 in map(np.ndim, given[:2]):
        theirs = Outcome(np.multiply, [np.asarray(value) for value in given[:2]], {})
    if name in DOTS:
        ours.value, theirs.value = (wholly_undefined(plain(each.value)) for each in (ours, theirs))
    if name in KEEP_ZEROS:
        ours.value, theirs.value = (np.trim_zeros(plain(each.value), "f") for each in (ours, theirs))
    check_same(ours.value, theirs.value, name, digits)


def wholly_undefined(values):
    """NaN where a part of a complex number is infinite or NaN, for the other part then depends on the order of sums."""
    return np.where(np.isfinite(values), values, values.dtype.type(np.nan)) if np.iscomplexobj(values) else values


@examples(16)
@given(st.data())
def test_functions_of_numpy(data):
    check_as_numpy(data, NUMPY)


@examples(4)
@given(st.data())
def test_methods_of_arrays(data):
    check_as_numpy(data, METHODS, is_named=False)


@examples(4)
@given(st.data())
def test_operators(data):
    check_as_numpy(data, OPERATORS, is_named=False)


@examples(12)
@given(st.data())
def test_functions_of_our_own_refuse_with_a_reason(data):
    name = data.draw(st.sampled_from(sorted(OURS)))
    args, kwargs = data.draw(arguments.calls(OURS[name]))
    mixed = data.draw(on_tensors(args))
    note(f"{name}(*{mixed}, **{kwargs})")
    outcome = Outcome(OURS[name], mixed, kwargs)
    if outcome.error is not None and (is_met(mixed[:1]) or not name.startswith("Tensor.")):
        check_refusal(outcome.error, name)


@examples(4)
@given(st.data())
def test_modules_refuse_with_a_reason(data):
    name = data.draw(st.sampled_from(sorted(MODULES)))
    args, kwargs = data.draw(arguments.calls(MODULES[name]))
    made = Outcome(MODULES[name], args, kwargs)
    x = data.draw(arguments.arrays().flatmap(lambda x: as_tensor(x, always=True)))
    note(f"nn.{name}(*{args}, **{kwargs})({x})")
    if made.error is not None:
        check_refusal(made.error, f"nn.{name}")
        return
    outcome = Outcome(made.value, [x], {})
    if outcome.error is not None:
        check_refusal(outcome.error, f"a {name}")


@examples(4)
@given(st.data())
def test_gradients_of_what_succeeds(data):
    name = data.draw(st.sampled_from(sorted({**NUMPY, **OURS})))
    function = {**NUMPY, **OURS}[name]
    args, kwargs = data.draw(arguments.calls(function))
    floating = [place for place, value in enumerate(args) if isinstance(value, np.ndarray) and value.dtype == "f8"]
    leaves = [Tensor(args[place], requires_grad=True) for place in floating]

    def call(*values):
        given = dict(zip(floating, values, strict=True))
        return function(*(given.get(place, copied(value)) for place, value in enumerate(args)), **kwargs)

    drawn = ag.generator().bit_generator.state
    outcome = Outcome(call, leaves, {})
    if ag.generator().bit_generator.state != drawn:
        return  # other random numbers each time have no derivative by numbers
    is_tensor = isinstance(outcome.value, Tensor) and outcome.value.dtype == "f8" and outcome.value.requires_grad
    values = np.sort(np.concatenate([[1.0], *(np.abs(value).ravel() for value in met_arrays(args))]))
    is_smooth = values[-1] < 10.0 and values[0] > 1e-3 and np.diff(values, prepend=0.0).min() > 1e-6
    if not is_smooth or not is_tensor or not np.isfinite(outcome.value.detach().data).all():
        return
    note(f"{name}(*{args}, **{kwargs})")
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # SciPy's word on an order of kn or yn that is not whole, which it takes nevertheless.
        warnings.filterwarnings("ignore", "floating point number truncated", RuntimeWarning)
        assert gradcheck(call, *(args[place] for place in floating), fast=True, tolerance=1e-5)


@pytest.mark.parametrize("namespace", [NUMPY, METHODS, OPERATORS, OURS, MODULES], ids=["np", "a.", "+", "ours", "nn"])
def test_there_is_something_to_call(namespace):
    assert len(namespace) > 20
