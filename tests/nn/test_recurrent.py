"""Recurrent nets by themselves; ``tests/parity`` compares with PyTorch."""

import copy

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.testing import gradcheck, gradgradcheck

rnn = nn.utils.rnn
RNG = np.random.default_rng(0)

NETS = [
    nn.RNN(2, 3, dtype=np.float64),
    nn.LSTM(2, 3, bidirectional=True, proj_size=2, dtype=np.float64),
    nn.GRU(2, 3, num_layers=2, batch_first=True, dtype=np.float64),
]
CELLS = [nn.RNNCell(2, 3, dtype=np.float64), nn.LSTMCell(2, 3, dtype=np.float64), nn.GRUCell(2, 3, dtype=np.float64)]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def output_of(net, x):
    """The first of what a net or a cell gives."""
    result = net(x)
    return result[0] if isinstance(result, tuple) else result


def parts_of(state):
    """The state, and the memory if there is one."""
    return state if isinstance(state, tuple) else (state,)


@pytest.mark.parametrize("net", NETS, ids=repr)
def test_gradients_of_nets(net):
    x = RNG.normal(size=(2, 2, 2))
    gradcheck(lambda x: output_of(net, x), x)
    gradgradcheck(lambda x: output_of(net, x) ** 2, x[:1])


@pytest.mark.parametrize("cell", CELLS, ids=repr)
def test_gradients_of_cells(cell):
    gradcheck(lambda x: output_of(cell, x), RNG.normal(size=(2, 2)))
    gradgradcheck(lambda x: output_of(cell, x) ** 2, RNG.normal(size=(1, 2)))


def test_one_step_by_hand():
    x, h, c = RNG.normal(size=(2, 2)), RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3))
    for cell in CELLS:
        w, u, a, b = (parameter.data for parameter in cell.parameters())
        sums, of_input, of_state = x @ w.T + a + h @ u.T + b, x @ w.T + a, h @ u.T + b
        if isinstance(cell, nn.RNNCell):
            np.testing.assert_allclose(cell(x, h).data, np.tanh(sums))
        elif isinstance(cell, nn.LSTMCell):
            i, f, g, o = np.split(sums, 4, axis=1)
            memory = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            found = cell(x, (h, c))
            np.testing.assert_allclose(found[0].data, sigmoid(o) * np.tanh(memory))
            np.testing.assert_allclose(found[1].data, memory)
        else:
            r, z = sigmoid(sums[:, :3]), sigmoid(sums[:, 3:6])
            n = np.tanh(of_input[:, 6:] + r * of_state[:, 6:])
            np.testing.assert_allclose(cell(x, h).data, (1 - z) * n + z * h)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_a_net_is_its_cell_step_after_step(name):
    net, cell = getattr(nn, name)(2, 3, dtype=np.float64), getattr(nn, f"{name}Cell")(2, 3, dtype=np.float64)
    cell.load_state_dict({key.removesuffix("_l0"): value for key, value in net.state_dict().items()})
    x, state, outputs = RNG.normal(size=(5, 4, 2)), None, []
    for step in x:
        state = cell(step, state)
        outputs.append(state[0] if name == "LSTM" else state)
    np.testing.assert_allclose(net(x)[0].data, np.stack([each.data for each in outputs]), atol=1e-14)
    for one, other in zip(parts_of(net(x)[1]), parts_of(state), strict=True):
        np.testing.assert_allclose(one.data[0], other.data, atol=1e-14)


@pytest.mark.parametrize("net", NETS, ids=repr)
def test_single_precision_single_sequences_and_empty_batches(net):
    axis = 0 if net.batch_first else 1
    x = RNG.normal(size=(4, 2))
    single, batched = net(x)[0], net(np.expand_dims(x, axis))[0]
    np.testing.assert_allclose(single.data, batched.data.squeeze(axis), atol=1e-15)
    empty = net(np.zeros(np.insert((4, 2), axis, 0)))[0]
    assert empty.shape == tuple(np.insert(single.shape, axis, 0))
    light = copy.deepcopy(net)
    for name, parameter in net.named_parameters():
        setattr(light, name, nn.Parameter(parameter.data.astype(np.float32)))
    leaf = ag.Tensor(x.astype(np.float32), requires_grad=True)
    result = light(leaf)[0]
    result.sum().backward()
    assert result.dtype == leaf.grad.dtype == light.weight_hh_l0.grad.dtype == np.float32
    np.testing.assert_allclose(result.data, single.data, atol=1e-6)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_large_sums_neither_overflow_nor_become_nan(name):
    net = getattr(nn, name)(2, 3)
    for size in (1e3, 1e30):
        x = ag.Tensor(np.full((4, 1, 2), size, np.float32), requires_grad=True)
        result = net(x)[0]
        result.sum().backward()
        assert np.isfinite(result.data).all()
        assert np.isfinite(x.grad.data).all()


@pytest.mark.parametrize("net", NETS, ids=repr)
def test_padding_is_not_seen(net):
    """Neither its values nor what a diverging net would make of them."""
    x = RNG.normal(size=(3, 4, 2))
    lengths = [2, 4, 1]
    padded = x.copy()
    for place, length in enumerate(lengths):
        padded[place, length:] = np.nan
    packed = rnn.pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False)
    outputs, last = net(packed)
    assert isinstance(outputs, rnn.PackedSequence)
    for place, (output, length) in enumerate(zip(rnn.unpack_sequence(outputs), lengths, strict=True)):
        expected, its_last = net(x[place, :length])
        np.testing.assert_allclose(output.data, expected.data, atol=1e-14)
        for one, other in zip(parts_of(last), parts_of(its_last), strict=True):
            np.testing.assert_allclose(one.data[:, place], other.data, atol=1e-14)


def test_a_net_that_diverges_in_padding_has_finite_gradients():
    net = nn.RNN(1, 1, nonlinearity="relu", bias=False)
    net.weight_hh_l0.data, net.weight_ih_l0.data = [[1e10]], [[1.0]]
    x = ag.Tensor(np.ones((6, 2, 1), np.float32), requires_grad=True)
    outputs, _ = net(rnn.pack_padded_sequence(x, [2, 1]))
    outputs.data.sum().backward()
    assert np.isfinite(net.weight_hh_l0.grad.data).all()
    assert x.grad.tolist()[2:] == [[[0.0], [0.0]]] * 4


def test_dropout_acts_between_layers_in_training_only():
    net, x = nn.GRU(2, 50, num_layers=2, dropout=0.5), np.ones((3, 1, 2), np.float32)
    ag.manual_seed(1)
    first = net(x)[0].data
    assert (net(x)[0].data != first).any()
    ag.manual_seed(1)
    np.testing.assert_array_equal(net(x)[0].data, first)
    net.eval()
    np.testing.assert_array_equal(net(x)[0].data, net(x)[0].data)
    with pytest.warns(UserWarning, match="acts between layers"):
        nn.GRU(2, 3, dropout=0.5)


def test_names_shapes_and_initial_values():
    ag.manual_seed(0)
    net = nn.LSTM(5, 4, num_layers=2, bidirectional=True, proj_size=3)
    shapes = {name: parameter.shape for name, parameter in net.named_parameters()}
    assert list(shapes)[:6] == [
        "weight_ih_l0",
        "weight_hh_l0",
        "bias_ih_l0",
        "bias_hh_l0",
        "weight_hr_l0",
        "weight_ih_l0_reverse",
    ]
    assert (shapes["weight_ih_l0"], shapes["weight_ih_l1"]) == ((16, 5), (16, 6))
    assert (shapes["weight_hh_l1_reverse"], shapes["weight_hr_l0"]) == ((16, 3), (3, 4))
    values = np.concatenate([parameter.data.ravel() for parameter in net.parameters()])
    assert np.abs(values).max() <= 0.5
    assert values.std() == pytest.approx(0.5 / 3**0.5, rel=0.05)
    assert not hasattr(nn.GRU(2, 3, bias=False), "bias_ih_l0")


def test_repr():
    assert repr(nn.LSTM(2, 3, 2, batch_first=True)) == "LSTM(2, 3, num_layers=2, batch_first=True)"
    assert repr(nn.RNNCell(2, 3, False, "relu")) == "RNNCell(2, 3, bias=False, nonlinearity=relu)"
    assert nn.GRU(2, 3).title == "GRU(2, 3)"


def test_it_learns_to_add():
    """Numbers in a sequence, of which two are marked: their sum, whose variance is 1/6."""
    ag.manual_seed(0)
    rng = np.random.default_rng(0)
    net, head = nn.LSTM(2, 16, batch_first=True), nn.Linear(16, 1)
    optimizer = optim.Adam([*net.parameters(), *head.parameters()], lr=0.03)
    losses = []
    for _ in range(250):
        numbers = rng.random((32, 4)).astype(np.float32)
        marks = rng.permuted(np.tile(np.array([1, 1, 0, 0], np.float32), (32, 1)), axis=1)
        optimizer.zero_grad()
        _, (state, _) = net(np.stack([numbers, marks], axis=2))
        loss = nn.functional.mse_loss(head(state[0])[:, 0], (numbers * marks).sum(axis=1))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert np.mean(losses[-20:]) < 0.1 / 6


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.LSTM(2, 3)(np.ones((4, 1, 5))), r"LSTM\(2, 3\): the input must be \(T, N, 2\)"),
        (lambda: nn.LSTM(2, 3, batch_first=True)(np.ones(2)), r"the input must be \(N, T, 2\)"),
        (lambda: nn.GRU(2, 3)(np.ones((0, 1, 2))), "must have an element or more"),
        (lambda: nn.GRU(2, 3)(np.ones((4, 1, 2)), np.ones((1, 2, 3))), r"h_0 must be \(1, 1, 3\)"),
        (lambda: nn.GRU(2, 3)(np.ones((4, 2)), np.ones((1, 1, 3))), r"h_0 must be \(1, 3\)"),
        (
            lambda: nn.LSTM(2, 3, proj_size=1)(np.ones((4, 1, 2)), (np.ones((1, 1, 1)), np.ones((1, 1, 1)))),
            r"c_0 must be \(1, 1, 3\)",
        ),
        (lambda: nn.LSTM(2, 3)(np.ones((4, 1, 2)), np.ones((1, 1, 3))), "hx is a pair"),
        (lambda: nn.RNN(2, 3)(rnn.pack_sequence([np.ones((2, 5))])), r"PackedSequence must be \(elements, 2\)"),
        (lambda: nn.RNN(0, 3), "RNN: input_size is a whole number of at least 1, got 0"),
        (lambda: nn.RNN(2, 3, 0), "num_layers is a whole number"),
        (lambda: nn.RNN(2, 3, nonlinearity="gelu"), "nonlinearity is 'tanh' or 'relu'"),
        (lambda: nn.RNNCell(2, 3, nonlinearity="gelu"), "nonlinearity is 'tanh' or 'relu'"),
        (lambda: nn.GRU(2, 3, 2, dropout=1.5), "dropout is a probability"),
        (lambda: nn.LSTM(2, 3, proj_size=3), "proj_size is from 1 to less than hidden_size=3"),
        (lambda: nn.LSTMCell(2, 3)(np.ones((4, 5))), r"LSTMCell\(2, 3\): the input must be \(N, 2\) or \(2,\)"),
        (lambda: nn.LSTMCell(2, 3)(np.ones(2), (np.ones(3), np.ones(2))), r"the memory hx\[1\] must be \(3,\)"),
        (lambda: nn.GRUCell(2, 3)(np.ones((1, 2)), np.ones(3)), r"hx must be \(1, 3\)"),
        (lambda: rnn.pack_padded_sequence(np.ones(3), [1]), "takes an input"),
        (lambda: rnn.pack_padded_sequence(np.ones((3, 2)), [1, 2]), "must be sorted, the longest first"),
        (lambda: rnn.pack_padded_sequence(np.ones((3, 2)), [4, 2]), "2 lengths from 1 to 3"),
        (lambda: rnn.pack_padded_sequence(np.ones((3, 2)), [2, 0]), "2 lengths from 1 to 3"),
        (lambda: rnn.pack_padded_sequence(np.ones((3, 2)), [2.0, 1.0]), "a length for each"),
        (lambda: rnn.pad_packed_sequence(rnn.pack_sequence([[1.0, 2.0]]), total_length=1), "at least the length"),
        (lambda: rnn.pad_sequence([]), "one sequence or more"),
        (lambda: rnn.pad_sequence([np.ones((2, 1)), np.ones((2, 2))]), "alike in all axes but the first"),
        (lambda: rnn.pad_sequence([[1.0]], padding_side="top"), "padding_side is 'right' or 'left'"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
