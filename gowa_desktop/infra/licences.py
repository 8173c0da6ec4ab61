"""Reads on what terms everything is shipped that the program is made of: from the list that comes with a built program, else from the
packages that are installed beside it."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement

from gowa_desktop import __version__

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_LIST = "licences.json"
_PRODUCT = "gowa-desktop"
_NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")
_KNOWN = {"peewee": "MIT"}
"""Licences of packages that do not name one."""
_USUAL = ("PySide6-Essentials", "psutil", "peewee", "platformdirs", "packaging", "qtawesome", "httpx", "numpy", "pyqtgraph")
"""What is asked for where the program itself is not installed as a package, as in a checkout."""


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the program."""

    name: str
    version: str
    licence: str
    """As SPDX names it, where that is known."""
    homepage: str
    text: str
    """The licence in full; empty when none lies beside it."""


def read_components(resources: Path) -> list[Component]:
    """Give everything the program is made of, in alphabetical order; `resources` is the folder of read-only files."""
    shipped = _shipped(resources)
    return sorted(shipped or _installed(), key=lambda one: one.name.casefold())


def _shipped(resources: Path) -> list[Component]:
    try:
        listed = json.loads((resources / _LIST).read_text(encoding="utf-8"))
        return [_component(one, resources) for one in listed["components"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _component(one: dict[str, object], resources: Path) -> Component:
    names = one.get("texts")
    texts = [_read(resources / str(name)) for name in names] if isinstance(names, list) else []
    return Component(
        str(one["name"]), str(one["version"]), str(one["licence"]), str(one.get("homepage") or ""), "\n\n".join(text for text in texts if text)
    )


def _installed() -> list[Component]:
    """Walk from the program's own requirements to everything they need."""
    found = {"Python": Component("Python", platform.python_version(), "PSF-2.0", "https://www.python.org", _python_text())}
    waiting = _requirements(_PRODUCT) or list(_USUAL)
    while waiting:
        name = waiting.pop()
        if name.casefold() in {known.casefold() for known in found}:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        meta = package.metadata
        licence = meta["License-Expression"] or _KNOWN.get(name.casefold()) or _first_line(meta["License"]) or _classified(package)
        found[name] = Component(meta["Name"], package.version, licence, _homepage(package), _texts(package))
        waiting += _requirements(name)
    own = Component("GOWA Desktop", __version__, "MIT", "", _read(Path(__file__).resolve().parents[2] / "LICENSE"))
    return [own, *found.values()]


def _requirements(name: str) -> list[str]:
    """Give the names of what a package needs on this computer, without what only its extras need."""
    try:
        texts = distribution(name).requires or []
    except PackageNotFoundError:
        return []
    needed = []
    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            needed.append(requirement.name)
    return needed


def _texts(package: Distribution) -> str:
    paths = [path for path in package.files or [] if path.name.upper().startswith(_NAMES) and path.suffix in {"", ".txt", ".md", ".rst"}]
    return "\n\n".join(text for path in sorted(paths)[:12] if (text := _read(Path(str(path.locate())))))


def _python_text() -> str:
    for folder in (Path(sys.base_prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}", Path(sys.base_prefix)):
        if text := _read(folder / "LICENSE.txt"):
            return text
    return ""


def _homepage(package: Distribution) -> str:
    for text in package.metadata.get_all("Project-URL") or []:
        label, _, address = text.partition(",")
        if label.strip().casefold() in {"homepage", "home", "source", "repository"}:
            return str(address).strip()
    return str(package.metadata["Home-page"] or "")


def _classified(package: Distribution) -> str:
    kinds = [text for text in package.metadata.get_all("Classifier") or [] if text.startswith("License :: ")]
    return kinds[-1].rpartition(" :: ")[2] if kinds else ""


def _first_line(text: str | None) -> str:
    lines = (text or "").strip().splitlines()
    return lines[0].strip() if len(lines) == 1 else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
