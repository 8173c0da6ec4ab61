"""Pictures of everything about versions: getting the first GOWA, the window of versions, updates, snapshots and their settings.

The release server is the one of the tests, the installed versions are played by the simulator, and the program that is downloaded
passes for GOWA.
"""

from __future__ import annotations

import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QListWidget, QPushButton, QWidget  # noqa: TID251 - this drives the user interface

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import PORT_RANGE, RELEASE_ADDRESS, UPDATE_WATCH_S
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.launch import window_parts
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.parts.message_bar import MessageBar
from gowa_desktop.ui.versions.version_table import VersionTableView
from gowa_desktop.ui.window_state import WindowState
from tests.gowa_program import build_gowa, release_zip
from tests.release_server import ReleaseServer
from tests.screenshots.camera import find, open_dialog, wait_until
from tests.simulated_versions import install_simulated, pair

if TYPE_CHECKING:
    from gowa_desktop.bootstrap import Services
    from tests.screenshots.camera import Camera

SIZE = (1200, 760)
NEWEST, OLD, OLDEST = "v9.3.0", "v8.11.0", "v7.11.4"
NOTES = """## What's changed
* feat: send voice notes with `/send/audio`
* fix: **reconnect** after another client took the session (#612)
* chore: newer whatsmeow

**Full changelog**: https://github.com/aldinokemal/go-whatsapp-web-multidevice/compare/{before}...{tag}
"""
FLEET = {"toko-jakarta": OLD, "toko-bandung": OLD, "support": OLD, "lama": OLDEST}
DOWNLOAD_BYTES = 11_000_000
SLOW_BPS = 2_500_000.0


def take_versions(camera: Camera) -> None:
    """Take every picture about versions."""
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-pictures-", ignore_cleanup_errors=True) as folder, ReleaseServer() as server:
        program = build_gowa(Path(folder))
        assert program is not None, "these pictures need a C compiler"
        services = build(Path(folder) / "data")
        services.settings.set(PORT_RANGE, (8001, 8999))
        services.settings.set(RELEASE_ADDRESS, server.address)
        services.settings.set(UPDATE_WATCH_S, 3)
        services.begin()
        studio = _VersionStudio(services, server, camera, release_zip(program.read_bytes(), padding=DOWNLOAD_BYTES))
        try:
            studio.take_all()
        finally:
            studio.close()


class _VersionStudio:
    """A window on a release server, from the first start to an update that is taken back."""

    def __init__(self, services: Services, server: ReleaseServer, camera: Camera, data: bytes) -> None:
        self._services = services
        self._server = server
        self._camera = camera
        self._data = data
        self._gates: list[threading.Event] = []
        self._window = MainWindow(window_parts(services), WindowState(services.paths.window_state))
        self._window.resize(*SIZE)
        self._window.show()
        QTest.qWait(200)

    def take_all(self) -> None:
        """Take every picture in light and dark."""
        self._take_first_run()
        self._take_crowd()
        self._make_fleet()
        self._take_manage()
        self._take_update()
        self._take_snapshots()
        self._take_settings()

    def close(self) -> None:
        """End what runs and close the window."""
        for gate in self._gates:
            gate.set()
        for status in self._services.instances.statuses():
            self._services.instances.kill(status.id)
        wait_until(lambda: not self._services.instances.live_count(), 20)
        self._window.deleteLater()
        QTest.qWait(50)
        self._services.close()

    def _take_first_run(self) -> None:
        self._server.statuses += [503] * 20
        self._click(self._window, "emptyGet")
        wait_until(lambda: find(self._window, QWidget, "emptyProblem").isVisible(), 20)
        self._shoot("first-run-offline", self._window)
        versions = open_dialog(self._window, "action_versions", "versionsWindow")
        wait_until(lambda: bool(find(versions, MessageBar, "messageBar").messages), 20)
        self._shoot("versions-empty", versions)
        versions.close()
        self._server.statuses.clear()

    def _take_crowd(self) -> None:
        self._publish()
        gate = self._hold(NEWEST)
        self._click(self._window, "emptyGet")
        wait_until(lambda: self._share(NEWEST) > 0.3, 30)
        self._shoot("first-run-installing", self._window)
        versions = open_dialog(self._window, "action_versions", "versionsWindow")
        find(versions, VersionTableView, "versionTable").select_tag(NEWEST)
        QTest.qWait(200)
        self._shoot("versions-installing", versions)
        gate.set()
        wait_until(lambda: not self._services.versions.installing(), 30)
        versions.close()
        self._shoot("first-run-installed", self._window)

    def _make_fleet(self) -> None:
        for tag in (OLD, OLDEST):
            install_simulated(self._services.paths.versions, tag)
        self._remove(NEWEST)
        for name, tag in FLEET.items():
            created = self._services.instances.create(NewInstance(name=name, gowa_version=tag))
            self._services.instances.start(created.id)
            wait_until(lambda: self._state(created.id) is InstanceState.RUNNING, 20)  # noqa: B023 - used before the next round
            pair(self._services.instances.status(created.id).port, tag)
        find(self._window, InstanceTableView, "instanceTable").select_ids([1])
        self._close_messages()
        self._shoot("update-notice", self._window)

    def _take_manage(self) -> None:
        versions = open_dialog(self._window, "action_versions", "versionsWindow")
        QTest.qWait(300)
        self._shoot("versions", versions)
        find(versions, VersionTableView, "versionTable").select_tag(OLD)
        self._click(versions, "versionRemove")
        self._shoot("versions-in-use", versions)
        self._server.limited_until = int(time.time()) + 1500
        self._click(versions, "versionsRefresh")
        wait_until(lambda: len(find(versions, MessageBar, "messageBar").messages) > 1, 20)
        bar = find(versions, MessageBar, "messageBar")
        bar.close_message(bar.messages[0].key)
        find(versions, VersionTableView, "versionTable").select_tag("v9.4.0")
        self._shoot("versions-rate-limited", versions)
        self._server.limited_until = None
        self._click(versions, "versionsCleanUp")
        cleaning = find(versions, QDialog, "cleanUpDialog")
        self._shoot("versions-clean-up", cleaning)
        cleaning.reject()
        versions.resize(versions.minimumSize())
        self._shoot("versions-narrow", versions)
        versions.close()

    def _take_update(self) -> None:
        install_simulated(self._services.paths.versions, NEWEST, "crash-after=1500")
        QTest.qWait(300)
        find(self._window, InstanceTableView, "instanceTable").select_ids([1, 2, 4])
        dialog = open_dialog(self._window, "action_update", "updateDialog")
        self._shoot("update-choose", dialog)
        self._click(dialog, "updateNext")
        self._shoot("update-kept", dialog)
        self._click(dialog, "updateNext")
        find(dialog, QCheckBox, "updateConsent").setChecked(True)
        self._shoot("update-afterwards", dialog)
        self._click(dialog, "updateNext")
        wait_until(lambda: any(record.step == "watching" for record in self._services.updater.records), 30)
        self._shoot("update-progress", dialog)
        self._shoot("update-status", self._window)
        wait_until(lambda: bool(self._services.updater.reports()), 60)
        QTest.qWait(200)
        self._shoot("update-report", dialog)
        dialog.close()
        self._close_messages()

    def _take_snapshots(self) -> None:
        operation = self._services.snapshots.create(1)
        wait_until(lambda: operation.is_finished, 20)
        find(self._window, InstanceTableView, "instanceTable").select_ids([1])
        dialog = open_dialog(self._window, "action_snapshots", "snapshotsDialog")
        self._shoot("snapshots", dialog)
        self._click(dialog, "snapshotRestore")
        QTest.qWait(50)
        question = find(dialog, QDialog, "confirmDialog")
        self._shoot("snapshots-restore", question)
        question.reject()
        dialog.close()

    def _take_settings(self) -> None:
        dialog = open_dialog(self._window, "action_settings", "settingsDialog")
        sections = find(dialog, QListWidget, "settingsSections")
        for number, name in enumerate(("settings", "settings-versions", "settings-downloads")):
            sections.setCurrentRow(number)
            QTest.qWait(30)
            self._shoot(name, dialog)
        dialog.reject()

    def _publish(self) -> None:
        """Publish 60 releases, of which the newest has no file yet."""
        now = datetime.now(UTC)
        tags = ["v9.4.0", NEWEST, "v9.3.0-rc.1", "v9.2.1", "v9.2.0", "v9.1.0", "v9.0.2", "v9.0.1", "v9.0.0", OLD]
        tags += [f"v8.{minor}.{patch}" for minor in range(10, -1, -1) for patch in (3, 2, 1, 0)] + [OLDEST, "v7.11.3", "v7.11.2", "v7.11.1"]
        tags += ["v7.11.0", "v7.10.2"]
        for number, tag in enumerate(tags):
            moment = f"{now - timedelta(days=6 * number, hours=1):%Y-%m-%dT%H:%M:%SZ}"
            notes = NOTES.format(tag=tag, before=tags[min(number + 1, len(tags) - 1)])
            data = None if number == 0 else self._data
            self._server.add(tag, data, published_at=moment, is_prerelease="rc" in tag, notes=notes)

    def _hold(self, tag: str) -> threading.Event:
        """Let the download of a version come slowly and stop halfway."""
        gate = threading.Event()
        self._gates.append(gate)
        for path, served in self._server.files.items():
            if f"/{tag}/" in path and path.endswith(".zip"):
                served.gate, served.bytes_per_s = gate, SLOW_BPS
        return gate

    def _share(self, tag: str) -> float:
        operation = self._services.versions.installing().get(tag)
        progress = operation.progress if operation else None
        return progress.done / progress.total if progress and progress.total else 0.0

    def _remove(self, tag: str) -> None:
        operation = self._services.versions.remove(tag)
        wait_until(lambda: operation.is_finished, 20)

    def _state(self, instance_id: int) -> InstanceState:
        return self._services.instances.status(instance_id).status

    def _close_messages(self) -> None:
        bar = find(self._window, MessageBar, "messageBar")
        for message in bar.messages:
            bar.close_message(message.key)
        QTest.qWait(50)

    def _click(self, parent: QWidget, name: str) -> None:
        find(parent, QPushButton, name).click()
        QTest.qWait(50)

    def _shoot(self, name: str, widget: QWidget) -> None:
        self._camera.shoot(name, widget)
