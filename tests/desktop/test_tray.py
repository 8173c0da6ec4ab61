"""The tray icon of the real program, looked at and clicked through D-Bus as a desktop does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.domain.app_settings import START_MINIMIZED
from gowa_desktop.domain.leaving import QuitAction
from tests.conftest import processes_below
from tests.desktop.conftest import prepare_fleet
from tests.desktop.tray_host import TrayHost, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gowa_desktop.bootstrap import Services
    from tests.desktop.conftest import DesktopProgram
    from tests.desktop.virtual_desktop import VirtualDesktop


@pytest.fixture
def tray(desktop: VirtualDesktop) -> Iterator[TrayHost]:
    """A tray."""
    host = TrayHost(desktop.bus_address)
    yield host
    host.close()


def wait_for_label(tray: TrayHost, words: str) -> None:
    wait_until(lambda: any(words in label for label in tray.labels()), f"“{words}” in the menu")


def test_instances_are_started_and_stopped_from_the_menu(services: Services, program: DesktopProgram, tray: TrayHost) -> None:
    prepare_fleet(services, "shop", "lab")
    program.begin("--minimized")
    tray.wait_for_item()

    wait_for_label(tray, "lab · Stopped")
    assert [label for label in tray.labels() if not label.startswith("  ")] == [
        "0 of 2 running", "lab · Stopped", "shop · Stopped", "Start all", "Stop all…", "Open window", "Quit…",
    ]  # fmt: skip
    wait_until(lambda: tray.tooltip() == "GOWA Desktop: 0 of 2 running.", "the tooltip")
    idle = tray.pictures()
    assert {16, 22, 32, 64} <= {picture.width for picture in idle}

    tray.choose("Start", parent="shop · Stopped")
    wait_for_label(tray, "shop · Running")
    wait_until(lambda: tray.tooltip() == "GOWA Desktop: 1 of 2 running.", "the tooltip")
    assert tray.pictures() != idle
    assert "lab · Stopped" in tray.labels()

    tray.choose("Stop", parent="shop · Running")
    wait_for_label(tray, "shop · Stopped")
    wait_until(lambda: tray.pictures() == idle, "the picture of before")
    assert "Traceback" not in program.output


def test_what_fails_comes_first_and_start_all_starts_the_rest(services: Services, program: DesktopProgram, tray: TrayHost) -> None:
    [_first, second] = prepare_fleet(services, "archive", "zoo")
    program.begin("--minimized")
    tray.wait_for_item()
    wait_for_label(tray, "zoo · Stopped")

    tray.choose("Start all")
    wait_for_label(tray, "2 of 2 running")
    folder = program.data_dir / "instances" / str(second)
    (folder / "sim-faults").write_text("crash-at-start=1")
    for process in processes_below(folder):
        process.kill()

    wait_for_label(tray, "1 needs attention")
    wait_until(lambda: "zoo is" in tray.tooltip(), "the tooltip names it")
    lines = [label for label in tray.labels() if not label.startswith("  ")]
    assert lines[1].startswith("zoo · ")
    assert lines[2] == "archive · Running"


def test_quit_from_the_menu_leaves_instances_running(services: Services, program: DesktopProgram, tray: TrayHost) -> None:
    services.settings.set_quit_action(QuitAction.LEAVE)
    prepare_fleet(services, "shop")
    program.begin("--minimized")
    tray.wait_for_item()
    wait_for_label(tray, "shop · Stopped")
    tray.choose("Start", parent="shop · Stopped")
    wait_for_label(tray, "shop · Running")
    pids = {process.pid for process in processes_below(program.data_dir / "instances")}

    tray.choose("Quit…")

    assert program.wait_for_end() == 0
    assert pids
    assert all(psutil.pid_exists(pid) for pid in pids)
    assert program.output == ""


def test_tray_that_comes_late_is_found(services: Services, program: DesktopProgram, desktop: VirtualDesktop) -> None:
    prepare_fleet(services, "shop")
    program.begin("--minimized")
    wait_until(program.is_serving, "the program")
    tray = TrayHost(desktop.bus_address)
    try:
        tray.wait_for_item()
        wait_for_label(tray, "shop · Stopped")
    finally:
        tray.close()


def test_menu_is_changed_entry_by_entry(services: Services, program: DesktopProgram, tray: TrayHost) -> None:
    prepare_fleet(services, *(f"shop-{number:02}" for number in range(1, 19)))
    program.begin("--minimized")
    tray.wait_for_item()
    wait_for_label(tray, "3 more in the window…")
    before = {entry.label: entry.id for entry in tray.menu() if entry.depth == 0}
    assert len([label for label in before if label.startswith("shop-")]) == 15

    tray.choose("Start", parent="shop-02 · Stopped")
    wait_for_label(tray, "shop-02 · Running")

    after = {entry.label: entry.id for entry in tray.menu() if entry.depth == 0}
    assert after["shop-02 · Running"] == before["shop-02 · Stopped"]
    assert {label: after.get(label) for label in before if label.startswith("shop-") and "02" not in label} == {
        label: number for label, number in before.items() if label.startswith("shop-") and "02" not in label
    }


def test_start_minimized_is_a_setting_and_leaves_the_window_in_the_tray(
    services: Services, program: DesktopProgram, desktop: VirtualDesktop, tray: TrayHost
) -> None:
    services.settings.set(START_MINIMIZED, True)
    prepare_fleet(services, "shop")
    program.begin()
    tray.wait_for_item()
    wait_for_label(tray, "shop · Stopped")
    assert not desktop.has_window("Instances")

    tray.choose("Open window")
    wait_until(lambda: desktop.has_window("Instances"), "the window")
