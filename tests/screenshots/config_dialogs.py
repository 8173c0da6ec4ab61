"""Pictures of what changes settings of several instances: one setting, copies, templates, files, and what lets strangers in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction  # noqa: TID251 - this drives the user interface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog, QLineEdit, QWidget  # noqa: TID251

from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.parts.message_bar import MessageBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.ui.main_window import MainWindow

EXPOSED: JsonObject = {
    "host": "0.0.0.0",
    "webhooks": ["https://crm.example.com/hooks/wa"],
    "webhookSecret": "secret",
    "corsAllowedOrigins": ["*"],
}
FILE = """APP_OS='Toko Jakarta'
APP_BASIC_AUTH=kasir:sesame-sesame
WHATSAPP_AUTO_REPLY="We are back at nine.\\nThank you"
WHATSAPP_WEBHOOK=https://crm.example.com/hooks/wa,https://automation.example.com/in
WHATSAPP_AUTO_MARK_READ=true
APP_PORT=3000
"""


class ConfigDialogPictures:
    """Opens each dialog on a fleet of which some run. `shoot` takes a picture of a widget, or of the window."""

    def __init__(self, window: MainWindow, services: Services, ids: Sequence[int], shoot: Callable[[str, QWidget | None], None]) -> None:
        self._window = window
        self._services = services
        self._ids = list(ids)
        self._shoot = shoot

    def take(self, folder: Path) -> None:
        """Take every picture; the settings of the instances are others afterwards."""
        self._take_exposure()
        self._take_bulk()
        self._take_copy()
        self._take_templates()
        self._take_files(folder)

    def _take_exposure(self) -> None:
        first = self._ids[0]
        config = self._services.instances.config(first)
        flags = config.get("flags")
        self._services.instances.save_config(first, {**config, "flags": {**(flags if isinstance(flags, dict) else {}), **EXPOSED}})
        operation = self._services.instances.restart(first)
        while not operation.is_finished:
            QTest.qWait(50)
        self._select([first])
        self._shoot("exposure", None)
        self._window.findChildren(QAbstractButton, "fix_network_listen-locally")[-1].click()
        QTest.qWait(100)
        self._shoot("exposure-closed", None)
        self._close_messages()

    def _take_bulk(self) -> None:
        self._select(self._ids)
        dialog = self._open("bulkEdit", "bulkEditDialog")
        self._shoot("bulk-edit", dialog)
        choice = dialog.findChildren(QComboBox, "bulkOption")[0]
        choice.setCurrentIndex(choice.findData("presencePulseInterval"))
        dialog.findChildren(QLineEdit, "option_presencePulseInterval")[0].setText("60")
        QTest.qWait(300)
        self._shoot("bulk-edit-problem", dialog)
        choice.setCurrentIndex(choice.findData("webhooks"))
        QTest.qWait(300)
        self._shoot("bulk-edit-webhooks", dialog)
        choice.setCurrentIndex(choice.findData("debug"))
        next(iter(dialog.findChildren(QAbstractButton, "option_debug"))).click()
        QTest.qWait(300)
        self._shoot("bulk-edit-changes", dialog)
        dialog.findChildren(QAbstractButton, "bulkEditAccept")[0].click()
        QTest.qWait(200)
        self._shoot("bulk-edit-done", None)
        self._close_messages()

    def _take_copy(self) -> None:
        self._select(self._ids[1:3])
        dialog = self._open("copyConfig", "copyDialog")
        self._shoot("copy", dialog)
        dialog.findChildren(QAbstractButton, "copySome")[0].click()
        QTest.qWait(100)
        self._shoot("copy-chosen", dialog)
        dialog.reject()

    def _take_templates(self) -> None:
        self._select(self._ids[:1])
        shelf = self._services.configs.templates
        dialog = self._open("templates", "templatesDialog")
        self._shoot("templates-none", dialog)
        dialog.findChildren(QAbstractButton, "templateSaveFrom")[0].click()
        QTest.qWait(100)
        saving = dialog.findChildren(QDialog, "saveTemplateDialog")[-1]
        saving.findChildren(QLineEdit, "templateName")[0].setText("Shop with CRM")
        self._shoot("template-save", saving)
        saving.accept()
        shelf.save("Loud", self._ids[0], with_secrets=True)
        QTest.qWait(100)
        self._shoot("templates", dialog)
        dialog.reject()
        QTest.qWait(50)
        self._select(self._ids)
        self._window.contents._config_desk._on_apply_requested(shelf.find("Shop with CRM").id)
        QTest.qWait(200)
        applying = self._window.findChildren(QDialog, "applyTemplateDialog")[-1]
        self._shoot("template-apply", applying)
        applying.reject()

    def _take_files(self, folder: Path) -> None:
        self._select(self._ids[:1])
        dialog = self._open("exportConfig", "exportSettingsDialog")
        self._shoot("export", dialog)
        dialog.reject()
        path = folder / "shop.env"
        path.write_text(FILE)
        self._window.contents._config_desk.import_file(self._ids[1], path)
        while not self._window.findChildren(QDialog, "importSettingsDialog"):
            QTest.qWait(20)
        QTest.qWait(100)
        importing = self._window.findChildren(QDialog, "importSettingsDialog")[-1]
        self._shoot("import", importing)
        importing.reject()
        path.unlink()

    def _open(self, action: str, dialog: str) -> QDialog:
        self._window.findChildren(QAction, f"action_{action}")[0].trigger()
        QTest.qWait(200)
        return self._window.findChildren(QDialog, dialog)[-1]

    def _select(self, ids: Sequence[int]) -> None:
        self._window.findChildren(InstanceTableView, "instanceTable")[0].select_ids(ids)
        QTest.qWait(100)

    def _close_messages(self) -> None:
        bar = self._window.findChildren(MessageBar, "messageBar")[0]
        for message in bar.messages:
            bar.close_message(message.key)
        QTest.qWait(50)
