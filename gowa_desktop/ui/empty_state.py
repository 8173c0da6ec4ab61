"""What stands in place of an empty table: three steps to the first instance, and what to do when a search finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.labels import set_property, toned_label
from gowa_desktop.ui.manager_offer import ManagerCard
from gowa_desktop.ui.parts.key_tip import KeyTip
from gowa_desktop.ui.parts.progress_line import ProgressLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.infra.manager_folders import ManagerFolder

STEPS_WIDTH = 620


class _Step(QFrame):
    """One numbered step with a headline, a sentence, buttons, and progress below them where there is any."""

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
        self._texts = texts

    def add_button(self, text: str, name: str, kind: str = "") -> QPushButton:
        """Add a button at the right."""
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setProperty("kind", kind)
        button.setMinimumWidth(170)
        self._buttons.addWidget(button)
        return button

    def add_below(self, widget: QWidget) -> None:
        """Put something below the sentence."""
        self._texts.insertWidget(self._texts.count() - 1, widget)


class EmptyState(QWidget):
    """Leads to the first instance. Main thread."""

    get_requested = Signal()
    """The newest GOWA is to be installed."""
    cancel_requested = Signal()
    """Its installation is to be given up."""
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
        self._get_button = self._get.add_button(self.tr("Install GOWA"), "emptyGet")
        self._import_button = self._get.add_button(self.tr("Import a file…"), "emptyImport")
        simulator_button = self._get.add_button(self.tr("Try the simulator"), "emptySimulator", "link")
        self._create_button = self._create.add_button(self.tr("New instance…"), "emptyCreate")
        pair_button = self._pair.add_button(self.tr("How to pair"), "emptyPair")
        self._progress = ProgressLine("emptyProgress", self)
        self._problem = toned_label("", "error", self, "emptyProblem")
        self._problem.setWordWrap(True)
        for widget in (self._progress, self._problem):
            widget.hide()
            self._get.add_below(widget)
        self._progress.cancel_requested.connect(self.cancel_requested)
        self._get_button.clicked.connect(self.get_requested)
        self._import_button.clicked.connect(self.import_requested)
        simulator_button.clicked.connect(self.simulator_requested)
        self._create_button.clicked.connect(self.create_requested)
        pair_button.clicked.connect(self.pairing_requested)
        self._lay_out([headline, intro, self._get, self._create, self._pair])

    def name_keys(self, create: QAction) -> None:
        """Let the button of the second step name the keys of the action that does the same."""
        KeyTip(create, self._create_button)

    def show_versions(self, versions: Sequence[InstalledVersion], newest: str) -> None:
        """Say whether step one is done, and let the next step lead; `newest` is the newest release, empty while unknown."""
        real = [version for version in versions if not version.is_simulator]
        if real:
            text = self.tr("GOWA {version} is installed.").format(version=real[0].tag)
        else:
            text = self.tr("Installs the newest release. Without internet, import a release file (.zip) or drop it on this window.")
        self._get.text.setText(text)
        self._get_button.setText(self.tr("Install GOWA {version}").format(version=newest) if newest else self.tr("Install GOWA"))
        self._get_button.setVisible(not real)
        set_property(self._get_button, "kind", "primary")
        set_property(self._create_button, "kind", "primary" if real else "")

    def show_getting(self, progress: Progress | None, *, is_on: bool) -> None:
        """Show how far the newest version is while it is being installed; the keyboard focus stays with this step."""
        begins, ends = is_on and self._get_button.hasFocus(), not is_on and self._progress.has_focus
        self._get_button.setEnabled(not is_on)
        self._progress.setVisible(is_on)
        if begins:
            self._progress.focus_cancel()
        elif ends:
            (self._create_button if self._get_button.isHidden() else self._get_button).setFocus()
        if is_on:
            self._progress.show_progress(progress, self.tr("Looking for the newest release"))

    def show_problem(self, problem: GowaError | None) -> None:
        """Say why the newest version could not be installed, and what works instead."""
        text = ""
        if problem is not None:
            text = f"{problem} " + self.tr("You can also import a file from another computer, or try the simulator.")
            self._get_button.setText(self.tr("Try again"))
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self._get.text.setVisible(not text)

    def show_found(self, folder: ManagerFolder) -> None:
        """Offer a data folder of gowa-manager, above the steps."""
        self._stack.insertWidget(self._stack.indexOf(self._get), ManagerCard(folder, self))

    def _lay_out(self, widgets: Sequence[QWidget]) -> None:
        column = QWidget(self)
        column.setMaximumWidth(STEPS_WIDTH)
        self._stack = stack = QVBoxLayout(column)
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
