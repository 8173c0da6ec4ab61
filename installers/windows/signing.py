"""Signs the programs and the installer for Windows, when the certificate is there; without one the build goes on unsigned.

The certificate comes as a PFX file in base64 in `WINDOWS_CERTIFICATE` with its password in `WINDOWS_CERTIFICATE_PASSWORD`. Only what
is ours is signed: Qt's and Python's libraries carry signatures of their makers or none, and a new one would break the former.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CERTIFICATE = "WINDOWS_CERTIFICATE"
PASSWORD = "WINDOWS_CERTIFICATE_PASSWORD"
TIMESTAMP_SERVER = "http://timestamp.digicert.com"
"""The time stamp keeps a signature valid after its certificate has run out."""


def has_certificate(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether there is a certificate to sign with."""
    return bool(environment.get(CERTIFICATE))


def sign_command(signtool: str, certificate: Path, password: str, files: Sequence[Path]) -> list[str]:
    """Compose the command line of signtool."""
    return [
        signtool, "sign", "/f", str(certificate), "/p", password, "/fd", "SHA256", "/tr", TIMESTAMP_SERVER, "/td", "SHA256",
        "/d", "GOWA Desktop", *map(str, files),
    ]  # fmt: skip


def own_command(python: str = sys.executable) -> str:
    """Compose the start of a command line that signs the file named behind it: NSIS runs it for the uninstaller. Nothing secret is in it."""
    return f'"{python}" "{Path(__file__).resolve()}"'


def own_programs(folder: Path) -> list[Path]:
    """List the programs of ours in PyInstaller's folder."""
    return sorted(folder.glob("*.exe"))


def sign_folder(folder: Path) -> bool:
    """Sign our programs in a folder; False when there is no certificate."""
    if not has_certificate():
        return False
    sign(own_programs(folder))
    return True


def sign(files: Sequence[Path]) -> None:
    """Sign files with the certificate of the environment.

    Raises:
        OSError: signtool is missing.
        subprocess.CalledProcessError: it failed; its command line, which has the password, is not shown.
    """
    with tempfile.TemporaryDirectory() as folder:
        certificate = Path(folder) / "certificate.pfx"
        certificate.write_bytes(base64.b64decode(os.environ[CERTIFICATE]))
        ended = subprocess.run(sign_command(_signtool(), certificate, os.environ.get(PASSWORD, ""), files), check=False)
        if ended.returncode != 0:
            raise subprocess.CalledProcessError(ended.returncode, "signtool sign")


def _signtool() -> str:
    """Find the newest signtool; the Windows SDK does not put it on the path."""
    found = shutil.which("signtool")
    kits = Path(os.environ.get("PROGRAMFILES(X86)", "C:\\Program Files (x86)")) / "Windows Kits" / "10" / "bin"
    candidates = [found] if found else [str(file) for file in sorted(kits.glob("10.*/x64/signtool.exe"))]
    if not candidates:
        raise FileNotFoundError(2, "signtool is missing: install the Windows SDK", "signtool.exe")
    return candidates[-1]


if __name__ == "__main__":
    sign([Path(word) for word in sys.argv[1:]])
