"""``python -m autograd`` tells the versions, and warns of the distribution that owns the same import name."""

import itertools
import os
import platform
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from autograd import __main__ as program
from autograd._version import __version__


def run_program(*folders: Path) -> subprocess.CompletedProcess[str]:
    """Run ``python -m autograd`` with more folders on the module search path."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "autograd"],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_tells_the_versions():
    run = run_program()
    assert (run.returncode, run.stderr) == (0, "")
    rows = dict(line.split(maxsplit=1) for line in run.stdout.splitlines())
    assert rows["glassgrad"] == __version__
    assert rows["Python"].startswith(platform.python_version())
    assert rows["NumPy"].startswith(np.__version__)
    assert rows["platform"] == platform.platform()
    assert set(program.OPTIONAL) <= set(rows)


def test_what_the_extras_for_users_bring_is_told():
    extras = ("drawing", "training", "sklearn", "special", "tensorboard", "jit")
    with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["optional-dependencies"]
    named = {re.match(r"[\w-]+", each)[0] for extra in extras for each in wanted[extra]}
    assert named <= set(program.OPTIONAL)


def test_the_oldest_libraries_that_are_supported_are_those_that_tests_run_with():
    root = Path(__file__).parents[1]
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = (project["optional-dependencies"][name] for name in ("drawing", "training", "special", "tensorboard"))
    supported = dict(each.split(">=") for each in itertools.chain(project["dependencies"], *extras))
    used = dict(
        re.findall(r"^(\S+)==([\d.]+?)(?:\.\*)?(?: |$)", (root / "tests" / "oldest.txt").read_text(), re.MULTILINE)
    )
    assert {name: used.get(name) for name in supported} == supported


def test_what_is_missing_is_said_to_be_missing(monkeypatch):
    monkeypatch.setattr(program, "OPTIONAL", ("no-such-distribution",))
    assert "no-such-distribution  not installed" in program.report()


@pytest.mark.parametrize("config", [{}, {"Build Dependencies": {}}, {"Build Dependencies": {"blas": {}}}])
def test_a_numpy_that_does_not_tell_its_blas_is_no_obstacle(monkeypatch, config):
    monkeypatch.setattr(np, "show_config", lambda mode: config)
    assert program.blas() == "unknown BLAS"


def test_another_owner_of_the_import_name_is_warned_of(tmp_path):
    information = tmp_path / "autograd-1.8.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: autograd\nVersion: 1.8.0\n")
    run = run_program(tmp_path)
    assert run.returncode == 0
    assert re.search(rf"^glassgrad +{re.escape(__version__)}$", run.stdout, re.MULTILINE)
    assert "WARNING: the distribution 'autograd' 1.8.0 is installed beside glassgrad" in run.stderr
    assert "pip uninstall autograd" in run.stderr


def test_it_reports_from_a_mixture_of_two_packages(tmp_path):
    """The other distribution came last: its ``__init__`` with our remaining files."""
    package = tmp_path / "autograd"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for name in ("__main__.py", "_version.py"):
        source = Path(program.__file__).with_name(name)
        (package / name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    run = subprocess.run([sys.executable, "-m", "autograd"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("glassgrad")
