"""The facts of the machine, without which a time means nothing."""

from __future__ import annotations

import gc
import importlib
import os
import platform
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.libraries import version
from benchmarks.workers import ENVIRONMENT

_DISTRIBUTIONS: Final = ("glassgrad", "numpy", "torch")
_DISTRIBUTIONS_OF_PEERS: Final = ("autograd", "jax", "jaxlib", "numpy")

# They choose kernels, block sizes and threads, and so change what is measured.
_INFLUENTIAL: Final = ("OPENBLAS_", "OMP_", "GOMP_", "KMP_", "MKL_", "BLIS_", "NPY_", "TORCH_", "ATEN_", "MALLOC_")
_INFLUENTIAL_EXACTLY: Final = ("LD_PRELOAD", "PYTHONMALLOC", "PYTHONDEVMODE", "PYTHONOPTIMIZE")


def facts() -> dict[str, str]:
    """Give what there is to say about this machine and its software, by title, in the order of printing."""
    found = {
        "CPU": f"{_processor()}, {_usable_cpus()} usable of {os.cpu_count()}",
        "load": _load(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": f"{platform.python_version()} {platform.python_implementation()}, {_collector()}",
        "versions": ", ".join(f"{name} {version(name)}" for name in _DISTRIBUTIONS),
        "peers": _peers(),
        "threads": _threads(),
        "BLAS": _blas(),
        "variables": _variables(),
    }
    return {title: fact for title, fact in found.items() if fact}


def _processor() -> str:
    """The processor's name; Linux tells it only in a file."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"


def _usable_cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load() -> str:
    """How busy the machine was in the last minute."""
    return f"{os.getloadavg()[0]:.2f} in the last minute" if hasattr(os, "getloadavg") else ""


def _collector() -> str:
    return f"collector on at {gc.get_threshold()}" if gc.isenabled() else "collector off"


def _peers() -> str:
    """The versions in the peers' own environment; there, autograd is HIPS's."""
    folders = [str(folder) for folder in ENVIRONMENT.glob("lib/*/site-packages")]
    found = {each.name: each.version for each in distributions(path=folders)}
    return ", ".join(f"{name} {found[name]}" for name in _DISTRIBUTIONS_OF_PEERS if name in found)


def _threads() -> str:
    """PyTorch's threads, at its default."""
    try:
        return f"PyTorch {importlib.import_module('torch').get_num_threads()}"
    except ModuleNotFoundError:
        return ""


def _blas() -> str:
    """What NumPy multiplies matrices with: the library; with threadpoolctl installed, its kernel and threads too."""
    config: Any = np.show_config(mode="dicts")
    built = config.get("Build Dependencies", {}).get("blas", {})
    name = f"{built.get('name', 'unknown')} {built.get('version', '')}".strip()
    try:
        info = importlib.import_module("threadpoolctl").threadpool_info()
    except ModuleNotFoundError:
        return f"{name} (kernel and threads: install threadpoolctl)"
    pools = [pool for pool in info if pool["user_api"] == "blas"]
    return "; ".join([name, *(f"{p['internal_api']} {p.get('architecture', '')} x{p['num_threads']}" for p in pools)])


def _variables() -> str:
    """The environment variables that choose kernels, block sizes and threads, where any is set."""
    names = [name for name in sorted(os.environ) if name.startswith(_INFLUENTIAL) or name in _INFLUENTIAL_EXACTLY]
    options = [f"python -{'O' * sys.flags.optimize}"] if sys.flags.optimize else []
    return ", ".join([f"{name}={os.environ[name]}" for name in names] + options) or "none that steer the numerics"
