"""Pictures of the offer to use gowa-manager's folder: the card in the window without instances, and the dialog behind it."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFrame, QPushButton  # noqa: TID251 - this drives the user interface

from gowa_desktop.bootstrap import build
from gowa_desktop.launch import window_parts
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.window_state import WindowState
from tests.screenshots.camera import find, wait_until

if TYPE_CHECKING:
    from tests.screenshots.camera import Camera

SIZE = (1200, 760)
INSTANCES = 3


def take_manager(camera: Camera) -> None:
    """Take the pictures, with a folder that looks like gowa-manager's where it says its own is."""
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-pictures-", ignore_cleanup_errors=True) as folder:
        theirs = Path(folder) / "gowa-manager" / "data"
        for number in range(INSTANCES):
            (theirs / "instances" / str(number + 1)).mkdir(parents=True)
        (theirs / "gowa.db").touch()
        before = os.environ.get("DATA_DIR")
        os.environ["DATA_DIR"] = str(theirs)
        services = build(Path(folder) / "own")
        services.begin()
        parts = replace(window_parts(services), data_dir=services.paths.root)
        window = MainWindow(parts, WindowState(services.paths.window_state))
        try:
            window.resize(*SIZE)
            window.show()
            wait_until(lambda: bool(window.findChildren(QFrame, "managerCard")), 20)
            QTest.qWait(100)
            camera.shoot("manager-offer", window)
            find(window, QPushButton, "managerCardUse").click()
            QTest.qWait(100)
            dialog = find(window, QDialog, "managerDialog")
            camera.shoot("manager-dialog", dialog)
            dialog.reject()
        finally:
            if before is None:
                del os.environ["DATA_DIR"]
            else:
                os.environ["DATA_DIR"] = before
            window.deleteLater()
            QTest.qWait(50)
            services.close()
