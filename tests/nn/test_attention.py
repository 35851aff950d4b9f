"""Attention and Transformers by themselves; ``tests/parity`` compares with PyTorch."""

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.testing import gradcheck, gradgradcheck

F = nn.functional
RNG = np.random.default_rng(0)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def test_the_definition():
    q, k, v = (RNG.normal(size=shape) for shape in ((2, 3, 4), (2, 5, 4), (2, 5, 6)))
    expected = softmax(q @ k.swapaxes(1, 2) / 2) @ v
    np.testing.assert_allclose(F.scaled_dot_product_attention(q, k, v).data, expected)
    mask = np.tri(3, 5, dtype=bool)
    causal = F.scaled_dot_product_attention(q, k, v, is_causal=True).data
    np.testing.assert_array_equal(F.scaled_dot_product_attention(q, k, v, mask).data, causal)
    np.testing.assert_array_equal(
        F.scaled_dot_product_attention(q, k, v, np.where(mask, 0, -np.inf)).data,
        causal,
    )


def test_gradients():
    operands = [RNG.normal(size=shape) for shape in ((3, 2), (4, 2), (4, 1))]
    mask = np.array([[True, False, True, True], [False] * 4, [True] * 4])
    for options in ({}, {"attn_mask": mask}, {"is_causal": True, "scale": 0.5}):
        gradcheck(lambda q, k, v, o=options: F.scaled_dot_product_attention(q, k, v, **o), *operands)
        gradgradcheck(lambda q, k, v, o=options: F.scaled_dot_product_attention(q, k, v, **o), *operands)
    gradcheck(lambda m: F.scaled_dot_product_attention(*operands, m), RNG.normal(size=(3, 4)))
    layer = nn.TransformerEncoderLayer(4, 2, 3, dropout=0.0, norm_first=True, activation=ag.tanh, dtype=np.float64)
    gradcheck(layer, RNG.normal(size=(2, 1, 4)))


def test_what_hides_all_gives_zeros_and_no_gradient():
    q, k, v = (ag.Tensor(RNG.normal(size=(2, 3)), requires_grad=True) for _ in range(3))
    result = F.scaled_dot_product_attention(q, k, v, np.array([[False, False], [True, True]]))
    assert result[0].tolist() == [0.0, 0.0, 0.0]
    result.sum().backward()
    assert q.grad[0].tolist() == [0.0, 0.0, 0.0]
    assert np.isfinite(k.grad.data).all()
    layer = nn.MultiheadAttention(4, 2)
    x = np.ones((2, 1, 4), np.float32)
    output, weights = layer(x, x, x, key_padding_mask=[[True, True]])
    assert not weights.data.any()
    assert np.isfinite(output.data).all()


def test_single_precision_and_large_products():
    q, k, v = (ag.Tensor(np.full((2, 3), 1e15, np.float32), requires_grad=True) for _ in range(3))
    for options in ({}, {"is_causal": True}, {"attn_mask": np.array([[0.0, -1e30], [0.0, 0.0]], np.float32)}):
        result = F.scaled_dot_product_attention(q, k, v, **options)
        result.sum().backward()
        assert result.dtype == q.grad.dtype == np.float32
        assert np.isfinite(result.data).all()
        assert np.isfinite(q.grad.data).all()


def test_masks_of_double_precision_leave_single_precision():
    x, mask = np.ones((3, 1, 4), np.float32), np.triu(np.full((3, 3), -np.inf), 1)
    assert F.scaled_dot_product_attention(x[:, 0], x[:, 0], x[:, 0], mask).dtype == np.float32
    output, weights = nn.MultiheadAttention(4, 2)(x, x, x, attn_mask=mask, key_padding_mask=np.zeros((1, 3)))
    assert output.dtype == weights.dtype == np.float32


def test_empty_batches():
    assert F.scaled_dot_product_attention(np.ones((0, 3, 2)), np.ones((0, 4, 2)), np.ones((0, 4, 5))).shape == (0, 3, 5)
    output, weights = nn.MultiheadAttention(4, 2)(*[np.ones((3, 0, 4))] * 3)
    assert (output.shape, weights.shape) == ((3, 0, 4), (0, 3, 3))


def test_dropout_in_training_only():
    x = np.ones((6, 1, 8), np.float32)
    layer = nn.MultiheadAttention(8, 2, dropout=0.5)
    ag.manual_seed(3)
    _, weights = layer(x, x, x, average_attn_weights=False)
    assert {round(each, 5) for each in weights.data.ravel().tolist()} == {0.0, round(2 / 6, 5)}
    ag.manual_seed(3)
    np.testing.assert_array_equal(layer(x, x, x, average_attn_weights=False)[1].data, weights.data)
    np.testing.assert_allclose(layer.eval()(x, x, x)[1].data, 1 / 6, rtol=1e-6)
    dropped = F.scaled_dot_product_attention(x[:, 0], x[:, 0], x[:, 0], dropout_p=1.0)
    assert not dropped.data.any()


def test_parameters():
    layer = nn.MultiheadAttention(4, 2, kdim=3, vdim=5, add_bias_kv=True)
    assert layer.in_proj_weight is None
    assert {name: value.shape for name, value in layer.state_dict().items()} == {
        "q_proj_weight": (4, 4),
        "k_proj_weight": (4, 3),
        "v_proj_weight": (4, 5),
        "in_proj_bias": (12,),
        "bias_k": (1, 1, 4),
        "bias_v": (1, 1, 4),
        "out_proj.weight": (4, 4),
        "out_proj.bias": (4,),
    }
    assert not layer.in_proj_bias.data.any()
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 2)
    first, second = model.layers[0].linear1.weight, model.layers[1].linear1.weight
    assert first is not second
    np.testing.assert_array_equal(first.data, second.data)
    assert sum(1 for _ in model.parameters()) == 24


def test_repr_and_title():
    layer = nn.TransformerEncoderLayer(4, 2, 8)
    assert "(self_attn): MultiheadAttention(\n    (out_proj): Linear(in_features=4" in repr(layer)
    assert layer.self_attn.title == "self_attn: MultiheadAttention(4, 2)"
    assert nn.Transformer(4, 2, 1, 1, 8).title == "Transformer(4, 2)"


def test_later_elements_are_not_seen_through_the_mask():
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2, nn.LayerNorm(8)).eval()
    mask = nn.Transformer.generate_square_subsequent_mask(5)
    x = RNG.normal(size=(5, 1, 8)).astype(np.float32)
    changed = x.copy()
    changed[3:] = 0
    one, other = model(x, mask, is_causal=True).data, model(changed, mask).data
    np.testing.assert_allclose(one[:3], other[:3], atol=1e-6)
    assert np.abs(one[3:] - other[3:]).max() > 1e-3


def test_it_learns_to_turn_a_sequence_round():
    ag.manual_seed(0)
    rng = np.random.default_rng(0)
    layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True)
    encoder, head = nn.TransformerEncoder(layer, 1), nn.Linear(16, 4)
    table, places = nn.Parameter(rng.normal(size=(4, 16))), nn.Parameter(rng.normal(size=(5, 16)))
    optimizer = optim.Adam([table, places, *encoder.parameters(), *head.parameters()], lr=0.01)
    losses = []
    for _ in range(120):
        symbols = rng.integers(0, 4, (32, 5))
        optimizer.zero_grad()
        logits = head(encoder(table[symbols] + places))
        loss = F.cross_entropy(logits.reshape(-1, 4), symbols[:, ::-1].reshape(-1))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert np.mean(losses[-5:]) < 0.3 * losses[0]


X = np.ones((3, 1, 4), np.float32)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.scaled_dot_product_attention(np.ones((3, 4)), np.ones((3, 5)), np.ones((3, 4))), "takes a query"),
        (lambda: F.scaled_dot_product_attention(np.ones(4), np.ones(4), np.ones(4)), "takes a query"),
        (
            lambda: F.scaled_dot_product_attention(X, X, X, np.ones((1, 1), bool), is_causal=True),
            "is_causal is a mask itself",
        ),
        (
            lambda: F.scaled_dot_product_attention(*[np.ones((h, 3, 4)) for h in (3, 2, 2)], enable_gqa=True),
            "must be a multiple",
        ),
        (lambda: nn.MultiheadAttention(5, 2), "embed_dim must be a multiple of num_heads"),
        (lambda: nn.MultiheadAttention(4, 2)(X, X, X[:2]), "takes a query"),
        (lambda: nn.MultiheadAttention(4, 2)(X[..., :2], X, X), "must be embed_dim=4"),
        (lambda: nn.MultiheadAttention(4, 2)(X, X, X, attn_mask=np.zeros((2, 3))), r"attn_mask must be \(3, 3\)"),
        (lambda: nn.MultiheadAttention(4, 2)(X, X, X, key_padding_mask=np.zeros(3)), "key_padding_mask must be"),
        (lambda: nn.MultiheadAttention(4, 2)(X, X, X, attn_mask=np.zeros((3, 3), int)), "boolean, True for what"),
        (lambda: nn.MultiheadAttention(4, 2)(X, X, X, is_causal=True), "there is none; give it, too"),
        (lambda: nn.TransformerEncoderLayer(4, 2, activation="sin"), "activation is 'relu', 'gelu' or a function"),
        (lambda: nn.Transformer(4, 2, 1, 1, 8)(X, X[:, [0, 0]]), "as many sequences"),
        (lambda: nn.Transformer(4, 2, 1, 1, 8)(X, X[..., :2]), "d_model=4"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_parts_of_ones_own_take_the_place_of_encoder_and_decoder():
    class Second(nn.Module):
        def forward(self, tgt, memory, **masks):
            return tgt + memory.sum(axis=0, keepdims=True)

    class First(nn.Sequential):
        def forward(self, src, **masks):
            return 2 * src

    model = nn.Transformer(4, 2, custom_encoder=First(), custom_decoder=Second())
    assert not list(model.parameters())
    assert model(X, X).tolist() == (X + 6).tolist()


def test_weights_of_the_last_layer_are_drawn_with_its_name():
    attention = nn.MultiheadAttention(2, 1)
    with ag.retain_all():
        loss = attention(*[np.ones((3, 1, 2))] * 3)[0].sum()
    drawn = ag.draw(loss).source
    assert all(name in drawn for name in ("out_proj.weight", "out_proj.bias", "in_proj_weight"))
    assert "out_proj.weight" in attention.state_dict()
