"""Runs that are killed go on, and end with the same bits; files that are wrong do no harm."""

import errno
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from nn import saving
from nn.packing import pack, unpack
from tests.nn.test_saving import entry, safetensors

PROGRAM = Path(__file__).with_name("killed_run.py")
ROOT = PROGRAM.parents[3]
RESULTS = ("model.safetensors", "best.safetensors", "history.csv", "log.csv", "moments.json")

X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
Y = X @ np.array([[1.0], [2.0], [-1.0]], np.float32)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch):
    """Do not wait for the disk, as only a power failure would show; the killed processes do wait."""
    monkeypatch.setattr(os, "fsync", lambda file: None)


def made(width=5, **options):
    model = nn.Sequential(nn.Linear(3, width), nn.Tanh(), nn.Dropout(0.1), nn.Linear(width, 1))
    optimizer = optim.Adam(model.parameters(), lr=0.01, **options)
    return nn.Trainer(model, nn.MSELoss(), optimizer, metrics=["mae"])


def fitted(path, epochs=3, seed=0, width=5, **options):
    ag.manual_seed(seed)
    trainer = made(width)
    trainer.fit(X, Y, epochs=epochs, batch_size=8, verbose=0, resume=path, **options)
    return trainer


def bits(trainer):
    weights = [parameter.data.tobytes() for parameter in trainer.model.parameters()]
    return weights, trainer.history.values, trainer.optimizer.state_dict()["param_groups"]


class Interruption(Exception):  # noqa: N818 - it is none
    pass


def interrupting(event, at):
    """Give a callback that raises when something has happened so many times."""
    times = []

    def count(*_):
        times.append(None)
        if len(times) == at:
            raise Interruption

    return nn.LambdaCallback(**{event: count})


def program(*arguments):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )


def test_a_run_that_is_killed_at_20_moments_ends_as_if_nothing_had_happened(tmp_path):
    """Also while it writes. What is compared are weights, statistics, moments, rates, histories and random numbers."""
    ended = program(PROGRAM, tmp_path)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["ends"] == [-9] * 20
    assert told["while writing"] >= 2
    assert told["last"] == 0
    for name in RESULTS:
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    assert not list((tmp_path / "killed").glob(".run*.part"))


@pytest.mark.parametrize(
    ("event", "at"),
    [
        *(("on_train_begin", 1), ("on_epoch_begin", 1), ("on_epoch_begin", 2), ("on_train_batch_begin", 4)),
        *(("on_train_batch_end", 1), ("on_train_batch_end", 5), ("on_epoch_end", 1), ("on_epoch_end", 3)),
        *(("on_train_end", 1), ("on_test_begin", 2)),
    ],
)
@pytest.mark.parametrize("every", [None, 1])
def test_an_error_anywhere(event, at, every, tmp_path):
    options = {"validation_split": 0.2, "accumulate": 3, "checkpoint_every": every}
    whole = fitted(None, **options | {"checkpoint_every": None})
    with pytest.raises(Interruption):
        fitted(tmp_path / "run", callbacks=[interrupting(event, at)], **options)
    assert bits(fitted(tmp_path / "run", callbacks=[nn.LambdaCallback()], **options)) == bits(whole)


def test_checkpoints_change_nothing(tmp_path):
    assert bits(fitted(tmp_path / "run", checkpoint_every=1)) == bits(fitted(None))


def test_a_run_can_be_made_longer(tmp_path):
    whole = fitted(None, epochs=5)
    fitted(tmp_path / "run", epochs=2)
    assert bits(fitted(tmp_path / "run", epochs=5)) == bits(whole)


def test_a_run_that_has_ended_is_only_told_again(tmp_path):
    whole = fitted(tmp_path / "run")
    ag.manual_seed(99)
    trainer = made()
    calls = []
    note = nn.LambdaCallback(on_epoch_begin=lambda epoch, logs: calls.append(epoch))
    with pytest.raises(ValueError, match="written with the callbacks none, and now there are 0: LambdaCallback"):
        trainer.fit(X, Y, epochs=3, verbose=0, resume=tmp_path / "run", callbacks=[note])
    trainer.fit(X, Y, epochs=3, batch_size=8, verbose=0, resume=tmp_path / "run")
    assert bits(trainer) == bits(whole)
    assert calls == []


def test_an_early_stop_is_remembered(tmp_path):
    options = {"validation_data": (X, -Y), "epochs": 30}
    whole = fitted(tmp_path / "run", callbacks=[nn.EarlyStopping(patience=2)], **options)
    again = nn.EarlyStopping(patience=2)
    assert bits(fitted(tmp_path / "run", callbacks=[again], **options)) == bits(whole)
    assert len(whole.history) < 30
    assert again.stopped_epoch == len(whole.history) - 1


def test_weights_of_a_checkpoint_are_found_by_load(tmp_path):
    trainer = fitted(tmp_path / "run")
    found = nn.load(tmp_path / "run")["model"]
    assert set(found) == set(trainer.model.state_dict())
    nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Dropout(0.1), nn.Linear(5, 1)).load_state_dict(found)


def test_data_loaders_of_a_user_go_on(tmp_path):
    def run(path, callbacks):
        ag.manual_seed(3)
        trainer = made()
        data = nn.data.TensorDataset(X, Y)
        loader = nn.data.DataLoader(data, 8, shuffle=True, prefetch=2, transform=lambda x: x + 0.1)
        validation = nn.data.DataLoader(data, 16, shuffle=True)
        trainer.fit(
            loader,
            epochs=3,
            validation_data=validation,
            verbose=0,
            resume=path,
            checkpoint_every=1,
            callbacks=callbacks,
        )
        return trainer

    whole = run(tmp_path / "whole", [nn.LambdaCallback()])
    with pytest.raises(Interruption):
        run(tmp_path / "run", [interrupting("on_train_batch_end", 8)])
    assert bits(run(tmp_path / "run", [nn.LambdaCallback()])) == bits(whole)


OPTIMIZERS = {
    "nesterov": lambda parameters: optim.SGD(parameters, lr=0.05, momentum=0.9, nesterov=True),
    "lbfgs": lambda parameters: optim.LBFGS(parameters, lr=0.5, max_iter=3),
    "sam": lambda parameters: optim.SAM(optim.SGD(parameters, lr=0.05, momentum=0.9)),
    "lookahead": lambda parameters: optim.Lookahead(optim.Adam(parameters)),
}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_optimizer_goes_on(make, tmp_path):
    def run(epochs, path=None):
        ag.manual_seed(0)
        model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Dropout(0.1), nn.Linear(5, 1))
        trainer = nn.Trainer(model, nn.MSELoss(), make(model.parameters()))
        trainer.fit(X, Y, epochs=epochs, batch_size=8, verbose=0, resume=path)
        return bits(trainer)[:2]

    run(2, tmp_path / "run")
    assert run(4, tmp_path / "run") == run(4)


def test_a_loss_with_weights_of_its_own_goes_on(tmp_path):
    class Scaled(nn.Module):
        def __init__(self):
            self.scale = nn.Parameter(np.ones(1, np.float32))

        def forward(self, output, target):
            return ((output - target) ** 2 / self.scale**2 + self.scale**2).mean()

    def run(epochs, path=None):
        ag.manual_seed(0)
        model, loss = nn.Linear(3, 1), Scaled()
        trainer = nn.Trainer(model, loss, optim.Adam([*model.parameters(), *loss.parameters()], lr=0.1))
        trainer.fit(X, Y, epochs=epochs, batch_size=8, verbose=0, resume=path)
        return bits(trainer)[:2], loss.scale.item()

    run(2, tmp_path / "run")
    assert run(4, tmp_path / "run") == run(4)
    assert run(4)[1] != 1.0


# ---------------------------------------------------------------------------------------------- what cannot be written


LIMITED = """
import os, resource, sys, numpy as np, nn
from tests.nn.training.test_resuming import fitted
os.chdir(sys.argv[1])
weights = {"x": np.zeros(3)}
nn.save(weights, "weights"), fitted("run", epochs=1)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
for write in (lambda: nn.save({"x": np.zeros(3000)}, "weights"), lambda: fitted("run", epochs=2)):
    try:
        write()
    except OSError as error:
        print(error)
assert nn.load("weights")["x"].size == 3
assert sorted(os.listdir()) == ["run", "weights", "whole"]
"""


def test_a_disk_that_takes_no_more(tmp_path):
    whole = fitted(tmp_path / "whole", epochs=2)
    ended = program("-c", LIMITED, tmp_path)
    assert ended.returncode == 0, ended.stderr
    for line, name in zip(ended.stdout.splitlines(), ("nn.save: cannot write", "fit: cannot write"), strict=True):
        assert line.endswith("File too large; the file that was there is as it was")
        assert name in line
        assert str(tmp_path) in line
    assert bits(fitted(tmp_path / "run", epochs=2)) == bits(whole)


def test_a_full_disk_ends_the_run_and_keeps_the_last_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "run"
    whole = fitted(tmp_path / "whole", epochs=3)
    fitted(path, epochs=1)
    before = path.read_bytes()

    def fail(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patches:
        patches.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match=r"fit: cannot write .*run: No space left"):
            fitted(path, epochs=3)
    assert path.read_bytes() == before
    assert bits(fitted(path, epochs=3)) == bits(whole)


def test_a_place_that_cannot_be_written_is_known_before_the_first_epoch(tmp_path):
    (tmp_path / "file").write_text("")
    begun = []
    note = nn.LambdaCallback(on_epoch_begin=lambda epoch, logs: begun.append(epoch))
    with pytest.raises(OSError, match="file"):
        fitted(tmp_path / "file" / "run", callbacks=[note])
    with pytest.raises(
        ValueError, match=r"fit: resume is the file of a checkpoint, and .* is a folder; give .*run.saf"
    ):
        fitted(tmp_path, callbacks=[note])
    assert not begun


def test_a_disk_that_is_full_is_known_before_the_first_epoch(tmp_path, monkeypatch):
    def fail(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    begun = []
    note = nn.LambdaCallback(on_epoch_begin=lambda epoch, logs: begun.append(epoch))
    with pytest.raises(OSError, match="No space left on device; there is no such file still"):
        fitted(tmp_path / "run", callbacks=[note])
    assert not begun


def test_a_folder_that_is_missing_is_made(tmp_path):
    fitted(tmp_path / "deep" / "down" / "run", epochs=1)
    assert (tmp_path / "deep" / "down" / "run").exists()


def test_states_that_cannot_be_written(tmp_path):
    class Strange(nn.Callback):
        def state_dict(self):
            return {"open": {"file": {1, 2}}}

    with pytest.raises(TypeError, match=r"callbacks.0: Strange.open.file is a set, which a checkpoint cannot hold"):
        fitted(tmp_path / "run", callbacks=[Strange()])
    assert not list(tmp_path.iterdir())


# --------------------------------------------------------------------------------------------------- what is not right


def with_text(text, **arrays):
    """Give a file whose header is right, and whose text is this."""
    header = {name: entry(list(array.shape), 0, array.nbytes) for name, array in arrays.items()}
    return safetensors(
        {"__metadata__": {"glassgrad.state": text}, **header}, b"".join(a.tobytes() for a in arrays.values())
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no safetensors file, or a damaged one"),
        (b"abc", "is no safetensors file, or a damaged one"),
        (safetensors(b"{}", length=1 << 40), "is no safetensors file, or a damaged one"),
        (safetensors({"x": entry([1 << 40], 0, 4)}, b"1234"), "is no safetensors file, or a damaged one"),
        (safetensors({"x": entry([1], 0, 4), "y": entry([1], 2, 6)}, b"123456"), "is no safetensors file"),
        (b"\x80\x04K\x01.", "is a pickle.*never read"),
        (b"PK\x03\x04" + bytes(100), "is a pickle.*never read"),
        (safetensors({"x": entry([1], 0, 4)}, b"1234"), "is no checkpoint of a run; weights alone are read by nn.load"),
        (with_text("not JSON"), "is a damaged checkpoint"),
        (with_text("[" * 100_000), "is a damaged checkpoint"),
        (with_text("1" * 100_000), "is a damaged checkpoint"),
        (with_text('{"$array": "missing"}'), "is a damaged checkpoint"),
        (with_text('{"$array": ["x"]}'), "is a damaged checkpoint"),
        (with_text('{"$python": "print()"}'), "is a damaged checkpoint"),
        (with_text('{"$pairs": [[1]]}'), "is a damaged checkpoint"),
        (with_text('{"$pairs": [[[1], 2]]}'), "is a damaged checkpoint"),
        (with_text('{"$complex": "x"}', x=np.float32(0)), "is a damaged checkpoint"),
        (with_text("{}"), "is no checkpoint of this run"),
        (with_text("3"), "is a damaged checkpoint"),
        (with_text('{"place": 3}'), "is no checkpoint of this run"),
    ],
)
def test_damaged_and_hostile_files(content, message, tmp_path):
    path = tmp_path / "run"
    path.write_bytes(content)
    ag.manual_seed(0)
    trainer = made()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=f"fit: .*run {message}"):
            trainer.fit(X, Y, verbose=0, resume=path)
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("place", 0), -1),
        (("place", 0), "3"),
        (("place", 1), 1.5),
        (("place",), [1, 2]),
        (("history", "count"), 10**15),
        (("history", "values"), {"loss": 1}),
        (("data",), []),
        (("data", 0, "seed"), -1),
        (("random",), {"bit_generator": "MT19937"}),
        (("random", "state", "state"), 10**100),
        (("random", "state", "state"), -1),
        (("orders",), []),
        (("orders", 0), [0, 0]),
        (("orders", 0), [5, 7]),
        (("orders", 0), [0] * 30),
        (("optimizer", "param_groups"), []),
        (("optimizer", "param_groups", 0, "lr"), -1.0),
        (("optimizer", "param_groups", 0, "betas"), "ab"),
        (("model", "0.weight"), 3.0),
        (("model",), {}),
        (("callbacks",), {"0: EarlyStopping": {}}),
        (("tally",), None),
    ],
)
def test_states_that_are_not_right_change_nothing(path, value, tmp_path):
    fitted(tmp_path / "run", epochs=1)
    arrays, texts = saving.read("test", tmp_path / "run")
    state = place = unpack(texts["glassgrad.state"], arrays)
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    text, arrays = pack(state)
    saving.write("test", tmp_path / "run", arrays, {"glassgrad.state": text})
    ag.manual_seed(0)
    trainer = made()
    before = bits(trainer)[0], str(trainer.optimizer.state_dict()), ag.generator().bit_generator.state
    with pytest.raises(
        ValueError, match="run is no checkpoint of this run; what is trained must be made in the same way"
    ):
        trainer.fit(X, Y, batch_size=8, verbose=0, resume=tmp_path / "run")
    assert (bits(trainer)[0], str(trainer.optimizer.state_dict())) == before[:2]


def test_another_model_or_other_data(tmp_path):
    fitted(tmp_path / "run", epochs=1)
    with pytest.raises(ValueError, match=r"misshapen: 0.weight is float32 \(6, 3\) here"):
        fitted(tmp_path / "run", width=6)
    with pytest.raises(Interruption):
        fitted(tmp_path / "other", callbacks=[interrupting("on_train_batch_end", 3)], checkpoint_every=1)
    ag.manual_seed(0)
    with pytest.raises(ValueError, match=r"batch_size was 8 and is 4"):
        made().fit(
            X, Y, batch_size=4, verbose=0, resume=tmp_path / "other", callbacks=[nn.LambdaCallback()]
        )  # fmt: skip


def test_cut_off_anywhere(tmp_path):
    path = tmp_path / "run"
    fitted(path, epochs=1)
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"fit: .*run is no safetensors file, or a damaged one"):
            fitted(path, epochs=2)


def test_a_file_of_something_else_is_not_read_whole(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # takes no place on the disk, but would in memory
        file.write(b"\xff" * 8)
    with pytest.raises(ValueError, match=r"nn.load: .*large is no safetensors file"):
        nn.load(path)


# ------------------------------------------------------------------------------------------------------------- packing


def test_what_is_packed_comes_back():
    state = {
        "none": None,
        "numbers": [True, 1, -(2**130), 1.5, float("inf"), "text"],
        "tuple": (1, (2, [3])),
        3: {"a.b": np.arange(3), "a": {"b": np.ones(2, complex)}},
        "$tuple": "not one",
        "tensor": ag.Tensor([1.0, 2.0]),
        "numpy": [np.float64(0.1), np.float32(0.1), np.int64(7)],
    }
    text, arrays = pack(state)
    found = unpack(text, arrays)
    assert list(found) == list(state)
    assert found["numbers"] == state["numbers"]
    assert found["tuple"] == (1, (2, [3]))
    assert found["$tuple"] == "not one"
    assert isinstance(found["tensor"], ag.Tensor)
    assert [float(each) for each in found["numpy"]] == [0.1, float(np.float32(0.1)), 7.0]
    np.testing.assert_array_equal(found[3]["a.b"], np.arange(3))
    np.testing.assert_array_equal(found[3]["a"]["b"], np.ones(2, complex))


def test_nan_comes_back():
    assert np.isnan(unpack(*pack([float("nan")]))[0])


def test_complex_models_and_memory_in_any_order_go_on(tmp_path):
    def run(epochs):
        ag.manual_seed(0)
        model = nn.Module()
        model.weight = nn.Parameter(np.asfortranarray(np.arange(12.0).reshape(4, 3) + 1j))
        model.forward = lambda x: abs(x @ model.weight[:3])
        optimizer = optim.Adam(model.parameters(), lr=0.1)
        trainer = nn.Trainer(model, nn.MSELoss(), optimizer)
        trainer.fit(X, X, epochs=epochs, verbose=0, resume=tmp_path / "run")
        return trainer

    run(1)
    resumed = run(2)
    (tmp_path / "run").unlink()
    assert bits(resumed)[:2] == bits(run(2))[:2]
