"""The place of the table: the instances that filter and search admit, or why there is nothing to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from gowa_desktop.ui.empty_state import NothingFound
from gowa_desktop.ui.instances.instance_filter import Segment

if TYPE_CHECKING:
    from gowa_desktop.ui.header_bar import HeaderBar
    from gowa_desktop.ui.instances.instance_table import InstanceModel
    from gowa_desktop.ui.instances.instance_table_view import InstanceTableView


class TableArea(QStackedWidget):
    """Shows the table as the header bar wants it. Main thread; the window tells it when rows or states change."""

    def __init__(self, table: InstanceTableView, model: InstanceModel, header: HeaderBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table
        self._model = model
        self._header = header
        self._nothing: NothingFound | None = None
        self.addWidget(table)

    @property
    def search(self) -> str:
        """What is searched for."""
        return self._header.search.text().strip()

    def show_rows(self) -> bool:
        """Show what filter and search admit; tell whether there is any instance at all."""
        self._table.filter.show_only(self._header.segments.segment, self.search)
        has_rows = self._model.rowCount() > 0
        self._header.set_filter_visible(is_visible=has_rows)
        return has_rows

    def show_counts(self) -> None:
        """Say how many instances each segment has, and why the table is empty where it is."""
        statuses = self._model.statuses
        self._header.segments.show_counts(statuses)
        if self._table.filter.rowCount() or not statuses:
            self.setCurrentWidget(self._table)
            return
        page = self._nothing_page()
        page.show_reason(self.search, is_filtered=self._header.segments.segment is not Segment.ALL)
        self.setCurrentWidget(page)

    @Slot()
    def focus_search(self) -> None:
        """Move the keyboard focus to the search."""
        self._header.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._header.search.selectAll()

    @Slot(str)
    def search_for(self, text: str) -> None:
        """Search, as if it had been typed."""
        self._header.search.setText(text)

    @Slot(str)
    def choose_segment(self, segment: str) -> None:
        """Show a segment."""
        self._header.segments.choose(Segment(segment))

    @Slot()
    def show_everything(self) -> None:
        """Clear the search and show every instance."""
        self._header.search.clear()
        self._header.segments.choose(Segment.ALL)

    def show_instance(self, instance_id: int) -> None:
        """Select an instance, also when filter or search hid it."""
        if self._model.row_of(instance_id) is not None:
            self.show_everything()
            self._table.select_ids([instance_id])
            self._table.setFocus()

    def _nothing_page(self) -> NothingFound:
        """Give the page for a search that finds nothing; made when it is first needed."""
        if self._nothing is None:
            self._nothing = NothingFound(self)
            self._nothing.clear_requested.connect(self.show_everything)
            self.addWidget(self._nothing)
        return self._nothing
