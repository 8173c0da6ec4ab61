"""Pictures of the tab “Configure”: in order, with problems, found and not found, with many webhooks, narrow and wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton  # noqa: TID251 - this drives the user interface

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.ui.config.config_form import EXTRAS, PREVIEW, ConfigForm
from gowa_desktop.ui.instances.instance_panel import InstancePanel

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.ui.main_window import MainWindow

NARROW, USUAL, WIDE = (900, 600), (1200, 760), (1900, 1000)
WIDE_PANE = [900, 1000]
"""Sizes of the splitter where somebody has made room for the form."""


class ConfigurePictures:
    """Puts the form into the states worth a look. The instance must run, so that a saved change waits for a restart."""

    def __init__(self, window: MainWindow, services: Services, instance_id: int, shoot: Callable[[str], None]) -> None:
        self._window = window
        self._services = services
        self._id = instance_id
        self._shoot = shoot
        self._parser = ConfigParser()

    def take(self) -> None:
        """Take every picture; the settings are those of before afterwards."""
        before = self._services.instances.config(self._id)
        self._panel().show_settings()
        self._section("access")
        self._shoot("configure")
        self._save_ordinary_day()
        for section in ("access", "whatsapp", "webhooks", "mcp", "chatwoot", EXTRAS, PREVIEW):
            self._section(section)
            self._shoot(f"configure-{section}")
        self._take_search()
        self._take_sizes()
        self._take_problems()
        self._services.instances.save_config(self._id, before)
        self._take_new_instance()
        self._window.findChildren(InstancePanel)[0].show_overview()

    def _take_search(self) -> None:
        for name, text in (("search", "webhook"), ("search-names", "MCP_OAUTH"), ("search-nothing", "carrier pigeon")):
            self._search(text)
            self._shoot(f"configure-{name}")
        self._search("")

    def _take_sizes(self) -> None:
        self._section("webhooks")
        self._resize(*NARROW)
        self._shoot("configure-narrow")
        self._resize(*WIDE)
        sizes = self._window.contents._splitter.sizes()
        self._window.contents._splitter.setSizes(WIDE_PANE)
        self._shoot("configure-wide")
        self._window.contents._splitter.setSizes(sizes)
        self._resize(*USUAL)

    def _take_problems(self) -> None:
        """Edits that are not saved, some of them wrong, while somebody else has changed something too."""
        self._section("webhooks")
        lines = [line for line in self._form().findChildren(QLineEdit) if line.objectName().startswith("option_webhooks")]
        lines[1].setText("crm.example.com/hooks")
        self._section("whatsapp")
        QTest.qWait(50)
        advanced = self._form().findChildren(QPushButton, "advanced_whatsapp")[0]
        advanced.setChecked(True)
        self._line("presencePulseInterval").setText("60")
        self._line("os").setText("Kasir")
        elsewhere = self._parser.with_value(self._services.instances.config(self._id), BY_KEY["autoReply"], "We are back at nine.")
        self._services.instances.save_config(self._id, elsewhere)
        self._form().focus_problem()
        self._shoot("configure-problem-duration")
        self._section("webhooks")
        self._shoot("configure-problems")
        self._panel().drafts.discard(self._id)

    def _take_new_instance(self) -> None:
        self._window.contents._actions.create.trigger()
        QTest.qWait(100)
        dialog = self._window.findChildren(QDialog, "newInstanceDialog")[-1]
        dialog.findChildren(QPushButton, "allSettings")[0].click()
        QTest.qWait(200)
        self._shoot("new-instance-settings")
        dialog.reject()
        QTest.qWait(50)

    def _save_ordinary_day(self) -> None:
        """Two sign-ins, many webhooks of which some are off, a few changes that a running instance does not have yet."""
        config = self._services.instances.config(self._id)
        logins: Json = [{"username": user, "password": self._parser.generate_secret(20)} for user in ("admin", "kasir")]
        config = self._parser.with_value(config, BY_KEY["basicAuth"], logins)
        config = self._parser.with_value(config, BY_KEY["os"], "Toko Jakarta")
        config = self._parser.with_value(config, BY_KEY["webhookEvents"], ["message", "message.ack"])
        rows = [(f"https://crm.example.com/hooks/wa/{number}", number not in {3, 6}) for number in range(1, 13)]
        rows[1] = ("https://hook:sesame@automation.example.com/in", True)
        config = self._parser.with_webhook_rows(config, rows)
        self._services.instances.save_config(self._id, config | {"env": {"TZ": "Asia/Jakarta", "CRM_TOKEN": "sesame"}})
        QTest.qWait(100)

    def _section(self, key: str) -> None:
        self._form().nav.choose(key)
        QTest.qWait(50)

    def _search(self, text: str) -> None:
        self._form().search.setText(text)
        QTest.qWait(50)

    def _resize(self, width: int, height: int) -> None:
        self._window.resize(width, height)
        QTest.qWait(100)

    def _line(self, key: str) -> QLineEdit:
        return self._form().findChildren(QLineEdit, f"option_{key}")[0]

    def _form(self) -> ConfigForm:
        return self._panel().findChildren(ConfigForm, "configForm")[0]

    def _panel(self) -> InstancePanel:
        return self._window.findChildren(InstancePanel)[0]
