"""NumPy's functions on Tensors take NumPy's parameters: by its names, in its order, with its meaning."""

import inspect

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, coverage
from autograd.forms import form_of
from autograd.registry import by_numpy
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, weight

_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

ANSWERED = {
    name: (function, by_numpy[function])
    for name, function in coverage.functions()
    if not isinstance(function, np.ufunc) and by_numpy[function] is not None
}


def bind(function, ours, args, kwargs):
    """Bind a call of NumPy's function to what would answer it; give the arguments as they arrive there, by name."""
    target, args, kwargs, out = form_of(function, ours).arranged(args, kwargs)
    signature = getattr(target, "signature", None) or inspect.signature(target)
    return list(signature.bind(*args, **kwargs).arguments.values()), out


def parameters_of(function):
    parameters = list(inspect.signature(function).parameters.values())
    needed = [p for p in parameters if p.default is p.empty and p.kind in _BY_POSITION]
    return parameters, needed


@pytest.mark.parametrize(("function", "ours"), ANSWERED.values(), ids=ANSWERED)
def test_each_parameter_can_be_given_by_name(function, ours):
    parameters, needed = parameters_of(function)
    args = tuple(p.name for p in needed if p.kind is p.POSITIONAL_ONLY)
    for parameter in parameters:
        if parameter.kind not in _BY_NAME:
            continue
        kwargs = {p.name: p.name for p in needed if p.kind in _BY_NAME} | {parameter.name: parameter.name}
        arrived, out = bind(function, ours, args, kwargs)
        # All arrives that was given, and what has an order in its right order.
        assert [*args, *kwargs] == [p.name for p in parameters if p.name in (*args, *kwargs)]
        given = {*args, *kwargs} - {"out"}
        assert {name for name in _flat(arrived) if name in given} == given
        assert out == ("out" if "out" in kwargs else None)


def _flat(arrived):
    for part in arrived:
        if isinstance(part, dict):
            yield from part.values()
        elif isinstance(part, tuple):
            yield from part
        else:
            yield part


@pytest.mark.parametrize(("function", "ours"), ANSWERED.values(), ids=ANSWERED)
def test_all_parameters_can_be_given_by_position(function, ours):
    parameters, _ = parameters_of(function)
    names = tuple(p.name for p in parameters if p.kind in _BY_POSITION)
    arrived, out = bind(function, ours, names, {})
    assert {name for name in _flat(arrived) if name in names} == {*names} - {"out"}
    assert out == ("out" if "out" in names else None)


def test_the_operands_arrive_in_their_order():
    """What is needed is given by name, in the wrong order, and arrives in the right one."""
    for function, ours in ANSWERED.values():
        _, needed = parameters_of(function)
        args = tuple(p.name for p in needed if p.kind is p.POSITIONAL_ONLY)
        named = {p.name: p.name for p in reversed(needed) if p.kind in _BY_NAME}
        arrived = [name for name in _flat(bind(function, ours, args, named)[0]) if name in (*args, *named)]
        assert arrived == [p.name for p in needed], function.__name__


X = np.array([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]])
MASK = np.array([[True, False, True], [False, True, True]])
T = Tensor(X)

CALLS = {
    "take": lambda x: np.take(a=x, indices=[1, 0], axis=1, mode="raise"),
    "take by position": lambda x: np.take(x, [1, 0], 1, None, "clip"),
    "clip": lambda x: np.clip(x, a_min=1.5, a_max=4.5),
    "clip by other names": lambda x: np.clip(x, min=1.5, max=4.5),
    "tensordot": lambda x: np.tensordot(a=x, b=x, axes=([1], [1])),
    "pad": lambda x: np.pad(array=x, pad_width=1, mode="constant", constant_values=2.0),
    "max by position": lambda x: np.max(x, 0, None, True),
    "sum by position": lambda x: np.sum(x, 0, None, None, True),
    "var by position": lambda x: np.var(x, 0, None, None, 1, True),
    "concatenate in a dtype": lambda x: np.concatenate([x, x], axis=0, dtype=np.float32, casting="same_kind"),
    "stack in a dtype": lambda x: np.stack(arrays=[x, x], dtype=np.complex128),
    "reshape in Fortran's order": lambda x: np.reshape(x, (3, -1), order="F"),
    "ravel in Fortran's order": lambda x: np.ravel(x, order="F"),
    "reshape in C order": lambda x: np.reshape(x, (3, 2), "C"),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 2, 3), subok=True),
    "zeros_like": lambda x: np.zeros_like(x, order="F", subok=False),
    "zeros_like of a shape": lambda x: np.zeros_like(x, shape=(4,)),
    "ones_like": lambda x: np.ones_like(x, np.float32, "C", True, (2, 1)),
    "full_like": lambda x: np.full_like(x, fill_value=2.0, order="C"),
    "sort": lambda x: np.sort(x, kind="heapsort", order=None),
    "argsort": lambda x: np.argsort(x, axis=0, stable=True),
    "partition": lambda x: np.sort(np.partition(x, 1, kind="introselect"), axis=1),
    "sum of some": lambda x: np.sum(x, where=MASK),
    "sum from": lambda x: np.sum(x, axis=1, initial=10.0, keepdims=True),
    "product of some": lambda x: np.prod(x, axis=0, initial=2.0, where=MASK),
    "maximum from": lambda x: np.max(x, axis=1, initial=5.5),
    "maximum of some": lambda x: np.max(x, axis=0, initial=-1.0, where=MASK),
    "minimum of some": lambda x: np.min(x, initial=2.5, where=MASK[:1]),
    "mean of some": lambda x: np.mean(x, axis=1, where=MASK),
    "mean of some, kept": lambda x: np.mean(x, keepdims=True, where=MASK, dtype=np.float32),
    "variance of some": lambda x: np.var(x, axis=1, where=MASK),
    "variance in a dtype": lambda x: np.var(x, dtype=np.float32),
    "variance from a mean": lambda x: np.var(x, axis=0, mean=np.mean(x, axis=0, keepdims=True)),
    "variance, corrected": lambda x: np.var(x, correction=1),
    "deviation of some": lambda x: np.std(x, axis=1, where=MASK, keepdims=True),
    "deviation in a dtype": lambda x: np.std(x, 0, np.float32),
    "any": lambda x: np.any(x > 5.0, axis=0, where=MASK),
    "all": lambda x: np.all(x > 1.0, axis=0, where=MASK),
    "nansum": lambda x: np.nansum(np.where(MASK, x, np.nan), axis=0, initial=1.0),
    "nanprod": lambda x: np.nanprod(x, where=MASK),
    "nanmax": lambda x: np.nanmax(x, axis=0, initial=2.5, where=MASK),
    "nanmin": lambda x: np.nanmin(x, initial=2.5),
    "nanmean": lambda x: np.nanmean(x, axis=1, where=MASK),
    "nanvar": lambda x: np.nanvar(x, axis=1, where=MASK, ddof=0.5),
    "nanstd": lambda x: np.nanstd(x, where=MASK),
    "eigvalsh": lambda x: np.linalg.eigvalsh(a=x[:, :2], UPLO="L"),
    "lstsq": lambda x: np.linalg.lstsq(b=x[:, 0], a=np.sin(x[:, :2]), rcond=None)[0] + x[:, 0],
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_values_and_gradients_of_all_forms(call):
    for x in (X, X.astype(np.float32), X.astype(int)):
        result, expected = call(Tensor(x)), call(x)
        assert result.dtype == np.asarray(expected).dtype
        assert_values(result, expected, rtol=1e-5 if np.float32 in (x.dtype, result.dtype) else 1e-12)
    result = call(weight(X))
    if result.requires_grad and result.dtype == np.float64:
        gradcheck(call, X)


def test_the_forms_of_complex_and_short_numbers():
    for x in (X * (1 + 2j), X.astype(np.float16)):
        for name in ("sum of some", "product of some", "mean of some", "variance of some", "deviation of some"):
            result, expected = CALLS[name](Tensor(x)), CALLS[name](x)
            assert result.dtype == expected.dtype
            assert_values(result, expected, rtol=1e-3 if x.dtype == np.float16 else 1e-12)


def test_what_is_left_out_passes_no_nan():
    x = weight([1.0, np.nan, 3.0])
    np.sum(x, where=[True, False, True]).backward()
    assert_values(x.grad, [1.0, 0.0, 1.0])


def test_an_initial_value_has_a_gradient():
    gradcheck(lambda x, start: np.sum(x, axis=0, initial=start), X, np.array(2.0))
    gradcheck(lambda x, start: np.prod(x, axis=0, initial=start), X, np.array(2.0))
    gradcheck(lambda x, start: np.max(x, axis=0, initial=start), X, np.array(5.5))
    assert_values(np.max(Tensor(np.zeros((0, 2))), axis=0, initial=3.0), [3.0, 3.0])


def test_out_by_position():
    out = Tensor(np.zeros(3))
    assert np.max(T, 0, out) is out
    assert_values(out, [6.0, 5.0, 4.0])
    array = np.zeros((1, 3))
    assert np.sum(T, 0, None, array, True) is array
    np.testing.assert_array_equal(array, [[9.0, 6.0, 6.0]])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: np.clip(T, 1.0, 2.0, casting="unsafe"), TypeError, r"np\.clip on a Tensor does not take casting="),
        (lambda: np.reshape(T, (3, 2), order="A"), ValueError, "reshape: order is 'C' or 'F'; a Tensor shows no order"),
        (lambda: np.ravel(T, order="K"), ValueError, "ravel: order is 'C' or 'F'; a Tensor shows no order"),
        (lambda: np.zeros_like(T, order="X"), ValueError, "zeros_like: order is one of C, F, A, K; given 'X'"),
        (lambda: np.sort(T, order="field"), TypeError, "sort: order= names fields"),
        (lambda: np.partition(T, 1, kind="other"), ValueError, "partition: the one kind of selection"),
        (lambda: np.max(T, where=MASK), ValueError, "max: with where=, initial= must say"),
        (lambda: np.sum(T, where=[1, 0, 1]), TypeError, "sum: where is an array of booleans; given int64"),
        (lambda: np.sum(T, where=[True, False]), ValueError, r"sum: where must broadcast to the shape \(2, 3\)"),
        (lambda: np.sum(T, initial=[1.0, 2.0]), ValueError, "sum: initial is a single number"),
        (lambda: np.sum(T, initial=1j), TypeError, "sum: initial is complex"),
        (
            lambda: np.sum(Tensor([1]), initial=weight(2.5)),
            TypeError,
            "sum: int64 cannot hold a value that requires grad",
        ),
        (lambda: np.var(T, ddof=1, correction=1, mean=0.0), ValueError, "var: ddof and correction are two names"),
        (lambda: np.concatenate([T, T], dtype=int), TypeError, "concatenate: float64 cannot become int64"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_ours_take_operands_by_position():
    assert_values(ag.take(T, [0], axis=1), X[:, :1])


def test_what_is_for_a_function_that_is_given_gets_there():
    result = np.apply_along_axis(lambda row, out: row * out, 1, T, out=2.0)
    assert_values(result, X * 2.0)


def marked_parameters():
    """Each parameter of NumPy's functions that has NumPy's mark of what is not given as its default."""
    for name, (function, _) in ANSWERED.items():
        for parameter in inspect.signature(function).parameters.values():
            if parameter.default is np._NoValue:
                yield pytest.param(function, parameter.name, id=f"{name}({parameter.name})")


@pytest.mark.parametrize(("function", "name"), list(marked_parameters()))
def test_numpys_mark_of_what_is_not_given_may_be_given(function, name):
    shares = [0.25] if "q" in inspect.signature(function).parameters else []
    options = {"min": 1.0, "max": 2.0} if function is np.clip and name.startswith("a_") else {}
    options |= {"a_min": 1.0, "a_max": 2.0} if function is np.clip and not options else {}
    found = function(Tensor(X), *shares, **options, **{name: np._NoValue})
    assert_values(found, function(X, *shares, **options), rtol=1e-14)


def test_numpys_mark_of_what_is_not_given_has_a_place():
    column = np.array([[0.5], [-0.5]])
    for args in [(np._NoValue,), (np._NoValue, np._NoValue), (column, np._NoValue), (np._NoValue, column)]:
        assert_values(np.diff(Tensor(X), 1, -1, *args), np.diff(X, 1, -1, *args))


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("append", {"values": [5.0, 6.0]}),
        ("percentile", {"q": 30.0}),
        ("nanpercentile", {"q": 30.0}),
        ("quantile", {"q": 0.3}),
        ("nanquantile", {"q": 0.3}),
        ("take", {"indices": [1, 0], "axis": 1}),
        ("take_along_axis", {"indices": np.array([[1], [0]]), "axis": 1}),
    ],
)
def test_functions_of_this_package_take_what_follows_the_array_by_name(name, named):
    x = np.array([[1.0, 2.0], [4.0, 3.0]])
    np.testing.assert_array_equal(getattr(ag, name)(Tensor(x), **named).data, getattr(np, name)(x, **named))


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("copyto", {"src": 7.0}),
        ("fill_diagonal", {"val": 7.0}),
        ("place", {"mask": np.eye(2, dtype=bool), "vals": [7.0, 8.0]}),
        ("put_along_axis", {"indices": np.array([[1], [0]]), "values": 7.0, "axis": 1}),
        ("putmask", {"mask": np.eye(2, dtype=bool), "values": 7.0}),
    ],
)
def test_functions_of_this_package_that_write_take_what_follows_the_array_by_name(name, named):
    x, t = np.array([[1.0, 2.0], [4.0, 3.0]]), Tensor([[1.0, 2.0], [4.0, 3.0]])
    getattr(np, name)(x, **named)
    getattr(ag, name)(t, **named)
    np.testing.assert_array_equal(t.data, x)
