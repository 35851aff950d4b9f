"""Sequential beside PyTorch's: keys and order after each change."""

import pytest

import nn

torch = pytest.importorskip("torch")


def made(layers):
    return layers.Sequential(*(layers.Linear(2, 2) for _ in range(4)))


def described(model):
    """Which of its modules a model has where, as the keys of the state say it."""
    return [(key, tuple(value.shape)) for key, value in model.state_dict().items()]


def inserted(layers):
    return made(layers).insert(1, layers.Linear(2, 5)).insert(-2, layers.Linear(2, 6)).insert(6, layers.Linear(2, 7))


def popped(layers):
    model = made(layers).append(layers.Linear(2, 9))
    taken = model.pop(-2), model.pop(slice(1, 3))
    return layers.Sequential(model, *taken)


def deleted(layers):
    model = made(layers).extend([layers.Linear(2, 3), layers.Linear(2, 4)])
    del model[1:3]
    del model[-1]
    return model


def replaced(layers):
    model = made(layers)
    model[1] = layers.Linear(2, 3)
    model[-1] = layers.ReLU()
    return model


def added(layers):
    model = made(layers) + layers.Sequential(layers.Linear(2, 3))
    model += layers.Sequential(layers.Linear(2, 4))
    return model


def multiplied(layers):
    model = 2 * layers.Sequential(layers.Linear(2, 3), layers.ReLU()) * 2
    model *= 2
    return model


CHANGES = [
    inserted,
    popped,
    deleted,
    replaced,
    added,
    multiplied,
    lambda layers: made(layers)[1:],
    lambda layers: made(layers)[::-2],
    lambda layers: layers.Sequential(layers.ReLU()).extend(made(layers)),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_state_after_a_change(change):
    assert described(change(nn)) == described(change(torch.nn))


@pytest.mark.parametrize(
    "mistake",
    [
        lambda layers: made(layers).insert(5, layers.ReLU()),
        lambda layers: made(layers).insert(-5, layers.ReLU()),
        lambda layers: made(layers).pop(4),
        lambda layers: made(layers)[4],
        lambda layers: made(layers) + [layers.ReLU()],  # noqa: RUF005 - it is an error
        lambda layers: made(layers) * 0,
        lambda layers: made(layers) * 1.5,
    ],
)
def test_the_same_mistakes_are_errors_of_the_same_kind(mistake):
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - whatever PyTorch raises
        mistake(torch.nn)
    with pytest.raises(theirs.type):
        mistake(nn)
