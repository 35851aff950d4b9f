"""Callbacks: when each is told what, and what those that come along do."""

import csv
import struct
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
import nn
import optim

X = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
Y = X.sum(axis=1, keepdims=True)


def made(lr=0.1, metrics=()):
    ag.manual_seed(0)
    model = nn.Linear(2, 1)
    return nn.Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=lr), metrics)


def fit(callbacks, trainer=None, **options):
    trainer = trainer or made()
    trainer.fit(X, Y, **{"epochs": 3, "batch_size": 10, "verbose": 0} | options, callbacks=callbacks)
    return trainer


def giving(name, values):
    """Give a callback that puts numbers into the logs of the epochs."""

    class Giving(nn.Callback):
        def on_epoch_end(self, epoch, logs):
            logs[name] = values[epoch]

    return Giving()


def test_the_order_of_events():
    events = []

    class Note(nn.Callback):
        def __getattribute__(self, name):
            if name.startswith("on_"):
                return lambda *arguments: events.append((name, *arguments[:-1], sorted(arguments[-1])))
            return super().__getattribute__(name)

    fit([Note()], validation_data=(X, Y), epochs=1)
    assert events == [
        ("on_train_begin", []),
        ("on_epoch_begin", 0, []),
        ("on_train_batch_begin", 0, []),
        ("on_train_batch_end", 0, ["loss"]),
        ("on_train_batch_begin", 1, []),
        ("on_train_batch_end", 1, ["loss"]),
        ("on_test_begin", []),
        ("on_test_end", ["val_loss"]),
        ("on_epoch_end", 0, ["loss", "val_loss"]),
        ("on_train_end", ["loss", "val_loss"]),
    ]


def test_the_loss_of_a_batch_is_that_of_the_epoch_so_far():
    losses = []
    trainer = fit([nn.LambdaCallback(on_train_batch_end=lambda batch, logs: losses.append(logs["loss"]))], epochs=1)
    assert losses[-1] == trainer.history.values["loss"][0]
    assert losses[0] != losses[-1]


def test_a_callback_knows_the_trainer_and_can_stop_it():
    class Stop(nn.Callback):
        def on_epoch_end(self, epoch, logs):
            assert self.model is self.trainer.model
            self.trainer.stop_training = epoch == 1

    assert fit([Stop()], epochs=10).history.epochs == [1, 2]
    assert fit([], epochs=3).history.epochs == [1, 2, 3]


def test_what_a_callback_adds_is_part_of_the_history():
    trainer = fit([giving("score", [1.0, 2.0, 3.0])])
    assert trainer.history.values["score"] == [1.0, 2.0, 3.0]


def test_lambda_callbacks():
    seen = []
    fit([nn.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch), on_train_end=seen.append)])
    assert seen[:3] == [0, 1, 2]
    assert list(seen[3]) == ["loss"]
    with pytest.raises(TypeError, match=r"takes functions by the names on_train_begin, .* got on_epoch="):
        nn.LambdaCallback(on_epoch=print)


# ------------------------------------------------------------------------------------------------------ early stopping


@pytest.mark.parametrize(
    ("values", "options", "epochs", "best"),
    [
        ([3, 2, 1, 2, 3, 4, 5], {"patience": 2}, 5, 2),
        ([3, 2, 1, 2, 3, 4, 5], {"patience": 0}, 4, 2),
        ([3, 2, 1, 2, 1, 0, 5], {"patience": 3}, 7, 5),
        ([1, 2, 3, 3, 3, 9, 9], {"patience": 2, "mode": "max"}, 5, 2),
        ([3, 2.9, 2.8, 2.7, 1, 1, 1], {"patience": 2, "min_delta": 0.5}, 3, 0),
        ([float("nan"), 2, float("nan"), float("nan"), 1, 1, 1], {"patience": 2}, 4, 1),
    ],
)
def test_early_stopping(values, options, epochs, best):
    options = {"mode": "min"} | options
    kept = []
    keep = nn.LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(trainer.model.weight.data.copy()))
    stopping = nn.EarlyStopping("score", **options)
    trainer = made()
    fit([giving("score", values), keep, stopping], trainer, epochs=7)
    assert len(trainer.history) == epochs
    assert stopping.best_epoch == best
    assert stopping.best == values[best]
    assert stopping.stopped_epoch == (None if epochs == 7 else epochs - 1)
    np.testing.assert_array_equal(trainer.model.weight.data, kept[best])


def test_weights_may_stay_those_of_the_last_epoch():
    kept = []
    keep = nn.LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(trainer.model.weight.data.copy()))
    trainer = made()
    stopping = nn.EarlyStopping("score", mode="min", restore_best_weights=False)
    fit([giving("score", [1, 2, 3]), keep, stopping], trainer)
    np.testing.assert_array_equal(trainer.model.weight.data, kept[-1])


def test_a_callback_begins_anew_with_each_fit():
    stopping = nn.EarlyStopping("score", mode="min", patience=1)
    for _ in range(2):
        assert len(fit([giving("score", [3, 2, 5]), stopping]).history) == 3


@pytest.mark.parametrize(
    ("name", "rises"),
    [
        *((name, False) for name in ("val_loss", "mae", "val_rmse", "loss", "my_error")),
        *((name, True) for name in ("val_accuracy", "auc", "val_f1_macro", "top_5_accuracy", "r2")),
    ],
)
def test_what_is_better_is_known_by_name(name, rises):
    stopping = nn.EarlyStopping(name, patience=1)
    fit([giving(name, [1.0, 2.0, 3.0]), stopping])
    assert stopping.best_epoch == (2 if rises else 0)


def test_what_early_stopping_refuses():
    with pytest.raises(ValueError, match=r"whether beauty should rise or fall is not known .* give mode='max' or"):
        nn.EarlyStopping("beauty")
    with pytest.raises(ValueError, match="mode is 'auto', 'min' or 'max', got 'up'"):
        nn.EarlyStopping(mode="up")
    with pytest.raises(ValueError, match="patience is a number of epochs of at least 0, got -1"):
        nn.EarlyStopping(patience=-1)
    with pytest.raises(ValueError, match="min_delta must be a finite number, got nan"):
        nn.EarlyStopping(min_delta=float("nan"))
    with pytest.raises(ValueError, match="there is no 'val_loss' to monitor, only loss; give fit validation_data or"):
        fit([nn.EarlyStopping()])


# --------------------------------------------------------------------------------------------------- model checkpoints


def test_a_file_for_each_epoch(tmp_path):
    trainer = fit([nn.ModelCheckpoint(tmp_path / "deep" / "{epoch:02d}-{loss:.3f}.safetensors")])
    losses = trainer.history.values["loss"]
    names = [f"{epoch:02d}-{loss:.3f}.safetensors" for epoch, loss in enumerate(losses, start=1)]
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == names
    np.testing.assert_array_equal(nn.load(tmp_path / "deep" / names[-1])["weight"].data, trainer.model.weight.data)


def test_the_best_alone(tmp_path):
    keeping = nn.ModelCheckpoint(tmp_path / "{epoch}.safetensors", "accuracy", save_best_only=True)
    fit([giving("accuracy", [0.5, 0.4, 0.5, 0.6]), keeping], epochs=4)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.safetensors", "4.safetensors"]


def test_what_model_checkpoint_refuses(tmp_path):
    with pytest.raises(ValueError, match="cannot be named; there are epoch, loss: KeyError 'val_loss'"):
        fit([nn.ModelCheckpoint(tmp_path / "{val_loss}.safetensors")])
    with pytest.raises(ValueError, match="ModelCheckpoint: there is no 'val_loss' to monitor"):
        fit([nn.ModelCheckpoint(tmp_path / "best.safetensors", save_best_only=True)])
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        fit([nn.ModelCheckpoint(tmp_path / "file" / "best.safetensors")])


# ------------------------------------------------------------------------------------------------------------ schedules


def test_a_function_of_the_epoch():
    trainer = fit([nn.LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch))])
    assert trainer.history.values["learning_rate"] == [0.1, 0.05, 0.1 / 3]


@pytest.mark.parametrize(("per", "rates"), [("epoch", [0.1, 0.05, 0.025]), ("batch", [0.025, 0.00625, 0.0015625])])
def test_schedules_of_optim(per, rates):
    trainer = made()
    schedule = optim.lr_scheduler.ExponentialLR(trainer.optimizer, 0.5)
    fit([nn.LearningRateScheduler(schedule, per)], trainer)
    assert trainer.history.values["learning_rate"] == pytest.approx(rates)


def test_accumulated_batches_are_one_step_of_a_schedule_each():
    trainer = made()
    schedule = optim.lr_scheduler.ExponentialLR(trainer.optimizer, 0.5)
    fit([nn.LearningRateScheduler(schedule, "batch")], trainer, epochs=1, accumulate=2, batch_size=5)
    assert trainer.optimizer.param_groups[0]["lr"] == pytest.approx(0.025)


def test_a_plateau():
    trainer = made()
    schedule = optim.lr_scheduler.ReduceLROnPlateau(trainer.optimizer, factor=0.5, patience=0)
    fit([giving("score", [1, 1, 1]), nn.LearningRateScheduler(schedule, monitor="score")], trainer)
    assert trainer.history.values["learning_rate"] == [0.1, 0.1, 0.05]
    with pytest.raises(ValueError, match="LearningRateScheduler: there is no 'val_loss' to monitor, only loss"):
        fit([nn.LearningRateScheduler(schedule)], trainer)


def test_what_a_schedule_refuses():
    schedule = optim.lr_scheduler.ExponentialLR(made().optimizer, 0.5)
    with pytest.raises(ValueError, match="the scheduler was made for another optimizer"):
        fit([nn.LearningRateScheduler(schedule)])
    with pytest.raises(ValueError, match="per is 'epoch' or 'batch', got 'step'"):
        nn.LearningRateScheduler(schedule, "step")
    with pytest.raises(ValueError, match="per='batch' is for schedulers that only count"):
        nn.LearningRateScheduler(lambda epoch: 0.1, "batch")
    with pytest.raises(
        TypeError, match=r"takes a scheduler of optim.lr_scheduler, or a function of the epoch, got 0.1"
    ):
        nn.LearningRateScheduler(0.1)
    with pytest.raises(
        TypeError, match=r"got <.*ExponentialLR object.*; make one: nn.LearningRateScheduler\(schedule\)"
    ):
        fit([schedule])


@pytest.mark.parametrize("rate", [float("nan"), float("inf"), -0.1, "0.1", None])
def test_a_function_must_give_a_rate(rate):
    with pytest.raises(ValueError, match=f"LearningRateScheduler: the rate of epoch 0 is .*, got {rate!r}"):
        fit([nn.LearningRateScheduler(lambda epoch: rate)])


# ----------------------------------------------------------------------------------------------------- written records


def test_a_csv_file_of_the_epochs(tmp_path):
    path = tmp_path / "log.csv"
    lengths = []
    look = nn.LambdaCallback(on_epoch_end=lambda epoch, logs: lengths.append(len(path.read_text().splitlines())))
    trainer = fit([nn.CSVLogger(path), look], validation_data=(X, Y))
    assert lengths == [2, 3, 4]
    trainer.history.to_csv(tmp_path / "history.csv")
    assert path.read_text() == (tmp_path / "history.csv").read_text()
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [float(row["val_loss"]) for row in rows] == trainer.history.values["val_loss"]
    fit([nn.CSVLogger(path)], epochs=1)
    assert path.read_text().startswith("epoch,loss\n1,")


def test_a_csv_file_of_a_run_that_goes_on_has_the_columns_that_it_began_with(tmp_path):
    def run(name, *more, epochs):
        callbacks = [nn.CSVLogger(tmp_path / f"{name}.csv"), nn.LearningRateScheduler(lambda epoch: 0.1), *more]
        fit(callbacks, epochs=epochs, resume=tmp_path / name)

    run("whole", epochs=3)
    run("resumed", epochs=1)
    run("resumed", epochs=3)
    assert (tmp_path / "resumed.csv").read_text() == (tmp_path / "whole.csv").read_text()


def test_one_logger_for_two_trainings(tmp_path):
    logger = nn.CSVLogger(tmp_path / "log.csv")
    fit([logger], epochs=1)
    fit([logger], epochs=1, validation_data=(X, Y))
    assert (tmp_path / "log.csv").read_text().startswith("epoch,loss,val_loss\n1,")


def read_events(folder):
    """Read scalars and names of histograms from event files: records of a length, its check, the data and its check."""
    from tensorboardX.proto.event_pb2 import Event

    found = []
    for path in sorted(folder.rglob("events*")):
        content = path.read_bytes()
        while content:
            (length,) = struct.unpack("<Q", content[:8])
            event = Event.FromString(content[12 : 12 + length])
            content = content[16 + length :]
            for value in event.summary.value:
                number = value.simple_value if value.HasField("simple_value") else "histogram"
                found.append((path.parent.name, value.tag, event.step, number))
    return found


@pytest.fixture
def light_library(monkeypatch):
    """Keep tensorboardX from importing PyTorch, as it does where that is installed."""
    if "torch" not in sys.modules:
        monkeypatch.setitem(sys.modules, "torch", None)


@pytest.mark.usefixtures("light_library")
def test_event_files_for_tensorboard(tmp_path):
    board = nn.TensorBoard(tmp_path, histogram_freq=2)
    trainer = fit([board], made(metrics=["mae"]), validation_data=(X, Y))
    found = read_events(tmp_path)
    for name, values in trainer.history.values.items():
        part = "validation" if name.startswith("val_") else "train"
        told = [
            (step, number) for *place, step, number in found if place == [part, f"epoch_{name.removeprefix('val_')}"]
        ]
        assert told == [(step, pytest.approx(value, rel=1e-6)) for step, value in enumerate(values)]
    assert [place[1:3] for place in found if place[-1] == "histogram"] == [("weight", 1), ("bias", 1)]


@pytest.mark.usefixtures("light_library")
def test_files_of_a_training_that_ended_by_an_error_are_closed_by_the_next_one(tmp_path):
    def fail(epoch, logs):
        raise ArithmeticError

    board, closed = nn.TensorBoard(tmp_path), []
    with pytest.raises(ArithmeticError):
        fit([board, nn.LambdaCallback(on_epoch_end=fail)])
    (writer,) = board._writers.values()
    writer.close = lambda close=writer.close: closed.append(close())
    fit([board])
    assert len(closed) == 1


def test_tensorboard_without_its_library(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"pip install tensorboardX, or pip install glassgrad\[tensorboard\]"):
        fit([nn.TensorBoard(tmp_path)])
    with pytest.raises(ValueError, match="histogram_freq is a number of epochs of at least 0, got -1"):
        nn.TensorBoard(tmp_path, -1)


def test_nothing_of_it_is_loaded_before_it_is_used():
    source = (
        "import sys, nn; assert not any(name.startswith('nn.training') for name in sys.modules); nn.Trainer; nn.data;"
        "from nn import EarlyStopping;"
        "assert not {'rich', 'matplotlib', 'safetensors', 'tensorboardX'} & set(sys.modules);"
        "assert {'Trainer', 'Linear', 'data'} <= set(dir(nn)); nn.Trainr"
    )
    ended = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)
    assert "AttributeError: module 'nn' has no attribute 'Trainr'. Did you mean: 'Trainer'?" in ended.stderr


# What Keras calls `verbose`


def test_early_stopping_tells_that_it_stopped(capsys):
    callbacks = [giving("val_loss", [3.0, 2.0, 2.5, 2.5, 1.0]), nn.EarlyStopping(patience=2, verbose=1)]
    fit(callbacks, epochs=5)
    assert capsys.readouterr().out == "EarlyStopping: ended after epoch 4; val_loss was best in epoch 2\n"
    fit([giving("val_loss", [float("nan")] * 5), nn.EarlyStopping(verbose=1)], epochs=5)
    assert capsys.readouterr().out == "EarlyStopping: ended after epoch 1; val_loss was never better\n"


def test_files_are_told(tmp_path, capsys):
    losses = giving("val_loss", [3.0, 4.0, 2.0])
    fit([losses, nn.ModelCheckpoint(filepath=tmp_path / "best.safetensors", verbose=1, save_best_only=True)])
    assert capsys.readouterr().out.splitlines() == [
        f"ModelCheckpoint: wrote {tmp_path / 'best.safetensors'} after epoch {epoch}" for epoch in (1, 3)
    ]


def test_rates_are_told(capsys):
    fit([nn.LearningRateScheduler(lambda epoch: 0.5**epoch, verbose=1)], epochs=2)
    assert capsys.readouterr().out.splitlines() == [
        "LearningRateScheduler: epoch 1 begins with 1",
        "LearningRateScheduler: epoch 2 begins with 0.5",
    ]


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (lambda epoch, lr: lr if epoch < 1 else lr / 2, [0.1, 0.05, 0.025]),
        (lambda epoch, base=0.2: base / 2**epoch, [0.2, 0.1, 0.05]),
        (lambda epoch, /, *, base=0.2: base, [0.2, 0.2, 0.2]),
    ],
)
def test_a_schedule_may_ask_for_the_rate_that_there_is(schedule, rates):
    trainer = fit([nn.LearningRateScheduler(schedule)])
    assert trainer.history.values["learning_rate"] == pytest.approx(rates)
