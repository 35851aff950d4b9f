"""The pytest plugin, run by pytest inside of pytest."""

import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]

FAILING = """
    import numpy as np
    import autograd as ag
    from autograd.testing import arrays, check_claimed_gradient, check_gradients, gradcheck, gradgradcheck

    def cut(x):
        return x * x.detach()

    def test_plain():
        gradcheck(cut, np.array([1.0, 2.0]))

    def test_second_order():
        gradgradcheck(cut, np.array([1.0, 2.0]))

    def test_drawn():
        check_gradients(cut, arrays())

    def test_group():
        errors = []
        for size in (1, 2):
            try:
                gradcheck(cut, np.ones(size))
            except AssertionError as error:
                errors.append(error)
        raise ExceptionGroup("both", errors)

    def test_claimed():
        check_claimed_gradient(np.cos, np.sin, 1.0)

    def test_parameters():
        weight = ag.Tensor(np.ones(2, dtype=np.float32), requires_grad=True)
        gradcheck(lambda: cut(weight), parameters=[weight])

    def test_other():
        assert 1 == 2

    def test_right():
        gradcheck(np.exp, 1.0)
"""


#: Makes an interpreter as if some packages were not installed.
MISSING = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("hypothesis", "graphviz", "pygraphviz"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run pytest with the plugin in a process of its own."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))

    def run(*options):
        return pytester.runpytest_subprocess("-p", "autograd.testing.plugin", *options)

    return run


def drawings(result):
    """Give the paths of the drawings that a run tells of, each once: where CI is set, pytest's summary repeats them."""
    paths = re.findall(r"graph {8}(\S+\.svg)$", result.stdout.str(), re.MULTILINE)
    return [Path(path) for path in dict.fromkeys(paths)]


def test_the_graph_of_a_failing_check_is_drawn(pytester, run):
    pytester.makepyfile(FAILING)
    result = run("--gradient-graphs=drawings")
    result.assert_outcomes(failed=7, passed=1)
    names = [path.name.partition("test_")[2] for path in drawings(result)]
    assert [re.sub(r"^.*?\.py-", "", name) for name in names] == [
        "test_plain.svg",
        "test_second_order.svg",
        "test_drawn.svg",
        "test_group-1.svg",
        "test_group.svg",
        "test_parameters.svg",
    ]
    for path in drawings(result):
        assert path.parent == Path("drawings")
        assert (pytester.path / path).read_text(encoding="utf-8").lstrip().startswith("<?xml")
    plain = (pytester.path / drawings(result)[0]).read_text(encoding="utf-8")
    assert "multiply" in plain
    assert "not computed yet" not in plain  # gradients are there to be looked at


def test_tracebacks_show_the_users_test_alone(pytester, run):
    pytester.makepyfile(FAILING)
    result = run("-k", "plain or drawn")
    result.stdout.no_fnmatch_line("*raise GradientMismatch*")
    result.stdout.fnmatch_lines(["*def test_plain*", "*gradcheck(cut*", "E*the gradient of cut by x*is wrong"])


@pytest.mark.parametrize("options", [(), ("-p", "no:cacheprovider")], ids=["cache", "no cache"])
def test_drawings_have_a_place_without_being_given_one(pytester, run, options, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    pytester.makepyfile(FAILING)
    (path,) = drawings(run("-k", "plain", *options))
    assert path.is_file()
    assert path.is_relative_to(tmp_path if options else pytester.path / ".pytest_cache")


def test_profiles_can_be_asked_for(pytester, run):
    pytester.makepyfile(
        """
        from hypothesis import settings

        def test_profile():
            assert settings.get_current_profile_name() == "autograd-thorough"
            assert settings.default.max_examples == 1000
            assert settings.get_profile("autograd-quick").max_examples == 25
        """
    )
    run("--hypothesis-profile=autograd-thorough").assert_outcomes(passed=1)


def test_profiles_are_there_for_tests_that_use_hypothesis(pytester, run):
    pytester.makeconftest("import hypothesis")
    pytester.makepyfile(
        """
        from hypothesis import given, settings, strategies

        @settings(settings.get_profile("autograd-quick"))
        @given(strategies.integers())
        def test_profile(number):
            assert settings.get_current_profile_name() in ("default", "ci")  # Hypothesis' own choice stands
        """
    )
    run().assert_outcomes(passed=1)


def test_it_loads_next_to_nothing(pytester, run):
    pytester.makepyfile(
        """
        import sys

        def test_modules():
            loaded = {name.partition(".")[0] for name in sys.modules}
            assert "autograd" in loaded
            assert not loaded & {"hypothesis", "graphviz", "pygraphviz", "scipy", "matplotlib", "numba", "rich"}
        """
    )
    run("-p", "no:hypothesispytest").assert_outcomes(passed=1)


def test_it_is_harmless_without_hypothesis_and_without_drawings(pytester, run, monkeypatch):
    (pytester.path / "sitecustomize.py").write_text(MISSING)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(pytester.path), str(ROOT)]))
    pytester.makepyfile(
        """
        import numpy as np
        import pytest
        from autograd.testing import gradcheck

        def test_plain():
            gradcheck(lambda x: x * x.detach(), np.ones(2))

        def test_right():
            gradcheck(np.exp, 1.0)

        def test_what_draws_says_what_is_missing():
            with pytest.raises(ModuleNotFoundError, match="autograd.testing.arrays draws inputs with Hypothesis"):
                from autograd.testing import arrays
        """
    )
    result = run("-p", "no:hypothesispytest")
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(["*the gradient of f by x*is wrong", "*graph        not drawn: *"])


def test_the_entry_point_loads_it(pytester, monkeypatch):
    """As installed: with the entry point that pyproject.toml names, in the form that installers give it."""
    entries = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"][
        "pytest11"
    ]
    folder = pytester.path / "site" / "probe-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: probe\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(
        "[pytest11]\n" + "\n".join(f"{name} = {module}" for name, module in entries.items())
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder.parent), str(ROOT)]))
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    pytester.makepyfile(FAILING)
    for options in ((), ("-p", "autograd.testing.plugin")):  # once, whoever asks for it
        assert len(drawings(pytester.runpytest_subprocess("-k", "plain", *options))) == 1
    assert not drawings(pytester.runpytest_subprocess("-k", "plain", "-p", "no:autograd.testing.plugin"))


def test_the_names_that_need_hypothesis_are_listed():
    from autograd import testing

    assert set(testing.__all__) <= set(dir(testing))
    assert all(callable(getattr(testing, name)) for name in testing.__all__)
    assert sys.modules["autograd.testing.operands"].arrays is testing.arrays
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        testing.nothing  # noqa: B018


SEVERAL = """
    import unittest

    import numpy as np
    import pytest
    import nn
    from autograd.testing import gradcheck

    def cut(first, second):
        return first * second.detach() + second

    @pytest.mark.parametrize("how", ["a/b", "a b", "a-b"])
    def test_parametrised(how):
        gradcheck(cut, np.ones(2), np.ones(2))

    def test_long_chain():
        def chain(x):
            for _ in range(50):
                x = np.sin(x) * 1.0
            return x * x.detach()

        gradcheck(chain, np.ones(2))

    def test_while_handling():
        try:
            gradcheck(cut, np.ones(2), np.ones(2))
        except AssertionError:
            raise RuntimeError("something else")

    def test_single_precision():
        def overflowing(x):
            return np.sqrt((x * 1e20 * x * 1e20).sum()) * 1e-20

        with np.errstate(all="ignore"):
            gradcheck(overflowing, np.ones(2, dtype=np.float32))

    def test_module():
        class Cut(nn.Linear):
            def forward(self, input):
                return super().forward(input) * input.detach()

        model = nn.Sequential(Cut(2, 2))
        gradcheck(model, np.ones(2), parameters=dict(model.named_parameters()))

    class TestOfUnittest(unittest.TestCase):
        def test_subtests(self):
            for size in (1, 2):
                with self.subTest(size=size):
                    gradcheck(cut, np.ones(size), np.ones(size))
"""


def test_each_failure_has_a_drawing_of_its_own(pytester, run):
    pytester.makepyfile(SEVERAL)
    paths = drawings(run("--gradient-graphs=drawings"))
    told = {name: [path for path in paths if name in path.name] for name in re.findall(r"def (test_\w+)", SEVERAL)}
    assert {name: len(files) for name, files in told.items() if name != "test_subtests"} == {
        "test_parametrised": 3,
        "test_long_chain": 1,
        "test_while_handling": 1,
        "test_single_precision": 1,
        "test_module": 1,
    }
    assert len(told["test_subtests"]) >= 1
    texts = {name: (pytester.path / files[0]).read_text(encoding="utf-8") for name, files in told.items()}
    for name in ("first", "second"):
        assert f">{name}<" in texts["test_parametrised"]
    assert "0.weight" in texts["test_module"]
    assert "not computed yet" not in texts["test_module"]
    assert texts["test_long_chain"].count(">sin<") >= 50  # each in a card of its own
