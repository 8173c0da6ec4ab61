"""The window that updates instances: choose, read what it means, watch, read how it ended. It may be closed while it goes on."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from gowa_desktop.domain.errors import CancelledError, GowaError
from gowa_desktop.domain.update_plan import UpdatePlan
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.ui.look.labels import set_property, toned_label
from gowa_desktop.ui.parts.dialog_frame import dialog_body, head, headline, in_a_row, named_button
from gowa_desktop.ui.parts.house_dialog import HouseDialog
from gowa_desktop.ui.versions.assistant_pages import AfterwardsPage, KeptPage
from gowa_desktop.ui.versions.update_pages import ChoosePage, ProgressPage, ReportPage
from gowa_desktop.ui.versions.update_text import needs_assistant, title_of, who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.update_plan import PlannedUpdate
    from gowa_desktop.domain.update_report import UpdateReport
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.updates.updater import Updater
    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.ui.versions.update_runner import UpdateRunner

USUAL_SIZE = (720, 560)
LEAST_SIZE = (600, 460)


class Page(IntEnum):
    """Pages in their order."""

    CHOOSE = 0
    KEPT = 1
    AFTERWARDS = 2
    PROGRESS = 3
    REPORT = 4


class UpdateDialog(HouseDialog):
    """Leads through an update. Main thread; closing hides it, the update goes on."""

    def __init__(self, updater: Updater, instances: InstanceService, versions: VersionManager, runner: UpdateRunner, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._updater = updater
        self._instances = instances
        self._versions = versions
        self._runner = runner
        self._tag = ""
        self._report: UpdateReport | None = None
        self.setObjectName("updateDialog")
        self.setWindowTitle(self.tr("Update GOWA"))
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*USUAL_SIZE)
        self._title = headline("", self, "updateTitle")
        self._step = toned_label("", "muted", self, "updateStep")
        self._problem = toned_label("", "error", self, "updateProblem")
        self._problem.setWordWrap(True)
        self._choose = ChoosePage(self)
        self._kept = KeptPage(self)
        self._afterwards = AfterwardsPage(self)
        self._progress = ProgressPage(self)
        self._reports = ReportPage(self)
        self._pages = QStackedWidget(self)
        for page in (self._choose, self._kept, self._afterwards, self._progress, self._reports):
            self._pages.addWidget(page)
        self._make_buttons()
        self._lay_out()
        self._connect_signals()

    def open_for(self, tag: str, ids: Sequence[int]) -> None:
        """Begin with these instances chosen, or show the update that is under way."""
        if self._runner.is_under_way:
            self._show_page(Page.PROGRESS)
        else:
            self._tag = tag
            self._show_tags()
            self._show_plan(ids)
            self._show_page(Page.CHOOSE)
        self._appear()

    def open_report(self) -> None:
        """Show how the last update ended."""
        self._report = next(iter(self._runner.reports), None)
        self._show_page(Page.REPORT)
        self._appear()

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return Page(self._pages.currentIndex())

    def _appear(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()

    def _make_buttons(self) -> None:
        self._earlier = named_button(self.tr("&Earlier updates"), "updateEarlier", self, kind="link")
        self._back = named_button(self.tr("&Back"), "updateBack", self)
        self._next = named_button(self.tr("&Next"), "updateNext", self, kind="primary")
        self._close = named_button(self.tr("Close"), "updateClose", self)

    def _lay_out(self) -> None:
        foot = QFrame(self)
        foot.setProperty("kind", "foot")
        across = in_a_row((self._earlier,), (self._back, self._next, self._close))
        across.setContentsMargins(24, 10, 24, 10)
        foot.setLayout(across)
        body = dialog_body(self, below=foot)
        body.addLayout(head(self._title, self._step))
        body.addWidget(self._problem)
        body.addWidget(self._pages, 1)

    def _connect_signals(self) -> None:
        self._choose.tag_chosen.connect(self._on_tag_chosen)
        self._choose.table.plan.chosen_changed.connect(self._show_buttons)
        self._afterwards.consent_changed.connect(self._show_buttons)
        self._progress.cancel_requested.connect(self._runner.cancel)
        self._reports.report_chosen.connect(self._on_report_chosen)
        self._runner.changed.connect(self._on_runner_changed)
        self._runner.progressed.connect(self._show_progress)
        self._earlier.clicked.connect(self.open_report)
        self._back.clicked.connect(self._on_back_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        self._close.clicked.connect(self.close)

    def _show_tags(self) -> None:
        installed = [version.tag for version in self._versions.installed() if not version.is_simulator]
        to_install = [release.tag for release in self._versions.available() if release.tag not in installed]
        tags = [(tag, self.tr("{version}, installed").format(version=tag)) for tag in installed]
        tags += [(tag, self.tr("{version}, is downloaded first").format(version=tag)) for tag in to_install]
        self._choose.show_tags(sorted(tags, key=lambda pair: GowaVersion.parse(pair[0]), reverse=True), self._tag)

    def _plan(self, ids: Sequence[int]) -> UpdatePlan | None:
        try:
            return self._updater.plan(ids, self._tag, must_be_installed=False)
        except GowaError as error:
            self._show_problem(error)
            return None

    def _show_plan(self, chosen: Sequence[int] | None = None) -> None:
        self._show_problem(None)
        ids = [status.id for status in self._instances.statuses() if not status.is_simulated]
        plan = self._plan(ids)
        self._choose.table.plan.show_items(plan.items if plan else [], chosen)

    def _items(self) -> list[PlannedUpdate]:
        """Give what happens to the instances that are chosen."""
        chosen = set(self._choose.table.plan.chosen_ids)
        return [item for item in self._choose.table.plan.rows if item.instance_id in chosen]

    def _show_page(self, page: Page) -> None:
        items = self._items()
        if page is Page.KEPT:
            self._kept.show_items(items)
        elif page is Page.AFTERWARDS:
            self._afterwards.show_items(items)
        elif page is Page.PROGRESS:
            self._show_progress()
        elif page is Page.REPORT:
            self._reports.show_report(self._report, self._runner.reports)
        self._pages.setCurrentIndex(page)
        self._show_titles()
        self._show_buttons()
        if page in {Page.KEPT, Page.REPORT}:
            # What had the focus is gone; a page that is only read would be ringed as if it were to be filled in.
            (self._next if page is Page.KEPT else self._close).setFocus()

    def _show_titles(self) -> None:
        titles = {
            Page.CHOOSE: self.tr("Update instances"), Page.KEPT: self.tr("What is kept and what is lost"),
            Page.AFTERWARDS: self.tr("Afterwards"),
            Page.PROGRESS: self.tr("Updating to GOWA {version}").format(version=self._runner.tag),
            Page.REPORT: title_of(self._report) if self._report else self.tr("Updates"),
        }  # fmt: skip
        self._title.setText(titles[self.page])
        is_long = needs_assistant(self._items())
        self._step.setText(self.tr("Step {number} of 3").format(number=self.page + 1) if is_long and self.page <= Page.AFTERWARDS else "")
        self._step.setVisible(bool(self._step.text()))

    @Slot()
    def _show_buttons(self) -> None:
        page, items = self.page, self._items()
        is_last = page is Page.AFTERWARDS or not needs_assistant(items)
        self._earlier.setVisible(page is Page.CHOOSE and bool(self._runner.reports))
        self._back.setVisible(page in {Page.KEPT, Page.AFTERWARDS})
        self._next.setVisible(page <= Page.AFTERWARDS)
        self._next.setText(self.tr("&Update {who}").format(who=who(items)) if is_last and items else self.tr("&Next"))
        self._next.setEnabled(bool(items) and (page is not Page.AFTERWARDS or self._afterwards.has_consent))
        self._close.setText(self.tr("Cancel") if page <= Page.AFTERWARDS else self.tr("Close"))
        set_property(self._close, "kind", "primary" if page is Page.REPORT else "")
        (self._next if page <= Page.AFTERWARDS else self._close).setDefault(True)
        self._choose.show_words(self._words_for(items))
        self._show_titles()

    def _words_for(self, items: Sequence[PlannedUpdate]) -> str:
        """Say how the update goes."""
        if not items:
            return self.tr("Choose the instances to update.")
        words = self.tr(
            "A snapshot of the databases is made first. If an instance is not well afterwards, it returns to its old version and snapshot."
        )
        if len(items) > 1:
            first = UpdatePlan(self._tag, tuple(items)).groups(1)[0][0].name
            words += " " + self.tr("{name} goes first; the others follow only when it is well.").format(name=first)
        return words

    def _show_problem(self, problem: GowaError | None) -> None:
        self._problem.setText(str(problem) if problem else "")
        self._problem.setVisible(problem is not None)

    @Slot()
    def _show_progress(self) -> None:
        runner = self._runner
        before = self.tr("Beginning") if runner.is_updating else self.tr("Downloading GOWA {version}").format(version=runner.tag)
        words = self.tr(
            "You can close this window; the update goes on and the status line shows it. "
            "Cancel ends it between two steps: what has been updated stays so."
        )
        self._progress.show_progress(runner.progress, before, words, can_cancel=runner.can_cancel)
        self._progress.show_records(runner.records)

    @Slot(str)
    def _on_tag_chosen(self, tag: str) -> None:
        self._tag = tag
        self._show_plan()

    @Slot()
    def _on_back_clicked(self) -> None:
        self._show_page(Page(self.page - 1))

    @Slot()
    def _on_next_clicked(self) -> None:
        if self.page is not Page.AFTERWARDS and needs_assistant(self._items()):
            self._show_page(Page(self.page + 1))
        else:
            self._runner.begin([item.instance_id for item in self._items()], self._tag)

    @Slot()
    def _on_runner_changed(self) -> None:
        """Follow the update: to its progress when it begins, to its report when it ends."""
        if self._runner.is_under_way:
            self._show_page(Page.PROGRESS)
        elif self.page is Page.PROGRESS:
            problem = self._runner.problem
            if problem is None:
                self._report = next(iter(self._runner.reports), None)
                self._show_page(Page.REPORT)
            else:
                self._show_plan()
                self._show_problem(None if isinstance(problem, CancelledError) else problem)
                self._show_page(Page.CHOOSE)

    @Slot(str)
    def _on_report_chosen(self, report_id: str) -> None:
        self._report = next((report for report in self._runner.reports if report.id == report_id), None)
        self._show_page(Page.REPORT)
