"""Attention and Transformers beside PyTorch's: values, gradients, masks, exchanged weights."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")
F, G = nn.functional, torch.nn.functional

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # PyTorch's about masks and nested tensors

T, S, N, E = 3, 5, 2, 4


def theirs_of(array):
    """An array, or nothing, as theirs."""
    return torch.tensor(array) if isinstance(array, np.ndarray) else array


def pair(name, *arguments, **options):
    """Ours and theirs with the same weights, in float64; theirs are taken over as they are saved."""
    theirs = getattr(torch.nn, name)(*arguments, **options, dtype=torch.float64)
    ours = getattr(nn, name)(*arguments, **options, dtype=np.float64)
    return taken_over(ours, theirs)


def taken_over(ours, theirs):
    """Give random values to the biases that start at 0, and the values of theirs to ours."""
    for parameter in theirs.parameters():
        if parameter.ndim == 1:
            torch.nn.init.normal_(parameter, 0.5)
    assert {key: value.shape for key, value in ours.state_dict().items()} == {
        key: tuple(value.shape) for key, value in theirs.state_dict().items()
    }
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    return ours, theirs


def assert_alike(ours, theirs, operands, rng, parameters=((), ()), rtol=1e-9):
    """Compare results, and gradients by operands and parameters."""
    a = [ag.Tensor(operand, requires_grad=True) for operand in operands]
    b = [torch.tensor(operand, requires_grad=True) for operand in operands]
    results, expected = ours(*a), theirs(*b)
    if not isinstance(results, tuple):
        results, expected = (results,), (expected,)
    total, other = 0.0, 0.0
    for y, z in zip(results, expected, strict=True):
        assert (y is None) == (z is None)
        if y is not None:
            np.testing.assert_allclose(y.data, z.detach().numpy(), rtol=rtol, atol=1e-11)
            weight = rng.normal(size=y.shape)
            total, other = total + (y * weight).sum(), other + (z * torch.tensor(weight)).sum()
    total.backward()
    other.backward()
    for one, two in zip([*a, *parameters[0]], [*b, *parameters[1]], strict=True):
        np.testing.assert_allclose(one.grad.data, two.grad.numpy(), rtol=1e-8, atol=1e-10)


def random_mask(rng, shape, kind):
    """Booleans or numbers; the first key is never hidden."""
    if kind == "float":
        mask = rng.normal(size=shape)
        mask[rng.random(shape) < 0.3] = -np.inf
        mask[..., 0] = 0.1
        return mask
    mask = rng.random(shape) < 0.6
    mask[..., 0] = True
    return mask


@pytest.mark.parametrize("mask", [None, "bool", "float"])
@pytest.mark.parametrize("shape", [(), (2,), (3, 2), (1, 4, 3)], ids=str)
@pytest.mark.parametrize("scale", [None, 0.3])
def test_scaled_dot_product_attention(mask, shape, scale, rng):
    operands = [rng.normal(size=(*shape, length, size)) for length, size in ((T, E), (S, E), (S, 6))]
    for masked in [(T, S), (*shape, T, S), (1, S)]:
        given = None if mask is None else random_mask(rng, masked, mask)
        assert_alike(
            lambda q, k, v, m=given: F.scaled_dot_product_attention(q, k, v, m, scale=scale),
            lambda q, k, v, m=given: G.scaled_dot_product_attention(q, k, v, theirs_of(m), scale=scale),
            operands,
            rng,
        )


def test_causal_and_grouped_attention(rng):
    for lengths in ((T, S), (S, T)):
        sizes = ((4, lengths[0]), (2, lengths[1]), (2, lengths[1]))
        operands = [rng.normal(size=(N, heads, length, E)) for heads, length in sizes]
        assert_alike(
            lambda *given: F.scaled_dot_product_attention(*given, is_causal=True, enable_gqa=True),
            lambda *given: G.scaled_dot_product_attention(*given, is_causal=True, enable_gqa=True),
            operands,
            rng,
        )


def test_a_query_that_must_not_look_at_anything(rng):
    mask = np.array([[True, False], [False, False]])
    operands = [rng.normal(size=(2, 3)) for _ in range(3)]
    assert_alike(
        lambda *given: F.scaled_dot_product_attention(*given, mask),
        lambda *given: G.scaled_dot_product_attention(*given, torch.tensor(mask)),
        operands,
        rng,
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias": False},
        {"add_bias_kv": True},
        {"add_zero_attn": True},
        {"kdim": 3, "vdim": 6},
        {"vdim": 6, "bias": False, "add_bias_kv": True, "add_zero_attn": True},
        {"batch_first": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize("is_single", [True, False])
def test_multihead_attention(options, need_weights, is_single, rng):
    ours, theirs = pair("MultiheadAttention", E, 2, **options)
    sizes = ((T, E), (S, ours.kdim), (S, ours.vdim))
    axis = 0 if options.get("batch_first") else 1
    operands = [rng.normal(size=shape if is_single else np.insert(shape, axis, N)) for shape in sizes]
    masks = [None, random_mask(rng, (T, S), "float"), ~random_mask(rng, (T, S), "bool")]
    masks.append(random_mask(rng, (2 if is_single else N * 2, T, S), "float"))
    paddings = [None, ~random_mask(rng, (S,) if is_single else (N, S), "bool")]
    for mask, padding, average in itertools.product(masks, paddings, [True, False]):
        of_one_kind = padding  # as PyTorch wants both masks
        if padding is not None and mask is not None and mask.dtype.kind == "f":
            of_one_kind = np.where(padding, -np.inf, 0.0)
        for module in (ours, theirs):
            module.zero_grad()
        given = {"need_weights": need_weights, "average_attn_weights": average}
        assert_alike(
            lambda q, k, v, m=mask, p=of_one_kind, g=given: ours(q, k, v, p, attn_mask=m, **g),
            lambda q, k, v, m=mask, p=of_one_kind, g=given: theirs(q, k, v, theirs_of(p), attn_mask=theirs_of(m), **g),
            operands,
            rng,
            (ours.parameters(), theirs.parameters()),
        )


def test_self_attention(rng):
    ours, theirs = pair("MultiheadAttention", E, 2)
    parameters = ours.parameters(), theirs.parameters()
    assert_alike(lambda x: ours(x, x, x), lambda x: theirs(x, x, x), [rng.normal(size=(T, N, E))], rng, parameters)
    mask = np.triu(np.ones((T, T), bool), 1)
    for each in (ours, theirs):
        each.zero_grad()
    assert_alike(
        lambda x: ours(x, x, x, need_weights=False, attn_mask=mask, is_causal=True)[0],
        lambda x: theirs(x, x, x, need_weights=False, attn_mask=torch.tensor(mask), is_causal=True)[0],
        [rng.normal(size=(T, N, E))],
        rng,
        (ours.parameters(), theirs.parameters()),
    )


LAYERS = [
    {},
    {"norm_first": True, "activation": "gelu"},
    {"bias": False, "layer_norm_eps": 1e-2},
    {"batch_first": True},
]


@pytest.mark.parametrize("options", LAYERS, ids=str)
@pytest.mark.parametrize("is_single", [True, False])
def test_encoder_layers(options, is_single, rng):
    ours, theirs = pair("TransformerEncoderLayer", E, 2, 7, dropout=0.0, **options)
    shape = (S, E) if is_single else (N, S, E) if options.get("batch_first") else (S, N, E)
    mask = random_mask(rng, (S, S), "float")
    padding = np.where(random_mask(rng, shape[:1] if is_single else (N, S), "bool"), 0.0, -np.inf)
    for given in [(None, None), (mask, None), (mask, padding), (None, padding < 0)]:
        for module in (ours, theirs):
            module.zero_grad()
        assert_alike(
            lambda x, g=given: ours(x, *g),
            lambda x, g=given: theirs(x, *map(theirs_of, g)),
            [rng.normal(size=shape)],
            rng,
            (ours.parameters(), theirs.parameters()),
        )


@pytest.mark.parametrize("options", LAYERS, ids=str)
def test_decoder_layers(options, rng):
    ours, theirs = pair("TransformerDecoderLayer", E, 2, 7, dropout=0.0, **options)
    operands = [rng.normal(size=(N, length, E) if options.get("batch_first") else (length, N, E)) for length in (T, S)]
    masks = {
        "tgt_mask": random_mask(rng, (T, T), "float"),
        "memory_mask": random_mask(rng, (T, S), "float"),
        "memory_key_padding_mask": np.where(random_mask(rng, (N, S), "bool"), 0.0, -np.inf),
    }
    for given in [{}, masks]:
        for module in (ours, theirs):
            module.zero_grad()
        assert_alike(
            lambda x, y, g=given: ours(x, y, **g),
            lambda x, y, g=given: theirs(x, y, **{key: theirs_of(each) for key, each in g.items()}),
            operands,
            rng,
            (ours.parameters(), theirs.parameters()),
        )


@pytest.mark.parametrize("norm_first", [True, False])
def test_an_encoder_takes_over_weights_and_gives_the_same(norm_first, rng):
    """Also in evaluation, where PyTorch runs another program."""
    options = {"dropout": 0.1, "batch_first": True, "norm_first": norm_first}
    models = []
    for library, dtype in ((nn, np.float64), (torch.nn, torch.float64)):
        layer = library.TransformerEncoderLayer(8, 2, 16, **options, dtype=dtype)
        models.append(library.TransformerEncoder(layer, 3, library.LayerNorm(8, dtype=dtype)))
    ours, theirs = taken_over(*models)
    x = rng.normal(size=(N, S, 8))
    mask = torch.nn.Transformer.generate_square_subsequent_mask(S, dtype=torch.float64)
    for m in (None, mask):
        expected = theirs.eval()(torch.tensor(x), m).detach().numpy()
        np.testing.assert_allclose(ours.eval()(x, None if m is None else m.numpy()).data, expected, atol=1e-6)
    back = torch.nn.TransformerEncoder(
        torch.nn.TransformerEncoderLayer(8, 2, 16, **options, dtype=torch.float64),
        3,
        torch.nn.LayerNorm(8, dtype=torch.float64),
    )
    back.load_state_dict({key: torch.tensor(value.data) for key, value in ours.state_dict().items()})
    np.testing.assert_array_equal(back.eval()(torch.tensor(x), mask).detach().numpy(), expected)


@pytest.mark.parametrize("batch_first", [True, False])
def test_transformers(batch_first, rng):
    ours, theirs = pair("Transformer", E, 2, 2, 2, 7, dropout=0.0, batch_first=batch_first, activation="gelu")
    operands = [rng.normal(size=(N, length, E) if batch_first else (length, N, E)) for length in (S, T)]
    mask = nn.Transformer.generate_square_subsequent_mask(T, dtype=np.float64).data
    np.testing.assert_array_equal(mask, torch.nn.Transformer.generate_square_subsequent_mask(T).numpy())
    padding = np.where(random_mask(rng, (N, S), "bool"), 0.0, -np.inf)
    given = {"tgt_mask": mask, "src_key_padding_mask": padding, "memory_key_padding_mask": padding}
    given |= {"tgt_is_causal": True}
    assert_alike(
        lambda x, y: ours(x, y, **given),
        lambda x, y: theirs(x, y, **{key: theirs_of(each) for key, each in given.items()}),
        operands,
        rng,
        (ours.parameters(), theirs.parameters()),
    )


def test_initial_values_spread_as_theirs():
    ag.manual_seed(0)
    torch.manual_seed(0)
    for make in (
        lambda library: library.MultiheadAttention(64, 4, add_bias_kv=True),
        lambda library: library.MultiheadAttention(64, 4, kdim=32, vdim=16),
        lambda library: library.Transformer(32, 2, 1, 1, 64),
        lambda library: library.LSTM(16, 64, proj_size=32),
    ):
        ours, theirs = make(nn), make(torch.nn)
        for (name, one), (_, other) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
            spread = float(other.detach().std())
            assert abs(float(one.data.std()) - spread) <= 5 * spread / one.size**0.5, name
