"""Builds the program and the disk image for macOS: icon, PyInstaller's bundle, signature, dmg, notarisation."""

from __future__ import annotations

import os
import platform
import plistlib
import site
import sys
from importlib.util import find_spec
from pathlib import Path

from installers import icons, product
from installers.freeze import freeze
from installers.macos import mach_o, older_wheels, signing
from installers.macos.plist import MINIMUM_SYSTEM, entitlements
from installers.tools import BuildError, run

HERE = Path(__file__).resolve().parent
ARCH_VARIABLE = "GOWA_DESKTOP_MAC_ARCH"
"""Tells the spec which processors to build for."""


def image_name(version: str, processor: str, *, is_signed: bool) -> str:
    """Name the disk image; one without a developer's signature says so."""
    return f"{product.SLUG}-{version}-macos-{processor}{'' if is_signed else '-unsigned'}.dmg"


def app_name() -> str:
    """Name the bundle."""
    return f"{product.NAME}.app"


def tuple_of(system: str) -> tuple[int, int]:
    """Give the two numbers of a version of macOS such as `13.0`."""
    major, minor = system.split(".")
    return int(major), int(minor)


def dmgbuild_command(app: Path, work: Path, target: Path) -> list[str]:
    """Compose the command line of dmgbuild."""
    values = {"app": str(app), "name": product.NAME, "icon": str(work / "gowa-desktop.icns")}
    defines = [word for name, value in values.items() for word in ("-D", f"{name}={value}")]
    return [sys.executable, "-m", "dmgbuild", "-s", str(HERE / "dmg_settings.py"), *defines, product.NAME, str(target)]


def prepare(work: Path, *, has_identity: bool) -> Path:
    """Make the icon and the entitlements; gives the file of the latter."""
    work.mkdir(parents=True, exist_ok=True)
    icons.write_icns(product.ICON_SVG, work / "gowa-desktop.icns")
    rights = work / "entitlements.plist"
    rights.write_bytes(plistlib.dumps(entitlements(has_identity=has_identity)))
    return rights


def layout_problems(app: Path) -> list[str]:
    """Say what a bundle lacks, sentence by sentence; empty when it is as it should be."""
    contents = app / "Contents"
    problems = [f"{part} is missing." for part in _PARTS if not (contents / part).exists()]
    try:
        info = plistlib.loads((contents / "Info.plist").read_bytes())
    except (OSError, plistlib.InvalidFileException, ValueError) as error:
        return [*problems, f"Info.plist cannot be read: {error}."]
    keys = ("CFBundleExecutable", "CFBundleIdentifier", "CFBundleIconFile", "LSMinimumSystemVersion", "CFBundleURLTypes")
    problems += [f"Info.plist has no {key}." for key in keys if not info.get(key)]
    program = contents / "MacOS" / str(info.get("CFBundleExecutable", ""))
    if not program.is_file() or not mach_o.processors_of(program):
        problems.append("The program that Info.plist names is none.")
    icon = contents / "Resources" / str(info.get("CFBundleIconFile", ""))
    if not icon.is_file() or icon.read_bytes()[:4] != b"icns":
        problems.append("The icon that Info.plist names is none.")
    return problems


_PARTS = ("Info.plist", "MacOS", "Frameworks", "Resources")


def build(work: Path, output_dir: Path) -> Path:
    """Build the disk image on macOS.

    Raises:
        BuildError: this is no macOS, or a tool is missing or fails.
    """
    if platform.system() != "Darwin":
        raise BuildError("A program for macOS is built on macOS; the workflow release.yml does it.")
    if find_spec("dmgbuild") is None:
        raise BuildError("dmgbuild is missing: start the build with `python3 installers/bootstrap.py build`, which sets up what it needs.")
    given = signing.Secrets.from_environment()
    rights = prepare(work, has_identity=given is not None)
    older_wheels.provide(work, tuple_of(MINIMUM_SYSTEM))
    parts = [path for folder in site.getsitepackages() for path in mach_o.programs_in(Path(folder))]
    target = mach_o.common_target([Path(sys.executable).resolve(), *parts], platform.machine())
    os.environ[ARCH_VARIABLE] = target
    app = freeze(work).parent / app_name()
    if problems := layout_problems(app):
        raise BuildError(f"{app.name} is not as it should be. {' '.join(problems)}")
    image = output_dir / image_name(product.version(), target, is_signed=given is not None)
    output_dir.mkdir(parents=True, exist_ok=True)
    if given is None:
        signing.sign_app(app, signing.AD_HOC, rights)
        run(dmgbuild_command(app, work, image))
        return image
    with signing.keychain(work, given):
        signing.sign_app(app, given.identity, rights)
        run(dmgbuild_command(app, work, image))
        run(signing.sign_command(image, given.identity, None))
    signing.notarise(image, given)
    return image
