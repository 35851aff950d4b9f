"""Recurrent nets and their cells beside PyTorch's: values, gradients, packed sequences, exchanged weights."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")
ours_rnn, theirs_rnn = nn.utils.rnn, torch.nn.utils.rnn

NETS = ["RNN", "LSTM", "GRU"]
KINDS = [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("LSTM", {}), ("LSTM", {"proj_size": 2}), ("GRU", {})]
LENGTHS = [2, 5, 3, 5, 1]


def pair(name, *arguments, **options):
    """Ours and theirs with the same weights, in float64; theirs are taken over as they are saved."""
    theirs = getattr(torch.nn, name)(*arguments, **options, dtype=torch.float64)
    ours = getattr(nn, name)(*arguments, **options, dtype=np.float64)
    assert {key: value.shape for key, value in ours.state_dict().items()} == {
        key: tuple(value.shape) for key, value in theirs.state_dict().items()
    }
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    return ours, theirs


def flat(result):
    """All arrays that a net gives, or takes, one after the other."""
    if isinstance(result, (ours_rnn.PackedSequence, theirs_rnn.PackedSequence)):
        return [result.data]
    return [each for part in result for each in flat(part)] if isinstance(result, (tuple, list)) else [result]


def assert_alike(ours, theirs, operands, rng, call=lambda net, library, *operands: net(*operands)):
    """Compare results, and gradients by operands and parameters."""
    a = [ag.Tensor(operand, requires_grad=True) for operand in operands]
    b = [torch.tensor(operand, requires_grad=True) for operand in operands]
    results, expected = flat(call(ours, ag, *a)), flat(call(theirs, torch, *b))
    assert len(results) == len(expected)
    total, other = 0.0, 0.0
    for y, z in zip(results, expected, strict=True):
        np.testing.assert_allclose(y.data, z.detach().numpy(), rtol=1e-10, atol=1e-12)
        weight = rng.normal(size=y.shape)
        total, other = total + (y * weight).sum(), other + (z * torch.tensor(weight)).sum()
    total.backward()
    other.backward()
    for one, two in zip([*a, *ours.parameters()], [*b, *theirs.parameters()], strict=True):
        np.testing.assert_allclose(one.grad.data, two.grad.numpy(), rtol=1e-9, atol=1e-11)


def first_states(net, batch, rng):
    """Random first states: one array, or two."""
    count = net.num_layers * (2 if net.bidirectional else 1)
    sizes = [getattr(net, "proj_size", 0) or net.hidden_size]
    sizes += [net.hidden_size] if type(net).__name__ == "LSTM" else []
    return [rng.normal(size=(count, *batch, size)) for size in sizes]


def with_states(net, x, states):
    return net(x, tuple(states) if type(net).__name__ == "LSTM" else states[0]) if states else net(x)


@pytest.mark.parametrize("name", ["RNNCell", "LSTMCell", "GRUCell"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch", [(3,), (), (0,)], ids=str)
def test_cells(name, bias, batch, rng):
    for options in [{}, {"nonlinearity": "relu"}] if name == "RNNCell" else [{}]:
        ours, theirs = pair(name, 3, 4, bias, **options)
        assert repr(ours) == repr(theirs)
        count = 2 if name == "LSTMCell" else 1
        x, *states = rng.normal(size=(*batch, 3)), *(rng.normal(size=(*batch, 4)) for _ in range(count))

        def call(cell, library, x, *states):
            return cell(x, states if len(states) == 2 else states[0])

        assert_alike(ours, theirs, [x, *states], rng, call)
        assert_alike(*pair(name, 3, 4, bias, **options), [x], rng)


@pytest.mark.parametrize(("name", "options"), KINDS, ids=str)
@pytest.mark.parametrize(
    ("num_layers", "bias", "batch_first", "bidirectional"),
    list(itertools.product([1, 2], [True, False], [True, False], [True, False])),
)
def test_nets(name, options, num_layers, bias, batch_first, bidirectional, rng):
    given = {"num_layers": num_layers, "bias": bias, "batch_first": batch_first, "bidirectional": bidirectional}
    for batch, has_states in itertools.product([(2,), ()], [True, False]):
        ours, theirs = pair(name, 3, 4, **given, **options)
        assert repr(ours) == repr(theirs)
        x = rng.normal(size=(5, *batch, 3)).swapaxes(0, len(batch) if batch_first else 0)
        states = first_states(ours, batch, rng) if has_states else []
        assert_alike(ours, theirs, [x, *states], rng, lambda net, library, x, *states: with_states(net, x, states))


@pytest.mark.parametrize(("name", "options"), KINDS, ids=str)
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("enforce_sorted", [True, False])
def test_packed_sequences(name, options, bidirectional, enforce_sorted, rng):
    lengths = sorted(LENGTHS, reverse=True) if enforce_sorted else LENGTHS
    for has_states in (True, False):
        ours, theirs = pair(name, 3, 4, 2, bidirectional=bidirectional, **options)
        states = first_states(ours, (5,), rng) if has_states else []

        def call(net, library, x, *states):
            rnn = ours_rnn if library is ag else theirs_rnn
            packed = rnn.pack_padded_sequence(x, lengths, enforce_sorted=enforce_sorted)
            output, last = with_states(net, packed, states)
            padded, counts = rnn.pad_packed_sequence(output, batch_first=True, padding_value=-1.0, total_length=7)
            assert counts.tolist() == lengths
            return padded, last

        assert_alike(ours, theirs, [rng.normal(size=(6, 5, 3)), *states], rng, call)


@pytest.mark.parametrize("name", NETS)
def test_an_empty_batch(name, rng):
    assert_alike(*pair(name, 3, 4, bidirectional=True), [rng.normal(size=(5, 0, 3))], rng)


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("enforce_sorted", [True, False])
def test_packing(batch_first, enforce_sorted, rng):
    lengths = sorted(LENGTHS, reverse=True) if enforce_sorted else LENGTHS
    x = rng.normal(size=(5, 6, 2, 3) if batch_first else (6, 5, 2, 3))
    ours = ours_rnn.pack_padded_sequence(x, lengths, batch_first, enforce_sorted)
    theirs = theirs_rnn.pack_padded_sequence(torch.tensor(x), lengths, batch_first, enforce_sorted)
    for name in ours._fields:
        one, other = getattr(ours, name), getattr(theirs, name)
        assert (one is None) == (other is None)
        if one is not None:
            np.testing.assert_array_equal(one.data, other.numpy(), err_msg=name)
            assert one.dtype.name == str(other.dtype).removeprefix("torch.")
    for one, other in zip(ours_rnn.unpack_sequence(ours), theirs_rnn.unpack_sequence(theirs), strict=True):
        np.testing.assert_array_equal(one.data, other.numpy())


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("side", ["left", "right"])
def test_padding(batch_first, side, rng):
    sequences = [rng.normal(size=(length, 2)) for length in LENGTHS]
    ours = ours_rnn.pad_sequence(sequences, batch_first, 9.0, side)
    theirs = theirs_rnn.pad_sequence([torch.tensor(each) for each in sequences], batch_first, 9.0, side)
    np.testing.assert_array_equal(ours.data, theirs.numpy())
    packed = ours_rnn.pack_sequence(sequences, enforce_sorted=False)
    expected = theirs_rnn.pack_sequence([torch.tensor(each) for each in sequences], enforce_sorted=False)
    np.testing.assert_array_equal(packed.data.data, expected.data.numpy())


@pytest.mark.parametrize("name", NETS)
def test_ours_can_be_loaded_by_theirs(name, rng):
    ours = getattr(nn, name)(3, 4, 2, bidirectional=True, batch_first=True)
    theirs = getattr(torch.nn, name)(3, 4, 2, bidirectional=True, batch_first=True)
    theirs.load_state_dict({key: torch.tensor(value.data) for key, value in ours.state_dict().items()})
    x = rng.normal(size=(2, 5, 3)).astype(np.float32)
    for one, other in zip(flat(ours(x)), flat(theirs(torch.tensor(x))), strict=True):
        assert one.dtype == np.float32
        np.testing.assert_allclose(one.data, other.detach().numpy(), rtol=1e-5, atol=1e-6)
