"""VersionManager: what is known and installed, bringing and removing versions, and what never happens to one that is used."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.app_settings import GITHUB_TOKEN, NO_PROXY, PROXY, RELEASE_ADDRESS
from gowa_desktop.domain.errors import (
    FolderError,
    ReleaseIncompleteError,
    SettingInvalidError,
    VersionInUseError,
    VersionMissingError,
    VersionRefusedError,
)
from gowa_desktop.domain.instance import InstanceChanges, NewInstance
from gowa_desktop.domain.progress import InstallStep
from gowa_desktop.infra.version_files import program_name
from tests.gowa_program import build_gowa, release_zip
from tests.release_server import ReleaseServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.services.instances.operation import Operation

    Finish = Callable[[Operation], GowaError | None]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A release zip whose program runs here."""
    program = build_gowa(tmp_path_factory.mktemp("program"))
    if program is None:
        pytest.skip("there is no C compiler to build a stand-in for GOWA with")
    return release_zip(program.read_bytes(), padding=500_000)


@pytest.fixture
def server(services: Services) -> Iterator[ReleaseServer]:
    with ReleaseServer() as server:
        services.settings.set(RELEASE_ADDRESS, server.address)
        services.settings.set(PROXY, NO_PROXY)
        yield server


@pytest.fixture
def finish(qtbot: QtBot) -> Finish:
    def wait(operation: Operation) -> GowaError | None:
        qtbot.waitUntil(lambda: operation.is_finished, timeout=30_000)
        return operation.error

    return wait


def put(services: Services, *tags: str) -> None:
    """Have versions installed whose program is never started."""
    for tag in tags:
        program = services.paths.versions / tag / program_name()
        program.parent.mkdir(parents=True)
        program.write_bytes(b"12345")


def tags(services: Services) -> list[str]:
    return [version.tag for version in services.versions.installed() if not version.is_simulator]


# Available


def test_available_is_empty_before_the_server_was_asked(services: Services) -> None:
    assert services.versions.available() == []
    assert services.versions.newest_available() is None
    assert services.versions.checked_at is None


def test_refresh_fills_the_list_and_tells(services: Services, server: ReleaseServer, qtbot: QtBot, finish: Finish) -> None:
    for tag in ("v8.3.2", "v7.11.4", "v9.2.0"):
        server.add(tag, b"zip")
    server.add("v9.3.0-rc.1", b"zip", is_prerelease=True)

    with qtbot.waitSignal(services.versions.available_changed):
        operation = services.versions.refresh()
    assert finish(operation) is None

    assert [release.tag for release in services.versions.available()] == ["v9.2.0", "v8.3.2", "v7.11.4"]
    assert services.versions.available(include_prereleases=True)[0].tag == "v9.3.0-rc.1"
    newest = services.versions.newest_available()
    assert newest is not None
    assert newest.tag == "v9.2.0"
    assert services.versions.checked_at is not None


def test_refresh_while_one_is_under_way_is_the_same(services: Services, server: ReleaseServer, finish: Finish) -> None:
    first = services.versions.refresh()
    assert services.versions.refresh() is first
    finish(first)
    second = services.versions.refresh()
    assert second is not first
    finish(second)


def test_refresh_without_a_server_keeps_the_list_also_for_the_next_program(
    services: Services, server: ReleaseServer, open_services: Callable[[], Services], finish: Finish
) -> None:
    server.add("v9.2.0", b"zip")
    finish(services.versions.refresh())
    server.statuses = [500]

    error = finish(services.versions.refresh())

    assert error is not None
    assert error.code == "network"
    assert [release.tag for release in services.versions.available()] == ["v9.2.0"]
    services.close()
    assert [release.tag for release in open_services().versions.available()] == ["v9.2.0"]


def test_another_address_has_a_list_of_its_own(services: Services, server: ReleaseServer, finish: Finish) -> None:
    server.add("v9.2.0", b"zip")
    finish(services.versions.refresh())

    services.settings.set(RELEASE_ADDRESS, "https://mirror.example")

    assert services.versions.available() == []


def test_refresh_sends_the_token_of_the_settings(services: Services, server: ReleaseServer, finish: Finish) -> None:
    services.settings.set(GITHUB_TOKEN, "ghp_abc")
    finish(services.versions.refresh())

    assert server.asked[0].headers["Authorization"] == "Bearer ghp_abc"


# Install


def test_install_downloads_and_tells(services: Services, server: ReleaseServer, good: bytes, qtbot: QtBot, finish: Finish) -> None:
    server.add("v9.2.0", good)
    changes: list[list[str]] = []
    services.versions.versions_changed.connect(lambda: changes.append(tags(services)))

    operation = services.versions.install("9.2.0")
    seen: list[str] = []
    operation.progressed.connect(lambda: seen.append(operation.progress.step if operation.progress else ""))
    assert services.versions.installing() == {"v9.2.0": operation}
    was_open = operation.can_cancel

    assert finish(operation) is None
    assert changes == [["v9.2.0"]]
    assert services.versions.installing() == {}
    assert (was_open, operation.can_cancel) == (True, False)
    assert seen[0] == InstallStep.LOOKING
    assert seen[-1] == InstallStep.TRYING
    installed = services.versions.resolve("latest")
    assert (installed.tag, installed.is_verified) == ("v9.2.0", True)
    assert subprocess.run([installed.path, "rest", "--help"], check=True, capture_output=True).stdout


def test_install_of_the_same_tag_twice_is_one_operation(services: Services, server: ReleaseServer, good: bytes, finish: Finish) -> None:
    server.add("v9.2.0", good).gate = gate = threading.Event()
    first = services.versions.install("v9.2.0")

    assert services.versions.install("9.2.0") is first
    gate.set()
    assert finish(first) is None
    assert len(server.paths(".zip")) == 1


def test_install_of_several_at_once(services: Services, server: ReleaseServer, good: bytes, finish: Finish) -> None:
    wanted = ["v9.2.0", "v9.1.0", "v9.0.0", "v8.11.0", "v8.10.0", "v8.9.0"]
    for tag in wanted:
        server.add(tag, good)

    operations = [services.versions.install(tag) for tag in wanted]

    assert [finish(operation) for operation in operations] == [None] * 6
    assert tags(services) == wanted


def test_install_of_an_installed_version_is_done_at_once(services: Services, server: ReleaseServer) -> None:
    put(services, "v9.2.0")

    operation = services.versions.install("v9.2.0")

    assert operation.is_finished
    assert operation.error is None
    assert server.asked == []


def test_install_latest_is_the_newest_known(services: Services, server: ReleaseServer, good: bytes, finish: Finish) -> None:
    with pytest.raises(ReleaseIncompleteError, match="No release of GOWA is known"):
        services.versions.install("latest")
    server.add("v9.2.0", good)
    server.add("v9.3.0-rc.1", good, is_prerelease=True)
    finish(services.versions.refresh())

    assert finish(services.versions.install("latest")) is None
    assert tags(services) == ["v9.2.0"]


@pytest.mark.parametrize("tag", ["simulator", "", "nonsense", "../x", "v9"])
def test_install_of_no_version_is_refused(tag: str, services: Services, server: ReleaseServer) -> None:
    with pytest.raises(VersionRefusedError):
        services.versions.install(tag)
    assert services.versions.installing() == {}
    assert server.asked == []


def test_install_of_a_known_release_asks_for_its_files_only(services: Services, server: ReleaseServer, good: bytes, finish: Finish) -> None:
    server.add("v9.2.0", good)
    finish(services.versions.refresh())
    server.asked.clear()

    assert finish(services.versions.install("v9.2.0")) is None
    assert server.paths("go-whatsapp-web-multidevice") == []


def test_install_of_a_release_that_was_incomplete_asks_again(services: Services, server: ReleaseServer, good: bytes, finish: Finish) -> None:
    server.add("v9.2.0", None)
    finish(services.versions.refresh())
    error = finish(services.versions.install("v9.2.0"))
    assert error is not None
    assert error.code == "release_incomplete"
    server.releases.clear()
    server.add("v9.2.0", good)

    assert finish(services.versions.install("v9.2.0")) is None


def test_install_that_fails_can_be_tried_again(services: Services, server: ReleaseServer, good: bytes, finish: Finish) -> None:
    server.add("v9.2.0", good, wrong_digest=True)
    error = finish(services.versions.install("v9.2.0"))
    assert error is not None
    assert error.code == "checksum"
    assert tags(services) == []
    server.releases.clear()
    server.add("v9.2.0", good)

    assert finish(services.versions.install("v9.2.0")) is None


def test_install_called_off_fails_so_and_the_next_one_goes_on(
    services: Services, server: ReleaseServer, good: bytes, qtbot: QtBot, finish: Finish
) -> None:
    served = server.add("v9.2.0", good)
    served.gate = threading.Event()
    operation = services.versions.install("v9.2.0")
    qtbot.waitUntil(lambda: operation.progress is not None and operation.progress.done > 0)

    for _ in range(2):
        operation.cancel()
        assert not operation.can_cancel

    error = finish(operation)
    assert error is not None
    assert error.code == "cancelled"
    assert services.versions.disk_bytes() > 100_000
    served.gate.set()
    assert finish(services.versions.install("v9.2.0")) is None
    assert server.asked[-1].status == 206


def test_end_of_the_program_calls_an_installation_off_and_the_next_one_goes_on(
    services: Services, server: ReleaseServer, good: bytes, qtbot: QtBot, open_services: Callable[[], Services], finish: Finish
) -> None:
    served = server.add("v9.2.0", good)
    served.gate = threading.Event()
    operation = services.versions.install("v9.2.0")
    qtbot.waitUntil(lambda: operation.progress is not None and operation.progress.done > 0)

    services.close()

    assert not [thread for thread in threading.enumerate() if thread.name == "gowa-network"]
    served.gate.set()
    again = open_services()
    again.versions.sweep()
    assert finish(again.versions.install("v9.2.0")) is None
    assert server.asked[-1].status == 206


# Used


def make(services: Services, name: str, version: str) -> int:
    return services.instances.create(NewInstance(name=name, gowa_version=version)).id


def test_used_by_counts_pinned_ones_and_what_latest_stands_for(services: Services) -> None:
    put(services, "v9.1.0", "v8.11.0", "v7.11.4")
    make(services, "shop", "v8.11.0")
    make(services, "bakery", "latest")
    make(services, "toy", "simulator")

    assert services.versions.used_by("v8.11.0") == ["shop"]
    assert services.versions.used_by("v9.1.0") == ["bakery"]
    assert services.versions.used_by("v7.11.4") == []
    assert services.versions.used_by("simulator") == ["toy"]
    put(services, "v9.2.0")
    assert services.versions.used_by("v9.1.0") == []
    assert services.versions.used_by("v9.2.0") == ["bakery"]


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
def test_used_by_counts_what_runs_whatever_is_set_now(services: Services, finish: Finish) -> None:
    put(services, "v9.1.0", "v9.2.0")
    program = services.paths.versions / "v9.1.0" / program_name()
    simulator = services.versions.resolve("simulator").path
    program.write_text(f'#!/bin/sh\nexec python3 -I -S "{simulator}" "$@"\n')
    program.chmod(0o755)
    shop = make(services, "shop", "v9.1.0")
    assert finish(services.instances.start(shop)) is None

    services.instances.update(shop, InstanceChanges(gowa_version="v9.2.0"))

    assert services.versions.used_by("v9.1.0") == ["shop"]
    assert services.versions.used_by("v9.2.0") == ["shop"]
    with pytest.raises(VersionInUseError, match="shop"):
        services.versions.remove("v9.1.0")
    finish(services.instances.stop(shop))
    # Its databases belong to v9.1.0 until it has run with the other.
    assert services.versions.used_by("v9.1.0") == ["shop"]


def test_remove_takes_a_version_away_at_once(services: Services, qtbot: QtBot, finish: Finish) -> None:
    put(services, "v9.2.0", "v9.1.0")
    changes: list[list[str]] = []
    services.versions.versions_changed.connect(lambda: changes.append(tags(services)))

    operation = services.versions.remove("9.1.0")
    with pytest.raises(VersionMissingError):
        services.versions.resolve("v9.1.0")

    assert finish(operation) is None
    assert changes == [["v9.2.0"]]
    assert [path.name for path in services.paths.versions.iterdir()] == ["v9.2.0"]


def test_remove_refuses_what_is_used_and_says_by_whom(services: Services) -> None:
    put(services, "v9.2.0")
    for number in range(7):
        make(services, f"shop {number}", "v9.2.0" if number else "latest")

    with pytest.raises(VersionInUseError, match=r"is used by shop 0, shop 1, shop 2, shop 3, shop 4 and 2 more") as caught:
        services.versions.remove("v9.2.0")

    assert caught.value.next_step
    assert tags(services) == ["v9.2.0"]


@pytest.mark.parametrize("tag", ["simulator", "latest"])
def test_remove_refuses_what_is_no_installed_version(tag: str, services: Services) -> None:
    put(services, "v9.2.0")

    with pytest.raises(VersionRefusedError, match="cannot be removed"):
        services.versions.remove(tag)


def test_remove_of_a_missing_version_is_told(services: Services) -> None:
    with pytest.raises(VersionMissingError):
        services.versions.remove("v9.9.9")


def test_remove_that_the_system_refuses_changes_nothing(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    put(services, "v9.2.0")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.rename", refuse)

    with pytest.raises(FolderError, match="cannot be removed: Permission denied"):
        services.versions.remove("v9.2.0")
    assert tags(services) == ["v9.2.0"]


def test_sweep_finishes_a_removal_that_was_cut_off(services: Services) -> None:
    put(services, "v9.2.0", "v9.1.0")
    (services.paths.versions / "v9.1.0").rename(services.paths.versions / ".remove-v9.1.0-abcd")

    services.versions.sweep()

    assert [path.name for path in services.paths.versions.iterdir()] == ["v9.2.0"]


def test_clean_up_keeps_the_newest_and_all_in_use(services: Services, finish: Finish) -> None:
    put(services, "v9.2.0", "v9.1.0", "v9.0.0", "v8.11.0", "v7.11.4")
    make(services, "old shop", "v8.11.0")

    assert [version.tag for version in services.versions.removable(2)] == ["v9.0.0", "v7.11.4"]
    assert [version.tag for version in services.versions.removable(0)] == ["v9.1.0", "v9.0.0", "v7.11.4"]
    assert services.versions.removable(9) == []
    assert finish(services.versions.clean_up(2)) is None

    assert tags(services) == ["v9.2.0", "v9.1.0", "v8.11.0"]
    assert services.versions.disk_bytes() == 15
    assert finish(services.versions.clean_up(2)) is None


def test_clean_up_that_the_system_refuses_in_part_removes_the_rest(
    services: Services, monkeypatch: pytest.MonkeyPatch, finish: Finish, tmp_path: Path
) -> None:
    put(services, "v9.2.0", "v9.1.0", "v9.0.0")
    rename = type(tmp_path).rename

    def refuse_one(path: Path, target: Path) -> Path:
        if path.name == "v9.1.0":
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(type(tmp_path), "rename", refuse_one)

    error = finish(services.versions.clean_up(1))

    assert error is not None
    assert "v9.1.0 cannot be removed" in error.message
    assert tags(services) == ["v9.2.0", "v9.1.0"]


def test_program_that_disappeared_is_told_with_its_place_and_can_be_installed_again(
    services: Services, server: ReleaseServer, good: bytes, finish: Finish
) -> None:
    server.add("v9.2.0", good)
    assert finish(services.versions.install("v9.2.0")) is None
    services.versions.resolve("v9.2.0").path.unlink()

    with pytest.raises(VersionMissingError, match=r"has disappeared from .*v9\.2\.0.*virus scanner") as caught:
        services.versions.resolve("v9.2.0")
    assert "install this version again" in caught.value.next_step

    assert finish(services.versions.install("v9.2.0")) is None
    assert services.versions.resolve("v9.2.0").is_verified is True


def test_imported_version_is_neither_verified_nor_not(services: Services, good: bytes, tmp_path: Path, finish: Finish) -> None:
    path = tmp_path / "gowa.zip"
    path.write_bytes(good)

    assert finish(services.versions.import_file(path, "v9.2.0+local")) is None

    assert services.versions.resolve("v9.2.0+local").is_verified is None


def test_folder_that_vanishes_shows_no_version(services: Services) -> None:
    put(services, "v9.2.0")
    assert tags(services) == ["v9.2.0"]
    shutil.rmtree(services.paths.versions)

    assert tags(services) == []
    assert services.versions.disk_bytes() == 0


# Settings


def values(services: Services) -> tuple[str, str | None, str | None, bool]:
    settings = services.settings
    return settings.release_address, settings.github_token, settings.proxy, settings.checks_daily


def test_settings_of_downloads_have_defaults_that_are_not_stored(services: Services) -> None:
    assert values(services) == ("https://api.github.com", None, None, True)


def test_settings_of_downloads_are_kept(services: Services, open_services: Callable[[], Services]) -> None:
    services.settings.set(RELEASE_ADDRESS, " http://mirror.example:8080/api/ ")
    services.settings.set(GITHUB_TOKEN, " ghp_abc ")
    services.settings.set(PROXY, "http://user:word@proxy.example:3128")
    services.settings.set_checks_daily(is_on=False)
    services.close()

    again = open_services()
    assert values(again) == ("http://mirror.example:8080/api", "ghp_abc", "http://user:word@proxy.example:3128", False)
    again.settings.set(RELEASE_ADDRESS, "")
    again.settings.set(GITHUB_TOKEN, None)
    again.settings.set(PROXY, "")
    again.settings.set_checks_daily(is_on=True)
    assert values(again) == ("https://api.github.com", None, None, True)


@pytest.mark.parametrize(
    "address", ["mirror", "ftp://mirror", "http://", "http://a b", "http://a:99999", "file:///x", "https://me:word@mirror"]
)
def test_setting_of_a_release_address_that_is_none_is_refused(address: str, services: Services) -> None:
    with pytest.raises(SettingInvalidError):
        services.settings.set(RELEASE_ADDRESS, address)
    assert services.settings.release_address == "https://api.github.com"


@pytest.mark.parametrize("token", ["a b", "ünï", "a\nb", "a\x00"])
def test_setting_of_a_token_that_is_none_is_refused_without_repeating_it(token: str, services: Services) -> None:
    with pytest.raises(SettingInvalidError) as caught:
        services.settings.set(GITHUB_TOKEN, token)
    assert token not in str(caught.value)


@pytest.mark.parametrize("proxy", ["proxy", "socks5://proxy:1", "http://"])
def test_setting_of_a_proxy_that_is_none_is_refused(proxy: str, services: Services) -> None:
    with pytest.raises(SettingInvalidError):
        services.settings.set(PROXY, proxy)


def test_task_left_behind_does_not_hold_up_the_end(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gowa_desktop.services.tasks._LEAVE_AFTER_S", 0.1)
    hang = threading.Event()
    services.tasks.run_apart(hang.wait, lambda _: None)
    begun = time.monotonic()

    services.close()

    assert time.monotonic() - begun < 30
    hang.set()


def test_import_tells_how_far_it_is_and_can_be_called_off(services: Services, good: bytes, tmp_path: Path, finish: Finish) -> None:
    path = tmp_path / "gowa.zip"
    path.write_bytes(good)
    operation = services.versions.import_file(path, "v9.2.0")
    steps: list[str] = []
    operation.progressed.connect(lambda: steps.append(operation.progress.step if operation.progress else ""))
    assert finish(operation) is None
    assert list(dict.fromkeys(steps)) == [InstallStep.UNPACKING, InstallStep.TRYING]

    second = services.versions.import_file(path, "v9.1.0")
    second.cancel()

    error = finish(second)
    assert error is not None
    assert error.code == "cancelled"
    assert tags(services) == ["v9.2.0"]
