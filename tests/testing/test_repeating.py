"""The lines of a report that repeat a check: they run as they stand, and fail as the check did."""

import numpy as np
import pytest
from scipy import optimize, special

import autograd as ag
import nn
from autograd.testing import GradientMismatch, check_claimed_gradient, gradcheck, gradgradcheck

X = np.array([0.5, 1.0, -2.0])


def cut(x, *rest, **options):
    return x * x.detach()


def lines_of(check, *arguments, **options):
    with pytest.raises(GradientMismatch) as caught:
        check(*arguments, **options)
    told = str(caught.value).partition("to repeat\n")[2].partition("\n  by variable")[0]
    return [line.strip() for line in told.splitlines()]


def assert_repeats(lines, **names):
    with pytest.raises(GradientMismatch):
        exec("\n".join(lines), names)


def test_imports_come_first_and_functions_of_modules_are_imported():
    lines = lines_of(gradcheck, cut, X)
    assert lines == [
        "import numpy as np",
        "from autograd.testing import gradcheck",
        f"from {__name__} import cut",
        "x = np.array([0.5, 1.0, -2.0])",
        "gradcheck(cut, x)",
    ]
    assert_repeats(lines)
    assert_repeats(lines_of(gradgradcheck, cut, X))


def test_functions_of_numpy_and_of_this_library_have_their_names():
    lines = lines_of(gradcheck, np.sort, np.array([1.0, 1.0]))
    assert lines[-1] == "gradcheck(np.sort, a)"
    assert_repeats(lines)
    lines = lines_of(gradcheck, ag.relu, np.array([0.0]))
    assert "import autograd as ag" in lines
    assert lines[-1] == "gradcheck(ag.relu, x)"
    assert_repeats(lines)
    lines = lines_of(check_claimed_gradient, np.linalg.det, np.ones_like, np.diag([1.0, 2.0]))
    assert lines[-1] == "check_claimed_gradient(np.linalg.det, np.ones_like, x)"
    assert_repeats(lines)


def test_what_cannot_be_imported_is_told_in_a_comment():
    lines = lines_of(gradcheck, lambda x: cut(x) * 2, X)
    assert "# f: the function that was checked" in lines
    assert_repeats(lines, f=cut)


class Cut(nn.Linear):
    def forward(self, input):
        return ag.matmul(input, self.weight.detach().T) + self.bias


def test_modules_are_repeated_with_their_parameters():
    model = nn.Sequential(Cut(2, 1))
    lines = lines_of(gradcheck, model, np.ones(2), parameters=dict(model.named_parameters()))
    assert "# sequential: the Sequential that was checked" in lines
    assert any(line.startswith("# 0.weight: np.array([[") for line in lines)
    assert lines[-1].endswith("parameters=dict(sequential.named_parameters()))")
    assert_repeats(lines, sequential=model)


def test_parameters_are_repeated_as_they_were_handed_over():
    weight = ag.Tensor(X, requires_grad=True, name="weight")
    lines = lines_of(gradcheck, lambda: cut(weight), parameters=[weight])
    assert "# weight: np.array([0.5, 1.0, -2.0])" in lines
    assert "# parameters: weight, as they were handed over" in lines
    assert_repeats(lines, f=lambda: cut(weight), parameters=[weight])


def two(x, x_):
    return cut(x) * x_


def keywords(*args):
    return cut(args[0]) * args[1]


def test_names_are_names_and_each_is_its_own():
    for function in (two, keywords):
        lines = lines_of(gradcheck, function, X, X + 1)
        assert_repeats(lines)
        definitions = [line.partition(" = ")[0] for line in lines if " = " in line]
        assert len(set(definitions)) == 2
        assert all(name.isidentifier() for name in definitions)
    lines = lines_of(gradcheck, lambda f, np: cut(f) * np, X, X)
    assert lines[-1] == "gradcheck(f, f_, np_)"
    assert_repeats(lines, f=lambda f, np: cut(f) * np)


@pytest.mark.parametrize(
    "option",
    [
        np.array([np.inf, -np.inf, np.nan]) > 0,
        np.array([3, 4], dtype=np.int8),
        (slice(1, None), ..., None),
        {"axis": (0, 1), "how": "so"},
        np.float32,
        np.int64(3),
        b"bytes",
        range(3),
        (1,),
        np.arange(10),
        np.zeros((0, 2), dtype=np.intp),
    ],
    ids=repr,
)
def test_options_are_written_down(option):
    seen = []

    def f(x, option):
        seen.append(option)
        return cut(x)

    lines = lines_of(gradcheck, f, X, option)
    seen.clear()
    assert_repeats(lines, f=f)
    assert type(seen[0]) is type(option)
    assert np.all(seen[0] == option)


@pytest.mark.parametrize("option", [{"a": object()}, np.arange(100), ag.Tensor([1, 2]), {1, 2}], ids=range(4))
def test_what_is_no_line_is_told_in_a_comment(option):
    lines = lines_of(gradcheck, cut, X, option)
    assert lines[-1] == "gradcheck(cut, x, rest_0)"
    assert any(line.startswith("# rest_0: ") and line.endswith(", as it was given") for line in lines)
    assert_repeats(lines, rest_0=option)


@pytest.mark.parametrize(
    ("f", "df", "imports"),
    [
        (special.gammaln, special.gamma, ["from scipy.special import gammaln", "from scipy.special import gamma"]),
        (special.expit, np.exp, ["from scipy.special import expit"]),
        (optimize.rosen, np.sin, ["from scipy.optimize import rosen"]),
    ],
    ids=["two", "one", "no ufunc"],
)
def test_functions_of_scipy_are_imported_from_where_they_are_public(f, df, imports):
    lines = lines_of(check_claimed_gradient, f, df, np.abs(X))
    assert [line for line in lines if "scipy" in line] == imports
    assert not any(line.startswith("#") for line in lines)
    assert_repeats(lines)
