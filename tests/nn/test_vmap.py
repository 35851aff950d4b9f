"""Modules inside vmap: outputs and gradients of each example, by the whole model."""

import numpy as np
import pytest

import autograd as ag
import nn

MODELS = {
    "mlp": (lambda: nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3)), (5,)),
    "cnn": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(0), nn.Linear(18, 3)),
        (1, 8, 8),
    ),
}


def loss(model, x, y):
    logits = model(x)
    return ag.logsumexp(logits) - logits[y]


@pytest.mark.parametrize("name", MODELS)
def test_outputs_and_gradients_of_each_example(name, rng):
    make, shape = MODELS[name]
    model = make()
    x, y = rng.standard_normal((4, *shape)).astype(np.float32), rng.integers(0, 3, 4)
    together = ag.vmap(model)(x)
    np.testing.assert_allclose(together.data, [model(each).data for each in x], atol=1e-6)
    gradients = ag.vmap(ag.grad(loss), in_axes=(None, 0, 0))(model, x, y)
    assert type(gradients) is nn.Sequential
    assert all(type(parameter) is nn.Parameter for parameter in gradients.parameters())
    for i in range(4):
        alone = dict(ag.grad(loss)(model, x[i], y[i]).named_parameters())
        for path, gradient in gradients.named_parameters():
            np.testing.assert_allclose(gradient.data[i], alone[path].data, atol=1e-5)


def test_many_models_at_once(rng):
    """An ensemble is a model of which the parameters have an axis of models."""
    models = [nn.Linear(3, 2) for _ in range(5)]
    x = rng.standard_normal((4, 3)).astype(np.float32)
    leaves, rebuild = zip(*(ag.trees.flatten(model) for model in models), strict=True)
    together = rebuild[0]([np.stack([leaf.data for leaf in each]) for each in zip(*leaves, strict=True)])
    found = ag.vmap(lambda model, x: model(x), in_axes=(0, None))(together, x)
    np.testing.assert_allclose(found, [model(x).data for model in models], atol=1e-6)


def test_a_table_of_words(rng):
    model = nn.Sequential(nn.Embedding(10, 3, padding_idx=0), nn.Flatten(0), nn.Linear(12, 3))
    words, classes = rng.integers(0, 10, (5, 4)), rng.integers(0, 3, 5)
    gradients = ag.vmap(ag.grad(loss), in_axes=(None, 0, 0))(model, words, classes)
    for i in range(5):
        alone = dict(ag.grad(loss)(model, words[i], classes[i]).named_parameters())
        for path, gradient in gradients.named_parameters():
            np.testing.assert_allclose(gradient.data[i], alone[path].data, atol=1e-6)
