"""`python -m tests.screenshots DIR`: pictures of the real windows in light and dark, at 100 % and 200 %, to judge them by looking.

The services are the real ones on a throw-away data directory, the instances are simulators. `--contrast` adds the two themes of high
contrast; `--readme` writes the one picture of the README instead. When all were taken, none may be missing of what `pictured` names.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QLocale
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog  # noqa: TID251 - this drives the user interface

from gowa_desktop.bootstrap import Services, build
from gowa_desktop.domain.app_settings import PORT_RANGE
from gowa_desktop.domain.instance import InstanceChanges, InstanceState, NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.launch import window_parts
from gowa_desktop.services.garbage import GarbageKeeper
from gowa_desktop.services.supervision import liveness
from gowa_desktop.ui.application import create_application
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.parts.message_bar import MessageBar
from gowa_desktop.ui.window_state import WindowState
from tests.screenshots.camera import BOTH, LOOKS, Camera, find, open_dialog, wait_until
from tests.screenshots.charts import take_charts
from tests.screenshots.commands import CommandPictures
from tests.screenshots.config_dialogs import ConfigDialogPictures
from tests.screenshots.configure import ConfigurePictures
from tests.screenshots.manager import take_manager
from tests.screenshots.pictured import missing_pictures
from tests.screenshots.tray import TrayPictures
from tests.screenshots.versions import take_versions
from tests.screenshots.windows import WindowPictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget  # noqa: TID251 - this drives the user interface

    from gowa_desktop.domain.instance import InstanceStatus

SIZE = (1200, 760)
CURVE_S = 32.0
"""How long the instances run before they are shown, so that their curves have a shape."""
RUNNING = {"toko-jakarta": 14, "toko-bandung": 8, "support": 4, "crm-bridge": 24, "notifikasi": 6}
"""Running instances, and how busy each is: requests a tick at most."""
OUTDATED = "19:40:02.117 [Client ERROR] Client outdated (405) connect failure (client version: 2.3000.1023)\n"


def main() -> int:
    """Write the pictures; a scale is fixed once Qt has begun, so each has a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--scale", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--readme", action="store_true", help="write overview.png only, light and at 100 %%")
    parser.add_argument("--only", choices=PARTS, help="a part of the pictures, for a quick look")
    parser.add_argument("--contrast", action="store_true", help="in high contrast as well")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.readme or arguments.scale:
        return take_pictures(arguments)
    options = [*(["--only", arguments.only] if arguments.only else []), *(["--contrast"] if arguments.contrast else [])]
    for scale in (1, 2):
        environment = {**os.environ, "QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": platform(arguments.folder)}
        command = [sys.executable, "-m", "tests.screenshots", str(arguments.folder), "--scale", str(scale)]
        subprocess.run([*command, *options], env=environment, check=True)
    return 0


def platform(folder: Path) -> str:
    """Give the platform to draw on; Qt's own screen without a display has 800 x 800 pixels, in which windows would have no room."""
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    if wanted != "offscreen":
        return wanted
    screens = folder / ".screens.json"
    dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    screens.write_text(json.dumps({"screens": [{"name": "pictures", "x": 0, "y": 0, "width": 3840, "height": 2400, **dots}]}))
    return f"offscreen:configfile={screens.resolve()}"


def take_pictures(arguments: argparse.Namespace) -> int:
    """Open the windows, take every picture or those of a part, and tell whether all were taken."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    # A hung instance is to be seen within seconds, and not to be restarted while it is looked at.
    liveness.ASK_INTERVAL_MS, liveness.ANSWER_LIMIT_MS, liveness.MISS_LIMIT = 2_000, 500, 100
    application = create_application(sys.argv[:1])
    GarbageKeeper(application)
    looks = ["light"] if arguments.readme else list(LOOKS) if arguments.contrast else BOTH
    camera = Camera(application, arguments.folder, arguments.scale, looks)
    only = arguments.only
    if arguments.readme:
        take_fleet(camera, Studio.take_readme)
        return 0
    for part, take in FLEET_PARTS.items():
        if only == part or (only is None and part == "fleet"):
            take_fleet(camera, take)
    for part, take_apart in OTHER_PARTS.items():
        if only in {None, part}:
            take_apart(camera)
    missing = [] if only else missing_pictures(camera.taken)
    print("\n".join(missing))
    return int(bool(missing))


def take_fleet(camera: Camera, take: Callable[[Studio], None]) -> None:
    """Take pictures of a fleet."""
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-pictures-", ignore_cleanup_errors=True) as data:
        services = build(Path(data))
        services.settings.set(PORT_RANGE, (8001, 8999))
        services.begin()
        studio = Studio(services, camera)
        try:
            take(studio)
        finally:
            studio.close()


class Studio:
    """The window, the fleet behind it, and the camera."""

    def __init__(self, services: Services, camera: Camera) -> None:
        self._services = services
        self._camera = camera
        self._ids: dict[str, int] = {}
        state = WindowState(services.paths.window_state)
        self._window = MainWindow(window_parts(services), state)
        self._window.resize(*SIZE)
        self._window.show()
        QTest.qWait(200)

    def take_readme(self) -> None:
        """Take the picture of the README: a fleet as it looks on an ordinary day."""
        self._make_fleet()
        self._show_day("overview")

    def take_configure(self) -> None:
        """Take the pictures of the form alone."""
        for name in ("toko-jakarta", "support"):
            self._start(name, "")
        self._shoot_configure()

    def take_commands(self) -> None:
        """Take the pictures of what finds and arranges alone."""
        for name in RUNNING:
            self._start(name, "")
        self._create("arsip", "")
        self._shoot_commands()

    def take_config_dialogs(self) -> None:
        """Take the pictures of what changes settings of several instances alone."""
        for name in ("toko-jakarta", "support"):
            self._start(name, "")
        for name in ("kasir-2", "arsip"):
            self._create(name, "")
        self._shoot_config_dialogs()

    def take_tray(self) -> None:
        """Take the pictures of tray, notices and the questions at the end alone."""
        for name in ("toko-jakarta", "support"):
            self._start(name, "")
        self._create("arsip", "")
        TrayPictures(self._window, self._services, self._camera).take()

    def take_windows(self) -> None:
        """Take the pictures of windows that stand for themselves alone."""
        for name in ("toko-jakarta", "support"):
            self._start(name, "log-every=300")
        self._create("arsip", "")
        WindowPictures(self._window, self._services, self._camera).take()

    def take_all(self) -> None:
        """Take every picture of a fleet."""
        self._shoot("empty")
        self._make_fleet()
        self._show_day("overview")
        self._select("lab")
        self._shoot("crash")
        self._window.resize(960, 700)
        self._shoot("crash-narrow")
        self._window.resize(*SIZE)
        self._select("toko-jakarta")
        self._shoot_dialog("new-instance", "action_newInstance", "newInstanceDialog")
        self._shoot_dialog("supervision", "action_supervision", "supervisionDialog")
        self._table().select_ids([self._ids["toko-jakarta"], self._ids["arsip"]])
        self._shoot_dialog("supervision-several", "action_supervision", "supervisionDialog")
        self._shoot_configure()
        self._shoot_config_dialogs()
        self._shoot_commands()
        TrayPictures(self._window, self._services, self._camera).take()
        self._shoot_hung()
        WindowPictures(self._window, self._services, self._camera).take()

    def close(self) -> None:
        """End every instance and close the window."""
        for status in self._services.instances.statuses():
            self._services.instances.kill(status.id)
        wait_until(lambda: not self._services.instances.live_count(), 20)
        self._window.deleteLater()
        QTest.qWait(50)
        self._services.close()

    def _make_fleet(self) -> None:
        for name in RUNNING:
            self._start(name, "log-every=2000")
        self._services.instances.update(self._ids["support"], InstanceChanges(memory_limit_mb=256))
        for name in ("kasir-2", "lab"):
            self._start(name, "")
        self._create("arsip", "")
        self._fail_for_good(self._ids["lab"])
        self._close_messages()

    def _show_day(self, name: str) -> None:
        """One retries, one has failed, one is stopped, the others have been busy for a while."""
        self._select("toko-jakarta")
        end = time.monotonic() + CURVE_S
        while time.monotonic() < end:
            self._pause(100)
        self._make_retrying(self._ids["kasir-2"])
        self._close_messages()
        self._shoot(name)

    def _create(self, name: str, faults: str) -> int:
        config: dict[str, object] = {"env": {"GOWA_SIM_FAULTS": faults}} if faults else {}
        new = NewInstance(name=name, gowa_version=SIMULATOR, config=config)  # type: ignore[arg-type]
        self._ids[name] = self._services.instances.create(new).id
        return self._ids[name]

    def _start(self, name: str, faults: str) -> None:
        instance_id = self._create(name, faults)
        self._services.instances.start(instance_id)
        wait_until(lambda: self._status(instance_id).status is InstanceState.RUNNING, 20)

    def _pause(self, milliseconds: int) -> None:
        """Wait, and ask the instances something meanwhile, so that their curves are not flat."""
        QTest.qWait(milliseconds)
        for number, (name, most) in enumerate(RUNNING.items()):
            if name not in self._ids or self._status(self._ids[name]).status is not InstanceState.RUNNING:
                continue
            wave = 0.55 + 0.45 * math.sin(time.monotonic() / (2 + number) + number)
            for _ in range(round(most * wave * random.uniform(0.6, 1))):
                with suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{self._status(self._ids[name]).port}/health", timeout=1).close()

    def _fail_for_good(self, instance_id: int) -> None:
        """Let one fail until it is given up, after its settings were changed; GOWA's line about its age goes into its log."""
        instances = self._services.instances
        config = next(instance.config for instance in instances.instances() if instance.id == instance_id)
        flags = config["flags"]
        assert isinstance(flags, dict)
        instances.update(instance_id, InstanceChanges(config={**config, "flags": {**flags, "debug": True}}))
        (instances.folder(instance_id) / "sim-faults").write_text("slow-ready=5000,crash-after=700:1")
        psutil.Process(self._status(instance_id).pid).kill()
        told = 0
        while self._status(instance_id).status is not InstanceState.FAILED:
            status = self._status(instance_id)
            if status.status is InstanceState.STARTING and status.pid and status.pid != told:
                told = status.pid
                QTest.qWait(400)
                with self._log_of(instance_id).open("a") as log:
                    log.write(OUTDATED)
            self._pause(50)

    def _make_retrying(self, instance_id: int) -> None:
        """Let one fail several times, up to the longest wait before it would be given up."""
        (self._services.instances.folder(instance_id) / "sim-faults").write_text("crash-at-start=1")
        psutil.Process(self._status(instance_id).pid).kill()
        while (self._status(instance_id).retry_in_s or 0) < 3:
            self._pause(100)
        # The sample right after a change of state covers a few milliseconds, in which hardly anything happened.
        while (self._status(instance_id).retry_in_s or 0) > 1.2 and not self._looks_busy():
            self._pause(30)

    def _looks_busy(self) -> bool:
        samples = [self._status(self._ids[name]).sample for name in RUNNING]
        return sum((sample.cpu_percent or 0) > 0.4 for sample in samples if sample is not None) >= 4

    def _log_of(self, instance_id: int) -> Path:
        return next(iter(self._services.instances.folder(instance_id).rglob("*.log")))

    def _shoot_configure(self) -> None:
        self._select("toko-jakarta")
        self._close_messages()

        def shoot(name: str) -> None:
            dialogs = [dialog for dialog in self._window.findChildren(QDialog) if dialog.isVisible()]
            self._shoot(name, dialogs[-1] if dialogs else None)

        ConfigurePictures(self._window, self._services, self._ids["toko-jakarta"], shoot).take()

    def _shoot_config_dialogs(self) -> None:
        ids = [self._ids[name] for name in ("toko-jakarta", "support", "kasir-2", "arsip")]
        pictures = ConfigDialogPictures(self._window, self._services, ids, self._shoot)
        pictures.take(self._services.paths.root)

    def _shoot_commands(self) -> None:
        self._close_messages()
        CommandPictures(self._window, self._services, self._shoot).take()
        self._close_messages()

    def _shoot_hung(self) -> None:
        if not hasattr(signal, "SIGSTOP"):
            return
        instance_id = self._ids["crm-bridge"]
        self._select("crm-bridge")
        process = psutil.Process(self._status(instance_id).pid)
        process.suspend()
        wait_until(lambda: self._status(instance_id).is_unresponsive, 20)
        self._shoot("unresponsive")
        process.resume()

    def _shoot_dialog(self, name: str, action: str, dialog: str) -> None:
        opened = open_dialog(self._window, action, dialog)
        self._shoot(name, opened)
        opened.reject()
        QTest.qWait(50)

    def _shoot(self, name: str, widget: QWidget | None = None) -> None:
        self._camera.shoot(name, widget or self._window, self._pause)

    def _select(self, name: str) -> None:
        self._table().select_ids([self._ids[name]])
        self._table().setFocus()
        for _ in range(10):
            self._pause(50)

    def _close_messages(self) -> None:
        bar = find(self._window, MessageBar, "messageBar")
        for message in bar.messages:
            bar.close_message(message.key)
        QTest.qWait(50)

    def _table(self) -> InstanceTableView:
        return find(self._window, InstanceTableView, "instanceTable")

    def _status(self, instance_id: int) -> InstanceStatus:
        return self._services.instances.status(instance_id)


FLEET_PARTS: dict[str, Callable[[Studio], None]] = {
    "fleet": Studio.take_all, "configure": Studio.take_configure, "commands": Studio.take_commands, "tray": Studio.take_tray,
    "dialogs": Studio.take_config_dialogs, "windows": Studio.take_windows,
}  # fmt: skip
OTHER_PARTS: dict[str, Callable[[Camera], None]] = {"charts": take_charts, "manager": take_manager, "versions": take_versions}
PARTS = [*FLEET_PARTS, *OTHER_PARTS]


if __name__ == "__main__":
    sys.exit(main())
