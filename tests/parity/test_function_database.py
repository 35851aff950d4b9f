"""PyTorch's own database of operators, with inputs for each: the functions of ``nn.functional`` agree.

Values, dtypes and gradients are compared in float64, of the second order for some samples; also values in float32, and
complex numbers where both take them. Whole numbers become floating ones as NumPy has it, and are not compared. What
PyTorch refuses is refused.
"""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.parity.databases import flat, read_database

torch = pytest.importorskip("torch")

PREFIX = "nn.functional."
DATABASE = {
    entry.full_name.removeprefix(PREFIX): entry
    for entry in read_database("common_methods_invocations", "op_db")
    if entry.name.startswith(PREFIX)
}

#: The entries that this library does not have; each with the reason.
NOT_HERE = {
    "fractional_max_pool2d": "pools over windows of random places",
    "fractional_max_pool3d": "pools over windows of random places",
    "pdist": "takes the distances of all pairs, which pairwise_distance gives of rows that broadcast",
    "upsample_bilinear": "an old name of interpolate",
    "upsample_nearest": "an old name of interpolate",
}
PRESENT = [name for name in DATABASE if name not in NOT_HERE]

#: How many entries are compared: functions, some of them in several variants.
COUNT = 113

#: How many samples of an entry are compared, evenly taken of those that it has; of how many of these the gradients of
#: gradients, too; and how many in other dtypes. Most entries have fewer than 20, and max_pool2d 1440.
SAMPLES, SECOND_ORDER, OTHER_DTYPES = 40, 10, 12

#: An argument that says how something is computed, not what.
MEANS_NOTHING = "options"

#: Functions that draw random numbers, and whether they do so by default.
RANDOM = {
    "dropout": True,
    "dropout2d": True,
    "dropout3d": True,
    "alpha_dropout": False,
    "feature_alpha_dropout": False,
    "rrelu": False,
}

#: What keeps other functions from drawing any.
STILL = {"scaled_dot_product_attention": {"dropout_p": 0.0}, "multi_head_attention_forward": {"training": False}}

#: The samples that are refused here, each for a reason.
EXCLUDED = {
    # PyTorch's documentation says so, too: the shape of the input, but for one axis of size 1. Its function broadcasts.
    "gaussian_nll_loss": lambda sample: sample.args[0].ndim != sample.input.ndim,
    # No numbers at all, without an axis of channels.
    "batch_norm": lambda sample: sample.input.ndim < 2,
    # Gradients are dense here.
    "embedding": lambda sample: sample.kwargs.get("sparse", False),
    "embedding_bag": lambda sample: sample.kwargs.get("sparse", False),
}

#: The entries whose complex samples are refused here; each with the reason.
REAL = {
    "rms_norm": "squares of complex numbers are no sizes",
    "softmin.with_dtype": "drops imaginary parts in silence",
}

#: Entries that are never random, though their function is in ``RANDOM``.
ALWAYS_STILL = {"feature_alpha_dropout.without_train"}

#: Entries of which PyTorch has no gradients of gradients, though it says so.
ONCE = {"ctc_loss"}

#: Words in what PyTorch says of errors that are none here, where dtypes that differ are promoted, as NumPy does.
ACCEPTED = ("should be the same",)

#: How far gradients agree where PyTorch rounds a constant to float32.
ROUNDED = {"hardsigmoid": 1e-7}


class Twins:
    """Makes of PyTorch's arguments a pair, for us and for them; remembers all Tensors."""

    def __init__(self):
        self.tensors = []

    def of(self, value):
        """Give what stands for a value in a call of ours, and in a call of theirs."""
        if isinstance(value, torch.Tensor):
            theirs = value.detach().clone().requires_grad_(value.requires_grad)
            ours = ag.Tensor(theirs.detach().numpy().copy(order="K"), requires_grad=value.requires_grad)
            self.tensors.append((ours, theirs))
            return ours, theirs
        if isinstance(value, tuple | list):
            pairs = [self.of(each) for each in value]
            return tuple(type(value)(pair[side] for pair in pairs) for side in (0, 1))
        if isinstance(value, torch.nn.PairwiseDistance):
            return nn.PairwiseDistance(value.norm, value.eps, value.keepdim), value
        return np.dtype(str(value).removeprefix("torch.")) if isinstance(value, torch.dtype) else value, value

    def leaves(self):
        return [pair for pair in self.tensors if pair[1].requires_grad]

    def call(self, name, sample):
        """Give the outputs of both libraries."""
        function = function_of(name)
        ours, theirs = self.of([sample.input, *sample.args])
        options = {key: self.of(value) for key, value in (sample.kwargs | STILL.get(function, {})).items()}
        if function == "ctc_loss":  # PyTorch's gradient is right for logits only
            ours[0], theirs[0] = nn.functional.log_softmax(ours[0], -1), theirs[0].log_softmax(-1)
        expected = DATABASE[name].op(*theirs, **{key: pair[1] for key, pair in options.items()})
        return flat(call_ours(name, ours, {key: pair[0] for key, pair in options.items()})), flat(expected)


def function_of(name):
    return name.partition(".")[0]


def call_ours(name, args, kwargs):
    """Call the function as the database would."""
    function = function_of(name)
    if function in {"embedding", "embedding_bag"}:  # the database has the weights first
        args[:2] = args[1::-1]
    return getattr(nn.functional, function)(
        *args, **{key: value for key, value in kwargs.items() if key != MEANS_NOTHING}
    )


def evenly(samples, count):
    """Give so many of the samples, or all if there are fewer."""
    count = min(count, len(samples))
    return [samples[place * len(samples) // count] for place in range(count)]


def samples_of(name, dtype, *, gradients=True):
    """Give the samples of an entry that are wanted; some entries have more where no gradients are."""
    entry = DATABASE[name]
    is_traced = gradients and entry.supports_autograd and (dtype.is_floating_point or dtype.is_complex)
    is_excluded = EXCLUDED.get(function_of(name), lambda sample: False)
    return [each for each in entry.sample_inputs("cpu", dtype, requires_grad=is_traced) if not is_excluded(each)]


def best_dtype(name):
    """Give float64 if an entry takes it, or what comes next to it."""
    taken = DATABASE[name].dtypes
    return next((dtype for dtype in (torch.float64, torch.complex128, torch.int64) if dtype in taken), torch.float64)


def still_samples_of(name, dtype, **options):
    """Give those samples from which no random numbers are drawn."""
    return [sample for sample in samples_of(name, dtype, **options) if not is_random(name, sample)]


def is_random(name, sample):
    by_default = RANDOM.get(function_of(name))
    return by_default is not None and sample.kwargs.get("training", by_default) and 0 < sample.kwargs.get("p", 0.5) < 1


def assert_close(ours, theirs, rtol):
    """Compare arrays, their shapes and dtypes; ``None`` says that there is none."""
    assert (ours is None) == (theirs is None)
    if ours is not None:
        expected = theirs.detach().resolve_conj().numpy(force=True)
        assert (ours.shape, ours.dtype) == (expected.shape, expected.dtype)
        np.testing.assert_allclose(ours.data, expected, rtol=rtol, atol=rtol / 10)


def gradients(outputs, leaves, rng, *, create_graph=False):
    """Give the gradients of both libraries by the same leaves, with the same random weights of the outputs."""
    pairs = [pair for pair in outputs if pair[1] is not None and pair[1].requires_grad]
    weights = [rng.normal(size=ours.shape).astype(ours.dtype) for ours, _ in pairs]
    options = {"create_graph": create_graph, "materialize_grads": True}
    expected = torch.autograd.grad(
        [theirs for _, theirs in pairs], [leaf for _, leaf in leaves], list(map(torch.tensor, weights)), **options
    )
    started = [(ours, weight) for (ours, _), weight in zip(pairs, weights, strict=True) if ours.requires_grad]
    found = ag.grad(
        [ours for ours, _ in started],
        [leaf for leaf, _ in leaves],
        [ag.Tensor(weight) for _, weight in started],
        **options,
    )
    return list(zip(found, expected, strict=True))


def compare(name, sample, rng, rtol=1e-10, *, second=False):
    """Compare what both libraries give for a sample, what they make of its arguments, and the gradients."""
    twins = Twins()
    outputs, expected = twins.call(name, sample)
    for output, other in zip(outputs, expected, strict=True):
        assert_close(output, other, rtol)
        assert other is None or output.requires_grad == other.requires_grad
    for ours, theirs in twins.tensors:
        assert_close(ours, theirs, rtol)
    leaves = twins.leaves()
    # Two places of the same maximum are written to one place, from which PyTorch gives both the whole gradient.
    if not leaves or not expected[0].requires_grad or (name.startswith("max_unpool") and are_repeated(sample)):
        return
    rtol = max(10 * rtol, ROUNDED.get(name, 0))
    first = gradients(list(zip(outputs, expected, strict=True)), leaves, rng, create_graph=second)
    for gradient, other in first:
        assert_close(gradient, other, rtol)
    if second and any(other.requires_grad for _, other in first):
        for gradient, other in gradients(first, leaves, rng):
            assert_close(gradient, other, 10 * rtol)


def are_repeated(sample):
    """Say whether two numbers are put to the same place of an image."""
    places = np.sort(sample.args[0].numpy().reshape(*sample.input.shape[:2], -1))
    return bool((places[..., 1:] == places[..., :-1]).any())


@pytest.fixture(autouse=True)
def _as_is_written():
    """Have PyTorch compute attention by its formula, which has second derivatives, and keep still about itself."""
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        yield


@pytest.fixture(autouse=True)
def _seed(rng):
    torch.manual_seed(int(rng.integers(2**32)))


pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch about itself, and of values that are not numbers


def test_all_but_what_is_not_wanted_are_here():
    assert [name for name in PRESENT if not hasattr(nn.functional, function_of(name))] == []
    assert [name for name in NOT_HERE if hasattr(nn.functional, name) or name not in DATABASE] == []
    assert len(PRESENT) == COUNT


@pytest.mark.parametrize("name", PRESENT)
def test_values_and_gradients(name, rng):
    samples = evenly(still_samples_of(name, best_dtype(name)), SAMPLES)
    assert len(samples) > 0
    twice = evenly(samples, SECOND_ORDER) if DATABASE[name].supports_gradgrad and name not in ONCE else []
    for sample in samples:
        compare(name, sample, rng, second=sample in twice)


@pytest.mark.parametrize("name", [name for name in PRESENT if torch.float32 in DATABASE[name].dtypes])
def test_single_precision(name):
    for sample in evenly(still_samples_of(name, torch.float32, gradients=False), OTHER_DTYPES):
        for output, other in zip(*Twins().call(name, sample), strict=True):
            assert_close(output, other, 1e-4)


@pytest.mark.parametrize(
    "name", [name for name in PRESENT if torch.complex128 in DATABASE[name].dtypes and name not in REAL]
)
def test_complex_numbers(name, rng):
    for sample in evenly(still_samples_of(name, torch.complex128), OTHER_DTYPES):
        compare(name, sample, rng)


@pytest.mark.parametrize("name", [name for name in PRESENT if function_of(name) in RANDOM and name not in ALWAYS_STILL])
def test_random_numbers(name):
    """Each element is one of those that PyTorch gives; the slopes of rrelu are between those that are asked for."""
    samples = [sample for sample in samples_of(name, torch.float64) if is_random(name, sample)]
    assert len(samples) > 0
    for sample in samples:
        function = getattr(torch.nn.functional, function_of(name))
        drawn = torch.stack([function(sample.input, *sample.args, **sample.kwargs) for _ in range(40)]).detach().numpy()
        found = call_ours(name, [ag.Tensor(sample.input.detach().numpy()), *sample.args], sample.kwargs)
        assert (found.shape, found.dtype) == (drawn.shape[1:], drawn.dtype)
        if function_of(name) == "rrelu":
            x = sample.input.detach().numpy()
            slopes = found.data / x
            assert (slopes[x > 0] == 1).all()
            assert (slopes >= sample.kwargs["lower"]).all()
            assert (slopes[x < 0] <= sample.kwargs["upper"]).all()
        else:
            assert np.isclose(found.data, drawn, rtol=1e-12).any(axis=0).all()


def in_ours(name, sample):
    """Call our function with the arguments of a sample."""
    twins = Twins()
    ours, _ = twins.of([sample.input, *sample.args])
    return call_ours(name, ours, {key: twins.of(value)[0] for key, value in sample.kwargs.items()})


ERRORS = [
    pytest.param(name, error, id=f"{name}-{place}")
    for name in PRESENT
    if DATABASE[name].error_inputs_func is not None
    for place, error in enumerate(DATABASE[name].error_inputs("cpu"))
]


@pytest.mark.parametrize(("name", "error"), ERRORS)
def test_what_is_refused_is_refused(name, error):
    sample = error.sample_input
    with pytest.raises(error.error_type):
        DATABASE[name].op(sample.input, *sample.args, **sample.kwargs)
    if any(words in error.error_regex for words in ACCEPTED):
        in_ours(name, sample)
        return
    with pytest.raises((ValueError, TypeError, RuntimeError, IndexError)):
        in_ours(name, sample)


@pytest.mark.parametrize("name", EXCLUDED)
def test_what_is_excluded_is_refused(name):
    excluded = [each for each in DATABASE[name].sample_inputs("cpu", torch.float64) if EXCLUDED[name](each)]
    assert len(excluded) > 0
    for sample in excluded:
        with pytest.raises(ValueError, match=name):
            in_ours(name, sample)


@pytest.mark.parametrize("name", REAL)
def test_complex_numbers_that_are_excluded_are_refused(name):
    for sample in DATABASE[name].sample_inputs("cpu", torch.complex128):
        with pytest.raises(TypeError, match="complex"):
            in_ours(name, sample)
