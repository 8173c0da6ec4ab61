"""Importing GOWA versions: only what is whole, for this computer and seen to run; and nothing left behind by a refusal."""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gowa_desktop.domain.errors import DiskFullError, FolderError, GowaError, VersionRefusedError
from gowa_desktop.domain.versions import executable_name
from gowa_desktop.infra import program_check, program_unpack, version_files
from gowa_desktop.infra.platform_facts import cpu_name, os_name
from gowa_desktop.infra.version_files import import_version, list_versions, program_name, sweep_staging

WANTED = executable_name(os_name(), cpu_name())
RELEASE = f"whatsapp_9.2.0_{os_name()}_{cpu_name()}.zip"
PROGRAM = Path(os.path.realpath(sys.executable)).read_bytes()
"""Any program for this computer will do where only the handling of files is tested."""
SCRIPT = b"#!/bin/sh\necho --port --basic-auth\n"
unix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are a Unix matter")

Zip = Callable[..., Path]


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    return tmp_path / "bin" / "versions"


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every program for GOWA, so that the handling of files can be tested with any."""
    monkeypatch.setattr(version_files, "check_runs", lambda *_: None)


@pytest.fixture
def pack(tmp_path: Path) -> Zip:
    """Make a zip of the given entries, named like a release."""

    def make(entries: dict[str, bytes], name: str = RELEASE, compression: int = zipfile.ZIP_DEFLATED) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", compression) as archive:
            for entry, data in entries.items():
                archive.writestr(entry, data)
        return path

    return make


@contextlib.contextmanager
def refused(versions: Path, sentence: str, kind: type[GowaError] = VersionRefusedError) -> Iterator[None]:
    """Expect a refusal that says this and leaves the folder of versions as it was."""
    before = listing(versions)
    with pytest.raises(kind, match=sentence) as caught:
        yield
    assert caught.value.next_step
    assert listing(versions) == before


def listing(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.usefixtures("unchecked")
def test_import_release_zip_installs_its_program(pack: Zip, versions: Path) -> None:
    source = pack({"readme.md": b"hello", WANTED: PROGRAM})
    installed = import_version(source, versions)
    assert (installed.tag, installed.path, installed.size_bytes) == ("v9.2.0", versions / "v9.2.0" / program_name(), len(PROGRAM))
    assert installed.path.read_bytes() == PROGRAM
    assert installed.source == RELEASE
    assert installed.installed_at is not None
    assert sorted(path.name for path in versions.iterdir()) == ["v9.2.0"]
    assert list_versions(versions) == [installed]
    note = json.loads((versions / "v9.2.0" / "gowa-desktop.json").read_text())
    assert note["sha256"] == hashlib.sha256(PROGRAM).hexdigest()


@unix_only
@pytest.mark.usefixtures("unchecked")
def test_import_makes_the_program_executable_in_a_private_folder(pack: Zip, versions: Path) -> None:
    installed = import_version(pack({WANTED: PROGRAM}), versions)
    assert stat.S_IMODE(installed.path.stat().st_mode) == 0o755
    assert stat.S_IMODE(installed.path.parent.stat().st_mode) == 0o700


@pytest.mark.usefixtures("unchecked")
def test_import_bare_program_needs_and_takes_a_tag(tmp_path: Path, versions: Path) -> None:
    source = tmp_path / "my-gowa"
    source.write_bytes(PROGRAM)
    with refused(versions, r"my-gowa does not say which version.*--tag v9\.2\.0"):
        import_version(source, versions)
    assert import_version(source, versions, "8.11.0").tag == "v8.11.0"
    assert source.read_bytes() == PROGRAM


@pytest.mark.usefixtures("unchecked")
def test_import_given_tag_beats_the_file_name(pack: Zip, versions: Path) -> None:
    assert import_version(pack({WANTED: PROGRAM}), versions, "v9.2.0+local").tag == "v9.2.0+local"
    assert (versions / "v9.2.0+local" / program_name()).is_file()


@pytest.mark.usefixtures("unchecked")
def test_import_same_program_again_is_fine_and_another_is_refused(pack: Zip, versions: Path) -> None:
    first = import_version(pack({WANTED: PROGRAM}), versions)
    assert import_version(pack({WANTED: PROGRAM, "other": b"x"}), versions) == first
    with refused(versions, r"Another program is installed as v9\.2\.0 already.*--tag v9\.2\.0\+local"):
        import_version(pack({WANTED: PROGRAM + b"changed"}), versions)
    assert import_version(pack({WANTED: PROGRAM + b"changed"}), versions, "v9.2.0+local").tag == "v9.2.0+local"


@pytest.mark.usefixtures("unchecked")
def test_import_replaces_a_folder_without_a_program(pack: Zip, versions: Path) -> None:
    (versions / "v9.2.0").mkdir(parents=True)
    (versions / "v9.2.0" / "half").write_text("a download that stopped")
    installed = import_version(pack({WANTED: PROGRAM}), versions)
    assert sorted(path.name for path in installed.path.parent.iterdir()) == sorted([program_name(), "gowa-desktop.json"])


def test_import_missing_file_or_folder_is_refused(tmp_path: Path, versions: Path) -> None:
    with refused(versions, "There is no file"):
        import_version(tmp_path / RELEASE, versions)
    with refused(versions, "There is no file"):
        import_version(tmp_path, versions)


@pytest.mark.parametrize("tag", ["", "latest", "../../x", "v9", "nonsense"])
def test_import_tag_that_is_none_is_refused(tag: str, pack: Zip, versions: Path) -> None:
    with refused(versions, "is not a GOWA version"):
        import_version(pack({WANTED: PROGRAM}), versions, tag)


def test_import_name_of_the_simulator_is_refused(pack: Zip, versions: Path) -> None:
    with refused(versions, "belongs to the built-in stand-in"):
        import_version(pack({WANTED: PROGRAM}), versions, "simulator")


def foreign_program() -> str:
    return executable_name("windows" if os_name() != "windows" else "linux", "arm64" if cpu_name() != "arm64" else "armv7")


def test_import_zip_for_another_computer_is_refused_and_says_which_to_choose(pack: Zip, versions: Path) -> None:
    source = pack({"readme.md": b"", foreign_program(): PROGRAM})
    with refused(versions, rf"another kind of computer \({foreign_program()}\); this one needs {WANTED}"):
        import_version(source, versions)


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"readme.md": b"hello"},
        {f"../{WANTED}": PROGRAM},
        {f"../../../{WANTED}": PROGRAM},
        {f"/{WANTED}": PROGRAM},
        {f"folder/{WANTED}": PROGRAM},
        {f"{WANTED}/": b""},
        {f"..\\{WANTED}": PROGRAM},
        {WANTED.upper() + "x": PROGRAM},
    ],
    ids=["empty", "readme", "up", "up-up", "absolute", "folder", "is-folder", "backslash", "other-case"],
)
def test_import_zip_without_the_very_program_is_refused(entries: dict[str, bytes], pack: Zip, versions: Path, tmp_path: Path) -> None:
    source = pack(entries)
    before = listing(tmp_path)
    with refused(versions, f"does not contain a GOWA program named {WANTED}"):
        import_version(source, versions)
    after = {name: data for name, data in listing(tmp_path).items() if not name.startswith("bin")}
    assert after == before


@pytest.mark.usefixtures("unchecked")
def test_import_zip_takes_the_very_program_and_nothing_beside_it(pack: Zip, versions: Path, tmp_path: Path) -> None:
    evil = {"../evil": b"x", "/evil": b"x", f"../{WANTED}": b"x", "gowa-desktop.json": b"{}", f"x/{WANTED}": b"x"}
    installed = import_version(pack(evil | {WANTED: PROGRAM}), versions)
    assert installed.path.read_bytes() == PROGRAM
    assert installed.source == RELEASE
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted([RELEASE, program_name(), "gowa-desktop.json"])


def test_import_zip_whose_program_is_a_link_is_refused(tmp_path: Path, versions: Path) -> None:
    source = tmp_path / RELEASE
    with zipfile.ZipFile(source, "w") as archive:
        entry = zipfile.ZipInfo(WANTED)
        entry.create_system = 3
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    with refused(versions, "is a link or too large"):
        import_version(source, versions)


def test_import_truncated_zip_is_refused(pack: Zip, versions: Path) -> None:
    source = pack({WANTED: PROGRAM})
    whole = source.read_bytes()
    for part in (0, 1, 4, 30, len(whole) // 2, len(whole) - 30):
        source.write_bytes(whole[:part])
        with refused(versions, "is a damaged zip file"):
            import_version(source, versions)


def test_import_zip_with_changed_data_is_refused(pack: Zip, versions: Path) -> None:
    source = pack({WANTED: PROGRAM}, compression=zipfile.ZIP_STORED)
    whole = bytearray(source.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    source.write_bytes(whole)
    with refused(versions, "is damaged"):
        import_version(source, versions)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_import_bomb_is_refused(compression: int, pack: Zip, versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_unpack, "_MAX_PROGRAM_BYTES", 1_000_000)
    source = pack({WANTED: b"\x7fELF" + bytes(5_000_000)}, compression=compression)
    with refused(versions, "too large"):
        import_version(source, versions)


def test_import_bomb_that_lies_about_its_size_is_refused(pack: Zip, versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_unpack, "_MAX_PROGRAM_BYTES", 1_000_000)
    data = bytes(5_000_000)
    source = pack({WANTED: data})
    source.write_bytes(source.read_bytes().replace(struct.pack("<L", len(data)), struct.pack("<L", 500_000)))
    with refused(versions, "damaged|too large"):
        import_version(source, versions)


def test_import_bare_program_over_the_limit_is_refused(tmp_path: Path, versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_unpack, "_MAX_PROGRAM_BYTES", 1000)
    source = tmp_path / "gowa"
    source.write_bytes(bytes(1001))
    with refused(versions, "too large to be GOWA"):
        import_version(source, versions, "v9.2.0")


def test_import_encrypted_zip_is_refused(pack: Zip, versions: Path) -> None:
    source = pack({WANTED: PROGRAM}, compression=zipfile.ZIP_STORED)
    raw = bytearray(source.read_bytes())
    raw[6] |= 1  # flags in the local header
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1  # and in the directory
    source.write_bytes(raw)
    with refused(versions, "is damaged"):
        import_version(source, versions)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_import_zip_packed_in_an_unusual_way_is_refused(compression: int, pack: Zip, versions: Path) -> None:
    with refused(versions, "packed in an unusual way"):
        import_version(pack({WANTED: PROGRAM}, compression=compression), versions)


def test_import_zip_with_a_name_that_is_no_text_is_refused(pack: Zip, versions: Path) -> None:
    source = pack({"ünï": b"", WANTED: SCRIPT})
    source.write_bytes(source.read_bytes().replace("ünï".encode(), b"\xff\xff\xff\xff\xff"))
    with refused(versions, "is damaged"):
        import_version(source, versions)


def test_import_zip_that_points_before_its_beginning_is_refused(pack: Zip, versions: Path) -> None:
    source = pack({WANTED: SCRIPT})
    raw = bytearray(source.read_bytes())
    (offset,) = struct.unpack_from("<L", raw, len(raw) - 6)
    struct.pack_into("<L", raw, len(raw) - 6, offset + 50)
    source.write_bytes(raw)
    with refused(versions, "is damaged"):
        import_version(source, versions)


def test_import_zip_that_spans_disks_is_refused(tmp_path: Path, versions: Path) -> None:
    source = tmp_path / RELEASE
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 0, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 5)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    source.write_bytes(end64 + locator + end)
    with refused(versions, "damaged"):
        import_version(source, versions)


def test_import_script_is_refused_as_no_program(tmp_path: Path, pack: Zip, versions: Path) -> None:
    script = tmp_path / "gowa.sh"
    script.write_bytes(SCRIPT)
    with refused(versions, r"gowa\.sh is no program for any computer"):
        import_version(script, versions, "v9.2.0")
    with refused(versions, "is a damaged zip file"):
        import_version(pack({WANTED: SCRIPT}), versions)


def test_import_program_of_another_computer_is_refused_by_its_head(tmp_path: Path, versions: Path) -> None:
    source = tmp_path / "gowa"
    source.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\xf3\x00" + bytes(100))
    with refused(versions, rf"is for linux on machine 0xf3; this computer is {os_name()} on {cpu_name()}"):
        import_version(source, versions, "v9.2.0")


def test_import_running_program_that_is_not_gowa_is_refused(tmp_path: Path, versions: Path) -> None:
    source = tmp_path / "gowa"
    shutil.copy(shutil.which("true") or os.path.realpath(sys.executable), source)
    with refused(versions, "runs but is not GOWA"):
        import_version(source, versions, "v9.2.0")


@unix_only
def test_import_program_that_cannot_be_started_is_refused(tmp_path: Path, versions: Path) -> None:
    source = tmp_path / "gowa"
    source.write_bytes(PROGRAM[:64])
    with refused(versions, "does not accept the file as a program|runs but is not GOWA"):
        import_version(source, versions, "v9.2.0")


def test_import_into_a_file_is_told_as_a_folder_fault(pack: Zip, versions: Path) -> None:
    versions.parent.mkdir()
    versions.write_text("in the way")
    with pytest.raises(FolderError, match="cannot be installed into"):
        import_version(pack({WANTED: PROGRAM}), versions)
    assert versions.read_text() == "in the way"


@pytest.mark.usefixtures("unchecked")
def test_import_on_a_full_disk_is_told_and_leaves_nothing(pack: Zip, versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    source = pack({WANTED: PROGRAM})
    monkeypatch.setattr(os, "fsync", full_disk)
    with refused(versions, "There is not enough room on the disk of", DiskFullError):
        import_version(source, versions)


def zip_of_script(compression: int) -> bytes:
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", compression) as archive:
            archive.writestr("ünï.md", b"hello")
            archive.writestr(WANTED, SCRIPT * 4)
        file.seek(0)
        return file.read()


def expect_refusal(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, versions = Path(folder) / RELEASE, Path(folder) / "versions"
        source.write_bytes(raw)
        with pytest.raises(VersionRefusedError):
            import_version(source, versions)
        assert list(versions.iterdir()) == []


@given(
    st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\x7fELF", b"MZ"]),
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x05\x06" + bytes(18)]),
)
def test_import_random_bytes_are_always_refused(head: bytes, middle: bytes, tail: bytes) -> None:
    expect_refusal(head + middle + tail)


@settings(max_examples=300)
@given(
    st.sampled_from([zip_of_script(zipfile.ZIP_STORED), zip_of_script(zipfile.ZIP_DEFLATED)]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 10_000) | st.none(),
)
def test_import_damaged_zips_are_always_refused(whole: bytes, changes: list[tuple[int, int]], cut: int | None) -> None:
    raw = bytearray(whole)
    for place, value in changes:
        raw[place % len(raw)] = value
    expect_refusal(bytes(raw[: cut % len(raw)] if cut is not None else raw))


FAKE_GOWA = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **words) {
    if (getenv("APP_DEBUG") || getenv("LD_LIBRARY_PATH") || !getenv("PATH")) return 3;
    if (MODE == 1) for (;;) pause();
    if (MODE == 2) return 1;
    if (count == 3 - OLD && !strcmp(words[count - 1], "--help") && (OLD || !strcmp(words[1], "rest")))
        printf("Usage:\n  --basic-auth strings\n  --port string\n");
    return 0;
}
"""


@pytest.fixture(scope="module")
def compile_gowa(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], Path]:
    """Build a program that answers as GOWA does when asked for its help; skips where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler to build a stand-in for GOWA with")
    folder = tmp_path_factory.mktemp("compiled")

    def build(mode: int, old: int) -> Path:
        program = folder / f"gowa-{mode}-{old}"
        if not program.exists():
            (folder / "gowa.c").write_text(FAKE_GOWA)
            subprocess.run([compiler, f"-DMODE={mode}", f"-DOLD={old}", "-o", program, folder / "gowa.c"], check=True, capture_output=True)
        return program

    return build


@pytest.mark.parametrize(("tag", "old"), [("v9.2.0", 0), ("v6.0.0", 0), ("v5.6.1", 1)])
def test_import_asks_each_era_for_help_in_its_own_words(
    tag: str, old: int, compile_gowa: Callable[[int, int], Path], versions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_DEBUG", "true")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/frozen")
    program = compile_gowa(0, old)
    installed = import_version(program, versions, tag)
    assert installed.tag == tag
    assert installed.path.read_bytes() == program.read_bytes()
    assert sorted(path.name for path in versions.rglob("*") if path.is_file()) == ["gowa", "gowa-desktop.json"]


def test_import_program_of_another_era_than_said_is_refused(compile_gowa: Callable[[int, int], Path], versions: Path) -> None:
    with refused(versions, "is not GOWA, or not this version"):
        import_version(compile_gowa(0, 1), versions, "v9.2.0")


def test_import_program_that_fails_is_refused(compile_gowa: Callable[[int, int], Path], versions: Path) -> None:
    with refused(versions, "is not GOWA"):
        import_version(compile_gowa(2, 0), versions, "v9.2.0")


def test_import_program_that_never_answers_is_refused_and_ended(
    compile_gowa: Callable[[int, int], Path], versions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_check, "_TRY_TIMEOUT_S", 0.2)
    with refused(versions, "did not answer"):
        import_version(compile_gowa(1, 0), versions, "v9.2.0")


@pytest.mark.real_gowa
@pytest.mark.parametrize("as_zip", [False, True])
def test_import_real_gowa_installs_it(as_zip: bool, tmp_path: Path, versions: Path) -> None:
    folder = os.environ.get("GOWA_BINARIES")
    if not folder:
        pytest.skip("GOWA_BINARIES names no folder with real GOWA programs")
    program = Path(folder) / f"gowa-v9.2.0{'.exe' if os.name == 'nt' else ''}"
    if not program.is_file():
        pytest.skip("no real GOWA v9.2.0 in the folder of GOWA_BINARIES")
    source, tag = program, "v9.2.0"
    if as_zip:
        source = tmp_path / RELEASE
        with zipfile.ZipFile(source, "w") as archive:
            archive.write(program, WANTED)
    installed = import_version(source, versions, None if as_zip else tag)
    assert (installed.tag, installed.size_bytes) == ("v9.2.0", program.stat().st_size)
    assert sorted(path.name for path in versions.rglob("*") if path.is_file()) == sorted([program_name(), "gowa-desktop.json"])


def put(versions: Path, name: str, note: str | None = None) -> Path:
    folder = versions / name
    folder.mkdir(parents=True)
    (folder / program_name()).write_bytes(b"12345")
    if note is not None:
        (folder / "gowa-desktop.json").write_text(note)
    return folder


def test_list_versions_highest_first_and_complete_ones_only(versions: Path) -> None:
    for name in ("v7.11.4", "v9.2.0", "v10.0.0", "v8.11.0", "v9.2.0-rc.1", ".install-v9.9.9-abcd", "latest", "notes", "v9.3"):
        put(versions, name)
    (versions / "v9.9.9").mkdir()
    (versions / "v9.8.0").write_text("a file")
    assert [version.tag for version in list_versions(versions)] == ["v10.0.0", "v9.2.0", "v9.2.0-rc.1", "v8.11.0", "v7.11.4"]


def test_list_versions_of_gowa_manager_say_that_they_were_found(versions: Path) -> None:
    folder = put(versions, "v9.2.0")
    os.utime(folder / program_name(), (1_700_000_000, 1_700_000_000))
    (version,) = list_versions(versions)
    assert (version.path, version.size_bytes, version.source) == (folder / program_name(), 5, "found in the data folder")
    assert version.installed_at is not None
    assert version.installed_at.timestamp() == 1_700_000_000
    assert not version.is_simulator


@pytest.mark.parametrize(
    "note", ["", "{", "[]", '"text"', "5", "null", '{"installed_at": 5}', '{"installed_at": "yesterday"}', '{"source": "x"}', "[" * 50_000]
)
def test_list_versions_damaged_note_hides_no_version(note: str, versions: Path) -> None:
    put(versions, "v9.2.0", note)
    put(versions, "v8.0.0")
    listed = list_versions(versions)
    assert [version.tag for version in listed] == ["v9.2.0", "v8.0.0"]
    assert listed[0].installed_at is not None


def test_list_versions_without_folder_is_empty(versions: Path) -> None:
    assert list_versions(versions) == []


def test_sweep_staging_removes_interrupted_imports_only(versions: Path) -> None:
    put(versions, ".install-v9.9.9-abcd")
    kept = put(versions, "v9.2.0")
    sweep_staging(versions)
    assert list(versions.iterdir()) == [kept]
    sweep_staging(versions / "missing")
