"""Notifications of the real program on the desktop's own server, and what a click on one leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import processes_below
from tests.desktop.conftest import prepare_fleet
from tests.desktop.notification_server import NotificationServer
from tests.desktop.tray_host import TrayHost, wait_until

if TYPE_CHECKING:
    from gowa_desktop.bootstrap import Services
    from tests.desktop.conftest import DesktopProgram
    from tests.desktop.virtual_desktop import VirtualDesktop


def test_crashes_at_once_are_one_notification_and_a_click_brings_the_window(
    services: Services, program: DesktopProgram, desktop: VirtualDesktop
) -> None:
    server = NotificationServer(desktop.bus_address)
    tray = TrayHost(desktop.bus_address)
    try:
        ids = prepare_fleet(services, "shop", "lab")
        program.begin("--minimized")
        tray.wait_for_item()
        wait_until(lambda: "lab · Stopped" in tray.labels(), "the instances in the menu")
        tray.choose("Start all")
        wait_until(lambda: tray.labels()[0] == "2 of 2 running", "both run")

        for number in ids:
            for process in processes_below(program.data_dir / "instances" / str(number)):
                process.kill()
        shown = server.wait_for("2 instances crashed and were started again")

        assert shown.actions["default"]
        assert set(shown.text.splitlines()) == {"shop crashed and was started again", "lab crashed and was started again"}
        assert shown.hints["desktop-entry"] == "gowa-desktop"
        server.click(shown)
        wait_until(lambda: desktop.has_window("Instances"), "the window")
        assert "Traceback" not in program.output
    finally:
        tray.close()
        server.close()
