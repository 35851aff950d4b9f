"""train_test_split: sizes and classes as scikit-learn cuts them, nothing lost, nothing twice."""

import numpy as np
import pytest
from sklearn import model_selection

import autograd as ag
from autograd import Tensor
from nn.data import Subset, TensorDataset, train_test_split


@pytest.mark.parametrize("samples", [2, 3, 4, 7, 10, 29, 100])
@pytest.mark.parametrize("test_size", [0.25, 0.1, 1 / 3, 0.5, 0.9, 1, 2, 0.07, np.float64(0.3), np.int64(1)])
def test_sizes_are_those_of_scikit_learn(samples, test_size):
    x = np.arange(samples)

    def sizes(split, **seed):
        try:
            train, test = split(x, test_size=test_size, **seed)
        except ValueError:
            return "refused"
        assert sorted([*train, *test]) == x.tolist()
        return len(train), len(test)

    assert sizes(train_test_split, seed=0) == sizes(model_selection.train_test_split, random_state=0)


@pytest.mark.parametrize("counts", [[10, 20, 30], [2, 2, 2], [5, 50], [3, 4, 5, 6, 7], [2, 98], [33, 33, 34]])
@pytest.mark.parametrize("test_size", [0.25, 0.5, 1 / 3, 5])
def test_classes_are_cut_as_scikit_learn_cuts_them(counts, test_size):
    """Which class gets the odd sample is drawn where none has more right to it, so it is one of several cuts there."""
    y = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))

    def classes(split, **seed):
        try:
            train, test = split(y, test_size=test_size, stratify=y, **seed)
        except ValueError:
            return "refused"
        assert sorted([*train, *test]) == sorted(y)
        return tuple(np.bincount(train, minlength=len(counts)))

    theirs = {classes(model_selection.train_test_split, random_state=seed) for seed in range(8)}
    assert classes(train_test_split, seed=0) in theirs


def test_rows_stay_together():
    x, y = np.arange(40).reshape(20, 2), np.arange(20)
    x_train, x_test, y_train, y_test = train_test_split(x, y, seed=3)
    assert (x_train.shape, y_test.shape) == ((15, 2), (5,))
    np.testing.assert_array_equal(x[y_train], x_train)
    np.testing.assert_array_equal(x[y_test], x_test)
    assert not np.array_equal(y_train, np.sort(y_train))


def test_everything_comes_back_as_what_it_was():
    parts = train_test_split(
        [1, 2, 3, 4], ("a", "b", "c", "d"), Tensor([1.0, 2, 3, 4]), TensorDataset([5, 6, 7, 8]), shuffle=False
    )
    assert parts[:4] == [[1, 2, 3], [4], ["a", "b", "c"], ["d"]]
    assert isinstance(parts[4], Tensor)
    assert parts[5].tolist() == [4.0]
    assert isinstance(parts[6], Subset)
    assert parts[7][:][0].tolist() == [8]


def test_what_is_no_array_keeps_what_it_is():
    class Numbered:
        """A dataset that is no subclass of ours, as a DataLoader takes it."""

        def __len__(self):
            return 4

        def __getitem__(self, number):
            return np.zeros(2), number

    train, _ = train_test_split(Numbered(), shuffle=False)
    assert isinstance(train, Subset)
    assert [label for _, label in train] == [0, 1, 2]
    assert train_test_split(range(4), shuffle=False) == [[0, 1, 2], [3]]
    masked, _ = train_test_split(np.ma.masked_array([1.0, 2, 3, 4], [True, False, False, False]), shuffle=False)
    assert masked.mask.tolist() == [True, False, False]


def test_gradients_pass():
    x = Tensor(np.arange(4.0), requires_grad=True)
    train, _ = train_test_split(x, shuffle=False)
    train.sum().backward()
    assert x.grad.tolist() == [1, 1, 1, 0]


def test_the_draw_is_fixed_by_the_seed_or_the_generator_of_the_library():
    x = np.arange(50)
    first, again, other = (train_test_split(x, seed=seed)[1].tolist() for seed in (1, 1, 2))
    assert first == again != other
    ag.manual_seed(5)
    first = train_test_split(x, stratify=x % 2)[1].tolist()
    second = train_test_split(x, stratify=x % 2)[1].tolist()
    ag.manual_seed(5)
    assert train_test_split(x, stratify=x % 2)[1].tolist() == first != second


def test_classes_by_names_pairs_and_objects():
    names = ["cat", "dog"] * 10
    _, test = train_test_split(names, test_size=10, stratify=names, seed=0)
    assert sorted(test) == ["cat"] * 5 + ["dog"] * 5
    _, test = train_test_split(names, test_size=10, stratify=np.array(names, object), seed=0)
    assert sorted(test) == ["cat"] * 5 + ["dog"] * 5
    pairs = np.tile([[0, 0], [0, 1], [1, 0], [1, 0]], (5, 1))
    _, test = train_test_split(pairs, test_size=4, stratify=pairs, seed=0)
    assert sorted(test.tolist()) == [[0, 0], [0, 1], [1, 0], [1, 0]]


def test_which_class_gets_the_odd_sample_is_drawn():
    y = np.repeat([0, 1], 5)
    found = {tuple(np.bincount(train_test_split(y, test_size=5, stratify=y, seed=seed)[0])) for seed in range(20)}
    assert found == {(2, 3), (3, 2)}


@pytest.mark.parametrize(
    ("arrays", "options", "error", "told"),
    [
        ((), {}, TypeError, "at least one array"),
        (([1, 2], [1]), {}, ValueError, r"same length, got \[2, 1\]"),
        ((3,), {}, TypeError, "got 3"),
        (({"x": 1, "y": 2},), {}, TypeError, "numbered samples, got"),
        (("text",), {}, TypeError, "numbered samples, got"),
        ((np.array(3),), {}, TypeError, "got int64"),
        (([1, 2],), {"test_size": 1.0}, ValueError, "between 0 and 1, .* got 1.0"),
        (([1, 2],), {"test_size": 2}, ValueError, "from 1 to 1, .* got 2"),
        (([1, 2],), {"test_size": True}, ValueError, "got True"),
        (([1, 2],), {"test_size": None}, ValueError, "got None"),
        (([1, 2],), {"test_size": 0.9}, ValueError, "none of 2 samples would be left"),
        (([],), {}, ValueError, "none of 0 samples"),
        (([1, 2],), {"shuffle": False, "stratify": [0, 1]}, ValueError, "shuffle=False"),
        (([1, 2, 3],), {"stratify": [0, 1]}, ValueError, "a class for each of 3 samples, got int64"),
        (([1, 2, 3],), {"stratify": ["a", "b", "b"]}, ValueError, "there is one of the class a"),
        (([1] * 8,), {"stratify": [0, 1] * 4, "test_size": 1}, ValueError, "7 samples for training and 1 for tests"),
    ],
)
def test_what_cannot_be_split(arrays, options, error, told):
    with pytest.raises(error, match=told):
        train_test_split(*arrays, **options)
