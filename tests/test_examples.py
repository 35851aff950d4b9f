"""The examples learn: each in a form of few seconds, with a bar that an untrained model is far from."""

from dataclasses import replace

import numpy as np
import pytest

import autograd as ag
from examples import adding, digits, gpt, logic


@pytest.mark.parametrize("gate", ["AND", "OR"])
def test_a_perceptron_learns_and_and_or(gate):
    perceptron, story = logic.learn_by_rosenblatts_rule(gate)
    assert perceptron.predict(logic.INPUTS).tolist() == logic.GATES[gate]
    assert story.startswith("converged")


def test_a_perceptron_cannot_learn_xor():
    _, story = logic.learn_by_rosenblatts_rule("XOR")
    assert story.startswith("did not converge")


def test_a_network_learns_xor():
    network, loss = logic.learn_by_descent("XOR", seed=0, epochs=200)
    assert logic.answers(network) == logic.GATES["XOR"]
    assert loss < 0.1


@pytest.mark.parametrize(("name", "epochs"), [("MLP", 6), ("CNN", 2)])
def test_networks_read_digits(name, epochs):
    images, test_images, labels, test_labels = digits.split(*digits.read_digits(), seed=0)
    trainer = digits.train(replace(digits.PLANS[name], epochs=epochs), images, labels, seed=0)
    assert digits.accuracy(trainer, test_images, test_labels) > 0.85


def test_the_digits_of_the_test_are_not_learned_from():
    images, test_images, labels, test_labels = digits.split(*digits.read_digits(), seed=0)
    assert (len(labels), len(test_labels)) == (1347, 450)
    known = {image.tobytes() for image in images}
    assert sum(image.tobytes() in known for image in test_images) == 0
    assert np.bincount(test_labels).min() >= 43


def test_each_split_has_digits_of_its_own_for_the_test():
    plan = replace(digits.PLANS["MLP"], epochs=1)
    accuracies, network = digits.tested(plan, splits=2)
    assert accuracies.shape == (2,)
    assert accuracies[0] != accuracies[1]
    assert sum(parameter.size for parameter in network.parameters()) == 19_210


def test_an_lstm_learns_to_add():
    random = np.random.default_rng(0)
    trainer = adding.train(*adding.draw_sequences(3000, 6, random), epochs=8, rate=0.02, verbose=0)
    sequences, sums = adding.draw_sequences(500, 6, random)
    assert trainer.evaluate(sequences, sums)["loss"] < 0.1 * sums.var()


def test_two_numbers_are_marked_and_added():
    sequences, sums = adding.draw_sequences(100, 11, np.random.default_rng(0))
    numbers, marks = sequences[..., 0], sequences[..., 1]
    assert (marks[:, :5].sum(axis=1) == 1).all()
    assert (marks[:, 5:].sum(axis=1) == 1).all()
    np.testing.assert_allclose((numbers * marks).sum(axis=1), sums[:, 0], rtol=1e-6)


@pytest.fixture
def model():
    """A GPT that knows the letters of the Zen of Python."""
    ag.manual_seed(0)
    return gpt.GPT("".join(sorted(set(gpt.read_zen()))))


def test_what_comes_later_does_not_change_what_is_said_now(model):
    codes = gpt.encode(gpt.read_zen()[:20], model.alphabet)[None]
    other = codes.copy()
    other[:, 12:] = 0
    model.eval()
    before, after = model(codes).data, model(other).data
    np.testing.assert_array_equal(before[:, :12], after[:, :12])
    assert (before[:, 12:] != after[:, 12:]).any()


def test_a_gpt_learns_the_zen_of_python(model):
    codes = gpt.encode(gpt.read_zen(), model.alphabet)
    chances = np.bincount(codes) / len(codes)
    by_frequency = -np.sum(chances[chances > 0] * np.log(chances[chances > 0]))
    trainer = gpt.train(model, gpt.excerpts(codes, 8), gpt.excerpts(codes, 64), epochs=4, verbose=0)
    assert trainer.history.values["val_loss"][-1] < by_frequency
    assert len(model.write("Beautiful", 5)) == 14


def test_docstrings_are_read_without_the_code():
    assert gpt.docstrings('"""A page."""\ndef f(x):\n    """Double."""\n    return 2 * x\n') == "A page.\n\nDouble."
    assert any("safetensors" in text for text in gpt.read_docstrings())


def test_the_ends_of_documents_are_held_out():
    beginnings, ends = gpt.split(["a" * 90 + "b" * 10, "c" * 9 + "d"])
    assert beginnings == "a" * 90 + "\n" + "c" * 9
    assert ends == "b" * 10 + "\nd"
