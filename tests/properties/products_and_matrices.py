"""Cases for the products and the linear algebra that are compositions; ``test_compositions`` runs them.

A function that gives several arrays is shown by one of them, and one that gives constants by what they are used for.
"""

import itertools

import numpy as np

from autograd.primitives.domains import NONZERO, REAL
from autograd.primitives.matrices import apart_from_singular
from tests.properties.cases import case


def square(draw, min_size=0):
    size = draw.integer(min_size, 3)
    return apart_from_singular(draw, size, size)


def rectangular(draw, min_size=0):
    return apart_from_singular(draw, draw.integer(min_size, 3), draw.integer(min_size, 3))


# Products


@case(np.einsum)
def named_axes(draw):
    m, n, k = draw.integer(0, 2), draw.integer(0, 2), draw.integer(1, 3)
    x, y = draw.array(REAL, (m, k, n)), draw.array(REAL, (n, k))
    calls = [
        lambda x, y: np.einsum("aji,ij->a", x, y),
        lambda x, y: np.einsum("bji,ij", x, y),
        lambda x, y: np.einsum("...ji,ij->j...", x, y),
        lambda x, y: np.einsum("a...,...b", x, y, optimize=True) if k == n else np.einsum("aji,ij", x, y),
        lambda x, y: np.einsum(x, [0, 7, 3], y, [3, 7]),
        lambda x, y: np.einsum(x, [..., 1, 0], y, [0, 1], [1, ...]),
        lambda x, y: np.einsum("ij,kl,ijkl->jk", y, y, np.ones((n, k, n, k))) * np.einsum("aji->", x),
        lambda x, y: np.einsum("ijk,ki,jj->j", x[:, :n, :], y[:, :m], np.ones((n, n))) if k >= max(n, m) else x * y.T,
    ]
    return (x, y), draw.choice(calls)


@case(np.tensordot, np.linalg.tensordot)
def contracted(draw):
    m, n, k = draw.integer(0, 2), draw.integer(0, 2), draw.integer(0, 2)
    function = draw.choice([np.tensordot, np.linalg.tensordot])
    axes, shapes = draw.choice(
        [
            (0, ((m,), (n, k))),
            (1, ((m, n), (n, k))),
            (2, ((k, m, n), (m, n))),
            (((0, -1), (1, 0)), ((m, k, n), (n, m))),
            ((1, 0), ((m, n), (n, k))),
        ]
    )
    x, y = (draw.array(REAL, shape) for shape in shapes)
    return (x, y), lambda x, y: function(x, y, axes=axes)


@case(np.kron)
def blocks(draw):
    return (draw.array(REAL, draw.shape()[:2]), draw.array(REAL, draw.shape()[:2])), np.kron


@case(np.outer)
def outer_products(draw):
    return (draw.array(REAL, draw.shape()[:2]), draw.array(REAL, draw.shape()[:2])), np.outer


@case(np.linalg.outer)
def outer_products_of_vectors(draw):
    return (draw.array(REAL, (draw.integer(0, 3),)), draw.array(REAL, (draw.integer(0, 3),))), np.linalg.outer


@case(np.inner)
def inner_products(draw):
    size = draw.integer(0, 3)
    x, y = (draw.array(REAL, draw.choice([(), (size,), (2, size)])) for _ in range(2))
    return (x, y), np.inner


@case(np.vdot)
def products_of_all(draw):
    x = draw.array(REAL)
    return (x, draw.array(REAL, x.shape[::-1])), np.vdot


@case(np.vecdot, np.linalg.vecdot)
def products_of_vectors(draw):
    size = draw.integer(0, 3)
    x, y = (draw.array(REAL, (*draw.choice([(), (2,), (1,)]), size)) for _ in range(2))
    if draw.boolean() and x.ndim == y.ndim == 2:
        return (x.T.copy(), y.T.copy()), lambda x, y: np.linalg.vecdot(x, y, axis=0)
    return (x, y), draw.choice([np.vecdot, np.linalg.vecdot])


def matrix_and_vector(draw, axis):
    matrix = draw.array(REAL, (*draw.choice([(), (2,), (1,)]), draw.integer(0, 3), draw.integer(0, 3)))
    return matrix, draw.array(REAL, (*draw.choice([(), (2,), (1,)]), matrix.shape[axis]))


if hasattr(np, "matvec"):

    @case(np.matvec)
    def matrices_times_vectors(draw):
        return matrix_and_vector(draw, -1), np.matvec

    @case(np.vecmat)
    def vectors_times_matrices(draw):
        return matrix_and_vector(draw, -2)[::-1], np.vecmat


@case(np.cross)
def vector_products(draw):
    x, y = (draw.array(REAL, (*draw.choice([(), (2,), (1,)]), 3)) for _ in range(2))
    both = max(x.ndim, y.ndim)
    calls = [np.cross, lambda x, y: np.cross(x.T, y, axisa=0, axisc=both - 1)]
    return (x, y), draw.choice([*calls, lambda x, y: np.cross(x, y, axisc=0)])


@case(np.linalg.cross)
def vector_products_of_three(draw):
    x, y = (draw.array(REAL, (3, *draw.choice([(), (2,)]))) for _ in range(2))
    return (x, y), lambda x, y: np.linalg.cross(x[:, None] if x.ndim == 1 else x, y[:, None], axis=0)


# Norms


@case(np.linalg.norm)
def norms(draw):
    x = draw.array(NONZERO, min_dims=1, min_side=1)
    axis = draw.axis(x.ndim)
    options = {"axis": axis, "keepdims": draw.boolean(), "ord": draw.choice([None, 2, 1, 3, 0.5, -1.5])}
    return (x,), draw.choice([lambda x: np.linalg.norm(x, **options), np.linalg.norm])


@case(np.linalg.vector_norm)
def norms_of_vectors(draw):
    x = draw.distinct(min_dims=1, min_side=1)
    x = np.where(x > 0, x + 0.5, x - 0.25 - 1 / 128)  # drawn are whole 64ths: distinct in size, too
    options = {"axis": draw.axes(x.ndim), "keepdims": draw.boolean(), "ord": draw.choice([2, 1, np.inf, -np.inf, 3])}
    if options["axis"] == () and options["ord"] != 1:
        options["axis"] = None
    return (x,), lambda x: np.linalg.vector_norm(x, **options)


@case(np.linalg.matrix_norm)
def norms_of_matrices(draw):
    x = rectangular(draw, min_size=1)
    order, keepdims = draw.choice(["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]), draw.boolean()
    return (x,), draw.choice(
        [
            lambda x: np.linalg.matrix_norm(x, ord=order, keepdims=keepdims),
            lambda x: np.linalg.norm(x, order, axis=(-1, -2), keepdims=keepdims),
        ]
    )


# Equations


@case(np.linalg.slogdet)
def logarithms_of_determinants(draw):
    return (square(draw),), lambda x: np.linalg.slogdet(x).logabsdet


@case(np.linalg.tensorsolve)
def solved_tensors(draw):
    x = apart_from_singular(draw, 4, 4)
    x = x.reshape(-1, 4, 4)[0] if x.size else np.eye(4) + 0.1 * draw.generic((4, 4))
    y = draw.generic((2, 2))
    axes = draw.choice([None, (0, 2)])
    return (x, y), lambda x, y: np.linalg.tensorsolve(
        x.reshape(2, 2, 2, 2) if axes is None else x.reshape(2, 2, 2, 2).transpose(2, 0, 3, 1), y, axes
    )


@case(np.linalg.tensorinv)
def inverted_tensors(draw):
    x = np.eye(4) + 0.1 * draw.generic((4, 4))
    ind, shape = draw.choice([(2, (2, 2, 4)), (1, (4, 2, 2)), (2, (2, 2, 2, 2))])
    return (x,), lambda x: np.linalg.tensorinv(x.reshape(shape), ind)


@case(np.linalg.matrix_power)
def powers(draw):
    n = draw.choice([1, 2, 3, 5, -1, -2])
    return (square(draw),), lambda x: np.linalg.matrix_power(x, n)


@case(np.linalg.multi_dot)
def products_of_many(draw):
    sizes = [draw.integer(1, 3) for _ in range(draw.integer(3, 5))]
    arrays = [draw.array(REAL, shape) for shape in itertools.pairwise(sizes)]
    if draw.boolean():
        arrays[0] = arrays[0][0]
    if draw.boolean():
        arrays[-1] = arrays[-1][..., 0] if arrays[-1].ndim == 2 else arrays[-1]
    return tuple(arrays), lambda *arrays: np.linalg.multi_dot(list(arrays))


@case(np.linalg.cond)
def conditions(draw):
    x = square(draw, min_size=2)  # that of a number is 1
    p = draw.choice([None, 2, -2, 1, np.inf, "fro"])
    return (x,), lambda x: np.linalg.cond(x, p)


@case(np.linalg.matrix_rank)
def ranks(draw):
    return (rectangular(draw, min_size=1),), lambda x: x * np.linalg.matrix_rank(x)[..., None, None]


@case(np.linalg.pinv)
def pseudo_inverses(draw):
    x = rectangular(draw, min_size=1)
    options = draw.choice([{}, {"rtol": None}, {"rcond": 1e-3}, {"hermitian": True}])
    if options.get("hermitian"):
        x = square(draw, min_size=1)
    return (x,), lambda x: np.linalg.pinv(x, **options)


@case(np.linalg.lstsq)
def least_squares(draw):
    rows, columns = draw.integer(1, 4), draw.integer(1, 3)
    x = np.eye(rows, columns) * np.arange(1.0, columns + 1) + 0.15 * draw.generic((rows, columns))
    y = draw.generic((rows, *draw.choice([(), (2,)])))
    left = rows > columns and draw.boolean()
    return (x, y), lambda x, y: np.linalg.lstsq(x, y)[1 if left else 0]


# Decompositions


@case(np.linalg.cholesky)
def cholesky_factors(draw):
    upper = draw.boolean()
    return (square(draw),), lambda x: np.linalg.cholesky(x, upper=upper)


@case(np.linalg.qr)
def orthogonal_factors(draw):
    mode = draw.choice(["reduced", "r"])
    part = draw.integer(0, 1)
    return (rectangular(draw),), lambda x: np.linalg.qr(x, mode) if mode == "r" else np.linalg.qr(x)[part]


@case(np.linalg.eigh, np.linalg.eigvalsh)
def hermitian_spectra(draw):
    triangle, part = draw.choice("LU"), draw.integer(0, 1)
    return (square(draw),), draw.choice(
        [lambda x: np.linalg.eigh(x, triangle)[part], lambda x: np.linalg.eigvalsh(x, triangle)]
    )


@case(np.linalg.eig)
def spectra(draw):
    part = draw.integer(0, 1)
    size = draw.integer(0, 2)  # LAPACK may turn larger vectors round within a small step
    return (apart_from_singular(draw, size, size),), lambda x: np.linalg.eig(x)[part]


@case(np.linalg.svd, np.linalg.svdvals)
def singular_values(draw):
    part = draw.integer(0, 2)
    hermitian = draw.boolean()
    return (square(draw) if hermitian else rectangular(draw),), draw.choice(
        [
            lambda x: np.linalg.svd(x, full_matrices=False, hermitian=hermitian)[part],
            lambda x: np.linalg.svd(x, compute_uv=False, hermitian=hermitian),
            np.linalg.svdvals,
        ]
    )


# Rearrangements over the last two axes


@case(np.linalg.diagonal)
def diagonals(draw):
    x, offset = draw.array(REAL, min_dims=2), draw.integer(-3, 3)
    return (x,), lambda x: np.linalg.diagonal(x, offset=offset)


@case(np.linalg.trace)
def traces(draw):
    x, offset = draw.array(REAL, min_dims=2), draw.integer(-3, 3)
    return (x,), lambda x: np.linalg.trace(x, offset=offset)


@case(np.linalg.matrix_transpose)
def transposes(draw):
    return (draw.array(REAL, min_dims=2),), np.linalg.matrix_transpose
