"""Padding as modules; ``nn.functional.pad`` is the function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from autograd import Tensor

from . import functional as F
from .functional.spatial import for_each_axis, with_channels
from .module import Module

Padding = int | Sequence[int]


class _Pad(Module):
    """Padding of so many axes, in one mode; ``padding`` is a number, or two for each axis, the last axis first."""

    _axes: ClassVar[int]
    _mode: ClassVar[str] = "constant"
    value: float = 0.0

    def __init__(self, padding: Padding) -> None:
        self.padding = for_each_axis(type(self).__name__, "padding", padding, 2 * self._axes)

    def forward(self, input: Any) -> Tensor:
        """Pad the last axes; raises ``ValueError`` if the input has others, or there is not enough to take it from."""
        x = with_channels(self.title, input, self._axes)
        return F.pad(x, self.padding, self._mode, self.value)

    def main_arguments(self) -> str:
        """Give the numbers."""
        return str(self.padding)

    def extra_repr(self) -> str:
        """Give the numbers."""
        return f"{self.padding}"


class _ConstantPad(_Pad):
    def __init__(self, padding: Padding, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Any) -> Tensor:
        """Pad the last axes; raises ``ValueError`` if there are not as many, or less than nothing would be left."""
        return F.pad(input, self.padding, self._mode, self.value)

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """Adds a constant in front of the last axis and behind it; see ``ConstantPad2d``.

    >>> import nn
    >>> nn.ConstantPad1d((1, 2), 7.0)([[1.0]])
    Tensor([[7., 1., 7., 7.]], dtype=float64)
    """

    _axes = 1


class ConstantPad2d(_ConstantPad):
    """Adds a constant around the last two axes.

    ``padding`` is a number, or one for each of left, right, top and bottom; what is negative is cut off.

    >>> import nn
    >>> nn.ConstantPad2d((1, 0, 0, -1), 7.0)([[[1.0], [2.0]]])
    Tensor([[[7., 1.]]], dtype=float64)
    """

    _axes = 2


class ConstantPad3d(_ConstantPad):
    """Adds a constant around the last three axes; see ``ConstantPad2d``.

    >>> import nn, numpy as np
    >>> nn.ConstantPad3d(1, 7.0)(np.ones((2, 3, 4, 5))).shape
    (2, 5, 6, 7)
    """

    _axes = 3


class _ZeroPad(_ConstantPad):
    def __init__(self, padding: Padding) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        """Give the numbers."""
        return f"{self.padding}"


class ZeroPad1d(_ZeroPad):
    """Adds zeros in front of the last axis and behind it; see ``ConstantPad2d``.

    >>> import nn
    >>> nn.ZeroPad1d(1)([[1.0]])
    Tensor([[0., 1., 0.]], dtype=float64)
    """

    _axes = 1


class ZeroPad2d(_ZeroPad):
    """Adds zeros around the last two axes; see ``ConstantPad2d``.

    >>> import nn
    >>> nn.ZeroPad2d((1, 0, 0, 1))([[[1.0]]])
    Tensor([[[0., 1.],
             [0., 0.]]], dtype=float64)
    """

    _axes = 2


class ZeroPad3d(_ZeroPad):
    """Adds zeros around the last three axes; see ``ConstantPad2d``.

    >>> import nn, numpy as np
    >>> nn.ZeroPad3d(1)(np.ones((2, 3, 4, 5))).shape
    (2, 5, 6, 7)
    """

    _axes = 3


class ReflectionPad1d(_Pad):
    """Adds what is inside sequences, mirrored at their last elements; see ``ReflectionPad2d``.

    >>> import nn
    >>> nn.ReflectionPad1d(2)([[1.0, 2.0, 3.0]])
    Tensor([[3., 2., 1., 2., 3., 2., 1.]], dtype=float64)
    """

    _axes = 1
    _mode = "reflect"


class ReflectionPad2d(_Pad):
    """Adds what is inside images, ``(N, C, H, W)`` or ``(C, H, W)``, mirrored at their last elements.

    ``padding`` is a number, or one for each of left, right, top and bottom, smaller than the axis.

    >>> import nn
    >>> nn.ReflectionPad2d((1, 0, 0, 1))([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[2., 1., 2.],
             [4., 3., 4.],
             [2., 1., 2.]]], dtype=float64)
    """

    _axes = 2
    _mode = "reflect"


class ReflectionPad3d(_Pad):
    """Adds what is inside volumes, mirrored at their last elements; see ``ReflectionPad2d``.

    >>> import nn, numpy as np
    >>> nn.ReflectionPad3d(1)(np.ones((2, 3, 4, 5))).shape
    (2, 5, 6, 7)
    """

    _axes = 3
    _mode = "reflect"


class ReplicationPad1d(_Pad):
    """Adds the last elements of sequences again; see ``ReplicationPad2d``.

    >>> import nn
    >>> nn.ReplicationPad1d((1, 2))([[1.0, 2.0]])
    Tensor([[1., 1., 2., 2., 2.]], dtype=float64)
    """

    _axes = 1
    _mode = "replicate"


class ReplicationPad2d(_Pad):
    """Adds the last elements of images, ``(N, C, H, W)`` or ``(C, H, W)``, again.

    ``padding`` is a number, or one for each of left, right, top and bottom.

    >>> import nn
    >>> nn.ReplicationPad2d((1, 0, 0, 1))([[[1.0, 2.0]]])
    Tensor([[[1., 1., 2.],
             [1., 1., 2.]]], dtype=float64)
    """

    _axes = 2
    _mode = "replicate"


class ReplicationPad3d(_Pad):
    """Adds the last elements of volumes again; see ``ReplicationPad2d``.

    >>> import nn, numpy as np
    >>> nn.ReplicationPad3d(1)(np.ones((2, 3, 4, 5))).shape
    (2, 5, 6, 7)
    """

    _axes = 3
    _mode = "replicate"


class CircularPad1d(_Pad):
    """Adds what is at the other end of sequences; see ``CircularPad2d``.

    >>> import nn
    >>> nn.CircularPad1d(1)([[1.0, 2.0, 3.0]])
    Tensor([[3., 1., 2., 3., 1.]], dtype=float64)
    """

    _axes = 1
    _mode = "circular"


class CircularPad2d(_Pad):
    """Adds what is at the other end of images, ``(N, C, H, W)`` or ``(C, H, W)``.

    ``padding`` is a number, or one for each of left, right, top and bottom, no larger than the axis.

    >>> import nn
    >>> nn.CircularPad2d((1, 0, 0, 1))([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[2., 1., 2.],
             [4., 3., 4.],
             [2., 1., 2.]]], dtype=float64)
    """

    _axes = 2
    _mode = "circular"


class CircularPad3d(_Pad):
    """Adds what is at the other end of volumes; see ``CircularPad2d``.

    >>> import nn, numpy as np
    >>> nn.CircularPad3d(1)(np.ones((2, 3, 4, 5))).shape
    (2, 5, 6, 7)
    """

    _axes = 3
    _mode = "circular"
