"""About: which version this is, what it runs on, and on what terms its parts are shipped."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QSize, Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from gowa_desktop import __version__
from gowa_desktop.ui.look.fonts import fixed_font, scaled_font
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.parts.clipboard import CopyButton
from gowa_desktop.ui.parts.house_dialog import HouseDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.infra.licences import Component

USUAL_SIZE = (940, 600)
LIST_WIDTH = 260
SIGN_SIZE = 56


class AboutDialog(HouseDialog):
    """Shows version and licences. Main thread; deletes itself when closed; Esc closes."""

    def __init__(self, components: Sequence[Component], parent: QWidget) -> None:
        super().__init__(parent)
        self._components = list(components)
        self.setObjectName("aboutDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About GOWA Desktop"))
        self.resize(*USUAL_SIZE)
        self._list = QListWidget(self)
        self._list.setObjectName("aboutComponents")
        self._list.setAccessibleName(self.tr("Components and their licences"))
        self._list.setProperty("kind", "rows")
        self._list.setFixedWidth(LIST_WIDTH)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text = QPlainTextEdit(self)
        self._text.setObjectName("aboutLicence")
        self._text.setAccessibleName(self.tr("Licence"))
        self._text.setProperty("kind", "code")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFont(fixed_font(self.font()))
        self._lay_out()
        for one in self._components:
            self._list.addItem(f"{one.name} {one.version}".strip() + (f"\n{one.licence}" if one.licence else ""))
        self._list.currentRowChanged.connect(self._on_list_current_row_changed)
        self._list.setCurrentRow(0)

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(self)
        buttons.setObjectName("dialogButtons")
        copy = CopyButton("aboutCopy", self.tr("Copy version and system"), version_text, self)
        copy.set_label(self.tr("Copy version and system"))
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("closeButton")
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self._list)
        middle.addWidget(self._text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(self._make_head())
        layout.addWidget(toned_label(self.tr("Made of, and on these terms"), "strong", self))
        layout.addLayout(middle, 1)
        layout.addWidget(buttons)

    def _make_head(self) -> QHBoxLayout:
        sign = QLabel(self)
        sign.setPixmap(QGuiApplication.windowIcon().pixmap(QSize(SIGN_SIZE, SIGN_SIZE), self.devicePixelRatio()))
        title = toned_label(self.tr("GOWA Desktop {version}").format(version=__version__), "", self, "dialogTitle")
        title.setFont(scaled_font(self.font(), 1.4, bold=True))
        what = toned_label(self.tr("Runs, watches and keeps alive the GOWA WhatsApp API servers on this computer. MIT licence."), "muted", self)
        what.setWordWrap(True)
        system = toned_label(system_line(), "muted", self, "aboutSystem")
        system.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        system.setAccessibleName(self.tr("What it runs on"))
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (title, what, system):
            words.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        return head

    @Slot(int)
    def _on_list_current_row_changed(self, row: int) -> None:
        if 0 <= row < len(self._components):
            one = self._components[row]
            head = "\n".join(line for line in (f"{one.name} {one.version}", one.licence, one.homepage) if line.strip())
            text = one.text or self.tr("The text of the licence does not lie beside this copy of the program.")
            self._text.setPlainText(f"{head}\n\n{text}")


def system_line() -> str:
    """Say what the program runs on."""
    return f"Python {platform.python_version()} · Qt {qVersion()} · PySide {PySide6.__version__} · {platform.platform(terse=True)}"


def version_text() -> str:
    """Give version and system, for a report."""
    return f"GOWA Desktop {__version__}\n{system_line()}"
