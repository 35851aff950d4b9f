"""profile: what it counts, what it adds up, and the trace that it writes; not how long anything takes."""

import json
import re
import threading
import tracemalloc

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, primitive
from tests.engine.helpers import garbage_of, weight

KIB = 128  # elements of float64


def counted(measured):
    return {(row.operation, row.phase): row.calls for row in measured.rows()}


def test_every_application_is_counted_forward_and_backward():
    x, w = weight(np.ones(3)), weight(np.ones(3))
    with ag.profile() as measured:
        y = x * w
        (np.tanh(y) + y * 2.0).sum().backward()
    assert counted(measured) == {
        ("multiply", "forward"): 2,
        ("multiply", "backward"): 3,
        ("tanh", "forward"): 1,
        ("tanh", "backward"): 1,
        ("add", "forward"): 1,
        ("add", "backward"): 2,
        ("sum", "forward"): 1,
        ("sum", "backward"): 1,
    }


def test_values_and_gradients_are_what_they_are_without():
    def step():
        x = weight([1.0, 2.0])
        y = ag.tanh(x * x)[np.array([0, 1, 1])].sum()
        y.backward()
        return y.item(), x.grad.tolist()

    with ag.profile():
        inside = step()
    assert inside == step()


def test_events_tell_shape_dtype_and_module():
    model = nn.Sequential(nn.Linear(3, 2))
    with ag.profile() as measured:
        model(Tensor(np.ones((4, 3), np.float32))).sum().backward()
    linear = [event for event in measured.events if event.operation == "linear"]
    assert {(event.phase, event.shape) for event in linear} == {
        ("forward", (4, 2)),
        ("backward", (2, 3)),
        ("backward", (4, 2)),  # for the bias, before the walk adds it up
    }
    assert {event.dtype for event in linear} == {"float32"}
    assert {event.scopes for event in linear} == {("Sequential", "0: Linear(3, 2)")}


def test_bytes_are_those_of_new_arrays():
    x = weight(np.ones((KIB, 2)))
    with ag.profile() as measured:
        y = np.exp(x).T.reshape(2, KIB)[0]
        y.sum().backward()
    made = {(row.operation, row.phase): row.made for row in measured.rows()}
    assert made["exp", "forward"] == 2048
    assert made["exp", "backward"] == 2048
    assert made["permute_dims", "forward"] == made["permute_dims", "backward"] == 0
    assert made["sum", "forward"] == 8


class Squared(ag.Function):
    """The square, by operations of the library."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * (2.0 * x)


@pytest.mark.parametrize(
    ("function", "backward"),
    [
        (ag.checkpoint(lambda x: x * 2.0), 2),  # the product anew, and its gradient
        (ag.checkpoint(ag.checkpoint(lambda x: x * 2.0)), 3),
        (lambda x: ag.checkpoint(lambda x: (x * 2.0, ag.exp(x)))(x)[0], 3),
        (Squared.apply, 2),
        (ag.custom_gradient(lambda x: (x * x, lambda g: g * (2.0 * x))), 2),
    ],
    ids=["checkpoint", "nested", "several results", "Function", "custom_gradient"],
)
def test_bytes_of_an_array_are_counted_once_where_events_are_inside_of_others(function, backward):
    x = weight(np.ones(KIB))
    with ag.profile() as measured:
        y = function(x)
    by_name = {(event.operation, event.made) for event in measured.events if event.shape == (KIB,)}
    assert by_name - {("exp", 1024)} == {("multiply", 1024), (y.node.operation, 0)}
    with ag.profile() as measured:
        y.backward(np.ones(KIB))
    assert sum(event.made for event in measured.events) == backward * 1024


def test_bytes_of_a_recorded_gradient_are_those_of_what_its_rule_applies():
    x = weight(np.ones(KIB))
    with ag.profile() as measured:
        ag.tanh(x).backward(np.ones(KIB), create_graph=True)
    made = {(row.operation, row.phase): row.made for row in measured.rows()}
    assert made["tanh", "backward"] == 0
    assert made["multiply", "forward"] >= 1024
    x.grad = None


def test_own_time_excludes_what_is_inside():
    x = weight([1.0, 2.0])
    with ag.profile() as measured:
        (x**3.0).sum().backward(create_graph=True)
    x.grad = None
    (outer,) = [event for event in measured.events if (event.operation, event.phase) == ("power", "backward")]
    inside = [
        event
        for event in measured.events
        if event is not outer
        and outer.start <= event.start
        and event.start + event.duration <= outer.start + outer.duration
    ]
    assert inside
    assert all(event.phase == "forward" for event in inside)
    assert outer.own == outer.duration - sum(event.duration for event in inside)
    assert all(event.own == event.duration for event in inside)


def test_times_lie_in_the_block():
    x = weight(np.ones(KIB))
    with ag.profile() as measured:
        np.exp(x).sum().backward()
    assert all(event.duration >= 0 for event in measured.events)
    assert 0 < sum(row.time for row in measured.rows()) <= measured.elapsed


@pytest.mark.usefixtures("throwaway")
def test_peaks_count_temporary_memory():
    def forward(x):
        big = np.ones(1000 * KIB)
        return x * big[0]

    @primitive(rules={"x": lambda g: g * np.ones(2000 * KIB)[0]}, forward=forward)
    def hungry(x, /):
        """Take much memory for a moment."""

    x = weight(np.ones(KIB))
    with ag.profile(memory=True) as measured:
        hungry(x).sum().backward()
    assert not tracemalloc.is_tracing()
    peaks = {(row.operation, row.phase): row.peak for row in measured.rows("peak")}
    assert 1000 * 1024 <= peaks["hungry", "forward"] < 1100 * 1024
    assert 2000 * 1024 <= peaks["hungry", "backward"] < 2100 * 1024
    assert peaks["sum", "forward"] < 100 * 1024
    assert next(iter(peaks)) == ("hungry", "backward")


def test_peaks_of_what_is_inside_count_for_what_is_around():
    x = weight(np.ones(100 * KIB))
    with ag.profile(memory=True) as measured:
        (x**3.0).sum().backward(create_graph=True)
    x.grad = None
    (outer,) = [event for event in measured.events if (event.operation, event.phase) == ("power", "backward")]
    assert outer.peak >= 100 * 1024


def test_a_tracing_that_was_on_goes_on():
    tracemalloc.start()
    try:
        with ag.profile(memory=True):
            weight(1.0) * 2.0
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()


def test_without_memory_there_are_no_peaks():
    with ag.profile() as measured:
        weight(1.0) * 2.0
        assert not tracemalloc.is_tracing()
    assert [row.peak for row in measured.rows()] == [None]
    assert "peak" not in str(measured)


# ------------------------------------------------------------------------------------------------------- the table


def three_operations(**options):
    x = weight(np.ones(KIB))
    with ag.no_grad(), ag.profile(**options) as measured:
        for _ in range(3):
            np.exp(x)
        np.tanh(x)
        (x + x).sum()
    return measured


def test_rows_are_sorted():
    measured = three_operations(memory=True)
    times = [row.time for row in measured.rows()]
    assert times == sorted(times, reverse=True)
    assert [row.operation for row in measured.rows("operation")] == ["add", "exp", "sum", "tanh"]
    assert [row.operation for row in measured.rows("calls")] == ["exp", "add", "sum", "tanh"]
    assert [row.operation for row in measured.rows("made")] == ["exp", "add", "tanh", "sum"]
    assert measured.rows("peak")[-1].operation == "sum"


def test_the_table_has_a_row_for_each_and_a_sum():
    measured = three_operations()
    lines = measured.table("made").splitlines()
    assert lines[0].split() == ["operation", "phase", "calls", "time", "share", "each", "makes"]
    assert re.match(r"exp +forward +3 .* %  .* 3\.0 KiB$", lines[2])
    assert re.match(r"all +6 .* 100\.0 % .* 5\.0 KiB$", lines[6])
    assert re.fullmatch(r"\S+ \S+ in all, \S+ \S+ of it between operations", lines[7])
    assert str(measured) == measured.table()
    assert repr(measured).startswith("<profile: 6 events in ")


def test_a_limited_table_says_what_is_left_out():
    lines = three_operations(memory=True).table("made", limit=1).splitlines()
    assert [line.split()[0] for line in lines[2:5]] == ["exp", "3", "all"]
    assert lines[3].startswith("3 more ")
    assert lines[0].split()[-1] == "peak"


def test_an_empty_profile_is_shown():
    with ag.profile() as measured:
        pass
    assert measured.rows() == []
    assert re.search(r"^all +0 +0 ns +0 B$", str(measured), re.MULTILINE)


@pytest.mark.parametrize("order", ["speed", None, 1])
def test_an_unknown_order_is_refused(order):
    with pytest.raises(ValueError, match="sort_by is one of 'time', 'calls', 'made', 'peak', 'operation'; got"):
        three_operations().rows(order)


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "2"])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(ValueError, match="limit is a number of rows, 1 or more"):
        three_operations().table(limit=limit)


@pytest.mark.parametrize("memory", [1, None, abs])
def test_memory_is_true_or_false(memory):
    with pytest.raises(TypeError, match="memory is True or False"):
        ag.profile(memory=memory)


# ------------------------------------------------------------------------------------------------------- the trace


def test_a_chrome_trace_is_written(tmp_path):
    path = tmp_path / "folder" / "trace.json"
    model = nn.Sequential(nn.Linear(3, 2))
    with ag.profile(memory=True) as measured:
        model(Tensor(np.ones((4, 3)))).sum().backward()
    measured.save(str(path))
    events = json.loads(path.read_text())["traceEvents"]
    assert len(events) == len(measured.events)
    for event, was in zip(events, measured.events, strict=True):
        assert (event["ph"], event["cat"], event["tid"]) == ("X", was.phase, was.thread)
        assert event["dur"] == was.duration / 1000
        assert event["ts"] == was.start / 1000
    assert events[0]["name"] == "linear"
    assert events[0]["args"]["module"] == "Sequential / 0: Linear(3, 2)"
    assert {"shape", "dtype", "bytes made", "bytes at most"} <= events[0]["args"].keys()
    assert events[-1]["name"] == "linear, backward"
    assert list(path.parent.iterdir()) == [path]


def test_a_trace_that_cannot_be_written_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "trace.json"
    path.write_text("before")
    measured = three_operations()

    def fail(self, content):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.write_bytes", fail)
    with pytest.raises(OSError, match="disk full"):
        measured.save(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_path_must_be_one():
    with pytest.raises(TypeError):
        three_operations().save(3)


# --------------------------------------------------------------------------------------------------------- the mode


def test_it_can_be_entered_again_and_goes_on():
    x = weight(1.0)
    measured = ag.profile()
    for count in (1, 2):
        before = measured.elapsed
        with measured:
            x * 2.0
        assert len(measured.events) == count
        assert measured.elapsed > before
        x * 2.0


def test_it_is_a_decorator():
    measured = ag.profile()

    @measured
    def step(x):
        return x * 2.0

    step(weight(1.0))
    assert counted(measured) == {("multiply", "forward"): 1}


def test_entered_inside_itself_it_counts_the_time_once():
    measured = ag.profile()
    with measured:
        with measured:
            weight(1.0) * 2.0
        assert measured.elapsed == 0
    assert measured.elapsed > 0


def test_an_error_ends_it_and_is_no_event():
    measured = ag.profile(memory=True)
    with pytest.raises(ValueError, match="add"), measured:
        weight([1.0, 2.0]) + np.ones(3)
    assert measured.events == []
    assert not tracemalloc.is_tracing()
    with measured:
        weight(1.0) * 2.0
    assert measured.events[0].own == measured.events[0].duration


@pytest.mark.parametrize("inner", [ag.no_grad, ag.retain_all, ag.detect_anomaly, ag.profile, lambda: ag.scope("part")])
def test_it_goes_on_inside_other_modes(inner):
    y = np.exp(weight(1.0))
    with ag.profile() as measured, inner():
        weight(1.0) * 2.0
        y.backward()
    assert counted(measured) == {("multiply", "forward"): 1, ("exp", "backward"): 1}


@pytest.mark.parametrize("outer", [ag.retain_all, ag.detect_anomaly, ag.profile, lambda: ag.scope("part")])
def test_it_begins_inside_other_modes(outer):
    with outer(), ag.profile() as measured:
        np.exp(weight(1.0)).backward()
    assert counted(measured) == {("exp", "forward"): 1, ("exp", "backward"): 1}


def test_it_concerns_its_own_thread():
    with ag.profile() as measured:
        other = threading.Thread(target=lambda: weight(1.0) * 2.0)
        other.start()
        other.join()
    assert measured.events == []


def test_threads_may_share_one():
    measured = ag.profile()

    def work():
        with measured:
            for _ in range(50):
                np.exp(weight(1.0)).backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(measured) == {("exp", "forward"): 200, ("exp", "backward"): 200}
    assert all(event.own == event.duration for event in measured.events)


def test_nothing_is_left_to_the_garbage_collector(no_collector):
    def scenario():
        with ag.profile(memory=True):
            np.exp(weight([1.0, 2.0])).sum().backward()

    assert garbage_of(scenario) == 0
