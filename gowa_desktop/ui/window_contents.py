"""What the main window shows: puts table, detail pane, empty state and messages together, and remembers how they were left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gowa_desktop.domain.app_settings import LANGUAGE, START_MINIMIZED, THEME
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.actions import Actions
from gowa_desktop.ui.charts.chart_desk import ChartDesk
from gowa_desktop.ui.commands.command_desk import CommandDesk
from gowa_desktop.ui.config.config_desk import ConfigDesk
from gowa_desktop.ui.config.unsaved_guard import UnsavedGuard
from gowa_desktop.ui.first_steps import FirstSteps
from gowa_desktop.ui.header_bar import HeaderBar
from gowa_desktop.ui.instances.give_up_notice import GiveUpNotice
from gowa_desktop.ui.instances.instance_links import InstanceLinks
from gowa_desktop.ui.instances.instance_panel import InstancePanel
from gowa_desktop.ui.instances.instance_table import InstanceModel
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.instances.link_opener import LinkOpener
from gowa_desktop.ui.instances.table_area import TableArea
from gowa_desktop.ui.instances.view_desk import ViewDesk
from gowa_desktop.ui.leaving import Leaving
from gowa_desktop.ui.logs.log_desk import LogDesk
from gowa_desktop.ui.look.appearance import Appearance
from gowa_desktop.ui.mac_menu import add_mac_menu
from gowa_desktop.ui.notices.notice_desk import NoticeDesk
from gowa_desktop.ui.parts.condition_bar import ConditionBar
from gowa_desktop.ui.parts.detail_splitter import DetailSplitter
from gowa_desktop.ui.parts.drop_overlay import DropTarget
from gowa_desktop.ui.parts.message_bar import Message, MessageBar
from gowa_desktop.ui.parts.operation_runner import OperationRunner
from gowa_desktop.ui.parts.undo_desk import UndoDesk
from gowa_desktop.ui.status_line import StatusLine
from gowa_desktop.ui.tray.tray_desk import TrayDesk
from gowa_desktop.ui.verbs import Verb
from gowa_desktop.ui.versions.update_desk import UpdateDesk
from gowa_desktop.ui.versions.version_desk import VersionDesk
from gowa_desktop.ui.window_dialogs import WindowDialogs
from gowa_desktop.ui.window_state import Opening

if TYPE_CHECKING:
    from gowa_desktop.ui.frame_window import FrameWindow
    from gowa_desktop.ui.window_parts import WindowParts
    from gowa_desktop.ui.window_state import WindowState



class WindowContents(QObject):
    """Everything inside one window. Main thread; holds no state of its own beyond what it shows, so it may go at any time."""

    def __init__(self, window: FrameWindow, parts: WindowParts, window_state: WindowState, *, is_demo: bool, is_looking: bool) -> None:
        super().__init__(window)
        instances, versions, settings = parts.instances, parts.versions, parts.settings
        self._window = window
        self._conditions = ConditionBar(parts.conditions, window)
        self._instances = instances
        self._versions = versions
        self._settings = settings
        self._state = window_state
        self._actions = Actions(window)
        self._model = InstanceModel(instances, window)
        self._header = HeaderBar(self._actions, window)
        self._messages = MessageBar(window)
        self._table = InstanceTableView(self._model, window)
        self._logs = LogDesk(parts.logs, instances, settings, self._messages, self._actions, window)
        self._charts = ChartDesk(parts, self._actions, self._model, self._messages, window)
        self._panel = InstancePanel(instances, self._actions, window, self._logs, self._charts)
        self._area = TableArea(self._table, self._model, self._header, window)
        self._line = StatusLine(window)
        self._line.name_keys(self._actions.versions)
        # A tick of the monitor changes a hundred rows; counts and detail pane follow once, before the next paint.
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(0)
        self._runner = OperationRunner(instances, self._model, self._messages, window, self._panel.drafts.unsaved)
        self._config_desk = ConfigDesk(parts.configs, instances, self._actions.config, self._table.selected_statuses, self._messages, window)
        self._unsaved = UnsavedGuard(self._panel.drafts, instances, window)
        self._leaving = Leaving(parts, window_state, self._unsaved, self._messages, window, asks=not (is_demo or is_looking))
        self._tray = TrayDesk(parts.tray, instances, self._runner, self._messages, window_state, window)
        self._notices = NoticeDesk(parts.notices, self._messages, self._line, window, parts.notice_show)
        self._give_up = GiveUpNotice(parts.give_up, instances, self._messages, window)
        self._desk = VersionDesk(instances, versions, window_state, self._messages, self._line, window)
        self._updates = UpdateDesk(parts.updater, parts.snapshots, instances, versions, settings, self._desk, self._line, self._model, window)
        self._dialogs = WindowDialogs(parts, self._actions, self._desk, self._table.selected_statuses, window)
        self._view = ViewDesk(instances, self._table, self._area, self._panel, self._messages, window_state, self._actions, window)
        self._appearance = Appearance(settings, window)
        self._undo = UndoDesk(self._actions.undo, self._messages, window)
        self._commands = CommandDesk(self._actions, self._model, settings, window_state, window)
        self._lay_out()
        self._first_steps = FirstSteps(versions, self._desk, self._pages, parts, self._actions.create)
        self._drops = DropTarget(window, is_on=not is_looking)
        self._links = InstanceLinks(instances, self._actions, self._table.selected_statuses, window)
        self._actions.attach_to_table(self._table)
        add_mac_menu(self._actions, window)
        if is_looking:
            self._actions.allow_looking_only()
            self._desk.allow_looking_only()
            self._first_steps.allow_looking_only()
        self._connect_signals()
        self._restore()
        self._on_notice_changed()
        self._show_rows()

    @property
    def opener(self) -> LinkOpener:
        """What shows the instance that a link names."""
        return self._opener

    @property
    def leaving(self) -> Leaving:
        """What closing the window and quitting mean."""
        return self._leaving

    @property
    def logs(self) -> LogDesk:
        """What shows logs and uncaught errors."""
        return self._logs

    @property
    def has_unsaved_edits(self) -> bool:
        """Whether settings of an instance are edited and not saved."""
        return bool(self._panel.drafts.unsaved())

    def arrange(self, width: int) -> None:
        """Put the detail pane where there is room for it in a window of this width in pixels."""
        self._splitter.arrange(width)

    def show_message(self, message: GowaError | str) -> None:
        """Show a message inside the window: what happened, and what to do next."""
        if isinstance(message, GowaError):
            self._messages.show_message(Message(f"app-{message.code}", message.message, detail=message.next_step))
        else:
            self._messages.show_message(Message("app", message))

    def save_layout(self) -> None:
        """Keep how everything is laid out; the window keeps its own place and size."""
        get = self._settings.get
        self._state.opening = Opening(get(THEME), get(LANGUAGE), get(START_MINIMIZED))
        self._state.columns = self._table.save_columns()
        self._state.selected_ids = self._table.selected_ids()
        self._splitter.save()

    def _lay_out(self) -> None:
        self._splitter = DetailSplitter(self._area, self._panel, self._state, self._window)
        self._pages = QStackedWidget(self._window)
        self._pages.addWidget(self._splitter)
        centre = QWidget(self._window)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self._header, self._conditions, self._messages):
            layout.addWidget(widget)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._line)
        self._window.setCentralWidget(centre)

    def _connect_signals(self) -> None:
        actions, table = self._actions, self._table
        actions.requested.connect(self._on_actions_requested)
        self._dialogs.created.connect(self._on_dialogs_created)
        actions.import_version.triggered.connect(self._desk.importer.choose_file)
        actions.versions.triggered.connect(self._desk.open)
        self._updates.connect_actions(actions, table.selected_statuses)
        self._desk.notice_changed.connect(self._on_notice_changed)
        self._panel.update_requested.connect(self._updates.open_newest)
        actions.find.triggered.connect(self._on_find_triggered)
        actions.quit.triggered.connect(self._leaving.quit)
        self._tray.quit_requested.connect(self._leaving.quit)
        self._tray.instance_requested.connect(self._area.show_instance)
        self._notices.instance_requested.connect(self._area.show_instance)
        self._notices.versions_requested.connect(self._desk.open)
        self._leaving.decided.connect(self._window.end_by_decision)
        self._leaving.restart_requested.connect(self._runner.start_again)
        table.open_requested.connect(self._panel.focus_first)
        table.toggle_requested.connect(actions.toggle)
        table.selection_changed.connect(self._show_selection)
        self._drops.file_dropped.connect(self._desk.importer.import_file)
        self._first_steps.create_requested.connect(self._dialogs.open_new_instance)
        self._links.refused.connect(self.show_message)
        self._opener = LinkOpener(self._model, self._window)
        self._opener.refused.connect(self.show_message)
        self._opener.show_requested.connect(self._area.show_instance)
        self._panel.overview.start_requested.connect(self._on_panel_start_requested)
        self._panel.overview.other_port_requested.connect(self._runner.start_on_other_port)
        self._panel.overview.fix_requested.connect(self._config_desk.fix)
        self._config_desk.restart_requested.connect(self._on_config_desk_restart_requested)
        self._panel.overview.undo_requested.connect(self._runner.undo_changes)
        self._panel.overview.log_requested.connect(self._panel.show_run_end)
        self._logs.show_requested.connect(self._on_logs_show_requested)
        self._panel.restart_requested.connect(self._on_panel_restart_requested)
        self._unsaved.show_requested.connect(self._on_unsaved_show_requested)
        self._give_up.show_requested.connect(self._area.show_instance)
        self._charts.show_requested.connect(self._on_charts_show_requested)
        self._commands.show_requested.connect(self._area.show_instance)
        self._header.search.textChanged.connect(self._show_rows)
        self._header.segments.segment_changed.connect(self._show_rows)
        self._versions.options_discovered.connect(self._panel.show_options)
        self._runner.assistant_requested.connect(self._updates.open_assistant)
        self._model.refreshed.connect(self._refresh.start)
        for signal in (self._model.rowsInserted, self._model.rowsRemoved):
            signal.connect(self._show_rows)
        self._refresh.timeout.connect(self._on_refresh_timeout)

    def _restore(self) -> None:
        self._table.restore_columns(self._state.columns)
        self._splitter.arrange(self._window.width())
        self._splitter.restore()
        self._table.select_ids(self._state.selected_ids)
        self._select_something()
        self._table.setFocus()

    @Slot()
    def _show_rows(self) -> None:
        """Show what filter and search admit, or say why there is nothing to show."""
        has_rows = self._area.show_rows()
        self._pages.setCurrentWidget(self._splitter if has_rows else self._first_steps.page())
        self._show_counts()
        self._select_something()

    @Slot()
    def _show_counts(self) -> None:
        self._area.show_counts()
        self._line.show_totals(self._charts.totals(self._model.statuses))

    @Slot()
    def _show_selection(self) -> None:
        selected = self._table.selected_statuses()
        activity = self._model.activity_of(selected[0].id) if len(selected) == 1 else None
        self._actions.show_for(selected)
        self._panel.show_selection(selected, activity)

    def _select_something(self) -> None:
        """Select the first row when nothing is selected, so that the detail pane is never empty without need."""
        if not self._table.selected_ids() and self._table.filter.rowCount():
            self._table.selectRow(0)
        self._show_selection()

    @Slot(int)
    def _on_charts_show_requested(self, instance_id: int) -> None:
        self._window.raise_and_focus()
        self._area.show_instance(instance_id)
        self._panel.show_charts()

    @Slot(int, object)
    def _on_logs_show_requested(self, instance_id: int, position: object) -> None:
        self._window.raise_and_focus()
        self._area.show_instance(instance_id)
        self._panel.show_log(position)

    @Slot(str)
    def _on_actions_requested(self, verb: str) -> None:
        self._runner.request(Verb(verb), self._table.selected_ids())

    @Slot(int)
    def _on_panel_start_requested(self, instance_id: int) -> None:
        self._runner.request(Verb.START, [instance_id])

    @Slot(list)
    def _on_config_desk_restart_requested(self, ids: list[int]) -> None:
        self._runner.request(Verb.RESTART, ids)

    @Slot(int)
    def _on_panel_restart_requested(self, instance_id: int) -> None:
        self._runner.request(Verb.RESTART, [instance_id])

    @Slot(int)
    def _on_unsaved_show_requested(self, instance_id: int) -> None:
        self._area.show_instance(instance_id)
        self._panel.show_settings()

    @Slot(int, bool)
    def _on_dialogs_created(self, instance_id: int, starts_now: bool) -> None:
        self._area.show_instance(instance_id)
        if starts_now:
            self._runner.request(Verb.START, [instance_id])

    @Slot()
    def _on_refresh_timeout(self) -> None:
        self._show_counts()
        self._show_selection()

    @Slot()
    def _on_notice_changed(self) -> None:
        notice = self._desk.notice
        self._panel.set_newest(notice.tag if notice else "")
        self._show_selection()

    @Slot()
    def _on_find_triggered(self) -> None:
        if not self._panel.focus_search():
            self._area.focus_search()
