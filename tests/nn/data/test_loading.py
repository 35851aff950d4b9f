"""DataLoader: which samples are in which batch, what is refused, and that a run goes on exactly where it was."""

import json
from collections import namedtuple

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor
from nn.data import DataLoader, Dataset, IterableDataset, TensorDataset

X = np.arange(20, dtype=np.float32).reshape(10, 2)
Y = np.arange(10)
DATA = TensorDataset(X, Y)


class Noisy(Dataset):
    """Samples that are random themselves."""

    def __len__(self):
        return 10

    def __getitem__(self, index):
        return index, ag.generator().normal()


class NoisyStream(IterableDataset):
    def __iter__(self):
        return ((n, ag.generator().normal()) for n in range(10))


def noise(x):
    return x + ag.generator().normal(size=x.shape)


def numbers(batches):
    """What is in batches, as nested lists."""
    return [tuple(part.tolist() for part in batch) for batch in batches]


def labels(batches):
    return [y.tolist() for _, y in batches]


def order(loader):
    """The targets of an epoch, one after the other."""
    return [label for batch in labels(loader) for label in batch]


def test_batches_in_order():
    batches = list(DataLoader(DATA, batch_size=4))
    assert labels(batches) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    x, y = batches[1]
    assert type(batches[1]) is tuple
    assert isinstance(x, Tensor)
    np.testing.assert_array_equal(x.data, X[4:8])
    assert (x.dtype, y.dtype) == (np.float32, np.int64)


def test_a_batch_holds_one_sample_by_default():
    assert labels(DataLoader(DATA)) == [[n] for n in range(10)]


@pytest.mark.parametrize("source", [DATA, list(zip(X, Y, strict=True)), [(x, int(y)) for x, y in DATA]])
@pytest.mark.parametrize(
    ("size", "drop_last", "sizes"),
    [(4, False, [4, 4, 2]), (4, True, [4, 4]), (5, True, [5, 5]), (11, True, []), (11, False, [10])],
)
def test_the_last_batch(source, size, drop_last, sizes):
    loader = DataLoader(source, size, shuffle=True, drop_last=drop_last)
    assert [len(y) for _, y in loader] == sizes
    assert len(loader) == len(sizes)


@pytest.mark.parametrize("prefetch", [0, 3])
def test_no_samples(prefetch):
    loader = DataLoader(TensorDataset(np.empty((0, 2))), 4, shuffle=True, prefetch=prefetch)
    assert len(loader) == len(list(loader)) == 0


def test_each_epoch_has_all_samples_in_an_order_of_its_own():
    loader = DataLoader(DATA, 3, shuffle=True, seed=5)
    epochs = [order(loader) for _ in range(3)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert loader.epoch == 3
    again = DataLoader(DATA, 3, shuffle=True, seed=5)
    assert [order(again) for _ in range(3)] == epochs
    other = DataLoader(DATA, 3, shuffle=True, seed=6)
    assert order(other) != epochs[0]


def test_the_seed_comes_from_the_generator_of_the_library():
    def epochs():
        loader = DataLoader(DATA, 10, shuffle=True)  # made before the seed is set
        ag.manual_seed(3)
        return labels(loader) + labels(loader)

    first = epochs()
    assert epochs() == first
    before = ag.manual_seed(4).bit_generator.state
    list(DataLoader(DATA, 10, shuffle=True, seed=0))
    assert ag.generator().bit_generator.state == before


def test_all_orders_are_equally_likely():
    loader = DataLoader(TensorDataset([0, 1, 2]), 3, shuffle=True, seed=0)
    orders = [tuple(x.tolist()) for _ in range(600) for (x,) in loader]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert min(counts) > 60


# -------------------------------------------------------------------------------------------------- forms of batches


def test_one_array_makes_tuples_of_one():
    ((x,),) = DataLoader(TensorDataset(Y), 10)
    assert x.tolist() == Y.tolist()


def test_batches_of_dicts_and_own_ways_to_put_together():
    data = [{"image": np.zeros(2), "name": str(n)} for n in range(3)]
    assert [batch["name"] for batch in DataLoader(data, 2)] == [["0", "1"], ["2"]]
    assert list(DataLoader(range(5), 2, collate_fn=sum)) == [1, 5, 4]
    assert list(DataLoader(DATA, 5, collate_fn=len)) == [5, 5]
    assert list(DataLoader(IterableDataset(range(5)), 2, collate_fn=sum)) == [1, 5, 4]


def test_datasets_of_batches():
    batches = [(X[:4], Y[:4]), [X[4:], {"y": 5, "name": "last"}]]
    for source in (batches, IterableDataset(batches)):
        first, last = DataLoader(source, batch_size=None)
        assert numbers([first]) == [(X[:4].tolist(), [0, 1, 2, 3])]
        assert type(last) is list
        assert isinstance(last[0], Tensor)
        assert isinstance(last[1]["y"], Tensor)
        assert last[1]["name"] == "last"
    assert len(DataLoader(batches, None)) == 2


def test_streams():
    stream = IterableDataset(lambda: iter(DATA))
    assert labels(DataLoader(stream, 4)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert labels(DataLoader(stream, 4, drop_last=True)) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    with pytest.raises(TypeError, match="length is not known, since IterableDataset has none"):
        len(DataLoader(stream, 4))

    class Sized(IterableDataset):
        def __len__(self):
            return 10

    assert len(DataLoader(Sized(), 4)) == 3


def test_transforms_get_the_inputs():
    twice = lambda x: x * 2  # noqa: E731
    ((x, y),) = DataLoader(DATA, 10, transform=twice)
    np.testing.assert_array_equal(x.data, 2 * X)
    assert y.tolist() == Y.tolist()
    ((x, y),) = DataLoader([[1.0, 5]], transform=twice)
    assert (x.tolist(), y.tolist()) == ([2.0], [5])
    assert [x.tolist() for x in DataLoader(X[:, 0], 10, transform=twice)] == [(2 * X[:, 0]).tolist()]
    (batch,) = DataLoader([{"x": 1}], transform=lambda batch: batch["x"] + 1)
    assert batch.tolist() == [2]


def test_named_tuples_stay():
    pair = namedtuple("pair", "x y")  # noqa: PYI024 - as users write it
    for size, expected in ((2, [-1.0]), (None, -1.0)):
        (batch,) = DataLoader([pair(1.0, 2)], size, transform=lambda x: -x)
        assert (type(batch), batch.x.tolist()) == (pair, expected)


def test_augmentation_on_the_fly():
    images = np.random.default_rng(0).random((8, 1, 5, 5), dtype=np.float32)
    loader = DataLoader(TensorDataset(images, np.arange(8)), 4, transform=nn.data.RandomShift(2), seed=1)
    first, second = list(loader), list(loader)
    assert first[0][0].shape == (4, 1, 5, 5)
    assert numbers(first) != numbers(second)
    again = DataLoader(loader.dataset, 4, transform=nn.data.RandomShift(2), seed=1, prefetch=2)
    assert numbers(again) == numbers(first)


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        (((n for n in range(3)),), TypeError, "takes a Dataset, .* got generator"),
        (({"x": X, "y": Y},), TypeError, "takes a Dataset, .* got dict"),
        (("text",), TypeError, "takes a Dataset, .* got str"),
        ((DATA, 0), ValueError, "batch_size must be a whole number of at least 1, got 0"),
        ((DATA, 2.0), ValueError, "batch_size must be .* got 2.0"),
        ((DATA, True), ValueError, "batch_size must be .* got True"),
        ((IterableDataset([1]), 1, True), ValueError, "shuffle needs samples with numbers"),
    ],
)
def test_what_cannot_be_loaded(arguments, error, told):
    with pytest.raises(error, match=told):
        DataLoader(*arguments)


@pytest.mark.parametrize("make", [DataLoader, lambda data, size: nn.data.Subset(data, range(size))])
@pytest.mark.parametrize("given", [(X, Y), (Tensor(X), Tensor(Y)), (X.tolist(), Y.tolist())])
def test_arrays_side_by_side_are_no_dataset_of_two_samples(make, given):
    with pytest.raises(TypeError, match=r"tuple of 2, which would be its samples; .*nn.data.TensorDataset\(x, y\)"):
        make(given, 2)
    assert len(make(list(zip(X, Y, strict=True)), 2)) in (2, 5)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"prefetch": -1}, "prefetch must be a whole number of at least 0, got -1"),
        ({"seed": -1}, "seed must be"),
        ({"batch_size": None, "drop_last": True}, "drop_last and collate_fn are for a batch_size"),
        ({"batch_size": None, "collate_fn": list}, "drop_last and collate_fn are for a batch_size"),
    ],
)
def test_options_that_make_no_sense(options, told):
    with pytest.raises(ValueError, match=told):
        DataLoader(DATA, **options)


@pytest.mark.parametrize("name", ["transform", "collate_fn"])
def test_what_is_no_function(name):
    with pytest.raises(TypeError, match=f"DataLoader: {name} must be a function, got 3"):
        DataLoader(DATA, 2, **{name: 3})


# ----------------------------------------------------------------------------------------------------------- going on


def make(kind, prefetch, seed=7):
    if kind == "stream":
        return DataLoader(NoisyStream(), 3, seed=seed, prefetch=prefetch, transform=noise)
    dataset = Noisy() if kind == "samples" else TensorDataset(Y, Y.astype(float))
    return DataLoader(dataset, 3, shuffle=True, seed=seed, prefetch=prefetch, transform=noise)


@pytest.mark.parametrize("kind", ["arrays", "samples", "stream"])
@pytest.mark.parametrize("prefetch", [1, 2, 9])
def test_a_thread_changes_nothing(kind, prefetch):
    alone = [numbers(make(kind, 0)) for _ in range(2)]
    loader = make(kind, prefetch)
    ahead = []
    for batch in loader:
        ag.generator().normal()  # others draw meanwhile
        ahead.append(batch)
    assert numbers(ahead) == alone[0] == alone[1]


@pytest.mark.parametrize("kind", ["arrays", "samples", "stream"])
@pytest.mark.parametrize(("before", "after"), [(0, 0), (3, 0), (0, 2), (1, 4)])
def test_a_run_goes_on_after_any_batch(kind, before, after):
    running = make(kind, before)
    states, whole = [running.state_dict()], []
    for _ in range(3):
        for batch in running:
            whole += numbers([batch])
            states.append(running.state_dict())
        states.append(running.state_dict())
    assert len(whole) == 12
    for state in states:
        other = make(kind, after, seed=99)
        other.load_state_dict(json.loads(json.dumps(state)))
        assert other.epoch == state["epoch"]
        assert other.state_dict() == state
        seen = 4 * state["epoch"] + state["batch"]
        rest = [batch for _ in range(state["epoch"], 3) for batch in numbers(other)]
        assert rest == whole[seen:]
        assert other.state_dict() == states[-1]


@pytest.mark.parametrize("kind", ["samples", "stream"])
def test_each_batch_of_each_epoch_draws_numbers_of_its_own(kind):
    loader = make(kind, 0)
    drawn = [number for _ in range(3) for batch in numbers(loader) for number in batch[1]]
    assert len(set(drawn)) == 30


@pytest.mark.parametrize("prefetch", [0, 2])
def test_a_stream_may_draw_when_it_begins(prefetch):
    stream = IterableDataset(lambda: ag.generator().permutation(10))
    outside = ag.manual_seed(0).bit_generator.state
    loader = DataLoader(stream, 4, seed=1, prefetch=prefetch)
    epochs = [[x.tolist() for x in loader] for _ in range(2)]
    assert epochs[0] != epochs[1]
    assert ag.generator().bit_generator.state == outside
    assert [x.tolist() for x in DataLoader(stream, 4, seed=1)] == epochs[0]


def test_batches_that_were_only_prepared_do_not_count():
    loader = make("arrays", 4)
    batches = iter(loader)
    next(batches)
    next(batches)
    assert loader.state_dict()["batch"] == 2


def test_a_loop_that_was_left_is_followed_by_the_next_epoch():
    undisturbed = DataLoader(DATA, 3, shuffle=True, seed=2)
    first, second = labels(undisturbed), labels(undisturbed)
    loader = DataLoader(DATA, 3, shuffle=True, seed=2)
    assert next(iter(loader))[1].tolist() == first[0]
    assert loader.epoch == 0
    assert labels(loader) == second
    assert loader.epoch == 2


def test_loops_inside_each_other():
    loader = DataLoader(DATA, 5, shuffle=True, seed=2)
    pairs = [(a[1].tolist(), b[1].tolist()) for a in loader for b in loader]
    assert len(pairs) == 4
    for outer, inner in ([a for a, _ in pairs[::2]], [b for _, b in pairs[:2]]):
        assert sorted(outer + inner) == list(range(10))


def test_loops_beside_each_other():
    loader = DataLoader(DATA, 2, shuffle=True, seed=2)
    first, second = iter(loader), iter(loader)
    beside = [(a[1].tolist(), b[1].tolist()) for a, b in zip(first, second, strict=True)]
    undisturbed = DataLoader(DATA, 2, shuffle=True, seed=2)
    assert [list(each) for each in zip(*beside, strict=True)] == [labels(undisturbed), labels(undisturbed)]
    assert loader.state_dict() == undisturbed.state_dict()


def test_the_seed_goes_along_if_none_was_given():
    loader = DataLoader(DATA, 3, shuffle=True)
    other = DataLoader(DATA, 3, shuffle=True)
    other.load_state_dict(loader.state_dict())
    assert labels(other) == labels(loader)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"batch_size": 4}, "batch_size was 3 and is 4"),
        ({"shuffle": False}, "shuffle was True and is False"),
        ({"drop_last": True}, "drop_last was False and is True"),
        ({"dataset": TensorDataset(X[:9])}, "samples was 10 and is 9"),
    ],
)
def test_the_middle_of_an_epoch_fits_the_same_batches_only(changes, told):
    loader = DataLoader(DATA, 3, shuffle=True)
    loop = iter(loader)
    next(loop)
    state = loader.state_dict()
    other = DataLoader(**{"dataset": DATA, "batch_size": 3, "shuffle": True, "seed": 1, **changes})
    unchanged = other.state_dict()
    with pytest.raises(ValueError, match=f"after 1 batches of an epoch.*{told}"):
        other.load_state_dict(state)
    assert other.state_dict() == unchanged
    list(loop)
    other.load_state_dict(loader.state_dict())  # between epochs
    assert other.epoch == 1


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({}, r"has the keys \['batch', .*'shuffle'\], got \[\]"),
        ({**DataLoader(DATA, seed=1).state_dict(), "more": 1}, "has the keys"),
        ({**DataLoader(DATA, seed=1).state_dict(), "epoch": -1}, "epoch must be a whole number"),
        ({**DataLoader(DATA, seed=1).state_dict(), "batch": None}, "batch must be a whole number"),
    ],
)
def test_states_that_are_none(state, told):
    with pytest.raises(ValueError, match=told):
        DataLoader(DATA).load_state_dict(state)


def test_pytorchs_ways_to_prepare_batches_change_nothing():
    dataset = nn.data.TensorDataset(np.arange(10.0))
    plain = nn.data.DataLoader(dataset, 4, shuffle=True, seed=3)
    prepared = nn.data.DataLoader(
        dataset, 4, shuffle=True, seed=3, num_workers=2, pin_memory=True, persistent_workers=True
    )
    assert [x.tolist() for (x,) in plain] == [x.tolist() for (x,) in prepared]
