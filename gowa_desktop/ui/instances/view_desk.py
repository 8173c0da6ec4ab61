"""Everything about what the table shows: groups, tags, columns and notes, and the menus that a right click opens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QMenu

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.domain.tags import tag_identity
from gowa_desktop.ui.instances.column_choice import ALWAYS
from gowa_desktop.ui.instances.grouping import GroupBy, read_query, tag_query
from gowa_desktop.ui.instances.instance_table import Column

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.actions import Actions
    from gowa_desktop.ui.instances.instance_panel import InstancePanel
    from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
    from gowa_desktop.ui.instances.table_area import TableArea
    from gowa_desktop.ui.parts.message_bar import MessageBar
    from gowa_desktop.ui.window_state import WindowState


class ViewDesk(QObject):
    """Puts view actions, table and labels together. Main thread; lives as long as the window."""

    def __init__(
        self,
        instances: InstanceService,
        table: InstanceTableView,
        area: TableArea,
        panel: InstancePanel,
        messages: MessageBar,
        state: WindowState,
        actions: Actions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._instances = instances
        self._table = table
        self._area = area
        self._panel = panel
        self._messages = messages
        self._state = state
        self._actions = actions
        self._window = window
        view = self._view = actions.view
        for segment, action in view.segments.items():
            action.triggered.connect(partial(self._choose_segment, segment.value))
        for by, action in view.groups.items():
            action.triggered.connect(partial(self._choose_group, by))
        view.reset_columns.triggered.connect(table.reset_columns)
        view.notes.triggered.connect(self._on_notes_triggered)
        view.tags.aboutToShow.connect(self._fill_tags)
        view.columns.aboutToShow.connect(self._fill_columns)
        actions.tags.triggered.connect(self.open_tags)
        labels = panel.overview.labels
        labels.edit_requested.connect(self.open_tags)
        labels.tag_chosen.connect(self.show_tag)
        labels.notes_changed.connect(self._on_labels_notes_changed)
        table.menu_requested.connect(self._on_table_menu_requested)
        table.horizontalHeader().customContextMenuRequested.connect(self._on_header_context_menu_requested)
        stored = state.group_by
        by = GroupBy(stored) if stored in set(GroupBy) else GroupBy.NOTHING
        view.groups[by].setChecked(True)
        table.group_by(by)

    @Slot()
    def open_tags(self) -> None:
        """Change the tags of the selected instances."""
        selected = [status for status in self._table.selected_statuses() if not status.is_busy and not status.is_view_only]
        if selected:
            from gowa_desktop.ui.instances.tags_dialog import TagsDialog  # noqa: PLC0415 - not before the first paint

            TagsDialog(self._instances, selected, self._window).open()

    @Slot(str)
    def show_tag(self, tag: str) -> None:
        """Show the instances with a tag; the search says so, and clearing it shows all again."""
        self._area.search_for(tag_query(tag))

    def _choose_segment(self, segment: str, _checked: bool = False) -> None:
        self._area.choose_segment(segment)

    def _choose_group(self, by: GroupBy, _checked: bool = False) -> None:
        self._state.group_by = by.value
        self._table.group_by(by)

    @Slot()
    def _on_notes_triggered(self) -> None:
        self._panel.show_overview()
        self._panel.overview.labels.focus_notes()

    @Slot(int, str)
    def _on_labels_notes_changed(self, instance_id: int, notes: str) -> None:
        """Store notes; one that was deleted while they were typed has none any more."""
        try:
            self._instances.update(instance_id, InstanceChanges(notes=notes))
        except GowaError as error:
            from gowa_desktop.ui.parts.message_bar import Message  # noqa: PLC0415

            self._messages.show_message(Message("notes", error.message, title=self.tr("The notes were not saved"), detail=error.next_step))

    @Slot()
    def _fill_tags(self) -> None:
        """Offer every tag there is; the one that is searched for is checked."""
        menu = self._view.tags
        menu.clear()
        tags = {tag_identity(tag): tag for status in self._instances.statuses() for tag in status.tags}
        searched = read_query(self._area.search).tags
        for identity in sorted(tags):
            action = menu.addAction(tags[identity].replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(identity in searched)
            action.toggled.connect(partial(self._toggle_tag, tags[identity]))
        if not tags:
            action = menu.addAction(self.tr("No instance has a tag yet"))
            action.setEnabled(False)

    def _toggle_tag(self, tag: str, is_checked: bool) -> None:
        self._area.search_for(tag_query(tag) if is_checked else "")

    @Slot()
    def _fill_columns(self) -> None:
        self._fill_column_menu(self._view.columns)

    def _fill_column_menu(self, menu: QMenu) -> None:
        menu.clear()
        titles = {Column.CURVE: self.tr("CPU curve")}
        for column in Column:
            if column in ALWAYS:
                continue
            title = titles.get(column) or str(self._table.model().headerData(column, Qt.Orientation.Horizontal))
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(self._table.columns.is_wanted(column))
            action.toggled.connect(partial(self._show_column, column))
        menu.addSeparator()
        menu.addAction(self._view.reset_columns)

    def _show_column(self, column: Column, is_shown: bool) -> None:
        self._table.show_column(column, is_shown=is_shown)

    @Slot(QPoint)
    def _on_header_context_menu_requested(self, place: QPoint) -> None:
        menu = self._make_menu("headerMenu")
        self._fill_column_menu(menu)
        menu.popup(self._table.horizontalHeader().viewport().mapToGlobal(place))

    @Slot(QPoint, bool)
    def _on_table_menu_requested(self, place: QPoint, is_on_row: bool) -> None:
        """Open the menu of the selected rows, or of the empty space below them."""
        if is_on_row:
            menu = self._make_menu("rowMenu")
            menu.addActions(self._table.actions())
        else:
            menu = self._make_menu("emptyMenu")
            menu.addActions([self._actions.create, self._actions.import_version])
            menu.addSeparator()
            menu.addActions([*self._view.groups.values()])
            menu.addMenu(self._view.columns)
            menu.addSeparator()
            menu.addActions([self._actions.trash, self._actions.palette])
        menu.popup(place)

    def _make_menu(self, name: str) -> QMenu:
        menu = QMenu(self._table)
        menu.setObjectName(name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu
