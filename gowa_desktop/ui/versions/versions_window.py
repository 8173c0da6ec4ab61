"""The window of GOWA versions: what is installed and what there is, installing, importing and removing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from gowa_desktop.ui.look.format import format_bytes, format_when
from gowa_desktop.ui.look.labels import ElidedLabel, toned_label
from gowa_desktop.ui.parts.dialog_frame import named_button
from gowa_desktop.ui.parts.drop_overlay import DropTarget
from gowa_desktop.ui.parts.house_dialog import HouseDialog
from gowa_desktop.ui.parts.message_bar import MessageBar
from gowa_desktop.ui.parts.segment_bar import SegmentBar
from gowa_desktop.ui.versions.version_details import VersionDetails
from gowa_desktop.ui.versions.version_removal import VersionRemoval
from gowa_desktop.ui.versions.version_rows import VersionState, version_rows
from gowa_desktop.ui.versions.version_runner import failure
from gowa_desktop.ui.versions.version_table import VersionTableView

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QShowEvent

    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.ui.versions.version_import import VersionImport
    from gowa_desktop.ui.versions.version_rows import VersionRow
    from gowa_desktop.ui.versions.version_runner import VersionRunner
    from gowa_desktop.ui.window_state import WindowState

USUAL_SIZE = (1180, 680)
STALE_S = 3600
"""A list that is older is fetched anew when the window opens."""
_REFRESH = "refresh"


class _Shown(StrEnum):
    """Which versions the table shows."""

    ALL = "all_versions"
    INSTALLED = "installed_versions"


class VersionsWindow(HouseDialog):
    """Shows and manages versions. Main thread; closing hides it, what is under way goes on."""

    update_requested = Signal(str)
    """Instances are to be moved to the version with this tag."""

    keeps_size = False

    def __init__(self, versions: VersionManager, runner: VersionRunner, importer: VersionImport, state: WindowState, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._versions = versions
        self._runner = runner
        self._importer = importer
        self._state = state
        self._rows: list[VersionRow] = []
        self.setObjectName("versionsWindow")
        self.setWindowTitle(self.tr("GOWA versions"))
        self.resize(*USUAL_SIZE)
        self._make_controls()
        self.messages = MessageBar(self)
        self._table = VersionTableView(self)
        self._nothing = toned_label("", "muted", self, "versionsNothing")
        self._details = VersionDetails(self)
        self._disk = ElidedLabel(parent=self)
        self._checked = ElidedLabel(parent=self)
        self._make_actions()
        self._lay_out()
        self._drops = DropTarget(self)
        self._removal = VersionRemoval(versions, runner, self)
        self._connect_signals()
        self.restoreGeometry(state.versions_geometry)

    def select_tag(self, tag: str) -> None:
        """Select a version, also when the filter hid it."""
        self._segments.choose(_Shown.ALL)
        self._table.select_tag(tag)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring everything up to date; look for releases when that was long ago."""
        super().showEvent(event)
        self.show_versions()
        self._table.setFocus()
        checked = self._versions.checked_at
        if checked is None or (datetime.now().astimezone() - checked).total_seconds() > STALE_S:
            self._runner.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the geometry."""
        self._keep_geometry()
        super().closeEvent(event)

    def reject(self) -> None:
        """Close on Esc."""
        self._keep_geometry()
        super().reject()

    def _make_controls(self) -> None:
        self._refresh = named_button(self.tr("&Refresh"), "versionsRefresh", self)
        self._import = named_button(self.tr("Import a &file…"), "versionsImport", self)
        self._clean_up = named_button(self.tr("&Clean up…"), "versionsCleanUp", self)
        self._segments = SegmentBar("versionSegment", list(_Shown), self)
        self._segments.setAccessibleName(self.tr("Which versions are shown"))
        self._prereleases = QCheckBox(self.tr("Show &pre-releases"), self)
        self._prereleases.setObjectName("versionsPrereleases")

    def _make_actions(self) -> None:
        """Make the context menu of the table; details have the same as buttons."""
        texts = {
            "install": self.tr("Install"), "cancel": self.tr("Cancel the installation"), "update": self.tr("Use for instances…"),
            "remove": self.tr("Remove…"),
        }  # fmt: skip
        slots = {
            "install": self._on_install_requested, "cancel": self._on_cancel_requested, "update": self._on_update_requested,
            "remove": self._on_remove_requested,
        }  # fmt: skip
        self._menu: dict[str, QAction] = {}
        for name, text in texts.items():
            action = QAction(text, self)
            action.setObjectName(f"action_version_{name}")
            action.triggered.connect(slots[name])
            self._menu[name] = action
        self._table.addActions(list(self._menu.values()))
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        refresh = QAction(self)
        refresh.setShortcuts([QKeySequence(QKeySequence.StandardKey.Refresh), QKeySequence("Ctrl+R")])
        refresh.triggered.connect(self._runner.refresh)
        choose = QAction(self)
        choose.setShortcut(QKeySequence("Ctrl+I"))
        choose.triggered.connect(self._importer.choose_file)
        self.addActions([refresh, choose])

    def _lay_out(self) -> None:
        bar = QFrame(self)
        bar.setObjectName("versionsBar")
        bar.setProperty("kind", "bar")
        across = QHBoxLayout(bar)
        across.setContentsMargins(12, 10, 12, 10)
        across.setSpacing(8)
        for button in (self._refresh, self._import, self._clean_up):
            across.addWidget(button)
        across.addSpacing(8)
        across.addWidget(self._segments)
        across.addStretch(1)
        across.addWidget(self._prereleases)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._nothing.setMargin(24)
        left = QWidget(self)
        stack = QVBoxLayout(left)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.addWidget(self._table)
        stack.addWidget(self._nothing)
        splitter = QSplitter(self)
        splitter.setObjectName("versionsSplitter")
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self._details)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([USUAL_SIZE[0] * 66 // 100, USUAL_SIZE[0] * 34 // 100])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        # Counts come into the bar once it is seen, and words are longer in some languages.
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        for widget in (bar, self.messages):
            layout.addWidget(widget)
        layout.addWidget(splitter, 1)
        layout.addWidget(self._make_foot())

    def _make_foot(self) -> QWidget:
        foot = QFrame(self)
        foot.setObjectName("versionsFoot")
        foot.setProperty("kind", "foot")
        self._disk.setObjectName("versionsDisk")
        self._checked.setObjectName("versionsChecked")
        self._checked.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        across = QHBoxLayout(foot)
        across.setContentsMargins(16, 6, 16, 6)
        across.addWidget(self._disk, 1)
        across.addWidget(self._checked, 1)
        return foot

    def _connect_signals(self) -> None:
        self._refresh.clicked.connect(self._runner.refresh)
        self._import.clicked.connect(self._importer.choose_file)
        self._drops.file_dropped.connect(self._importer.import_file)
        self._clean_up.clicked.connect(self._removal.ask_to_clean_up)
        self._removal.refused.connect(self.messages.show_message)
        self._prereleases.toggled.connect(self.show_versions)
        self._segments.segment_changed.connect(self.show_versions)
        self._runner.changed.connect(self.show_versions)
        self._runner.progressed.connect(self._show_progress)
        self._table.selected_changed.connect(self._show_selected)
        self._table.open_requested.connect(self._on_open_requested)
        self._table.remove_requested.connect(self._on_remove_requested)
        self._details.install_requested.connect(self._on_install_requested)
        self._details.cancel_requested.connect(self._on_cancel_requested)
        self._details.remove_requested.connect(self._on_remove_requested)
        self._details.update_requested.connect(self._on_update_requested)

    @Slot()
    def show_versions(self) -> None:
        """Show what there is now; nothing happens while the window is closed."""
        if not self.isVisible():
            return
        self._rows = rows = version_rows(self._versions, include_prereleases=self._prereleases.isChecked())
        installed = [row for row in rows if row.state is VersionState.INSTALLED]
        self._segments.show_texts(
            {
                _Shown.ALL: self.tr("All {count}").format(count=len(rows)),
                _Shown.INSTALLED: self.tr("Installed {count}").format(count=len(installed)),
            }
        )
        shown = installed if self._segments.chosen == _Shown.INSTALLED else rows
        self._table.show_rows(shown)
        if shown and self._table.isHidden():
            self._table.show()
            self._table.setFocus()
        self._table.setVisible(bool(shown))
        self._nothing.setVisible(not shown)
        self._nothing.setText(self._reason_for_nothing(has_rows=bool(rows)))
        self._show_foot(len(installed))
        self._clean_up.setEnabled(bool(installed))
        self._show_problem()

    def _reason_for_nothing(self, *, has_rows: bool) -> str:
        if has_rows:
            return self.tr("No version is installed. Choose one under All and install it.")
        if self._runner.is_refreshing:
            return self.tr("Looking for releases…")
        return self.tr("No releases are known yet. Refresh the list, or import a release file (.zip) that you have downloaded.")

    def _show_foot(self, count: int) -> None:
        texts = {0: self.tr("Nothing is installed"), 1: self.tr("One version takes {size} on the disk")}
        text = texts.get(count, self.tr("{count} versions take {size} on the disk"))
        self._disk.setText(text.format(count=count, size=format_bytes(self._versions.disk_bytes())))
        checked = self._versions.checked_at
        if self._runner.is_refreshing:
            self._checked.setText(self.tr("Looking for releases…"))
        elif checked is None:
            self._checked.setText(self.tr("Releases were never looked for"))
        else:
            when = format_when(checked, datetime.now().astimezone())
            self._checked.setText(self.tr("Releases looked for {when}").format(when=when))

    def _show_problem(self) -> None:
        problem = self._runner.problem
        if problem is None or self._runner.is_refreshing:
            self.messages.close_message(_REFRESH)
            return
        title = self.tr("The list of releases could not be fetched")
        message = failure(_REFRESH, title, problem, self.tr("Try again"), self._runner.refresh)
        if message.text not in [shown.text for shown in self.messages.messages]:
            self.messages.show_message(message)

    @Slot()
    def _show_progress(self) -> None:
        under_way = self._versions.installing()
        self._table.show_rows(
            [replace(row, progress=under_way[row.tag].progress) if row.tag in under_way else row for row in self._table.rows]
        )

    @Slot()
    def _show_selected(self) -> None:
        row = self._table.selected
        under_way = self._versions.installing().get(row.tag) if row else None
        can_cancel = under_way is not None and under_way.can_cancel
        can_update = row is not None and row.state is VersionState.INSTALLED and self._has_others(row)
        self._details.show_row(row, can_update=can_update, can_cancel=can_cancel)
        self._menu["install"].setVisible(row is not None and row.state is VersionState.AVAILABLE)
        self._menu["cancel"].setVisible(can_cancel)
        self._menu["update"].setVisible(can_update)
        self._menu["remove"].setVisible(row is not None and row.state is VersionState.INSTALLED)

    def _has_others(self, row: VersionRow) -> bool:
        """Tell whether an instance uses another version than this."""
        return any(other.used_by for other in self._rows if other.tag != row.tag)

    @Slot()
    def _on_open_requested(self) -> None:
        row = self._table.selected
        if row is not None and row.state is VersionState.AVAILABLE:
            self._runner.install(row.tag)

    @Slot()
    def _on_install_requested(self) -> None:
        if (row := self._table.selected) is not None:
            self._runner.install(row.tag)

    @Slot()
    def _on_cancel_requested(self) -> None:
        if (row := self._table.selected) is not None:
            self._runner.cancel(row.tag)

    @Slot()
    def _on_update_requested(self) -> None:
        if (row := self._table.selected) is not None:
            self.update_requested.emit(row.tag)

    @Slot()
    def _on_remove_requested(self) -> None:
        row = self._table.selected
        if row is not None and row.state is VersionState.INSTALLED:
            self._removal.ask(row)

    def _keep_geometry(self) -> None:
        self._state.versions_geometry = self.saveGeometry()
