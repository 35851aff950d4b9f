"""Weights in files: what is read is what was written, a file is whole or old, hostile ones do no harm."""

import errno
import json
import os
import pickle
import signal
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy as safetensors_numpy

import autograd as ag
import nn
import optim
from autograd import Tensor

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def safetensors(header, data=b"", length=None):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(header) if length is None else length).to_bytes(8, "little") + header + data


def entry(shape, start, end, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def test_a_model_comes_back(path):
    model = nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Conv2d(1, 2, 3))
    nn.save(model, path)
    other = nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Conv2d(1, 2, 3))
    other.load_state_dict(nn.load(str(path)))
    for one, same in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(one.data, same.data)


@pytest.mark.parametrize(
    "dtype", ["?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "c8", ">f4", ">i8"]
)
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_every_dtype_and_shape(dtype, shape, path):
    array = (np.arange(6)[: int(np.prod(shape))].reshape(shape) % 2).astype(dtype)
    nn.save({"x": array}, path)
    found = nn.load(path)["x"]
    assert found.dtype == array.dtype.newbyteorder("=")
    np.testing.assert_array_equal(found.data, array)


def test_the_order_in_memory_does_not_matter(path):
    """The library behind it writes memory as it lies: columns first, where an array is laid so."""
    matrix = np.arange(6.0).reshape(2, 3)
    nn.save({"columns": np.asfortranarray(matrix), "turned": matrix.T, "picked": Tensor(matrix[:, ::-2])}, path)
    found = nn.load(path)
    np.testing.assert_array_equal(found["columns"].data, matrix)
    np.testing.assert_array_equal(found["turned"].data, matrix.T)
    np.testing.assert_array_equal(found["picked"].data, matrix[:, ::-2])


def test_what_is_loaded_is_its_own(path):
    nn.save({"x": np.zeros(3)}, path)
    first = nn.load(path)["x"]
    first[0] = 1.0
    np.testing.assert_array_equal(nn.load(path)["x"].data, np.zeros(3))


def test_bfloat16_becomes_float32(path):
    path.write_bytes(safetensors({"x": entry([2], 0, 4, "BF16")}, b"\x80\x3f\x20\xc0"))
    np.testing.assert_array_equal(nn.load(path)["x"].data, np.array([1.0, -2.5], np.float32))


def test_metadata_is_written(path):
    nn.save({"x": np.zeros(1)}, path, metadata={"epoch": "3"})
    assert b'"epoch":"3"' in path.read_bytes()


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"x": np.zeros(1, complex)}, "x is complex128"),
        ({"x": np.array(["a"])}, "x is <U1"),
        ({3: np.zeros(1)}, "names are texts, got 3"),
        ([1.0], "takes a module or a mapping .* got a list"),
        ({"deep": {"down": {1, 2}}}, "nn.save: deep.down is a set, which a checkpoint cannot hold; it takes numbers"),
        ({"model": nn.Linear(1, 1)}, r"model is a Linear, .*; give its state_dict\(\)"),
    ],
)
def test_what_cannot_be_written(state, message, path):
    nn.save({"x": np.zeros(1)}, path)
    before = path.read_bytes()
    with pytest.raises(TypeError, match=message):
        nn.save(state, path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"abc",
        b"not a safetensors file at all",
        safetensors(b"{}", length=1 << 40),
        safetensors(b"{}", length=(1 << 64) - 1),
        safetensors(b'{"x":'),
        safetensors({"x": entry([1 << 40], 0, 4)}, b"1234"),
        safetensors({"x": entry([1 << 62, 4], 0, 0)}),
        safetensors({"x": entry([-1], 0, 4)}, b"1234"),
        safetensors({"x": entry([1], 0, 4), "y": entry([1], 2, 6)}, b"123456"),
        safetensors({"x": entry([1], 0, 4)}, b"12345678"),
        safetensors({"x": entry([2], 0, 8)}, b"1234"),
        safetensors({"x": entry([1], 0, 4, "Q128")}, b"1234"),
    ],
)
def test_damaged_and_hostile_files(content, path):
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="is no safetensors file, or a damaged one"):
            nn.load(path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_what_numpy_does_not_have(path):
    path.write_bytes(safetensors({"x": entry([4], 0, 4, "F8_E4M3")}, b"1234"))
    with pytest.raises(ValueError, match=r"x in .* is F8_E4M3, which NumPy does not have"):
        nn.load(path)


def test_cut_off_anywhere(path):
    nn.save(nn.Linear(3, 2), path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="damaged"):
            nn.load(path)


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_pickles_are_not_read(protocol, path):
    class Evil:
        def __reduce__(self):
            return os._exit, (1,)

    path.write_bytes(pickle.dumps(Evil(), protocol))
    with pytest.raises(ValueError, match=r"pickle.*never read.*safetensors\.torch\.save_file"):
        nn.load(path)
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(ValueError, match="pickle"):
        nn.load(path)


def test_there_is_no_such_file(path):
    with pytest.raises(FileNotFoundError, match=r"model\.safetensors"):
        nn.load(path)


def test_there_is_no_such_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nn\.save: cannot write .*there is no such file still"):
        nn.save(nn.Linear(1, 1), tmp_path / "missing" / "model.safetensors")


@pytest.mark.parametrize(("owner", "step"), [(os, "fsync"), (Path, "replace")])
def test_a_failure_leaves_the_old_file(owner, step, path, monkeypatch):
    nn.save({"x": np.zeros(3)}, path)
    before = path.read_bytes()

    def fail(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(owner, step, fail)
    with pytest.raises(OSError, match=r"nn\.save: cannot write .*No space left.*the file that was there is as it was"):
        nn.save({"x": np.ones(3)}, path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_an_interruption_leaves_the_old_file(path, monkeypatch):
    nn.save({"x": np.zeros(3)}, path)

    def interrupt(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        nn.save({"x": np.ones(3)}, path)
    np.testing.assert_array_equal(nn.load(path)["x"].data, np.zeros(3))
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_a_link(path):
    link = path.with_name("latest.safetensors")
    link.symlink_to(path)
    nn.save({"x": np.ones(3)}, link)
    assert link.is_symlink()
    np.testing.assert_array_equal(nn.load(path)["x"].data, np.ones(3))


def test_permissions_are_those_of_other_files(path):
    (path.parent / "other").write_bytes(b"")
    nn.save({"x": np.zeros(3)}, path)
    assert path.stat().st_mode == (path.parent / "other").stat().st_mode
    path.chmod(0o640)
    nn.save({"x": np.ones(3)}, path)
    assert path.stat().st_mode & 0o777 == 0o640


KILLED = """
import os, signal, sys, numpy as np, nn
os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
nn.save({"x": np.ones(3)}, sys.argv[1])
"""


def test_what_a_killed_writing_has_left_goes_with_the_next_one(path):
    nn.save({"x": np.zeros(3)}, path)
    ended = subprocess.run([sys.executable, "-c", KILLED, path], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len(list(path.parent.iterdir())) == 2
    np.testing.assert_array_equal(nn.load(path)["x"].data, np.zeros(3))
    nn.save({"x": np.ones(3)}, path)
    assert list(path.parent.iterdir()) == [path]


def test_what_another_one_is_writing_stays(path, monkeypatch):
    """Two writings of a file at the same time: that which ends last is there, and nothing else."""
    settle, inner = os.fsync, iter([lambda: nn.save({"x": np.ones(3)}, path)])

    def write_within(file):
        next(inner, lambda: None)()
        settle(file)

    monkeypatch.setattr(os, "fsync", write_within)
    nn.save({"x": np.zeros(3)}, path)
    np.testing.assert_array_equal(nn.load(path)["x"].data, np.zeros(3))
    assert list(path.parent.iterdir()) == [path]


def trained(model, optimizer, schedule, loader, epochs):
    losses = []
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        schedule.step()
    return losses


def parts():
    ag.manual_seed(0)
    x = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    loader = nn.data.DataLoader(nn.data.TensorDataset(x, x[:, :1]), 8, shuffle=True)
    model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.2), nn.Linear(4, 1))
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    return model, optimizer, optim.lr_scheduler.StepLR(optimizer, 2), loader


def test_a_loop_of_ones_own_goes_on(path):
    """As PyTorch's users write checkpoints: a dict of the states, whatever is in them."""
    whole = trained(*parts(), 5)
    mine = parts()
    first = trained(*mine, 3)
    states = [part.state_dict() for part in mine]
    nn.save({"states": states, "random": ag.generator().bit_generator.state, "epoch": 3, "note": None}, path)
    mine = parts()
    found = nn.load(path)
    assert (found["epoch"], found["note"]) == (3, None)
    for part, state in zip(mine, found["states"], strict=True):
        part.load_state_dict(state)
    ag.generator().bit_generator.state = found["random"]
    assert first + trained(*mine, 2) == whole


def test_a_state_keeps_its_kinds(path):
    nn.save({"array": np.arange(3), "tensor": Tensor([1.5]), "pair": (1, 2.5), "by number": {0: "a"}}, path, {"k": "v"})
    found = nn.load(path)
    assert isinstance(found["array"], np.ndarray)
    assert isinstance(found["tensor"], Tensor)
    assert (found["pair"], found["by number"]) == ((1, 2.5), {0: "a"})
    assert b'"k":"v"' in path.read_bytes()


def test_weights_alone_are_a_file_for_everybody(path):
    nn.save({"x": np.zeros(3), "y": Tensor(1.0), "z": np.float32(2)}, path)
    assert set(nn.load(path)) == {"x", "y", "z"} == set(safetensors_numpy.load_file(path))


@pytest.mark.parametrize(
    "text", ["not JSON", "[" * 100_000, "1" * 100_000, '{"$array": "missing"}', "[1]", '{"x": {"$strange": 1}}']
)
def test_states_that_are_damaged(text, path):
    path.write_bytes(safetensors({"__metadata__": {"glassgrad.state": text}}))
    with pytest.raises(ValueError, match=r"nn\.load: .*model.safetensors is a damaged checkpoint"):
        nn.load(path)


@pytest.mark.parametrize("length", [0x0280, 0x0580])
def test_a_header_of_a_length_that_begins_like_a_pickle(length, path):
    header = json.dumps({"x": entry([1], 0, 4)}).ljust(length).encode()
    path.write_bytes(safetensors(header, b"1234"))
    assert path.read_bytes()[:2] in (b"\x80\x02", b"\x80\x05")
    assert nn.load(path)["x"].shape == (1,)


def test_without_the_library(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    for caller in (lambda: nn.save({"x": np.zeros(1)}, path), lambda: nn.load(path)):
        with pytest.raises(ImportError, match=r"nn\.(save|load): .*pip install safetensors, or pip install glassgrad"):
            caller()
