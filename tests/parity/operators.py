"""How the samples of PyTorch's database of operators are called here, in NumPy's words."""

import math
import operator

import numpy as np

import autograd as ag

special, linalg, fft = ag.special, ag.linalg, ag.fft


def in_our_words(function, **words):
    """Give a function of ours that takes PyTorch's names of arguments."""
    words = {"dim": "axis", "keepdim": "keepdims", **words}
    return lambda *args, **kwargs: function(*args, **{words.get(name, name): kwargs[name] for name in kwargs})


def reduction(function):
    """Give a reduction that takes PyTorch's arguments, in their order."""
    return lambda x, dim=None, keepdim=False, **kwargs: function(x, axis=axes(dim), keepdims=keepdim, **kwargs)


def axes(dim):
    """Give one axis, or a tuple of some; PyTorch says all of them with an empty tuple, too."""
    return (tuple(dim) or None) if isinstance(dim, list | tuple) else dim


def spread(function):
    """Give a variance or a deviation, whose correction PyTorch says in two ways, and takes for 1 if it is not said."""

    def call(x, dim=None, unbiased=True, keepdim=False, correction=None, **kwargs):
        dim, unbiased = (None, dim) if isinstance(dim, bool) else (dim, unbiased)  # the form with one argument
        ddof = int(unbiased) if correction is None else correction
        return function(x, axis=axes(dim), ddof=ddof, keepdims=keepdim, **kwargs)

    return call


def with_mean(function):
    """Give a variance or a deviation, and the mean."""

    def call(x, dim=None, *args, **kwargs):
        over = None if isinstance(dim, bool) else axes(dim)
        return spread(function)(x, dim, *args, **kwargs), ag.mean(x, axis=over, keepdims=kwargs.get("keepdim", False))

    return call


def masked(function, **options):
    """Give a reduction of NumPy's over the places that a mask lets through."""

    def call(x, *args, mask=None, **kwargs):
        where = True if mask is None else np.broadcast_to(mask.data, x.shape)
        return function(x, *args, where=where, **options, **kwargs)

    return call


def written(write):
    """Give a function that changes a copy of its first argument, and returns it."""

    def call(x, *args, **kwargs):
        changed = x.copy()
        write(changed, *args, **kwargs)
        return changed

    return call


def at(axis, ndim, *index):
    """Give the key that picks ``index`` along one axis."""
    return (slice(None),) * (axis % max(ndim, 1)) + index


def along(index, axis):
    """Give the key that :func:`numpy.take_along_axis` reads an index as, of the index's size in each axis."""
    grid = list(np.indices(index.shape, sparse=True))
    grid[axis] = index.data
    return tuple(grid)


def pieces(x, size, dim=0):
    """Split into pieces of one size, or of the sizes that are said."""
    ends = range(size, x.shape[dim], size) if isinstance(size, int) else np.cumsum(size)[:-1].tolist()
    return ag.split(x, list(ends), axis=dim)


def reshaped(x, *shape):
    return ag.reshape(x, shape[0] if isinstance(shape[0], tuple | list) else shape)


def expanded(x, *shape):
    """Broadcast; -1 keeps a size."""
    shape = shape[0] if isinstance(shape[0], tuple | list) else shape
    kept = (1,) * (len(shape) - x.ndim) + x.shape
    return ag.broadcast_to(x, tuple(old if new == -1 else new for new, old in zip(shape, kept, strict=True)))


def flattened(x, start_dim=0, end_dim=-1):
    if x.ndim == 0:
        return ag.reshape(x, (1,))
    start, end = start_dim % x.ndim, end_dim % x.ndim
    return ag.reshape(x, (*x.shape[:start], -1, *x.shape[end + 1 :]))


def unflattened(x, dim, sizes):
    dim %= x.ndim
    return ag.reshape(x, (*x.shape[:dim], *sizes, *x.shape[dim + 1 :]))


def padded(x, pad, value=0):
    """Pad with a constant; a negative width crops. PyTorch counts the axes from the last."""
    pairs = [(0, 0)] * (x.ndim - len(pad) // 2) + list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    x = x[tuple(slice(max(-low, 0), size - max(-high, 0)) for (low, high), size in zip(pairs, x.shape, strict=True))]
    return ag.pad(x, [(max(low, 0), max(high, 0)) for low, high in pairs], constant_values=value)


def gradients(x, spacing=None, dim=None, edge_order=1):
    """Differences by the coordinates, in all axes or in some."""
    spacing = () if spacing is None else tuple(spacing) if isinstance(spacing, list | tuple) else (spacing,)
    return ag.gradient(x, *spacing, axis=axes(dim), edge_order=edge_order)


def scattered(ufunc, identity):
    """Give a reduction into places along an axis, with NumPy's ``ufunc.at``."""

    def call(x, dim, index, src, reduce=None, include_self=True):
        changed, key = x.copy(), along(index, dim) if x.ndim else ...
        if not include_self:
            changed[key] = identity
        ufunc.at(changed, key, src[tuple(slice(size) for size in index.shape)])
        return changed

    return call


def indexed(ufunc, identity):
    """Give a reduction into whole slices, with NumPy's ``ufunc.at``."""

    def call(x, dim, index, source, reduce=None, include_self=True, alpha=1):
        changed, key = x.copy() if x.ndim else x.reshape(1), at(dim, x.ndim, index.data)
        if not include_self:
            changed[key] = identity
        ufunc.at(changed, key, source.reshape((1,) * (source.ndim == 0) + source.shape) * alpha)
        return changed.reshape(x.shape)

    return call


def put_slices(x, dim, index, value):
    """Write whole slices, or one number into all of them."""
    x[at(dim, x.ndim, index.data) if x.ndim else ...] = value


def place(x, dim, index, src, reduce=None):
    """Write along an axis; the source may be larger than its index."""
    if isinstance(src, ag.Tensor):
        src = src[tuple(slice(size) for size in index.shape)]
    x[along(index, dim) if x.ndim else ...] = src


def put(x, index, source, accumulate=False):
    """Write into places counted through the flattened array."""
    flat = x.flatten()
    (np.add.at if accumulate else operator.setitem)(flat, index.data.reshape(-1), source.reshape(-1))
    return flat.reshape(x.shape)


def put_at(x, indices, values, accumulate=False):
    key = tuple(index.data for index in indices)
    (np.add.at if accumulate else operator.setitem)(x, key, values)


def masked_scatter(x, mask, source):
    """Write the first elements of the source where the mask is true."""
    shape = np.broadcast_shapes(x.shape, mask.shape)
    changed, places = ag.broadcast_to(x, shape).copy(), np.broadcast_to(mask.data, shape)
    changed[places] = source.reshape(-1)[: int(places.sum())]
    return changed


def atleast(function):
    """Give a function of one array, or of some, which PyTorch takes as a list, too."""
    return lambda first, *others: function(*first, *others) if isinstance(first, list) else function(first, *others)


def sorted_(x, dim=-1, descending=False, stable=None):
    return ag.sort(x, axis=dim, descending=descending, stable=bool(stable))


def largest(x, k, dim=-1, largest=True, sorted=True):
    found = ag.sort(x, axis=dim, descending=largest)
    return found[at(dim, x.ndim, slice(k))] if x.ndim else found


def kth(x, k, dim=-1, keepdim=False):
    key = slice(k - 1, k) if keepdim else k - 1
    return ag.partition(x, k - 1, axis=dim)[at(dim, x.ndim, key)]


def lower(factor, upper):
    """Give the triangle of a Cholesky factor that PyTorch reads, as a lower one."""
    return ag.tril(factor) if not upper else ag.conj(ag.triu(factor).mT)


def gram(factor, upper):
    return lower(factor, upper) @ ag.conj(lower(factor, upper).mT)


def unbatched(x, b):
    """Solve for one vector, or for a batch of them, which PyTorch tells by the shapes."""
    if b.ndim == 1 or (b.ndim == x.ndim - 1 and b.shape == x.shape[:-1]):
        return linalg.solve(x, b[..., None])[..., 0]
    return linalg.solve(x, b)


def svd(x, some=True, compute_uv=True):
    u, s, vh = linalg.svd(x, full_matrices=not some)
    return u, s, ag.conj(vh.mT)


def to(x, *args, **kwargs):
    return x.astype(next((arg for arg in args if isinstance(arg, np.dtype)), x.dtype))


def sides(x, boundaries, right=False, out_int32=False):
    return ag.searchsorted(boundaries, x, side="right" if right else "left")


def searched(sequence, values, right=False, side=None, sorter=None, out_int32=False):
    return ag.searchsorted(sequence, values, side=side or ("right" if right else "left"), sorter=sorter)


def counted(x, bins, range=None, weight=None, density=False):
    """Count; the counts are whole numbers here."""
    counts, edges = ag.histogram(x, bins, range=range, weights=weight, density=density)
    return counts.astype(float), edges


def cast(dtype):
    return lambda x: x.astype(dtype)


def norm(x, ord=None, dim=None, keepdim=False):
    return linalg.norm(x, ord, axis=axes(dim), keepdims=keepdim)


def over_axes(function):
    """Give a transform over some axes, or one; without any NumPy has a default of its own."""

    def call(x, dim=None, **kwargs):
        over = {} if dim is None else {"axes": dim if isinstance(dim, tuple) else (dim,)}
        return function(x, **over, **kwargs)

    return call


#: An entry, by its name or by that with its variant, and the same in NumPy's words; PyTorch's argument names are kept.
CALLS = {
    # Elementwise
    "add": lambda x, y, alpha=1: x + alpha * y,
    "sub": lambda x, y, alpha=1: x - alpha * y,
    "rsub": lambda x, y, alpha=1: y - alpha * x,
    "mul": operator.mul,
    "neg": operator.neg,
    "div.no_rounding_mode": operator.truediv,
    "div.trunc_rounding": lambda x, y, rounding_mode: ag.trunc(x / y),
    "div.floor_rounding": lambda x, y, rounding_mode: x // y,
    "true_divide": np.true_divide,
    "__rdiv__": lambda x, y: x.__rtruediv__(y),
    "clamp": ag.clip,
    "clamp_max": ag.minimum,
    "clamp_min": ag.maximum,
    "addcmul": lambda x, y, z, value=1: x + value * y * z,
    "addcdiv": lambda x, y, z, value=1: x + value * y / z,
    "lerp": lambda x, y, weight: x + weight * (y - x),
    "frac": lambda x: ag.modf(x)[0],
    "rsqrt": lambda x: x**-0.5,
    "sgn": ag.sign,
    "max.binary": ag.maximum,
    "min.binary": ag.minimum,
    "complex": lambda x, y: x + 1j * y,
    "polar": lambda size, angle: size * ag.exp(1j * angle),
    "conj_physical": np.conjugate,
    "view_as_real": lambda x: ag.stack([x.real, x.imag], axis=-1),
    "view_as_complex": lambda x: x[..., 0] + 1j * x[..., 1],
    "where": lambda x, condition, y: ag.where(condition, x, y),
    "masked_fill": lambda x, mask, value: ag.where(mask, value, x),
    "eq": operator.eq,
    "ne": operator.ne,
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "equal": np.array_equal,
    "allclose": np.allclose,
    "bitwise_not": operator.invert,
    "isin": ag.isin,
    # Special functions
    "lgamma": special.gammaln,
    "mvlgamma": special.multigammaln,
    "polygamma": lambda x, n: special.polygamma(n, x),
    "special.polygamma": lambda x, n: special.polygamma(n, x),
    "logit": lambda x, eps=None: special.logit(x if eps is None else ag.clip(x, eps, 1 - eps)),
    "igamma": special.gammainc,
    "igammac": special.gammaincc,
    "special.bessel_j0": special.j0,
    "special.bessel_j1": special.j1,
    "special.bessel_y0": special.y0,
    "special.bessel_y1": special.y1,
    "special.modified_bessel_i0": special.i0,
    "special.modified_bessel_i1": special.i1,
    "special.modified_bessel_k0": special.k0,
    "special.modified_bessel_k1": special.k1,
    "special.scaled_modified_bessel_k0": special.k0e,
    "special.scaled_modified_bessel_k1": special.k1e,
    "softmax": lambda x, dim, dtype=None: ag.softmax(x if dtype is None else x.astype(dtype), axis=dim),
    "log_softmax": lambda x, dim, dtype=None: ag.log_softmax(x if dtype is None else x.astype(dtype), axis=dim),
    # Reductions
    **{name: reduction(getattr(ag, name)) for name in ("sum", "mean", "prod", "nansum", "nanmean", "logsumexp")},
    **{name: reduction(getattr(ag, name)) for name in ("argmax", "argmin", "count_nonzero", "median", "nanmedian")},
    "all": reduction(ag.all),
    "any": reduction(ag.any),
    **dict.fromkeys(("amax", "max.reduction_with_dim", "max.reduction_no_dim"), reduction(ag.max)),
    **dict.fromkeys(("amin", "min.reduction_with_dim", "min.reduction_no_dim"), reduction(ag.min)),
    "aminmax": lambda x, dim=None, keepdim=False: (
        ag.min(x, axis=dim, keepdims=keepdim),
        ag.max(x, axis=dim, keepdims=keepdim),
    ),
    "var": spread(ag.var),
    "std": spread(ag.std),
    "var_mean": with_mean(ag.var),
    "std_mean": with_mean(ag.std),
    "quantile": in_our_words(ag.quantile, interpolation="method"),
    "nanquantile": in_our_words(ag.nanquantile, interpolation="method"),
    "masked.sum": masked(reduction(np.sum)),
    "masked.prod": masked(reduction(np.prod)),
    "masked.mean": masked(reduction(np.mean)),
    "masked.amax": masked(reduction(np.max), initial=-math.inf),
    "masked.amin": masked(reduction(np.min), initial=math.inf),
    "masked.var": masked(spread(np.var)),
    "masked.std": masked(spread(np.std)),
    "masked.logsumexp": lambda x, dim=None, keepdim=False, mask=None: special.logsumexp(
        x, axis=axes(dim), b=None if mask is None else mask.astype(x.dtype), keepdims=keepdim
    ),
    "dist": lambda x, y, p=2: linalg.vector_norm(x - y, ord=p),
    "cdist": lambda x, y, p=2, compute_mode=None: linalg.vector_norm(
        x[..., :, None, :] - y[..., None, :, :], ord=p, axis=-1
    ),
    "norm": lambda x, p=2, dim=None, keepdim=False: linalg.vector_norm(x, ord=p, axis=axes(dim), keepdims=keepdim),
    "norm.fro": lambda x, p="fro", dim=None, keepdim=False: linalg.vector_norm(x, axis=axes(dim), keepdims=keepdim),
    "norm.nuc": lambda x, p, dim=(-2, -1), keepdim=False: norm(x, p, dim, keepdim),
    # Running reductions
    "cumsum": in_our_words(ag.cumsum),
    "cumprod": in_our_words(ag.cumprod),
    "cummax": lambda x, dim: ag.cumulative_max(x, axis=dim),
    "cummin": lambda x, dim: ag.cumulative_min(x, axis=dim),
    "logcumsumexp": lambda x, dim: ag.cumulative_logsumexp(x, axis=dim),
    "gradient": gradients,
    "cov": in_our_words(ag.cov, correction="ddof"),
    "histogram": counted,
    "histogramdd": in_our_words(ag.histogramdd, weight="weights"),
    "trapz": lambda y, x=None, dx=1.0, dim=-1: ag.trapezoid(y, x, dx, axis=dim),
    "trapezoid": lambda y, x=None, dx=1.0, dim=-1: ag.trapezoid(y, x, dx, axis=dim),
    # Shapes
    "permute": lambda x, *dims: ag.permute_dims(x, dims[0] if isinstance(dims[0], tuple) else dims),
    "permute_copy": ag.permute_dims,
    "transpose": ag.swapaxes,
    "transpose_copy": ag.swapaxes,
    "movedim": ag.moveaxis,
    "T": lambda x: x.T,
    "t": lambda x: x.T,
    "t_copy": lambda x: x.T,
    "H": lambda x: ag.conj(x.T),
    "mT": lambda x: x.mT,
    "mH": lambda x: ag.conj(x.mT),
    "reshape": reshaped,
    "view": reshaped,
    "view_copy": reshaped,
    "reshape_as": lambda x, y: ag.reshape(x, y.shape),
    "view_as": lambda x, y: ag.reshape(x, y.shape),
    "flatten": flattened,
    "unflatten": unflattened,
    "expand": expanded,
    "expand_copy": expanded,
    "expand_as": lambda x, y: ag.broadcast_to(x, y.shape),
    "broadcast_to": ag.broadcast_to,
    "broadcast_tensors": ag.broadcast_arrays,
    "squeeze": lambda x, dim=None: ag.squeeze(x, axis=dim),
    "squeeze_copy": lambda x, dim=None: ag.squeeze(x, axis=dim),
    "unsqueeze": ag.expand_dims,
    "unsqueeze_copy": ag.expand_dims,
    "flip": lambda x, dims: ag.flip(x, axis=dims),
    "roll": lambda x, shifts, dims=None: ag.roll(x, shifts, axis=dims),
    "repeat": lambda x, *sizes: ag.tile(x, sizes[0] if isinstance(sizes[0], tuple) else sizes),
    "tile": lambda x, *sizes: ag.tile(x, sizes[0] if isinstance(sizes[0], tuple) else sizes),
    "repeat_interleave": lambda x, repeats, dim=None, output_size=None: ag.repeat(x, repeats, axis=dim),
    "constant_pad_nd": padded,
    **{name: atleast(getattr(ag, name)) for name in ("atleast_1d", "atleast_2d", "atleast_3d")},
    "diagflat": in_our_words(ag.diagflat, offset="k"),
    "diagonal": in_our_words(ag.diagonal, dim1="axis1", dim2="axis2"),
    "diagonal_copy": in_our_words(ag.diagonal, dim1="axis1", dim2="axis2"),
    "linalg.diagonal": lambda x, offset=0, dim1=-2, dim2=-1: np.diagonal(x, offset, dim1, dim2),
    **{name: lambda x, *_: x.copy() for name in ("clone", "alias_copy")},
    "contiguous": ag.ascontiguousarray,
    "to": to,
    "double": cast(np.float64),
    "float": cast(np.float32),
    "half": cast(np.float16),
    "cdouble": cast(np.complex128),
    "cfloat": cast(np.complex64),
    "bool": cast(bool),
    "byte": cast(np.uint8),
    "char": cast(np.int8),
    "short": cast(np.int16),
    "int": cast(np.int32),
    "long": cast(np.int64),
    # Joining and splitting
    "cat": lambda tensors, dim=0: ag.concat(tensors, axis=dim),
    "stack": lambda tensors, dim=0: ag.stack(tensors, axis=dim),
    "meshgrid.list_of_tensors": lambda tensors, indexing: ag.meshgrid(*tensors, indexing=indexing),
    "chunk": lambda x, chunks, dim=0: pieces(x, -(-x.shape[dim] // chunks), dim),
    "unsafe_chunk": lambda x, chunks, dim=0: pieces(x, -(-x.shape[dim] // chunks), dim),
    "split": pieces,
    "split.list_args": pieces,
    "unsafe_split": pieces,
    "split_with_sizes": pieces,
    "split_with_sizes_copy": pieces,
    "tensor_split": lambda x, at, dim=0: ag.array_split(x, at.data if isinstance(at, ag.Tensor) else at, axis=dim),
    "unbind": lambda x, dim=0: ag.unstack(x, axis=dim),
    "unbind_copy": lambda x, dim=0: ag.unstack(x, axis=dim),
    # Picking and writing
    "select": lambda x, dim, index: ag.take(x, index, axis=dim),
    "narrow": lambda x, dim, start, length: x[at(dim, x.ndim, slice(int(start), int(start) + length))],
    "narrow_copy": lambda x, dim, start, length: x[at(dim, x.ndim, slice(start, start + length))],
    "slice": lambda x, dim=0, start=None, end=None, step=1: x[at(dim, x.ndim, slice(start, end, step))],
    "gather": lambda x, dim, index: x[along(index, dim)] if x.ndim else x[index.data],
    "take_along_dim": lambda x, index, dim=None: ag.take_along_axis(x, index, axis=dim),
    "index_select": lambda x, dim, index: ag.take(x, index, axis=dim),
    "masked_select": lambda x, mask: ag.broadcast_to(x, ag.broadcast_shapes(x.shape, mask.shape))[
        np.broadcast_to(mask.data, ag.broadcast_shapes(x.shape, mask.shape))
    ],
    "__getitem__": lambda x, key: x[key],
    "kthvalue": kth,
    "topk": largest,
    "sort": sorted_,
    "msort": lambda x: ag.sort(x, axis=0),
    "argsort": lambda x, dim=-1, descending=False, stable=False: ag.argsort(
        x, axis=dim, descending=descending, stable=stable
    ),
    "index_fill": written(put_slices),
    "index_copy": written(put_slices),
    "index_put": written(put_at),
    "put": put,
    "scatter": written(place),
    "select_scatter": written(lambda x, src, dim, index: operator.setitem(x, at(dim, x.ndim, index), src)),
    "slice_scatter": written(
        lambda x, src, dim=0, start=None, end=None, step=1: operator.setitem(
            x, at(dim, x.ndim, slice(start, end, step)), src
        )
    ),
    "masked_scatter": masked_scatter,
    "fill": written(lambda x, value: x.fill(value)),
    "zero_": written(lambda x: x.fill(0)),
    "item": lambda x: x.item(),
    "index_add": indexed(np.add, 0),
    "index_reduce.prod": indexed(np.multiply, 1),
    "index_reduce.amin": indexed(np.minimum, math.inf),
    "index_reduce.amax": indexed(np.maximum, -math.inf),
    "scatter_add": scattered(np.add, 0),
    "scatter_reduce.sum": scattered(np.add, 0),
    "scatter_reduce.prod": scattered(np.multiply, 1),
    "scatter_reduce.amin": scattered(np.minimum, math.inf),
    "scatter_reduce.amax": scattered(np.maximum, -math.inf),
    "bucketize": sides,
    "searchsorted": searched,
    "nonzero": lambda x, as_tuple=False: ag.nonzero(x) if as_tuple else ag.argwhere(x),
    # Products of matrices
    **dict.fromkeys(("mm", "mv", "bmm", "bmm.triton_optimized"), operator.matmul),
    "addmm": lambda x, a, b, beta=1, alpha=1: beta * x + alpha * (a @ b),
    "addmv": lambda x, a, b, beta=1, alpha=1: beta * x + alpha * (a @ b),
    "baddbmm": lambda x, a, b, beta=1, alpha=1: beta * x + alpha * (a @ b),
    "addbmm": lambda x, a, b, beta=1, alpha=1: beta * x + alpha * ag.sum(a @ b, axis=0),
    "addr": lambda x, a, b, beta=1, alpha=1: beta * x + alpha * ag.outer(a, b),
    "einsum": lambda tensors, equation: ag.einsum(equation, *tensors),
    "tensordot": in_our_words(ag.tensordot, dims="axes"),
    "cross": in_our_words(ag.cross),
    "linalg.cross": in_our_words(ag.linalg.cross),
    "linalg.vecdot": in_our_words(ag.linalg.vecdot),
    # Linear algebra
    "cholesky": linalg.cholesky,
    "cholesky_inverse": lambda factor, upper=False: linalg.inv(gram(factor, upper)),
    "cholesky_solve": lambda b, factor, upper=False: linalg.solve(gram(factor, upper), b),
    "logdet": lambda x: ag.log(linalg.det(x)),
    "pinverse": lambda x, rcond=1e-15: linalg.pinv(x, rcond),
    "qr": lambda x, some=True: tuple(linalg.qr(x, mode="reduced" if some else "complete")),
    "svd": svd,
    "linalg.inv_ex": linalg.inv,
    "linalg.cholesky_ex": linalg.cholesky,
    "linalg.solve": unbatched,
    "linalg.solve_ex": unbatched,
    "linalg.lstsq": lambda a, b, driver=None: linalg.lstsq(a, b)[0],
    "linalg.matrix_rank": lambda x, atol=None, rtol=None, hermitian=False: linalg.matrix_rank(
        x, **({"rtol": rtol} if atol is None else {"tol": atol}), hermitian=hermitian
    ),
    "linalg.norm": norm,
    "linalg.vector_norm": in_our_words(linalg.vector_norm),
    "linalg.matrix_norm": lambda x, kind="fro", dim=(-2, -1), keepdim=False: norm(x, kind, dim, keepdim),
    "linalg.vander": lambda x, N=None: ag.vander(x, N, increasing=True),
    "linalg.pinv.singular": lambda a, b: linalg.pinv(a @ b.mT),
    "linalg.tensorsolve": in_our_words(linalg.tensorsolve, dims="axes"),
    # Fourier transforms
    **{f"fft.{name}": in_our_words(getattr(fft, name)) for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")},
    **{
        f"fft.{name}": over_axes(getattr(fft, name))
        for name in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn", "fftshift", "ifftshift")
    },
    # Arrays of their own
    "linspace": lambda start, stop, num, dtype=None: ag.linspace(start, stop, num, dtype=dtype),
    "arange": lambda start, stop=None, step=1, *, end=None, dtype=None: ag.arange(
        start, stop if end is None else end, step, dtype=dtype
    ),
    "logspace": lambda start, stop, num, base=10.0, dtype=None: ag.logspace(start, stop, num, base=base, dtype=dtype),
}


def call_of(entry):
    """Give what is called here for an entry: from the table, or what has the same name, or ``None``."""
    for key in (entry.full_name, entry.name):
        if key in CALLS:
            return CALLS[key]
    if entry.name.startswith("__"):
        return getattr(ag.Tensor, entry.name, None)
    module, _, name = entry.name.rpartition(".")
    places = [getattr(ag, module, None)] if module else [ag, special]
    function = next((getattr(place, name) for place in places if hasattr(place, name)), None)
    return function and in_our_words(function)
