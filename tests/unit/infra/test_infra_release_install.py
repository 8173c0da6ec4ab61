"""Installing a release from a server that does everything wrong that can be done wrong: it ends well or leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import stat
import subprocess
import threading
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.app_settings import NO_PROXY
from gowa_desktop.domain.errors import (
    CancelledError,
    ChecksumError,
    DiskFullError,
    FolderError,
    GowaError,
    NetworkError,
    ReleaseIncompleteError,
    VersionRefusedError,
)
from gowa_desktop.domain.progress import InstallStep, Progress
from gowa_desktop.domain.versions import executable_name
from gowa_desktop.infra import program_unpack
from gowa_desktop.infra.cancel_flag import CancelFlag
from gowa_desktop.infra.partial_files import DOWNLOADS, KEPT_S, partial_bytes, sweep_partial_files
from gowa_desktop.infra.platform_facts import cpu_name, os_name
from gowa_desktop.infra.release_install import ReleaseInstall
from gowa_desktop.infra.releases import ReleaseClient
from gowa_desktop.infra.version_files import list_versions, program_name, sweep_staging
from gowa_desktop.infra.web_client import WebAccess
from tests.gowa_program import WANTED, build_gowa, release_zip
from tests.release_server import ReleaseServer, ServedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gowa_desktop.domain.installed_version import InstalledVersion

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
OLD, NEW = "v9.1.0", "v9.2.0"
ZIP = f"whatsapp_9.2.0_{os_name()}_{cpu_name()}.zip"
PADDING = 3_000_000


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], bytes]:
    """Build stand-ins for GOWA; for the modes see `tests/gowa_program.py`."""
    folder = tmp_path_factory.mktemp("programs")

    def build(mode: int = 0) -> bytes:
        program = build_gowa(folder, mode)
        if program is None:
            pytest.skip("there is no C compiler to build a stand-in for GOWA with")
        return program.read_bytes()

    return build


@pytest.fixture
def server() -> Iterator[ReleaseServer]:
    with ReleaseServer() as server:
        yield server


class Bench:
    """A folder of versions with an old one in it, and installations into it."""

    def __init__(self, server: ReleaseServer, folder: Path, program: bytes) -> None:
        self.server = server
        self.folder = folder
        self.good = release_zip(program, padding=PADDING)
        self.seen: list[Progress] = []
        self.flag = CancelFlag()
        self.pauses: tuple[float, ...] = (0.0, 0.0, 0.0)
        server.add(OLD, release_zip(program))
        self.install(OLD)
        self.old = listing(folder)
        server.asked.clear()

    def install(self, tag: str = NEW) -> InstalledVersion:
        access = WebAccess(self.server.address, proxy=NO_PROXY, read_timeout_s=5)
        client = ReleaseClient(self.folder.parent / "releases.json")
        work = ReleaseInstall(access, self.folder, self.flag, self.seen.append, lambda: NOW, self.pauses)
        return work.run(lambda: client.release(access, tag, CancelFlag()))

    @contextlib.contextmanager
    def refused(self, kind: type[GowaError], sentence: str, *, keeps_part: bool = False) -> Iterator[None]:
        """Expect a refusal that says this, installs nothing and leaves the old version able to start."""
        with pytest.raises(kind, match=sentence) as caught:
            yield
        assert caught.value.next_step
        after = listing(self.folder)
        parts = {name for name in after if name.startswith(DOWNLOADS)}
        assert {name: data for name, data in after.items() if name not in parts} == self.old
        assert bool(parts) is keeps_part
        assert_starts(self.folder, OLD)

    def part(self) -> Path:
        return self.folder / DOWNLOADS / f"{ZIP}.part"


@pytest.fixture
def bench(server: ReleaseServer, tmp_path: Path, programs: Callable[[int], bytes]) -> Bench:
    return Bench(server, tmp_path / "versions", programs(0))


def listing(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def assert_starts(folder: Path, tag: str) -> None:
    result = subprocess.run([folder / tag / program_name(), "rest", "--help"], capture_output=True, check=True)
    assert b"--port" in result.stdout


def assert_installed(bench: Bench, tag: str = NEW) -> None:
    assert [version.tag for version in list_versions(bench.folder)] == [tag, OLD]
    assert sorted(path.name for path in bench.folder.iterdir()) == [OLD, tag]  # no staging folder, no partial file
    assert_starts(bench.folder, tag)
    assert_starts(bench.folder, OLD)


def ranges(bench: Bench) -> list[str | None]:
    return [asked.headers.get("Range") for asked in bench.server.asked if asked.path.endswith(ZIP)]


# Good


def test_install_brings_checks_and_installs(bench: Bench) -> None:
    bench.server.add(NEW, bench.good)

    installed = bench.install()

    assert_installed(bench)
    assert (installed.tag, installed.source, installed.is_verified) == (NEW, ZIP, True)
    assert list_versions(bench.folder)[0] == installed


def test_install_tells_its_steps_and_the_bytes(bench: Bench) -> None:
    bench.server.add(NEW, bench.good).bytes_per_s = 6_000_000
    bench.seen.clear()

    bench.install()

    steps = list(dict.fromkeys(progress.step for progress in bench.seen))
    assert steps == [InstallStep.LOOKING, InstallStep.DOWNLOADING, InstallStep.CHECKING, InstallStep.UNPACKING, InstallStep.TRYING]
    downloading = [progress for progress in bench.seen if progress.step == InstallStep.DOWNLOADING]
    assert all(progress.total == len(bench.good) and progress.unit == "bytes" for progress in downloading)
    assert [progress.done for progress in downloading] == sorted({progress.done for progress in downloading})
    assert len(downloading) < 30  # not one for each chunk


@pytest.mark.parametrize(("has_digest", "has_checksums"), [(True, False), (False, True)])
def test_install_with_one_kind_of_checksum_is_verified(has_digest: bool, has_checksums: bool, bench: Bench) -> None:
    bench.server.add(NEW, bench.good, has_digest=has_digest, has_checksums=has_checksums)

    assert bench.install().is_verified is True


def test_install_of_an_old_release_without_checksums_says_so(bench: Bench, programs: Callable[[int], bytes]) -> None:
    bench.server.add("v6.2.0", programs(0), name=WANTED, has_digest=False, has_checksums=False)

    installed = bench.install("v6.2.0")

    assert installed.is_verified is False
    assert [version.is_verified for version in list_versions(bench.folder)] == [True, False]


def test_install_follows_a_redirect_to_another_address(bench: Bench) -> None:
    with ReleaseServer() as elsewhere:
        elsewhere.files["/signed"] = ServedFile(bench.good, etag='"e"')
        bench.server.add(NEW, bench.good).redirect = f"{elsewhere.address}/signed?key=1"

        bench.install()

        assert_installed(bench)
        assert len(elsewhere.asked) == 1


# Cuts


@pytest.mark.parametrize("validator", ["etag", "date", "none"])
def test_install_goes_on_after_cuts_at_ten_random_places(validator: str, bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    if validator != "etag":
        served.etag = None
        served.last_modified = "Sat, 22 Aug 2026 10:00:00 GMT" if validator == "date" else None
    chance = random.Random(10)
    places = sorted(chance.randrange(1, len(bench.good)) for _ in range(10))
    served.cuts = [place - before for before, place in zip([0, *places], places, strict=False)]

    assert bench.install().is_verified is True

    assert_installed(bench)
    assert ranges(bench) == [None, *(f"bytes={place}-" for place in places)]
    conditions = {asked.headers.get("If-Range") for asked in bench.server.asked if "Range" in asked.headers}
    assert conditions == {served.etag or served.last_modified}


def test_install_after_a_cut_begins_anew_when_the_server_takes_no_ranges(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.cuts, served.takes_ranges = [1_000_000], False

    bench.install()

    assert_installed(bench)


def test_install_after_a_cut_begins_anew_when_the_file_changed_meanwhile(bench: Bench, programs: Callable[[int], bytes]) -> None:
    served = bench.server.add(NEW, bench.good)
    served.cuts, bench.pauses = [1_000_000], ()
    with bench.refused(NetworkError, "have arrived and are kept", keeps_part=True):
        bench.install()
    served.etag = '"another"'  # If-Range does not hold any more, so the whole comes

    bench.install()

    assert_installed(bench)


def test_install_refuses_a_weak_etag_as_validator(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.etag, served.cuts = 'W/"weak"', [1_000_000]

    bench.install()

    assert "If-Range" not in bench.server.asked[-1].headers
    assert_installed(bench)


def test_install_given_up_keeps_what_arrived_and_the_next_one_goes_on(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.cuts = [1_000_000, 0, 0, 0, 0]
    with bench.refused(NetworkError, r"1\.0 of 3\.0 MB have arrived and are kept", keeps_part=True):
        bench.install()
    served.cuts = []
    bench.server.asked.clear()

    bench.install()

    assert ranges(bench) == ["bytes=1000000-"]
    assert_installed(bench)


def test_install_with_a_spoiled_partial_file_brings_the_whole_once_more(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.cuts, bench.pauses = [1_000_000], ()
    with bench.refused(NetworkError, "kept", keeps_part=True):
        bench.install()
    bench.part().write_bytes(bytes(1_000_000))  # what a disk may hold after the power went

    assert bench.install().is_verified is True

    assert ranges(bench) == [None, "bytes=1000000-", None]
    assert_installed(bench)


@pytest.mark.parametrize("note", ["", "{}", "[]", '{"tag": "v9.2.0"}', None])
def test_install_with_a_partial_file_of_unknown_origin_begins_anew(note: str | None, bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.cuts, bench.pauses = [1_000_000], ()
    with bench.refused(NetworkError, "kept", keeps_part=True):
        bench.install()
    path = bench.part().with_name(f"{ZIP}.part.json")
    if note is None:
        path.unlink()
    else:
        path.write_text(note)

    bench.install()

    assert ranges(bench) == [None, None]
    assert_installed(bench)


def test_install_with_a_whole_partial_file_asks_for_no_more(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    bench.flag = flag = CancelFlag()
    bench.seen = _CancelAt(flag, InstallStep.CHECKING)
    with bench.refused(CancelledError, "cancelled", keeps_part=True):
        bench.install()
    bench.flag, bench.seen = CancelFlag(), []
    bench.server.asked.clear()
    served.statuses = [500]

    bench.install()

    assert ranges(bench) == []
    assert_installed(bench)


# Refusals


@pytest.mark.parametrize("where", ["digest", "checksums", "both"])
def test_install_refuses_a_wrong_checksum(where: str, bench: Bench) -> None:
    bench.server.add(NEW, bench.good, wrong_digest=where != "checksums", wrong_checksums=where != "digest")

    with bench.refused(ChecksumError, "SHA-256 checksum differs"):
        bench.install()


def test_install_refuses_a_file_with_one_wrong_byte(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    spoiled = bytearray(served.data)
    spoiled[len(spoiled) // 2] ^= 1
    served.data = bytes(spoiled)

    with bench.refused(ChecksumError, "SHA-256 checksum differs"):
        bench.install()


@pytest.mark.parametrize("length", [-1, 1])
def test_install_refuses_a_file_of_another_length(length: int, bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.data = served.data[:length] if length < 0 else served.data + b"x"

    with bench.refused(NetworkError, "sent something else than"):
        bench.install()


def test_install_refuses_a_sign_in_page_instead_of_the_file(bench: Bench) -> None:
    bench.server.add(NEW, bench.good).data = b"<html>Welcome to the hotel</html>"

    with bench.refused(NetworkError, "sent something else than"):
        bench.install()


@pytest.mark.parametrize(
    ("status", "sentence"), [(500, "fault of its own"), (503, "fault of its own"), (404, "nothing at this address"), (403, "refuses")]
)
def test_install_tells_a_fault_of_the_server(status: int, sentence: str, bench: Bench) -> None:
    bench.server.add(NEW, bench.good).statuses = [status] * 10

    with bench.refused(GowaError, sentence):
        bench.install()


def test_install_goes_on_after_a_passing_fault_of_the_server(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.statuses = [503, 500]

    bench.install()

    assert_installed(bench)


def test_install_tells_when_the_checksum_file_does_not_come(bench: Bench) -> None:
    bench.server.add(NEW, bench.good)
    sums = next(file for path, file in bench.server.files.items() if NEW in path and "checksums" in path)
    sums.statuses = [500] * 10

    with bench.refused(NetworkError, "fault of its own"):
        bench.install()


def other_platform() -> tuple[str, str]:
    return ("windows" if os_name() != "windows" else "linux", "arm64" if cpu_name() != "arm64" else "armv7")


def test_install_of_a_release_for_other_computers_only_is_refused(bench: Bench) -> None:
    system, cpu = other_platform()
    bench.server.add(NEW, bench.good, name=f"whatsapp_9.2.0_{system}_{cpu}.zip")

    with bench.refused(ReleaseIncompleteError, f"has no file for {os_name()} on {cpu_name()}"):
        bench.install()


def test_install_of_a_zip_with_the_program_of_another_computer_is_refused(bench: Bench, programs: Callable[[int], bytes]) -> None:
    name = executable_name(*other_platform())
    bench.server.add(NEW, release_zip(programs(0), name))

    with bench.refused(VersionRefusedError, f"for another kind of computer .{re.escape(name)}"):
        bench.install()


def test_install_of_a_program_for_another_cpu_under_our_name_is_refused(bench: Bench) -> None:
    bench.server.add(NEW, release_zip(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\xf3\x00" + bytes(1000)))

    with bench.refused(VersionRefusedError, "is for linux on machine 0xf3"):
        bench.install()


@pytest.mark.parametrize("minutes", [2, 60 * 23])
def test_install_of_a_fresh_release_without_its_file_says_not_there_yet(minutes: int, bench: Bench) -> None:
    published = datetime.fromtimestamp(NOW.timestamp() - minutes * 60, UTC).isoformat()
    bench.server.add(NEW, None, published_at=published)

    with bench.refused(ReleaseIncompleteError, "is not there yet"):
        bench.install()


def test_install_of_a_fresh_release_without_checksums_says_not_there_yet(bench: Bench) -> None:
    bench.server.add(NEW, bench.good, published_at=NOW.isoformat(), has_digest=False, has_checksums=False)

    with bench.refused(ReleaseIncompleteError, "checksum of .* is not there yet"):
        bench.install()


def test_install_of_an_older_release_without_checksums_is_refused(bench: Bench) -> None:
    bench.server.add(NEW, bench.good, has_digest=False, has_checksums=False)

    with bench.refused(ReleaseIncompleteError, "has no checksum of"):
        bench.install()


def zip_with(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return packed.getvalue()


def test_install_of_a_zip_that_leads_out_of_its_folder_is_refused(bench: Bench, programs: Callable[[int], bytes]) -> None:
    bench.server.add(NEW, zip_with((f"../{WANTED}", programs(0)), (f"/tmp/{WANTED}", b"x"), (f"a/../../{WANTED}", b"x")))

    with bench.refused(VersionRefusedError, "does not contain a GOWA program"):
        bench.install()
    assert not (bench.folder.parent / WANTED).exists()


def test_install_takes_nothing_but_the_program_out_of_a_zip(bench: Bench, programs: Callable[[int], bytes]) -> None:
    bench.server.add(NEW, zip_with(("../evil", b"x"), ("gowa-desktop.json", b"{}"), (WANTED, programs(0)), (f"../{WANTED}", b"x")))

    bench.install()

    assert_installed(bench)
    assert not (bench.folder / "evil").exists()
    assert sorted(path.name for path in (bench.folder / NEW).iterdir()) == sorted([program_name(), "gowa-desktop.json"])


def test_install_of_a_zip_whose_program_is_a_link_is_refused(bench: Bench) -> None:
    link = zipfile.ZipInfo(WANTED)
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    bench.server.add(NEW, zip_with((link, b"/bin/sh")))

    with bench.refused(VersionRefusedError, "is a link or too large"):
        bench.install()


@pytest.mark.parametrize("is_liar", [False, True])
def test_install_of_a_bomb_is_refused(is_liar: bool, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_unpack, "_MAX_PROGRAM_BYTES", 2_000_000)
    bomb = zip_with((WANTED, b"\x7fELF" + bytes(30_000_000)))
    if is_liar:
        bomb = bomb.replace((30_000_004).to_bytes(4, "little"), (1_000_000).to_bytes(4, "little"))
    bench.server.add(NEW, bomb)

    with bench.refused(VersionRefusedError, "too large|damaged"):
        bench.install()


@pytest.mark.parametrize("data", [b"x" * 5000, b"PK\x03\x04" + bytes(500), b"PK\x05\x06" + bytes(18)])
def test_install_of_what_is_no_zip_is_refused(data: bytes, bench: Bench) -> None:
    bench.server.add(NEW, data)

    with bench.refused(VersionRefusedError, "damaged|does not contain|no program"):
        bench.install()


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        (2, "runs but is not GOWA"),
        (3, r"needs the system library glibc 9\.99 or newer; this computer has"),
        (4, "was taken away .* most likely by a virus scanner"),
    ],
)
def test_install_of_a_program_that_does_not_run_says_why(mode: int, sentence: str, bench: Bench, programs: Callable[[int], bytes]) -> None:
    bench.server.add(NEW, release_zip(programs(mode)))

    with bench.refused(VersionRefusedError, sentence):
        bench.install()


def test_install_of_a_release_far_too_large_is_refused(bench: Bench) -> None:
    bench.server.add(NEW, bench.good)
    assets = bench.server.releases[-1]["assets"]
    assert isinstance(assets, list)
    assets[0]["size"] = 10**12

    with bench.refused(ReleaseIncompleteError, "far too large"):
        bench.install()


def test_install_looks_for_room_on_the_disk_first(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.server.add(NEW, bench.good)
    usage = shutil.disk_usage(bench.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=20_000_000))

    with bench.refused(DiskFullError, r"115 MB are needed and 20 MB are free"):
        bench.install()
    assert ranges(bench) == []


def test_install_on_a_disk_that_fills_up_meanwhile_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    bench.server.add(NEW, bench.good)
    monkeypatch.setattr(os, "fsync", full)

    with bench.refused(DiskFullError, "not enough room"):
        bench.install()


def test_install_into_a_place_that_cannot_be_written_is_told(bench: Bench) -> None:
    bench.server.add(NEW, bench.good)
    (bench.folder / DOWNLOADS).write_text("in the way")
    bench.old = listing(bench.folder) | {DOWNLOADS: None}

    with pytest.raises(FolderError, match="cannot be written"):
        bench.install()
    assert_starts(bench.folder, OLD)


# Cancel


class _CancelAt(list[Progress]):
    """Calls the work off when it comes to a step."""

    def __init__(self, flag: CancelFlag, step: InstallStep) -> None:
        super().__init__()
        self._flag = flag
        self._step = step

    def append(self, progress: Progress) -> None:
        super().append(progress)
        if progress.step == self._step:
            self._flag.set()


@pytest.mark.parametrize("step", [step for step in InstallStep if step is not InstallStep.RESUMING])
def test_install_called_off_at_each_step_installs_nothing_and_the_next_one_goes_on(step: InstallStep, bench: Bench) -> None:
    bench.server.add(NEW, bench.good)
    bench.seen = _CancelAt(bench.flag, step)

    with bench.refused(CancelledError, "cancelled", keeps_part=step is not InstallStep.LOOKING):
        bench.install()

    bench.flag, bench.seen = CancelFlag(), []
    bench.install()
    assert_installed(bench)


def test_install_called_off_while_the_server_is_silent_ends_at_once(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.gate = threading.Event()
    timer = threading.Timer(0.3, bench.flag.set)
    timer.start()

    with bench.refused(CancelledError, "cancelled", keeps_part=True):
        bench.install()
    timer.join()


def test_install_called_off_between_two_attempts_waits_no_longer(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.cuts, bench.pauses = [1000], (100.0,)
    bench.seen = _CancelAt(bench.flag, InstallStep.RESUMING)

    with bench.refused(CancelledError, "cancelled", keeps_part=True):
        bench.install()


# What is left behind


def test_sweep_keeps_a_partial_file_for_a_week(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.cuts, bench.pauses = [1_000_000], ()
    with bench.refused(NetworkError, "kept", keeps_part=True):
        bench.install()
    written = bench.part().stat().st_mtime
    assert partial_bytes(bench.folder) > 1_000_000

    sweep_partial_files(bench.folder, {OLD}, written + KEPT_S - 60)
    assert bench.part().stat().st_size == 1_000_000
    sweep_partial_files(bench.folder, {OLD}, written + KEPT_S + 60)

    assert listing(bench.folder) == bench.old
    assert partial_bytes(bench.folder) == 0


def test_sweep_removes_the_partial_file_of_an_installed_version_and_what_belongs_to_nothing(bench: Bench) -> None:
    served = bench.server.add(NEW, bench.good)
    served.cuts, bench.pauses = [1_000_000], ()
    with bench.refused(NetworkError, "kept", keeps_part=True):
        bench.install()
    for name in ("lonely.part", "lonely2.part.json", "junk"):
        (bench.folder / DOWNLOADS / name).write_text("x")

    sweep_partial_files(bench.folder, {OLD}, 0.0)
    assert sorted(path.name for path in (bench.folder / DOWNLOADS).iterdir()) == [f"{ZIP}.part", f"{ZIP}.part.json"]
    sweep_partial_files(bench.folder, {OLD, NEW}, 0.0)

    assert listing(bench.folder) == bench.old


def test_sweeps_of_a_folder_that_is_not_there_do_nothing(tmp_path: Path) -> None:
    sweep_partial_files(tmp_path / "missing", set(), 0.0)
    sweep_staging(tmp_path / "missing")
