"""Tables of vectors for words and other things that are numbered; ``nn.functional`` looks them up."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from autograd import Tensor, asarray
from autograd.errors import describe

from . import functional as F
from . import init
from .converting import parameter_dtype
from .module import Module
from .parameter import Parameter


class _Table(Module):
    """A table of vectors, of which one may stand for nothing; ``_set_up`` makes it, drawn or given."""

    _defaults: tuple[tuple[str, Any], ...] = ()

    def _set_up(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        max_norm: float | None,
        norm_type: float,
        scale_grad_by_freq: bool,
        sparse: bool,
        given: Any,
        freeze: bool,
        device: Any,
        dtype: Any,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        name = type(self).__name__
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(f"{name}: padding_idx={padding_idx} is none of num_embeddings={num_embeddings}")
        if sparse:
            raise ValueError(f"{name}: sparse=True asks for sparse gradients, and all are dense here; leave it out")
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.sparse = sparse
        shape = (num_embeddings, embedding_dim)
        if given is None:
            self.weight = Parameter(np.zeros(shape), not freeze, dtype=dtype)
            self.reset_parameters()
        elif np.shape(given) != shape:
            raise ValueError(f"{name}: the weight must have the shape {shape}, got {describe(asarray(given))}")
        else:
            self.weight = given if isinstance(given, Parameter) else Parameter(asarray(given).detach(), not freeze)

    def reset_parameters(self) -> None:
        """Draw new vectors; that of ``padding_idx`` is 0."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            values = self.weight.data.copy()
            values[self.padding_idx] = 0
            self.weight.data = values

    def main_arguments(self) -> str:
        """Give how many vectors there are, and how long they are."""
        return f"{self.num_embeddings}, {self.embedding_dim}"

    def extra_repr(self) -> str:
        """Give the arguments as they were; those that have their defaults are left out."""
        given = [(name, getattr(self, name)) for name, default in self._defaults if getattr(self, name) != default]
        return ", ".join([self.main_arguments(), *(f"{name}={value!r}" for name, value in given)])


class Embedding(_Table):
    """Gives the vectors with these numbers: ``(*)``, whole numbers, gives ``(*, embedding_dim)``.

    Parameters
    ----------
    num_embeddings, embedding_dim
        How many vectors there are, and how long they are.
    padding_idx
        The number of a vector that stands for nothing: it is 0 at first and gets no gradient.
    max_norm, norm_type
        How long vectors may be, by which norm: those in use that are longer are made so short, in place.
    scale_grad_by_freq
        Whether the gradient of a vector is divided by how often its number occurs in an input.
    sparse
        Must be ``False``: gradients are dense.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the vectors; float32 by default.

    Attributes
    ----------
    weight
        ``(num_embeddings, embedding_dim)``, of the normal distribution.

    Raises
    ------
    ValueError
        If ``padding_idx`` is none of the numbers, or ``sparse`` is set.
    TypeError, IndexError
        If an input does not hold whole numbers, or other ones than those from 0 to ``num_embeddings - 1``.

    >>> import nn
    >>> nn.Embedding(10, 3, padding_idx=0)([[1, 2, 4, 0]]).shape
    (1, 4, 3)
    """

    _defaults = (("padding_idx", None), ("max_norm", None), ("norm_type", 2.0), ("scale_grad_by_freq", False))

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = (padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse)
        self._set_up(num_embeddings, embedding_dim, *options, _weight, _freeze, device, dtype)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Self:
        """Make a layer of vectors that there are, ``(N, D)``; with ``freeze`` they are not trained.

        >>> import nn
        >>> nn.Embedding.from_pretrained([[1.0, 2.3, 3.0], [4.0, 5.1, 6.3]])([1]).tolist()
        [[4.0, 5.1, 6.3]]
        """
        return cls(
            *_table_shape(cls, embeddings),
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
            _weight=embeddings,
            _freeze=freeze,
        )

    def forward(self, input: Any) -> Tensor:
        """Look the vectors up."""
        return F.embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq, self.sparse
        )


class EmbeddingBag(_Table):
    """Gives the sum, the mean or the largest elements of the vectors in each bag of numbers: ``(B, embedding_dim)``.

    Inputs are ``(B, n)``, or ``(L,)`` with ``offsets``, which say where each bag begins; see
    ``nn.functional.embedding_bag``. ``mode`` is ``"sum"``, ``"mean"`` or ``"max"``; with ``include_last_offset`` the
    last offset is where the last bag ends; ``padding_idx`` is left out of the bags. The other arguments are those of
    ``Embedding``.

    >>> import nn
    >>> nn.EmbeddingBag(10, 3, mode="sum")([1, 2, 4, 5], offsets=[0, 3]).shape
    (2, 3)
    """

    _defaults = (
        ("max_norm", None),
        ("norm_type", 2.0),
        ("scale_grad_by_freq", False),
        ("mode", None),
        ("padding_idx", None),
    )

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Any = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = (padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse)
        self._set_up(num_embeddings, embedding_dim, *options, _weight, False, device, dtype)
        self.mode = mode
        self.include_last_offset = include_last_offset

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> Self:
        """Make a layer of vectors that there are, ``(N, D)``; with ``freeze`` they are not trained.

        >>> import nn
        >>> nn.EmbeddingBag.from_pretrained([[1.0, 2.0], [5.0, 4.0]])([[0, 1]]).tolist()
        [[3.0, 3.0]]
        """
        layer = cls(
            *_table_shape(cls, embeddings),
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            mode=mode,
            sparse=sparse,
            _weight=embeddings,
            include_last_offset=include_last_offset,
            padding_idx=padding_idx,
        )
        layer.weight.requires_grad = not freeze
        return layer

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Tensor:
        """Look the vectors up and reduce each bag."""
        return F.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )


def _table_shape(cls: type[Module], embeddings: Any) -> tuple[int, int]:
    table = asarray(embeddings)
    if table.ndim != 2:
        raise ValueError(f"{cls.__name__}: the vectors to start from are a table, (N, D), got {describe(table)}")
    count, length = table.shape
    return count, length
