"""Signs, notarises and staples for macOS; all command lines are composed here and run by `package`.

With the secrets of the environment it is Apple's full way: hardened runtime, time stamp, notarisation. Without them the signature is
ad hoc: the program runs, and a person has to confirm the first start once.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from installers.macos.mach_o import programs_in
from installers.tools import BuildError, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

AD_HOC = "-"
_STAPLE_TRIES = 6
_STAPLE_PAUSE_S = 20.0


@dataclass(frozen=True, slots=True)
class Secrets:
    """What signing and notarising need; `identity` is a name such as `Developer ID Application: …`."""

    certificate: str
    certificate_password: str
    identity: str
    apple_id: str
    team_id: str
    app_password: str

    NAMES = (
        "MACOS_CERTIFICATE", "MACOS_CERTIFICATE_PASSWORD", "MACOS_IDENTITY", "MACOS_APPLE_ID", "MACOS_TEAM_ID", "MACOS_APP_PASSWORD",
    )  # fmt: skip
    """The variables of the environment, in the order of the fields; the certificate is a P12 file in base64."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Secrets | None:
        """Read them; None unless all are there."""
        values = [environment.get(name, "") for name in cls.NAMES]
        return cls(*values) if all(values) else None


def signing_order(app: Path) -> list[Path]:
    """List what is signed, from the inside out: a signature covers what lies within, so nothing may change there afterwards.

    Programs and libraries come deepest first, then frameworks and bundles within, the program itself last.
    """
    main_program = app / "Contents" / "MacOS"
    files = [path for path in programs_in(app) if path.parent != main_program]
    bundles = [path for path in app.rglob("*") if path.suffix in {".framework", ".bundle", ".app"} and path.is_dir() and not path.is_symlink()]
    inner = sorted([*files, *bundles], key=lambda path: (-len(path.parts), path.suffix in {".framework", ".bundle", ".app"}, str(path)))
    own = sorted(path for path in programs_in(main_program))
    return [*inner, *own, app]


def sign_command(path: Path, identity: str, entitlements: Path | None) -> list[str]:
    """Compose codesign for one file or bundle; never --deep, which signs in no certain order."""
    # Apple's time stamp goes with a certificate only.
    stamp = [] if identity == AD_HOC else ["--timestamp"]
    rights = ["--entitlements", str(entitlements)] if entitlements is not None else []
    return ["codesign", "--force", "--options", "runtime", *stamp, "--sign", identity, *rights, str(path)]


def verify_commands(app: Path) -> list[list[str]]:
    """Compose the checks of a signed program."""
    return [["codesign", "--verify", "--deep", "--strict", "--verbose=2", str(app)]]


def submit_command(disk_image: Path, given: Secrets) -> list[str]:
    """Compose what has Apple look at a disk image. It ends with 0 whatever Apple says; the answer is JSON."""
    return ["xcrun", "notarytool", "submit", str(disk_image), *_account(given), "--wait", "--output-format", "json"]


def log_command(submission: str, given: Secrets) -> list[str]:
    """Compose the question why Apple refused."""
    return ["xcrun", "notarytool", "log", submission, *_account(given)]


def staple_commands(disk_image: Path) -> list[list[str]]:
    """Compose what puts Apple's answer into the disk image and asks the gatekeeper about it."""
    return [
        ["xcrun", "stapler", "staple", str(disk_image)],
        ["xcrun", "stapler", "validate", str(disk_image)],
        ["spctl", "--assess", "--type", "open", "--context", "context:primary-signature", "--verbose", str(disk_image)],
    ]


def notarise(disk_image: Path, given: Secrets, pause_s: float = _STAPLE_PAUSE_S) -> None:
    """Have Apple look at a disk image and put the answer into it.

    Raises:
        BuildError: Apple refuses; the reasons that it gives are told.
    """
    answer = json.loads(run(submit_command(disk_image, given)))
    if answer.get("status") != "Accepted":
        reasons = run(log_command(str(answer.get("id", "")), given))
        raise BuildError(f"Apple does not accept {disk_image.name} ({answer.get('status')}): {reasons.strip()[:3000]}")
    staple, *checks = staple_commands(disk_image)
    for left in reversed(range(_STAPLE_TRIES)):
        try:
            run(staple)
            break
        except BuildError:  # the ticket may take a minute to get from one of Apple's computers to the other
            if not left:
                raise
            time.sleep(pause_s)
    for command in checks:
        run(command)


def _account(given: Secrets) -> list[str]:
    return ["--apple-id", given.apple_id, "--team-id", given.team_id, "--password", given.app_password]


def keychain_commands(keychain: Path, password: str, certificate: Path, certificate_password: str) -> list[list[str]]:
    """Compose a keychain of the build's own with the certificate in it, which codesign may use unasked."""
    name = str(keychain)
    return [
        ["security", "create-keychain", "-p", password, name],
        ["security", "set-keychain-settings", "-lut", "3600", name],
        ["security", "unlock-keychain", "-p", password, name],
        ["security", "import", str(certificate), "-k", name, "-P", certificate_password, "-T", "/usr/bin/codesign"],
        ["security", "set-key-partition-list", "-S", "apple-tool:,apple:", "-k", password, name],
        ["security", "list-keychains", "-d", "user", "-s", name, "login.keychain"],
    ]


@contextlib.contextmanager
def keychain(work: Path, given: Secrets) -> Iterator[None]:
    """Have the certificate at hand within the block.

    Raises:
        BuildError: the system refuses it.
    """
    place, certificate = work / "build.keychain-db", work / "certificate.p12"
    certificate.write_bytes(base64.b64decode(given.certificate))
    try:
        for command in keychain_commands(place, secrets.token_hex(16), certificate, given.certificate_password):
            run(command)
        yield
    finally:
        certificate.unlink()
        with contextlib.suppress(Exception):
            run(["security", "delete-keychain", str(place)])


def sign_app(app: Path, identity: str, entitlements: Path) -> None:
    """Sign a bundle from the inside out and verify it.

    Raises:
        BuildError: a command failed.
    """
    programs = app / "Contents" / "MacOS"
    for path in signing_order(app):
        # What runs carries the rights; a library takes those of the program that loads it.
        run(sign_command(path, identity, entitlements if path == app or path.parent == programs else None))
    for command in verify_commands(app):
        run(command)
