"""PyTorch's own database of modules, with inputs for each: ours have the same state, outputs and gradients.

All is done in float64, from the same parameters, in training and, where PyTorch says that it differs, in evaluation.
"""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.parity.databases import flat, read_database

torch = pytest.importorskip("torch")


DATABASE = {info.name.removeprefix("nn."): info for info in read_database("common_modules", "module_db")}

#: The entries that this library does not want; each with the reason.
NOT_WANTED = {
    **{
        name: "finds its sizes, and makes its parameters, when it is first called; here they are said"
        for name, info in DATABASE.items()
        if info.is_lazy
    },
    "FractionalMaxPool2d": "pools over windows of random places",
    "FractionalMaxPool3d": "pools over windows of random places",
}
WANTED = [name for name in DATABASE if name not in NOT_WANTED]
PRESENT = [name for name in WANTED if hasattr(nn, name)]

#: How many of the entries are wanted, and nn has all of them.
COUNT = 106

MODES = [
    pytest.param(name, training, id=f"{name}-{'train' if training else 'eval'}")
    for name in PRESENT
    for training in ([True, False] if DATABASE[name].train_and_eval_differ else [True])
]

#: Arguments of PyTorch that say where and how something is computed, not what.
MEANS = {"device", "options"}


class Twins:
    """Makes of PyTorch's arguments a pair, for us and for them; remembers the Tensors that a gradient is taken by."""

    def __init__(self):
        self.leaves = []

    def of(self, value):
        """Give what stands for a value in a call of ours, and in a call of theirs."""
        if isinstance(value, torch.nn.utils.rnn.PackedSequence):
            return self.of_packed(value)
        if isinstance(value, torch.Tensor):
            return self.of_tensor(value)
        if isinstance(value, tuple | list):
            pairs = [self.of(each) for each in value]
            return tuple(type(value)(pair[side] for pair in pairs) for side in (0, 1))
        if isinstance(value, torch.nn.TransformerEncoderLayer):
            return encoder_layer_like(value), value
        if isinstance(value, torch.dtype):
            return np.dtype(str(value).removeprefix("torch.")), value
        return getattr(nn.functional, value.__name__) if callable(value) else value, value

    def of_tensor(self, tensor):
        """Make leaves; what is made of logits stays so, for their gradient of CTC holds only for these."""
        theirs = tensor.detach().clone().requires_grad_(tensor.requires_grad)
        ours = ag.Tensor(theirs.detach().numpy().copy(), requires_grad=tensor.requires_grad)
        self.leaves.append((ours, theirs))
        if tensor.grad_fn is not None and tensor.grad_fn.name() == "LogSoftmaxBackward0":
            return nn.functional.log_softmax(ours, -1), theirs.log_softmax(-1)
        return ours, theirs

    def of_packed(self, packed):
        ours, theirs = zip(*(self.of(each) for each in packed), strict=True)
        return nn.utils.rnn.PackedSequence(*ours), torch.nn.utils.rnn.PackedSequence(*theirs)

    def of_arguments(self, arguments):
        """Give positional arguments and those by name, for us and for them."""
        positional = self.of(arguments.args)
        named = {name: self.of(value) for name, value in arguments.kwargs.items()}
        ours = {name: pair[0] for name, pair in named.items() if name not in MEANS}
        theirs = {name: pair[1] for name, pair in named.items()}
        return (positional[0], ours), (positional[1], theirs)


def encoder_layer_like(theirs):
    """Make an encoder layer of ours with the arguments that one of theirs was made with."""
    attention = theirs.self_attn
    return nn.TransformerEncoderLayer(
        attention.embed_dim,
        attention.num_heads,
        theirs.linear1.out_features,
        theirs.dropout.p,
        getattr(nn.functional, theirs.activation.__name__),
        theirs.norm1.eps,
        attention.batch_first,
        theirs.norm_first,
        bias=theirs.linear1.bias is not None,
    )


def in_double(module):
    """Make all floating parameters and buffers of one of our modules float64."""
    for inner in module.modules():
        for name, value in list(vars(inner).items()):
            if isinstance(value, ag.Tensor) and value.dtype.kind == "f":
                kind = nn.Parameter if isinstance(value, nn.Parameter) else ag.Tensor
                setattr(inner, name, kind(value.data.astype(np.float64), requires_grad=value.requires_grad))
    return module


def assert_close(ours, theirs):
    """Compare two arrays of the same shape, of which ``None`` says that there is none."""
    assert (ours is None) == (theirs is None)
    if ours is not None:
        assert ours.shape == tuple(theirs.shape)
        np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-6, atol=1e-8)


def assert_same_gradient(ours, theirs):
    """Compare gradients; where there is none, PyTorch may have zeros, and the other way round."""
    expected = torch.zeros_like(theirs) if theirs.grad is None else theirs.grad
    assert_close(ag.zeros_like(ours) if ours.grad is None else ours.grad, expected)


def assert_same_state(ours, theirs):
    """Compare names, in order, shapes and values of all that is saved."""
    state, expected = ours.state_dict(), theirs.state_dict()
    assert list(state) == list(expected)
    for name, value in state.items():
        assert_close(value, expected[name])


def compare(name, case, training, rng):
    """Build, run and differentiate one case of the database in both libraries."""
    twins = Twins()
    (args, kwargs), (their_args, their_kwargs) = twins.of_arguments(case.constructor_input)
    ours = in_double(getattr(nn, name)(*args, **kwargs)).train(training)
    theirs = getattr(torch.nn, name)(*their_args, **their_kwargs).double().train(training)
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    assert_same_state(ours, theirs)

    (args, kwargs), (their_args, their_kwargs) = twins.of_arguments(case.forward_input)
    outputs, expected = flat(ours(*args, **kwargs)), flat(theirs(*their_args, **their_kwargs))
    assert len(outputs) == len(expected)
    for output, other in zip(outputs, expected, strict=True):
        assert_close(output, other)
    assert_same_state(ours, theirs)

    traced = [pair for pair in zip(outputs, expected, strict=True) if pair[1] is not None and pair[1].requires_grad]
    cotangents = [rng.normal(size=output.shape) for output, _ in traced]
    ag.backward([output for output, _ in traced], [ag.Tensor(each) for each in cotangents])
    torch.autograd.backward([other for _, other in traced], [torch.tensor(each) for each in cotangents])
    for leaf, other in twins.leaves:
        assert_same_gradient(leaf, other)
    for parameter, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_same_gradient(parameter, other)


@pytest.mark.filterwarnings("ignore")  # of PyTorch about itself, and of values that are not numbers
@pytest.mark.parametrize(("name", "training"), MODES)
def test_it_agrees(name, training, rng):
    info = DATABASE[name]
    torch.manual_seed(int(rng.integers(2**32)))
    cases = info.module_inputs_func(
        info, device="cpu", dtype=torch.float64, requires_grad=True, training=training, with_packed_sequence=True
    )
    assert len(cases) > 0
    for case in cases:
        compare(name, case, training, rng)


def test_all_that_are_wanted_are_there():
    assert sorted(set(WANTED) - set(PRESENT)) == []
    assert len(PRESENT) == COUNT
