"""The builder for macOS, as far as it needs no macOS: property lists, icon, layout, order of signatures, command lines."""

from __future__ import annotations

import itertools
import json
import plistlib
import re
import struct
import sys
from importlib.metadata import PathDistribution
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage  # noqa: TID251 - reads what was drawn

from installers import icons, product, runtime_packages
from installers.macos import mach_o, older_wheels, package, signing
from installers.macos.plist import LANGUAGES, MINIMUM_SYSTEM, entitlements, info_plist
from installers.tools import BuildError

if TYPE_CHECKING:
    from pathlib import Path

ARM, INTEL = 0x0100000C, 0x01000007
SECRETS = signing.Secrets("UDEy", "p12-password", "Developer ID Application: Somebody (TEAM)", "me@example.com", "TEAM", "app-password")


def thin(cpu: int) -> bytes:
    return struct.pack("<II", 0xFEEDFACF, cpu) + bytes(300)


def fat(*cpus: int) -> bytes:
    return struct.pack(">II", 0xCAFEBABE, len(cpus)) + b"".join(struct.pack(">IIIII", cpu, 0, 0, 0, 0) for cpu in cpus) + bytes(300)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A bundle laid out as PyInstaller does it."""
    made = tmp_path / package.app_name()
    contents = made / "Contents"
    files = {
        "MacOS/gowa-desktop": fat(ARM, INTEL),
        "Frameworks/libpython3.11.dylib": fat(ARM, INTEL),
        "Frameworks/PySide6/QtCore.abi3.so": fat(ARM, INTEL),
        "Frameworks/QtCore.framework/Versions/A/QtCore": fat(ARM, INTEL),
        "Frameworks/numpy/core.so": thin(ARM),
        "Resources/base_library.zip": b"PK\x03\x04",
    }
    for name, data in files.items():
        (contents / name).parent.mkdir(parents=True, exist_ok=True)
        (contents / name).write_bytes(data)
    (contents / "Resources" / "gowa-desktop.icns").write_bytes(b"icns" + bytes(4))
    info = {**info_plist("1.4.0"), "CFBundleExecutable": product.SLUG, "CFBundleIconFile": "gowa-desktop.icns"}
    (contents / "Info.plist").write_bytes(plistlib.dumps(info))
    return made


def test_property_list_is_valid_and_tells_what_macos_asks() -> None:
    info = plistlib.loads(plistlib.dumps(info_plist("1.4.0rc2")))
    assert info["CFBundleVersion"] == "1.4.0"
    assert info["CFBundleShortVersionString"] == "1.4.0rc2"
    assert info["LSMinimumSystemVersion"] == "13.0"
    assert info["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == [product.URL_SCHEME]
    assert info["NSHighResolutionCapable"] is True
    assert info["LSUIElement"] is False, "it has a window and a place in the Dock"


def test_every_language_that_macos_offers_has_a_catalogue() -> None:
    files = (product.ROOT / "resources" / "translations").glob("*.ts")
    catalogues = {path.stem.removeprefix("gowa-desktop_").replace("_", "-") for path in files}
    assert not catalogues or set(LANGUAGES) - {"en"} <= catalogues


def test_entitlements_allow_no_more_than_needed() -> None:
    assert plistlib.loads(plistlib.dumps(entitlements(has_identity=True))) == {"com.apple.security.cs.allow-unsigned-executable-memory": True}
    assert "com.apple.security.cs.disable-library-validation" in entitlements(has_identity=False)


def test_icon_holds_a_readable_picture_for_every_type(tmp_path: Path) -> None:
    target = tmp_path / "gowa-desktop.icns"
    icons.write_icns(product.ICON_SVG, target)
    data = target.read_bytes()
    assert data[:4] == b"icns"
    assert struct.unpack_from(">I", data, 4)[0] == len(data)
    place, found = 8, {}
    while place < len(data):
        kind, length = struct.unpack_from(">4sI", data, place)
        found[kind] = QImage.fromData(QByteArray(data[place + 8 : place + length])).width()
        place += length
    assert found == icons.ICNS_TYPES


@pytest.mark.parametrize(
    ("head", "cpus"),
    [
        (thin(ARM), {"arm64"}),
        (thin(INTEL), {"x86_64"}),
        (fat(INTEL, ARM), {"arm64", "x86_64"}),
        (b"\x7fELF" + bytes(300), set()),
        (b"", set()),
        (struct.pack(">II", 0xCAFEBABE, 61) + bytes(300), set()),  # a class file of Java 17
    ],
)
def test_processors_are_read_from_the_first_bytes(head: bytes, cpus: set[str]) -> None:
    assert mach_o.processors(head) == cpus


def test_universal_only_when_every_part_is(app: Path) -> None:
    parts = mach_o.programs_in(app)
    assert len(parts) == 5
    assert mach_o.common_target(parts, "arm64") == "arm64"
    assert mach_o.common_target([path for path in parts if path.name != "core.so"], "arm64") == mach_o.UNIVERSAL
    assert mach_o.common_target([], "x86_64") == "x86_64"


def install(folder: Path, name: str, *tags: str) -> PathDistribution:
    """An installed package as its metadata tells of it."""
    info = folder / f"{name}-1.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1\n", encoding="utf-8")
    (info / "WHEEL").write_text("Wheel-Version: 1.0\n" + "".join(f"Tag: {tag}\n" for tag in tags), encoding="utf-8")
    return PathDistribution(info)


def test_a_wheel_s_tag_tells_for_which_systems_it_was_made(tmp_path: Path) -> None:
    tags = {
        "numpy": ["cp311-cp311-macosx_14_0_arm64"], "psutil": ["cp36-abi3-macosx_11_0_arm64"], "peewee": ["py3-none-any"],
        "pyside6": ["cp310-abi3-macosx_13_0_universal2"], "two": ["cp311-cp311-macosx_10_9_x86_64", "cp311-cp311-macosx_14_0_arm64"],
    }  # fmt: skip
    packages = {name: install(tmp_path, name, *given) for name, given in tags.items()}
    assert older_wheels.too_new(packages, package.tuple_of(MINIMUM_SYSTEM)) == ["numpy"]


def test_packages_for_a_newer_macos_are_fetched_for_the_promised_one_by_their_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = {"numpy": install(tmp_path, "numpy", "cp311-cp311-macosx_14_0_arm64"), "psutil": install(tmp_path, "psutil", "py3-none-any")}
    commands: list[list[str]] = []

    def pip(command: list[str]) -> str:
        commands.append(command)
        if command[3] == "install":
            install(tmp_path, "numpy", "cp311-cp311-macosx_11_0_arm64")
        return ""

    monkeypatch.setattr(older_wheels, "run", pip)
    monkeypatch.setattr(runtime_packages, "packages", lambda: packages)
    older_wheels.provide(tmp_path / "work", (13, 0))
    pins = (tmp_path / "work" / "older.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"^(\S+)==", pins, re.MULTILINE)) == {"numpy"}
    assert "--hash=sha256:" in pins
    assert [command[3] for command in commands] == ["download", "install"]
    assert commands[0][commands[0].index("--platform") + 1].startswith("macosx_13_0_")
    assert {"--require-hashes", "--no-deps"} <= {*commands[0]}


def test_a_package_that_nobody_made_for_the_promised_macos_ends_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = {"numpy": install(tmp_path, "numpy", "cp311-cp311-macosx_14_0_arm64")}
    monkeypatch.setattr(older_wheels, "run", lambda _command: "")
    monkeypatch.setattr(runtime_packages, "packages", lambda: packages)
    with pytest.raises(BuildError, match=r"macOS 13\.0 are missing: numpy"):
        older_wheels.provide(tmp_path / "work", (13, 0))


def test_layout_of_a_sound_bundle_has_no_problem(app: Path) -> None:
    assert package.layout_problems(app) == []


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("Contents/MacOS/gowa-desktop", "The program that Info.plist names is none."),
        ("Contents/Resources/gowa-desktop.icns", "The icon that Info.plist names is none."),
        ("Contents/Info.plist", "Info.plist cannot be read"),
    ],
)
def test_layout_of_a_damaged_bundle_is_told(app: Path, damage: str, problem: str) -> None:
    (app / damage).write_bytes(b"<")
    assert any(problem in sentence for sentence in package.layout_problems(app))


def test_signatures_go_from_the_inside_out_and_leave_out_what_is_no_program(app: Path) -> None:
    order = [path.relative_to(app.parent).as_posix() for path in signing.signing_order(app)]
    name = package.app_name()
    framework = f"{name}/Contents/Frameworks/QtCore.framework"
    assert order[-2:] == [f"{name}/Contents/MacOS/gowa-desktop", name]
    assert order.index(f"{framework}/Versions/A/QtCore") < order.index(framework)
    assert not any(path.endswith(".zip") for path in order)
    assert len(order) == len(set(order)) == 7


def test_every_signature_is_hardened_and_only_programs_get_rights(app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(signing, "run", commands.append)
    signing.sign_app(app, SECRETS.identity, tmp_path / "entitlements.plist")
    signatures = [command for command in commands if "--sign" in command]
    assert all(command[:4] == ["codesign", "--force", "--options", "runtime"] and "--timestamp" in command for command in signatures)
    assert not any("--deep" in command for command in signatures)
    with_rights = [command[-1] for command in signatures if "--entitlements" in command]
    assert with_rights == [str(app / "Contents" / "MacOS" / "gowa-desktop"), str(app)]
    assert commands[-1][:2] == ["codesign", "--verify"]


def test_ad_hoc_signature_asks_apple_for_nothing(app: Path) -> None:
    assert "--timestamp" not in signing.sign_command(app, signing.AD_HOC, None)


def test_secrets_count_only_when_all_are_there() -> None:
    names = signing.Secrets.NAMES
    environment = dict(zip(names, ("a", "b", "c", "d", "e", "f"), strict=True))
    assert signing.Secrets.from_environment(environment) == signing.Secrets("a", "b", "c", "d", "e", "f")
    for name in names:
        assert signing.Secrets.from_environment({**environment, name: ""}) is None


def apple(monkeypatch: pytest.MonkeyPatch, answer: dict[str, str], failures: int = 0) -> list[list[str]]:
    """Stand in for Apple's tools; the first `failures` tries to staple fail."""
    commands: list[list[str]] = []

    def answer_to(command: list[str]) -> str:
        commands.append(command)
        if command[2] == "staple" and sum(one[2] == "staple" for one in commands) <= failures:
            raise BuildError("stapler failed with code 65: Record not found")
        return json.dumps(answer) if command[2] == "submit" else '{"issues": "The binary is not signed."}'

    monkeypatch.setattr(signing, "run", answer_to)
    return commands


def test_notarisation_waits_staples_and_asks_the_gatekeeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = apple(monkeypatch, {"id": "1", "status": "Accepted"})
    signing.notarise(tmp_path / "x.dmg", SECRETS)
    assert [command[:3] for command in commands[:3]] == [
        ["xcrun", "notarytool", "submit"], ["xcrun", "stapler", "staple"], ["xcrun", "stapler", "validate"],
    ]  # fmt: skip
    assert "--wait" in commands[0]
    assert commands[3][0] == "spctl"


def test_a_refusal_is_told_with_apple_s_reasons_though_the_tool_ends_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = apple(monkeypatch, {"id": "77", "status": "Invalid"})
    with pytest.raises(BuildError, match=r"Invalid.*not signed"):
        signing.notarise(tmp_path / "x.dmg", SECRETS)
    assert commands[-1][:4] == ["xcrun", "notarytool", "log", "77"]
    assert not any("staple" in command for command in commands)


def test_the_ticket_may_come_late_but_has_to_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = apple(monkeypatch, {"id": "1", "status": "Accepted"}, failures=2)
    signing.notarise(tmp_path / "x.dmg", SECRETS, pause_s=0)
    assert sum(command[2] == "staple" for command in commands) == 3
    apple(monkeypatch, {"id": "1", "status": "Accepted"}, failures=99)
    with pytest.raises(BuildError, match="Record not found"):
        signing.notarise(tmp_path / "x.dmg", SECRETS, pause_s=0)


def test_keychain_of_the_build_goes_and_with_it_the_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(signing, "run", commands.append)
    with signing.keychain(tmp_path, SECRETS):
        assert (tmp_path / "certificate.p12").read_bytes() == b"P12"
    assert not (tmp_path / "certificate.p12").exists()
    assert commands[0][1] == "create-keychain"
    assert commands[-1][1] == "delete-keychain"


def test_disk_image_shows_program_and_applications(tmp_path: Path) -> None:
    command = package.dmgbuild_command(tmp_path / package.app_name(), tmp_path, tmp_path / "x.dmg")
    defines = dict(word.split("=", 1) for before, word in itertools.pairwise(command) if before == "-D")
    settings: dict[str, object] = {"defines": defines}
    exec((package.HERE / "dmg_settings.py").read_text(encoding="utf-8"), settings)
    assert settings["files"] == [str(tmp_path / package.app_name())]
    assert settings["symlinks"] == {"Applications": "/Applications"}
    locations = settings["icon_locations"]
    assert isinstance(locations, dict)
    assert set(locations) == {package.app_name(), "Applications"}


@pytest.mark.skipif(sys.platform == "darwin", reason="would build")
def test_another_system_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="built on macOS"):
        package.build(tmp_path, tmp_path)


def test_an_image_without_signature_says_so() -> None:
    assert package.image_name("1.4.0", "arm64", is_signed=False) == "gowa-desktop-1.4.0-macos-arm64-unsigned.dmg"
    assert package.image_name("1.4.0", "universal2", is_signed=True) == "gowa-desktop-1.4.0-macos-universal2.dmg"
