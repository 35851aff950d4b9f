"""Sequential as a sequence that changes: what is put in, taken out, joined and repeated, and what it is called then."""

import pytest

import nn


def linear(size):
    return nn.Linear(1, size)


def sizes(model):
    return [module.out_features for module in model]


def names(model):
    return [name for name, _ in model.named_children()]


@pytest.mark.parametrize("index", [-3, -2, -1, 0, 1, 2, 3])
def test_insert_as_in_a_list(index):
    expected = [1, 2, 3]
    expected.insert(index, 9)
    model = nn.Sequential(linear(1), linear(2), linear(3))
    assert model.insert(index, linear(9)) is model
    assert sizes(model) == expected
    assert list(model.state_dict()) == [f"{place}.{name}" for place in range(4) for name in ("weight", "bias")]


@pytest.mark.parametrize("index", [-4, 4])
def test_insert_out_of_range(index):
    model = nn.Sequential(linear(1), linear(2), linear(3))
    with pytest.raises(IndexError, match=f"Sequential: index {index} is out of range; it holds 3 modules"):
        model.insert(index, linear(9))
    assert sizes(model) == [1, 2, 3]


def test_insert_refuses_what_is_no_module_or_holds_the_model():
    model = nn.Sequential(linear(1), linear(2))
    with pytest.raises(TypeError, match="takes modules, got int"):
        model.insert(0, 3)
    with pytest.raises(ValueError, match="would contain itself"):
        model.insert(0, nn.Sequential(model))
    assert sizes(model) == [1, 2]
    assert names(model) == ["0", "1"]


def test_pop():
    model = nn.Sequential(linear(1), linear(2), linear(3), linear(4))
    assert model.pop(1).out_features == 2
    assert (sizes(model), names(model)) == ([1, 3, 4], ["0", "1", "2"])
    assert model.pop(-1).out_features == 4
    taken = model.pop(slice(1))
    assert type(taken) is nn.Sequential
    assert (sizes(taken), sizes(model), names(model)) == ([1], [3], ["0"])
    with pytest.raises(IndexError, match="index 1 is out of range; it holds 1 modules"):
        model.pop(1)


def test_taking_out_names_all_by_their_places_as_in_pytorch():
    model = nn.Sequential({"hidden": linear(1), "act": nn.ReLU(), "output": linear(2)})
    del model[1]
    assert names(model) == ["0", "1"]


@pytest.mark.parametrize("index", [slice(1, 3), slice(None, None, 2), slice(-1, None), slice(None, None, -1), slice(0)])
def test_del_as_in_a_list(index):
    expected = [1, 2, 3, 4]
    del expected[index]
    model = nn.Sequential(*map(linear, [1, 2, 3, 4]))
    del model[index]
    assert sizes(model) == expected
    assert names(model) == [str(place) for place in range(len(expected))]


def test_extend_takes_all_or_nothing():
    model = nn.Sequential(linear(1))
    with pytest.raises(TypeError, match="takes modules, got str"):
        model.extend([linear(2), "relu"])
    assert sizes(model) == [1]
    assert model.extend(nn.Sequential(linear(2), linear(3))) is model
    assert sizes(model) == [1, 2, 3]
    assert sizes(model.extend(model)) == [1, 2, 3, 1, 2, 3]


def test_sums():
    first, second = nn.Sequential(linear(1)), nn.Sequential({"named": linear(2)})
    both = first + second
    assert (sizes(both), names(both), sizes(first)) == ([1, 2], ["0", "1"], [1])
    assert both[1] is second.named
    same = first
    first += second
    assert first is same
    assert (sizes(first), names(first)) == ([1, 2], ["0", "1"])
    for wrong in (lambda: first + linear(1), lambda: first.__iadd__([linear(1)])):
        with pytest.raises(ValueError, match=r"Sequential: \+ takes another Sequential, got (list|Linear)"):
            wrong()


def test_multiples_share_their_modules():
    model = nn.Sequential(linear(1), nn.ReLU())
    for twice in (model * 2, 2 * model):
        assert [type(module).__name__ for module in twice] == ["Linear", "ReLU"] * 2
        assert twice[0] is twice[2]
        assert list(twice.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
        assert sum(1 for _ in twice.parameters()) == 2
    same = model
    model *= 3
    assert model is same
    assert len(model) == 6
    with pytest.raises(ValueError, match="a number of at least 1, got 0"):
        model * 0
    with pytest.raises(TypeError, match="takes a whole number, got float"):
        model * 2.0


def test_a_model_that_was_changed_computes_in_its_order():
    model = nn.Sequential(nn.Flatten(0), nn.ReLU())
    model.insert(1, nn.Hardtanh(-5.0, 0.5)).append(nn.Softsign())
    assert model([[-9.0, 4.0]]).tolist() == [0.0, 0.5 / 1.5]
    model.pop(1)
    assert model([[-9.0, 4.0]]).tolist() == [0.0, 0.8]
