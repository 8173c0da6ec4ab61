"""The builder for Windows, as far as it needs no Windows: resources, icon, command lines, and the script of the installer."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage  # noqa: TID251 - reads what was drawn

from gowa_desktop.cli.command_line import parse
from gowa_desktop.infra import own_program
from gowa_desktop.infra.paths import default_data_dir
from gowa_desktop.infra.windows_identity import APP_USER_MODEL_ID
from installers import icons, product
from installers.tools import BuildError
from installers.windows import package, signing
from installers.windows.version_resource import version_resource

SCRIPT = (package.HERE / "setup.nsi").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Stands in for PyInstaller's folder."""
    made = tmp_path / "dist" / product.SLUG
    (made / "_internal" / "__pycache__").mkdir(parents=True)
    (made / "_internal" / "__pycache__" / "left.pyc").write_bytes(b"x")
    for name in (product.SLUG, product.CONSOLE_SLUG):
        (made / f"{name}.exe").write_bytes(b"MZ" + bytes(3000))
    return made


def test_names_of_installer_program_and_data_agree() -> None:
    assert APP_USER_MODEL_ID == product.IDENTIFIER
    assert f"{product.CONSOLE_SLUG}.exe" == own_program.CONSOLE_TWIN
    assert default_data_dir().name == product.SLUG
    assert '!define DATA_FOLDER "$LOCALAPPDATA\\${SLUG}"' in SCRIPT


def test_version_resource_is_what_pyinstaller_reads() -> None:
    text = version_resource("1.4.0rc2", product.CONSOLE_SLUG, has_console=True)
    found: dict[str, str] = {}

    def take(name: str, value: str) -> None:
        found[name] = value

    def nothing(*_words: object, **_named: object) -> None:
        """Stands in for the types that only put things together."""

    names = dict.fromkeys(("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "VarFileInfo", "VarStruct"), nothing)
    eval(text, {**names, "StringStruct": take})
    assert found["ProductVersion"] == found["FileVersion"] == "1.4.0rc2"
    assert found["OriginalFilename"] == "gowa-desktop-cli.exe"
    assert found["FileDescription"] == "GOWA Desktop (command line)"
    assert "filevers=(1, 4, 0, 0)" in text


def test_icon_holds_a_readable_picture_of_every_size(tmp_path: Path) -> None:
    target = tmp_path / "gowa-desktop.ico"
    icons.write_ico(product.ICON_SVG, target)
    data = target.read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", data)
    assert (reserved, kind, count) == (0, 1, len(icons.ICO_SIZES))
    end = 6 + 16 * count
    for index, size in enumerate(icons.ICO_SIZES):
        width, height, _colors, _zero, _planes, depth, length, offset = struct.unpack_from("<BBBBHHII", data, 6 + 16 * index)
        assert (width, height, depth) == (size % 256, size % 256, 32)
        assert offset == end
        end += length
        body = data[offset : offset + length]
        if size < 256:
            assert struct.unpack_from("<IiiHH", body) == (40, size, 2 * size, 1, 32)
            middle = 40 + 4 * (size * (size // 2) + size // 2)
            assert body[middle + 3] == 255, "the middle of the icon is opaque"
            assert body[40 + 3] == 0, "its corner is transparent"
        else:
            assert QImage.fromData(QByteArray(body)).width() == 256
    assert end == len(data)


def test_makensis_gets_every_name_that_the_script_uses(folder: Path, tmp_path: Path) -> None:
    command = package.makensis_command(folder, tmp_path, tmp_path / "setup.exe", "1.4.0")
    given = {word[2:].partition("=")[0] for word in command if word.startswith("-D")}
    own = set(re.findall(r"^!define (\w+)", SCRIPT, re.MULTILINE))
    used = set(re.findall(r"\$\{([A-Z][A-Z_]+)\}", SCRIPT)) - own
    of_nsis = {"LANG_ENGLISH", "STGM_READWRITE", "SYSSTRUCT_PROPERTYKEY", "SYSSTRUCT_PROPVARIANT", "VT_BSTR", "UN", "LINK", "WM_SETTEXT"}
    of_signing = {"SIGN_COMMAND"}
    assert used - of_nsis - of_signing <= given
    assert "-DVERSION_NUMBERS=1.4.0.0" in command
    assert "-DSIZE_KB=5" in command


@pytest.mark.skipif(shutil.which("makensis") is None, reason="needs NSIS")
def test_makensis_accepts_the_script_without_a_warning(folder: Path, tmp_path: Path) -> None:
    package.prepare(tmp_path, "1.4.0")
    target = tmp_path / "made" / package.setup_name("1.4.0", is_signed=False)
    assert package.make_setup(folder, tmp_path, target, "1.4.0") == target
    assert target.read_bytes()[:2] == b"MZ"
    assert not (folder / "_internal" / "__pycache__").exists()


def test_a_program_that_nsis_refuses_is_told_in_words(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "find_makensis", lambda: sys.executable)
    failing = [sys.executable, "-c", "print('Error: no such icon'); raise SystemExit(1)"]
    monkeypatch.setattr(package, "makensis_command", lambda *_, **__: failing)
    with pytest.raises(BuildError, match="no such icon"):
        package.make_setup(folder, tmp_path, tmp_path / "setup.exe", "1.4.0")


def test_missing_nsis_and_wrong_system_are_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PROGRAMFILES", raising=False)
    monkeypatch.delenv("PROGRAMFILES(X86)", raising=False)
    with pytest.raises(BuildError, match="NSIS is missing: install it"):
        package.find_makensis()
    if sys.platform != "win32":
        with pytest.raises(BuildError, match="frozen on Windows"):
            package.build(tmp_path, tmp_path)


def test_removal_leaves_nothing_that_the_installation_wrote() -> None:
    installing, removing = SCRIPT.split("; ---- Removal ----")
    written = set(re.findall(r"WriteReg\w+ HKCU \"([^\"]+)\"", installing))
    removed = set(re.findall(r"DeleteRegKey HKCU \"([^\"]+)\"", removing))
    values = set(re.findall(r"DeleteRegValue HKCU \"([^\"]+)\"", removing))
    assert all(any(key == one or key.startswith(one + "\\") for one in removed) or key in values for key in written)
    assert values == {"${RUN_KEY}", "${APPROVED_KEY}"}
    for link in re.findall(r"CreateShortCut \"([^\"]+)\"", installing):
        assert f'Delete "{link}"' in removing
    assert 'RMDir "$INSTDIR"' in removing
    assert 'RMDir /r "$INSTDIR"' not in SCRIPT, "a person may have chosen a folder with other things in it"


def test_commands_in_the_script_are_known_to_the_program() -> None:
    commands = re.findall(r"nsExec::Exec '\"\$0\\\$\{CONSOLE_SLUG\}\.exe\" ([^']+)'", SCRIPT)
    assert commands == ["quit", "quit --stop-instances"]
    for words in commands:
        assert parse(words.split()).request is not None
    assert parse(["--minimized"]).minimized


def test_an_installation_needs_no_administrator_and_never_touches_other_users() -> None:
    assert "RequestExecutionLevel user" in SCRIPT
    assert "HKLM" not in SCRIPT
    assert "SetShellVarContext all" not in SCRIPT


def test_signing_takes_our_programs_alone_and_only_with_a_certificate(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "_internal" / "python311.dll").write_bytes(b"MZ")
    assert [path.name for path in signing.own_programs(folder)] == ["gowa-desktop-cli.exe", "gowa-desktop.exe"]
    monkeypatch.delenv(signing.CERTIFICATE, raising=False)
    assert signing.sign_folder(folder) is False
    command = signing.sign_command("signtool", tmp_path / "c.pfx", "secret", signing.own_programs(folder))
    assert command[:6] == ["signtool", "sign", "/f", str(tmp_path / "c.pfx"), "/p", "secret"]
    assert {"/fd", "/tr", "/td"} <= set(command), "SHA-256 and a time stamp"


def test_a_failed_signature_does_not_show_the_password(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(signing.CERTIFICATE, "AAAA")
    monkeypatch.setenv(signing.PASSWORD, "hunter2hunter2")
    monkeypatch.setattr(signing, "sign_command", lambda *_: [sys.executable, "-c", "raise SystemExit(1)"])
    monkeypatch.setattr(signing, "_signtool", lambda: "signtool")
    with pytest.raises(subprocess.CalledProcessError) as failure:
        signing.sign_folder(folder)
    assert "hunter2" not in str(failure.value)


@pytest.mark.skipif(shutil.which("makensis") is None, reason="needs NSIS")
def test_the_uninstaller_is_handed_to_the_signer_when_there_is_a_certificate(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    signer = tmp_path / "signer.py"
    copy = f"import pathlib, sys; pathlib.Path({str(seen)!r}).write_bytes(pathlib.Path(sys.argv[1]).read_bytes()[:2])"
    signer.write_text(copy, encoding="utf-8")
    monkeypatch.setenv(signing.CERTIFICATE, "AAAA")
    monkeypatch.setattr(signing, "own_command", lambda: f'"{sys.executable}" "{signer}"')
    package.prepare(tmp_path, "1.4.0")
    package.make_setup(folder, tmp_path, tmp_path / "made" / package.setup_name("1.4.0"), "1.4.0", is_quick=True)
    assert seen.read_bytes() == b"MZ"


@pytest.mark.skipif(shutil.which("makensis") is None, reason="needs NSIS")
def test_an_uninstaller_that_cannot_be_signed_ends_the_build(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(signing.CERTIFICATE, "AAAA")
    monkeypatch.setenv("PATH", str(Path(shutil.which("makensis") or "").parent))
    package.prepare(tmp_path, "1.4.0")
    with pytest.raises(BuildError, match="signtool is missing"):
        package.make_setup(folder, tmp_path, tmp_path / "made" / package.setup_name("1.4.0"), "1.4.0", is_quick=True)


def test_without_a_certificate_nobody_signs_the_uninstaller(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(signing.CERTIFICATE, raising=False)
    command = package.makensis_command(folder, tmp_path, tmp_path / "setup.exe", "1.4.0")
    assert not [word for word in command if "SIGN_COMMAND" in word]


@pytest.mark.parametrize(("is_signed", "ending"), [(True, "-setup.exe"), (False, "-setup-unsigned.exe")])
def test_an_installer_without_signature_says_so(is_signed: bool, ending: str) -> None:
    assert package.setup_name("1.4.0", is_signed=is_signed).endswith(ending)
