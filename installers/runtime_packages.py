"""Which packages the program needs when it runs, and what the lock says about them: development tools and build tools are none of them."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installers import product
from installers.tools import BuildError

if TYPE_CHECKING:
    from collections.abc import Collection

LOCK = product.ROOT / "installers" / "requirements.lock"


def packages(*, must_be_complete: bool = False) -> dict[str, Distribution]:
    """Give the installed packages that the program needs on this system, those needed by others too, by canonical name.

    Raises:
        BuildError: one of them is not installed, and that matters.
    """
    project = tomllib.loads((product.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, Distribution] = {}
    waiting = [Requirement(text) for text in project["dependencies"]]
    for requirement in waiting:
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker is not None and not requirement.marker.evaluate({"extra": ""})):
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError as error:
            if not must_be_complete:
                continue
            raise BuildError(f"The package {name} is not installed: start with `python3 installers/bootstrap.py build`.") from error
        waiting += [Requirement(text) for text in found[name].requires or []]
    return dict(sorted(found.items()))


def pins() -> str:
    """Give the part of the lock that concerns these packages: names, versions, hashes."""
    return pins_of(packages(must_be_complete=True))


def pins_of(names: Collection[str]) -> str:
    """Give the part of the lock that concerns packages of these canonical names."""
    blocks = re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8"))
    kept = [block for block in blocks if canonicalize_name(re.split(r"[=\s]", block, maxsplit=1)[0]) in names]
    return "\n".join(kept) + "\n"


def foreign_modules() -> list[str]:
    """List the modules of installed packages that the program does not need, such as those of tests and build tools."""
    needed = set(packages())
    return sorted(module for module, owners in packages_distributions().items() if not needed & {canonicalize_name(one) for one in owners})
