"""``python -m autograd``: the versions of everything that the library works with.

Nothing of the engine is used here, so that the report also comes when two distributions have overwritten one
another's files.
"""

from __future__ import annotations

import platform
import sys
from importlib import metadata

import numpy as np

from autograd._version import __version__

#: What the library makes use of when it is there.
OPTIONAL = (
    "graphviz",
    "pygraphviz",
    "rich",
    "matplotlib",
    "safetensors",
    "tensorboardX",
    "numba",
    "scipy",
    "scikit-learn",
    "hypothesis",
)

#: The distribution of this name installs a package of the same name as ours.
RIVAL = "autograd"


def installed_version(distribution: str) -> str | None:
    """Give the version of an installed distribution, or None; nothing is imported."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def blas() -> str:
    """Name the linear algebra library that NumPy was built with, and its version."""
    build = np.show_config(mode="dicts")
    found = build.get("Build Dependencies", {}).get("blas", {})
    return f"{found.get('name', 'unknown BLAS')} {found.get('version', '')}".strip()


def report() -> str:
    """Write the versions down, one to a line."""
    rows = {
        "glassgrad": __version__,
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "NumPy": f"{np.__version__} with {blas()}",
        "platform": platform.platform(),
    }
    rows |= {name: installed_version(name) or "not installed" for name in OPTIONAL}
    width = max(map(len, rows))
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows.items())


def clash() -> str | None:
    """Explain what is wrong if another distribution owns our import name as well; None if all is well."""
    version = installed_version(RIVAL)
    if version is None:
        return None
    return (
        f"WARNING: the distribution '{RIVAL}' {version} is installed beside glassgrad.\n"
        "Both own the import name 'autograd', so the files of one overwrite those of the other, and\n"
        "`import autograd` gives either of them or a mixture. Keep one in this environment:\n"
        f"    pip uninstall {RIVAL}\n"
        "    pip install --force-reinstall --no-deps glassgrad"
    )


def main() -> None:
    """Print the report, and a warning on the error stream if there is a clash of names."""
    print(report())
    if warning := clash():
        print(f"\n{warning}", file=sys.stderr)


if __name__ == "__main__":
    main()
