"""The window with all logs as one stream: by time, filtered by instance, level and text; searches can be saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.infra.log_expression import compile_query
from gowa_desktop.ui.logs.log_row_painter import Look
from gowa_desktop.ui.logs.log_rows_view import LogRowsView
from gowa_desktop.ui.logs.log_search_bar import LogSearchBar
from gowa_desktop.ui.logs.saved_searches import SavedSearchMenu
from gowa_desktop.ui.logs.spoken_lines import SpokenLines
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.parts.read_window import ReadWindow
from gowa_desktop.ui.parts.screen_keeper import room_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.logs.log_store import LogStore
    from gowa_desktop.services.logs.log_stream import LogStream, StreamRow
    from gowa_desktop.services.settings import AppSettings

_ALL = -1


class _NumberedRows:
    """Gives the rows of a stream numbers that stay their own while older ones go."""

    def __init__(self, stream: LogStream) -> None:
        self.stream = stream
        self.keys: dict[int, tuple[int, int]] = {}

    @property
    def rows(self) -> int:
        return self.stream.rows

    def read(self, first: int, count: int) -> Sequence[StreamRow]:
        first = max(0, first)
        rows = []
        for index, row in enumerate(self.stream.read(first, count)):
            number = self.stream.dropped + first + index
            self.keys[number] = (row.key, row.position)
            rows.append(replace(row, position=number))
        if len(self.keys) > 20_000:
            self.keys = dict(list(self.keys.items())[-5_000:])
        return rows

    def glance(self, first: int, count: int) -> Sequence[StreamRow]:
        return self.read(first, count)

    def row_of(self, position: int) -> int:
        return min(max(0, position - self.stream.dropped), max(0, self.rows - 1))


class LogWindow(ReadWindow):
    """Shows the logs of all instances and of the program. Main thread; deletes itself when closed."""

    instance_requested = Signal(int, object)
    """A row of this instance was opened; the second is the position of the line in its log. Id 0 is GOWA Desktop itself."""

    def __init__(self, logs: LogStore, settings: AppSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("logWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Logs of all instances"))
        self.resize(QSize(1100, 640).boundedTo(room_for(self)))
        self._stream = logs.stream(self)
        self._source = _NumberedRows(self._stream)
        self._names: dict[int, str] = {}
        self._bar = LogSearchBar(self)
        self._bar.hide_steps()
        self._only = self._combo("logInstances", self.tr("Instance"))
        searches = SavedSearchMenu(settings, self.to_json, self)
        searches.chosen.connect(self.restore)
        self._saved = self._button(searches.title(), "savedSearchesButton")
        self._saved.setMenu(searches)
        self._older = self._button(self.tr("Load older"), "loadOlder")
        self._facts = toned_label("", "muted", self, "streamFacts")
        self._shows_all = True
        self._rows = LogRowsView(self)
        SpokenLines(self._rows)
        self._rows.set_look(Look(has_names=True))
        self._rows.set_source(self._source)
        self._lay_out()
        self._fill_names()
        self._connect_signals()
        self._stream.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop following."""
        self._stream.close()
        super().closeEvent(event)

    @property
    def rows(self) -> LogRowsView:
        """The rows."""
        return self._rows

    def to_json(self) -> JsonObject:
        """Give what is looked for, to be stored."""
        return {**self._bar.to_json(), "instance": self._only.currentData()}

    @Slot(object)
    def restore(self, fields: JsonObject) -> None:
        """Look for what was stored; what makes no sense counts as not there, and an instance that is gone as all."""
        self._bar.restore(fields)
        self._only.setCurrentIndex(max(0, self._only.findData(fields.get("instance"))))
        self._choose()

    def _combo(self, name: str, accessible: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setObjectName(name)
        combo.setAccessibleName(accessible)
        return combo

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        return button

    def _lay_out(self) -> None:
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.setSpacing(8)
        upper.addWidget(self._only)
        upper.addWidget(self._bar, 1)
        lower.addWidget(self._saved)
        lower.addWidget(self._facts, 1)
        lower.addWidget(self._older)
        lower.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(upper)
        layout.addWidget(self._rows, 1)
        layout.addLayout(lower)

    def _fill_names(self) -> None:
        """Offer the logs that there are now; the choice stays, but for one that is gone."""
        names = self._stream.names
        if names == self._names:
            return
        self._names = names
        chosen = self._only.currentData()
        self._only.blockSignals(True)
        self._only.clear()
        self._only.addItem(self.tr("All logs"), _ALL)
        for key, name in names.items():
            self._only.addItem(name, key)
        self._only.setCurrentIndex(max(0, self._only.findData(chosen)))
        self._only.blockSignals(False)
        if chosen is not None and self._only.currentData() != chosen:
            self._choose()

    def _connect_signals(self) -> None:
        self._stream.changed.connect(self._on_stream_changed)
        self._bar.changed.connect(self._choose)
        self._only.currentIndexChanged.connect(self._choose)
        self._older.clicked.connect(self._stream.load_older)
        self._rows.activated.connect(self._on_rows_activated)
        QShortcut(QKeySequence.StandardKey.Find, self, self._bar.focus)
        QShortcut(QKeySequence.StandardKey.Close, self, self.close)

    @Slot()
    def _choose(self) -> None:
        text, key = self._bar.text_query, int(self._only.currentData())
        try:
            found = compile_query(text)
            query = LogQuery(text.pattern, text.is_regex, text.is_case_sensitive, self._bar.least_level)
            self._shows_all = query.admits_all and key == _ALL
            self._stream.choose(query, None if key == _ALL else frozenset({key}))
        except UsageError as error:
            self._bar.show_problem(error)
            return
        self._bar.show_problem(None)
        self._rows.mark_found(found)
        self._rows.set_following(is_on=True)

    @Slot()
    def _on_stream_changed(self) -> None:
        self._fill_names()
        self._rows.refresh()
        self._facts.setText(self.tr("{count} lines").format(count=f"{self._stream.rows:,}"))
        words = self.tr("Nothing was written yet.") if self._shows_all else self.tr("No line fits.")
        self._rows.say_instead("" if self._stream.rows else words)

    @Slot()
    def _on_rows_activated(self) -> None:
        current = self._rows.current
        if current is not None and current in self._source.keys:
            key, position = self._source.keys[current]
            self.instance_requested.emit(key, position)
