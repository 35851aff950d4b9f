"""Modules of another dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor

#: What PyTorch calls devices.
_DEVICES = ("cpu", "cuda", "mps", "xpu", "meta")

if TYPE_CHECKING:
    from .module import Module


def wanted_dtype(caller: str, args: tuple[Any, ...], dtype: Any, device: Any) -> Any:
    """Give the dtype that arguments ask for, or ``None``; refuse devices other than the one there is."""
    for given in args:
        if isinstance(given, Tensor):
            dtype = given.dtype
        elif str(given).partition(":")[0] in _DEVICES:
            device = given
        else:
            dtype = given
    if device is not None and str(device) != "cpu":
        raise ValueError(f"{caller}: the only device is 'cpu', got {device!r}")
    return dtype


def convert(module: Module, caller: str, dtype: Any) -> None:
    """Change floating and complex parameters, their gradients, and buffers to a dtype, in place; no handle changes."""
    wanted = np.dtype(dtype)
    if wanted.kind not in "fc":
        raise TypeError(f"{caller}: takes a floating or complex dtype, got {wanted}")
    tensors = [*module.parameters(), *module.buffers()]
    for tensor in tensors:
        if tensor.dtype.kind == "c" and wanted.kind != "c":
            raise TypeError(f"{caller}: complex parameters would lose their imaginary parts as {wanted}")
    for tensor in tensors:
        if tensor.dtype.kind in "fc" and tensor.dtype != wanted:
            _convert(tensor, wanted)


def _convert(tensor: Tensor, dtype: Any) -> None:
    """Move a handle on to a new leaf, with the same name and a converted gradient."""
    requires_grad, name, grad = tensor.requires_grad, tensor.name, tensor.grad
    tensor._array, tensor._node = tensor._array.astype(dtype), None
    tensor.requires_grad_(requires_grad)
    if name is not None:
        tensor.name = name
    if grad is not None:
        tensor.grad = grad.detach().astype(dtype)
