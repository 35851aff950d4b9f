"""Datasets: samples by number, by slice, by many numbers; what is put together as a batch; what is refused."""

from collections import namedtuple

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn.data import Dataset, IterableDataset, Subset, TensorDataset, default_collate

X = np.arange(12, dtype=np.float32).reshape(6, 2)
Y = np.arange(6) * 10


class Squares(Dataset):
    """As PyTorch's users write them: one sample at a time."""

    def __len__(self):
        return 5

    def __getitem__(self, index):
        assert isinstance(index, int)
        return {"x": np.full(2, index, np.float32), "y": index**2}


def same(found, expected):
    expected = np.asarray(expected)
    assert isinstance(found, Tensor)
    assert found.dtype == expected.dtype
    assert not found.requires_grad
    np.testing.assert_array_equal(found.data, expected)


@pytest.mark.parametrize(
    "index", [2, -1, np.int64(3), slice(1, 5, 2), slice(0, 0), [4, 0, 0], np.array([1, 2]), Tensor([5, 1]), [], Y > 20]
)
def test_rows_of_arrays(index):
    x, y = TensorDataset(X, Y)[index]
    rows = [] if isinstance(index, list) and not index else index
    at = np.asarray(rows, np.intp) if isinstance(rows, list) else rows.numpy() if isinstance(rows, Tensor) else rows
    same(x, X[at])
    same(y, Y[at])


def test_every_dtype_is_kept():
    arrays = [np.zeros(3, dtype) for dtype in ("?", "u1", "i4", "f2", "f4", "f8", "c8")]
    assert [x.dtype for x in TensorDataset(*arrays)[:2]] == [array.dtype for array in arrays]


def test_samples_of_a_dataset_are_gone_through():
    assert [y.item() for _, y in TensorDataset(X, Y)] == Y.tolist()
    assert [y.item() for _, y in Subset(TensorDataset(X, Y), [1, 5])] == [10, 50]
    assert [sample["y"] for sample in Squares()] == [0, 1, 4, 9, 16]  # which raises no IndexError


def test_arrays_are_not_copied_and_batches_are(tmp_path):
    array = np.memmap(tmp_path / "numbers", np.float32, "w+", shape=(4, 2))
    dataset = TensorDataset(array)
    (before,) = dataset[:]
    array[1] = 5.0
    same(dataset[1][0], np.float32([5, 5]))
    same(before, np.zeros((4, 2), np.float32))


@pytest.mark.parametrize(
    ("arrays", "error", "told"),
    [
        ((), TypeError, "at least one array, got none"),
        ((["a"],), TypeError, "array 0 must hold numbers, got list <U1"),
        ((X, 3.0), ValueError, "array 1 must have an axis"),
        ((X, [[1], [2, 3]]), ValueError, "TensorDataset: array 1 must have rows of one shape"),
        ((X, Y[:4]), ValueError, r"same number of samples.* got float32 \(6, 2\), int64 \(4,\)"),
        ((np.ma.masked_array([1.0, 2.0], [True, False]),), TypeError, "array 0 must hold numbers"),
        ((Tensor([1.0], requires_grad=True),), TypeError, "requires grad"),
    ],
)
def test_what_is_no_array_of_samples(arrays, error, told):
    with pytest.raises(error, match=told):
        TensorDataset(*arrays)


def test_a_sample_that_is_not_there():
    with pytest.raises(IndexError):
        TensorDataset(X)[6]


@pytest.mark.parametrize("dataset", [TensorDataset(X, Y), [(x, y) for x, y in zip(X, Y, strict=True)]])
def test_a_subset(dataset):
    subset = Subset(dataset, [5, 1, 1])
    assert len(subset) == 3
    assert int(subset[0][1]) == 50
    assert int(subset[-2][1]) == 10
    same(subset[1:][0], X[[1, 1]])
    same(subset[[2, 0]][1], Y[[1, 5]])
    same(subset[np.array([True, False, True])][1], Y[[5, 1]])
    same(subset.take([0, 1])[1], Y[[5, 1]])


def test_subsets_of_subsets_and_by_booleans():
    subset = Subset(Subset(TensorDataset(Y), Y >= 20), [3, 0])
    same(subset[:][0], [50, 20])
    assert len(Subset(TensorDataset(Y), [])) == 0
    assert len(Subset(TensorDataset(Y), np.zeros(6, bool))) == 0


@pytest.mark.parametrize(
    ("indices", "error", "told"),
    [
        ([0, 6], IndexError, "numbers 0 to 5, got 6"),
        ([-1], IndexError, "got -1"),
        ([0.5], TypeError, "whole numbers or booleans, got float64"),
        ([[0]], TypeError, r"got int64 \(1, 1\)"),
        ([True, False], IndexError, "a boolean for each of 6 samples, got 2"),
        (3, TypeError, r"a row of whole numbers or booleans, got int64 \(\)"),
        ((n for n in [1]), TypeError, "a row of whole numbers"),
    ],
)
def test_a_subset_of_what_is_not_there(indices, error, told):
    with pytest.raises(error, match=told):
        Subset(TensorDataset(Y), indices)


@pytest.mark.parametrize("dataset", [5, IterableDataset([1]), {0: "a"}, "text"])
def test_a_subset_of_what_has_no_numbered_samples(dataset):
    with pytest.raises(TypeError, match="Subset: takes a dataset with len and numbered samples, got"):
        Subset(dataset, [0])


def test_a_dataset_must_say_what_it_has():
    class Nothing(Dataset):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Nothing()


def test_samples_one_at_a_time_are_put_together():
    batch = Squares().take(np.array([3, 1]))
    same(batch["x"], np.float32([[3, 3], [1, 1]]))
    same(batch["y"], [9, 1])


Pair = namedtuple("Pair", "image label")  # noqa: PYI024 - as users write it


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([1, 2], np.array([1, 2])),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ([True, False], np.array([True, False])),
        ([1 + 2j], np.array([1 + 2j])),
        ([np.float32(1), np.float32(2)], np.array([1, 2], np.float32)),
        ([np.zeros((2, 3)), np.ones((2, 3))], np.stack([np.zeros((2, 3)), np.ones((2, 3))])),
        ([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])], np.array([[1.0, 2.0], [3.0, 4.0]])),
    ],
)
def test_numbers_are_stacked(samples, expected):
    same(default_collate(samples), expected)


def test_the_form_of_a_sample_is_kept():
    batch = default_collate(
        [Pair(np.zeros(2), {"name": "a", "at": [1, 2.0]}), Pair(np.ones(2), {"at": [3, 4.0], "name": "b"})]
    )
    assert type(batch) is Pair
    same(batch.image, [[0.0, 0.0], [1.0, 1.0]])
    assert batch.label["name"] == ["a", "b"]
    assert type(batch.label["at"]) is list
    same(batch.label["at"][0], [1, 3])
    same(batch.label["at"][1], [2.0, 4.0])
    assert type(default_collate([(1, 2)])) is tuple


@pytest.mark.parametrize(
    ("samples", "error", "told"),
    [
        ([], ValueError, "at least one sample"),
        ([None], TypeError, "a sample is a NoneType"),
        ([(1, None)], TypeError, r"sample\[1\] is a NoneType.* collate_fn"),
        ([(1, "a"), (1, None)], TypeError, r"sample\[1\] is a str in one and a NoneType in another"),
        (
            [{"x": np.zeros(2)}, {"x": np.zeros(3)}],
            ValueError,
            r"the shapes of sample\['x'\].*\(2,\), that of place 1.*\(3,\)",
        ),
        ([{"x": 1}, {"y": 1}], ValueError, "the keys of a sample"),
        ([(1, 2), (1,)], ValueError, "the lengths of a sample.* has 2.* has 1"),
        ([1, "a"], TypeError, "a sample must be numbers"),
        ([np.array(["a"])], TypeError, "a sample must be numbers, got <U1"),
    ],
)
def test_samples_that_do_not_fit_together(samples, error, told):
    with pytest.raises(error, match=told):
        default_collate(samples)


def test_streams_begin_anew():
    def numbers():
        yield from range(3)

    for source in (numbers, [0, 1, 2], range(3)):
        dataset = IterableDataset(source)
        assert [list(dataset), list(dataset)] == [[0, 1, 2]] * 2


def test_a_stream_by_a_subclass():
    class Counting(IterableDataset):
        def __init__(self, end):
            super().__init__()
            self.end = end

        def __iter__(self):
            return iter(range(self.end))

    assert list(Counting(3)) == [0, 1, 2]


@pytest.mark.parametrize("source", [iter([1]), (n for n in range(2)), 3])
def test_what_could_be_gone_through_once_only(source):
    with pytest.raises(TypeError, match="takes a function that gives an iterable"):
        IterableDataset(source)


def test_what_datasets_show():
    dataset = TensorDataset(X, Y)
    assert repr(dataset) == "TensorDataset(float32 (6, 2), int64 (6,))"
    assert repr(Subset(dataset, [1])) == f"Subset({dataset!r}, 1 of 6)"


def test_it_is_loaded_with_the_package():
    assert nn.data.TensorDataset is TensorDataset
