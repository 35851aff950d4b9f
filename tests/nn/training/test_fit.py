"""fit, evaluate and predict: what Keras' and PyTorch's users expect of them, and what they refuse."""

import functools
import gc

import numpy as np
import pytest

import autograd as ag
import nn
import optim

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 3)).astype(np.float32)
Y = X @ np.array([[1.0], [2.0], [-1.0]], np.float32)
CLASSES = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)


class Unnamed:
    """Samples with numbers, of a class that derives from nothing of ours."""

    def __len__(self):
        return 50

    def __getitem__(self, index):
        return X[index], Y[index]


def model_of(outputs=1, seed=0):
    ag.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, outputs))


def trainer_of(model=None, loss=None, metrics=(), lr=0.01):
    model = model or model_of()
    return nn.Trainer(model, loss or nn.MSELoss(), optim.Adam(model.parameters(), lr=lr), metrics)


def weights(trainer):
    return [parameter.data.copy() for parameter in trainer.model.parameters()]


def assert_same(one, other, **tolerances):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, **tolerances or {"rtol": 0, "atol": 0})


def sgd(loss=None, seed=0, outputs=1, lr=0.1):
    model = model_of(outputs, seed)
    return nn.Trainer(model, loss or nn.MSELoss(), optim.SGD(model.parameters(), lr=lr))


# ------------------------------------------------------------------------------------------------------------- fitting


def test_the_public_face(capsys):
    """The example of the design, as it is written."""
    x, y = X, Y
    model = nn.Sequential(nn.Linear(3, 10), nn.ReLU(), nn.Linear(10, 1))
    model.summary()
    trainer = nn.Trainer(model, loss=nn.MSELoss(), optimizer=optim.Adam(model.parameters()), metrics=["mae"])
    callbacks = [nn.EarlyStopping(patience=5)]
    history = trainer.fit(x, y, epochs=100, batch_size=32, validation_split=0.2, callbacks=callbacks)
    assert list(history.values) == ["loss", "mae", "val_loss", "val_mae"]
    assert history.values["val_loss"][-1] < history.values["val_loss"][0]
    assert trainer.predict(x[:10]).shape == (10, 1)
    assert "Epoch 100/100" in capsys.readouterr().out


def test_it_does_what_a_loop_in_the_manner_of_pytorch_does():
    trainer = trainer_of()
    trainer.fit(X, Y, epochs=3, batch_size=8, shuffle=False, verbose=0)
    model = model_of()
    optimizer, criterion = optim.Adam(model.parameters(), lr=0.01), nn.MSELoss()
    for _ in range(3):
        for start in range(0, len(X), 8):
            optimizer.zero_grad()
            criterion(model(X[start : start + 8]), Y[start : start + 8]).backward()
            optimizer.step()
    assert_same(weights(trainer), [parameter.data for parameter in model.parameters()])


def test_the_same_seed_gives_the_same_bits_and_every_epoch_its_own_order():
    def run(seed):
        trainer = trainer_of()
        ag.manual_seed(seed)
        trainer.fit(X, Y, epochs=3, verbose=0)
        return weights(trainer)

    assert_same(run(1), run(1))
    assert any((a != b).any() for a, b in zip(run(1), run(2), strict=True))
    seen = []
    loader = nn.data.DataLoader(nn.data.TensorDataset(X, Y), 50, shuffle=True, transform=lambda x: seen.append(x) or x)
    trainer_of().fit(loader, epochs=2, verbose=0)
    assert (seen[0].data != seen[1].data).any()


def test_epochs_of_a_second_fit_go_on_with_the_weights():
    once, twice = trainer_of(), trainer_of()
    once.fit(X, Y, epochs=4, shuffle=False, verbose=0)
    for _ in range(2):
        history = twice.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    assert_same(weights(once), weights(twice))
    assert history.epochs == [1, 2]
    assert twice.history is history


def test_a_loss_of_an_epoch_goes_by_the_numbers_of_samples():
    trainer = trainer_of(metrics=["mae"], lr=0.0)
    history = trainer.fit(X, Y, batch_size=32, verbose=0)
    whole = nn.functional.mse_loss(trainer.model(X), Y).item()
    assert history.values["loss"][0] == pytest.approx(whole, rel=1e-6)
    assert trainer.evaluate(X, Y, batch_size=7) == pytest.approx(
        {"loss": whole, "mae": float(np.abs(trainer.model(X).data - Y).mean())}, rel=1e-6
    )


def test_a_sum_is_added_up():
    trainer = trainer_of(loss=nn.MSELoss(reduction="sum"))
    whole = nn.functional.mse_loss(trainer.model(X), Y, "sum").item()
    assert trainer.evaluate(X, Y, batch_size=7)["loss"] == pytest.approx(whole, rel=1e-6)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_added_gradients_are_those_of_one_large_batch(reduction):
    trainers = [sgd(nn.MSELoss(reduction=reduction), lr=0.01) for _ in range(2)]
    trainers[0].fit(X, Y, epochs=2, batch_size=18, shuffle=False, verbose=0)
    trainers[1].fit(X, Y, epochs=2, batch_size=6, accumulate=3, shuffle=False, verbose=0)
    assert_same(*map(weights, trainers), rtol=1e-4, atol=1e-6)
    assert trainers[0].history.values["loss"] == pytest.approx(trainers[1].history.values["loss"], rel=1e-4)


def test_double_precision_data_does_not_change_the_model():
    one, other = trainer_of(), trainer_of()
    one.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    other.fit(X.astype(np.float64), Y.astype(np.float64).tolist(), epochs=2, shuffle=False, verbose=0)
    assert_same(weights(one), weights(other))
    assert other.predict(X.astype(np.float64)).dtype == np.float32


def test_whole_numbers_stay_what_they_are():
    ag.manual_seed(0)
    model = nn.Sequential(nn.Embedding(5, 4), nn.Flatten(), nn.Linear(8, 3))
    trainer = trainer_of(model, nn.CrossEntropyLoss(), ["accuracy"])
    words = RNG.integers(0, 5, (50, 2))
    history = trainer.fit(words, words[:, 0] % 3, epochs=60, verbose=0, batch_size=10)
    assert history.values["accuracy"][-1] == 1.0


def test_several_inputs_and_outputs():
    class Both(nn.Module):
        def __init__(self):
            self.left, self.right = nn.Linear(3, 1), nn.Linear(2, 1)

        def forward(self, x, z):
            return self.left(x) + self.right(z), self.left(x)

    def loss(output, target):
        return nn.functional.mse_loss(output[0], target)

    z = X[:, :2]
    trainer = trainer_of(Both(), loss, lr=0.1, metrics={"first": lambda output, target: abs(output[0] - target)})
    trainer.fit((X, z), Y, epochs=30, verbose=0, validation_data=((X, z), Y))
    assert trainer.evaluate((X, z), Y)["loss"] < 0.1
    first, second = trainer.predict((X, z), batch_size=8)
    assert first.shape == second.shape == (50, 1)
    assert trainer.evaluate((X, z), Y)["first"] == pytest.approx(np.abs(first - Y).mean(), rel=1e-5)


def test_datasets_loaders_and_streams_are_as_good_as_arrays():
    def run(*data, **options):
        trainer = trainer_of(metrics=["mae"])
        history = trainer.fit(*data, epochs=2, verbose=0, **options)
        return weights(trainer), history.values, trainer.evaluate(*data)["mae"]

    data = nn.data.TensorDataset(X, Y)
    expected = run(X, Y, batch_size=10, shuffle=False)
    for given in (
        run(data, batch_size=10, shuffle=False),
        run(nn.data.DataLoader(data, 10)),
        run(nn.data.DataLoader(data, 10, prefetch=2)),
        run(nn.data.IterableDataset(lambda: zip(X, Y, strict=True)), batch_size=10),
    ):
        assert_same(given[0], expected[0])
        assert given[1] == expected[1]
        assert given[2] == pytest.approx(expected[2], rel=1e-6)


def test_validation():
    trainer = trainer_of(metrics=["mae"])
    history = trainer.fit(X, Y, epochs=3, validation_split=0.2, verbose=0, shuffle=False)
    told = trainer.evaluate(X[40:], Y[40:])
    assert history.values["val_loss"][-1] == told["loss"]
    assert history.values["val_mae"][-1] == told["mae"]
    other = trainer_of(metrics=["mae"])
    other.fit(X[:40], Y[:40], epochs=3, validation_data=(X[40:], Y[40:]), verbose=0, shuffle=False)
    assert other.history.values == history.values
    assert_same(weights(trainer), weights(other))


def test_validation_and_prediction_draw_no_random_numbers():
    trainer = trainer_of()
    before = ag.generator().bit_generator.state
    trainer.evaluate(X, Y)
    trainer.predict(X)
    assert ag.generator().bit_generator.state == before


# ------------------------------------------------------------------------------------------------------------- weights


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("kind", ["module", "function"])
def test_weights_multiply_the_losses_of_samples(reduction, kind):
    of_samples = RNG.integers(0, 4, 50).astype(float)
    loss = nn.MSELoss(reduction=reduction)
    if kind == "function":
        loss = nn.functional.mse_loss
        reduction = "mean"
    trainer = sgd(loss, lr=0.01)
    each = ((trainer.model(X).data - Y) ** 2).mean(axis=1) * of_samples
    expected = each.sum() / (len(X) if reduction == "mean" else 1)
    assert trainer.evaluate(X, Y, sample_weight=of_samples)["loss"] == pytest.approx(expected, rel=1e-5)
    repeated = sgd(nn.MSELoss(reduction="sum"), lr=0.01 / (50 if reduction == "mean" else 1))
    trainer.fit(X, Y, batch_size=50, sample_weight=of_samples, verbose=0, epochs=3)
    again = np.repeat(np.arange(50), of_samples.astype(int))
    repeated.fit(X[again], Y[again], batch_size=1000, verbose=0, epochs=3)
    assert_same(weights(trainer), weights(repeated), rtol=1e-4, atol=1e-5)


def test_weights_of_classes():
    by_class = {0: 1.0, 1: 3.0, 2: 0.5}
    trainers = [sgd(nn.CrossEntropyLoss(), outputs=3) for _ in range(4)]
    of_samples = np.array([by_class[each] for each in CLASSES])
    options = {"verbose": 0, "epochs": 3, "shuffle": False}
    trainers[0].fit(X, CLASSES, sample_weight=of_samples, **options)
    trainers[1].fit(X, CLASSES, class_weight=by_class, **options)
    trainers[2].fit(X, np.eye(3)[CLASSES], class_weight=[1.0, 3.0, 0.5], **options)
    trainers[3].fit(X, CLASSES, class_weight=by_class, sample_weight=np.ones(50), **options)
    for other in trainers[1:]:
        assert_same(weights(trainers[0]), weights(other), rtol=1e-6, atol=1e-7)


def test_weights_of_two_classes_in_a_column():
    target = (CLASSES > 0).astype(np.float32)[:, None]
    trainers = [sgd(nn.BCEWithLogitsLoss()) for _ in range(2)]
    trainers[0].fit(X, target, class_weight={0: 2.0, 1: 0.5}, verbose=0, shuffle=False)
    trainers[1].fit(X, target, sample_weight=np.where(target[:, 0], 0.5, 2.0), verbose=0, shuffle=False)
    assert_same(weights(trainers[0]), weights(trainers[1]))


def test_sample_weights_reach_the_metrics_and_those_of_classes_do_not():
    trainer = trainer_of(
        model_of(3), nn.CrossEntropyLoss(), metrics=["accuracy", lambda o, t: o.data.argmax(1) == t.data]
    )
    hits = trainer.predict(X).argmax(axis=1) == CLASSES
    told = trainer.evaluate(X, CLASSES, sample_weight=hits.astype(float))
    assert told["accuracy"] == told["<lambda>"] == 1.0
    assert trainer.evaluate(nn.data.DataLoader(Weighted(hits), 8))["accuracy"] == 1.0
    trainer.optimizer.param_groups[0]["lr"] = 0.0
    history = trainer.fit(X, CLASSES, class_weight={0: 0.0, 1: 0.0, 2: 5.0}, verbose=0)
    assert history.values["accuracy"][0] == pytest.approx(hits.mean())


class Weighted(nn.data.Dataset):
    def __init__(self, weight):
        self.weight = weight

    def __len__(self):
        return 50

    def __getitem__(self, index):
        return X[index], CLASSES[index], float(self.weight[index])


def test_weights_in_other_losses():
    x, target = RNG.normal(size=(6, 3, 4)).astype(np.float32), RNG.integers(0, 3, (6, 4))
    model = nn.Conv1d(3, 3, 1)
    trainer = trainer_of(model, nn.CrossEntropyLoss())
    of_samples = np.arange(6.0)
    losses = nn.functional.cross_entropy(model(x), target, reduction="none").data.mean(axis=1)
    assert trainer.evaluate(x, target, sample_weight=of_samples)["loss"] == pytest.approx(
        (losses * of_samples).sum() / 6, rel=1e-5
    )


# ------------------------------------------------------------------------------------------------------------ clipping


@pytest.mark.parametrize("option", ["clip_norm", "clip_value"])
def test_gradients_are_clipped(option):
    norms = []

    class Look(nn.Callback):
        def on_train_batch_end(self, batch, logs):
            gradients = [parameter.grad.data.ravel() for parameter in self.model.parameters()]
            flat = np.concatenate(gradients)
            norms.append(np.abs(flat).max() if option == "clip_value" else np.linalg.norm(flat))

    sgd().fit(X, 100 * Y, verbose=0, callbacks=[Look()], **{option: 0.5})
    assert max(norms) == pytest.approx(0.5, rel=1e-4)


def test_clipping_comes_before_the_step():
    free, clipped = sgd(lr=1.0), sgd(lr=1.0)
    before = weights(free)
    clipped.fit(X, 100 * Y, batch_size=50, verbose=0, clip_norm=0.1)
    moved = np.concatenate([(a - b).ravel() for a, b in zip(weights(clipped), before, strict=True)])
    assert np.linalg.norm(moved) == pytest.approx(0.1, rel=1e-3)


# ---------------------------------------------------------------------------------------------------------- evaluation


class Failing(nn.Module):
    def __init__(self):
        self.dropout = nn.Dropout(0.5)
        self.weight = nn.Parameter(np.ones((3, 1), np.float32))
        self.fails = False

    def forward(self, x):
        if self.fails:
            raise RuntimeError("on purpose")
        return self.dropout(x) @ self.weight


@pytest.mark.parametrize("mode", [True, False])
def test_modes_are_restored_after_errors_too(mode):
    model = Failing().train(mode)
    model.dropout.training = not mode
    trainer = trainer_of(model)
    for fails in (False, True):
        model.fails = fails
        for run in (lambda: trainer.predict(X), lambda: trainer.evaluate(X, Y), lambda: trainer.fit(X, Y, verbose=0)):
            if fails:
                with pytest.raises(RuntimeError, match="on purpose"):
                    run()
            else:
                run()
            assert (model.training, model.dropout.training) == (mode, not mode)


def test_fit_trains_and_the_rest_evaluates():
    model = Failing()
    modes = []
    model.register_forward_hook(lambda *_: modes.append((model.training, model.dropout.training)))
    trainer = trainer_of(model.eval())
    trainer.fit(X, Y, batch_size=50, verbose=0, validation_data=(X, Y))
    assert modes == [(True, True), (False, False)]
    modes.clear()
    model.train().dropout.eval()  # as one keeps running statistics fixed
    trainer.fit(X, Y, batch_size=50, verbose=0)
    trainer.predict(X)
    assert modes[:2] == [(True, False), (False, False)]


def test_evaluation_records_nothing():
    outputs = []
    model = model_of()
    model.register_forward_hook(lambda module, arguments, output: outputs.append(output))
    trainer = trainer_of(model)
    trainer.evaluate(X, Y)
    trainer.predict(X)
    assert outputs
    assert not any(output.requires_grad for output in outputs)


def test_predictions_do_not_depend_on_the_batches():
    trainer = trainer_of()
    assert_same([trainer.predict(X, batch_size=7)], [trainer.predict(X, batch_size=1000)], rtol=1e-5)
    assert_same([trainer.predict(nn.data.TensorDataset(X, Y))], [trainer.predict(X)])
    assert_same([trainer.predict(nn.data.DataLoader(nn.data.TensorDataset(X), 32))], [trainer.predict(X)])


def test_fit_works_inside_no_grad_and_leaves_no_gradients():
    trainer = trainer_of()
    before = weights(trainer)
    with ag.no_grad():
        trainer.fit(X, Y, verbose=0)
    assert any((a != b).any() for a, b in zip(before, weights(trainer), strict=True))
    assert all(parameter.grad is None for parameter in trainer.model.parameters())


def test_a_step_leaves_nothing_for_the_garbage_collector():
    trainer = trainer_of(metrics=["mae"])

    def left(epochs):
        gc.collect()
        trainer.fit(X, Y, epochs=epochs, verbose=0, validation_split=0.2)
        return gc.collect()

    gc.disable()
    try:
        left(1)
        assert left(1) == left(7)
    finally:
        gc.enable()


# ------------------------------------------------------------------------------------------------------------- metrics


def test_metrics_of_all_kinds():
    def error(output, target):
        return abs(output - target).mean()

    trainer = trainer_of(metrics=["mae", nn.metrics.MSE(), error])
    told = trainer.evaluate(X, Y, batch_size=7)
    assert told["mae"] == pytest.approx(told["error"], rel=1e-6)
    assert told["mse"] == pytest.approx(told["loss"], rel=1e-6)
    renamed = trainer_of(metrics={"l1": "mae"})
    assert renamed.evaluate(X, Y)["l1"] == pytest.approx(told["mae"], rel=1e-6)
    assert list(trainer_of(metrics="mae").metrics) == ["mae"]


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        (nn.BCEWithLogitsLoss(), nn.Identity()),
        (nn.functional.binary_cross_entropy_with_logits, nn.Identity()),
        (functools.partial(nn.functional.binary_cross_entropy_with_logits, reduction="sum"), nn.Identity()),
        (nn.BCELoss(), nn.Sigmoid()),
        (nn.functional.binary_cross_entropy, nn.Sigmoid()),
    ],
)
def test_a_loss_says_from_which_number_on_the_answer_is_yes(loss, output):
    names = ["accuracy", "precision", "recall_macro", "f1", "auc"]
    trainer = trainer_of(model_of().append(output), loss, names)
    answers = (X[:, :1] > 0).astype(int)
    given = trainer.predict(X)
    told = trainer.evaluate(X, answers)
    limit = 0.0 if isinstance(output, nn.Identity) else 0.5
    assert 0 < (given > limit).mean() < 1
    assert told["accuracy"] == nn.metrics.accuracy(given, answers, threshold=limit)
    assert told["precision"] == nn.metrics.precision(given, answers, threshold=limit)
    assert told["recall_macro"] == nn.metrics.recall(given, answers, threshold=limit, average="macro")
    assert told["auc"] == nn.metrics.auc(given, answers)


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss(), nn.functional.cross_entropy])
def test_a_loss_says_that_scores_are_logits(loss):
    trainer = trainer_of(model_of(3), loss, ["auc", "top_2_accuracy", "accuracy"])
    told = trainer.evaluate(X, CLASSES)
    assert told["auc"] == nn.metrics.auc(trainer.predict(X), CLASSES, from_logits=True)


def test_a_metric_that_is_given_stays_as_it_is():
    strict = nn.metrics.Accuracy(threshold=2.0)
    trainer = trainer_of(loss=nn.BCEWithLogitsLoss(), metrics=[strict])
    assert trainer.evaluate(X, (X[:, :1] > 0).astype(int))["accuracy"] == (X[:, 0] <= 0).mean()


def test_a_metric_of_ones_own():
    class Largest:
        def reset(self):
            self.value = 0.0

        def update(self, output, target, weight=None):
            self.value = max(self.value, float(abs(output - target).max()))

        def compute(self):
            return self.value

    trainer = trainer_of(metrics=[Largest()])
    assert trainer.evaluate(X, Y, batch_size=7)["largest"] == pytest.approx(
        np.abs(trainer.predict(X) - Y).max(), rel=1e-6
    )


@pytest.mark.parametrize(
    ("metrics", "error", "message"),
    [
        (["maee"], ValueError, "there is no metric 'maee'; there are .*mae"),
        (["mae", "mae"], ValueError, "a metric cannot be called 'mae'"),
        ({"loss": "mae"}, ValueError, "a metric cannot be called 'loss'"),
        ({"val_x": "mae"}, ValueError, "a metric cannot be called 'val_x'"),
        ([nn.metrics.MAE], TypeError, r"MAE is a class; a metric is made of it by MAE\(\)"),
        ([3], TypeError, "a metric is a name, a function .* got int"),
    ],
)
def test_metrics_that_are_refused(metrics, error, message):
    with pytest.raises(error, match=message):
        trainer_of(metrics=metrics)


def test_metrics_that_fail_when_they_are_used():
    with pytest.raises(ValueError, match="metric wide must give one number for each of 32 samples, or one for all"):
        trainer_of(metrics={"wide": wide}).evaluate(X, Y)
    with pytest.raises(ValueError, match="for each of 32 samples to be weighted"):
        trainer_of(metrics=[lambda o, t: 1.0]).evaluate(X, Y, sample_weight=np.ones(50))
    with pytest.raises(TypeError, match=r"metric matrix gives .*, but a history holds single numbers"):
        trainer_of(model_of(3), nn.CrossEntropyLoss(), {"matrix": nn.metrics.ConfusionMatrix()}).evaluate(X, CLASSES)


def wide(output, target):
    return np.zeros(3)


# -------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"y": Y[:49]}, ValueError, "fit: all arrays must have the same number of samples; there are 50 in x, 49 in y"),
        ({"x": (X, X[:4])}, ValueError, r"50 in x\[0\], 4 in x\[1\], 50 in y"),
        ({"x": X[:0], "y": Y[:0]}, ValueError, r"fit: there are no samples: x is float32 \(0, 3\)"),
        ({"x": 3.0}, ValueError, "the first axis of x counts the samples"),
        ({"x": "abc"}, TypeError, "fit: x must hold numbers"),
        ({"x": ()}, ValueError, "fit: x is an empty tuple"),
        ({"x": {"a": X}}, TypeError, "fit: x must hold numbers, got dict"),
        (
            {"x": (row for row in X), "y": None},
            TypeError,
            r"got generator; nn.data.IterableDataset\(function\) gives what",
        ),
        (
            {"x": Unnamed()},
            ValueError,
            r"fit: x is no array of numbers.*; samples with numbers come in nn.data.DataLoader\(samples, 32\)",
        ),
        ({"x": [[1.0], [1.0, 2.0]]}, ValueError, "fit: x is no array of numbers"),
        ({"y": None}, ValueError, "fit: there are inputs alone; y is missing"),
        ({"batch_size": 0}, ValueError, "fit: batch_size is a whole number of at least 1, got 0"),
        ({"batch_size": 2.5}, ValueError, "fit: batch_size is a whole number of at least 1, got 2.5"),
        ({"batch_size": True}, ValueError, "fit: batch_size is a whole number of at least 1, got True"),
        ({"epochs": 0}, ValueError, "fit: epochs is a whole number of at least 1, got 0"),
        ({"accumulate": -1}, ValueError, "fit: accumulate is a whole number of at least 1, got -1"),
        ({"clip_norm": "1"}, ValueError, "fit: clip_norm is a number above 0, got '1'"),
        ({"validation_split": "1/5"}, ValueError, "validation_split is a share of the samples .*, got '1/5'"),
        (
            {"x": nn.data.IterableDataset(lambda: zip(X, Y, strict=True)), "y": None, "shuffle": True},
            ValueError,
            "fit: an IterableDataset has one order; shuffle=True cannot change it",
        ),
        ({"clip_norm": 0.0}, ValueError, "fit: clip_norm is a number above 0, got 0.0"),
        ({"clip_value": float("nan")}, ValueError, "fit: clip_value is a number above 0, got nan"),
        ({"validation_split": 1.0}, ValueError, "validation_split is a share of the samples between 0 and 1, got 1.0"),
        ({"validation_split": 0.995}, ValueError, "validation_split=0.995 of 50 samples leaves none to learn from"),
        ({"validation_split": 0.2, "validation_data": (X, Y)}, ValueError, "cannot both be given"),
        ({"validation_data": X}, TypeError, r"validation_data is \(x, y\), .* a Dataset or a DataLoader, got float32"),
        ({"validation_data": (X,)}, TypeError, r"validation_data is \(x, y\), .* got a tuple of 1"),
        ({"validation_data": (X, Y, Y, Y)}, TypeError, r"validation_data is \(x, y\), .* got a tuple of 4"),
        ({"validation_data": (X, None)}, ValueError, "fit: validation_data: there are inputs alone; y is missing"),
        ({"validation_data": (X, Y[:3])}, ValueError, "fit: validation_data: all arrays must have the same number"),
        ({"sample_weight": np.ones(3)}, ValueError, "50 in y, 3 in sample_weight"),
        ({"sample_weight": -np.ones(50)}, ValueError, "sample_weight is one finite number of at least 0"),
        ({"sample_weight": np.ones((50, 1))}, ValueError, "sample_weight is one finite number of at least 0"),
        ({"class_weight": {0: 1.0}}, ValueError, "class_weight needs targets that are classes"),
        ({"class_weight": {0: 1.0}, "y": np.ones((50, 1))}, ValueError, "class_weight has no weight for class 1"),
        ({"class_weight": {}}, ValueError, "class_weight gives a finite number"),
        ({"class_weight": "balanced"}, ValueError, "class_weight gives a finite number .* got 'balanced'"),
        ({"class_weight": {0.5: 1.0, 1: 1.0}}, ValueError, "class_weight gives a finite number .* got {0.5"),
        ({"class_weight": {"cat": 1.0}}, ValueError, "class_weight gives a finite number .* got {'cat'"),
        (
            {"class_weight": [1.0, 2.0], "y": X[:, :2]},
            ValueError,
            r"or their shares in \(N, C\); got float32 \(32, 2\)",
        ),
        (
            {"class_weight": [1.0, 2.0], "y": np.ones((50, 2))},
            ValueError,
            "class_weight needs targets that are classes",
        ),
        ({"verbose": 3}, ValueError, "verbose is 'auto', 0 .silent., 1 .a bar. or 2"),
        ({"callbacks": [nn.EarlyStopping]}, TypeError, r"got .*EarlyStopping'>; make one: EarlyStopping\(...\)"),
        ({"checkpoint_every": 5}, ValueError, "checkpoint_every needs a file to write into; give resume="),
        ({"x": nn.data.TensorDataset(X, Y)}, TypeError, "y is part of the samples of a TensorDataset"),
        (
            {"x": nn.data.DataLoader(nn.data.TensorDataset(X, Y)), "y": None, "batch_size": 3},
            ValueError,
            "a DataLoader has a batch_size and shuffle of its own",
        ),
        ({"x": nn.data.TensorDataset(X, Y, Y, Y), "y": None}, ValueError, r"must be \(x, y\) .* got 4 parts"),
        (
            {"x": nn.data.IterableDataset([]), "y": None},
            ValueError,
            "fit: there are no samples: the loader gave no batch in this epoch",
        ),
    ],
)
def test_what_fit_refuses(options, error, message):
    trainer = trainer_of()
    before = weights(trainer)
    with pytest.raises(error, match=message):
        trainer.fit(**{"x": X, "y": Y, "verbose": 0} | options)
    assert_same(before, weights(trainer))


@pytest.mark.parametrize("options", [{"y": None}, {"validation_data": (X, None)}, {"validation_data": X}])
def test_what_is_missing_is_known_before_a_run_begins(options, tmp_path):
    with pytest.raises((TypeError, ValueError), match=r"y is missing|validation_data is"):
        trainer_of().fit(**{"x": X, "y": Y, "verbose": 0, "resume": tmp_path / "run"} | options)
    assert not list(tmp_path.iterdir())


def test_callbacks_may_be_one_or_none():
    seen = []
    trainer_of().fit(X, Y, verbose=0, callbacks=nn.LambdaCallback(on_epoch_end=lambda *_: seen.append(1)))
    trainer_of().fit(X, Y, verbose=0, callbacks=None)
    assert seen == [1]


def test_what_predict_refuses():
    shuffled = nn.data.DataLoader(nn.data.TensorDataset(X), 8, shuffle=True)
    with pytest.raises(ValueError, match=r"predict: the loader shuffles, so nobody would know .*; give its dataset"):
        trainer_of().predict(shuffled)
    ag.manual_seed(0)
    steps = np.zeros((10, 5, 3), np.float32)
    with pytest.raises(ValueError, match=r"the model must give a row for each of 10 samples, got float32 \(1, 10, 4\)"):
        trainer_of(nn.LSTM(3, 4, batch_first=True)).predict(steps)
    total = nn.Identity()
    total.scale = nn.Parameter(np.ones(1, np.float32))
    total.forward = lambda x: (x * total.scale).sum()
    with pytest.raises(ValueError, match=r"a row for each of 32 samples, got float32 \(\)"):
        trainer_of(total).predict(X)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"model": nn.Linear}, TypeError, "Trainer: model is an nn.Module, got <class"),
        ({"loss": nn.MSELoss}, TypeError, r"loss is a module.*make one: MSELoss\(\)"),
        ({"loss": "mse"}, TypeError, r"loss is a module, as nn.MSELoss\(\), or a function .* got 'mse'"),
        ({"loss": nn.MSELoss(reduction="none")}, ValueError, "reduction is 'mean' or 'sum', got 'none'"),
        ({"optimizer": optim.Adam}, TypeError, r"optimizer is an object, as optim.Adam\(model.parameters\(\)\)"),
        ({"optimizer": "adam"}, TypeError, "optimizer is an object"),
        (
            {"optimizer": optim.SGD(nn.Linear(3, 1).parameters())},
            ValueError,
            "the optimizer has none of the model's parameters.*optim.SGD",
        ),
    ],
)
def test_what_a_trainer_refuses(change, error, message):
    model = model_of()
    with pytest.raises(error, match=message):
        nn.Trainer(**{"model": model, "loss": nn.MSELoss(), "optimizer": optim.SGD(model.parameters())} | change)


def test_a_loss_that_is_no_number():
    with pytest.raises(ValueError, match="the loss of a batch must be a single number, got float32"):
        trainer_of(loss=lambda output, target: (output - target) ** 2).fit(X, Y, verbose=0)
    with pytest.raises(TypeError, match="weights need a loss with a reduction"):
        trainer_of(loss=lambda output, target: ((output - target) ** 2).mean()).evaluate(
            X, Y, sample_weight=np.ones(50)
        )


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_loss_that_is_no_finite_number(wrong):
    x = X.copy()
    x[45] = wrong
    ag.manual_seed(0)
    model = nn.Linear(3, 1)
    before = model.state_dict()
    trainer = nn.Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1))
    trainer.fit(X[:40], Y[:40], batch_size=10, shuffle=False, verbose=0)
    expected = weights(trainer)
    model.load_state_dict(before)
    message = "loss is (nan|inf) in epoch 1, batch 5.*autograd.detect_anomaly.*names the operation"
    with np.errstate(invalid="ignore"), pytest.raises(FloatingPointError, match=message):
        trainer.fit(x, Y, batch_size=10, shuffle=False, verbose=0)
    assert_same(weights(trainer), expected)


def test_an_interruption_keeps_history_and_model():
    class Interrupt(nn.Callback):
        def on_train_batch_begin(self, batch, logs):
            if len(self.trainer.history) == 3:
                raise KeyboardInterrupt

    trainer = trainer_of(metrics=["mae"])
    trainer.model.eval()
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(X, Y, epochs=10, verbose=0, callbacks=[Interrupt()])
    assert trainer.history.epochs == [1, 2, 3]
    assert len(trainer.history.values["mae"]) == 3
    assert not trainer.model.training
    assert trainer.predict(X).shape == (50, 1)
    assert len(trainer.fit(X, Y, epochs=2, verbose=0)) == 2


@pytest.mark.parametrize(
    "make",
    [lambda parameters: optim.SAM(optim.SGD(parameters, lr=0.1), rho=1.0), optim.LBFGS],
    ids=["SAM", "LBFGS"],
)
def test_an_optimizer_that_looks_several_times(make):
    """What is told is the loss where the step begins."""
    model = model_of()
    trainer = nn.Trainer(model, nn.MSELoss(), make(model.parameters()), ["mae"])
    before = trainer.evaluate(X, Y, batch_size=50)
    history = trainer.fit(X, Y, batch_size=50, shuffle=False, verbose=0)
    assert {name: values[0] for name, values in history.values.items()} == pytest.approx(before, rel=1e-5)
    assert trainer.evaluate(X, Y)["loss"] < before["loss"]


def test_it_says_what_it_is():
    assert repr(trainer_of(metrics=["mae"])) == "Trainer(Sequential, MSELoss, Adam, metrics=['mae'])"
