"""Weights in files: what is read is what was written, a file is whole or old, hostile ones do no harm."""

import errno
import json
import os
import pickle
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import Tensor


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
