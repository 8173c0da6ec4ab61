"""LogView: the log of one instance, or of the program itself, with everything that one does with a log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError, UsageError
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.domain.run_markers import END_BYTES, START_BYTES
from gowa_desktop.infra.log_expression import compile_query
from gowa_desktop.services.logs.log_store import OWN_LOG
from gowa_desktop.ui.logs.log_row_painter import Look
from gowa_desktop.ui.logs.log_rows_view import LogRowsView
from gowa_desktop.ui.logs.log_search_bar import LogSearchBar
from gowa_desktop.ui.logs.saved_searches import SavedSearchMenu
from gowa_desktop.ui.logs.spoken_lines import SpokenLines
from gowa_desktop.ui.look.format import format_bytes
from gowa_desktop.ui.look.icons import icon
from gowa_desktop.ui.look.labels import ElidedLabel
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.menu_button import MenuButton
from gowa_desktop.ui.parts.read_window import ReadWindow

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.logs.log_document import LogDocument
    from gowa_desktop.services.logs.log_store import LogStore
    from gowa_desktop.services.settings import AppSettings


class LogView(ReadWindow):
    """Shows one log at a time. Main thread; follows it only while it is visible."""

    message = Signal(str)
    """Something was done or could not be done, in a sentence."""

    def __init__(self, logs: LogStore, settings: AppSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("logView")
        self._logs = logs
        self._instance_id: int | None = None
        self._document: LogDocument | None = None
        self._bar = LogSearchBar(self)
        self._searches = SavedSearchMenu(settings, self.to_json, self)
        self._rows = LogRowsView(self)
        SpokenLines(self._rows)
        self._facts = ElidedLabel(parent=self)
        self._facts.setObjectName("logFacts")
        self._facts.setProperty("tone", "muted")
        self._make_actions()
        self._lay_out()
        self._connect_signals()

    @property
    def shown_id(self) -> int | None:
        """The instance whose log is shown; OWN_LOG for the program's own, None for none."""
        return self._instance_id

    @property
    def document(self) -> LogDocument | None:
        """The log that is shown."""
        return self._document

    @property
    def rows(self) -> LogRowsView:
        """The rows."""
        return self._rows

    def show_log(self, instance_id: int | None) -> None:
        """Show another log, from its end; what is searched stays."""
        if instance_id == self._instance_id:
            return
        if self._document is not None:
            self._document.close()
            self._document.deleteLater()
            self._document = None
        self._instance_id = instance_id
        if instance_id is not None:
            self._document = self._logs.document(instance_id, self)
            self._document.changed.connect(self._on_document_changed)
            self._document.hits_changed.connect(self._show_count)
        bookmarks = self._logs.bookmarks
        self._rows.set_source(self._document, bookmarks.of(instance_id) if instance_id is not None else None)
        if instance_id is not None:
            bookmarks.load(instance_id)
        self._on_bar_changed()
        if self._document is not None and self.isVisible():
            self._document.begin()
        self._show_facts()

    def go_to(self, position: int) -> None:
        """Show the row at a position."""
        self._rows.go_to(position)

    def show_run_end(self) -> None:
        """Show where the last run that has ended did, or the end where that is not known."""
        if self._document is not None:
            self._document.find_marks(END_BYTES, lambda found: self._rows.go_to(found[-1]) if found else self._rows.set_following(is_on=True))

    def to_json(self) -> JsonObject:
        """Give what is looked for, to be stored."""
        return {**self._bar.to_json(), "only": self._only.isChecked()}

    @Slot(object)
    def restore(self, fields: JsonObject) -> None:
        """Look for what was stored, also in the window of all logs; what makes no sense counts as not there."""
        self._bar.restore(fields)
        # There, only what is found is shown.
        self._only.setChecked(bool(fields.get("pattern")) and ("instance" in fields or fields.get("only") is True))
        self._on_bar_changed()

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the log."""
        super().showEvent(event)
        if self._document is not None:
            self._document.begin()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the log alone."""
        super().hideEvent(event)
        if self._document is not None:
            self._document.pause()

    def _make_actions(self) -> None:
        self._follow = QToolButton(self)
        self._follow.setObjectName("logFollow")
        self._follow.setText(self.tr("Follow"))
        self._follow.setIcon(icon("arrow-circle-down"))
        self._follow.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._follow.setCheckable(True)
        self._follow.setChecked(True)
        self._follow.setAccessibleName(self.tr("Follow the end of the log"))
        self._run_start = self._action("logRunStart", self.tr("Start of this run"), "Ctrl+Shift+R")
        self._wrap = self._action("logWrap", self.tr("Wrap long lines"), "Alt+Z", is_checkable=True)
        self._utc = self._action("logUtc", self.tr("Times in UTC"), "", is_checkable=True)
        self._only = self._action("logOnly", self.tr("Show only what is found"), "", is_checkable=True)
        self._copy = self._action("logCopy", self.tr("Copy lines"), "")
        self._bookmark = self._action("logBookmark", self.tr("Bookmark"), "Ctrl+F2")
        self._next_bookmark = self._action("logNextBookmark", self.tr("Next bookmark"), "F2")
        self._export = self._action("logExport", self.tr("Export…"), "")
        self._export_all = self._action("logExportFull", self.tr("Export with phone numbers…"), "")
        self._find = self._action("logFind", self.tr("Search the log"), "Ctrl+Shift+F")
        self._more = MenuButton("logMore", self.tr("More about this log"), "logMenu", self)
        menu = self._more.menu()
        menu.addActions([self._run_start, self._find, self._only])
        menu.addMenu(self._searches)
        menu.addSeparator()
        menu.addActions([self._wrap, self._utc])
        menu.addSeparator()
        menu.addActions([self._copy, self._bookmark, self._next_bookmark])
        menu.addSeparator()
        menu.addActions([self._export, self._export_all])
        # A right click on the rows opens the same for them.
        self._rows.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._rows.addActions([self._copy, self._bookmark, self._next_bookmark, self._run_start, self._only, self._wrap])

    def _action(self, name: str, text: str, shortcut: str, *, is_checkable: bool = False) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setCheckable(is_checkable)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        lower = QHBoxLayout()
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(8)
        lower.addWidget(self._bar.take_level_box())
        lower.addWidget(self._facts, 1)
        lower.addWidget(self._follow)
        lower.addWidget(self._more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)  # in line with the other tabs
        layout.setSpacing(8)
        layout.addWidget(self._bar)
        layout.addWidget(self._rows, 1)
        layout.addLayout(lower)

    def _connect_signals(self) -> None:
        self._bar.changed.connect(self._on_bar_changed)
        self._bar.next_requested.connect(lambda: self._step(1))
        self._bar.previous_requested.connect(lambda: self._step(-1))
        self._follow.clicked.connect(lambda is_on: self._rows.set_following(is_on=is_on))
        self._rows.follow_changed.connect(self._follow.setChecked)
        self._rows.current_changed.connect(self._show_count)
        self._rows.activated.connect(self._on_rows_activated)
        for action in (self._wrap, self._utc):
            action.toggled.connect(self._on_look_toggled)
        self._only.toggled.connect(self._on_bar_changed)
        self._copy.triggered.connect(self._rows.copy)
        self._bookmark.triggered.connect(self._on_bookmark_triggered)
        self._next_bookmark.triggered.connect(self._rows.next_bookmark)
        self._run_start.triggered.connect(self._on_run_start_triggered)
        self._find.triggered.connect(self._bar.focus)
        self._export.triggered.connect(lambda: self._choose_export(hides_people=True))
        self._export_all.triggered.connect(lambda: self._choose_export(hides_people=False))
        self._searches.chosen.connect(self.restore)
        self._logs.counts_changed.connect(self._on_logs_counts_changed)
        self._logs.bookmarks.loaded.connect(self._on_bookmarks_loaded)

    @Slot()
    def _on_bar_changed(self) -> None:
        if self._document is None:
            return
        text, level = self._bar.text_query, self._bar.least_level
        shown = text if self._only.isChecked() else LogQuery()
        try:
            found = compile_query(text)
            self._document.filter(LogQuery(shown.pattern, shown.is_regex, shown.is_case_sensitive, level))
            self._document.find(text)
        except UsageError as error:
            self._bar.show_problem(error)
            return
        self._bar.show_problem(None)
        self._rows.mark_found(found)
        self._show_count()

    @Slot()
    def _on_document_changed(self) -> None:
        self._rows.refresh()
        self._show_facts()
        self._show_count()

    @Slot()
    def _show_count(self) -> None:
        document = self._document
        hits = document.hits if document is not None else None
        if document is None or hits is None:
            self._bar.show_count(None, 0)
            return
        current = self._rows.current
        number = hits.number_of(current) if current is not None else None
        percent = document.searched_percent
        # A log that grows is never looked at to its very end.
        self._bar.show_count(number, hits.count, percent if document.is_searching and percent < 99 else None)

    def _step(self, step: int) -> None:
        """Go to the next hit or the one before; round at the ends."""
        if self._document is not None:
            current, is_back = self._rows.current, step < 0
            if current is None and not is_back:
                current, is_back = (None, True) if self._rows.is_following else (-1, False)
            self._document.step(current, self._rows.go_to, is_back=is_back)

    @Slot()
    def _on_rows_activated(self) -> None:
        """Show the surroundings of a row that was found by a filter."""
        position = self._rows.current
        if position is not None and self._document is not None and (self._only.isChecked() or int(self._bar.least_level) > 10):
            self._only.setChecked(False)
            self._bar.restore({**self._bar.to_json(), "level": 10})
            self._rows.go_to(position)

    @Slot()
    def _on_look_toggled(self) -> None:
        self._rows.set_look(Look(wraps=self._wrap.isChecked(), is_utc=self._utc.isChecked()))

    @Slot()
    def _on_bookmark_triggered(self) -> None:
        if self._instance_id is not None:
            self._rows.toggle_bookmark()
            self._logs.bookmarks.save(self._instance_id)

    @Slot(int)
    def _on_bookmarks_loaded(self, instance_id: int) -> None:
        if instance_id == self._instance_id:
            self._rows.viewport().update()

    @Slot()
    def _on_run_start_triggered(self) -> None:
        if self._document is not None:
            self._document.find_marks(START_BYTES, self._go_to_run)

    def _go_to_run(self, starts: list[int]) -> None:
        if starts:
            self._rows.go_to(starts[-1])
        else:
            self.message.emit(self.tr("The start of this run is not in the log any more."))

    def _choose_export(self, *, hides_people: bool) -> None:
        if self._document is None:
            return
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export log"), "gowa.log.txt", self.tr("Text (*.txt *.log)"))
        if name:
            self.export_to(Path(name), hides_people=hides_people)

    def export_to(self, target: Path, *, hides_people: bool = True) -> None:
        """Write the whole log into a file."""
        if self._document is not None:
            done = self.tr("{count} lines are in {file}.")
            self._document.export(
                target, lambda count: self.message.emit(done.format(count=f"{count:,}", file=target.name)), self._on_export_failed,
                hides_people=hides_people,
            )  # fmt: skip

    def _on_export_failed(self, error: GowaError) -> None:
        self.message.emit(told(str(error)))

    @Slot(int)
    def _on_logs_counts_changed(self, instance_id: int) -> None:
        if instance_id == self._instance_id:
            self._show_facts()

    def _show_facts(self) -> None:
        document = self._document
        if document is None:
            self._rows.say_instead("")
            self._facts.setText("")
            return
        if not document.rows:
            words = self.tr("No line fits.") if document.size_bytes else self.tr("Nothing was written yet.")
            self._rows.say_instead(words if document.is_complete else "")
            self._facts.setText("")
            return
        self._rows.say_instead("")
        more = ("+" if document.is_cut else "") + ("" if document.is_complete else "…")
        parts = [self.tr("{count} lines").format(count=f"{document.rows:,}") + more]
        parts.append(format_bytes(document.size_bytes))
        counts = self._logs.counts(self._instance_id or OWN_LOG)
        for number, text in (
            (counts.webhook_failures, self.tr("webhook failures {count}")), (counts.reconnects, self.tr("reconnects {count}")),
            (counts.client_errors, self.tr("4xx {count}")), (counts.server_errors, self.tr("5xx {count}")),
        ):  # fmt: skip
            if number:
                parts.append(text.format(count=number))
        self._facts.setText(" · ".join(parts))
        self._facts.setToolTip("\n".join(told(event.known.advice) for event in self._logs.events(self._instance_id or OWN_LOG)))
