"""Where values are: on the CPU, always; and PyTorch's words for asking for a place, or a dtype, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from .errors import check_device

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tensor import Tensor


def asked_dtype(caller: str, args: tuple[Any, ...], dtype: Any, device: Any) -> Any:
    """Give the dtype that the arguments of ``to`` ask for, or ``None``; ``ValueError`` for another device than the one.

    They are dtypes, devices, and Tensors, which have both.

    >>> asked_dtype("to", ("cpu", np.float64), None, None)
    <class 'numpy.float64'>
    """
    for given in args:
        if isinstance(given, Placed):
            dtype = given.dtype
        elif _is_dtype(given):
            dtype = given
        else:
            check_device(caller, given)
    check_device(caller, device)
    return dtype


def _is_dtype(given: Any) -> bool:
    if given is None:
        return False
    try:
        np.dtype(given)
    except TypeError:
        return False
    return True


class Placed:
    """The part of a Tensor that tells where it is, and takes it to another dtype in PyTorch's words."""

    __slots__ = ()

    if TYPE_CHECKING:
        dtype: Any
        astype: Callable[[Any], Tensor]
        clone: Callable[[], Tensor]

    @property
    def device(self) -> str:
        """Where the values are: ``"cpu"``."""
        return "cpu"

    def to_device(self, device: Any, /, *, stream: Any = None) -> Self:
        """Give the Tensor itself; the only device is ``"cpu"``."""
        if not isinstance(device, str) or device != "cpu" or stream is not None:
            raise ValueError(f"to_device: the only device is 'cpu', without streams; got {device!r}, {stream!r}")
        return self

    def to(
        self,
        *args: Any,
        dtype: Any = None,
        device: Any = None,
        non_blocking: bool = False,  # noqa: ARG002 - PyTorch's; there is nothing to wait for
        copy: bool = False,
    ) -> Tensor | Self:
        """Give this Tensor in a dtype, as ``astype`` does; itself, if that is the one it has.

        As PyTorch has it: ``to(dtype)``, ``to(device)``, ``to(device, dtype)``, ``to(tensor)``; the only device is
        ``"cpu"``. With ``copy`` it is never the Tensor itself. Raises ``ValueError`` for another device.

        >>> import autograd as ag, numpy as np
        >>> x = ag.Tensor([1.0, 2.0])
        >>> x.to("cpu") is x, x.to(np.float32).dtype
        (True, dtype('float32'))
        """
        wanted = asked_dtype("to", args, dtype, device)
        if wanted is not None and np.dtype(wanted) != self.dtype:
            return self.astype(wanted)
        return self.clone() if copy else self

    def cpu(self) -> Self:
        """Give the Tensor itself, which is on the CPU already."""
        return self

    def cuda(self, device: Any = None, non_blocking: bool = False) -> Self:  # noqa: ARG002 - PyTorch's
        """Raise ``ValueError``, for there is no such device; ``device`` does not matter."""
        check_device("cuda", "cuda")
        return self
