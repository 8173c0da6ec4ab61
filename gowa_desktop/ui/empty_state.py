"""What stands in place of an empty table: three steps to the first instance, and what to do when a search finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.ui.fonts import scaled_font
from gowa_desktop.ui.labels import set_property, toned_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.installed_version import InstalledVersion

STEPS_WIDTH = 620


class _Step(QFrame):
    """One numbered step with a headline, a sentence and buttons."""

    def __init__(self, number: int, title: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"step{number}")
        self.setProperty("kind", "step")
        self._badge = toned_label(str(number), "accent", self)
        self._badge.setFont(scaled_font(self.font(), 1.4, bold=True))
        self._badge.setFixedWidth(24)
        self._badge.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.text = toned_label(text, "muted", self, f"step{number}Text")
        self.text.setWordWrap(True)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(toned_label(title, "strong", self))
        texts.addWidget(self.text)
        texts.addStretch(1)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(4)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        layout.addLayout(self._buttons)

    def add_button(self, text: str, name: str, kind: str = "") -> QPushButton:
        """Add a button at the right."""
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setProperty("kind", kind)
        button.setMinimumWidth(170)
        self._buttons.addWidget(button)
        return button


class EmptyState(QWidget):
    """Leads to the first instance. Main thread."""

    import_requested = Signal()
    """A GOWA version is to be imported from a file."""
    simulator_requested = Signal()
    """The person wants to try the simulator."""
    create_requested = Signal()
    """A new instance is wanted."""
    pairing_requested = Signal()
    """An explanation of how to pair a phone is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        headline = QLabel(self.tr("Your first WhatsApp API server in three steps"), self)
        headline.setObjectName("emptyTitle")
        headline.setFont(scaled_font(self.font(), 1.6, bold=True))
        headline.setWordWrap(True)
        intro = toned_label(
            self.tr("GOWA Desktop runs GOWA servers on this computer, watches them and keeps them up."), "muted", self
        )
        intro.setWordWrap(True)
        self._get = _Step(1, self.tr("Get GOWA"), "", self)
        self._create = _Step(
            2, self.tr("Create an instance"), self.tr("One instance is one server with a port and a WhatsApp session of its own."), self
        )
        self._pair = _Step(
            3, self.tr("Pair your phone"),
            self.tr("Open the running instance in your browser and scan the code with WhatsApp on your phone."), self,
        )  # fmt: skip
        self._import_button = self._get.add_button(self.tr("Import a file…"), "emptyImport")
        simulator_button = self._get.add_button(self.tr("Try the simulator"), "emptySimulator", "link")
        self._create_button = self._create.add_button(self.tr("New instance…"), "emptyCreate")
        pair_button = self._pair.add_button(self.tr("How to pair"), "emptyPair")
        self._import_button.clicked.connect(self.import_requested)
        simulator_button.clicked.connect(self.simulator_requested)
        self._create_button.clicked.connect(self.create_requested)
        pair_button.clicked.connect(self.pairing_requested)
        self._lay_out([headline, intro, self._get, self._create, self._pair])

    def show_versions(self, versions: Sequence[InstalledVersion]) -> None:
        """Say whether step one is done, and let the next step lead."""
        real = [version for version in versions if not version.is_simulator]
        if real:
            text = self.tr("GOWA {version} is installed.").format(version=real[0].tag)
        else:
            text = self.tr("Import a release file (.zip) that you have downloaded, or drop it on this window.")
        self._get.text.setText(text)
        set_property(self._import_button, "kind", "" if real else "primary")
        set_property(self._create_button, "kind", "primary" if real else "")

    def _lay_out(self, widgets: Sequence[QWidget]) -> None:
        column = QWidget(self)
        column.setMaximumWidth(STEPS_WIDTH)
        stack = QVBoxLayout(column)
        stack.setContentsMargins(24, 24, 24, 24)
        stack.setSpacing(12)
        for widget in widgets:
            stack.addWidget(widget)
        stack.insertSpacing(2, 8)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(column, 100, Qt.AlignmentFlag.AlignVCenter)
        across.addStretch(1)


class NothingFound(QWidget):
    """Says that search or filter show nothing, and offers to clear them."""

    clear_requested = Signal()
    """Search and filter are to be cleared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nothingFound")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text = QLabel(self)
        self._text.setObjectName("nothingFoundText")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton(self)
        self._button.setObjectName("nothingFoundClear")
        self._button.clicked.connect(self.clear_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addStretch(1)
        layout.addWidget(self._text)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)

    def show_reason(self, search: str, *, is_filtered: bool) -> None:
        """Say what hides everything."""
        if search:
            self._text.setText(self.tr("No instance matches “{search}”.").format(search=search))
            self._button.setText(self.tr("Show all instances") if is_filtered else self.tr("Clear the search"))
        else:
            self._text.setText(self.tr("No instance belongs here right now."))
            self._button.setText(self.tr("Show all instances"))
