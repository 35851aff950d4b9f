"""The dtype of parameters: of new ones, and of those that a module has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor
from autograd.errors import check_device

if TYPE_CHECKING:
    from .module import Module


def parameter_dtype(layer: Module, device: Any, dtype: Any) -> Any:
    """Give the dtype of the parameters of a new layer, float32 unless it is said; refuse devices that are not there."""
    check_device(type(layer).__name__, device)
    return np.float32 if dtype is None else dtype


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
