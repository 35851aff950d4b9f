"""Transforms on arrays of another library, which NumPy dispatches to: nothing makes NumPy's arrays of them."""

from typing import Any

import numpy as np
import pytest

import autograd as ag


class Foreign(np.lib.mixins.NDArrayOperatorsMixin):
    """An array that answers NumPy's protocols, and refuses to be converted."""

    def __init__(self, array: Any) -> None:
        self.array = np.asarray(array)

    dtype = property(lambda self: self.array.dtype)
    shape = property(lambda self: self.array.shape)
    size = property(lambda self: self.array.size)
    ndim = property(lambda self: self.array.ndim)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise AssertionError("converted to an array of NumPy")

    def __array_ufunc__(self, ufunc: Any, method: str, *operands: Any, **options: Any) -> Any:
        return Foreign(getattr(ufunc, method)(*plain(operands), **options))

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        options.pop("like", None)
        return Foreign(function(*plain(args), **options))

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        return Foreign(self.array.astype(dtype, copy=copy))

    def copy(self) -> Any:
        return Foreign(self.array.copy())

    def reshape(self, *shape: Any) -> Any:
        return Foreign(self.array.reshape(*shape))

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, index: Any) -> Any:
        return Foreign(self.array[plain(index)])


def plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(plain(part) for part in value)
    return value.array if isinstance(value, Foreign) else value


def energy(x: Any) -> Any:
    return np.sum(np.sin(x) * x)


def parts(x: Any) -> Any:
    return sum(np.sum(part) for part in ag.checkpoint(lambda x: (np.sin(x), x * 2))(x))


X = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    "compute",
    [
        ag.grad(energy),
        lambda x: ag.grad(lambda x, y: energy(y))(x, x),
        lambda x: ag.value_and_grad(energy)(x)[0],
        ag.elementwise_grad(np.sin),
        lambda x: ag.vjp(np.sin, x)[1](x)[0],
        lambda x: ag.jvp(np.sin, (x,), (x,))[1],
        lambda x: ag.jvp(lambda x: x * 0.0 + ag.stop_gradient(x), (x,), (x,))[1],
        lambda x: ag.hvp(energy, (x,), (x,))[0],
        ag.jacobian(np.sin),
        ag.jacobian(np.sin, mode="forward"),
        lambda x: ag.jacobian(lambda x, y: np.sin(y), mode="reverse")(x, x),
        ag.hessian(energy),
        ag.grad(ag.checkpoint(energy)),
        ag.grad(parts),
    ],
)
def test_arrays_of_other_libraries_come_out_as_such(compute):
    found = compute(Foreign(X))
    assert type(found) is Foreign
    np.testing.assert_allclose(found.array, compute(X))
