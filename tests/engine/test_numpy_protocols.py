"""How NumPy's functions that are no ufuncs meet a Tensor."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, weight

# -------------------------------------------------------------------------------------- functions that are no ufuncs

MATRIX = np.array([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]])
COVERED = {
    "sum": lambda t: np.sum(t, axis=0),
    "mean": lambda t: np.mean(t, axis=(0, 1), keepdims=True),
    "max": lambda t: np.max(t, 1),
    "amin": np.amin,
    "var": lambda t: np.var(t, axis=0, ddof=1),
    "std": lambda t: np.std(t, 1),
    "cumsum": lambda t: np.cumsum(t, axis=1),
    "cumsum of all": np.cumsum,
    "reshape": lambda t: np.reshape(t, (3, -1)),
    "ravel": np.ravel,
    "transpose": lambda t: np.transpose(t, (1, 0)),
    "swapaxes": lambda t: np.swapaxes(t, 0, 1),
    "squeeze": lambda t: np.squeeze(np.expand_dims(t, 1), 1),
    "expand_dims": lambda t: np.expand_dims(t, (0, -1)),
    "broadcast_to": lambda t: np.broadcast_to(t, (4, 2, 3)),
    "flip": lambda t: np.flip(t, axis=1),
    "concatenate": lambda t: np.concatenate([t, t], axis=1),
    "concatenate flat": lambda t: np.concatenate((t, t), axis=None),
    "stack": lambda t: np.stack([t, t], axis=-1),
    "where": lambda t: np.where(t > 2.0, t, -1.0),
    "clip": lambda t: np.clip(t, 2.0, 5.0),
    "sort": lambda t: np.sort(t, axis=1),
    "take_along_axis": lambda t: np.take_along_axis(t, np.array([[0, 2], [1, 1]]), axis=1),
    "real": np.real,
    "matmul": lambda t: np.matmul(t, np.ones(3)),
    "power": lambda t: np.power(t, 2),
}


@pytest.mark.parametrize("function", COVERED.values(), ids=COVERED)
def test_a_covered_function_gives_the_values_of_numpy_and_records(function):
    x = weight(MATRIX)
    y = function(x)
    np.testing.assert_allclose(y.data, function(MATRIX), rtol=1e-15)
    assert y.shape == function(MATRIX).shape
    assert y.requires_grad
    assert not function(Tensor(MATRIX)).requires_grad


CONSTANT = {
    "argmax": lambda t: np.argmax(t, axis=1),
    "argmin": np.argmin,
    "argsort": lambda t: np.argsort(t, axis=0),
    "all": lambda t: np.all(t > 0, axis=0),
    "any": lambda t: np.any(t > 3, axis=1, keepdims=True),
    "zeros_like": np.zeros_like,
    "ones_like": lambda t: np.ones_like(t, dtype=np.float32),
    "isnan": np.isnan,
    "isfinite": np.isfinite,
    "greater": lambda t: np.greater(t, 2.0),
    "logical_not": np.logical_not,
}


@pytest.mark.parametrize("function", CONSTANT.values(), ids=CONSTANT)
def test_a_function_without_a_derivative_gives_a_constant(function):
    y = function(weight(MATRIX))
    assert_values(y, function(MATRIX))
    assert (y.dtype, y.requires_grad) == (function(MATRIX).dtype, False)


METADATA = {
    "shape": np.shape,
    "ndim": np.ndim,
    "size": np.size,
    "iscomplexobj": np.iscomplexobj,
    "isrealobj": np.isrealobj,
    "result_type": lambda t: np.result_type(t, np.float32),
    "can_cast": lambda t: np.can_cast(t.dtype, np.float32),
}


def test_texts_and_comparisons_of_whole_arrays_lose_no_gradient():
    w = weight(MATRIX)
    assert np.array2string(w) == np.array2string(MATRIX)
    assert (np.array_repr(w), np.array_str(w)) == (np.array_repr(MATRIX), np.array_str(MATRIX))
    assert np.array_equal(w, MATRIX) is np.allclose(MATRIX, w) is np.array_equiv(w, w) is True


def test_the_indices_of_what_is_not_zero_are_constants():
    data = np.array([[0.0, 2.0], [3.0, 0.0]])
    for found, expected in zip(np.nonzero(weight(data)), np.nonzero(data), strict=True):
        assert_values(found, expected)
        assert not found.requires_grad
    assert_values(np.argwhere(weight(data)), np.argwhere(data))
    assert_values(weight(data)[ag.nonzero(data)], [2.0, 3.0])
    with pytest.raises(ValueError, match="nonzero"):
        ag.nonzero(3.0)


@pytest.mark.parametrize("function", METADATA.values(), ids=METADATA)
def test_what_asks_for_shape_or_dtype_loses_no_gradient(function):
    assert function(weight(MATRIX)) == function(MATRIX)


UNCOVERED = {
    "packbits": np.packbits,
    "unravel_index": lambda t: np.unravel_index(t, (3, 3)),
    "nested": lambda t: np.ravel_multi_index((t, t), (3, 3)),
    "keyword": lambda t: np.unravel_index(indices=t, shape=(3, 3)),
}


@pytest.mark.parametrize("function", UNCOVERED.values(), ids=UNCOVERED)
def test_a_function_without_a_rule_raises_when_it_would_lose_a_gradient(function):
    with pytest.raises(TypeError, match=r"np\.\w+ has no gradient rule in autograd, and an operand requires grad"):
        function(weight([1.0, 2.0]))


@pytest.mark.parametrize("function", [np.nanmedian, np.unwrap, lambda t: np.nanpercentile(t, 50)])
def test_a_function_without_a_rule_gives_plain_results_otherwise(function):
    result = function(Tensor([1.0, 2.0, 4.0]))
    assert isinstance(result, Tensor)
    assert_values(result, function(np.array([1.0, 2.0, 4.0])))


def test_a_function_that_gives_several_results():
    parts = np.array_split(Tensor([1.0, 2.0, 3.0]), 2)
    assert isinstance(parts, list)
    assert [part.tolist() for part in parts] == [[1.0, 2.0], [3.0]]


def test_a_function_that_gives_named_results():
    result = np.linalg.svd(Tensor(np.diag([3.0, 2.0])))
    assert_values(result.S, [3.0, 2.0])


def test_functions_without_a_rule_are_allowed_without_recording():
    with ag.no_grad():
        assert np.nanmedian(weight([1.0, 2.0, 4.0])).item() == 2.0


def test_a_function_that_answers_yes_or_no():
    assert np.array_equal(Tensor([1.0]), [1.0]) is True
    assert np.allclose(Tensor([1.0]), [1.0]) is True


def test_where_with_a_condition_alone_finds_it():
    (indices,) = np.where(Tensor([1.0, -1.0, 2.0]) > 0)
    assert_values(indices, [0, 2])
    (indices,) = np.where(weight([1.0, -1.0, 2.0]) > 0)
    assert_values(indices, [0, 2])


@pytest.mark.parametrize(
    "options", [{"a_min": 0.0, "a_max": 1.0}, {"min": 0.0, "max": 1.0}, {"a_max": 1.0, "a_min": None}]
)
def test_clip_takes_both_of_numpys_names_for_its_bounds(options):
    data = np.array([-1.0, 0.5, 2.0])
    assert_values(np.clip(Tensor(data), **options), np.clip(data, **options))


def test_out_of_a_function_moves_a_tensor_on():
    x, out = weight([[1.0, 2.0], [3.0, 4.0]]), Tensor([0.0, 0.0])
    assert np.sum(x, axis=0, out=out) is out
    out.sum().backward()
    assert_values(x.grad, np.ones((2, 2)))
    plain = np.zeros(2)
    assert np.sum(Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0, out=plain) is plain
    np.testing.assert_array_equal(plain, [4.0, 6.0])
    with pytest.raises(TypeError, match=r"np\.sum: the result requires grad"):
        np.sum(x, axis=0, out=plain)


OUT_BY_POSITION = {
    "sum": lambda t, out: np.sum(t, 0, None, out),
    "mean": lambda t, out: np.mean(t, 0, None, out),
    "max": lambda t, out: np.max(t, 0, out),
    "min": lambda t, out: np.min(t, 0, out),
    "clip": lambda t, out: np.clip(t, 0, 1, out),
    "cumsum": lambda t, out: np.cumsum(t, 0, None, out),
}


@pytest.mark.parametrize("function", OUT_BY_POSITION.values(), ids=OUT_BY_POSITION)
def test_out_by_position_is_obeyed_or_refused(function):
    data = np.array([5, 2])
    out = np.zeros_like(function(data, None))
    try:
        function(Tensor(data), out)
    except TypeError:
        return
    np.testing.assert_array_equal(out, function(data, None))


# ------------------------------------------------------------------------------------- errors inside of functions


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda t: np.split(t, 0.5), r"np\.split\(float64 \(2,\), 0\.5\): "),
        (lambda t: np.fft.fftn(t, 3), r"np\.fft\.fftn\(float64 \(2,\), 3\): "),
        (lambda t: np.polyfit(t, t, [1]), r"polyfit: deg is the degree of .* one whole number; given \[1\]"),
        (lambda t: np.expand_dims(t, None), r"expand_dims: an axis is a whole number, .*; got None"),
        (lambda t: np.expand_dims(t, ""), r"expand_dims: an axis is a whole number, .*; got ''"),
        (lambda t: np.vecdot(t, t, axis=0.5), r"an axis is a whole number, .*; got \(0\.5,\)"),
    ],
)
def test_an_error_inside_of_a_function_names_it_and_what_it_was_given(call, says):
    with pytest.raises((TypeError, ValueError), match=says):
        call(Tensor([1.0, 2.0]))


def test_an_error_keeps_its_kind_and_is_named_once():
    with pytest.raises(np.exceptions.AxisError):
        np.swapaxes(Tensor(np.ones((2, 2))), 0, 5)
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.inv(Tensor(np.zeros((2, 2))))
    with pytest.raises(ValueError, match=r"^concat"):
        np.concatenate([Tensor(np.ones((2, 2))), np.ones((3, 3))])
