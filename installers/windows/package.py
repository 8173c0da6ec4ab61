"""Builds the program and the installer for Windows: icon, version resources, PyInstaller's folder, then NSIS.

On Windows all of it runs in one Python. Elsewhere the folder comes from a Windows Python under Wine (`tests/packaging`), and NSIS is
the Linux one: `makensis` is a cross compiler.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from installers import icons, product
from installers.freeze import freeze
from installers.tools import BuildError
from installers.windows import signing
from installers.windows.version_resource import version_resource

HERE = Path(__file__).resolve().parent
FREEZE_ENVIRONMENT = {"PYINSTALLER_ZLIB_COMPRESSION_LEVEL": "0"}
"""Modules lie uncompressed in both programs: NSIS packs them together and far better, and a start unpacks nothing."""


def setup_name(version: str, *, is_signed: bool = True) -> str:
    """Name the installer; one without a signature says so."""
    return f"{product.SLUG}-{version}-windows-x64-setup{'' if is_signed else '-unsigned'}.exe"


def prepare(work: Path, version: str) -> None:
    """Make what the spec takes from the build folder: the icon and the version resources."""
    work.mkdir(parents=True, exist_ok=True)
    icons.write_ico(product.ICON_SVG, work / "gowa-desktop.ico")
    icons.write_sidebar(product.ICON_SVG, work / "sidebar.bmp")
    for name in (product.SLUG, product.CONSOLE_SLUG):
        text = version_resource(version, name, has_console=name == product.CONSOLE_SLUG)
        (work / f"{name}-version.txt").write_text(text, encoding="utf-8")


def makensis_command(
    folder: Path, work: Path, output: Path, version: str, makensis: str = "makensis", *, is_quick: bool = False
) -> list[str]:
    """Compose the command line of NSIS.

    Args:
        folder: PyInstaller's folder.
        work: the build folder with the icon.
        output: the installer to write.
        version: such as `0.1.0`.
        makensis: where NSIS is.
        is_quick: pack fast and badly, for trials.
    """
    size_kb = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 1024
    values = {
        "VERSION": version, "VERSION_NUMBERS": ".".join(map(str, product.version_numbers(version))), "SOURCE": str(folder),
        "ICON": str(work / "gowa-desktop.ico"), "SIDEBAR": str(work / "sidebar.bmp"),
        "LICENSE_FILE": str(product.ROOT / "LICENSE"), "OUTPUT": str(output), "SIZE_KB": str(size_kb),
        "NAME": product.NAME, "SLUG": product.SLUG, "CONSOLE_SLUG": product.CONSOLE_SLUG, "APP_ID": product.IDENTIFIER,
        "PUBLISHER": product.PUBLISHER, "SCHEME": product.URL_SCHEME, "COPYRIGHT": product.COPYRIGHT,
    }  # fmt: skip
    quick = ["-DQUICK"] if is_quick else []
    if signing.has_certificate():
        values["SIGN_COMMAND"] = signing.own_command()
    return [makensis, "-V2", "-WX", *quick, *(f"-D{name}={value}" for name, value in values.items()), str(HERE / "setup.nsi")]


def make_setup(folder: Path, work: Path, output: Path, version: str, *, is_quick: bool = False) -> Path:
    """Pack PyInstaller's folder into the installer.

    Raises:
        BuildError: NSIS is missing, or does not like the script.
    """
    makensis = find_makensis()
    output.parent.mkdir(parents=True, exist_ok=True)
    # What Python has written while the program was tried out belongs to nobody's installer.
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)
    command = makensis_command(folder, work, output, version, makensis, is_quick=is_quick)
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0 or not output.is_file():
        raise BuildError(f"NSIS could not make the installer: {(ended.stdout + ended.stderr).strip()[-800:]}")
    return output


def find_makensis() -> str:
    """Find NSIS on the path or where its own installer puts it.

    Raises:
        BuildError: it is not there.
    """
    places = [shutil.which("makensis"), *(rf"{os.environ.get(name, '')}\NSIS\makensis.exe" for name in ("PROGRAMFILES(X86)", "PROGRAMFILES"))]
    for place in places:
        if place and Path(place).is_file():
            return place
    raise BuildError("NSIS is missing: install it (Debian: apt-get install nsis; Windows: choco install nsis) and try again.")


def build(work: Path, output_dir: Path) -> Path:
    """Build the installer on Windows.

    Raises:
        BuildError: this is no Windows, or a tool is missing or fails.
    """
    if os.name != "nt":
        raise BuildError("A program for Windows is frozen on Windows; here, `python -m tests.packaging windows` does it under Wine.")
    find_makensis()
    version = product.version()
    prepare(work, version)
    os.environ.update(FREEZE_ENVIRONMENT)
    folder = freeze(work)
    is_signed = signing.sign_folder(folder)
    setup = make_setup(folder, work, output_dir / setup_name(version, is_signed=is_signed), version)
    if is_signed:
        signing.sign([setup])
    return setup
