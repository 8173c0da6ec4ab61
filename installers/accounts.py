"""Accounts of what was built: SHA256SUMS over the files, and the list of their parts as a CycloneDX document."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from platform import machine
from typing import TYPE_CHECKING, Any

from installers import product, runtime_packages
from installers.tools import BuildError, digest, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SUMS = "SHA256SUMS"


def write_sums(folder: Path) -> Path:
    """Write the sums of all files of a folder, as `sha256sum --check SHA256SUMS` reads them; folders do not count."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    target = folder / SUMS
    target.write_text("".join(f"{digest(file)}  {file.name}\n" for file in files), encoding="utf-8", newline="\n")
    return target


def parts_list_name(version: str, platform: str = sys.platform, processor: str = "") -> str:
    """Name the list of parts; macOS has a build for each processor, whose lists lie side by side in a release."""
    system = {"win32": "windows", "darwin": f"macos-{processor or machine()}"}.get(platform, "linux")
    return f"{product.SLUG}-{version}-{system}.cdx.json"


def write_parts_list(folder: Path, licences: Iterable[Path] = ()) -> Path:
    """Have cyclonedx-bom write down the Python packages that were built in, with versions and sums from the lock, and add what else ships.

    Args:
        folder: where the list goes.
        licences: what `installers/licences.py` wrote for each bundle: it knows Qt, Python and every library that came along.

    Raises:
        BuildError: the tool is missing or failed.
    """
    if find_spec("cyclonedx_py") is None:
        raise BuildError("cyclonedx-bom is missing: start the build with `python3 installers/bootstrap.py build`, which sets up what it needs.")
    pins = folder / ".parts.txt"
    pins.write_text(runtime_packages.pins(), encoding="utf-8")
    target = folder / parts_list_name(product.version())
    try:
        run([
            sys.executable, "-m", "cyclonedx_py", "requirements", pins, "--pyproject", product.ROOT / "pyproject.toml",
            "--mc-type", "application", "--output-reproducible", "--output-format", "JSON", "--output-file", target,
        ])  # fmt: skip
    finally:
        pins.unlink()
    document = json.loads(target.read_text(encoding="utf-8"))
    add_parts(document, [one for file in licences for one in json.loads(file.read_text(encoding="utf-8"))["components"]])
    target.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    return target


def add_parts(document: dict[str, Any], parts: Iterable[Mapping[str, str]]) -> None:
    """Add the parts that a CycloneDX document does not have, by name; the program itself is its subject and no part."""
    listed: list[dict[str, Any]] = document.setdefault("components", [])
    known = {product.NAME.casefold(), *(str(one["name"]).casefold() for one in listed)}
    for part in parts:
        if part["name"].casefold() in known:
            continue
        known.add(part["name"].casefold())
        component: dict[str, Any] = {"bom-ref": f"bundled-{part['name']}", "type": "library", "name": part["name"]}
        if part["version"]:
            component["version"] = part["version"]
        component["licenses"] = [{"license": {"name": part["licence"]}}]
        if part["homepage"]:
            component["externalReferences"] = [{"type": "website", "url": part["homepage"]}]
        listed.append(component)
