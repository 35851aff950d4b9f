"""Batches of sequences of several lengths, padded to the longest or packed.

Packed sequences lie in one array without gaps, the longest first: all first elements, then all second elements of those
that have one, and so on. So each step of a recurrent net has its inputs beside each other, and computes no more.

>>> import autograd as ag
>>> packed = pack_sequence([ag.Tensor([1.0, 2.0, 3.0]), ag.Tensor([10.0])])
>>> packed.data.tolist(), packed.batch_sizes.tolist()
([1.0, 10.0, 2.0, 3.0], [2, 1, 1])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from autograd import Tensor, asarray, concat
from autograd.errors import describe

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class _Packed(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Packed):
    """Sequences of several lengths without gaps, as ``pack_padded_sequence`` and ``pack_sequence`` make them.

    Attributes
    ----------
    data
        ``(sum of lengths, ...)``: all first elements, then all second ones of those that have one, and so on.
    batch_sizes
        How many sequences have a first element, a second one, and so on.
    sorted_indices
        Which of the sequences given each one is, from the longest to the shortest; ``None`` if they came sorted.
    unsorted_indices
        Where each of the sequences given has come to stand; by default it is found from ``sorted_indices``.
    """

    __slots__ = ()

    def __new__(cls, data: Any, batch_sizes: Any, sorted_indices: Any = None, unsorted_indices: Any = None) -> Self:
        """Make one of its parts."""
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(
            cls,
            asarray(data),
            asarray(batch_sizes),
            None if sorted_indices is None else asarray(sorted_indices),
            unsorted_indices,
        )


def invert_permutation(permutation: Any) -> Tensor | None:
    """Give where each number stands in a permutation; ``None`` for ``None``.

    >>> invert_permutation([2, 0, 1]).tolist()
    [1, 2, 0]
    """
    return None if permutation is None else Tensor(np.argsort(asarray(permutation).data))


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack sequences that are padded at their ends.

    Parameters
    ----------
    input
        ``(T, N, ...)``, or ``(N, T, ...)`` with ``batch_first``.
    lengths
        The lengths of the N sequences, from 1 to T.
    batch_first
        Whether the batch is the first axis.
    enforce_sorted
        Whether the sequences are sorted already, the longest first; if not, they are sorted here, and what a recurrent
        net gives for them is in the order of ``input`` again.

    Raises
    ------
    ValueError
        If there is not one length for each sequence, from 1 to T, or they are not sorted and should be.

    >>> packed = pack_padded_sequence([[1.0, 10.0], [2.0, 20.0], [0.0, 30.0]], [2, 3], enforce_sorted=False)
    >>> packed.data.tolist(), packed.batch_sizes.tolist(), packed.sorted_indices.tolist()
    ([10.0, 1.0, 20.0, 2.0, 30.0], [2, 2, 1], [1, 0])
    """
    tensor, counts = asarray(input), asarray(lengths).data
    if tensor.ndim < 2 or counts.ndim != 1 or counts.dtype.kind not in "iu" or not counts.size:
        raise ValueError(
            "pack_padded_sequence: takes an input (T, N, ...) and a length for each of the N sequences, at least one; "
            f"got {describe(tensor)} and {describe(counts)}"
        )
    steps, batch = tensor.shape[1::-1] if batch_first else tensor.shape[:2]
    if len(counts) != batch or counts.min() < 1 or counts.max() > steps:
        raise ValueError(
            f"pack_padded_sequence: {batch} lengths from 1 to {steps} belong to an input of shape {tensor.shape} with "
            f"batch_first={batch_first}, got {counts.tolist()}"
        )
    if enforce_sorted and (counts[1:] > counts[:-1]).any():
        raise ValueError(
            f"pack_padded_sequence: the sequences must be sorted, the longest first, got lengths {counts.tolist()}; "
            "give enforce_sorted=False to have them sorted"
        )
    order = np.arange(batch) if enforce_sorted else np.argsort(-counts.astype(np.int64), kind="stable")
    sizes = np.sum(np.arange(counts.max())[:, None] < counts, axis=1)
    times, sequences = places_of(sizes)
    whose = order[sequences]
    data = tensor[whose, times] if batch_first else tensor[times, whose]
    return PackedSequence(data, sizes, None if enforce_sorted else order)


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """Undo ``pack_padded_sequence``: give the padded sequences, in their first order, and their lengths.

    ``total_length`` pads to more than the longest; raises ``ValueError`` if it is less.

    >>> padded, lengths = pad_packed_sequence(pack_sequence([[1.0, 2.0], [3.0]]), batch_first=True)
    >>> padded.tolist(), lengths.tolist()
    ([[1.0, 2.0], [3.0, 0.0]], [2, 1])
    """
    sizes = sequence.batch_sizes.data
    steps = len(sizes) if total_length is None else total_length
    if steps < len(sizes):
        raise ValueError(
            f"pad_packed_sequence: total_length must be at least the length of the longest sequence, {len(sizes)}, got "
            f"{total_length}"
        )
    lengths = np.sum(np.arange(sizes[0]) < sizes[:, None], axis=0)
    rows = rows_of(sizes, steps, padding=len(sequence.data))
    if sequence.unsorted_indices is not None:
        order = sequence.unsorted_indices.data
        rows, lengths = rows[:, order], lengths[order]
    return _gathered(sequence.data, rows.T if batch_first else rows, padding_value), Tensor(lengths)


def pad_sequence(
    sequences: Iterable[Any], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Pad sequences, ``(length, ...)`` each, to the longest: ``(T, N, ...)``, or ``(N, T, ...)`` with ``batch_first``.

    ``padding_side`` says where they are padded, ``"right"`` or ``"left"``. Raises ``ValueError`` if there is no
    sequence, or if they differ in other axes than the first.

    >>> pad_sequence([[1.0, 2.0], [3.0]], batch_first=True, padding_side="left")
    Tensor([[1., 2.],
            [0., 3.]], dtype=float64)
    """
    if padding_side not in ("right", "left"):
        raise ValueError(f"pad_sequence: padding_side is 'right' or 'left', got {padding_side!r}")
    tensors = [asarray(sequence) for sequence in sequences]
    if not tensors or any(tensor.ndim < 1 or tensor.shape[1:] != tensors[0].shape[1:] for tensor in tensors):
        raise ValueError(
            "pad_sequence: takes one sequence or more, alike in all axes but the first; got "
            f"{', '.join(map(describe, tensors)) or 'none'}"
        )
    lengths = np.array([len(tensor) for tensor in tensors])
    count, steps = lengths.sum(), lengths.max()
    is_there = np.arange(steps) < lengths[:, None]
    rows = np.full(is_there.shape, count)
    rows[is_there if padding_side == "right" else is_there[:, ::-1]] = np.arange(count)
    return _gathered(concat(tensors), rows if batch_first else rows.T, padding_value)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Tensor]:
    """Undo ``pad_sequence``: give the sequences, of these lengths.

    >>> unpad_sequence([[1.0, 2.0], [3.0, 0.0]], [2, 1], batch_first=True)
    [Tensor([1., 2.], dtype=float64), Tensor([3.], dtype=float64)]
    """
    padded = asarray(padded_sequences)
    pairs = enumerate(asarray(lengths).tolist())
    return [padded[place, :length] if batch_first else padded[:length, place] for place, length in pairs]


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences, ``(length, ...)`` each; see ``pack_padded_sequence``.

    >>> pack_sequence([[1.0, 2.0], [3.0]]).data.tolist()
    [1.0, 3.0, 2.0]
    """
    tensors = [asarray(sequence) for sequence in sequences]
    padded = pad_sequence(tensors)
    return pack_padded_sequence(padded, [len(tensor) for tensor in tensors], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """Undo ``pack_sequence``: give the sequences, in their first order.

    >>> unpack_sequence(pack_sequence([[1.0, 2.0], [3.0]]))
    [Tensor([1., 2.], dtype=float64), Tensor([3.], dtype=float64)]
    """
    return unpad_sequence(*pad_packed_sequence(packed_sequences, batch_first=True), batch_first=True)


def places_of(sizes: Any) -> tuple[Any, Any]:
    """Give for each packed element at what time and in which of the sorted sequences it stands.

    >>> places_of(np.array([2, 1]))
    (array([0, 0, 1]), array([0, 1, 0]))
    """
    times, sequences = np.nonzero(np.arange(sizes[0]) < sizes[:, None])
    return times, sequences


def rows_of(sizes: Any, steps: int, padding: int) -> Any:
    """Give for each place of padded sequences the row of its element in packed ones, or that of the padding.

    >>> rows_of(np.array([2, 1]), 3, padding=-1).tolist()
    [[0, 1], [2, -1], [-1, -1]]
    """
    rows = np.full((steps, sizes[0]), padding)
    rows[places_of(sizes)] = np.arange(sizes.sum())
    return rows


def _gathered(data: Tensor, rows: Any, padding_value: float) -> Tensor:
    """Give rows of the data; the one behind the last is padding."""
    padding = np.full((1, *data.shape[1:]), padding_value, data.dtype)
    gathered: Tensor = concat([data, padding])[rows]
    return gathered
