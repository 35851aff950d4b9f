"""Cases for the compositions that rearrange, join, split, pick and put elements; ``test_compositions`` runs them.

A function that gives several arrays is shown by one of them, and one that gives constants by what they are used for.
"""

import numpy as np

from autograd.primitives.domains import NONZERO, POSITIVE, REAL
from tests.properties.cases import case


def any_of(draw, *arrays_and_calls):
    """One of several calls on one array."""
    x, *calls = arrays_and_calls
    return (x,), draw.choice(calls)


# Arranging


@case(np.moveaxis)
def moved_axes(draw):
    x = draw.array(REAL, min_dims=1)
    source, destination = draw.axis(x.ndim), draw.axis(x.ndim)
    order = tuple(reversed(range(x.ndim)))
    return any_of(
        draw, x, lambda x: np.moveaxis(x, source, destination), lambda x: np.moveaxis(x, order, range(x.ndim))
    )


@case(np.rollaxis)
def rolled_axes(draw):
    x = draw.array(REAL, min_dims=1)
    axis, start = draw.axis(x.ndim), draw.integer(-x.ndim, x.ndim)
    return (x,), lambda x: np.rollaxis(x, axis, start)


@case(np.atleast_1d, np.atleast_2d, np.atleast_3d)
def raised(draw):
    x, y = draw.array(REAL), draw.array(REAL)
    function = draw.choice([np.atleast_1d, np.atleast_2d, np.atleast_3d])
    return (x, y), draw.choice([lambda x, y: function(x) * y.sum(), lambda x, y: function(x, y)[1] * x.sum()])


@case(np.broadcast_arrays)
def broadcast(draw):
    x, y = draw.broadcastable(REAL, REAL)
    return (x, y), lambda x, y: np.multiply(*np.broadcast_arrays(x, y))


@case(np.rot90)
def turned(draw):
    x = draw.array(REAL, min_dims=2)
    first = draw.axis(x.ndim)
    axes = (first, (first + draw.integer(1, x.ndim - 1)) % x.ndim)
    k = draw.integer(-3, 5)
    return (x,), lambda x: np.rot90(x, k, axes)


@case(np.fliplr, np.flipud)
def mirrored(draw):
    return any_of(draw, draw.array(REAL, min_dims=2), np.fliplr, np.flipud)


@case(np.meshgrid)
def grids(draw):
    vectors = tuple(draw.array(REAL, (draw.integer(0, 3),)) for _ in range(draw.integer(1, 3)))
    options = {"sparse": draw.boolean(), "indexing": draw.choice(["xy", "ij"])}
    return vectors, lambda *vectors: sum(np.meshgrid(*vectors, **options))


@case(np.ix_)
def open_grids(draw):
    x, y = draw.array(REAL, (draw.integer(1, 3),)), draw.array(REAL, (draw.integer(1, 3),))
    return (x, y), lambda x, y: np.multiply(*np.ix_(x, y))


@case(np.copy)
def copied(draw):
    return (draw.array(REAL),), np.copy


# Joining, splitting, repeating


@case(np.hstack, np.vstack, np.dstack, np.column_stack)
def stacked(draw):
    function = draw.choice([np.hstack, np.vstack, np.dstack, np.column_stack])
    shape = draw.shape()
    arrays = tuple(draw.array(REAL, shape) for _ in range(draw.integer(1, 3)))
    return arrays, lambda *arrays: function(arrays)


@case(np.block)
def blocks(draw):
    rows, columns = draw.integer(0, 2), draw.integer(0, 2)
    x, y = draw.array(REAL, (rows, columns)), draw.array(REAL, (rows, 1))
    z = draw.array(REAL, (columns + 1,))
    return (x, y, z), draw.choice(
        [lambda x, y, z: np.block([[x, y], [z]]), lambda x, y, z: np.block([z, np.sum(x), np.sum(y)])]
    )


@case(np.append)
def appended(draw):
    (x, *others), options = draw.joinable(REAL)
    y = others[0] if others else x.copy()
    axis = draw.choice([None, options["axis"]])
    return (x, y), lambda x, y: np.append(x, y, axis)


@case(np.insert)
def inserted(draw):
    x = draw.array(REAL, min_dims=1)
    axis = draw.choice([None, draw.axis(x.ndim)])
    size = x.size if axis is None else x.shape[axis]
    place = draw.integer(0, size)
    value = draw.array(REAL, ())
    where = draw.choice([place, -1 if size else 0, [place], [place, 0], slice(0, size, 2)])
    return (x, value), lambda x, value: np.insert(x, where, value, axis)


@case(np.delete)
def deleted(draw):
    x = draw.array(REAL, min_dims=1, min_side=1)
    axis = draw.choice([None, draw.axis(x.ndim)])
    size = x.size if axis is None else x.shape[axis]
    place = draw.integer(-size, size - 1)
    where = draw.choice([place, [place], [place, 0, 0], slice(0, size, 2), np.arange(size) % 2 == 0])
    return (x,), lambda x: np.delete(x, where, axis)


@case(np.resize)
def resized(draw):
    x = draw.array(REAL, min_side=1)
    shape = draw.choice([draw.shape(), 5])
    return (x,), lambda x: np.resize(x, shape)


@case(np.split, np.array_split)
def cut(draw):
    x = draw.array(REAL, min_dims=1)
    axis = draw.axis(x.ndim)
    sections = draw.integer(1, 4)
    places = sorted(draw.integer(0, 3) for _ in range(draw.integer(0, 2)))
    return any_of(
        draw,
        x,
        lambda x: np.array_split(x, sections, axis)[0],
        lambda x: np.array_split(x, sections, axis)[-1],
        lambda x: np.split(x, places, axis)[-1],
    )


@case(np.hsplit, np.vsplit, np.dsplit)
def cut_along_one_axis(draw):
    x = draw.array(REAL, (2, 2, 2))
    function = draw.choice([np.hsplit, np.vsplit, np.dsplit])
    return (x,), lambda x: function(x, 2)[1]


@case(*([np.unstack] if hasattr(np, "unstack") else []))
def unstacked(draw):
    x = draw.array(REAL, min_dims=1, min_side=1)
    axis = draw.axis(x.ndim)
    return (x,), lambda x: np.unstack(x, axis=axis)[-1]


@case(np.repeat)
def repeated(draw):
    x = draw.array(REAL, min_dims=1)
    axis = draw.choice([None, draw.axis(x.ndim)])
    size = x.size if axis is None else x.shape[axis]
    counts = draw.choice([draw.integer(0, 3), [draw.integer(0, 3) for _ in range(size)]])
    return (x,), lambda x: np.repeat(x, counts, axis)


@case(np.pad)
def padded(draw):
    mode = draw.choice(["constant", "edge", "linear_ramp", "maximum", "mean", "median", "minimum", "reflect", "wrap"])
    x = draw.distinct(min_dims=1, min_side=1)
    widths = [(draw.integer(0, 4), draw.integer(0, 4)) for _ in x.shape]
    if mode == "median":  # of distinct numbers; those of medians, along a further axis, may be equal
        axis = draw.axis(x.ndim)
        widths = [pair if at == axis % x.ndim else (0, 0) for at, pair in enumerate(widths)]
    with_length = mode in ("maximum", "mean", "median", "minimum") and draw.boolean()
    options = {"stat_length": draw.integer(1, 4)} if with_length else {}
    return (x,), lambda x: np.pad(x, widths, mode, **options)


# Diagonals


@case(np.diag, np.diagflat)
def diagonals(draw):
    x = draw.array(REAL, draw.choice([(draw.integer(0, 3),), (draw.integer(0, 3), draw.integer(0, 3))]))
    function, k = draw.choice([np.diag, np.diagflat]), draw.integer(-4, 4)
    return (x,), lambda x: function(x, k)


@case(np.trace)
def traces(draw):
    x = draw.array(REAL, min_dims=2)
    first = draw.axis(x.ndim)
    second, offset = (first + 1) % x.ndim, draw.integer(-2, 2)
    return (x,), lambda x: np.trace(x, offset, first, second)


@case(np.tril_indices_from, np.triu_indices_from, np.diag_indices_from)
def places_in_matrices(draw):
    x, k = draw.array(REAL, (draw.integer(0, 3),) * 2), draw.integer(-3, 3)
    return any_of(
        draw,
        x,
        lambda x: x[np.tril_indices_from(x, k)],
        lambda x: x[np.triu_indices_from(x, k=k)],
        lambda x: x[np.diag_indices_from(x)],
    )


# Picking


@case(np.take)
def taken(draw):
    x = draw.array(REAL, min_dims=1, min_side=1)
    axis = draw.choice([None, draw.axis(x.ndim)])
    size = x.size if axis is None else x.shape[axis]
    mode = draw.choice(["raise", "wrap", "clip"])
    bound = size if mode == "raise" else 3 * size
    indices = np.array([draw.integer(-bound, bound - 1) for _ in range(4)], np.intp).reshape(
        draw.choice([(4,), (2, 2)])
    )
    indices = draw.choice([indices, int(indices.flat[0])])
    return (x,), lambda x: np.take(x, indices, axis, mode=mode)


@case(np.compress, np.extract)
def compressed(draw):
    x = draw.array(REAL, min_dims=1)
    axis = draw.choice([None, draw.axis(x.ndim)])
    size = x.size if axis is None else x.shape[axis]
    condition = [draw.boolean() for _ in range(draw.integer(0, size))]
    mask = draw.array(NONZERO, x.shape) > 0
    return any_of(draw, x, lambda x: np.compress(condition, x, axis), lambda x: np.extract(mask, x))


@case(np.trim_zeros)
def trimmed(draw):
    x = draw.array(POSITIVE, min_dims=1)
    widths = [(draw.integer(0, 2), draw.integer(0, 2)) for _ in x.shape]
    trim = draw.choice(["fb", "f", "b", "B"])
    return (x,), lambda x: np.trim_zeros(np.pad(x, widths), trim)


@case(np.choose)
def chosen(draw):
    x, y, which = draw.broadcastable(REAL, REAL, REAL)
    mode = draw.choice(["wrap", "clip"])
    numbers = np.floor(which * 2).astype(np.intp)
    return (x, y), lambda x, y: np.choose(numbers, [x, y], mode=mode)


@case(np.select)
def selected(draw):
    x, y, first, second = draw.broadcastable(REAL, REAL, NONZERO, NONZERO)
    return (x, y), draw.choice(
        [
            lambda x, y: np.select([first > 0, second > 0], [x, y], 7.0),
            lambda x, y: np.select([first > 0], [x], y),
            lambda x, y: np.select([first > 0, second > 0], [x, 2], default=y),
        ]
    )


@case(np.piecewise)
def pieces(draw):
    x = draw.array(NONZERO, min_side=1)
    jump = 1 + 1 / 128  # where x, whose elements are 1 / 64 apart, is not
    return any_of(
        draw,
        x,
        lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda v: v * v, np.sin]),
        lambda x: x + np.piecewise(x, [x < 0, x > jump], [np.exp, 5.0, lambda v: -v]),
        lambda x: x + np.piecewise(x, [x > 0], [lambda v, factor: v * factor], factor=3.0),
    )


@case(np.partition)
def partitioned(draw):
    x = draw.distinct(min_dims=1, min_side=1)
    axis = draw.choice([None, draw.axis(x.ndim)])
    kth = draw.integer(0, (x.size if axis is None else x.shape[axis]) - 1)
    return (x,), lambda x: np.take(np.partition(x, kth, axis), [kth], -1 if axis is None else axis)


@case(np.sort_complex)
def sorted_as_complex(draw):
    return (draw.distinct(min_dims=1),), np.sort_complex


# What gives constants: shown by what they are used for


@case(np.flatnonzero, np.digitize, np.searchsorted, np.bincount, np.lexsort, np.isclose)
def searched(draw):
    x, y = draw.array(REAL, (4,)), draw.array(NONZERO, (4,))
    weights = draw.array(REAL, (4,))
    return any_of(
        draw,
        x,
        lambda x: x[np.flatnonzero((x * 0 + y) > 0)],
        lambda x: x[np.digitize(x * 0 + y, [0.0, 1.0])],
        lambda x: x[np.searchsorted([0.0, 1.0], x * 0 + y)],
        lambda x: x * np.isclose(x * 0 + y, 0.0, atol=1.0),
        lambda x: np.bincount([0, 3, 3, 1], weights=x + weights, minlength=3),
        lambda x: x[np.bincount(np.array([0, 3, 3, 1]))],
        lambda x: x[np.lexsort((x * 0 + y, x * 0 + np.sign(y)))],
    )


@case(np.unique, np.unique_all, np.unique_counts, np.unique_inverse, np.intersect1d)
def sets(draw):
    x, y = draw.array(REAL, (4,)), draw.array(NONZERO, (4,))
    return any_of(
        draw,
        x,
        lambda x: x[np.unique(x * 0 + y, return_index=True)[1]],
        lambda x: x[np.unique_all(x * 0 + y).indices],
        lambda x: x * np.unique_counts(x * 0 + y).counts.sum(),
        lambda x: x[np.unique_inverse(x * 0 + y)[1]],
        lambda x: x[np.intersect1d(x * 0 + y, y[:2], return_indices=True)[1]],
    )


# Filled and written to


@case(np.full_like, np.empty_like)
def filled(draw):
    x, value = draw.array(REAL), draw.array(REAL, ())
    return any_of(draw, x, lambda x: np.full_like(x, value) * x, lambda x: np.empty_like(x) * 0.0 + x)


def written(write):
    """A call that writes into a copy of its first operand, and gives that; both operands count once more."""

    def call(x, value):
        y = x * 1.0
        assert write(y, value) is None
        return y * y + x * value.sum()

    return call


@case(np.put, np.place, np.putmask, np.copyto, np.fill_diagonal)
def changed(draw):
    x = draw.array(REAL, (draw.integer(2, 3),) * 2)
    value = draw.array(REAL, (2,))
    mask = draw.array(NONZERO, x.shape) > 0
    mask.flat[:2] = True
    places = [0, x.size - 1, 1]
    return (x, value), draw.choice(
        [
            written(lambda x, v: np.put(x, places, v)),
            written(lambda x, v: np.put(x, [x.size + 1, -9 * x.size], v, mode="wrap")),
            written(lambda x, v: np.put(x, [x.size + 1, -9], v, mode="clip")),
            written(lambda x, v: np.place(x, mask, v)),
            written(lambda x, v: np.putmask(x, mask, v)),
            written(lambda x, v: np.copyto(x, v[0], where=mask)),
            written(lambda x, v: np.copyto(x, v[:1] + v[1])),
            written(np.fill_diagonal),
        ]
    )


@case(np.put_along_axis)
def changed_along_an_axis(draw):
    x = draw.array(REAL, (draw.integer(2, 3),) * 2).copy()  # in C order, as NumPy's own needs without an axis
    return (x, draw.array(REAL, (2,))), draw.choice(
        [
            written(lambda x, v: np.put_along_axis(x, np.ones((1, x.shape[1]), np.intp), v[1], 0)),
            written(lambda x, v: np.put_along_axis(x, np.array([0, -1]), v, None)),
        ]
    )


# Functions of functions


@case(np.apply_along_axis)
def applied(draw):
    x = draw.array(REAL, min_dims=1, min_side=1)
    axis = draw.axis(x.ndim)
    return any_of(
        draw,
        x,
        lambda x: np.apply_along_axis(lambda v: v[0] * v.sum(), axis, x),
        lambda x: np.apply_along_axis(lambda v, k: v * v + k, axis, x, 2.0),
        lambda x: np.apply_along_axis(lambda v: v[:, None] * v, axis, x),
    )


@case(np.apply_over_axes)
def applied_over(draw):
    x = draw.array(REAL, min_dims=1, min_side=1)
    axes = list(range(x.ndim))[: draw.integer(1, x.ndim)]
    return any_of(draw, x, lambda x: np.apply_over_axes(np.sum, x * x, axes))
