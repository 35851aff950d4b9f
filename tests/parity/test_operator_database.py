"""PyTorch's own database of operators, with inputs for each: what has the same meaning here has the same gradients.

All that is no function of ``nn.functional``: ``torch``, ``linalg``, ``fft`` and ``special``. Values are compared in
float64, and gradients by all operands for a random cotangent; the same with complex numbers where PyTorch has complex
gradients; whole numbers where an entry takes no others. ``operators.py`` says how a sample is called in NumPy's words;
where NumPy means another thing than PyTorch, this library does as NumPy.
"""

import random

import numpy as np
import pytest

import autograd as ag
from tests.parity.databases import flat, read_database
from tests.parity.operators import CALLS, call_of

torch = pytest.importorskip("torch")

DATABASE = {
    entry.full_name: entry
    for entry in read_database("common_methods_invocations", "op_db")
    if not entry.name.startswith("nn.functional.")
}


def under_reasons(reasons):
    """Give each name its reason."""
    return {name: reason for reason, names in reasons.items() for name in names.split()}


#: The entries that are not compared; each with the reason.
NOT_COMPARED = under_reasons(
    {
        "random": """
            bernoulli cauchy exponential geometric log_normal multinomial normal normal.in_place normal.number_mean
            pca_lowrank rand_like randint randint_like randn randn_like svd_lowrank uniform""",
        "values of memory that nothing was written to": """
            empty empty_like empty_permuted empty_strided new_empty new_empty_strided""",
        "about memory, which arrays share unseen here": """
            as_strided as_strided.partial_views as_strided_copy as_strided_scatter resize_ resize_as_ resolve_conj
            resolve_neg""",
        "sparse": "sparse.mm.reduce sparse.sampled_addmm to_sparse",
        "makes arrays of no array: NumPy's own functions serve": """
            new_full new_ones new_zeros scalar_tensor signal.windows.bartlett signal.windows.blackman
            signal.windows.cosine signal.windows.exponential signal.windows.gaussian signal.windows.general_cosine
            signal.windows.general_hamming signal.windows.hamming signal.windows.hann signal.windows.kaiser
            signal.windows.nuttall tril_indices triu_indices unravel_index""",
        "a dtype that NumPy does not have": "bfloat16 chalf",
        "a part of PyTorch's own machinery": """
            _batch_norm_with_update _chunk_cat _native_batch_norm_legit _segment_reduce.lengths _segment_reduce.offsets
            _softmax_backward_data _unsafe_masked_index _unsafe_masked_index_put_accumulate _upsample_bilinear2d_aa
            grid_sampler_2d grid_sampler_3d hash_tensor jiterator_2inputs_2outputs jiterator_4inputs_with_extra_args
            jiterator_binary jiterator_binary_return_by_ref jiterator_unary max_pool2d_with_indices_backward
            native_batch_norm native_dropout_backward native_group_norm native_layer_norm nonzero_static
            torch._scaled_mm torch._scaled_mm_v2 torch.ops.aten._efficient_attention_forward
            torch.ops.aten._flash_attention_forward torch.ops.aten._safe_softmax.default""",
        "NumPy has no word for it": """
            block_diag cartesian_prod combinations cumulative_trapezoid diag_embed diagonal_scatter fft.hfft2 fft.hfftn
            fft.ihfft2 fft.ihfftn index_reduce.mean istft mode renorm scatter_reduce.mean stft sum_to_size unfold
            unfold_copy unique_consecutive""",
        "NumPy's linear algebra has none of it": """
            geqrf linalg.householder_product linalg.ldl_factor linalg.ldl_factor_ex linalg.ldl_solve linalg.lu
            linalg.lu_factor linalg.lu_factor_ex linalg.lu_solve linalg.solve_triangular lu lu_solve lu_unpack
            matrix_exp ormqr triangular_solve""",
        "a special function that is not here": """
            special.airy_ai special.chebyshev_polynomial_t special.chebyshev_polynomial_u
            special.chebyshev_polynomial_v special.chebyshev_polynomial_w special.hermite_polynomial_h
            special.hermite_polynomial_he special.laguerre_polynomial_l special.legendre_polynomial_p
            special.shifted_chebyshev_polynomial_t special.shifted_chebyshev_polynomial_u
            special.shifted_chebyshev_polynomial_v special.shifted_chebyshev_polynomial_w special.spherical_bessel_j0
            special.zeta""",
        "masks are where= in NumPy, which this function does not take": """
            masked.argmax masked.argmin masked.cumprod masked.cumsum masked.log_softmax masked.logaddexp masked.median
            masked.norm masked.normalize masked.softmax masked.softmin""",
        "another meaning in NumPy: the exponents are whole numbers": "ldexp",
        "another meaning in NumPy: what histogram does, with the edges": "histc",
    }
)

#: The entries of which real numbers alone are compared; each with the reason.
REAL = under_reasons(
    {
        "the imaginary part is not dropped in silence": """
            double float half log_softmax.with_dtype softmax.with_dtype to""",
        "NumPy's logaddexp takes real numbers": "logaddexp logcumsumexp",
        "factors go with real exponents, as the function says": "masked.logsumexp",
        "PyTorch gives a real variance a complex dtype": "masked.std masked.var",
    }
)


def has_axis(place):
    """Tell whether a sample is a single number and has an axis; that is the positional argument at ``place``."""
    return lambda sample: sample.input.ndim == 0 and (len(sample.args) > place or "dim" in sample.kwargs)


def is_even(sample):
    """Tell whether a sample takes the median of an even number of elements."""
    dim = sample.kwargs.get("dim")
    return has_axis(0)(sample) or (sample.input.numel() if dim is None else sample.input.shape[dim]) % 2 == 0


def drops_axes_of_other_sizes(sample):
    dims = sample.args[0] if sample.args else ()
    return any(sample.input.shape[dim] != 1 for dim in (dims if isinstance(dims, tuple) else (dims,)))


def is_wide_or_tall(sample):
    return sample.input.shape[-1] != sample.input.shape[-2]


#: The samples that are left out: of which entries, why, and which.
LEFT_OUT = [
    (
        """cummax cummin cumprod cumsum gather index_select kthvalue logcumsumexp logsumexp masked.logsumexp mean
        squeeze squeeze.multiple squeeze_copy transpose transpose_copy linalg.vector_norm""",
        "a single number has no axis in NumPy",
        has_axis(0),
    ),
    ("norm nanquantile quantile", "a single number has no axis in NumPy", has_axis(1)),
    (
        "argsort contiguous linalg.vander",
        "NumPy makes a vector of a single number, or takes none",
        lambda sample: sample.input.ndim == 0,
    ),
    (
        "nonzero",
        "a single number has no axis in NumPy",
        lambda sample: sample.input.ndim == 0 and sample.kwargs.get("as_tuple"),
    ),
    ("median nanmedian", "between the two in the middle NumPy takes the mean, PyTorch the lower one", is_even),
    ("squeeze squeeze.multiple squeeze_copy", "NumPy refuses to drop axes of other sizes", drops_axes_of_other_sizes),
    (
        "cat",
        "an empty vector fits beside matrices for PyTorch alone",
        lambda sample: sample.input[0].ndim != sample.input[-1].ndim,
    ),
    (
        "gather",
        "no elements of a matrix that is none, for PyTorch alone",
        lambda sample: sample.args[1].ndim > sample.input.ndim,
    ),
    (
        "take_along_dim",
        "NumPy takes a vector of indices into the flattened array",
        lambda sample: len(sample.args) == 1 and sample.args[0].ndim > 1,
    ),
    (
        "einsum",
        "NumPy refuses to sum over the axes of an ellipsis in silence",
        lambda sample: sample.args[0] == "...ik, ...j -> ij",
    ),
    (
        "tensordot",
        "axes of size 1 are not stretched in sums of products",
        lambda sample: sample.input.shape == (1, 1, 1),
    ),
    (
        "gradient",
        "coordinates are real",
        lambda sample: any(torch.is_tensor(each) and each.is_complex() for each in flat(sample.kwargs["spacing"])),
    ),
    (
        "cov",
        "no degrees of freedom may be left, which is an error here",
        lambda sample: sample.kwargs.get("correction") == 2 and sample.kwargs["aweights"] is not None,
    ),
    (
        "linalg.vander",
        "NumPy takes vectors",
        lambda sample: sample.input.ndim > 1,
    ),
    ("linalg.lstsq linalg.lstsq.grad_oriented", "NumPy takes single matrices", lambda sample: sample.input.ndim > 2),
    (
        "linalg.matrix_rank",
        "NumPy takes one tolerance",
        lambda sample: None not in (sample.kwargs.get("atol"), sample.kwargs.get("rtol")),
    ),
    (
        "svd",
        "the vectors of no singular value are not unique, and have no derivative here",
        lambda sample: is_wide_or_tall(sample) and not sample.kwargs["some"],
    ),
    (
        "linalg.svd",
        "the vectors of no singular value are not unique, and have no derivative here",
        lambda sample: is_wide_or_tall(sample) and sample.kwargs["full_matrices"],
    ),
    (
        "histogramdd",
        "NumPy takes points as rows, and edges that go up",
        lambda sample: sample.input.ndim > 2 or isinstance(sample.args[0], list),
    ),
    ("searchsorted", "NumPy searches one vector", lambda sample: sample.input.ndim > 1),
]

#: How far values and gradients agree where it is not to 10 digits; each with the reason.
TOLERANCES = {
    **dict.fromkeys(["digamma", "polygamma", "special.polygamma"], 1e-8),  # PyTorch's trigamma holds 9 digits
    **{f"special.bessel_{name}": 1e-5 for name in ("j0", "j1", "y0", "y1")},  # and its Bessel functions hold 6
}

#: How many samples of an entry are compared, taken evenly from those it has.
SAMPLES = 100

#: Arguments of PyTorch that say where and how something is computed, not what.
MEANS = {"device", "layout", "memory_format", "requires_grad"}


def hermitian(matrix):
    return (matrix + matrix.mT.conj()) / 2


def triangle(factor, upper):
    if isinstance(factor, torch.Tensor):
        return factor.triu() if upper else factor.tril()
    return ag.triu(factor) if upper else ag.tril(factor)


def of_hermitian(function):
    return lambda matrix, *args, **kwargs: function(hermitian(matrix), *args, **kwargs)


#: Entries that read one triangle of a matrix: both libraries are given one, or both triangles from one.
PREPARED = {
    **dict.fromkeys(["cholesky", "linalg.cholesky", "linalg.cholesky_ex"], of_hermitian),
    **dict.fromkeys(["linalg.eigh", "linalg.eigvalsh", "linalg.pinv.hermitian"], of_hermitian),
    "cholesky_inverse": lambda function: lambda factor, upper=False: function(triangle(factor, upper), upper=upper),
    "cholesky_solve": lambda function: lambda b, factor, upper=False: function(b, triangle(factor, upper), upper=upper),
}


def sizes_of_vectors(outputs):
    values, vectors = outputs
    return values, abs(vectors)


def sizes_of_singular_vectors(outputs):
    u, values, vh = outputs
    count = values.shape[-1]
    return abs(u)[..., :count], values, abs(vh)[..., :count, :]


#: What of a decomposition is unique, from the outputs of either library: vectors have a sign, or a phase, of their own.
UNIQUE = {
    "linalg.eig": sizes_of_vectors,
    "linalg.eigh": sizes_of_vectors,
    "linalg.svd": sizes_of_singular_vectors,
    "svd": lambda outputs: sizes_of_singular_vectors((outputs[0], outputs[1], outputs[2].mT)),
}

#: Entries with outputs of which only the first is compared: the others say how it went, or of which place it is.
FIRST = under_reasons(
    {
        "how it went": "linalg.cholesky_ex linalg.inv_ex linalg.lstsq linalg.lstsq.grad_oriented linalg.solve_ex",
        "the places, of which argsort and argmax are compared": """
            cummax cummin kthvalue max.reduction_with_dim median min.reduction_with_dim nanmedian sort topk""",
    }
)


def dtypes_of(name):
    """Give the dtypes in which an entry is compared."""
    entry = DATABASE[name]
    dtypes = [torch.float64] if torch.float64 in entry.dtypes else []
    if entry.supports_autograd and torch.complex128 in entry.backward_dtypes and name not in REAL:
        dtypes.append(torch.complex128)
    return dtypes or [torch.int64 if torch.int64 in entry.dtypes else torch.float32]


COMPARED = [name for name in DATABASE if name not in NOT_COMPARED]

#: How many entries are compared.
COUNT = 438

CASES = [
    pytest.param(name, dtype, id=f"{name}-{str(dtype).removeprefix('torch.')}")
    for name in COMPARED
    for dtype in dtypes_of(name)
]


def samples_of(name, dtype):
    """Give all samples of an entry; the same each time, for badly conditioned ones would lose more digits."""
    entry = DATABASE[name]
    torch.manual_seed(0)
    random.seed(0)
    requires_grad = entry.supports_autograd and dtype in entry.backward_dtypes
    # What sample_inputs calls; that looks through the stack each time, for messages, which takes nearly all the time.
    return list(entry.sample_inputs_func(entry, "cpu", dtype, requires_grad))


def reasons_for(name):
    """Give what is left out of an entry's samples."""
    return [leaves_out for names, _, leaves_out in LEFT_OUT if name in names.split()]


class Twins:
    """Makes of PyTorch's arguments a pair, for us and for them; remembers the Tensors that a gradient is taken by."""

    def __init__(self):
        self.leaves = []

    def of(self, value):
        """Give what stands for a value in a call of ours, and in a call of theirs."""
        if isinstance(value, torch.Tensor):
            # Of two precisions in one sample NumPy and PyTorch round at different places.
            theirs = value.detach().to(torch.float64 if value.dtype == torch.float32 else value.dtype, copy=True)
            theirs.requires_grad_(value.requires_grad)
            ours = ag.Tensor(as_array(theirs).copy(), requires_grad=value.requires_grad)
            if value.requires_grad:
                self.leaves.append((ours, theirs))
            return ours, theirs
        if isinstance(value, tuple | list):
            kind = list if isinstance(value, list) else tuple
            pairs = [self.of(each) for each in value]
            return tuple(kind(pair[side] for pair in pairs) for side in (0, 1))
        if isinstance(value, torch.dtype):
            return np.dtype(str(value).removeprefix("torch.")), value
        return value, value


def as_array(tensor):
    return tensor.detach().resolve_conj().resolve_neg().numpy(force=True) if torch.is_tensor(tensor) else tensor


def assert_close(ours, theirs, tolerance, scale=1.0):
    """Compare two arrays of the same shape, to so many digits; what is small beside the scale may differ more."""
    ours, theirs = np.asarray(ours.data if isinstance(ours, ag.Tensor) else ours), np.asarray(as_array(theirs))
    assert ours.shape == theirs.shape
    kinds = {"u": "i"}
    assert kinds.get(ours.dtype.kind, ours.dtype.kind) == kinds.get(theirs.dtype.kind, theirs.dtype.kind)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=scale * tolerance / 100)


def largest(tensors):
    """Give the largest absolute value of some, or 1 if that is larger."""
    arrays = [np.abs(as_array(each)) for each in tensors]
    return max([1.0, *(float(np.max(each, where=np.isfinite(each), initial=0)) for each in arrays)])


def outputs_of(name, result):
    """Give what is compared of a result."""
    if name in FIRST and isinstance(result, tuple):
        result = result[0]
    return flat(UNIQUE.get(name, lambda outputs: outputs)(result))


def compare(name, sample, rng):
    """Call and differentiate one sample in both libraries."""
    twins, entry, prepare = Twins(), DATABASE[name], PREPARED.get(name, lambda function: function)
    tolerance = TOLERANCES.get(name, TOLERANCES.get(entry.name, 1e-10))
    ours, theirs = twins.of((sample.input, *sample.args))
    named = {word: twins.of(value) for word, value in sample.kwargs.items()}
    expected = prepare(entry.op)(*theirs, **{word: pair[1] for word, pair in named.items()})
    found = prepare(call_of(entry))(*ours, **{word: pair[0] for word, pair in named.items() if word not in MEANS})
    found, expected = outputs_of(name, found), outputs_of(name, expected)
    for output, other in zip(found, expected, strict=True):
        assert_close(output, other, tolerance)

    traced = [pair for pair in zip(found, expected, strict=True) if torch.is_tensor(pair[1]) and pair[1].requires_grad]
    if not traced:
        return
    cotangents = [rng.normal(size=other.shape) for _, other in traced]
    cotangents = [
        torch.tensor(each + 1j * rng.normal(size=each.shape) if other.is_complex() else each, dtype=other.dtype)
        for each, (_, other) in zip(cotangents, traced, strict=True)
    ]
    torch.autograd.backward([other for _, other in traced], cotangents)
    with_path = [(output, ag.Tensor(each.numpy())) for each, (output, _) in zip(cotangents, traced, strict=True)]
    with_path = [pair for pair in with_path if pair[0].requires_grad]  # PyTorch counts rounding as a path, too
    if with_path:
        ag.backward([output for output, _ in with_path], [each for _, each in with_path])
    for leaf, other in twins.leaves:
        gradient = ag.zeros_like(leaf) if leaf.grad is None else leaf.grad
        theirs = torch.zeros_like(other) if other.grad is None else other.grad
        assert_close(gradient, theirs, tolerance, largest([theirs]))


@pytest.mark.filterwarnings("ignore")  # of PyTorch about itself, and of values that are not numbers
@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_it_agrees(name, dtype):
    rng = np.random.default_rng(0)
    left_out = reasons_for(name)
    samples = [each for each in samples_of(name, dtype) if not any(leaves_out(each) for leaves_out in left_out)]
    assert samples
    for sample in samples[:: -(-len(samples) // SAMPLES)]:
        compare(name, sample, rng)


def test_each_entry_is_compared_or_has_a_reason():
    assert [name for name in COMPARED if call_of(DATABASE[name]) is None] == []
    assert len(COMPARED) == COUNT
    assert sorted(set(NOT_COMPARED) - set(DATABASE)) == []


def test_no_account_is_idle():
    names = {each for entry in DATABASE.values() for each in (entry.name, entry.full_name)}
    for account in (CALLS, TOLERANCES, REAL, PREPARED, UNIQUE, FIRST):
        assert sorted(set(account) - names) == []
    assert sorted(set(NOT_COMPARED) & {*CALLS, *REAL, *PREPARED, *UNIQUE, *FIRST}) == []
    assert [name for name in REAL if torch.complex128 not in DATABASE[name].backward_dtypes] == []


@pytest.mark.parametrize(("names", "leaves_out"), [(names, leaves_out) for names, _, leaves_out in LEFT_OUT])
def test_what_is_left_out_is_there(names, leaves_out):
    for name in names.split():
        assert any(leaves_out(sample) for dtype in dtypes_of(name) for sample in samples_of(name, dtype))
