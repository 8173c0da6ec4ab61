"""Collects the licences of everything that gets into the frozen program, from the very list of its files.

Every file must have an owner, and every owner a licence text; else there is no build. The result is `licences.json` in the program's
resources, which About shows, with the texts in `licences/` beside it:

    {"components": [{"name": "Qt", "version": "6.11.3", "licence": "LGPL-3.0-only", "homepage": "https://...",
                     "texts": ["licences/LGPL-3.0.txt", ...]}, ...]}
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import sys
import sysconfig
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from installers import product, runtime_packages
from installers.tools import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import Distribution, PackageMetadata

HERE = Path(__file__).resolve().parent / "licences"
QT_TEXTS = ("LGPL-3.0.txt", "GPL-3.0.txt", "Qt-third-party.txt")
"""The LGPL is written as additions to the GPL, so both texts are needed."""


@dataclass(frozen=True, slots=True)
class Component:
    """Something that ships, and on what terms."""

    name: str
    version: str
    licence: str
    homepage: str
    texts: tuple[Path, ...] = field(repr=False)


_PARTS = (
    (r"(lib)?(crypto|ssl)[-.\d_a-z]*\.(so|dll|dylib)", "OpenSSL", "Apache-2.0", "https://www.openssl.org", "Apache-2.0.txt"),
    (r"(lib)?sqlite3[-.\d]*\.(so|dll|dylib)", "SQLite", "Public domain", "https://www.sqlite.org", "SQLite.txt"),
    (r"(lib)?ffi[-.\d]*\.(so|dll|dylib)", "libffi", "MIT", "https://sourceware.org/libffi/", "libffi.txt"),
    (r"libz\.(so|[\d.]*dylib)|zlib1\.dll", "zlib", "Zlib", "https://zlib.net", "zlib.txt"),
    (r"liblzma\.(so|[\d.]*dylib)", "liblzma", "Public domain", "https://tukaani.org/xz/", "liblzma.txt"),
    (r"libbz2[-.\d]*\.(so|dylib)", "bzip2", "bzip2-1.0.6", "https://sourceware.org/bzip2/", "bzip2.txt"),
    (r"libexpat\.(so|[\d.]*dylib)", "Expat", "MIT", "https://libexpat.github.io", "expat.txt"),
    (r"libicu\w+\.(so|[\d.]*dylib)", "ICU", "ICU", "https://icu.unicode.org", "ICU.txt"),
    (r"codicon-.*", "Codicons", "CC-BY-4.0", "https://github.com/microsoft/vscode-codicons", "Codicons.txt"),
)
"""Parts known by the name of their file, wherever it comes from."""
_NEVER = re.compile(
    r"virtualkeyboard|Qt6?(Charts|DataVisualization|Graphs|HttpServer|WaylandCompositor)\b|libreadline|(^|/)readline\.|gdbm", re.IGNORECASE
)
"""Under the GPL alone, or nearly so."""
_LICENCE_OF = {"google-re2": "BSD-3-Clause", "peewee": "MIT"}
"""Of packages that name none, or not well."""
_ADDRESS_LABELS = ("homepage", "home", "source", "source code", "repository", "github")


def collect(entries: Iterable[tuple[str, str, str]]) -> list[Component]:
    """Find out what a list of files is made of.

    Args:
        entries: PyInstaller's tables joined: name in the bundle, source, kind.

    Raises:
        BuildError: something has no licence here, or may not be shipped.
    """
    packages = runtime_packages.packages()
    owners = {path: name for name, package in packages.items() for path in _files(package)}
    found: dict[str, Component] = {one.name: one for one in (_program(), _python(), _bootloader())}
    strangers: list[str] = []
    for name, source, kind in entries:
        place = name.replace("\\", "/")
        if _NEVER.search(place):
            raise BuildError(f"{place} is under the GPL alone and may not be shipped: leave it out in installers/trimming.py.")
        if kind == "SYMLINK" or not source or source == "-":
            continue
        component = _part(place) or _by_source(Path(source), owners, packages)
        if component is None:
            strangers.append(f"{place} from {source}")
        else:
            found.setdefault(component.name, component)
    if strangers:
        raise BuildError(
            f"No licence is known for {len(strangers)} files, such as {'; '.join(strangers[:8])}: "
            "leave them out in installers/trimming.py, or add them to installers/licences.py."
        )
    return sorted(found.values(), key=lambda one: one.name.casefold())


def write(components: Iterable[Component], folder: Path) -> Path:
    """Write `licences.json` and the texts into a folder, made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    texts = folder / "licences"
    texts.mkdir(parents=True)
    listed = []
    for component in components:
        names = [_keep(text, component, texts) for text in component.texts]
        listed.append({
            "name": component.name, "version": component.version, "licence": component.licence, "homepage": component.homepage,
            "texts": [f"licences/{name}" for name in names],
        })  # fmt: skip
    target = folder / "licences.json"
    target.write_text(json.dumps({"components": listed}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return target


def _keep(text: Path, component: Component, folder: Path) -> str:
    """Copy a text under a name of its own, once."""
    name = text.name if text.parent == HERE else f"{component.name}-{_flat_name(text)}"
    name = name if name.endswith((".txt", ".md")) else f"{name}.txt"
    content = text.read_text(encoding="utf-8", errors="replace")
    (folder / name).write_text(content, encoding="utf-8", newline="\n")
    return name


def _flat_name(text: Path) -> str:
    """Tell the many texts of one package apart by their folders."""
    parts = text.parts
    start = next((i for i, part in enumerate(parts) if part.endswith(".dist-info")), len(parts) - 2)
    return "-".join(part for part in parts[start + 1 :] if part != "licenses")


def _part(place: str) -> Component | None:
    file = place.rsplit("/", 1)[-1]
    for pattern, name, licence, homepage, text in _PARTS:
        if re.match(pattern, file):
            return Component(name, "", licence, homepage, (HERE / text,))
    return None


def _by_source(source: Path, owners: dict[str, str], packages: dict[str, Distribution]) -> Component | None:
    path = os.path.normcase(os.path.abspath(source))  # noqa: PTH100 - resolving would lead out of the environment
    if path in owners:
        return _package(owners[path], packages[owners[path]])
    if any(_is_below(path, folder) for folder in (product.ROOT / "gowa_desktop", product.ROOT / "resources", product.ROOT / "installers")):
        return _program()
    if re.match(r"(lib)?python\d", source.name) or (_is_below(path, _stdlib()) and "site-packages" not in source.parts):
        return _python()
    if any(_is_below(path, Path(place)) for place in _pyinstaller_places()):
        return _bootloader()
    # On Windows the run-time DLLs of Python and of Microsoft lie beside python.exe; both are Python's to hand on.
    if sys.platform == "win32" and _is_below(path, Path(sys.base_prefix)) and "site-packages" not in source.parts:
        return _python()
    return None


def _is_below(path: str, folder: Path) -> bool:
    return path.startswith(os.path.normcase(str(folder)) + os.sep)


def _stdlib() -> Path:
    return Path(sysconfig.get_path("stdlib"))


def _pyinstaller_places() -> list[str]:
    folders = {"pyinstaller": "PyInstaller", "pyinstaller-hooks-contrib": "_pyinstaller_hooks_contrib"}
    places = [str(distribution(name).locate_file(folder)) for name, folder in folders.items()]
    return [*places, os.environ.get("GOWA_DESKTOP_BUILD_DIR", places[0])]


def _files(package: Distribution) -> list[str]:
    return [os.path.normcase(os.path.abspath(str(package.locate_file(file)))) for file in package.files or []]  # noqa: PTH100


def _package(name: str, package: Distribution) -> Component:
    """Describe a Python package; PySide6 and shiboken6 bring no texts, theirs are kept here.

    Raises:
        BuildError: it names no licence or brings no text.
    """
    meta = package.metadata
    if name in {"shiboken6", "pyside6-essentials"}:
        texts = tuple(HERE / one for one in QT_TEXTS)
        return Component("Qt and Qt for Python", meta["Version"], "LGPL-3.0-only", "https://www.qt.io/qt-for-python", texts)
    marks = [line.rsplit(":: ", 1)[-1] for line in meta.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [_LICENCE_OF.get(name, ""), *_lines(meta, "License-Expression"), *_lines(meta, "License"), ", ".join(marks)]
    text = next(filter(None, named), "")
    pattern = re.compile(r"(^|/)(LICEN[CS]E|COPYING|NOTICE)[^/]*$", re.IGNORECASE)
    texts = tuple(
        Path(str(package.locate_file(file)))
        for file in sorted(package.files or [], key=str)
        if ".dist-info/" in file.as_posix() and pattern.search(file.as_posix())
    )
    if not text or not texts:
        raise BuildError(f"The package {name} names no licence or brings no text of it: look it up and add it to installers/licences.py.")
    return Component(meta["Name"], meta["Version"], text, _homepage(package), texts)


def _lines(meta: PackageMetadata, field_name: str) -> list[str]:
    """Give the first line of a field, which some packages fill with the whole text; none when it is absent."""
    return [line for value in meta.get_all(field_name) or [] for line in value.strip().splitlines()[:1]]


def _homepage(package: Distribution) -> str:
    addresses = dict(line.split(", ", 1) for line in package.metadata.get_all("Project-URL") or [])
    by_label = {label.casefold(): address for label, address in addresses.items()}
    return next((by_label[label] for label in _ADDRESS_LABELS if label in by_label), "".join(_lines(package.metadata, "Home-page")))


def _program() -> Component:
    return Component(product.NAME, product.version(), product.LICENSE_NAME, "", (product.ROOT / "LICENSE",))


def _python() -> Component:
    texts = (HERE / "Python.txt", HERE / "Python-third-party.txt")
    return Component("Python", platform.python_version(), "PSF-2.0", "https://www.python.org", texts)


def _bootloader() -> Component:
    package = distribution("pyinstaller")
    texts = tuple(Path(str(package.locate_file(file))) for file in package.files or [] if file.name == "COPYING.txt")
    licence = "GPL-2.0-or-later WITH Bootloader-exception"
    return Component("PyInstaller bootloader", package.version, licence, "https://pyinstaller.org", texts)
