"""How to reach an instance: passwords are hidden on the screen and real in the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from gowa_desktop.domain.connection import ConnectionDetails
from gowa_desktop.ui.instances.connect_section import ConnectSection
from tests.ui.conftest import find

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.ui.look.theme import Theme

LEFT = Qt.MouseButton.LeftButton
DETAILS = ConnectionDetails("http://127.0.0.1:8001", (("admin", "s3cret"),), ("https://crm.example.com/hook",), "/devices")


@pytest.fixture
def section(qtbot: QtBot, theme: Theme) -> ConnectSection:
    """The section with a password and a webhook."""
    made = ConnectSection(None)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show_details(DETAILS)
    made.show()
    return made


def shown(section: ConnectSection) -> str:
    return "\n".join(label.text() for label in section.findChildren(QLabel))


def test_section_hides_the_password_until_it_is_revealed(qtbot: QtBot, section: ConnectSection) -> None:
    assert "s3cret" not in shown(section)
    reveal = find(section, QPushButton, "signIn0Reveal")

    QTest.mouseClick(reveal, LEFT)
    assert "admin · s3cret" in shown(section)
    QTest.mouseClick(reveal, LEFT)

    assert "s3cret" not in shown(section)


def test_section_copies_the_real_values(qtbot: QtBot, section: ConnectSection) -> None:
    copied = {}
    for name in ("baseUrlCopy", "signIn0Copy", "webhook0Copy", "curlCopy"):
        button = find(section, QPushButton, name)
        QTest.mouseClick(button, LEFT)
        copied[name] = QGuiApplication.clipboard().text()
        assert button.text() == "Copied"

    assert copied == {
        "baseUrlCopy": "http://127.0.0.1:8001",
        "signIn0Copy": "s3cret",
        "webhook0Copy": "https://crm.example.com/hook",
        "curlCopy": "curl -u admin:s3cret http://127.0.0.1:8001/devices",
    }


def test_section_without_password_says_so(section: ConnectSection) -> None:
    section.show_details(ConnectionDetails("http://127.0.0.1:8001", (), (), "/devices"))

    assert "No password" in shown(section)


def test_section_hides_what_was_revealed_when_another_instance_is_shown(qtbot: QtBot, section: ConnectSection) -> None:
    QTest.mouseClick(find(section, QPushButton, "signIn0Reveal"), LEFT)

    section.show_details(ConnectionDetails("http://127.0.0.1:8002", (("root", "other"),), (), "/devices"))

    assert "other" not in find(section, QLabel, "signIn0Value").text()
