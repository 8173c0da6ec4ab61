"""The detail pane: everything about the selected instance in tabs, a count when several are selected, a hint when none is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gowa_desktop.ui.config.config_drafts import ConfigDrafts
from gowa_desktop.ui.config.form_bars import NoticeBar, named
from gowa_desktop.ui.instances.overview_tab import OverviewTab
from gowa_desktop.ui.instances.panel_header import PanelHeader
from gowa_desktop.ui.instances.status_text import ATTENTION_STATES, state_word
from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.icons import icon
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.actions import Actions
    from gowa_desktop.ui.charts.chart_desk import ChartDesk
    from gowa_desktop.ui.charts.charts_tab import ChartsTab
    from gowa_desktop.ui.config.configure_tab import ConfigureTab
    from gowa_desktop.ui.instances.status_text import Activity
    from gowa_desktop.ui.logs.log_desk import LogDesk
    from gowa_desktop.ui.logs.log_view import LogView

TWO_COLUMNS_FROM = 660
"""From this width on the body lies in two columns, as below the table of a narrow window."""
OVERVIEW, CONFIGURE, LOGS, CHARTS = range(4)
"""The tabs, in their order."""


class InstancePanel(QWidget):
    """Shows the selected instance. Main thread; the window tells it whenever the selection or a status changes."""

    restart_requested = Signal(int)
    """This instance is to be restarted with its new settings."""

    update_requested = Signal(list)
    """These instances (ids) are to be moved to a newer GOWA."""

    def __init__(
        self, instances: InstanceService, actions: Actions, parent: QWidget | None = None, logs: LogDesk | None = None,
        charts: ChartDesk | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._instances = instances
        self._status: InstanceStatus | None = None
        self._configure: ConfigureTab | None = None
        self._log_desk = logs
        self._log_view: LogView | None = None
        self._chart_desk = charts
        self._charts: ChartsTab | None = None
        self._chosen_tab = OVERVIEW
        self._restart_seen: tuple[object, ...] = ()
        self.drafts = ConfigDrafts(instances, self)
        self.setObjectName("instancePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(320)
        self._header = PanelHeader(actions, self)
        self.overview = OverviewTab(instances, self)
        self._tabs = self._make_tabs()
        self._restart = NoticeBar("restartBar", self.tr("Restart"), "", self)
        self._restart.name_keys(actions.restart)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.overview)
        self._hint = self._make_hint()
        self._compare = self._make_compare()
        self._several: list[InstanceStatus] = []
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._make_hint_page())
        self._stack.addWidget(self._make_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._tabs.currentChanged.connect(self._on_tabs_current_changed)
        self._restart.accepted.connect(self._on_restart_accepted)
        instances.state_changed.connect(self._on_instances_state_changed)
        self.drafts.edited.connect(self._mark_unsaved)
        self.drafts.changed.connect(self._mark_unsaved)
        self._header.update_requested.connect(self.update_requested)

    @property
    def shown_id(self) -> int | None:
        """The instance that is shown, if it is one."""
        return self._status.id if self._status else None

    def show_selection(self, statuses: Sequence[InstanceStatus], activity: Activity | None) -> None:
        """Show what is selected; `activity` is that of the only one."""
        if len(statuses) != 1:
            self._status = None
            self._show_several(statuses)
            return
        status, is_other = statuses[0], statuses[0].id != self.shown_id
        self._status = status
        if is_other:
            # What went wrong comes first, whatever was looked at before; the choice of a tab stays with the person.
            self._show_tab(OVERVIEW if status.status in ATTENTION_STATES else self._chosen_tab)
        self._stack.setCurrentIndex(1)
        self._show_single_parts(is_single=True)
        self._header.show_status(status, activity)
        self.overview.show_status(status, activity)
        if self._tabs.currentIndex() == CONFIGURE:
            self._configure_tab().show_status(status)
        elif self._tabs.currentIndex() == LOGS:
            self._log_tab().show_log(status.id)
        elif self._tabs.currentIndex() == CHARTS:
            self._charts_tab().show_instances([status])
            self._pages.setCurrentWidget(self._charts_tab())
        self._show_restart(status)
        self._mark_unsaved()
        self._show_monitoring(status)

    def show_overview(self) -> None:
        """Show how the selected instance is."""
        self._tabs.setCurrentIndex(OVERVIEW)

    def show_settings(self) -> None:
        """Show the settings of the selected instance."""
        self._tabs.setCurrentIndex(CONFIGURE)

    @Slot()
    def show_charts(self) -> None:
        """Show what the selected instance used, or the selected ones beside each other."""
        if self._chart_desk is not None:
            self._tabs.setCurrentIndex(CHARTS)
            if len(self._several) > 1:
                self._show_several(self._several)

    @Slot(object)
    def show_log(self, position: object = None) -> None:
        """Show the log of the selected instance, at a position or at its end."""
        if self._log_desk is not None:
            self._tabs.setCurrentIndex(LOGS)
            if isinstance(position, int):
                self._log_tab().go_to(position)

    @Slot()
    def show_run_end(self) -> None:
        """Show the log of the selected instance where its last run has ended."""
        if self._log_desk is not None:
            self._tabs.setCurrentIndex(LOGS)
            self._log_tab().show_run_end()

    @Slot(str)
    def show_options(self, tag: str) -> None:
        """Show what has been found out about the options of a version."""
        if self._configure is not None:
            self._configure.show_options(tag)

    def set_newest(self, tag: str) -> None:
        """Say which version an instance could be moved to; empty when none is worth mentioning."""
        self._header.set_newest(tag)

    def focus_first(self) -> None:
        """Move the keyboard focus into the pane."""
        button = next((b for b in self._header.buttons() if b.isVisible() and b.isEnabled()), None)
        if button is not None:
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_search(self) -> bool:
        """Move the focus to the search of the form when the focus is in the form; tell whether it was."""
        configure = self._configure
        if configure is None or not configure.isVisible() or not configure.isAncestorOf(self.window().focusWidget()):
            return False
        configure.focus_search()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the body out in one or two columns."""
        is_wide = event.size().width() >= TWO_COLUMNS_FROM
        self._header.set_wide(is_wide=is_wide)
        self.overview.set_wide(is_wide=is_wide)
        super().resizeEvent(event)

    def _make_tabs(self) -> QTabBar:
        tabs = QTabBar(self)
        tabs.setObjectName("panelTabs")
        tabs.setAccessibleName(self.tr("What to see of the instance"))
        tabs.setDrawBase(False)
        tabs.setExpanding(False)
        for text in (self.tr("Overview"), self.tr("Configure")):
            tabs.addTab(text)
        if self._log_desk is not None:
            tabs.addTab(self.tr("Logs"))
        if self._chart_desk is not None:
            tabs.addTab(self.tr("Charts"))
        return tabs

    def _make_hint_page(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addWidget(self._hint)
        layout.addWidget(self._compare, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        return page

    def _make_compare(self) -> QPushButton:
        button = QPushButton(icon("graph-line"), self.tr("Compare in charts"), self)
        button.setObjectName("compareInCharts")
        button.clicked.connect(self.show_charts)
        return button

    def _make_hint(self) -> QLabel:
        hint = toned_label("", "muted", self, "panelHint")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint.setWordWrap(True)
        hint.setMargin(24)
        hint.setFont(scaled_font(self.font(), 1.05))
        return hint

    def _make_page(self) -> QWidget:
        self._several_line = toned_label("", "strong", self, "severalLine")
        self._several_line.setContentsMargins(0, 14, 0, 2)
        self._several_line.hide()
        tabs = QHBoxLayout()
        tabs.setContentsMargins(16, 0, 16, 0)
        tabs.addWidget(self._tabs)
        tabs.addWidget(self._several_line)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addLayout(tabs)
        layout.addWidget(self._restart)
        layout.addWidget(self._pages, 1)
        return page

    def _configure_tab(self) -> ConfigureTab:
        """Give the form; it is made when it is first asked for, as many windows are closed without it."""
        if self._configure is None:
            from gowa_desktop.ui.config.configure_tab import ConfigureTab  # noqa: PLC0415 - not before the first paint

            self._configure = ConfigureTab(self._instances, self.drafts, self)
            self._pages.addWidget(self._configure)
        return self._configure

    def _log_tab(self) -> LogView:
        """Give the log viewer; made when it is first asked for."""
        if self._log_view is None:
            assert self._log_desk is not None  # noqa: S101 - without it there is no such tab
            self._log_view = self._log_desk.make_view(self)
            self._pages.addWidget(self._log_view)
        return self._log_view

    def _charts_tab(self) -> ChartsTab:
        """Give the charts; made when they are first asked for."""
        if self._charts is None:
            from gowa_desktop.ui.charts.charts_tab import ChartsTab  # noqa: PLC0415 - not before the first paint

            assert self._chart_desk is not None  # noqa: S101 - without it there is no such tab
            self._charts = ChartsTab(self._chart_desk, self)
            self._charts.start_requested.connect(self.overview.start_requested)
            self._pages.addWidget(self._charts)
        return self._charts

    def _show_monitoring(self, status: InstanceStatus) -> None:
        """Say what most of the folder is, and mark the charts while something is too much."""
        if self._chart_desk is None:
            return
        self.overview.show_folder(self._chart_desk.monitor.disk_use(status.id))
        is_alerted = bool(self._chart_desk.alerts.active_for(status.id))
        self._tabs.setTabText(CHARTS, self.tr("Charts •") if is_alerted else self.tr("Charts"))
        self._tabs.setAccessibleTabName(CHARTS, self.tr("Charts, something is too much") if is_alerted else self.tr("Charts"))

    def _show_several(self, statuses: Sequence[InstanceStatus]) -> None:
        """Show several instances beside each other when charts were looked at, else how they are."""
        self._several = list(statuses)
        is_compared = len(statuses) > 1 and self._tabs.currentIndex() == CHARTS
        self._compare.setVisible(len(statuses) > 1 and self._chart_desk is not None)
        self._hint.setText(self._hint_text(statuses))
        self._stack.setCurrentIndex(1 if is_compared else 0)
        if is_compared:
            self._show_single_parts(is_single=False)
            self._several_line.setText(self.tr("{count} instances compared").format(count=len(statuses)))
            self._charts_tab().show_instances(statuses)
            self._pages.setCurrentWidget(self._charts_tab())

    def _show_single_parts(self, *, is_single: bool) -> None:
        """Show what concerns one instance only, or the line that stands for it."""
        if is_single:
            self._several = []
        for widget in (self._header, self._tabs):
            widget.setVisible(is_single)
        self._several_line.setVisible(not is_single)
        if not is_single:
            self._restart.show_words("")
            self._restart_seen = ()

    def _hint_text(self, statuses: Sequence[InstanceStatus]) -> str:
        if not statuses:
            return self.tr("Select an instance to see how it is.")
        words: dict[str, int] = {}
        for status in statuses:
            word = state_word(status).lower()
            words[word] = words.get(word, 0) + 1
        states = ", ".join(f"{count} {word}" for word, count in words.items())
        return self.tr("{count} instances selected\n{states}").format(count=len(statuses), states=states)

    def _show_tab(self, tab: int) -> None:
        """Show a tab without taking it for the person's choice."""
        chosen = self._chosen_tab
        self._tabs.setCurrentIndex(tab)
        self._chosen_tab = chosen

    def _show_restart(self, status: InstanceStatus) -> None:
        """Say what a running instance does not know yet; asked for only when it may be different."""
        seen = (status.id, status.status, status.pid)
        if seen == self._restart_seen:
            return
        self._restart_seen = seen
        labels = [told(change.label) for change in self._instances.pending_changes(status.id)]
        self._restart.show_words(self.tr("Restart to apply: {names}").format(names=named(labels)) if labels else "")

    @Slot()
    def _mark_unsaved(self) -> None:
        is_unsaved = self.shown_id in self.drafts.unsaved()
        self._tabs.setTabText(CONFIGURE, self.tr("Configure •") if is_unsaved else self.tr("Configure"))
        self._tabs.setAccessibleTabName(CONFIGURE, self.tr("Configure, not saved") if is_unsaved else self.tr("Configure"))

    @Slot(int)
    def _on_tabs_current_changed(self, tab: int) -> None:
        self._chosen_tab = tab
        if tab == CONFIGURE and self._status is not None:
            self._configure_tab().show_status(self._status)
            self._pages.setCurrentWidget(self._configure_tab())
        elif tab == LOGS and self._status is not None:
            self._log_tab().show_log(self._status.id)
            self._pages.setCurrentWidget(self._log_tab())
        elif tab == CHARTS and self._status is not None:
            self._charts_tab().show_instances([self._status])
            self._pages.setCurrentWidget(self._charts_tab())
        elif tab != CHARTS:
            self._pages.setCurrentWidget(self.overview)

    @Slot(int)
    def _on_instances_state_changed(self, instance_id: int) -> None:
        """Ask again what waits for a restart when the instance is shown next, which is soon: the window follows the same signal."""
        if instance_id == self.shown_id:
            self._restart_seen = ()

    @Slot()
    def _on_restart_accepted(self) -> None:
        if self._status is not None:
            self.restart_requested.emit(self._status.id)
