"""What is known of the selected GOWA version: state, progress, facts, release notes, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.format import format_date
from gowa_desktop.ui.look.labels import ElidedLabel, set_property, toned_label
from gowa_desktop.ui.look.marks import StateMark
from gowa_desktop.ui.parts.markdown_view import MarkdownView
from gowa_desktop.ui.parts.progress_line import ProgressLine
from gowa_desktop.ui.versions.version_rows import VersionState, date_words, size_words, state_explanation, state_words, verified_words

if TYPE_CHECKING:
    from gowa_desktop.ui.versions.version_rows import VersionRow

_MARKS = {VersionState.INSTALLED: InstanceState.RUNNING, VersionState.INSTALLING: InstanceState.STARTING}
MOST_USERS = 12
"""How many instances are named; the rest is counted."""


class VersionDetails(QWidget):
    """Shows one version. Main thread; its buttons are wishes."""

    install_requested = Signal()
    """The version is to be installed."""
    cancel_requested = Signal()
    """Its installation is to be given up."""
    remove_requested = Signal()
    """It is to be removed."""
    update_requested = Signal()
    """Instances are to be moved to it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row: VersionRow | None = None
        self.setObjectName("versionDetails")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(300)
        self._mark = StateMark(self)
        self._title = ElidedLabel(parent=self)
        self._title.setObjectName("versionTitle")
        self._title.setFont(scaled_font(self.font(), 1.4, bold=True))
        self._summary = ElidedLabel(parent=self)
        self._summary.setObjectName("versionSummary")
        self._summary.setProperty("tone", "muted")
        self._explanation = toned_label("", "", self, "versionExplanation")
        self._explanation.setWordWrap(True)
        self._progress = ProgressLine("versionProgress", self)
        self._facts = [self._make_fact(name) for name in ("Installed", "Source", "Verified", "UsedBy")]
        self._notes_title = toned_label(self.tr("Release notes"), "strong", self)
        self._notes = MarkdownView(self)
        self._make_buttons()
        self._make_notes()
        self._lay_out()
        self._progress.cancel_requested.connect(self.cancel_requested)

    @property
    def notes(self) -> str:
        """The release notes that are shown."""
        return self._notes.toPlainText()

    def show_row(self, row: VersionRow | None, *, can_update: bool, can_cancel: bool) -> None:
        """Show a version; `can_update` is true when instances could be moved to it."""
        is_other = self._row is None or row is None or row.tag != self._row.tag or row.notes != self._row.notes
        self._row = row
        self.setVisible(row is not None)
        if row is None:
            return
        self._mark.show_state(_MARKS.get(row.state, InstanceState.STOPPED))
        self._title.setText(row.tag)
        self._summary.setText(self._summary_of(row))
        explanation = state_explanation(row)
        self._explanation.setText(explanation)
        self._explanation.setVisible(bool(explanation))
        self._progress.setVisible(row.state is VersionState.INSTALLING)
        self._progress.show_progress(row.progress, self.tr("Waiting"))
        self._progress.set_cancellable(is_on=can_cancel)
        self._install.setVisible(row.state is VersionState.AVAILABLE)
        self._update.setVisible(row.state is VersionState.INSTALLED and can_update)
        self._remove.setVisible(row.state is VersionState.INSTALLED)
        self._show_facts(row)
        if is_other:
            self._notes.show_markdown(self._notes_of(row))

    def _summary_of(self, row: VersionRow) -> str:
        parts = [self.tr("Installing") if row.state is VersionState.INSTALLING else state_words(row)]
        if row.size_bytes is not None:
            size = size_words(row)
            is_there = row.state is VersionState.INSTALLED
            parts.append(size if is_there else self.tr("{size} to download").format(size=size))
        if row.released_at is not None:
            parts.append(self.tr("released {date}").format(date=date_words(row)))
        return " · ".join(parts)

    def _notes_of(self, row: VersionRow) -> str:
        if row.notes is None:
            return self.tr("Release notes come with the list of releases. Refresh it to read them.")
        return row.notes.strip() or self.tr("This release has no notes.")

    def _show_facts(self, row: VersionRow) -> None:
        users = list(row.used_by[:MOST_USERS])
        if len(row.used_by) > MOST_USERS:
            users.append(self.tr("{count} more").format(count=len(row.used_by) - MOST_USERS))
        texts = (
            format_date(row.installed_at) if row.installed_at else "", row.source,
            verified_words(row) if row.is_verified is not None else "", ", ".join(users),
        )  # fmt: skip
        for (title, value), text in zip(self._facts, texts, strict=True):
            value.setText(text)
            for label in (title, value):
                label.setVisible(bool(text) and row.state is VersionState.INSTALLED)
        set_property(self._facts[2][1], "tone", "notice" if row.is_verified is False else "")
        self._facts[2][1].setToolTip(
            self.tr("Checked against the checksums of its release.") if row.is_verified
            else self.tr("There was no checksum to check it against.")
        )  # fmt: skip

    def _make_fact(self, name: str) -> tuple[QLabel, QLabel]:
        titles = {
            "Installed": self.tr("Installed"), "Source": self.tr("Source"), "Verified": self.tr("Checked"), "UsedBy": self.tr("Used by"),
        }  # fmt: skip
        value = toned_label("", "", self, f"version{name}")
        value.setWordWrap(True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return toned_label(titles[name], "muted", self), value

    def _make_buttons(self) -> None:
        self._install = QPushButton(self.tr("&Install"), self)
        self._update = QPushButton(self.tr("&Use for instances…"), self)
        self._remove = QPushButton(self.tr("Re&move…"), self)
        self._install.setProperty("kind", "primary")
        wishes = {
            self._install: ("versionInstall", self.install_requested), self._update: ("versionUpdate", self.update_requested),
            self._remove: ("versionRemove", self.remove_requested),
        }  # fmt: skip
        for button, (name, signal) in wishes.items():
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(signal)

    def _make_notes(self) -> None:
        self._notes.setObjectName("versionNotes")
        self._notes.setAccessibleName(self.tr("Release notes"))
        self._notes.setProperty("kind", "notes")

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self._mark)
        title.addWidget(self._title, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._install, self._update, self._remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        facts = QGridLayout()
        facts.setHorizontalSpacing(12)
        facts.setVerticalSpacing(4)
        facts.setColumnStretch(1, 1)
        for number, pair in enumerate(self._facts):
            for column, label in enumerate(pair):
                facts.addWidget(label, number, column, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addLayout(title)
        words.addWidget(self._summary)
        layout.addLayout(words)
        layout.addWidget(self._progress)
        layout.addLayout(buttons)
        layout.addWidget(self._explanation)
        layout.addLayout(facts)
        layout.addWidget(self._notes_title)
        layout.addWidget(self._notes, 1)
