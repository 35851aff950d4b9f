"""What a Tensor gives to others: arrays for NumPy and DLPack, numbers and sequences for Python.

Where a gradient would get lost in that without a word, it is refused.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import describe
from .modes import current_mode
from .ownership import is_held_once
from .variables import leads_to_variable

if TYPE_CHECKING:
    from .graph import Node
    from .tensor import Tensor


class Conversions:
    """The part of a Tensor that Python, NumPy and other libraries ask for plain values."""

    __slots__ = ()

    if TYPE_CHECKING:
        _array: Any
        _node: Node | None

        data: Any
        dtype: Any
        shape: Any
        size: Any
        requires_grad: bool

        def __getitem__(self, index: Any) -> Tensor: ...

    # Arrays

    def numpy(self) -> Any:
        """The values as a read-only array; raises for a Tensor that requires grad, like ``np.asarray``."""
        self._refuse_to_detach("numpy()")
        return self.data

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Give a plain array, for NumPy. Refused for a Tensor that requires grad, outside ``no_grad``."""
        self._refuse_to_detach(None)
        if copy:
            return np.array(self._array, dtype=dtype)
        array = np.asarray(self.data, dtype=dtype)
        if copy is False and not np.shares_memory(array, self._array):
            raise ValueError(f"np.asarray: a conversion from {self.dtype} to {dtype} needs a copy, and copy=False")
        return array

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """Give the namespace of functions for Tensors by the Array API standard: the package ``autograd``."""
        from .standard import API_VERSIONS

        if api_version is not None and api_version not in API_VERSIONS:
            raise ValueError(f"__array_namespace__: the versions are {', '.join(API_VERSIONS)}; got {api_version!r}")
        return importlib.import_module(__package__)

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        """Hand the values to another library; refused for a Tensor that requires grad.

        A copy, which that library may write into, unless ``copy=False`` forbids to make one. Then it gets the memory
        of this Tensor, marked as not to be written into. Versions of the protocol before 1 know no such mark: who asks
        for one of those gets the memory for its own, and this Tensor goes on with a copy; ``BufferError`` if others,
        such as views or a graph, look at that memory, or have looked.
        """
        self._refuse_to_detach("__dlpack__")
        given = {"stream": stream, "max_version": max_version, "dl_device": dl_device}  # NumPy 2.0 knows the first
        options = {name: value for name, value in given.items() if value is not None}
        if copy is not False:
            return np.array(self._array).__dlpack__(**options)
        if max_version and max_version[0] >= 1:
            return self.data.__dlpack__(**options)
        if not is_held_once(self._array):
            raise BufferError(
                "__dlpack__: copy=False hands out memory that others look at, too, or have looked at, and that must "
                "not be written into, which DLPack can say from version 1 on: ask with max_version=(1, 0), or take a "
                "copy"
            )
        memory = self._array.__dlpack__(**options)
        self._array = np.array(self._array)
        return memory

    def __dlpack_device__(self) -> tuple[int, int]:
        """Say where the values are, as DLPack counts devices."""
        device: tuple[int, int] = self._array.__dlpack_device__()
        return device

    def _refuse_to_detach(self, call: str | None) -> None:
        """Raise where a gradient would get lost in a call, or in whatever function asks NumPy for an array."""
        if self.requires_grad and current_mode().recording:
            from .library_calls import asking, ways_out

            asked = asking() if call is None else None
            raise TypeError(
                f"{call or asked or 'np.asarray'}: this Tensor requires grad, and a plain array would lose its "
                f"gradient in silence; {ways_out(asked)}"
            )

    # Numbers

    def item(self) -> Any:
        """The value of a Tensor of one element, as a Python number.

        Raises ``ValueError`` if there are more elements, or none; ``TypeError`` inside a function that a transform
        differentiates for what depends on its variables; there, ``t.detach().item()`` says that a constant is meant.

        >>> import autograd as ag
        >>> ag.Tensor([[2.5]]).item()
        2.5
        """
        return self._single("item()")

    def tolist(self) -> Any:
        """The values as nested Python lists; refused where ``item()`` is."""
        self._refuse_to_be_numbers("tolist()")
        return self._array.tolist()

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth value of a Tensor of {self.size} elements is not defined; use .any() or .all()"
            )
        return bool(self._array.item())

    def __float__(self) -> float:
        return float(self._single("float(t), as math.sin(t) calls it"))

    def __int__(self) -> int:
        return int(self._single("int(t)"))

    def __complex__(self) -> complex:
        return complex(self._single("complex(t)"))

    def __index__(self) -> int:
        if self.shape or self.dtype.kind not in "iu":
            raise TypeError(f"index: only a Tensor of one whole number, without axes, is one; given {describe(self)}")
        return int(self._array)

    def _single(self, call: str) -> Any:
        """The value of the only element, as a Python number."""
        self._refuse_to_be_numbers(call)
        if self.size != 1:
            raise ValueError(
                f"{call}: a Tensor of size 1 is a number; this one is {describe(self)}, of size {self.size}"
            )
        return self._array.item()

    def __format__(self, spec: str) -> str:
        return format(self._array.item(), spec) if spec and self.size == 1 else format(str(self), spec)

    def _refuse_to_be_numbers(self, call: str) -> None:
        """Raise where a number would go on as a constant in a function that a transform differentiates."""
        if self._node is not None and leads_to_variable([self._node]) and current_mode().recording:
            raise TypeError(
                f"{call}: this Tensor depends on a variable of a function that is being differentiated, and a Python "
                "number would lose its gradient in silence; use NumPy's functions, np.sin(t) for math.sin(t); write "
                "into np.zeros_like(t) or autograd.zeros; or, to have a constant, t.detach().item()"
            )

    # Sequences

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d Tensor")
        length: int = self.shape[0]
        return length

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError("iteration over a 0-d Tensor")
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bool((self._array == (value._array if isinstance(value, Conversions) else value)).any())
