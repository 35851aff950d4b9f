"""The methods of arrays on Tensors: NumPy's, with NumPy's parameters; in place, the handle moves on."""

import inspect

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, weight

X = np.array([[3.0, 1.0, 2.5], [6.0, 5.0, 4.25]])
MASK = np.array([[True, False, True], [False, True, True]])

#: What ndarrays have, and Tensors have not.
LEFT_OUT = {
    "shows or changes memory, which a Tensor keeps for itself": """
        __array_interface__ __array_struct__ base byteswap ctypes data flags flat getfield itemset newbyteorder
        setfield setflags strides view""",
    "changes the shape in place, which the graph knows": "resize",
    "is for subclasses of ndarray": "__array_finalize__ __array_wrap__ __array_prepare__",
    "writes files or pickles past the checks": "dump dumps tofile __setstate__ tostring",
    "raises for arrays, too": "__delitem__",
    "is for annotations": "__class_getitem__",
}


def test_what_is_left_out_has_a_reason():
    missing = set(dir(np.ndarray)) - set(dir(Tensor(1.0)))
    assert missing - {name for names in LEFT_OUT.values() for name in names.split()} == set()


CALLS = {
    "sum": lambda x: x.sum(1, None, None, True),
    "sum of some": lambda x: x.sum(axis=0, initial=2.0, where=MASK),
    "prod": lambda x: x.prod(axis=1),
    "prod in a dtype": lambda x: x.prod(0, np.float32),
    "mean": lambda x: x.mean(0, keepdims=True),
    "mean of some": lambda x: x.mean(1, where=MASK),
    "var": lambda x: x.var(1, ddof=1),
    "var of some": lambda x: x.var(1, where=MASK),
    "std": lambda x: x.std(axis=None),
    "std in a dtype": lambda x: x.std(0, np.float32),
    "max": lambda x: x.max(1, None, True),
    "max from": lambda x: x.max(1, initial=5.5),
    "min": lambda x: x.min(),
    "min of some": lambda x: x.min(0, initial=9.0, where=MASK),
    "any": lambda x: x.any(0, where=MASK),
    "all": lambda x: x.all(keepdims=True),
    "argmax": lambda x: x.argmax(1, keepdims=True),
    "argmin": lambda x: x.argmin(),
    "cumsum": lambda x: x.cumsum(1),
    "cumprod": lambda x: x.cumprod(0),
    "trace": lambda x: x.trace(1),
    "clip": lambda x: x.clip(1.5, 5.5),
    "clip below": lambda x: x.clip(min=2.0),
    "round": lambda x: x.round(1),
    "conjugate": lambda x: x.conjugate(),
    "argsort": lambda x: x.argsort(0, kind="stable"),
    "argpartition": lambda x: x.argpartition(2, axis=1)[:, 2],
    "searchsorted": lambda x: x[1, ::-1].searchsorted([4.5, 9.0], side="right"),
    "nonzero": lambda x: x.nonzero()[1],
    "take": lambda x: x.take([2, 0], 1),
    "compress": lambda x: x.compress([False, True], axis=0),
    "choose": lambda x: (x > 2.5).astype(int).choose([0.5, 1.5]),
    "diagonal": lambda x: x.diagonal(1),
    "repeat": lambda x: x.repeat(2, axis=1),
    "reshape": lambda x: x.reshape(3, 2, order="F"),
    "ravel": lambda x: x.ravel(),
    "ravel in Fortran's order": lambda x: x.ravel("F"),
    "flatten": lambda x: x.flatten("F"),
    "transpose": lambda x: x.transpose(1, 0),
    "dot": lambda x: x.dot([1.0, 2.0, 3.0]),
    "astype": lambda x: x.astype(np.float64, casting="safe", copy=False),
    "copy": lambda x: x.copy(),
    "divmod": lambda x: divmod(x, 2.0)[1],
    "divmod, other side": lambda x: divmod(20.0, x)[1],
    "quotient": lambda x: divmod(x, 2.0)[0],
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_methods(call):
    for x in (X, X.astype(np.float32)):
        result, expected = call(Tensor(x)), call(x)
        assert result.dtype == np.asarray(expected).dtype
        assert_values(result, expected, rtol=1e-6 if np.float32 in (x.dtype, result.dtype) else 1e-15)
    result = call(weight(X))
    if result.requires_grad and result.dtype == np.float64:
        gradcheck(call, X + 0.125)


def test_out_of_methods():
    out = Tensor(np.zeros(3))
    assert Tensor(X).max(0, out) is out
    assert_values(out, X.max(0))
    array = np.zeros((2, 3))
    assert Tensor(X).clip(2.0, 4.0, array) is array
    np.testing.assert_array_equal(array, X.clip(2.0, 4.0))
    with pytest.raises(TypeError, match=r"np\.max: out is a Tensor or an array to write into, got True"):
        Tensor(X).max(0, True)


IN_PLACE = {
    "sort": lambda x: x.sort(),
    "sort along the first axis": lambda x: x.sort(axis=0, kind="stable"),
    "partition": lambda x: (x.partition(1), x.sort()),
    "put": lambda x: x.put([0, -1], [7.0, 8.0]),
    "fill": lambda x: x.fill(5.0),
}


@pytest.mark.parametrize("change", IN_PLACE.values(), ids=IN_PLACE)
def test_methods_that_change_in_place(change):
    x, expected = Tensor(X), X.copy()
    change(x)
    change(expected)
    assert_values(x, expected)

    def changed(x):
        x = x * 2.0
        earlier = x * 1.0
        change(x)
        return x * earlier

    gradcheck(changed, X)
    with pytest.raises(RuntimeError, match="leaf that requires grad"):
        change(weight(X))


def test_memory():
    assert (Tensor(X).itemsize, Tensor(X).tobytes()) == (8, X.tobytes())
    with pytest.raises(TypeError, match=r"astype: float64 cannot become int64 by the rule casting='safe'"):
        Tensor(X).astype(int, casting="safe")


@pytest.mark.parametrize("name", [name for name in dir(np.ndarray) if not name.startswith("_")])
def test_methods_have_numpys_parameters(name):
    """Where NumPy tells them; the first one given by position, others by name and in order."""
    theirs, ours = getattr(np.ndarray, name), getattr(Tensor, name, None)
    if ours is None or not callable(theirs):
        return
    try:
        wanted = inspect.signature(theirs)
    except ValueError:
        return
    named = [p.name for p in wanted.parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    assert [name for name in named if name not in inspect.signature(ours).parameters] == []


# ------------------------------------------------------------------------------------------------------ what is said


@pytest.mark.parametrize("operation", [lambda t: 10**400 * t, lambda t: t + 10**9000, lambda t: t ** (10**400)])
def test_whole_numbers_that_are_too_large(operation):
    for t in (weight([1.0]), Tensor(np.float32([1.0]))):
        with pytest.raises(OverflowError, match=r"(multiply|add|power)\(.*a whole number of \d+ bits"):
            operation(t)


def test_names_of_parameters_that_are_pytorchs():
    with pytest.raises(TypeError, match="does not take the argument 'dim'; NumPy's name for it is 'axis'"):
        ag.sum(Tensor(X), dim=0)
    with pytest.raises(TypeError, match="'dims'; NumPy's name for it is 'axes'"):
        ag.permute_dims(Tensor(X), dims=(1, 0))
    with pytest.raises(TypeError, match="'dims'; NumPy's name for it is 'axis'"):
        ag.flip(Tensor(X), dims=0)
    with pytest.raises(TypeError, match="'keepdim'; NumPy's name for it is 'keepdims'"):
        ag.max(Tensor(X), keepdim=True)
    with pytest.raises(TypeError, match=r"does not take the argument 'nonsense'$"):
        ag.sum(Tensor(X), nonsense=0)


ALONG_AN_AXIS = "sum prod mean var std max min any all argmax argmin cumsum cumprod argsort sort squeeze"


@pytest.mark.parametrize("name", ALONG_AN_AXIS.split())
def test_methods_name_numpys_parameters_to_those_who_know_pytorchs(name):
    call = getattr(Tensor(X), name)
    with pytest.raises(TypeError, match=rf"^{name}\(axis=.*\) does not take the argument 'dim'; NumPy's .* 'axis'$"):
        call(dim=0)
    if "keepdims" in inspect.signature(call).parameters:
        with pytest.raises(TypeError, match=rf"^{name}\(.*\) does not take the argument 'keepdim'; .* 'keepdims'$"):
            call(axis=0, keepdim=True)
    with pytest.raises(TypeError, match=rf"^{name}\(.*\) does not take the argument 'nonsense'$"):
        call(nonsense=0)


@pytest.mark.parametrize(
    ("call", "begins"),
    [
        (lambda x: x[5], r"x\[5\], where x is float64 \(2, 3\): index 5 is out of bounds for axis 0 with size 2"),
        (lambda x: x[:, [7]], r"x\[:, array\], where x is .*, array is int64 \(1,\): "),
        (lambda x: x["a"], r"x\[\.\.\.\]: an index is an integer"),
        (lambda x: x.__setitem__((0, 9), 1.0), r"x\[0, 9\] = value, where .*value is 1.0: "),
        (lambda x: np.take(x, [17]), r"take\(float64 \(6,\), int64 \(1,\), axis=0\): index 17"),
        (lambda x: np.take_along_axis(x, [[9]], 1), r"take_along_axis\(.*index 9"),
        (lambda x: np.put(x, [17], 1.0), r"put\(.*index 17"),
        (lambda x: np.put_along_axis(x, np.array([[9]]), 1.0, 1), r"put_along_axis\(.*index 9"),
    ],
)
def test_errors_of_indices_begin_with_what_was_written(call, begins):
    with pytest.raises(IndexError, match=f"^{begins}"):
        call(Tensor(X))


def test_the_conjugate_of_truth_is_truth():
    assert Tensor(MASK).conj().dtype == MASK.conj().dtype == bool
    assert Tensor(MASK).conjugate().tolist() == MASK.tolist()


def test_fill_takes_one_number():
    t = Tensor(X)
    with pytest.raises(ValueError, match=r"fill: takes one number, got float64 \(3,\)"):
        t.fill(X[0])
    with pytest.raises(ValueError, match="fill: takes one number"):
        t.fill(Tensor([2.0]))
    t.fill(Tensor(2.0))
    assert (t == 2.0).all()


def test_flatten_with_pytorchs_start_dim_says_what_would_be_right():
    t = Tensor(np.zeros((2, 3, 4)))
    with pytest.raises(TypeError, match=r"no start_dim; got 1\. .* t\.reshape\(len\(t\), -1\) or nn\.Flatten\(\)"):
        t.flatten(1)
    assert t.reshape(len(t), -1).shape == (2, 12)


def test_astype_knows_the_orders():
    with pytest.raises(ValueError, match="astype: order is one of C, F, A, K; given 'rows'"):
        Tensor(X).astype(float, order="rows")


def test_to_device_takes_a_name():
    with pytest.raises(ValueError, match="to_device: the only device is 'cpu'"):
        Tensor(X).to_device(X)
