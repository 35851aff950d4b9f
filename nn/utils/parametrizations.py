"""Parametrisations of weights: by length and direction, by their largest singular value, as orthogonal matrices."""

from __future__ import annotations

import math

from autograd import Tensor, generator, matmul, no_grad, permute_dims, reshape
from autograd.linalg import vector_norm

from ..convolutions import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from ..functional import normalize
from ..module import Module
from .orthogonal_maps import MAPS, Orthogonal
from .parametrize import is_parametrized, register_parametrization

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]


class _WeightNorm(Module):
    """``g * v / |v|``, with the length of each slice along an axis, or of the whole."""

    def __init__(self, dim: int | None) -> None:
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        """Compute the weight."""
        weight: Tensor = weight_v * (weight_g / self._length(weight_v))
        return weight

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Give length and direction."""
        return self._length(weight), weight

    def _length(self, v: Tensor) -> Tensor:
        if self.dim == -1:
            whole: Tensor = vector_norm(v)
            return whole
        others = tuple(axis for axis in range(v.ndim) if axis != self.dim % v.ndim)
        length: Tensor = vector_norm(v, axis=others, keepdims=True) if others else abs(v)
        return length

    def extra_repr(self) -> str:
        """Give the axis."""
        return f"dim={self.dim}"


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Train length and direction of a weight apart: ``weight = g * v / |v|``. Gives the module itself.

    Salimans and Kingma, "Weight Normalization" (2016), equation 2. ``g`` is ``parametrizations.<name>.original0`` and
    ``v`` is ``original1``; make optimizers after this.

    Parameters
    ----------
    module, name
        Whose parameter it is, and what it is called.
    dim
        The axis along which each slice has a length of its own; by default one for each output. ``None``, and -1 as in
        PyTorch, is one for the whole.

    Raises
    ------
    ValueError
        If the module has no such parameter, or it is parametrised already.
    IndexError
        If the axis is not there.

    >>> import nn
    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
    >>> {name: value.shape for name, value in layer.state_dict().items()}
    {'bias': (2,), 'parametrizations.weight.original0': (2, 1), 'parametrizations.weight.original1': (2, 3)}
    """
    weight = _unparametrised("weight_norm", module, name)
    if dim is not None:
        _check_axis("weight_norm", dim, weight)
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


class _SpectralNorm(Module):
    """A weight divided by its largest singular value, which follows it by power iterations."""

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int, dim: int, eps: float) -> None:
        _check_axis("spectral_norm", dim, weight)
        if n_power_iterations < 1:
            raise ValueError(f"spectral_norm: n_power_iterations is at least 1, got {n_power_iterations}")
        self.n_power_iterations = n_power_iterations
        self.dim = dim % weight.ndim
        self.eps = eps
        if weight.ndim > 1:
            matrix = self._matrix(weight.detach())
            for name, size in zip(("_u", "_v"), matrix.shape, strict=True):
                drawn = generator().standard_normal(size).astype(weight.dtype)
                self.register_buffer(name, normalize(drawn, dim=0, eps=eps))
            self._iterate(matrix, 15)

    def forward(self, weight: Tensor) -> Tensor:
        """Divide, in training after power iterations."""
        if weight.ndim == 1:
            return normalize(weight, dim=0, eps=self.eps)
        matrix = self._matrix(weight)
        if self.training:
            self._iterate(matrix.detach(), self.n_power_iterations)
        largest = matmul(self._u.detach(), matmul(matrix, self._v.detach()))
        normalised: Tensor = weight / largest
        return normalised

    def right_inverse(self, value: Tensor) -> Tensor:
        """Give the value: what is assigned is normalised again."""
        return value

    def _iterate(self, matrix: Tensor, times: int) -> None:
        """Turn ``u`` and ``v`` towards the first singular vectors."""
        with no_grad():
            for _ in range(times):
                self._u.data = normalize(matmul(matrix, self._v), dim=0, eps=self.eps).data
                self._v.data = normalize(matmul(matrix.T, self._u), dim=0, eps=self.eps).data

    def _matrix(self, weight: Tensor) -> Tensor:
        """The slices along the axis as rows."""
        order = (self.dim, *(axis for axis in range(weight.ndim) if axis != self.dim))
        turned = permute_dims(weight, order) if self.dim else weight
        rows: Tensor = reshape(turned, (turned.shape[0], math.prod(turned.shape[1:])))
        return rows


def spectral_norm(
    module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Module:
    """Divide a weight by its largest singular value, so that the layer stretches nothing. Gives the module itself.

    Miyato et al., "Spectral Normalization for Generative Adversarial Networks" (2018), algorithm 1. The weight before
    is ``parametrizations.<name>.original``. The singular vectors are estimated at first by 15 power iterations, and, in
    training, followed by some more each time that the weight is asked for; they are the buffers ``_u`` and ``_v``.

    Parameters
    ----------
    module, name
        Whose parameter it is, and what it is called. A vector is divided by its length.
    n_power_iterations
        How many iterations follow each change.
    eps
        The least length that anything is divided by in them.
    dim
        The axis of the outputs: by default 0, and 1 for transposed convolutions.

    Raises
    ------
    ValueError
        If the module has no such parameter, or there are no iterations.
    IndexError
        If the axis is not there.

    >>> import nn, numpy as np
    >>> layer = nn.utils.parametrizations.spectral_norm(nn.Linear(3, 3), n_power_iterations=50)
    >>> round(float(np.linalg.norm(layer.weight.data, 2)), 3)
    1.0
    """
    weight = _weight("spectral_norm", module, name)
    if dim is None:
        dim = int(isinstance(module, (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)))
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))


def orthogonal(
    module: Module, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> Module:
    """Have a matrix stay orthogonal: orthonormal columns if it is tall, rows if it is wide. Gives the module itself.

    Lezcano-Casado and Martínez-Rubio, "Cheap Orthogonal Constraints in Neural Networks" (2019). The free matrix is
    ``parametrizations.<name>.original``. It starts at the orthogonal matrix of the weight's QR decomposition.

    Parameters
    ----------
    module, name
        Whose parameter it is, and what it is called: a matrix, or several, in the last two axes.
    orthogonal_map
        How the free matrix becomes orthogonal: ``"matrix_exp"``, by default for square and complex ones, ``"cayley"``,
        or ``"householder"``, by default for others.
    use_trivialization
        Whether the map turns a fixed orthogonal matrix, the buffer ``base``, rather than the identity; without it only
        ``"householder"`` starts at the weight and can be assigned to.

    Raises
    ------
    ValueError
        If there is no such parameter, or it is parametrised already, is no matrix, or is complex for ``"householder"``,
        or the map is not known.

    >>> import nn, numpy as np
    >>> weight = nn.utils.parametrizations.orthogonal(nn.Linear(5, 3)).weight.data
    >>> bool(np.allclose(weight @ weight.T, np.eye(3), atol=1e-5))
    True
    """
    weight = _unparametrised("orthogonal", module, name)
    if weight.ndim < 2:
        raise ValueError(f"orthogonal: takes matrices, and {name!r} has {weight.ndim} axes")
    is_complex = weight.dtype.kind == "c"
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if is_complex or weight.shape[-2] == weight.shape[-1] else "householder"
    if orthogonal_map not in MAPS or (is_complex and orthogonal_map == "householder"):
        raise ValueError(
            f"orthogonal: orthogonal_map is one of {', '.join(MAPS)}, and not householder for complex matrices; got "
            f"{orthogonal_map!r} for {weight.dtype}"
        )
    return register_parametrization(module, name, Orthogonal(orthogonal_map, use_trivialization), unsafe=True)


def _weight(caller: str, module: Module, name: str) -> Tensor:
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(  # noqa: TRY004 - it is about a name, as in PyTorch
            f"{caller}: {type(module).__name__} has no parameter or buffer {name!r}"
        )
    return weight


def _unparametrised(caller: str, module: Module, name: str) -> Tensor:
    """Give a weight for a parametrisation that decides what is trained, so that none can stand before it."""
    if is_parametrized(module, name):
        raise ValueError(f"{caller}: {name!r} of {type(module).__name__} is parametrised already; this must come first")
    return _weight(caller, module, name)


def _check_axis(caller: str, dim: int, weight: Tensor) -> None:
    if not -weight.ndim <= dim < weight.ndim:
        raise IndexError(f"{caller}: axis {dim} is not in a weight of {weight.ndim} axes")
