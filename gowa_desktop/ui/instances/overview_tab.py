"""The overview of one instance: its crash card first, then the lights, the figures and how to reach it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError, PortTakenError
from gowa_desktop.domain.instance import LIVE_STATES, InstanceState
from gowa_desktop.ui.charts.monitor_text import folder_lines, most_of_folder
from gowa_desktop.ui.instances.cards import FigureCard, LightsRow
from gowa_desktop.ui.instances.connect_section import ConnectSection
from gowa_desktop.ui.instances.crash_card import CrashCard
from gowa_desktop.ui.instances.exposure_card import ExposureCard
from gowa_desktop.ui.instances.labels_section import LabelsSection
from gowa_desktop.ui.instances.status_text import ATTENTION_STATES
from gowa_desktop.ui.look.format import NOTHING, format_bytes, format_cpu, format_moment
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.marks import Sparkline
from gowa_desktop.ui.verbs import Verb, is_allowed
from gowa_desktop.ui.versions.earlier_list import EarlierList

if TYPE_CHECKING:
    from gowa_desktop.domain.folder_parts import FolderUse
    from gowa_desktop.domain.instance import ExitReport, InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.instances.status_text import Activity


class OverviewTab(QScrollArea):
    """Shows how one instance is. Main thread; the panel tells it whenever another is selected or its status changes."""

    start_requested = Signal(int)
    """The crash card wants this instance started again."""
    other_port_requested = Signal(int)
    """The crash card wants this instance on the next free port, and started."""
    undo_requested = Signal(int)
    """The crash card wants the changes of this instance taken back."""
    log_requested = Signal(int)
    """The crash card wants to show the log of this instance."""

    fix_requested = Signal(int, str)
    """The exposure card wants an `ExposureFix` for this instance."""

    def __init__(self, instances: InstanceService, parent: QWidget) -> None:
        super().__init__(parent)
        self._instances = instances
        self._status: InstanceStatus | None = None
        self._failure: tuple[object, ...] = ()
        self._report: ExitReport | None = None
        self._ends: tuple[object, ...] | None = None
        self.setObjectName("panelScroll")
        self.setAccessibleName(self.tr("Details of the instance"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._make_sections()
        self.setWidget(self._make_body())
        self._crash.start_requested.connect(self.start_requested)
        self._crash.other_port_requested.connect(self.other_port_requested)
        self._crash.undo_requested.connect(self.undo_requested)
        self._crash.log_requested.connect(self.log_requested)

    def show_status(self, status: InstanceStatus, activity: Activity | None) -> None:
        """Show an instance, or what is new about the one that is shown."""
        previous, self._status = self._status, status
        if previous is None or previous.id != status.id:
            self._failure, self._ends = (), None
            self.verticalScrollBar().setValue(0)
        self._show_failure(status)
        self._show_earlier(status)
        self._crash.set_startable(activity is None and is_allowed(Verb.START, status))
        self._exposure.show_status(status)
        self._simulator.setVisible(status.is_simulated)
        self._lights.show_status(status, self._report)
        self._show_figures(status)
        self.labels.show_status(status)
        if previous is None or (previous.id, previous.updated_at, previous.status) != (status.id, status.updated_at, status.status):
            self._show_connection(status)

    def show_folder(self, use: FolderUse | None) -> None:
        """Say what the folder of the instance is made of."""
        self._disk.show_note(most_of_folder(use) if use is not None else "")
        self._disk.setToolTip("\n".join(folder_lines(use)) if use is not None else "")
        self._disk.setAccessibleDescription(", ".join(folder_lines(use)) if use is not None else "")

    def set_wide(self, *, is_wide: bool) -> None:
        """Lay the body out in two columns, or in one."""
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        self._columns.setSpacing(24 if is_wide else 16)
        for part in range(2):
            self._columns.setStretch(part, 1 if is_wide else 0)
        self._columns.setStretch(2, 0 if is_wide else 1)

    def _make_sections(self) -> None:
        self._crash = CrashCard(self)
        self._exposure = ExposureCard(self)
        self._exposure.fix_requested.connect(self.fix_requested)
        self._simulator = QFrame(self)
        self._simulator.setObjectName("simulatorNotice")
        self._simulator.setProperty("kind", "notice")
        notice = QVBoxLayout(self._simulator)
        notice.setContentsMargins(12, 8, 12, 10)
        notice.setSpacing(2)
        notice.addWidget(toned_label(self.tr("Simulator, not WhatsApp"), "strong", self._simulator))
        text = toned_label(self.tr("It answers like GOWA, so you can try everything. Nothing is sent or received."), "", self._simulator)
        text.setWordWrap(True)
        notice.addWidget(text)
        self._lights = LightsRow(self)
        self._cpu = FigureCard("cpuCard", self.tr("CPU"), self, Sparkline(least_top=5.0, headroom=1.1))
        self._cpu.setToolTip(self.tr("Share of one processor core; more than 100 % means several cores."))
        self._memory = FigureCard("memoryCard", self.tr("Memory"), self, Sparkline(least_top=1.0, headroom=2.0))
        self._disk = FigureCard("diskCard", self.tr("Disk"), self)
        self._since = FigureCard("sinceCard", self.tr("Started"), self)
        self._earlier = EarlierList(self)
        self._connect = ConnectSection(self)
        self.labels = LabelsSection(self)

    def _make_body(self) -> QWidget:
        figures = QGridLayout()
        figures.setSpacing(8)
        for number, card in enumerate((self._cpu, self._memory, self._disk, self._since)):
            figures.addWidget(card, number // 2, number % 2)
        for column in range(2):
            figures.setColumnStretch(column, 1)
        left = QVBoxLayout()
        left.setSpacing(8)
        for widget in (self._crash, self._exposure, self._simulator, self._lights, self._earlier):
            left.addWidget(widget)
        left.addLayout(figures)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self._connect)
        right.addWidget(self.labels)
        right.addStretch(1)
        body = QWidget(self)
        body.setObjectName("panelBody")
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, body)
        self._columns.setContentsMargins(16, 12, 16, 16)
        self._columns.addLayout(left)
        self._columns.addLayout(right)
        self._columns.addStretch()
        return body

    def _show_failure(self, status: InstanceStatus) -> None:
        """Bring the crash card up to date; the port is tried only when the failure is another one, not at every sample."""
        if status.status is InstanceState.STARTING and self._failure:
            # Another attempt is under way: the card stays until it is known how that ends, instead of flickering.
            return
        has_failed = status.status in ATTENTION_STATES or (
            status.status is InstanceState.STOPPED and status.error_message is not None
        )
        self._crash.setVisible(has_failed)
        failure: tuple[object, ...] = ()
        if has_failed:
            failure = (
                status.id, status.status, status.error_message, status.port, status.name, status.restart_count, status.retry_in_s is None,
            )  # fmt: skip
        if failure == self._failure:
            return
        self._failure = failure
        self._report = self._report_of(status) if has_failed else None
        if has_failed:
            self._crash.show_failure(status, self._report, self._port_to_offer(status))

    def _report_of(self, status: InstanceStatus) -> ExitReport | None:
        """Give the report of this failure; a start that could not begin has none, and an older one would mislead."""
        report = self._instances.last_exit(status.id)
        return report if report is not None and report.sentence == status.error_message else None

    def _show_earlier(self, status: InstanceStatus) -> None:
        """List the ends before the one on the crash card; of a running instance only when it was restarted by itself."""
        is_due = bool(self._failure) or (status.restart_count > 0 and status.status in LIVE_STATES)
        newest = self._report.ended_at if self._report and self._failure else None
        ends = (status.id, status.restart_count, status.status, newest) if is_due else ()
        if ends == self._ends:
            return
        self._ends = ends
        reports = self._instances.exit_reports(status.id) if is_due else []
        shown = [report for report in reports if newest is None or report.ended_at != newest]
        self._earlier.show_reports(shown, datetime.now().astimezone())

    def _port_to_offer(self, status: InstanceStatus) -> int | None:
        """Give a free port when the instance's own is taken."""
        if status.port is None:
            return None
        try:
            self._instances.check_port(status.port, status.id)
        except PortTakenError:
            return self._instances.suggest_port()
        except GowaError:
            return None
        return None

    def _show_figures(self, status: InstanceStatus) -> None:
        sample = status.sample
        is_live = status.status in LIVE_STATES
        self._cpu.setVisible(is_live)
        self._memory.setVisible(is_live)
        history = self._instances.history(status.id) if sample else None
        cpu = NOTHING if sample is None or sample.cpu_percent is None else format_cpu(sample.cpu_percent)
        self._cpu.show_figure(cpu, history.cpu_percents() if history else ())
        memory = format_bytes(sample.memory_bytes) if sample else NOTHING
        self._memory.show_figure(memory, [float(v) for v in history.memory_bytes()] if history else ())
        self._disk.show_figure(NOTHING if status.disk_bytes is None else format_bytes(status.disk_bytes))
        self._since.set_title(self.tr("Started") if is_live else self.tr("Created"))
        restarts = status.restart_count if is_live else 0
        self._since.show_note(self.tr("Restarts {count}").format(count=restarts) if restarts else "")
        now = datetime.now().astimezone()
        seconds = status.uptime_s if is_live else (now - status.created_at).total_seconds()
        self._since.show_figure(NOTHING if seconds is None else format_moment(seconds, now))

    def _show_connection(self, status: InstanceStatus) -> None:
        try:
            self._connect.show_details(self._instances.connection(status.id) if status.base_url else None)
        except GowaError:
            self._connect.show_details(None)
