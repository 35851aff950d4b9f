"""PyTorch's words for what has another name here: an error about one of them says what to write instead."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any, Never

import numpy as np

#: Attributes and methods of PyTorch's Tensors, and what is written here, of a Tensor ``x``.
OF_TENSORS = {
    "add_": "x += y",
    "amax": "x.max(axis=0)",
    "amin": "x.min(axis=0)",
    "bmm": "x @ y",
    "bool": "x.astype(bool)",
    "chunk": "np.split(x, 2)",
    "clamp": "x.clip(0, 1)",
    "clamp_": "x = x.clip(0, 1)",
    "contiguous": "x",
    "copy_": "x.data = y",
    "detach_": "x = x.detach()",
    "dim": "x.ndim",
    "dist": "ag.linalg.vector_norm(x - y)",
    "div": "x / y",
    "div_": "x /= y",
    "double": "x.astype(np.float64)",
    "eq": "x == y",
    "expand": "np.broadcast_to(x, (2, 3))",
    "expand_as": "np.broadcast_to(x, y.shape)",
    "fill_": "x.fill(0)",
    "float": "x.astype(np.float32)",
    "gather": "np.take_along_axis(x, index, axis=1)",
    "ge": "x >= y",
    "get_device": "x.device",
    "grad_fn": "x.node",
    "gt": "x > y",
    "half": "x.astype(np.float16)",
    "index_select": "x.take([0], axis=1)",
    "int": "x.astype(np.int32)",
    "is_complex": "x.dtype.kind == 'c'",
    "is_cpu": "x.device == 'cpu'",
    "is_cuda": "x.device != 'cpu'",
    "is_floating_point": "x.dtype.kind == 'f'",
    "le": "x <= y",
    "logsumexp": "ag.logsumexp(x, axis=1)",
    "long": "x.astype(np.int64)",
    "lt": "x < y",
    "masked_fill": "np.where(x > 1, 0.0, x)",
    "masked_select": "x[x > 1]",
    "matmul": "x @ y",
    "mm": "x @ y",
    "mul": "x * y",
    "mul_": "x *= y",
    "narrow": "x[:, 0:1]",
    "ne": "x != y",
    "neg": "-x",
    "nelement": "x.size",
    "new_ones": "np.ones((2, 3), x.dtype)",
    "new_tensor": "ag.Tensor([1.0], x.dtype)",
    "new_zeros": "np.zeros((2, 3), x.dtype)",
    "norm": "ag.linalg.vector_norm(x)",
    "numel": "x.size",
    "permute": "x.transpose(1, 0)",
    "pow": "x**2",
    "relu": "ag.relu(x)",
    "repeat_interleave": "x.repeat(2, axis=0)",
    "reshape_as": "x.reshape(y.shape)",
    "rsqrt": "x**-0.5",
    "sigmoid": "ag.sigmoid(x)",
    "softmax": "ag.softmax(x, axis=1)",
    "log_softmax": "ag.log_softmax(x, axis=1)",
    "sub": "x - y",
    "sub_": "x -= y",
    "t": "x.T",
    "topk": "ag.sort(x, axis=1)[:, -2:]",
    "type": "x.astype(np.float32)",
    "type_as": "x.astype(y.dtype)",
    "unbind": "list(x)",
    "unsqueeze": "x[None]",
    "view": "x.reshape(3, -1)",
    "view_as": "x.reshape(y.shape)",
    "zero_": "x.fill(0)",
}

#: Methods of PyTorch's Tensors that are functions here, of the same name.
FUNCTIONS = [
    "abs", "acos", "acosh", "add", "angle", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2",
    "arctanh", "argwhere", "asin", "asinh", "atan", "atan2", "atanh", "bincount", "bitwise_and",
    "bitwise_left_shift", "bitwise_or", "bitwise_right_shift", "bitwise_xor", "broadcast_to", "ceil", "cholesky",
    "copysign", "corrcoef", "cos", "cosh", "count_nonzero", "cov", "cross", "deg2rad", "det", "diag", "diagflat",
    "diff", "digamma", "divide", "dsplit", "eig", "equal", "erf", "erfc", "erfinv", "exp", "exp2", "expm1", "fix",
    "flip", "fliplr", "flipud", "float_power", "floor", "floor_divide", "fmax", "fmin", "fmod", "frexp", "gcd",
    "greater", "greater_equal", "heaviside", "histogram", "hsplit", "hypot", "i0", "inner", "isclose", "isfinite",
    "isinf", "isnan", "isneginf", "isposinf", "isreal", "kron", "lcm", "ldexp", "less", "less_equal", "log",
    "log10", "log1p", "log2", "logaddexp", "logaddexp2", "logical_and", "logical_not", "logical_or", "logical_xor",
    "logit", "lstsq", "matrix_power", "maximum", "median", "minimum", "moveaxis", "multiply", "nan_to_num",
    "nanmean", "nanmedian", "nanquantile", "nansum", "negative", "nextafter", "not_equal", "outer", "polygamma",
    "positive", "qr", "quantile", "rad2deg", "reciprocal", "remainder", "resize", "roll", "rot90", "select", "sign",
    "signbit", "sin", "sinc", "sinh", "slogdet", "solve", "split", "sqrt", "square", "subtract", "svd", "tan",
    "tanh", "tile", "tril", "triu", "trunc", "unique", "vdot", "vsplit", "where", "xlogy",
]  # fmt: skip

#: Names in the module ``torch``, and what is written here.
OF_TORCH = {
    "FloatTensor": "ag.Tensor([1.0], np.float32)",
    "LongTensor": "ag.Tensor([1], np.int64)",
    "Generator": "np.random.default_rng(0)",
    "as_tensor": "ag.asarray([1.0])",
    "bmm": "x @ y",
    "cat": "ag.concat([x, y])",
    "chunk": "ag.split(x, 2)",
    "clamp": "ag.clip(x, 0, 1)",
    "cuda": "'cpu', the only device",
    "device": "'cpu', the only device",
    "double": "np.float64",
    "eq": "x == y",
    "flatten": "x.reshape(len(x), -1)",
    "float": "np.float32",
    "from_numpy": "ag.asarray(np.ones(3))",
    "func": "ag.grad, ag.vmap, ag.jacobian and the like",
    "gather": "ag.take_along_axis(x, index, axis=1)",
    "half": "np.float16",
    "inference_mode": "ag.no_grad()",
    "int": "np.int32",
    "is_tensor": "isinstance(x, ag.Tensor)",
    "load": "nn.load, which reads safetensors",
    "long": "np.int64",
    "mm": "x @ y",
    "nn": "import nn",
    "norm": "ag.linalg.vector_norm(x)",
    "normal": "np.random.default_rng(0).normal(size=(2, 3))",
    "numel": "x.size",
    "optim": "import optim",
    "rand": "np.random.default_rng(0).random((2, 3))",
    "randint": "np.random.default_rng(0).integers(10, size=(2, 3))",
    "randn": "np.random.default_rng(0).normal(size=(2, 3))",
    "randperm": "np.random.default_rng(0).permutation(10)",
    "save": "nn.save, which writes safetensors",
    "topk": "ag.sort(x, axis=1)[:, -2:]",
    "unsqueeze": "ag.expand_dims(x, axis=0)",
    "utils": "nn.data, nn.utils, or ag.checkpoint",
}


class _Word:
    """An attribute that Tensors have in PyTorch alone: who reads it is told what to write."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, tensor: Any, kind: type) -> Never:
        owner = f"type object {kind.__name__!r}" if tensor is None else f"{kind.__name__!r} object"
        said = f"{owner} has no attribute {self._name!r}{_hint_for_tensor(self._name)}"
        raise AttributeError(said, name=self._name, obj=kind if tensor is None else tensor)


class Words:
    """The part of a Tensor that PyTorch's words find.

    Each has a place of its own: with a ``__getattr__``, Python would read every attribute of every Tensor slowly.
    """

    __slots__ = ()

    def __dir__(self) -> Iterable[str]:
        """Give the names of what is there."""
        return [name for name in super().__dir__() if not isinstance(vars(Words).get(name), _Word)]


for _name in (*OF_TENSORS, *FUNCTIONS):
    setattr(Words, _name, _Word(_name))


def _hint_for_tensor(name: str) -> str:
    """Say what stands for an attribute of PyTorch's Tensors."""
    if name in OF_TENSORS:
        return _written(name, OF_TENSORS[name])
    engine = importlib.import_module(__package__)
    places = {"np": np, "ag": engine, "ag.linalg": engine.linalg, "ag.special": engine.special}
    where = next(place for place, namespace in places.items() if hasattr(namespace, name))
    return f". As a function it is here: {where}.{name}(x)"


def hint_for_module(name: str) -> str:
    """Say what stands for a name of the module ``torch``; or nothing.

    >>> hint_for_module("cat")
    ". PyTorch's `cat` is written here as: ag.concat([x, y])"
    """
    return _written(name, OF_TORCH[name]) if name in OF_TORCH else ""


def _written(name: str, code: str) -> str:
    return f". PyTorch's `{name}` is written here as: {code}"
